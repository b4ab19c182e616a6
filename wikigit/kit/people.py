"""The people of a kit: who is behind which contributor id, and the credit they agreed to.

They stand in the kit's private file and can be erased from it. Nothing here knows what anybody wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wikigit.core import identity
from wikigit.core.edit import check_credit
from wikigit.core.errors import RepoError
from wikigit.core.names import within
from wikigit.kit import private


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
    with private.opened(folder) as db:
        db.execute(
            "INSERT INTO people (name, contributor) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
            (name, identity.contributor_id(drawn)),
        )
        if credit is not None:
            db.execute("UPDATE people SET credit = ? WHERE name = ?", (credit and check_credit(credit), name))
        row = db.execute("SELECT contributor, credit FROM people WHERE name = ?", (name,)).fetchone()
    return Person(*row)


def known(folder: Path, name: str) -> Person:
    """The person called `name` here. Raises RepoError where there is none."""
    with private.opened(folder) as db:
        row = db.execute("SELECT contributor, credit FROM people WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise RepoError("This kit knows nobody of that name.", hint="Write the name as at the first save.")
    return Person(*row)


def names(folder: Path) -> dict[str, str]:
    """Contributor id → name, for the kit's own eyes."""
    with private.opened(folder) as db:
        return dict(db.execute("SELECT contributor, name FROM people ORDER BY name"))


def secret(folder: Path) -> list[str]:
    """The names that nobody agreed to publish: a credit that says the name makes it public."""
    with private.opened(folder) as db:
        rows = db.execute("SELECT name, credit FROM people").fetchall()
    return [name for name, credit in rows if not (credit and within(name, credit))]


def forget(folder: Path, contributor: str) -> None:
    """Erase who is behind an id; the id stays in what has left."""
    with private.opened(folder) as db:
        db.execute("DELETE FROM people WHERE contributor = ?", (contributor,))
    private.scrub(folder)
