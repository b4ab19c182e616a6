"""`wikigit.toml`, the file at the root of main that people review: read into values, and written at the start.

Nothing here reads files or the environment; secrets never stand in this file.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from wikigit.core import identity
from wikigit.core.attribution import HASHTAGS_ROOM
from wikigit.core.errors import ConfigError

FORMAT = 1
ASSISTED, BOT, IMPORT = "assisted", "bot", "import"
MODES = (ASSISTED, BOT, IMPORT)

_WIKIMEDIA = re.compile(
    r"https?://(?:[^/]*\.)?(?:mediawiki|wikibooks|wikidata|wikifunctions|wikimedia|wikimediafoundation|wikinews|wikipedia"
    r"|wikiquote|wikisource|wikiversity|wikivoyage|wiktionary)\.org\.?(?::\d+)?/"
)
_KINDS: dict[type, str] = {
    int: "number",
    str: "text in quotes",
    list: "list",
    dict: "table",
    bool: "switch, true or false",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which pages are carried: all of them (nothing set), some namespaces, a category's, or a list of titles."""

    namespaces: tuple[int, ...] = ()
    category: str = ""
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What the wiki's community agreed to: this the bridge may do, and no more.

    `approval` is the address of the page where it agreed to a bot. `owner` says whose wiki it is, which mode `import`
    must know. `namespaces` empty: all that are carried.
    At most `per_run` and `per_day` revisions (0: no cap), `seconds` between two of them. `stop_page` is the title
    of the page that stops the bridge ("": none). Where more than `pause_percent` of the last `pause_last`
    published edits were reverted the bridge pauses by itself. `tags` are change tags. `drafts`: what the titles
    of new pages begin with ("": new pages may be made anywhere).
    """

    mode: str = ASSISTED
    approval: str = ""
    owner: str = ""
    namespaces: tuple[int, ...] = ()
    per_run: int = 0
    per_day: int = 20
    seconds: int = 10
    stop_page: str = ""
    pause_percent: int = 10
    pause_last: int = 50
    tags: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    drafts: str = ""

    @property
    def imports(self) -> bool:
        """Whether revisions are imported with their true authors, rather than made by editing."""
        return self.mode == IMPORT


CAREFUL = Policy()
OWN_WIKI = Policy(per_day=0, seconds=0)
"""For a wiki that belongs to whoever runs the bridge: no cap, no pause between edits."""

_POLICY_KEYS: dict[str, type] = {
    "mode": str,
    "approval": str,
    "owner": str,
    "namespaces": list,
    "per_run": int,
    "per_day": int,
    "seconds": int,
    "stop_page": str,
    "pause_percent": int,
    "pause_last": int,
    "tags": list,
    "hashtags": list,
    "drafts": str,
}


@dataclass(frozen=True, slots=True)
class Config:
    """One repository's settings. `encrypt`: kits seal their parcels to the hub's key."""

    repository: str
    api: str
    contact: str
    selection: Selection = field(default_factory=Selection)
    policy: Policy = field(default_factory=Policy)
    encrypt: bool = False

    @property
    def wikimedia(self) -> bool:
        """Whether the wiki stands at an address of the Wikimedia movement."""
        return bool(_WIKIMEDIA.match(self.api.lower()))


def parse(text: str) -> Config:
    """Read `wikigit.toml`. Raises ConfigError that names the key and the nearest known one."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError(f"wikigit.toml is not TOML: {exc}.", hint="Mend that line and commit it.") from exc
    known: dict[str, dict[str, type]] = {
        "repository": {"format": int, "id": str},
        "wiki": {"api": str, "contact": str},
        "selection": {"namespaces": list, "category": str, "titles": list},
        "parcels": {"encrypt": bool},
        "policy": _POLICY_KEYS,
    }
    _only(known, tables, "")
    for name, table in tables.items():
        _only(known[name], table, name)
    repository, wiki = tables.get("repository", {}), tables.get("wiki", {})
    if repository.get("format") != FORMAT:
        raise ConfigError(
            f"This repository has format {repository.get('format')!r}; this wikigit knows format {FORMAT}.",
            hint="Update wikigit.",
        )
    if not identity.is_repository(repository.get("id", "")):
        raise ConfigError("wikigit.toml lacks [repository] id.", hint="Take the line from an older commit.")
    return Config(
        repository=repository["id"],
        api=_text(wiki, "wiki", "api"),
        contact=_text(wiki, "wiki", "contact"),
        selection=_selection(tables.get("selection", {})),
        policy=_policy(tables.get("policy", {})),
        encrypt=tables.get("parcels", {}).get("encrypt", False),
    )


