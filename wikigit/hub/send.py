"""Write parcels for the kits: the new main, and to each kit the receipts of its own edits, and messages about them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from wikigit import __version__
from wikigit.core import identity
from wikigit.repo import layout, mainline, manifests, parcel, receipts, talk
from wikigit.repo.parcel import Manifest
from wikigit.repo.store import Store


def send(store: Store, stick: Path, *, day: str, full: bool = False, new: bool = False) -> Iterator[Manifest]:
    """Write one parcel for each known kit, with `new` also one that any new kit may start from.

    `full`: as if the kits had acknowledged nothing.
    """
    with store.writing():
        if new:
            yield parcel.write(store, stick, _manifest(store, parcel.ANYBODY, _wiki_tips(store), None), [])
        for kit in manifests.kits(store):
            store.move([*receipts.for_kit(store, kit, day), *talk.for_kit(store, kit, day)])
            yield _for_kit(store, kit, stick, day, full)


def _for_kit(store: Store, kit: str, stick: Path, day: str, full: bool) -> Manifest:
    """One kit's parcel: what is new since the last that the kit acknowledged."""
    own = store.refs(f"{layout.LINES}{kit}/")
    last = manifests.last(store, kit, parcel.DOWN)
    manifest = _manifest(store, kit, _wiki_tips(store) | own, last)
    heard = manifests.last(store, kit, parcel.UP)
    known = manifests.already_there(store, heard.acknowledges.tips) if heard and not full else []
    written = parcel.write(store, stick, manifest, known)
    store.move([manifests.add(store, written, day)])
    return written


def _wiki_tips(store: Store) -> dict[str, str]:
    main = mainline.read(store)
    return {
        layout.MAIN: main.tip,
        layout.UPSTREAM: store.need(layout.UPSTREAM, "Run `wikigit bridge fetch`."),
    }


def _manifest(store: Store, to: str, tips: dict[str, str], last: Manifest | None) -> Manifest:
    main = mainline.read(store)
    heard = manifests.acknowledgement(store, to, parcel.UP) if identity.is_kit(to) else parcel.Acknowledgement()
    return Manifest(
        repository=store.config(main.tip).repository,
        wiki=main.site.wiki,
        direction=parcel.DOWN,
        sender=identity.HUB,
        to=to,
        number=(last.number if last else 0) + (to != parcel.ANYBODY),
        tips=tips,
        previous=last.digest() if last else "",
        acknowledges=heard,
        software=__version__,
    )
