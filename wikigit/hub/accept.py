"""Take an edit that waits, after a volunteer has looked at it: at the queue's end, as a new accepted commit.

What two people's words become together is the proposal that the merge makes; where it makes none, there is
nothing to accept. Nothing here merges by itself.
"""

from __future__ import annotations

from wikigit.core.errors import ConflictsRemain
from wikigit.core.receipt import Receipt
from wikigit.hub import waiting
from wikigit.hub.merge import Accepting
from wikigit.repo import mainline
from wikigit.repo.store import Store


def accept(store: Store, edit: str, *, by: str, day: str) -> list[Receipt]:
    """Accept one waiting edit; returns its receipt, and those of edits that cannot stand with it.

    Raises RepoError where no such edit waits, ConflictsRemain where it still does not fit.
    """
    with store.writing():
        main = mainline.read(store)
        found = waiting.one(store, main, edit)
        taken = Accepting(store, main, by, day)
        told = taken.take(found.commit, found.edit, accepted=True)
        if told is None:
            raise ConflictsRemain(
                f"{edit} changes nothing: an edit of the queue says the same.",
                hint=f"Decline it: wikigit hub decline {edit} --reason duplicate",
            )
        if told.outcome.waits:
            raise ConflictsRemain(
                f"{edit} and the page say different things in the same place.",
                hint=f"Choose what shall stand there: wikigit hub resolve {edit}",
            )
        return taken.record([told])
