"""Write what the hub lacks to a stick: approved edits on the kit's branch, and the kit's own receipts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from wikigit import __version__
from wikigit.core import identity
from wikigit.core.receipt import UNDONE, Outcome, Receipt
from wikigit.core.title import Title
from wikigit.kit import desk
from wikigit.kit.branch import Branch
from wikigit.kit.desk import OnDesk
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
    """The parcel, the receipts of the edits that newly left in it, and of those that could not."""

    manifest: Manifest
    receipts: tuple[Receipt, ...]


def send(
    store: Store, folder: Path, *, day: str, hold: Collection[str] = (), full: bool = False, how: How = PLAIN
) -> Sent:
    """Send every saved edit but those in `hold` (edit ids) into a folder; who runs this approves them.

    `full`: as if the hub had acknowledged nothing. Edits stay on the desk until they
    are answered.
    """
    told = list(sending(store, folder, day=day, hold=hold, full=full, how=how))
    return next(each for each in told if isinstance(each, Sent))


def sending(
    store: Store, folder: Path, *, day: str, hold: Collection[str] = (), full: bool = False, how: How = PLAIN
) -> Iterator[Progress | Sent]:
    """Like `send`, telling how far it is; what was sent comes last."""
    with store.writing(alone=True):
        kit, main, day = kit_of(store), mainline.read(store), kit_day(store, day)
        last = manifests.last(store, kit, parcel.UP)
        number = parcel.next_number(folder, kit, main.site.wiki, parcel.UP, last.number if last else 0)
        branch = Branch(store, kit, main, day)
        told = _commit(store, branch, main, set(hold), number)
        moves = receipts.append(store, kit, told, day)
        if branch.tip != branch.old and any(r.outcome is Outcome.SENT for r in told):
            moves.append(Move(layout.kit(kit), branch.old, branch.tip))
        store.move(moves)
        manifest = _manifest(store, kit, main, number, last)
        written = yield from outgoing.writing(store, folder, manifest, _known_there(store, kit, main, full), how)
        store.move([manifests.add(store, written, day)])
        yield Sent(written, tuple(told))


def _commit(store: Store, branch: Branch, main: Mainline, hold: set[str], number: int) -> list[Receipt]:
    """Bring the edits that leave onto the branch; a receipt for each that left or could not."""
    left = {r.edit for r in receipts.read(store, branch.kit) if r.writer == branch.kit and r.outcome is Outcome.SENT}
    rows = desk.on_desk(store, main.upstream)
    branch.join_main(row for row in rows if row.edit.id in left)
    standing = receipts.standing(store, branch.kit)
    leaving = _Leaving(branch, hold)
    told: list[Receipt] = []
    for row in rows:
        if row.edit.id in left or row.place is desk.Place.MAIN:
            continue
        outcome, code = leaving.outcome(row)
        known = standing.get(row.edit.id)
        if outcome is not None and (known is None or known.outcome is not outcome):
            ref = str(number) if outcome is Outcome.SENT else ""
            told.append(Receipt(row.edit.id, outcome, code, ref, branch.day, kit=branch.kit))
    return told


class _Leaving:
    """The edits as they are brought onto the branch, one by one."""

    def __init__(self, branch: Branch, hold: Collection[str]) -> None:
        self.branch, self.hold = branch, hold
        self.staying: set[Title] = set()
        self.idle: dict[str, Outcome | None] = {}

    def outcome(self, row: OnDesk) -> tuple[Outcome | None, str]:
        """What becomes of an edit, and the code; None where it stays here.

        One that takes back an edit which changes nothing goes where that one goes.
        """
        edit, code = row.edit, ""
        if edit.id in self.hold:
            found = None
        elif edit.undoes in self.idle:
            found = self.idle[edit.undoes]
            code = UNDONE if found else ""
        else:
            found = self._sent(row)
            if found in (None, Outcome.ALREADY_THERE):
                self.idle[edit.id] = found
        if found in (None, Outcome.DEPENDS_ON):
            self.staying.add(edit.title)
        return found, code

    def _sent(self, row: OnDesk) -> Outcome | None:
        """Bring one edit onto the branch; None where it stays here, since an edit of the queue does the same.

        Where an earlier edit of its page stays here it may undo that one.
        """
        match self.branch.add(row):
            case True:
                return Outcome.SENT
            case None if row.edit.title not in self.staying:
                return Outcome.ALREADY_THERE if self.branch.on_wiki(row.edit) else None
            case _:
                return Outcome.DEPENDS_ON


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
        previous=last.digest() if last else "",
        acknowledges=manifests.acknowledgement(store, kit, parcel.DOWN),
        software=__version__,
    )


def _known_there(store: Store, kit: str, main: Mainline, full: bool) -> list[str]:
    """What the hub certainly holds: its own main, and what it acknowledged of ours."""
    heard = manifests.last(store, kit, parcel.DOWN)
    acknowledged = manifests.already_there(store, heard.acknowledges.tips) if heard and not full else []
    return [main.tip, main.upstream, *acknowledged]
