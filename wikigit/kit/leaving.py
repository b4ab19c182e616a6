"""The edits that have not left, each looked at in the desk's order: as it would leave, and whether it does.

Those that leave go onto the branch as they are looked at, for a later one may stand on them. Nothing here moves a
ref, keeps an approval or writes a stick.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.receipt import UNDONE, Outcome
from wikigit.core.title import Title
from wikigit.kit import desk
from wikigit.kit.approvals import Approvals
from wikigit.kit.branch import Branch, Fitting
from wikigit.kit.desk import OnDesk, Place
from wikigit.repo import receipts


@dataclass(frozen=True, slots=True)
class Looked:
    """An edit that was looked at: as it would leave, None where it stands on what stays.

    `outcome` is what becomes of it, with the code; None where it stays.
    """

    row: OnDesk
    leaving: Edit | None
    outcome: Outcome | None
    code: str = ""


def sent(branch: Branch) -> set[str]:
    """The ids of the edits that have left: this kit sent them, or the hub had them of the kit whose heir this is."""
    lines = receipts.read(branch.store)
    own = {line.edit for line in lines if line.writer == branch.kit and line.outcome is Outcome.SENT}
    return own | {line.edit for line in lines if not identity.is_kit(line.writer)}


def walk(branch: Branch, approvals: Approvals) -> Iterator[Looked]:
    """Look at each edit that has not left, and bring those that do onto the branch."""
    left, rows = sent(branch), desk.on_desk(branch.store, branch.main.upstream)
    branch.join_main(row for row in rows if row.edit.id in left)
    leaving = _Leaving(branch, approvals)
    for row in rows:
        if row.edit.id not in left and row.place is not Place.MAIN:
            yield leaving.look(row)


class _Leaving:
    """The edits as they are brought onto the branch, one by one."""

    def __init__(self, branch: Branch, approvals: Approvals) -> None:
        self.branch, self.approvals = branch, approvals
        self.staying: set[Title] = set()
        self.idle: dict[str, Outcome | None] = {}

    def look(self, row: OnDesk) -> Looked:
        """Look at one edit. One that takes back an edit which changes nothing goes where that one goes."""
        fitting = self.branch.fitting(row)
        found, code = self._outcome(row, fitting)
        if found in (None, Outcome.DEPENDS_ON):
            self.staying.add(row.edit.title)
        return Looked(row, fitting.edit if fitting else None, found, code)

    def _outcome(self, row: OnDesk, fitting: Fitting | None) -> tuple[Outcome | None, str]:
        if self.approvals.held(row.edit.id):
            return None, ""
        agreed = self.approvals.agreed(row.edit.id, fitting.edit if fitting else None)
        if row.edit.undoes in self.idle:  # left alone it would take back what others made
            found = self.idle[row.edit.undoes]
            return found, UNDONE if found else ""
        if not agreed:
            return None, ""
        found = self._agreed(row, fitting)
        if found in (None, Outcome.ALREADY_THERE):
            self.idle[row.edit.id] = found
        return found, ""

    def _agreed(self, row: OnDesk, fitting: Fitting | None) -> Outcome | None:
        """Bring one edit onto the branch; None where it stays here, since an edit of the queue does the same.

        Where an earlier edit of its page stays here it may undo that one.
        """
        if fitting is None:
            return Outcome.DEPENDS_ON
        if not fitting.changes_nothing:
            self.branch.add(fitting)
            return Outcome.SENT
        if row.edit.title in self.staying:
            return Outcome.DEPENDS_ON
        return Outcome.ALREADY_THERE if self.branch.on_wiki(row.edit) else None
