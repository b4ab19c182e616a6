"""Take in a kit's parcel: check, then refs and receipts together.

Everything on a stick is a stranger's until it is checked; a parcel that is refused changes no ref. The
parcel's signature and a quarantine for its objects have their place between the copy and `bundle.unpack`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.errors import ParcelError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.site import Site
from wikigit.hub import check
from wikigit.repo import bundle, layout, mainline, manifests, parcel, receipts
from wikigit.repo.parcel import Parcel
from wikigit.repo.refs import Move
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
    with store.writing(), tempfile.TemporaryDirectory(prefix="wikigit-") as folder:
        last = manifests.last(store, manifest.kit, parcel.UP)
        if last is not None and manifest.number <= last.number:
            return Received(manifest.name, manifest.kit, manifest.number, already=True)
        copy = parcel.fetch_copy(found, Path(folder))
        if copy.bundle is not None:
            bundle.unpack(store, copy.bundle)
        main = mainline.read(store)
        edits = _new_edits(store, found, main.tip, main.site)
        told = [Receipt(e.id, Outcome.RECEIVED, "", str(manifest.number), day, kit=manifest.kit) for e in edits]
        moves = _branches(store, found)
        coming = {m.ref: m.new for m in moves if m.new and m.ref.startswith(layout.RECEIPTS)}
        moves += receipts.append(store, identity.HUB, told, day, coming)
        moves.append(manifests.add(store, manifest, day))
        store.move(moves)
        missing = range((last.number if last else 0) + 1, manifest.number)
        return Received(manifest.name, manifest.kit, manifest.number, tuple(edits), tuple(missing))


def _branches(store: Store, found: Parcel) -> list[Move]:
    """The kit's own refs, each only ever forward. Raises ParcelError."""
    manifest, moves = found.manifest, []
    allowed = {layout.kit(manifest.kit), layout.receipts(manifest.kit)}
    for ref, tip in manifest.tips.items():
        if ref not in allowed:
            raise ParcelError(f"The parcel {manifest.name} wants to move {ref}.", hint="Do not use this stick.")
        old = store.tip(ref)
        if not store.has(tip):
            raise ParcelError(
                f"The parcel {manifest.name} needs an earlier one.",
                hint="Ask the kit: wikigit kit send --full",
            )
        if old and not store.contains(tip, old):
            raise ParcelError(
                f"The kit {manifest.kit} has two histories: an old backup, or a copied card.",
                hint="Keep the stick and ask the facilitator whether the kit was restored.",
            )
        moves.append(Move(ref, old, tip))
    return moves


def _new_edits(store: Store, found: Parcel, main: str, site: Site) -> list[Edit]:
    """The edits that the parcel brings, each checked; in the order of the kit."""
    kit = found.manifest.kit
    tip = found.manifest.tips.get(layout.kit(kit))
    if tip is None or not store.has(tip):
        return []
    old = store.tip(layout.kit(kit))
    commits = store.history(tip, main, *([old] if old else []))
    known = receipts.standing(store, kit)
    return [edit for edit in check.kit_edits(store, commits, kit, site) if edit.id not in known]
