"""Take in a parcel from the hub: the new main, the answers, and the desk laid on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wikigit.core import identity
from wikigit.core.errors import ParcelError
from wikigit.core.receipt import Receipt
from wikigit.kit import desk
from wikigit.kit.start import day as kit_day
from wikigit.kit.start import kit_of
from wikigit.repo import arrival, layout, mainline, manifests, parcel, receipts
from wikigit.repo.parcel import Manifest, Parcel
from wikigit.repo.refs import Move
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Received:
    """What came: the parcel's name and number, receipts not seen before; `already` where it was here."""

    parcel: str
    number: int
    receipts: tuple[Receipt, ...] = ()
    already: bool = False


def receive(store: Store, stick: Path, day: str) -> Received:
    """Take in the newest parcel for this kit on a stick. Raises ParcelError where there is none or it does not fit."""
    with store.writing(alone=True):
        kit, day = kit_of(store), kit_day(store, day)
        found = _newest(store, stick, kit)
        manifest = found.manifest
        last = manifests.last(store, kit, parcel.DOWN)
        if last is not None and manifest.number <= last.number:
            return Received(manifest.name, manifest.number, already=True)
        arrival.unpack(store, found)
        before = receipts.standing(store, kit)
        moves = _forward(store, manifest)
        coming = {m.ref: m.new for m in moves if m.new and m.ref.startswith(layout.RECEIPTS)}
        standing = receipts.standing(store, kit, coming)
        main = mainline.at(store, next(m.new for m in moves if m.ref == layout.MAIN and m.new))
        moves += [manifests.add(store, manifest, day), desk.rebuilt(store, main, standing, day)]
        store.move(moves)
        news = [receipt for edit, receipt in standing.items() if before.get(edit) != receipt]
        return Received(manifest.name, manifest.number, tuple(news))


def _newest(store: Store, stick: Path, kit: str) -> Parcel:
    repository = store.config(mainline.read(store).tip).repository
    ours = [
        found
        for found in parcel.find(stick)
        if (found.manifest.direction, found.manifest.to, found.manifest.repository) == (parcel.DOWN, kit, repository)
    ]
    if not ours:
        raise ParcelError(f"There is no parcel for the kit {kit} here.", hint="Ask the hub: wikigit hub send STICK")
    return max(ours, key=lambda found: found.manifest.number)


def _forward(store: Store, manifest: Manifest) -> list[Move]:
    """The moves of the hub's refs at this kit. Raises ParcelError."""
    allowed = {layout.MAIN: layout.MAIN, layout.UPSTREAM: layout.UPSTREAM}
    for writer in (identity.HUB, identity.BRIDGE):
        allowed[layout.lines(manifest.to, writer)] = layout.receipts(writer)
    if not {layout.MAIN, layout.UPSTREAM} <= manifest.tips.keys():
        raise ParcelError(f"The parcel {manifest.name} brings no main.", hint="Ask the hub to send again.")
    return arrival.forward(store, manifest, allowed, "wikigit hub send STICK --full")
