"""Write parcels for the kits: the new main, and to each kit the receipts of its own edits, and messages about them.

Nothing here knows the wiki, or takes anything in.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

from wikigit import __version__
from wikigit.core import enrolment, identity
from wikigit.hub import enrol
from wikigit.repo import enrolled, layout, mainline, manifests, outgoing, parcel, receipts, talk
from wikigit.repo.outgoing import PLAIN, How
from wikigit.repo.parcel import Manifest
from wikigit.repo.stick import Progress
from wikigit.repo.store import Store


def send(
    store: Store, folder: Path, *, day: str, full: bool = False, new: bool = False, how: How = PLAIN
) -> Iterator[Progress | Manifest]:
    """Write one parcel for each known kit, with `new` also one that any new kit may start from.

    Tells how far it is, and each parcel's manifest when it is written. `full`: as if the kits had acknowledged nothing.
    """
    with store.writing():
        enrol.own_key(store, day)
        known = enrolled.holders(store)
        if new:
            manifest = _manifest(store, folder, parcel.ANYBODY, _wiki_tips(store), None)
            yield (yield from outgoing.writing(store, folder, manifest, [], how))
        for kit in manifests.kits(store):
            if kit not in known or known[kit].revoked:
                continue
            line = enrolment.ancestors(known, kit)
            store.move([*receipts.for_kit(store, kit, day, line), *talk.for_kit(store, kit, day, line)])
            yield (yield from _for_kit(store, kit, folder, day, full, how))


def _for_kit(
    store: Store, kit: str, folder: Path, day: str, full: bool, how: How
) -> Generator[Progress, None, Manifest]:
    """One kit's parcel: what is new since the last that the kit acknowledged."""
    own = store.refs(f"{layout.LINES}{kit}/")
    last = manifests.last(store, kit, parcel.DOWN)
    manifest = _manifest(store, folder, kit, _wiki_tips(store) | own, last)
    heard = manifests.last(store, kit, parcel.UP)
    known = manifests.already_there(store, heard.acknowledges.tips) if heard and not full else []
    written = yield from outgoing.writing(store, folder, manifest, known, how)
    store.move([manifests.add(store, written, day)])
    return written


def _wiki_tips(store: Store) -> dict[str, str]:
    main = mainline.read(store)
    return {
        layout.MAIN: main.tip,
        layout.UPSTREAM: store.need(layout.UPSTREAM, "Run `wikigit bridge fetch`."),
        **store.refs(layout.REDACTIONS),
    }


def _manifest(store: Store, folder: Path, to: str, tips: dict[str, str], last: Manifest | None) -> Manifest:
    main = mainline.read(store)
    before = -1 if to == parcel.ANYBODY else last.number if last else 0
    heard = manifests.acknowledgement(store, to, parcel.UP) if identity.is_kit(to) else parcel.Acknowledgement()
    return Manifest(
        repository=store.config(main.tip).repository,
        wiki=main.site.wiki,
        direction=parcel.DOWN,
        sender=identity.HUB,
        to=to,
        number=parcel.next_number(folder, to, main.site.wiki, parcel.DOWN, before),
        tips=tips,
        previous=manifests.digest(store, to, parcel.DOWN),
        acknowledges=heard,
        software=__version__,
    )
