"""Take a page of main's tip apart: which edits make it of the page before, and what is left for a person.

    page before + edits that came + a volunteer's own words = page of the tip

Texts go in and come out; nothing here touches Git, or knows how the edits were recognised.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wikigit.core.edit import Edit
from wikigit.core.site import Site
from wikigit.hub.presence import Came, blanks, carries, doubles, lacks, nearer, none_of, same, stands, without
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.pairs import undo_of
from wikigit.wikitext.replay import DEPENDS_ON, brings_back, replay_one
from wikigit.wikitext.resolve import nearest

_WHOLE = frozenset({"redirect", "blanked", "comment", "deleted"})
"""Conflicts about the page as a whole: what a person wrote cannot be told apart by spots."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An edit that came and stays: the page with it, and whether a person had to resolve it."""

    came: Came
    wikitext: str
    resolved: bool


@dataclass(slots=True)
class Apart:
    """A page taken apart.

    `taken`: edits in order. `idle`: those that change nothing there. `undone`: those that leave with their undo.
    `waiting`: those that need a person, with a conflict's code; "dropped" where the tip leaves out what fits.
    `page` is what all this makes, `rest` the page with the words that are left over, None for none. `restored`:
    the tip lacked words of the queue that nobody took out in a commit of its own. `unclear`: a person has to look.
    """

    page: str | None
    taken: list[Taken] = field(default_factory=list)
    idle: list[Came] = field(default_factory=list)
    undone: list[Came] = field(default_factory=list)
    waiting: list[tuple[Came, str]] = field(default_factory=list)
    rest: str | None = None
    restored: bool = False
    unclear: bool = False


@dataclass(frozen=True, slots=True)
class Edits:
    """The edits that have to do with a page's tip.

    `came`: those that came, in order. `away`: those that came and must stand nowhere. `kept`: those of the queue, which
    stand in the page. `open`: others whose words are known, and are not taken.
    """

    came: Sequence[Came]
    away: Sequence[Edit] = ()
    kept: Sequence[Edit] = ()
    open: Sequence[Edit] = ()


def apart(page: str | None, tip: str | None, edits: Edits, site: Site) -> Apart:
    """Take `tip` apart, which was made of `page`."""
    came = edits.came
    text, clear = _without(tip, edits.away, _fitting(page, came, site), site)
    lawful = _composed(page, text, came, site, clear).page
    restored = False
    for edit in edits.kept:
        again = replay_one(text, edit.pair, site, accepted=True)
        if isinstance(again, str) and again != text and nearer(lawful, again, text):
            text, restored = again, True
    found, dropped = _without_dropped(page, text, came, site, clear)
    found.waiting += [(one, "dropped") for one in dropped if one.commit]
    found.restored = restored or (text is None and found.page is not None)
    if text is not None and not same(found.page, text):
        not_taken = [*edits.open, *(one.edit for one, _ in found.waiting)]
        found.unclear |= doubles(found.page, text) or blanks(found.page, text, site)
        found.unclear |= any(carries(edit, found.page, text) for edit in not_taken)
        found.rest = None if found.unclear else text
    return found


def unread(page: str | None, came: Sequence[Came], site: Site) -> Apart:
    """What becomes of the edits of a page whose tip cannot be read: those that fit stay."""
    return _composed(page, None, came, site, clear=False)


def _fitting(page: str | None, came: Iterable[Came], site: Site) -> str | None:
    """A page with all that fits it."""
    for one in came:
        result = replay_one(page, one.pair, site, accepted=True)
        page = result if isinstance(result, str) else page
    return page


def _without(tip: str | None, away: Sequence[Edit], lawful: str | None, site: Site) -> tuple[str | None, bool]:
    """The tip's page without edits that must not be there, and whether all could be taken back.

    What they do may stand there by right, if it does so in `lawful` too.
    """
    clear = True
    for edit in reversed(away):
        if not stands(tip, edit, site) or stands(lawful, edit, site):
            continue
        result = without(tip, edit, site)
        if isinstance(result, Conflict):
            clear = False
        else:
            tip = result
    return tip, clear


def _without_dropped(
    page: str | None, tip: str | None, came: Sequence[Came], site: Site, clear: bool
) -> tuple[Apart, list[Came]]:
    """The page without edits that the tip leaves out although they fit there, and these."""
    dropped: list[Came] = []
    while True:
        found = _composed(page, tip, [one for one in came if one not in dropped], site, clear)
        one = None if same(found.page, tip) else _left_out(page, tip, found, site, clear)
        if one is None:
            return found, dropped
        dropped.append(one)


def _composed(page: str | None, tip: str | None, came: Sequence[Came], site: Site, clear: bool) -> Apart:
    """The page with the edits that came, but for those that do not fit and were taken back later."""
    found = _replayed(page, tip, came, site, clear)
    for one, _ in found.waiting:
        undo = undo_of(one.edit, [other for other in came if other.turn > one.turn], site)
        if undo is not None:
            less = _composed(page, tip, [other for other in came if other not in (one, undo)], site, clear)
            less.undone += [one, undo]
            return less
    return found


def _replayed(page: str | None, tip: str | None, came: Sequence[Came], site: Site, clear: bool) -> Apart:
    """The page with the edits that came; where one does not fit, as near to the tip as its own words allow.

    One that would bring in words that it only stood on is tried again when all others are there.
    """
    found = Apart(page, unclear=not clear)
    early = [one for one in came if _take(found, one, came, tip, site)]
    for one in early:
        if _take(found, one, came, tip, site):
            found.unclear = True
            found.waiting.append((one, DEPENDS_ON))
    return found


def _take(found: Apart, one: Came, came: Sequence[Came], tip: str | None, site: Site) -> bool:
    """Try one edit on the page so far; whether it is too early for it."""
    result = replay_one(found.page, one.pair, site, accepted=True)
    if isinstance(result, str):
        if result == found.page:
            found.idle.append(one)
        else:
            found.taken.append(Taken(one, result, resolved=False))
            found.page = result
        return False
    found.unclear |= result.code in _WHOLE and found.page is not None
    chosen = one.commit and not found.unclear and not none_of(one, came, found.page, tip)
    text = nearest(result, tip or "") if chosen else found.page or ""
    if blanks(found.page, text, site) or doubles(found.page, text, one.edit):
        text, found.unclear = found.page or "", True
    if same(text, found.page):
        found.waiting += [(one, result.code)] if one.commit else []
    elif brings_back(one.edit.before, found.page, text):
        return True
    else:
        found.taken.append(Taken(one, text, resolved=True))
        found.page = text
    return False


def _left_out(page: str | None, tip: str | None, found: Apart, site: Site, clear: bool) -> Came | None:
    """An edit that came and is not on the tip: it fits there, and the tip is nearer without it."""
    for taken in reversed(found.taken):
        if lacks(tip, taken.came, site):
            others = [other.came for other in found.taken if other is not taken]
            if nearer(tip, _replayed(page, tip, others, site, clear).page, found.page):
                return taken.came
    return None
