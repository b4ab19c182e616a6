"""The facilitator's queue: what would leave, as it would, and their yes or no to it.

Who approves is shown the words that would leave now, and approves these; see `decisions`. Nothing here writes a
stick.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError
from wikigit.core.receipt import Outcome, Receipt, check_said
from wikigit.kit import decisions, desk, leaks, takeout
from wikigit.kit.approvals import Approvals
from wikigit.kit.branch import Branch
from wikigit.kit.decisions import Decision
from wikigit.kit.leaks import Leak
from wikigit.kit.leaving import Looked, sent, walk
from wikigit.kit.start import day as kit_day
from wikigit.kit.start import kit_of
from wikigit.repo import mainline
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """An edit that has not left: as it would, and what was decided about it.

    `fits` is False where it stands on an edit that is not approved; then it is shown as it was saved. `again`: it was
    approved with other words. `leak`: it would stay for a name in it.
    """

    edit: Edit
    receipt: Receipt
    fits: bool
    again: bool
    leak: Leak | None


def queue(store: Store, today: str) -> list[Asked]:
    """Every edit that has not left, in the order in which they were saved; nothing is changed."""
    with store.writing(alone=True), store.gathering():
        takeout.finish(store, kit_day(store, today))
        approvals = Approvals(store.path, kit_day(store, today))
        return [_asked(looked, approvals) for looked in _looked(store, today, approvals)]


def approve(store: Store, edits: Collection[str] | None, today: str, *, allows: bool = False) -> list[Asked]:
    """Approve edits (None: all that were not sent back) as they would leave now; returns what became of each.

    `allows`: with the names that stand in them. Raises RepoError where one is not in the queue.
    """
    with store.writing(alone=True), store.gathering():
        takeout.finish(store, kit_day(store, today))
        approvals = Approvals(store.path, kit_day(store, today), wanted=edits, allows=allows)
        looked = list(_looked(store, today, approvals))
        _need(edits or (), looked)
        decisions.record(store.path, approvals.new)
        approvals.known |= {decision.edit: decision for decision in approvals.new}
        return [_asked(each, approvals) for each in looked if edits is None or each.row.edit.id in edits]


def send_back(store: Store, edit: str, today: str, *, say: str) -> Receipt:
    """Ask the author of an edit for a better one; it stays until it is approved. Raises RepoError."""
    with store.writing(alone=True):
        need_unsent(store, edit)
        decision = Decision(edit, Outcome.SENT_BACK, kit_day(store, today), said=check_said(say))
        decisions.record(store.path, [decision])
        return decision.receipt


def unsent(store: Store) -> list[desk.OnDesk]:
    """The edits on the desk that have not left."""
    main = mainline.read(store)
    left = sent(Branch(store, kit_of(store), main, ""))
    rows = desk.on_desk(store, main.upstream)
    return [row for row in rows if row.place is not desk.Place.MAIN and row.edit.id not in left]


def need_unsent(store: Store, edit: str) -> desk.OnDesk:
    """The edit as it is on the desk. Raises RepoError where it is not there, or has left."""
    row = next((row for row in unsent(store) if row.edit.id == edit), None)
    if row is not None:
        return row
    if any(known.edit.id == edit for known in desk.everything(store)):
        raise RepoError(f"{edit} has left this kit.", hint="Ask the hub to decline it.")
    raise RepoError(f"{edit} is not in the queue.", hint="List what is: wikigit kit queue")


def _looked(store: Store, today: str, approvals: Approvals) -> list[Looked]:
    branch = Branch(store, kit_of(store), mainline.read(store), kit_day(store, today))
    return list(walk(branch, approvals))


def _need(edits: Collection[str], looked: Collection[Looked]) -> None:
    missing = sorted(set(edits) - {each.row.edit.id for each in looked})
    if missing:
        raise RepoError(f"{missing[0]} is not in the queue.", hint="List what is: wikigit kit queue")


def _asked(looked: Looked, approvals: Approvals) -> Asked:
    edit = looked.leaving or looked.row.edit
    known, again = approvals.known.get(edit.id), edit.id in approvals.again
    receipt = known.receipt if known and not again else Receipt(edit.id, Outcome.SAVED, day=edit.day)
    leak = leaks.of_edit(edit, approvals.names)
    allowed = known is not None and known.allows and not again
    return Asked(edit, receipt, looked.leaving is not None, again, None if allowed else leak)
