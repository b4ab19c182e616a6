"""Bring the hub's redactions into this kit's own histories, before anything that stands on them is taken in.

Edits without an answer stay, each with its pair; a line that had to go is a mark in it, and such an edit waits.
Nothing here decides what goes.
"""

from __future__ import annotations

from wikigit.core.errors import ParcelError
from wikigit.kit import aside, relay
from wikigit.repo import layout, redactions
from wikigit.repo.parcel import Manifest
from wikigit.repo.refs import Move
from wikigit.repo.rewrite import Rewriting
from wikigit.repo.store import Store


def need_newest(store: Store, manifest: Manifest) -> None:
    """Refuse a parcel that was written before what was redacted here already. Raises ParcelError."""
    ours, theirs = store.tip(layout.REDACTIONS), manifest.tips.get(layout.REDACTIONS)
    if ours and (theirs is None or (theirs != ours and store.contains(ours, theirs))):
        raise ParcelError(
            f"The parcel {manifest.name} may hold what has been taken out of every copy since.",
            hint="Ask the hub for a new one: wikigit hub send STICK",
        )


def written_anew(view: Store, manifest: Manifest) -> list[Move]:
    """The moves of this kit's refs onto its histories without what a parcel's redactions take out of them.

    `view`: with the parcel's objects. The parcel must go on from there, like any other: so the hub has done the same.
    """
    tip, here = manifest.tips.get(layout.REDACTIONS), view.tip(layout.REDACTIONS)
    if tip in (None, here) or tip is None:
        return []
    with view.gathering():
        moves = redactions.moves(view, [Rewriting(view, one) for one in redactions.ahead(view, tip)])
        view.flush()
    return [*moves, Move(layout.REDACTIONS, here, tip)]


def begin(store: Store, moves: list[Move]) -> None:
    """Move the refs, once the parcel is believed. What they leave goes when all of it is taken in.

    The private file first: what was killed after that begins again.
    """
    for move in moves:
        if move.ref == layout.REDACTIONS and move.new:
            for redaction in redactions.ahead(store, move.new):
                aside.redact(store.path, redaction)
            store.leave(moves)
            relay.drop_older(store, move.new)
