"""The hub's key as this kit knows it, from the day when it began; and whether a parcel is the hub's.

The one exception to what was known: a key that the known one has signed follows it. Nothing here looks at a bundle.
"""

from __future__ import annotations

from dataclasses import replace

from wikigit.core import identity, keys
from wikigit.core.errors import ParcelError
from wikigit.core.keys import Link
from wikigit.repo import signature, succession
from wikigit.repo.outgoing import How
from wikigit.repo.parcel import Told
from wikigit.repo.store import Store

SETTING = "wikigit.hubkey"
"""The setting in the repository that holds the hub's public key."""

_COMPARE = "Compare it with the people at the hub, who see it with `wikigit hub keys`"


def key_of_hub(store: Store) -> str:
    """The hub's public key, "" where this kit knows none."""
    settings = store.git.config
    return str(settings[SETTING]) if SETTING in settings else ""


def pin(store: Store, key: str) -> None:
    """Know this key as the hub's from now on."""
    if key_of_hub(store) != key:
        store.git.config[SETTING] = key


def sealed(store: Store, how: How) -> How:
    """How to write a parcel that only the hub opens. Raises ParcelError where its key is not known."""
    key = key_of_hub(store)
    if not key:
        raise ParcelError(
            "This kit does not know the hub's key, and cannot seal a parcel to it.",
            hint="Receive a parcel that the hub has signed first: wikigit kit receive STICK",
        )
    return replace(how, to_key=key)


def believe(told: Told, pinned: str, fingerprint: str = "") -> str:
    """The hub's key, by which a parcel is signed. Raises ParcelError where it is not.

    `pinned`: what this kit knows it by, "" for nothing yet. `fingerprint`: what a person was told of it, which
    counts more.
    """
    manifest = told.manifest
    key = manifest.key or pinned  # a manifest of the format before names none
    if not told.signature or not key:
        raise ParcelError(f"{manifest.name} has no signature.", hint="Ask the hub to send again.")
    if fingerprint and not keys.agrees(key, fingerprint):
        raise ParcelError(f"{manifest.name} is signed with another key: {keys.words(key)}.", hint=f"{_COMPARE}.")
    if not fingerprint and pinned and key != pinned and not _follows(told, pinned):
        raise ParcelError(
            f"{manifest.name} is not signed with the hub's key.",
            hint=f"Has the hub a new key? {_COMPARE}, then: wikigit kit receive --hub-key WORDS",
        )
    if not signature.verified(told.data, told.signature, by=identity.HUB, key=key, namespace=signature.MANIFEST):
        raise ParcelError(f"The signature of {manifest.name} is not the hub's.", hint="Do not use this stick.")
    return key


def _follows(told: Told, pinned: str) -> bool:
    wanted = Link(identity.HUB, told.manifest.key)
    return bool(succession.leads_to(told.manifest.lineage, identity.HUB, pinned, wanted))
