"""The people of a kit: who is behind which contributor id, and the credit they agreed to.

A private file beside the repository's objects, mode 600; it is in no commit and no parcel, and it can be
erased. Nothing here knows what anybody wrote.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from wikigit.core import identity
from wikigit.core.edit import check_credit
from wikigit.core.errors import RepoError

FILE = "people.sqlite"


@dataclass(frozen=True, slots=True)
class Person:
    """What leaves the kit of a person: the contributor id, and a credit only with consent."""

    contributor: str
    credit: str


def person(folder: Path, name: str, *, drawn: bytes, credit: str | None = None) -> Person:
    """The person called `name` here, made known at first sight with an id from 5 random bytes.

    `credit` records the name that the person agrees to publish ("" withdraws it, None leaves it).
    """
    if not name.strip():
        raise RepoError("Who is writing?", hint="Give a name that this kit knows the person by: --by NAME")
    with _open(folder) as db:
        db.execute(
            "INSERT INTO people (name, contributor) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
            (name, identity.contributor_id(drawn)),
        )
        if credit is not None:
            db.execute("UPDATE people SET credit = ? WHERE name = ?", (credit and check_credit(credit), name))
        row = db.execute("SELECT contributor, credit FROM people WHERE name = ?", (name,)).fetchone()
    return Person(*row)


def names(folder: Path) -> dict[str, str]:
    """Contributor id → name, for the kit's own eyes."""
    with _open(folder) as db:
        return dict(db.execute("SELECT contributor, name FROM people ORDER BY name"))


@contextmanager
def _open(folder: Path) -> Iterator[sqlite3.Connection]:
    file = folder / FILE
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(file)) as db, db:
            db.execute("PRAGMA synchronous = FULL")
            db.execute(
                "CREATE TABLE IF NOT EXISTS people "
                "(name TEXT PRIMARY KEY, contributor TEXT NOT NULL UNIQUE, credit TEXT NOT NULL DEFAULT '')"
            )
            yield db
    except (sqlite3.Error, OSError) as exc:
        raise RepoError(
            f"The list of people cannot be used: {exc}.", hint="Restore people.sqlite from a backup."
        ) from exc
