"""Take in a kit's parcel: its edits, each checked, its receipts, and a receipt for each edit.

Nothing here merges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.errors import Locked, WikigitError
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


def receive(store: Store, stick: Path, day: str, key: bytes = b"") -> Iterator[Received]:
    """Take in every parcel for this hub on a stick, each kit's oldest first; yields what each brought.

    `key`: the hub's private key, which opens sealed ones. One that is damaged or does not fit keeps the others
    back no more than their own kit's: after the last, raises what was wrong with the first such.
    """
    with store.writing():
        settings = store.config(mainline.read(store).tip)
    wrong: list[WikigitError] = []
    for file in parcel.files(stick, parcel.UP):
        try:
            if parcel.manifest_in(file).repository == settings.repository:
                with arrival.opened(parcel.read(file), key) as found:
                    got = _one(store, found, day)
                yield got
        except Locked:
            raise
        except WikigitError as exc:
            wrong.append(exc)
    if wrong:
        raise wrong[0]


def _one(store: Store, found: Parcel, day: str) -> Received:
    manifest = found.manifest
    with store.writing():
        last = manifests.last(store, manifest.kit, parcel.UP)
        own = {ref: ref for ref in (layout.kit(manifest.kit), layout.receipts(manifest.kit))}
        if arrival.is_here(store, manifest, last, own):
            return Received(manifest.name, manifest.kit, manifest.number, already=True)
        arrival.unpack(store, found)
        main = mainline.read(store)
        edits = _new_edits(store, found, main.tip, main.site)
        told = [Receipt(e.id, Outcome.RECEIVED, "", str(manifest.number), day, kit=manifest.kit) for e in edits]
        moves = arrival.forward(store, manifest, own, "wikigit kit send STICK --full")
        check.kit_receipts(store, manifest.tips.get(layout.receipts(manifest.kit)), manifest.kit)
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
    return check.kit_edits(store, commits, kit, site)
