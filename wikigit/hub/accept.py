"""Take an edit that waits, after a volunteer has looked at it: at the queue's end, as a new accepted commit.

What two people's words become together is the proposal that the merge makes; where it makes none, there is
nothing to accept. Nothing here merges by itself.
"""

from __future__ import annotations

from wikigit.core import identity
from wikigit.core.errors import ConflictsRemain, RepoError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.hub.merge import Accepting
from wikigit.repo import edits, layout, mainline, receipts
from wikigit.repo.store import Store


def accept(store: Store, edit: str, *, by: str, day: str) -> list[Receipt]:
    """Accept one waiting edit; returns its receipt, and those of edits that cannot stand with it.

    Raises RepoError where no such edit waits, ConflictsRemain where it still does not fit.
    """
    with store.writing():
        main = mainline.read(store)
        standing = receipts.standing(store).get(edit)
        if standing is None or not standing.outcome.waits:
            state = f"is {standing.outcome}" if standing else "was never received here"
            raise RepoError(f"{edit} does not wait: it {state}.", hint="List those that wait: wikigit log --waiting")
        commit = newest_commit(store, edit, main.tip)
        taken = Accepting(store, main, by, day)
        told = taken.take(commit, edits.read(store, commit, main.site), accepted=True)
        if told is None or told.outcome.waits:
            raise ConflictsRemain(
                f"{edit} and the page say different things in the same place.",
                hint="Decline it with a reason, or bring its words in as an edit of your own.",
            )
        moves, fell_out = taken.finish([told])
        receipts_now = [told, *mainline.left_queue(store, main.upstream, fell_out, day, Outcome.MERGE_CONFLICT)]
        store.move([*moves, *receipts.append(store, identity.HUB, receipts_now, day)])
        return receipts_now


def newest_commit(store: Store, edit: str, main: str) -> str:
    """The commit whose pair counts: the last accepted one where the edit ever was in the queue, else its author's."""
    own = [tip for ref, tip in store.refs("refs/heads/").items() if not ref.startswith(layout.OURS)]
    for tip in (main, *own):
        found = edits.commits_of(store, edit, tip)
        if found:
            return found[0]
    raise RepoError(f"No commit of {edit} is here.", hint="Ask the kit for everything: wikigit kit send STICK --full")
