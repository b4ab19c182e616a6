"""What a wiki says of itself: namespaces, case rule, language, links. Kept as `site.json`.

A value: made from siteinfo or from `site.json`, never changed. It must not know how siteinfo was asked
for, nor where `site.json` lies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from wikigit.core.errors import ConfigError, WikiError
from wikigit.core.record import Record

FORMAT = 1

_TEXTS = ("wiki", "name", "base", "api", "lang", "generator", "main_page")
_RENEW = "Fetch from the wiki once more; that renews site.json."
_ASK_RIGHT = (
    "Ask the wiki's api.php for meta=siteinfo with formatversion=2 and "
    "siprop=general|namespaces|namespacealiases|magicwords|interwikimap."
)

# MediaWiki's own names, the same on every wiki (NamespaceInfo::CANONICAL_NAMES).
CANONICAL = {
    -2: "Media", -1: "Special", 0: "", 1: "Talk", 2: "User", 3: "User talk", 4: "Project", 5: "Project talk",
    6: "File", 7: "File talk", 8: "MediaWiki", 9: "MediaWiki talk", 10: "Template", 11: "Template talk",
    12: "Help", 13: "Help talk", 14: "Category", 15: "Category talk",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace. `name` is the wiki's own ("" for the main one), blanks as spaces, like all its spellings.

    `first_letter`: titles begin with a capital; `content`: its pages count as articles;
    `subpages`: `/` in a title means a page below a page; `content_model`: what a new page of it is made of.
    """

    id: int
    name: str
    canonical: str = ""
    aliases: tuple[str, ...] = ()
    first_letter: bool = True
    content: bool = False
    subpages: bool = False
    content_model: str = "wikitext"

    @property
    def is_talk(self) -> bool:
        """Pages to talk about the pages of another namespace."""
        return self.id > 0 and self.id % 2 == 1

    @property
    def talk(self) -> int:
        """The id of its talk namespace (its own, if it is one)."""
        return self.id | 1

    @property
    def subject(self) -> int:
        """The id of the namespace it talks about (its own, if it is none)."""
        return self.id - 1 if self.is_talk else self.id

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name it answers to, the wiki's own first."""
        return tuple(dict.fromkeys(n for n in (self.name, self.canonical, *self.aliases) if n))


@dataclass(frozen=True, slots=True)
class Interwiki:
    """A prefix that leads to another wiki; `$1` in `url` stands for the title there.

    `language`: a link in wikitext names the same page in another language. `local`: leads back here.
    """

    prefix: str
    url: str
    language: bool = False
    local: bool = False


