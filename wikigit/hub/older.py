"""A kit's parcel that was written before the kit knew what has been redacted: taken in where it holds nothing of it.

Where it may, it is refused whole, before its objects are the hub's. Nothing is lost: the kit keeps each edit until
it is answered, and sends again what the hub has not acknowledged. Nothing here takes a parcel in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from wikigit.core.errors import ParcelError
from wikigit.repo import layout, manifests, redactions
from wikigit.repo.parcel import Manifest
from wikigit.repo.refs import Move
from wikigit.repo.store import Store


@contextmanager
def told(store: Store, manifest: Manifest, day: str) -> Iterator[None]:
    """Say of such a parcel that does not fit why that is, and take note of its kit, so that a parcel is sent to it.

    Raises ParcelError.
    """
    try:
        yield
    except ParcelError as exc:
        if not _is_older(store, manifest):
            raise
        store.move(manifests.know(store, manifest.kit, day))
        raise ParcelError(
            f"{manifest.name} was written before {manifest.kit} knew what has to go from every copy.",
            hint="Its edits are safe there, and come after it gets a parcel: wikigit hub send STICK",
        ) from exc


def need_nothing_redacted(view: Store, manifest: Manifest, moves: Sequence[Move], main: str) -> None:
    """Look through what such a parcel brings. Raises ParcelError where something has to go from every copy."""
    if not _is_older(view, manifest):
        return
    for move in moves:
        here = [main, move.old] if move.old else [main]
        if move.new and redactions.held(view, move.ref, view.history(move.new, *here)):
            raise ParcelError(f"{manifest.name} holds what was redacted.", hint="Send its kit a parcel first.")


def _is_older(store: Store, manifest: Manifest) -> bool:
    ours = store.tip(layout.REDACTIONS)
    return ours is not None and manifest.acknowledges.tips.get(layout.REDACTIONS) != ours
