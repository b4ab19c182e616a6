"""A page's title, by MediaWiki's rules (MediaWikiTitleCodec::splitTitleString, 1.39 and 1.43).

It must not know whether a page of that title exists, nor how its file is called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.entities import html5
from typing import NoReturn
from unicodedata import normalize
from urllib.parse import quote

from wikigit.core.address import canonical_ip
from wikigit.core.errors import TitleError
from wikigit.core.letters import normal
from wikigit.core.site import Site

MAX_BYTES = 255  # of the name alone, UTF-8

_REFERENCE = re.compile(r"&(?:([A-Za-z0-9\x80-\U0010ffff]+;)|#([0-9]+);|#[xX]([0-9A-Fa-f]+);)")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e]+")
_BLANKS = re.compile("[ _\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_UNREADABLE = re.compile("[\ud800-\udfff\ufffd-\uffff]")
_PREFIX = re.compile(r"(.+?) ?: ?(.*)", re.DOTALL)
_ILLEGAL = re.compile(r"[\x00-\x1f\x7f\[\]{}|<>]|%[0-9A-Fa-f]{2}|&[A-Za-z0-9\x80-\U0010ffff]+;")
_RELATIVE = re.compile(r"(?:^|/)\.\.?(?:/|$)")
_DOTTED_I = frozenset({"tr", "az", "kaa"})  # languages whose capital i is İ


@dataclass(frozen=True, slots=True, order=True)
class Title:
    """A full title: namespace id, the namespace's local name ("" for the main one), the name after it.

    Two titles are the same page if namespace and name agree; `prefix` is only how the wiki writes it.
    """

    namespace: int
    prefix: str = field(compare=False)
    name: str

    def __str__(self) -> str:
        return f"{self.prefix}:{self.name}" if self.prefix else self.name

    @property
    def is_talk(self) -> bool:
        """A page to talk about another page."""
        return self.namespace > 0 and self.namespace % 2 == 1

    def url(self, site: Site) -> str:
        """Return the page's address on the wiki (quoted as wfUrlencode does)."""
        return site.base.replace("$1", quote(str(self).replace(" ", "_"), safe=";@$!*(),/~:"))

    @classmethod
    def parse(cls, text: str, site: Site) -> Title:
        """Return the page that a person means by `text`, as the wiki would.

        Raises TitleError if the wiki would take no page of that title.
        """
        namespace, name = _split(text, _cleaned(text, site), site)
        _check(text, name)
        if site.namespace(namespace).first_letter:
            name = capitalised(name, site)
        if namespace in (2, 3):
            name = canonical_ip(name)
        name = normalize("NFC", name)
        _check_whole(text, name)
        return cls(namespace, site.namespace(namespace).name, name)

    @classmethod
    def trusted(cls, namespace: int, full_title: str, site: Site) -> Title:
        """Return a title that the wiki itself told us: nothing is checked, only the prefix taken off.

        `full_title` is as in the API and in dumps, blanks as spaces. The prefix may be another spelling (a
        woman's user page, for instance); ours is always the namespace's name.
        Raises ConfigError if `site` has no such namespace.
        """
        if namespace == 0:
            return cls(0, "", full_title)
        return cls(namespace, site.namespace(namespace).name, full_title.partition(":")[2])


def capitalised(name: str, site: Site) -> str:
    """Return `name` with a capital first letter, as this wiki writes it (Language::ucfirst).

    MediaWiki 1.39 takes the upper case (`ǆ` → `Ǆ`), later ones the title case (`ǅ`); Wikimedia keeps `ß`.
    """
    first, rest = name[:1], name[1:]
    if first == "i" and not _DOTTED_I.isdisjoint(site.languages):
        return "İ" + rest
    if first == "ß" and site.wikimedia:
        return name
    return (first.upper() if site.version <= (1, 39) else first.title()) + rest


def shown(text: str, limit: int = 80) -> str:
    """Return `text` fit for a sentence: control and other invisible characters escaped, cut after `limit`."""
    cut = text if len(text) <= limit else text[:limit] + "…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)


def _cleaned(text: str, site: Site) -> str:
    """Decode character references, drop bidi marks, make every run of blanks one space."""
    name = normal(_REFERENCE.sub(_decoded, normal(text, site.languages)), site.languages)
    name = _BLANKS.sub(" ", _BIDI.sub("", name)).strip(" ")
    if _UNREADABLE.search(name):
        _refuse(text, "holds a character that is none (U+FFFD or its like)", "Type the title anew.")
    return name


def _decoded(reference: re.Match[str]) -> str:
    """`&eacute;`, `&#233;`, `&#xe9;` → é; an unknown name stays (Sanitizer::decodeCharReferences)."""
    named, decimal, hexadecimal = reference.groups()
    if named:
        return html5.get(named, reference[0])
    digits = (decimal or hexadecimal).lstrip("0")
    code = int(digits or "0", 10 if decimal else 16) if len(digits) < 9 else 0
    allowed = code in (9, 10) or 0x20 <= code <= 0x7E or 0xA0 <= code <= 0x10FFFF
    return chr(code) if allowed and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def _split(text: str, name: str, site: Site) -> tuple[int, str]:
    """Take the prefixes off: namespace id and the name after it."""
    name = name.removeprefix(":").strip(" ")
    while match := _PREFIX.fullmatch(name):
        prefix, rest = match.groups()
        if found := site.named(prefix):
            return _in_namespace(text, found.id, rest, site)
        interwiki = site.interwiki(prefix)
        if interwiki is None:
            break
        if not interwiki.local or not rest:
            _refuse(text, f"is a page of another wiki ({shown(prefix)}:)", "Leave out that prefix.")
        name = rest
    return 0, name


def _in_namespace(text: str, namespace: int, name: str, site: Site) -> tuple[int, str]:
    prefix = shown(site.namespace(namespace).name)
    if namespace < 0:
        _refuse(text, f"is in {prefix}:, where no page can be", f"Leave out “{prefix}:”.")
    match = _PREFIX.fullmatch(name)
    if namespace == 1 and match and (site.named(match[1]) or site.interwiki(match[1])):
        hint = f"Use the talk namespace of “{shown(match[1])}:”, or leave out one of the two."
        _refuse(text, "has two prefixes", hint)
    return namespace, name


def _check(text: str, name: str) -> None:
    """Refuse what MediaWiki refuses in a name, before its first letter is made a capital."""
    if "#" in name:
        _refuse(text, "names a place in a page", "Leave out # and what follows.")
    if bad := _ILLEGAL.search(name):
        _refuse(text, f"holds “{shown(bad[0])}”", "Leave that out: no title may hold it.")
    if _RELATIVE.search(name):
        _refuse(text, "has “.” or “..” between slashes", "Leave out that part.")
    if "~~~" in name:
        _refuse(text, "holds three tildes, which mean a signature", "Write two at most.")


def _check_whole(text: str, name: str) -> None:
    size = len(name.encode())
    if size > MAX_BYTES:
        _refuse(text, f"is {size} bytes long", f"Shorten it to {MAX_BYTES} bytes (non-Latin letters take 2 to 4).")
    if not name:
        _refuse(text, "is empty", "Give the page a name.")
    if name.startswith(":"):
        _refuse(text, "begins with a colon", "Begin it with a letter or a digit.")


def _refuse(text: str, why: str, hint: str) -> NoReturn:
    raise TitleError(f"“{shown(text)}” {why}.", hint=hint)
