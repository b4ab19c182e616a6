"""`wikigit.toml`, the file at the root of main that people review: read into values, and written at the start.

Nothing here reads files or the environment; secrets never stand in this file.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from wikigit.core import identity
from wikigit.core.errors import ConfigError

FORMAT = 1
ASSISTED, BOT = "assisted", "bot"
_KINDS: dict[type, str] = {int: "number", str: "text in quotes", list: "list", dict: "table"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which pages are carried: all of them (nothing set), some namespaces, a category's, or a list of titles."""

    namespaces: tuple[int, ...] = ()
    category: str = ""
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What the wiki's community agreed to. `namespaces` empty: all that are carried."""

    mode: str = ASSISTED
    namespaces: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """One repository's settings."""

    repository: str
    api: str
    contact: str
    selection: Selection = field(default_factory=Selection)
    policy: Policy = field(default_factory=Policy)


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
        "policy": {"mode": str, "namespaces": list, "tags": list},
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
    lines += [
        "",
        "# What the wiki's community agreed to.",
        "[policy]",
        f"mode = {_quoted(config.policy.mode)}",
    ]
    lines += _lines(config.policy.namespaces, "namespaces") + _lines(config.policy.tags, "tags")
    return "\n".join(lines) + "\n"


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
    mode = table.get("mode", ASSISTED)
    if mode not in (ASSISTED, BOT):
        raise ConfigError(f"[policy] mode is {mode!r}.", hint=f"Write {ASSISTED!r} or {BOT!r}.")
    return Policy(str(mode), _ids(table, "policy"), _texts(table, "policy", "tags"))


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
        if not isinstance(value, kind) or isinstance(value, bool):
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
