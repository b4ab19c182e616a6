"""This machine's configuration: where sticks appear, how large a file may be on them.

`~/.config/wikigit/config.toml`, else `/etc/wikigit.toml`, else what holds for most machines. Nothing here is
about a wiki.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from wikigit.core.errors import ConfigError
from wikigit.repo.outgoing import MOST
from wikigit.repo.sticks import PLACES

FILES = (Path("~/.config/wikigit/config.toml"), Path("/etc/wikigit.toml"))

_SIZE = re.compile(r"([1-9][0-9]{0,11})([KMG]?)", re.ASCII)
_UNITS = {"": 1, "K": 1000, "M": 1000**2, "G": 1000**3}


@dataclass(frozen=True, slots=True)
class Sticks:
    """`places`: patterns of the folders that sticks appear as. `max_size`: bytes in one file."""

    places: tuple[str, ...] = PLACES
    max_size: int = MOST


def sticks() -> Sticks:
    """The table `[sticks]`. Raises ConfigError."""
    for file in (file.expanduser() for file in FILES):
        if file.is_file():
            return _sticks(file)
    return Sticks()


def size(text: str) -> int:
    """`700M` in bytes. Raises ConfigError."""
    found = _SIZE.fullmatch(text)
    if found is None:
        raise ConfigError(f"{text!r} is no size.", hint="For example 700M or 2G.")
    return int(found[1]) * _UNITS[found[2]]


def _sticks(file: Path) -> Sticks:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise ConfigError(f"{file} cannot be read: {exc}.", hint="Mend that file.") from exc
    _only(file, tables, ["sticks"])
    table = tables.get("sticks", {})
    _only(file, table, [field.name for field in fields(Sticks)])
    places, most = table.get("places", list(PLACES)), table.get("max_size", str(MOST))
    if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
        raise ConfigError(f"{file}: [sticks] places should be a list of texts.", hint='For example ["/media/*/*"].')
    if not isinstance(most, str):
        raise ConfigError(f"{file}: [sticks] max_size should be a text in quotes.", hint='For example "2G".')
    return Sticks(tuple(places), min(size(most), MOST))


def _only(file: Path, table: object, known: list[str]) -> None:
    """Refuse a key that nothing would read."""
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: sticks should be a table, [sticks].", hint="See docs/reference/configuration.md.")
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."
            raise ConfigError(f"{file}: {key} is not known.", hint=hint)
