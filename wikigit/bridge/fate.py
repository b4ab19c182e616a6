"""What later became of a published edit: pure, from what the wiki shows of its page.

    alive        at least nine of ten words that it added stand there
    reworked     fewer do, and nobody took the edit out as a whole
    reverted     a later revision took it out: by a change tag, or by the text from before it
    suppressed   the wiki hides its text, or has the page no more

Change tags alone tell too little: a rollback is marked on our revision only after the wiki's job queue ran,
and an undo by a new account perhaps never. Days are counted from the receipt that says `published`. Nothing
here asks the wiki or writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wikigit.core import identity
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision

AGES = (7, 30, 90)
"""Days after publication at which an edit is looked at again."""

ALIVE = 90
"""Of a hundred words that an edit added, how many make it count as alive."""

RADIUS = 15
"""Revisions before ours whose text may come back; MediaWiki itself looks as far ($wgRevertedTagMaxDepth)."""

FATES = frozenset({Outcome.ALIVE, Outcome.REVERTED, Outcome.REWORKED, Outcome.SUPPRESSED})

_ROLLBACK, _UNDO, _MANUAL, _REVERTED = "mw-rollback", "mw-undo", "mw-manual-revert", "mw-reverted"
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Published:
    """An edit in a revision of the wiki.

    `looked`: the age at which it was looked at last, 0 for none; `told`: whether any fate was told.
    """

    edit: str
    kit: str
    revision: int
    day: str
    looked: int = 0
    told: bool = False

    def due(self, today: str) -> int:
        """The age at which to look at it today, one of AGES; 0 where that is done, or not yet to do."""
        age = _reached(days(self.day, today))
        return age if age > self.looked else 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the wiki shows of a published edit.

    `head` is its page's latest revision id, `share` how many of a hundred words that it added stand there (None: it
    added none), `legible` whether we may read that text. `history` is the page's, newest first, from the head to some
    revisions before ours; empty where it was not asked.
    """

    head: int
    share: int | None
    history: tuple[Revision, ...] = ()
    legible: bool = True

    def tells(self, revision: int) -> bool:
        """Whether the page's text alone says that the edit is alive."""
        return self.head == revision or (self.share is not None and self.share >= ALIVE)


def published(lines: Iterable[Receipt]) -> list[Published]:
    """Every edit that the bridge published, in the order of its lines."""
    found: dict[str, Published] = {}
    for line in sorted((line for line in lines if line.writer == identity.BRIDGE), key=lambda line: line.seq):
        told = found.get(line.edit)
        if line.outcome is Outcome.PUBLISHED and line.ref.isdigit():
            found[line.edit] = Published(line.edit, line.kit, int(line.ref), line.day)
        elif told and line.outcome in FATES:
            looked = max(told.looked, _reached(days(told.day, line.day)))
            found[line.edit] = replace(told, looked=looked, told=True)
        else:
            found.pop(line.edit, None)
    return list(found.values())


def gone(edit: Published, today: str) -> Receipt | None:
    """The fate of an edit whose page, or whose revision of it, the wiki has no more."""
    return _bad_news(edit, Outcome.SUPPRESSED, "page-deleted", str(edit.revision), today)


def fate(edit: Published, seen: Seen, today: str) -> Receipt | None:
    """What became of an edit; None where that was told for its age, cannot be told yet, or not from what is seen."""
    age = edit.due(today)
    alive = Receipt(edit.edit, Outcome.ALIVE, str(age), str(edit.revision), today, kit=edit.kit) if age else None
    if seen.tells(edit.revision):
        return alive
    place = next((n for n, revision in enumerate(seen.history) if revision.id == edit.revision), None)
    if place is None:
        return None
    ours, older, later = seen.history[place], seen.history[place + 1 :], seen.history[:place][::-1]
    if not ours.sha1:
        return _bad_news(edit, Outcome.SUPPRESSED, "hidden-text", str(edit.revision), today)
    if out := _taken_out(ours, older, later):
        return _bad_news(edit, Outcome.REVERTED, *out, today)
    if alive is None or not seen.legible:
        return None
    if seen.share is None:
        return alive
    return replace(alive, outcome=Outcome.REWORKED, code=f"{age}:{seen.share}", ref=str(seen.head))


def _bad_news(edit: Published, outcome: Outcome, code: str, ref: str, today: str) -> Receipt | None:
    """What need not wait for an age, if nothing was told before."""
    if edit.told and not edit.due(today):
        return None
    return Receipt(edit.edit, outcome, code, ref, today, kit=edit.kit)


def _taken_out(ours: Revision, older: Sequence[Revision], later: Sequence[Revision]) -> tuple[str, str] | None:
    """How our revision was taken out and by which (code, revision id), None where it was not, or was brought back."""
    without = {revision.sha1 for revision in older} - {"", ours.sha1}
    holding = {ours.sha1}
    code, by, passed = "", None, [ours]
    for revision in later:
        if by is None:
            code = _how(revision, ours, without, passed)
            by = revision if code else None
            holding |= {revision.sha1} - {""} if not code else set()
        elif revision.sha1 in holding or _undoes(revision, by):
            by = None
        passed.append(revision)
    if by:
        return code, str(by.id)
    if code or _REVERTED not in ours.tags:
        return None
    marked = (str(r.id) for r in later if {_ROLLBACK, _UNDO, _MANUAL} & set(r.tags))
    return "tag", next(marked, "")


def _how(revision: Revision, ours: Revision, without: set[str], passed: Sequence[Revision]) -> str:
    """How a later revision takes ours out, "" where it does not. `passed`: ours and what came between."""
    back = revision.sha1 in without
    if _ROLLBACK in revision.tags and (back or all(r.account == ours.account for r in passed)):
        return "rollback"
    if _undoes(revision, ours) or (back and _UNDO in revision.tags):
        return "undo"
    return "manual-revert" if back else ""


def _undoes(revision: Revision, other: Revision) -> bool:
    """Whether a revision is an undo whose summary names the other, as MediaWiki writes it in every language."""
    return _UNDO in revision.tags and str(other.id) in _NUMBER.findall(revision.summary)


def _reached(days: int) -> int:
    """The last of AGES that so many days have reached, 0 for none."""
    return max((age for age in AGES if age <= days), default=0)


def days(since: str, until: str) -> int:
    """Days from one day to another; 0 where one of them is in no calendar."""
    try:
        return (date.fromisoformat(until) - date.fromisoformat(since)).days
    except ValueError:
        return 0
