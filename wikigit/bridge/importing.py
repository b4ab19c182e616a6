"""Mode `import`: which time each revision bears, and where it came to stand in its page's history.

MediaWiki's import knows no edit conflict. What stands in for one is its rule about time: an imported revision becomes
the page's head only where no newer one is there. So each bears a time before `QUIET` ago, and whoever saved the page
since we looked has the newer revision: ours goes below theirs. Pure; nothing here asks the wiki.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from wikigit.core import attribution
from wikigit.core.receipt import Outcome
from wikigit.core.revision import Revision

QUIET = timedelta(minutes=3)
"""A page rests for so long before anything is imported. No save takes longer: MediaWiki ends one after two minutes."""

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_SECOND = timedelta(seconds=1)


class Place(StrEnum):
    """Where our revisions stand; the value is the code of a receipt."""

    LANDED = ""  # on the revision that they were planned on, and the page shows them
    BELOW = "imported-below"  # somebody was faster: the page shows their words, ours stand below in the history
    OVER = "imported-over"  # the page shows ours, and somebody's revision that ours does not hold is below
    ALONE = "imported-after-deletion"  # the page was deleted or moved: ours made it anew


@dataclass(frozen=True, slots=True)
class Found:
    """Our revisions in a page's history, by step; `other` is the revision of somebody else that matters, 0 for none."""

    place: Place
    revisions: Mapping[str, Revision]
    other: int = 0

    def outcome(self, step: str, sha1: str) -> tuple[Outcome, str, str]:
        """What became of a step: outcome, code and the revision that a receipt names."""
        revision = self.revisions[step]
        if revision.sha1 != sha1:
            return Outcome.HELD, "not-as-sent", str(revision.id)
        if self.place is Place.LANDED:
            return Outcome.PUBLISHED, "", str(revision.id)
        return Outcome.HELD, str(self.place), str(self.other or revision.id)


def times(days: Iterable[str], head: str, clock: str) -> tuple[str, ...] | None:
    """The times of revisions made of edits of these days, to stand on a head of time `head` ("": a new page).

    Each is the edit's own day, or one second after the revision before it where that is later. Of a day that has not
    come yet by the wiki's `clock` it is the wiki's. The same question has the same answer the whole day long, so that
    a revision that is sent twice is known again. None where the page has not been at rest for long enough.
    """
    latest = datetime.fromisoformat(clock) - QUIET
    last = datetime.fromisoformat(head) if head else datetime.min.replace(tzinfo=UTC)
    told = []
    for day in days:
        began = datetime.fromisoformat(min(day, latest.strftime("%Y-%m-%d"))).replace(tzinfo=UTC)
        last = max(began, last + _SECOND)
        told.append(last.strftime(_TIME))
    return tuple(told) if last <= latest else None


def still_under_way(time: str, clock: str) -> bool:
    """Whether a request that was sent after `time`, and never answered, may still arrive."""
    return datetime.fromisoformat(time) > datetime.fromisoformat(clock) - QUIET


def find(steps: Collection[str], head: int, history: Sequence[Revision]) -> Found | None:
    """Where the revisions of these steps stand, that were planned on revision id `head` (0: no page); None if nowhere.

    `history` is the page's, newest first, down to that head.
    """
    oldest_first = history[::-1]
    ours = {step: place for place, r in enumerate(oldest_first) if (step := step_of(r)) in steps}
    if not ours:
        return None
    ids = [revision.id for revision in oldest_first]
    on, top = ids.index(head) if head in ids else -1, max(ours.values())
    revisions = {step: oldest_first[place] for step, place in ours.items()}
    above = oldest_first[top + 1] if top + 1 < len(oldest_first) else None
    between = [n for place, n in enumerate(ids) if on < place < top and place not in ours.values()]
    if head and on < 0:
        return Found(Place.ALONE, revisions)
    if above is not None and above.sha1 != oldest_first[top].sha1:
        return Found(Place.BELOW, revisions, above.id)
    return Found(Place.OVER, revisions, between[-1]) if between else Found(Place.LANDED, revisions)


def step_of(revision: Revision) -> str:
    """The step that an imported revision says it is of; "" where it was not imported by a bridge."""
    said = attribution.parse(revision.summary) if attribution.is_author(revision.account) else None
    return said.step if said else ""
