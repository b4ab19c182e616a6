"""Tables in the repository: lines of tab-separated fields, one file for the pages of a shard.

Nothing here knows what the fields mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wikigit.core.errors import RepoError


def parse(data: bytes | None, fields: int, path: str) -> list[list[str]]:
    """The rows of a table; no file is an empty table. Raises RepoError that names the file and line."""
    try:
        text = (data or b"").decode()
    except UnicodeDecodeError as exc:
        raise RepoError(f"{path} is not UTF-8.", hint="Run `wikigit verify`.") from exc
    rows = [line.split("\t") for line in text.split("\n") if line]
    for number, row in enumerate(rows, start=1):
        if len(row) != fields:
            raise RepoError(
                f"{path}, line {number}, has {len(row)} fields, not {fields}.", hint="Run `wikigit verify`."
            )
    return rows


def write(rows: Iterable[Sequence[object]]) -> bytes | None:
    """The table's bytes, None (no file) where there are no rows."""
    lines = ["\t".join(str(field) for field in row) + "\n" for row in rows]
    return "".join(lines).encode() or None


def number(field: str, path: str) -> int:
    """A field as a number ≥ 0. Raises RepoError."""
    if not (field.isascii() and field.isdigit() and len(field) < 19):
        raise RepoError(f"{path}: {field[:40]!r} is not a number.", hint="Run `wikigit verify`.")
    return int(field)
