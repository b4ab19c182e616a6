"""Decline an edit: before merging it never reaches main, afterwards it leaves the queue and main is made anew.

What has nothing of its own without it is declined with it; what has, waits for a person. Nothing here looks at
edits that are not in the queue: they meet the page as it is then.
"""

from __future__ import annotations

from dataclasses import replace

from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError
from wikigit.core.receipt import Outcome, Receipt, check_said
from wikigit.hub import stacked
from wikigit.repo import mainline, queue, receipts, runs
from wikigit.repo.mainline import Mainline
from wikigit.repo.queue import Accepted, FellOut
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.wikitext import pairs

REASONS = (
    "duplicate",
    "no-source",
    "not-neutral",
    "copied-text",
    "private-data",
    "test-edit",
    "vandalism",
    "wrong-page",
    "off-topic",
    "other",
)
"""Codes that every desk can say in its own language."""


def decline(store: Store, edit: str, *, reason: str, by: str, day: str, say: str = "") -> list[Receipt]:
    """Decline one edit; returns its receipt and those of edits that cannot stand without it.

    `say`: words for its author alone, beside the reason. Raises WikigitError where these are too many, RepoError
    where there is no such edit, or it is answered or on its way to the wiki already.
    """
    if reason not in REASONS:
        raise RepoError(f"{reason} is no reason that kits can translate.", hint=f"One of: {', '.join(REASONS)}.")
    said = check_said(say)
    with store.writing():
        main = mainline.read(store)
        standing = receipts.standing(store).get(edit)
        if standing is None:
            raise RepoError(f"No edit {edit} was received here.", hint="List them: wikigit log")
        if standing.outcome.final:
            raise RepoError(f"{edit} was answered already: {standing.outcome}.", hint="See `wikigit log`.")
        _not_on_its_way(store, main, edit)
        told = [Receipt(edit, Outcome.DECLINED, reason, "", day, by, standing.kit, said=said)]
        moves: list[Move] = []
        if any(entry.edit == edit for entry in main.entries):
            moves, left = taken_out(store, main, edit, by, day)
            told += left
        moves += receipts.append(store, identity.HUB, told, day)
        store.move(moves)
        return told


def taken_out(store: Store, main: Mainline, edit: str, by: str, day: str) -> tuple[list[Move], list[Receipt]]:
    """Main without an edit of its queue: the moves, and the receipts of what leaves because of it."""
    declined, later = _on_its_page(store, main, edit)
    undo = pairs.undo_of(declined, later, main.site)
    bound = [FellOut(row.entry, row.edit, None) for row in later if row is undo or row.edit.resolves == edit]
    entries = mainline.without(main.entries, {edit, *(fallen.edit.id for fallen in bound)})
    subject = f"Take {edit} out of the queue"
    moves, fell_out = mainline.rebuilt(store, main, entries, on=main.upstream, subject=subject, day=day)
    moves.append(runs.write(store, runs.read(store, main.site), subject, day))
    here = [fallen for fallen in fell_out if fallen.entry.title == declined.title]
    told = [replace(receipt, day=day, by=by) for receipt in stacked.left(edit, [*bound, *here])]
    elsewhere = [fallen for fallen in fell_out if fallen not in here]
    return moves, [*told, *mainline.left_queue(store, main.upstream, elsewhere, day, Outcome.MERGE_CONFLICT)]


def _on_its_page(store: Store, main: Mainline, edit: str) -> tuple[Edit, list[Accepted]]:
    """An edit of the queue, and the rows of its page after it."""
    title = next(entry.title for entry in main.entries if entry.edit == edit)
    rows = list(queue.accepted(store, [entry for entry in main.entries if entry.title == title], main.upstream))
    place = next(place for place, row in enumerate(rows) if row.edit.id == edit)
    return rows[place].edit, rows[place + 1 :]


def _not_on_its_way(store: Store, main: Mainline, edit: str) -> None:
    for intent in runs.read(store, main.site):
        if edit in intent.edits:
            raise RepoError(
                f"The bridge has begun to publish {edit}.",
                hint="Wait for its receipt; afterwards the page is changed on the wiki.",
            )
