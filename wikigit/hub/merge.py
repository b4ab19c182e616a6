"""Accept edits: replay each new one on main, and make main anew with those that fit.

It never stops at an edit that does not fit: that one waits for a person. Nothing here asks anybody.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.receipt import UNDONE, Outcome, Receipt
from wikigit.hub import check, signed, undo
from wikigit.repo import edits, layout, mainline, queue, receipts
from wikigit.repo.mainline import Mainline
from wikigit.repo.queue import Entry, FellOut
from wikigit.repo.refs import Move
from wikigit.repo.reverted import Reverted
from wikigit.repo.store import Store
from wikigit.repo.whereabouts import Whereabouts
from wikigit.wikitext.conflict import Conflict
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
        now = Whereabouts(store, main.upstream)
        unseen = [pair for name in branches or known_kits(store) for pair in _unseen(store, name, main)]
        new = [(commit, now.followed(commit, edit)) for commit, edit in unseen]
        taken = Accepting(store, main, by, day)
        told: dict[str, Receipt] = {}
        known = ChainMap(told, receipts.standing(store))
        for commit, edit in new:
            told |= {receipt.edit: receipt for receipt in taken.answers(commit, edit, known)}
        return Result(tuple(taken.record(list(told.values()))), tuple(edit for _, edit in new))


def known_kits(store: Store) -> list[str]:
    """The ids of all kits that have sent edits."""
    return [ref.removeprefix(layout.KITS) for ref in store.refs(layout.KITS)]


def _unseen(store: Store, branch: str, main: Mainline) -> list[tuple[str, Edit]]:
    """Edits of a branch that nobody has answered yet, as (commit id, edit), in its order.

    Among them those that stand in main's history since a merge that left their words out.
    """
    if identity.is_kit(branch):
        tip = store.need(layout.kit(branch), "Receive a parcel of it first: wikigit hub receive STICK")
    else:
        tip = store.need(f"refs/heads/{branch}", "Push that branch here first.")
    commits = store.history(tip, main.tip)
    standing = receipts.standing(store, branch if identity.is_kit(branch) else identity.HUB)
    if not identity.is_kit(branch):
        return [(c, e) for c, e in check.volunteers_edits(store, commits, main.site) if e.id not in standing]
    received = {edit for edit, told in standing.items() if told.outcome is Outcome.RECEIVED}
    new = [(c, e) for c, e in edits.among(store, commits, main.site) if e.id in received]
    here = {e.id for _, e in new}
    left_out = [signed.commit_of(store, edit, branch) for edit in standing if edit in received - here]
    return [*((c, edits.read(store, c, main.site)) for c in left_out if c), *new]


class Accepting:
    """Main as it grows by the edits that fit: a chain of accepted commits on top of it."""

    def __init__(self, store: Store, main: Mainline, by: str, day: str) -> None:
        self.store, self.main, self.by, self.day = store, main, by, day
        self.tip = main.tip
        self.entries = list(main.entries)
        self.place = queue.next_place(main.entries)
        self.reverted = Reverted(store, main.upstream)
        self.there = edits.published(store, main.upstream) | {entry.edit for entry in main.entries}

    def answers(self, commit: str, edit: Edit, known: Mapping[str, Receipt]) -> list[Receipt]:
        """Try one edit, unless it takes one back that is not on main: then both leave. The receipts."""
        if edit.undoes not in self.there and (both := undo.undone(self.store, commit, edit, known, self.main.site)):
            return [self._receipt(one, Outcome.ALREADY_THERE, UNDONE) for one in both]
        receipt = self.take(commit, edit)
        return [receipt] if receipt else []

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
        if not accepted and self.reverted.under(edit.title, edit.before):
            return self._receipt(edit, Outcome.HELD, queue.REVERTED_BEFORE)
        if result == so_far:
            on_wiki = self.store.wikitext(self.main.upstream, edit.title)
            there = replay_one(on_wiki, edit.pair, self.main.site) == on_wiki
            return self._receipt(edit, Outcome.ALREADY_THERE) if there else None
        return self.add(commit, edit, result)

    def add(self, commit: str, edit: Edit, wikitext: str) -> Receipt:
        """Put an edit at the queue's end, with `wikitext` as its page; `commit` is where it was taken from, "" if new.

        Its receipt.
        """
        self.tip = edits.write(
            self.store,
            edit,
            self.tip,
            wikitext=wikitext,
            committer=identity.HUB,
            taken_from=commit,
            reviewed_by=self.by,
            day=self.day,
        )
        self.entries.append(Entry(edit.title, self.place, edit.id, self.tip))
        self.place += 1
        self.there.add(edit.id)
        elsewhere = commit and self.store.read(commit).message.get("Page") != str(edit.title)
        return self._receipt(edit, Outcome.MERGED, "followed" if elsewhere else "")

    def record(self, told: Sequence[Receipt]) -> list[Receipt]:
        """Make main of what was taken; returns the receipts, with those of edits that cannot stand with it."""
        moves, fell_out = self._main(told)
        left = mainline.left_queue(self.store, self.main.upstream, fell_out, self.day, Outcome.MERGE_CONFLICT)
        self.store.move([*moves, *receipts.append(self.store, identity.HUB, [*told, *left], self.day)])
        return [*told, *left]

    def _main(self, told: Sequence[Receipt]) -> tuple[list[Move], tuple[FellOut, ...]]:
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
