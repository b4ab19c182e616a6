"""Edits that left the desk without leaving the kit, and the words of their own that are kept for their authors.

In the kit's private file: the repository holds nothing of them any more. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.kit import private
from wikigit.wikitext import changes
from wikigit.wikitext.changes import Change
from wikigit.wikitext.redaction import Redaction

ERASED = "erased"
"""The code of an edit of which nothing is kept but that it was."""


@dataclass(frozen=True, slots=True)
class Aside:
    """An edit put aside: what became of it, on which page it was, and its own words; "" where they are erased."""

    edit: str
    contributor: str
    outcome: Outcome
    day: str
    ref: str = ""
    said: str = ""
    title: str = ""
    summary: str = ""
    words: str = ""

    @property
    def receipt(self) -> Receipt:
        """What its author is told."""
        code = "" if self.title else ERASED
        return Receipt(self.edit, self.outcome, code=code, ref=self.ref, day=self.day, said=self.said)

    def as_edit(self, site: Site, kit: str) -> Edit:
        """It as an edit that makes a page of its own words."""
        title = Title.parse(self.title, site)
        return Edit(self.edit, title, None, self.words, self.summary, kit, self.contributor, self.day)


def own_words(edit: Edit) -> str:
    """What an edit itself put in, line by line: others' words around it are theirs."""
    lines = changes.changed_lines(*edit.pair)
    own = ("".join(piece.wikitext for piece in line if piece.change is Change.NEW).strip() for line in lines)
    return "\n".join(filter(None, own))


def with_words(told: Aside, edit: Edit) -> Aside:
    """What is told of an edit, with its title, its summary and its own words."""
    return replace(told, title=str(edit.title), summary=edit.summary, words=own_words(edit))


def read(folder: Path, contributor: str = "") -> list[Aside]:
    """All that is aside, or one contributor's, in the order in which it was put there."""
    with private.opened(folder) as db:
        rows = db.execute(
            "SELECT edit, contributor, outcome, day, ref, said, title, summary, words FROM aside"
            " WHERE ? IN ('', contributor) ORDER BY rowid",
            (contributor,),
        ).fetchall()
    return [Aside(row[0], row[1], Outcome(row[2]), *row[3:]) for row in rows]


def erased(folder: Path, contributor: str = "") -> list[Receipt]:
    """What became of the edits of which nothing is kept."""
    return [each.receipt for each in read(folder, contributor) if not each.title]


def put(folder: Path, edits: Iterable[Aside]) -> None:
    """Put edits aside, and forget what was decided about them; their ids are unfinished business until `finished`."""
    with private.opened(folder) as db:
        for each in edits:
            values = (each.edit, each.contributor, each.outcome, each.ref, each.said, each.day)
            db.execute(
                "INSERT OR REPLACE INTO aside VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, each.title, each.summary, each.words),
            )
            db.execute("DELETE FROM decisions WHERE edit = ?", (each.edit,))
            db.execute("INSERT OR REPLACE INTO unfinished VALUES (?)", (each.edit,))
    private.scrub(folder)


def drop(folder: Path, contributor: str) -> None:
    """Forget a contributor's words that are aside."""
    with private.opened(folder) as db:
        db.execute(
            "UPDATE aside SET title = '', summary = '', words = '', said = '' WHERE contributor = ?", (contributor,)
        )
    private.scrub(folder)


def redact(folder: Path, redaction: Redaction) -> None:
    """Take out of the words that are aside what has to go from every copy."""
    for each in read(folder):
        about_page = each.title in redaction.pages
        summary, said, words = (
            "\n".join(redaction.line(line, about_page=about_page) for line in told.split("\n"))
            for told in (each.summary, each.said, each.words)
        )
        with private.opened(folder) as db:
            db.execute(
                "UPDATE aside SET summary = ?, said = ?, words = ? WHERE edit = ?", (summary, said, words, each.edit)
            )
    private.scrub(folder)


def unfinished(folder: Path) -> set[str]:
    """The edits that the repository may still hold something of."""
    with private.opened(folder) as db:
        return {row[0] for row in db.execute("SELECT what FROM unfinished")}


def finished(folder: Path) -> None:
    """Nothing of them is in the repository any more."""
    with private.opened(folder) as db:
        db.execute("DELETE FROM unfinished")