@dataclass(frozen=True, slots=True)
class MagicWord:
    """A word with a meaning in wikitext, e.g. `redirect`, and how this wiki's people may write it."""

    name: str
    aliases: tuple[str, ...]
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A wiki. `base` is a page's address with `$1` for the title, `api` the address of api.php.

    `wiki` is MediaWiki's id of it (`igwiki`), `generator` the software (`MediaWiki 1.39.17`),
    `first_letter` the case rule of the wiki, `fallbacks` the languages it borrows from.
    """

    wiki: str
    name: str
    base: str
    api: str
    lang: str
    namespaces: tuple[Namespace, ...]
    rtl: bool = False
    first_letter: bool = True
    fallbacks: tuple[str, ...] = ()
    generator: str = ""
    main_page: str = "Main Page"
    interwikis: tuple[Interwiki, ...] = ()
    magic_words: tuple[MagicWord, ...] = ()
    _by_id: Mapping[int, Namespace] = field(init=False, repr=False, compare=False)
    _by_name: Mapping[str, Namespace] = field(init=False, repr=False, compare=False)
    _by_prefix: Mapping[str, Interwiki] = field(init=False, repr=False, compare=False)
    _by_word: Mapping[str, MagicWord] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "namespaces", tuple(sorted(self.namespaces, key=lambda n: n.id)))
        object.__setattr__(self, "interwikis", tuple(sorted(self.interwikis, key=lambda i: i.prefix)))
        object.__setattr__(self, "magic_words", tuple(sorted(self.magic_words, key=lambda w: w.name)))
        object.__setattr__(self, "_by_id", {n.id: n for n in self.namespaces})
        object.__setattr__(self, "_by_name", _names(self.namespaces))
        object.__setattr__(self, "_by_prefix", {i.prefix.lower(): i for i in self.interwikis})
        object.__setattr__(self, "_by_word", {w.name: w for w in self.magic_words})

    @classmethod
    def from_siteinfo(cls, query: Mapping[str, object]) -> Site:
        """Read the `query` object of meta=siteinfo (formatversion 2).

        siprop = general|namespaces|namespacealiases|magicwords|interwikimap.
        Raises WikiError if it is something else.
        """
        record = Record(query, "The wiki's siteinfo", _ASK_RIGHT, WikiError)
        general, aliases = record.record("general"), _aliases(record)
        server = _server(general)
        return cls(
            wiki=general.text("wikiid"),
            name=general.text("sitename"),
            base=server + general.text("articlepath"),
            api=server + general.text("scriptpath") + "/api.php",
            lang=general.text("lang"),
            namespaces=tuple(_told(n, aliases) for n in record.records("namespaces")),
            rtl=general.flag("rtl", False),
            first_letter=general.text("case", "first-letter") == "first-letter",
            fallbacks=tuple(f.text("code") for f in general.records("fallback")),
            generator=general.text("generator", ""),
            main_page=general.text("mainpage", "Main Page"),
            interwikis=tuple(_told_interwiki(i) for i in record.records("interwikimap")),
            magic_words=tuple(_magic_word(w, "case-sensitive") for w in record.records("magicwords")),
        )

    @classmethod
    def from_json(cls, text: str) -> Site:
        """Read a `site.json`. Raises ConfigError if that is not what `text` is."""
        try:
            record = Record(json.loads(text), "site.json", _RENEW)
        except (ValueError, RecursionError) as exc:
            raise ConfigError(f"site.json is no JSON ({exc}).", hint=_RENEW) from exc
        if record.number("format") != FORMAT:
            raise ConfigError(f"site.json is not of format {FORMAT}.", hint="Use a newer wikigit.")
        return cls(
            **{key: record.text(key) for key in _TEXTS},
            namespaces=tuple(_namespace(n) for n in record.records("namespaces")),
            rtl=record.flag("rtl"),
            first_letter=record.flag("first_letter"),
            fallbacks=record.texts("fallbacks"),
            interwikis=tuple(_interwiki(i) for i in record.records("interwikis")),
            magic_words=tuple(_magic_word(w, "case_sensitive") for w in record.records("magic_words")),
        )

    def to_json(self) -> str:
        """Write a `site.json`: the same site gives the same bytes."""
        record = {key: getattr(self, key) for key in (*_TEXTS, "rtl", "first_letter", "fallbacks")}
        for key in ("namespaces", "interwikis", "magic_words"):
            record[key] = [asdict(item) for item in getattr(self, key)]
        return json.dumps(record | {"format": FORMAT}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def namespace(self, number: int) -> Namespace:
        """Return a namespace by id. Raises ConfigError if this wiki has none of that id."""
        try:
            return self._by_id[number]
        except KeyError:
            raise ConfigError(
                f"{self.name} had no namespace {number} when site.json was written.",
                hint=_RENEW,
            ) from None

    def named(self, prefix: str) -> Namespace | None:
        """Return the namespace that a prefix means, in any spelling: `user_talk`, an alias, another case."""
        return self._by_name.get(_folded(prefix))

    def interwiki(self, prefix: str) -> Interwiki | None:
        """Return the interwiki link that a prefix means, in any case."""
        return self._by_prefix.get(prefix.lower())

    def words(self, name: str) -> tuple[str, ...]:
        """Return the spellings of a magic word by its MediaWiki name (`img_thumbnail`); () if unknown."""
        word = self._by_word.get(name)
        return word.aliases if word else ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Its language and those it falls back to."""
        return (self.lang, *self.fallbacks)

    @property
    def redirect_words(self) -> tuple[str, ...]:
        """What a redirect's first line may begin with; case does not matter."""
        return self.words("redirect") or ("#REDIRECT",)

    @property
    def category_names(self) -> tuple[str, ...]:
        """Every spelling of the category namespace."""
        return self.namespace(14).spellings

    @property
    def file_names(self) -> tuple[str, ...]:
        """Every spelling of the file namespace."""
        return self.namespace(6).spellings

    @property
    def wikimedia(self) -> bool:
        """Whether Wikimedia runs it: only there does MediaWiki call itself `…-wmf.…`."""
        return "-wmf." in self.generator

    @property
    def version(self) -> tuple[int, int]:
        """MediaWiki's version; unknown counts as newer than any."""
        found = re.search(r"(\d+)\.(\d+)", self.generator)
        return (int(found[1]), int(found[2])) if found else (999, 0)


def _folded(prefix: str) -> str:
    return prefix.replace("_", " ").strip(" ").lower()


def _names(namespaces: tuple[Namespace, ...]) -> dict[str, Namespace]:
    """Map every spelling to its namespace; canonical beats alias beats name (Language::getNsIndex)."""
    names = {_folded(n.name): n for n in namespaces if n.name}
    names |= {_folded(a): n for n in namespaces for a in n.aliases}
    return names | {_folded(n.canonical): n for n in namespaces if n.canonical}


def _server(general: Record) -> str:
    """`//host` (a wiki that answers to http and https) takes the scheme of the main page's address."""
    server = general.text("server")
    scheme = general.text("base", "https:").partition(":")[0]
    return f"{scheme}:{server}" if server.startswith("//") else server


def _aliases(record: Record) -> dict[int, tuple[str, ...]]:
    found: dict[int, set[str]] = {}
    for item in record.records("namespacealiases"):
        found.setdefault(item.number("id"), set()).add(item.text("alias"))
    return {number: tuple(sorted(names)) for number, names in found.items()}


def _told(item: Record, aliases: Mapping[int, tuple[str, ...]]) -> Namespace:
    number = item.number("id")
    return Namespace(
        number,
        item.text("name"),
        item.text("canonical", CANONICAL.get(number, "")),
        aliases.get(number, ()),
        item.text("case", "first-letter") == "first-letter",
        item.flag("content", False),
        item.flag("subpages", False),
        item.text("defaultcontentmodel", "wikitext"),
    )


def _told_interwiki(item: Record) -> Interwiki:
    language = item.has("language") or item.flag("extralanglink", False)
    return Interwiki(item.text("prefix"), item.text("url"), language, item.flag("localinterwiki", False))


def _magic_word(item: Record, case: str) -> MagicWord:
    return MagicWord(item.text("name"), item.texts("aliases"), item.flag(case, False))


def _namespace(item: Record) -> Namespace:
    flags = (item.flag("first_letter"), item.flag("content"), item.flag("subpages"))
    names = (item.text("name"), item.text("canonical"), item.texts("aliases"))
    return Namespace(item.number("id"), *names, *flags, item.text("content_model", "wikitext"))


def _interwiki(item: Record) -> Interwiki:
    return Interwiki(item.text("prefix"), item.text("url"), item.flag("language"), item.flag("local"))
