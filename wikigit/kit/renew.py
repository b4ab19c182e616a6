"""A new key for this kit: as the same kit, or, after a restore or on another machine, as a new one, its heir.

Two machines that write as one kit would each overwrite what the other says: so whoever begins from a copy
begins as a new kit, with a branch of its own, signed by the old key where that is there. Nothing here restores.
"""

from __future__ import annotations

from wikigit.core import keys
from wikigit.kit.start import KIT, kit_of
from wikigit.repo import keyring, signature
from wikigit.repo.store import Store


def rotate(store: Store, make: keyring.Make = signature.make) -> None:
    """Take a new key as the same kit, signed by the one until now. Raises RepoError where there is none."""
    with store.writing(alone=True):
        kit = kit_of(store)
        keyring.own(store)
        keyring.follow(store, kit, lambda _: kit, make)


def begin_as_heir(store: Store, make: keyring.Make = signature.make) -> str:
    """Go on as a new kit, the heir of the one that this was; returns its id."""
    with store.writing(alone=True):
        kit = keyring.follow(store, kit_of(store), keys.kit_id, make)
        store.git.config[KIT] = kit
        return kit