def write(config: Config) -> str:
    """`wikigit.toml` as `bridge init` writes it; `parse` gives the same value back."""
    lines = ["[repository]", f"format = {FORMAT}", f"id = {_quoted(config.repository)}", "", "[wiki]"]
    lines += [f"api = {_quoted(config.api)}", f"contact = {_quoted(config.contact)}"]
    lines += ["", "# Which pages are carried: nothing here means all of them.", "[selection]"]
    lines += _lines(config.selection.namespaces, "namespaces")
    if config.selection.category:
        lines.append(f"category = {_quoted(config.selection.category)}")
    lines += _lines(config.selection.titles, "titles")
    if config.encrypt:
        lines += ["", "# Kits seal their parcels to the hub's key.", "[parcels]", "encrypt = true"]
    lines += ["", "# What the wiki's community agreed to.", "[policy]"]
    return "\n".join([*lines, *_policy_lines(config.policy)]) + "\n"


def _policy_lines(policy: Policy) -> Iterator[str]:
    """What people should see at once stands there always, the rest where it is not as by default."""
    for key in _POLICY_KEYS:
        value = getattr(policy, key)
        if key in ("mode", "per_day", "seconds") or value != getattr(CAREFUL, key):
            yield f"{key} = {_quoted(list(value) if isinstance(value, tuple) else value)}"


def _lines(values: tuple[object, ...], key: str) -> list[str]:
    return [f"{key} = {_quoted(list(values))}"] if values else []


def _quoted(value: object) -> str:
    """As TOML writes it: like JSON, but without escapes in pairs, and DEL is escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _selection(table: Mapping[str, object]) -> Selection:
    if len(table) > 1:
        raise ConfigError(
            f"wikigit.toml: [selection] holds {' and '.join(table)}.", hint="Keep one: namespaces, category or titles."
        )
    return Selection(_ids(table, "selection"), str(table.get("category", "")), _texts(table, "selection", "titles"))


def _policy(table: Mapping[str, object]) -> Policy:
    lists = {"namespaces": _ids(table, "policy"), "tags": _texts(table, "policy", "tags")}
    found = Policy(**{**table, **lists, "hashtags": _texts(table, "policy", "hashtags")})  # type: ignore[arg-type]
    if found.mode not in MODES:
        raise ConfigError(f"[policy] mode is {found.mode!r}.", hint=f"Known are: {', '.join(MODES)}.")
    if found.approval and not found.approval.startswith("https://"):
        raise ConfigError(
            f"[policy] approval is {found.approval!r}, which is no address.", hint="Write https://… of the approval."
        )
    for key in ("per_run", "per_day", "seconds", "pause_percent", "pause_last"):
        if getattr(found, key) < 0:
            raise ConfigError(f"[policy] {key} is {getattr(found, key)}.", hint="Write a number from 0.")
    _check_hashtags(found.hashtags)
    return found


def _check_hashtags(hashtags: tuple[str, ...]) -> None:
    for hashtag in hashtags:
        if not re.fullmatch(r"#\w*[^\W\d]\w*", hashtag):  # of digits alone, nobody finds it
            raise ConfigError(f"[policy] hashtags holds {hashtag!r}.", hint='For example ["#libraries2026"].')
    if len(" ".join(hashtags)) > HASHTAGS_ROOM:
        raise ConfigError(
            f"[policy] hashtags are longer than {HASHTAGS_ROOM} letters together.",
            hint="Keep the one that is looked for.",
        )


def _only(known: Mapping[str, type | Mapping[str, type]], table: Mapping[str, object], where: str) -> None:
    """Refuse a key that nothing would read, and a value of another kind."""
    for key, value in table.items():
        place = f"[{where}] {key}" if where else f"[{key}]"
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."
            raise ConfigError(f"wikigit.toml: {place} is not known.", hint=hint)
        expected = known[key]
        kind = expected if isinstance(expected, type) else dict
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ConfigError(f"wikigit.toml: {place} should be a {_KINDS[kind]}.", hint="Mend the value.")


def _text(table: Mapping[str, object], where: str, key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise ConfigError(f"wikigit.toml lacks [{where}] {key}.", hint="See docs/reference/configuration.md.")
    return value


def _ids(table: Mapping[str, object], where: str) -> tuple[int, ...]:
    values = table.get("namespaces", [])
    if not isinstance(values, list) or not all(type(v) is int and v >= 0 for v in values):
        raise ConfigError(f"wikigit.toml: [{where}] namespaces holds namespace numbers.", hint="For example [0, 10].")
    return tuple(values)


def _texts(table: Mapping[str, object], where: str, key: str) -> tuple[str, ...]:
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
        raise ConfigError(f"wikigit.toml: [{where}] {key} holds texts.", hint='For example ["Cassava"].')
    return tuple(values)
