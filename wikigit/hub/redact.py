"""Take words and names out of every history here, for good: what the wiki hides, and what else must go.

Everything else stays: each edit with its pair, each receipt, what is known as published, the queue. The wiki goes
first: what main still shows cannot be taken out. Nothing here finds out what goes (`going`), or asks the wiki.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from wikigit.core.errors import RepoError
from wikigit.hub.going import FIRST_THE_WIKI, Planned
from wikigit.repo import layout, mainline, manifests, parcel, queue, redactions, runs
from wikigit.repo.mainline import Mainline
from wikigit.repo.rewrite import Rewriting
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Redacted:
    """What was done: the epoch that began, and how many branches were written anew."""

    epoch: int
    branches: int


def redact(store: Store, planned: Planned, day: str) -> Redacted:
    """Write every history here anew without it, and remove what they were.

    Raises RepoError, and changes nothing, where a run is open, or main as it is now would not be the same.
    """
    with store.writing():
        main = mainline.read(store)
        _need_no_run(store, main)
        rewriting = Rewriting(store, planned.redaction)
        moves = redactions.moves(store, [rewriting])
        _need_same_pages(store, main, rewriting)
        kept = frozenset((gone, kept) for gone in _acknowledged(store, rewriting) for kept in rewriting.kept(gone))
        record = redactions.add(store, replace(planned.redaction, moved=rewriting.named, kept=kept), day)
        store.leave([*moves, record])
        store.forget()
        return Redacted(redactions.epoch(store, record.new), len(moves))


def _acknowledged(store: Store, rewriting: Rewriting) -> set[str]:
    """The commits that kits said they hold, and that are written anew."""
    heard = (manifests.last(store, kit, parcel.UP) for kit in manifests.kits(store))
    tips = (tip for told in heard if told for tip in manifests.already_there(store, told.acknowledges.tips))
    return {tip for tip in tips if rewriting.commits.get(tip, tip) != tip}


def _need_no_run(store: Store, main: Mainline) -> None:
    if runs.turn(store) or runs.read(store, main.site):
        raise RepoError("A run is publishing.", hint="Let it end, or settle it: wikigit bridge publish --take-over")


def _need_same_pages(store: Store, main: Mainline, rewriting: Rewriting) -> None:
    """Refuse what would change a page as main shows it, or let an edit fall out of the queue."""
    tips = {ref: store.need(ref, "") for ref in (layout.UPSTREAM, layout.MAIN)}
    for ref, tip in tips.items():
        old, new = store.read(tip).tree, store.read(rewriting.tip(ref, tip)).tree
        differ = [file for file in mainline.managed(store, old, new) if not file.startswith(layout.QUEUE + "/")]
        if differ:
            raise RepoError(
                f"{ref.removeprefix(layout.HEADS)} still shows it, in {differ[0]}.",
                hint=f"{FIRST_THE_WIKI} An edit in the queue that holds it: wikigit hub decline EDIT",
            )
    again = mainline.at(store, rewriting.tip(layout.MAIN, main.tip))
    made = queue.compute(store, again.upstream, again.entries, store.read(again.tip).tree)
    if made.fell_out:
        edit = made.fell_out[0].edit
        raise RepoError(
            f"{edit.id} of {edit.title} would not fit without it.", hint=f"wikigit hub decline {edit.id} --reason CODE"
        )
