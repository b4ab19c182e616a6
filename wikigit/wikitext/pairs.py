"""Edits that belong together: one and its later undo, one and a volunteer's words that resolve it.

    was taken back, but its undo would do something else here    both leave; nobody is asked
    does not fit, and a volunteer resolved it once               their words wait with it

An edit does nothing where it does not fit, or where somebody else has done the same. Its undo would then take
back what others made. Nothing here knows what the writers are told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from wikigit.core.edit import Edit
from wikigit.core.site import Site
from wikigit.wikitext import replay as replaying
from wikigit.wikitext.conflict import Conflict, between
from wikigit.wikitext.replay import Pair, Replayed, Waiting, replay_one


class Row(Pair, Protocol):
    """Anything that is replayed for an edit."""

    @property
    def edit(self) -> Edit: ...


R = TypeVar("R", bound=Row)


def takes_back(undo: Edit, edit: Edit, site: Site) -> bool:
    """Whether `undo` is the undo of `edit`: it says so, its kit is the same, and it makes the opposite change.

    Trailers come from strangers, so the texts decide.
    """
    if (undo.undoes, undo.kit) != (edit.id, edit.kit):
        return False
    return replay_one(undo.before, (edit.after, edit.before or ""), site) == undo.after


def replay(wikitext: str | None, rows: Iterable[R], site: Site) -> tuple[Replayed[R], tuple[R, ...]]:
    """Replay edits that may belong together; returns the page, and the edits that leave with their undos."""
    rows = list(rows)
    undone: list[R] = []
    while True:
        page, pair = _walked(wikitext, rows, {row.edit.id for row in undone}, site)
        if not pair:
            return page, tuple(undone)
        undone += pair
        rows = [row for row in rows if not any(row is gone for gone in pair)]


def undo_of(edit: Edit, later: Iterable[R], site: Site) -> R | None:
    """The one among later edits that takes this one back."""
    return next((row for row in later if takes_back(row.edit, edit, site)), None)


def _walked(
    wikitext: str | None, rows: Iterable[R], gone: Collection[str], site: Site
) -> tuple[Replayed[R], tuple[R, ...]]:
    """The edits in their order; ends at the first undo that has something else to do here than to take its edit back.

    Returns the page, and that edit with its undo. `gone`: edits that left already.
    """
    page: Replayed[R] = Replayed(wikitext, (), ())
    done: dict[str, _Done[R]] = {}
    for row in rows:
        so_far, page = page, _further(page, row, gone, site)
        now = _Done(row, so_far.wikitext, page.wikitext, len(page.waiting) > len(so_far.waiting))
        first = done.get(row.edit.undoes)
        if first and takes_back(row.edit, first.row.edit, site) and not now.takes_back(first, site):
            return page, (first.row, row)
        done[row.edit.id] = now
    return page, ()


@dataclass(frozen=True, slots=True)
class _Done(Generic[R]):
    """What became of one edit: the page that it met, and the page after it."""

    row: R
    met: str | None
    made: str | None
    waits: bool

    def takes_back(self, first: _Done[R], site: Site) -> bool:
        """Whether it does the opposite here of what the first one did here; where it waits, a person says."""
        if first.met == first.made:
            return False
        return self.waits or replay_one(self.met, (first.made, first.met or ""), site) == self.made


def _further(page: Replayed[R], row: R, gone: Collection[str], site: Site) -> Replayed[R]:
    """The page with one more edit, which waits where it resolves one that is not there."""
    if row.edit.resolves in {*gone, *(w.edit.edit.id for w in page.waiting)}:
        alone = Waiting(row, _alone(page.wikitext, row, site), page.wikitext)
        return replace(page, waiting=(*page.waiting, alone))
    one = replaying.replay(page.wikitext, [row], site)
    return Replayed(one.wikitext, (*page.merged, *one.merged), (*page.waiting, *one.waiting))


def _alone(wikitext: str | None, row: Row, site: Site) -> Conflict:
    """What a volunteer's words would make of a page without the edit that they resolve."""
    result = replay_one(wikitext, row.pair, site, accepted=True)
    return result if isinstance(result, Conflict) else between(wikitext or "", result, "depends-on")
