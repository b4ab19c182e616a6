"""The edits that wait for a person: whose they are, where they meet the page, and what they say.

Nothing here decides, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wikigit.core.edit import Edit
from wikigit.core.receipt import Receipt
from wikigit.hub.accept import newest_commit
from wikigit.repo import edits, mainline, receipts
from wikigit.repo.store import Store
from wikigit.wikitext.changes import Piece, changed_lines
from wikigit.wikitext.merge import Conflict, Spot
from wikigit.wikitext.replay import replay_one


@dataclass(frozen=True, slots=True)
class Waiting:
    """One edit that waits: its receipt, the spots where it meets main's page (none where it would fit by now)."""

    edit: Edit
    receipt: Receipt
    spots: tuple[Spot, ...]
    changed: tuple[tuple[Piece, ...], ...]


def waiting(store: Store) -> Iterator[Waiting]:
    """Every edit that waits, with what a volunteer needs to decide."""
    main = mainline.read(store)
    for edit_id, receipt in receipts.standing(store).items():
        if not receipt.outcome.waits:
            continue
        edit = edits.read(store, newest_commit(store, edit_id, main.tip), main.site)
        result = replay_one(store.wikitext(main.tip, edit.title), edit.pair, main.site)
        spots = result.spots if isinstance(result, Conflict) else ()
        changed = tuple(tuple(line) for line in changed_lines(edit.before, edit.after))
        yield Waiting(edit, receipt, spots, changed)
