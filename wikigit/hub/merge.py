"""Accept edits: replay each new one on main, and make main anew with those that fit.

It never stops at an edit that does not fit: that one waits for a person. Nothing here asks anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.hub import check
from wikigit.repo import edits, layout, mainline, queue, receipts
from wikigit.repo.mainline import Mainline
from wikigit.repo.queue import Entry, FellOut
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.wikitext.merge import Conflict
from wikigit.wikitext.replay import replay_one


@dataclass(frozen=True, slots=True)
class Result:
    """What a merge did, edit by edit."""

    receipts: tuple[Receipt, ...]
    edits: tuple[Edit, ...]

    @property
    def waiting(self) -> int:
        """How many edits need a person."""
        return sum(receipt.outcome.waits for receipt in self.receipts)


def merge(store: Store, branches: list[str], *, by: str, day: str) -> Result:
    """Merge all new edits of these kits (none named: of every kit). `by`: the volunteer's name, for the receipts.

    A branch that is no kit's is a volunteer's own: its edits are those commits that the hook gave trailers.
    """
    with store.writing():
        main = mainline.read(store)
        new = [pair for name in branches or known_kits(store) for pair in _unseen(store, name, main)]
        taken = Accepting(store, main, by, day)
        told = [receipt for commit, edit in new if (receipt := taken.take(commit, edit))]
        moves, fell_out = taken.finish(told)
        told += mainline.left_queue(store, main.upstream, fell_out, day, Outcome.MERGE_CONFLICT)
        moves += receipts.append(store, identity.HUB, told, day)
        store.move(moves)
        return Result(tuple(told), tuple(edit for _, edit in new))


def known_kits(store: Store) -> list[str]:
    """The ids of all kits that have sent edits."""
    return [ref.removeprefix(layout.KITS) for ref in store.refs(layout.KITS)]


def _unseen(store: Store, branch: str, main: Mainline) -> list[tuple[str, Edit]]:
    """Edits of a branch that nobody has answered yet, as (commit id, edit), in its order."""
    if identity.is_kit(branch):
        tip = store.need(layout.kit(branch), "Receive a parcel of it first: wikigit hub receive STICK")
    else:
        tip = store.need(f"refs/heads/{branch}", "Push that branch here first.")
    commits = store.history(tip, main.tip)
    if identity.is_kit(branch):
        standing = receipts.standing(store, branch)
        found = edits.among(store, commits, main.site)
        return [(c, e) for c, e in found if e.id in standing and standing[e.id].outcome is Outcome.RECEIVED]
    standing = receipts.standing(store, identity.HUB)
    return [(c, e) for c, e in check.volunteers_edits(store, commits, main.site) if e.id not in standing]


class Accepting:
    """Main as it grows by the edits that fit: a chain of accepted commits on top of it."""

    def __init__(self, store: Store, main: Mainline, by: str, day: str) -> None:
        self.store, self.main, self.by, self.day = store, main, by, day
        self.tip = main.tip
        self.entries = list(main.entries)
        self.there = edits.published(store, main.upstream) | {entry.edit for entry in main.entries}

    def take(self, commit: str, edit: Edit, *, accepted: bool = False) -> Receipt | None:
        """Try one edit on the page as it is now; its receipt. `accepted`: a volunteer has looked at it.

        None where an edit of the queue does the same: it stays without an answer, and is tried again when the
        wiki has that one, or a volunteer has declined it.
        """
        if edit.id in self.there:
            return self._receipt(edit, Outcome.MERGED)
        so_far = self.store.wikitext(self.tip, edit.title)
        result = replay_one(so_far, edit.pair, self.main.site, accepted=accepted)
        if isinstance(result, Conflict):
            told = result.code in (Outcome.DEPENDS_ON, Outcome.PROPOSAL)
            return self._receipt(edit, Outcome(result.code) if told else Outcome.MERGE_CONFLICT, result.code)
        if result == so_far:
            on_wiki = self.store.wikitext(self.main.upstream, edit.title)
            there = replay_one(on_wiki, edit.pair, self.main.site) == on_wiki
            return self._receipt(edit, Outcome.ALREADY_THERE) if there else None
        self.tip = edits.write(
            self.store,
            edit,
            self.tip,
            wikitext=result,
            committer=identity.HUB,
            taken_from=commit,
            reviewed_by=self.by,
            day=self.day,
        )
        self.entries.append(Entry(edit.title, queue.next_place(self.entries), edit.id, self.tip))
        self.there.add(edit.id)
        return self._receipt(edit, Outcome.MERGED)

    def finish(self, told: list[Receipt]) -> tuple[list[Move], tuple[FellOut, ...]]:
        """The move of main; none where nothing was accepted."""
        if self.tip == self.main.tip:
            return [], ()
        count = len(self.entries) - len(self.main.entries)
        return mainline.rebuilt(
            self.store,
            self.main,
            self.entries,
            on=self.main.upstream,
            second=self.tip,
            subject=f"Merge {count} edit{'s' if count > 1 else ''}",
            body=[f"{receipt.edit} {receipt.outcome}" for receipt in told],
            day=self.day,
        )

    def _receipt(self, edit: Edit, outcome: Outcome, code: str = "") -> Receipt:
        return Receipt(edit.id, outcome, "" if code == outcome else code, "", self.day, self.by, edit.kit)
