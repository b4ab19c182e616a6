"""The kit's private file: who its people are, and what was decided about edits that have not left.

One SQLite file beside the repository's objects, mode 600. It is in no commit and no parcel, and what is taken out
of it stands in none of its bytes afterwards. Nothing here knows what the tables mean.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from wikigit.core.errors import RepoError

FILE = "people.sqlite"

_TABLES = (
    "people (name TEXT PRIMARY KEY, contributor TEXT NOT NULL UNIQUE, credit TEXT NOT NULL DEFAULT '')",
    "decisions (edit TEXT PRIMARY KEY, outcome TEXT NOT NULL, words TEXT NOT NULL, allows INTEGER NOT NULL,"
    " said TEXT NOT NULL, day TEXT NOT NULL)",
    "aside (edit TEXT PRIMARY KEY, contributor TEXT NOT NULL, outcome TEXT NOT NULL, ref TEXT NOT NULL,"
    " said TEXT NOT NULL, day TEXT NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL, words TEXT NOT NULL)",
    "unfinished (what TEXT PRIMARY KEY)",
)
_SETTINGS = ("synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY", "journal_mode = DELETE")
"""A freed cell is overwritten; no second file keeps what the first has lost, and no temporary one either."""


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database of a kit; what is done in it is done together, or not at all. Raises RepoError."""
    with _door(folder) as db, db:
        yield db


def scrub(folder: Path) -> None:
    """Write the file anew, without a trace of what was taken out."""
    with _door(folder) as db:
        db.execute("VACUUM")


@contextmanager
def _door(folder: Path) -> Iterator[sqlite3.Connection]:
    file = folder / FILE
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(file)) as db:
            for setting in _SETTINGS:
                db.execute(f"PRAGMA {setting}")
            for table in _TABLES:
                db.execute(f"CREATE TABLE IF NOT EXISTS {table}")
            yield db
    except (sqlite3.Error, OSError) as exc:
        full = isinstance(exc, OSError) or "full" in str(exc) or "disk I/O" in str(exc)
        hint = "Is the disk full or read-only? Make room, and try again." if full else f"Restore {FILE} from a backup."
        raise RepoError(f"The kit's private file cannot be used: {exc}.", hint=hint) from exc
