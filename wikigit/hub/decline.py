"""Decline an edit: before merging it never reaches main, afterwards it leaves the queue and main is made anew."""

from __future__ import annotations

from wikigit.core import identity
from wikigit.core.errors import RepoError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.repo import mainline, receipts, runs
from wikigit.repo.mainline import Mainline
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

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


def decline(store: Store, edit: str, *, reason: str, by: str, day: str) -> list[Receipt]:
    """Decline one edit; returns its receipt and those of edits that cannot stand without it.

    Raises RepoError where there is no such edit, or it is answered or on its way to the wiki already.
    """
    if reason not in REASONS:
        raise RepoError(f"{reason} is no reason that kits can translate.", hint=f"One of: {', '.join(REASONS)}.")
    with store.writing():
        main = mainline.read(store)
        standing = receipts.standing(store).get(edit)
        if standing is None:
            raise RepoError(f"No edit {edit} was received here.", hint="List them: wikigit log")
        if standing.outcome.final:
            raise RepoError(f"{edit} was answered already: {standing.outcome}.", hint="See `wikigit log`.")
        _not_on_its_way(store, main, edit)
        told = [Receipt(edit, Outcome.DECLINED, reason, "", day, by, standing.kit)]
        moves: list[Move] = []
        if any(entry.edit == edit for entry in main.entries):
            entries = mainline.without(main.entries, {edit})
            moves, fell_out = mainline.rebuilt(
                store, main, entries, on=main.upstream, subject=f"Take {edit} out of the queue", day=day
            )
            told += mainline.left_queue(store, main.upstream, fell_out, day, Outcome.MERGE_CONFLICT)
            moves.append(runs.write(store, runs.read(store, main.site), f"Take {edit} out of the queue", day))
        moves += receipts.append(store, identity.HUB, told, day)
        store.move(moves)
        return told


def _not_on_its_way(store: Store, main: Mainline, edit: str) -> None:
    for intent in runs.read(store, main.site):
        if edit in intent.edits:
            raise RepoError(
                f"The bridge has begun to publish {edit}.",
                hint="Wait for its receipt; afterwards the page is changed on the wiki.",
            )
