"""What becomes of the edits that stood on a declined one, without touching Git.

What has nothing of its own without it is declined with it. What has, waits: a volunteer decides per spot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wikigit.core.receipt import UNDONE, Outcome, Receipt
from wikigit.repo.queue import FellOut
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.normalise import TRIMMED

_OF_WORDS = frozenset({"", "deleted", "depends-on"})
"""Codes of conflicts whose spots hold the disputed words and no others; other codes doubt the page as a whole."""


def left(declined: str, fell_out: Iterable[FellOut]) -> Iterator[Receipt]:
    """A receipt for each edit that left its page's queue since the edit `declined` did; in the order of the queue.

    Where one waits, those after it may stand on that one: they wait too.
    """
    gone, waits = {declined}, False
    for fallen in fell_out:
        edit, conflict = fallen.edit, fallen.conflict
        if edit.resolves in gone or (conflict and not waits and not _remains(conflict, fallen.met)):
            gone.add(edit.id)
            yield Receipt(edit.id, Outcome.DECLINED_WITH, "", declined, kit=edit.kit)
        elif conflict is None:
            yield Receipt(edit.id, Outcome.ALREADY_THERE, UNDONE, kit=edit.kit)
        else:
            waits = True
            code = "" if conflict.code == Outcome.DEPENDS_ON else conflict.code
            yield Receipt(edit.id, Outcome.DEPENDS_ON, code, declined, kit=edit.kit)


def _remains(conflict: Conflict, met: str | None) -> bool:
    """Whether something of an edit would stand on the page that it met, with that page's words in every spot."""
    if conflict.code not in _OF_WORDS:
        return True
    return conflict.wikitext(lambda spot: spot.ours).rstrip(TRIMMED) != (met or "").rstrip(TRIMMED)
