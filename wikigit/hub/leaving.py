"""Take out of the queue what people's commits took out of main: declined, with the words in which they did it.

Nothing here moves a ref, or decides what was taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wikigit.core import words
from wikigit.core.edit import Edit
from wikigit.core.receipt import SAID_LENGTH, UNDONE, Outcome, Receipt
from wikigit.core.title import Title
from wikigit.hub import decline
from wikigit.hub.arrived import Page
from wikigit.hub.presence import Came
from wikigit.repo import layout, mainline, queue
from wikigit.repo.mainline import Mainline
from wikigit.repo.refs import Move
from wikigit.repo.store import Store


@dataclass(slots=True)
class Left:
    """Main without some edits: the moves of other refs that go with it, receipts, and the edits that fell out too."""

    main: Mainline
    moves: list[Move] = field(default_factory=list)
    told: list[Receipt] = field(default_factory=list)
    again: dict[Title, list[Came]] = field(default_factory=dict)


def leave(store: Store, base: Mainline, pages: Iterable[Page], by: str, day: str) -> Left:
    """Main without the edits that are gone from its pages, the newest first."""
    said = {edit: first_line for page in pages for edit, first_line in page.gone.items()}
    rows = {row.edit.id: row for row in queue.accepted(store, base.entries, base.upstream)}
    left = Left(base)
    for entry in reversed(base.entries):
        if entry.edit in said and any(other.edit == entry.edit for other in left.main.entries):
            moves, told = decline.taken_out(store, left.main, entry.edit, by, day)
            left.main = mainline.at(store, next(move.new for move in moves if move.ref == layout.MAIN and move.new))
            left.moves = [move for move in moves if move.ref != layout.MAIN]
            left.told += [_declined(rows[entry.edit].edit, said[entry.edit], by, day), *told]
    left.told += [_declined(edit, said[edit.id], by, day) for page in pages for edit in _came_and_went(page)]
    fell_out = {told.edit for told in left.told if told.edit not in said and told.code != UNDONE}
    for entry in base.entries:
        if entry.edit in fell_out:
            left.again.setdefault(entry.title, []).append(Came(rows[entry.edit].edit, entry.commit))
    return left


def _came_and_went(page: Page) -> Iterator[Edit]:
    """The edits that came to a page by other ways, and went again before anybody reconciled."""
    return (came.edit for came in page.came if came.commit and came.edit.id in page.gone)


def _declined(edit: Edit, first_line: str, by: str, day: str) -> Receipt:
    said = words.shorten(words.one_line(first_line), SAID_LENGTH)
    return Receipt(edit.id, Outcome.DECLINED, "other", "", day, by, edit.kit, said=said)
