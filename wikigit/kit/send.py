"""Write what the hub lacks to a stick: approved edits on the kit's branch, and the kit's own receipts.

Nothing here looks for the stick, or decides what is approved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from wikigit import __version__
from wikigit.core import identity
from wikigit.core.receipt import Outcome, Receipt
from wikigit.kit import decisions, gate, pinned, takeout
from wikigit.kit.approvals import Approvals
from wikigit.kit.branch import Branch
from wikigit.kit.leaks import Leak
from wikigit.kit.leaving import walk
from wikigit.kit.start import day as kit_day
from wikigit.kit.start import kit_of
from wikigit.repo import layout, mainline, manifests, outgoing, parcel, receipts
from wikigit.repo.mainline import Mainline
from wikigit.repo.outgoing import PLAIN, How
from wikigit.repo.parcel import Manifest
from wikigit.repo.refs import Move
from wikigit.repo.stick import Progress
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Sent:
    """The parcel, the receipts of the edits that newly left in it, and of those that could not.

    `again`: edits that stay, since what would leave is not what was approved. `leaks`: those that stay for a name.
    """

    manifest: Manifest
    receipts: tuple[Receipt, ...]
    again: tuple[str, ...] = ()
    leaks: tuple[Leak, ...] = ()


def send(
    store: Store,
    folder: Path,
    *,
    day: str,
    approve_all: bool = False,
    hold: Collection[str] = (),
    full: bool = False,
    how: How = PLAIN,
) -> Iterator[Progress | Sent]:
    """Send every approved edit but those in `hold` (edit ids) into a folder.

    Tells how far it is; what was sent comes last. `approve_all`: who runs this approves all that was not sent back.
    `full`: as if the hub had acknowledged nothing. Edits stay on the desk until they are answered.
    """
    with store.writing(alone=True):
        kit, main, day = kit_of(store), mainline.read(store), kit_day(store, day)
        takeout.finish(store, day)
        last = manifests.last(store, kit, parcel.UP)
        if store.config(main.tip).encrypt:
            how = pinned.sealed(store, how)
        number = parcel.next_number(folder, kit, main.site.wiki, parcel.UP, last.number if last else 0)
        branch = Branch(store, kit, main, day)
        approvals = Approvals(store.path, day, wanted=None if approve_all else (), hold=hold)
        told = _told(branch, approvals, number)
        moves = receipts.append(store, kit, told, day)
        if branch.tip != branch.old and any(r.outcome is Outcome.SENT for r in told):
            moves.append(Move(layout.kit(kit), branch.old, branch.tip))
        _look(branch, approvals, moves)
        decisions.record(store.path, approvals.new)
        store.move(moves)
        manifest = _manifest(store, kit, main, number, last)
        written = yield from outgoing.writing(store, folder, manifest, _known_there(store, kit, main, full), how)
        store.move([manifests.add(store, written, day)])
        yield Sent(written, tuple(told), tuple(approvals.again), tuple(approvals.leaks))


def _look(branch: Branch, approvals: Approvals, moves: Collection[Move]) -> None:
    """Look once more at all that is new in what the refs are about to name. Raises RepoError."""
    store, main = branch.store, branch.main
    for move in moves:
        if move.new and move.ref == layout.kit(branch.kit):
            known = [main.tip, main.upstream, *filter(None, [move.old])]
            gate.look(store, branch.kit, move.new, known, main.site, approvals.names, approvals.may_name)
        elif move.new:
            gate.look_at_lines(store, move.new, branch.kit, receipts.written(store, branch.kit))


def _told(branch: Branch, approvals: Approvals, number: int) -> list[Receipt]:
    """Bring the edits that leave onto the branch; a receipt for each that left or could not."""
    standing = receipts.standing(branch.store)
    told: list[Receipt] = []
    for looked in walk(branch, approvals):
        edit, outcome = looked.row.edit.id, looked.outcome
        anew = outcome is Outcome.SENT or edit not in standing or standing[edit].outcome is not outcome
        if outcome is not None and anew:
            ref = str(number) if outcome is Outcome.SENT else ""
            told.append(Receipt(edit, outcome, looked.code, ref, branch.day, kit=branch.kit))
    return told


def _manifest(store: Store, kit: str, main: Mainline, number: int, last: Manifest | None) -> Manifest:
    own = {ref: store.tip(ref) for ref in (layout.kit(kit), layout.receipts(kit))}
    return Manifest(
        repository=store.config(main.tip).repository,
        wiki=main.site.wiki,
        direction=parcel.UP,
        sender=kit,
        to=identity.HUB,
        number=number,
        tips={ref: tip for ref, tip in own.items() if tip},
        previous=manifests.digest(store, kit, parcel.UP),
        acknowledges=manifests.acknowledgement(store, kit, parcel.DOWN),
        software=__version__,
    )


def _known_there(store: Store, kit: str, main: Mainline, full: bool) -> list[str]:
    """What the hub certainly holds: its own main, and what it acknowledged of ours."""
    heard = manifests.last(store, kit, parcel.DOWN)
    acknowledged = manifests.already_there(store, heard.acknowledges.tips) if heard and not full else []
    return [main.tip, main.upstream, *acknowledged]
