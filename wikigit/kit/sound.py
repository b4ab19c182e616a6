"""What a kit can know by itself of what the hub sends, before it takes it in.

Main is computed again from the upstream and the queue that it names; what another version of the merge made is
taken as it is. Nothing here looks whether the wiki ever had those pages: that is the bridge's.
"""

from __future__ import annotations

from collections.abc import Sequence

from wikigit.core.errors import ParcelError
from wikigit.repo import layout, mainline, queue, receipts, talk, trees
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.wikitext.merge import VERSION

_HINT = "Keep what you have, and tell who keeps the hub: wikigit verify"


def hubs(view: Store, moves: Sequence[Move], kit: str) -> None:
    """Raises WikigitError where main is not what it says it is made of, or receipts or messages cannot be read."""
    to = {move.ref: move.new for move in moves if move.new}
    _computed(view, to[layout.MAIN], to[layout.UPSTREAM])
    receipts.standing(view, at={ref: tip for ref, tip in to.items() if ref.startswith(layout.RECEIPTS)})
    if layout.MESSAGES in to:
        talk.read(view, view.site(to[layout.UPSTREAM]), tip=to[layout.MESSAGES])


def _computed(view: Store, tip: str, upstream: str) -> None:
    main = mainline.at(view, tip)
    if main.upstream != upstream:
        raise ParcelError("This parcel's main is made of another upstream than it brings.", hint=_HINT)
    if view.read(mainline.computed(view, tip)).message.get("Merge") != VERSION:
        return
    with view.gathering():  # nothing of it is stored
        made = queue.compute(view, upstream, main.entries, view.read(tip).tree)
        differ = made.fell_out or trees.changed(view.git, made.tree, view.read(tip).tree)
    if differ:
        raise ParcelError("This parcel's main is not what its upstream and its queue make.", hint=_HINT)
