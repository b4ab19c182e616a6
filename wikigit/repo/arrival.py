"""Which refs a parcel may move that has arrived, and whether it was here before. The same at hub and kit.

Everything on a stick is a stranger's until it is checked; a parcel that is refused moves no ref. Its objects
wait in `quarantine`. Nothing here knows what the refs mean.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from wikigit.core.errors import ParcelError
from wikigit.repo import parcel, sealing
from wikigit.repo.lock import UNSEALED
from wikigit.repo.parcel import Manifest, Parcel
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

_AS_THEY_ARE: Mapping[str, str] = MappingProxyType({})


@contextmanager
def opened(store: Store, found: Parcel, key: bytes) -> Iterator[Parcel]:
    """A parcel as it is, or what is inside a sealed one, by a private key. Under the lock. Raises ParcelError."""
    if not found.manifest.sealed:
        yield found
        return
    folder = store.path / UNSEALED
    folder.mkdir()
    try:
        yield parcel.read(sealing.unseal(found, key, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_here(store: Store, manifest: Manifest, last: Manifest | None, allowed: Mapping[str, str]) -> bool:
    """Whether all that a parcel brings is here: its number is no newer than the `last`, nor is any of its tips.

    A number alone proves nothing: a kit that was killed after it wrote the stick uses it again.
    """
    if last is None or manifest.number > last.number:
        return False
    pairs = ((store.tip(allowed.get(ref, "")) if ref in allowed else None, tip) for ref, tip in manifest.tips.items())
    return all(ours is not None and store.contains(ours, tip) for ours, tip in pairs)


def forward(
    store: Store, manifest: Manifest, allowed: Mapping[str, str], ask: str, at: Mapping[str, str] = _AS_THEY_ARE
) -> list[Move]:
    """The moves that a parcel makes, each ref only ever forward.

    `allowed` maps the refs that it may name to ours; `ask` is the command by which the other side sends all
    again; `at`: refs of ours as they are about to be moved. Raises ParcelError.
    """
    moves = []
    for ref, tip in manifest.tips.items():
        if ref not in allowed:
            raise ParcelError(f"The parcel {manifest.name} wants to move {ref}.", hint="Do not use this stick.")
        old = at.get(allowed[ref]) or store.tip(allowed[ref])
        if not store.has(tip):
            raise ParcelError(f"The parcel {manifest.name} needs an earlier one.", hint=f"Ask for everything: {ask}")
        if old and not store.contains(tip, old):
            raise ParcelError(
                f"The parcel {manifest.name} does not continue what is here: an old backup, or a copied card.",
                hint="Keep the stick, and ask the people there whether something was restored.",
            )
        moves.append(Move(allowed[ref], old, tip))
    return moves
