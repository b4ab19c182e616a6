"""A new key for this kit: as the same kit, or, after a restore or on another machine, as a new one, its heir.

Two machines that write as one kit would each deny what the other says: so whoever begins from a copy begins
as a new kit, with a branch of its own, signed by the old key where that is there. Nothing here restores.
"""

from __future__ import annotations

from dataclasses import replace

from wikigit.core import keys
from wikigit.kit.start import KIT, kit_of
from wikigit.repo import keyring, manifests, parcel, signature
from wikigit.repo.store import Store

MACHINE = "wikigit-key.machine"
"""The file beside the key that says on which machine it is used; in no commit and no parcel."""


def rotate(store: Store, make: keyring.Make = signature.make) -> None:
    """Take a new key as the same kit, signed by the one until now. Raises RepoError where there is none."""
    with store.writing(alone=True):
        kit = kit_of(store)
        keyring.own(store)
        keyring.follow(store, kit, lambda _: kit, make)


def begin_as_heir(store: Store, day: str, make: keyring.Make = signature.make) -> str:
    """Go on as a new kit, the heir of the one that this was; returns its id.

    Its branch is new. What is on the desk and was never answered leaves again, under the same ids; what the old kit
    was told of holds.
    """
    with store.writing(alone=True):
        old = kit_of(store)
        kit = keyring.follow(store, old, keys.kit_id, make)
        _go_on(store, old, kit, day)
        return kit


def settle(store: Store, machine: str, day: str, make: keyring.Make = signature.make) -> str:
    """Look whether this is the machine that the key was used on; else go on as an heir. Returns its id, or "".

    `machine`: what is the same at each start of one machine and of no other, "" where there is no such thing.
    """
    who = keyring.lineage(store)[-1].who if keyring.has_key(store) else ""
    if who not in ("", old := kit_of(store)):
        with store.writing(alone=True):
            _go_on(store, old, who, day)  # a killed run had made the key
    file = store.path / MACHINE
    known = file.read_text("utf-8").strip() if file.exists() else ""
    heir = begin_as_heir(store, day, make) if machine and known not in ("", machine) else ""
    if machine and known != machine:
        file.write_text(f"{machine}\n", encoding="utf-8")
    return heir


def _go_on(store: Store, old: str, kit: str, day: str) -> None:
    """Be another kit that holds what the old one had received."""
    heard = manifests.last(store, old, parcel.DOWN)
    if heard is not None:
        store.move([manifests.add(store, replace(heard, to=parcel.ANYBODY), day, kit=kit)])
    store.git.config[KIT] = kit
