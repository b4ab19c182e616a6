"""Take in a kit's parcel: its edits, each checked, its receipts, and a receipt for each edit.

Nothing here merges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.site import Site
from wikigit.hub import check
from wikigit.repo import arrival, layout, mainline, manifests, parcel, receipts
from wikigit.repo.parcel import Parcel
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Received:
    """What one parcel brought. `already` where an equal or newer one was here."""

    parcel: str
    kit: str
    number: int
    edits: tuple[Edit, ...] = ()
    missing: tuple[int, ...] = ()
    already: bool = False


def receive(store: Store, stick: Path, day: str) -> Iterator[Received]:
    """Take in every parcel for this hub on a stick, oldest first; yields what each brought.

    Raises ParcelError at the first that is damaged or does not fit; those before it stay received.
    """
    with store.writing():
        settings = store.config(mainline.read(store).tip)
    for found in sorted(parcel.find(stick), key=lambda p: (p.manifest.kit, p.manifest.number)):
        manifest = found.manifest
        if manifest.direction == parcel.UP and manifest.repository == settings.repository:
            yield _one(store, found, day)


def _one(store: Store, found: Parcel, day: str) -> Received:
    manifest = found.manifest
    with store.writing():
        last = manifests.last(store, manifest.kit, parcel.UP)
        if last is not None and manifest.number <= last.number:
            return Received(manifest.name, manifest.kit, manifest.number, already=True)
        arrival.unpack(store, found)
        main = mainline.read(store)
        edits = _new_edits(store, found, main.tip, main.site)
        told = [Receipt(e.id, Outcome.RECEIVED, "", str(manifest.number), day, kit=manifest.kit) for e in edits]
        own = (layout.kit(manifest.kit), layout.receipts(manifest.kit))
        moves = arrival.forward(store, manifest, {ref: ref for ref in own}, "wikigit kit send STICK --full")
        coming = {m.ref: m.new for m in moves if m.new and m.ref.startswith(layout.RECEIPTS)}
        moves += receipts.append(store, identity.HUB, told, day, coming)
        moves.append(manifests.add(store, manifest, day))
        store.move(moves)
        missing = range((last.number if last else 0) + 1, manifest.number)
        return Received(manifest.name, manifest.kit, manifest.number, tuple(edits), tuple(missing))


def _new_edits(store: Store, found: Parcel, main: str, site: Site) -> list[Edit]:
    """The edits that the parcel brings, each checked; in the order of the kit."""
    kit = found.manifest.kit
    tip = found.manifest.tips.get(layout.kit(kit))
    if tip is None or not store.has(tip):
        return []
    old = store.tip(layout.kit(kit))
    commits = store.history(tip, main, *([old] if old else []))
    answered = {told.edit for told in receipts.read(store, kit) if told.writer != kit}
    return [edit for edit in check.kit_edits(store, commits, kit, site) if edit.id not in answered]
