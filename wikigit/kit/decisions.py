"""What was decided at the kit about edits that have not left: approved, or sent back to their authors.

An approval is of the words that would leave, by their hash: where these become others it counts no more. Decisions
stay in the kit's private file. Nothing here decides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.kit import private
from wikigit.wikitext import changes


@dataclass(frozen=True, slots=True)
class Decision:
    """The newest decision about one edit.

    `words` is the hash of what was approved; `allows`: also the names that stand in it. `said` is for the author.
    """

    edit: str
    outcome: Outcome
    day: str
    words: str = ""
    allows: bool = False
    said: str = ""

    @property
    def receipt(self) -> Receipt:
        """The decision as its author is told of it."""
        return Receipt(self.edit, self.outcome, day=self.day, said=self.said)


def words(leaving: Edit) -> str:
    """The hash of what of an edit leaves: the words that it takes out and puts in, its title, summary and credit.

    The text around is no part of it. That is public, or approved by itself; so a page that changed elsewhere
    meanwhile, or another edit of it that is approved, makes nobody look again.
    """
    pieces = [(piece.change, "".join(piece.wikitext.split())) for piece in changes.difference(*leaving.pair)]
    told = [str(leaving.title), leaving.summary, leaving.credit, leaving.before is None, pieces]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def read(folder: Path) -> dict[str, Decision]:
    """The newest decision about each edit."""
    with private.opened(folder) as db:
        rows = db.execute("SELECT edit, outcome, day, words, allows, said FROM decisions").fetchall()
    return {row[0]: Decision(row[0], Outcome(row[1]), row[2], row[3], bool(row[4]), row[5]) for row in rows}


def record(folder: Path, decided: Iterable[Decision]) -> None:
    """Keep decisions; each takes the place of the one before."""
    rows = [(d.edit, d.outcome, d.words, d.allows, d.said, d.day) for d in decided]
    if rows:
        with private.opened(folder) as db:
            db.executemany("INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?)", rows)


def drop(folder: Path, edits: Iterable[str]) -> None:
    """Forget what was decided about edits."""
    with private.opened(folder) as db:
        db.executemany("DELETE FROM decisions WHERE edit = ?", [(edit,) for edit in edits])
