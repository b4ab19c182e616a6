"""Make a kit known by its key, follow one kit with another, and forget a key: each by a person's word.

Nothing here asks; who calls has compared the key's fingerprint with the people at the kit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wikigit.core import identity, keys
from wikigit.core.enrolment import Event, Row
from wikigit.core.errors import ParcelError, RepoError
from wikigit.repo import arrival, enrolled, keyring, mainline, parcel, signature, succession
from wikigit.repo.parcel import Manifest, Told
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kit that asks to be known: its key, and the kit whose heir it says it is, "" for none.

    `proven`: that kit's key has signed this one. `rival`: another kit that is that one's heir already.
    """

    kit: str
    key: str
    heir_of: str = ""
    proven: bool = False
    rival: str = ""


def candidates(store: Store, folder: Path) -> Iterator[Candidate]:
    """The kits on a stick that are not known here, each by its newest parcel. Raises ParcelError."""
    repository = store.config(mainline.read(store).tip).repository
    found = [(file, parcel.told_in(file)) for file in parcel.files(folder, parcel.UP)]
    newest = {told.manifest.kit: (file, told) for file, told in found if told.manifest.repository == repository}
    known = enrolled.holders(store)
    for kit, (file, told) in newest.items():
        if kit not in known:
            yield candidate(store, _opened(store, file, told))


def _opened(store: Store, file: Path, told: Told) -> Told:
    """What a manifest says, or the one in a sealed parcel, by the hub's key."""
    if not told.manifest.sealed:
        return told
    with store.writing(), arrival.opened(store, parcel.read(file, told), keyring.private(store)) as found:
        return found.told


def candidate(store: Store, told: Told) -> Candidate:
    """Who asks in a manifest to be known, by its own key. Raises ParcelError where it is not what it says."""
    manifest, kit = told.manifest, told.manifest.kit
    first = next((link.key for link in manifest.lineage if link.who == kit), "")
    sound = first and keys.kit_id(first) == kit and keys.is_key(manifest.key)
    if not sound or not signature.verified(
        told.data, told.signature, by=kit, key=manifest.key, namespace=signature.MANIFEST
    ):
        raise ParcelError(f"{manifest.name} is not signed by the kit that it names.", hint="Do not use this stick.")
    return _as_heir(store, manifest)


def _as_heir(store: Store, manifest: Manifest) -> Candidate:
    kit = manifest.kit
    known = enrolled.holders(store)
    line = [link.who for link in reversed(manifest.lineage) if link.who in known and link.who != kit]
    if not line or line[0] == identity.HUB:
        return Candidate(kit, manifest.key)
    old, holder = line[0], known[line[0]]
    proven = not holder.revoked and any(
        (link.who, link.key) == (kit, manifest.key) for link in succession.proven(manifest.lineage, old, holder.key)
    )
    rival = next((who for who, other in known.items() if other.heir_of == old), "")
    return Candidate(kit, manifest.key, old, proven, rival)


def enrol(store: Store, who: Candidate, *, by: str, day: str, again: bool = False) -> None:
    """Make a kit known by its key. `again`: a person says that a kit may have a second heir. Raises RepoError."""
    with store.writing():
        if who.kit in enrolled.holders(store):
            raise RepoError(f"{who.kit} is known here already.", hint="See its key: wikigit hub keys")
        if who.rival and not again:
            raise RepoError(
                f"{who.heir_of} has an heir already, {who.rival}.",
                hint="Was a card copied? Ask the people there, then enrol it with --second-heir, or not at all.",
            )
        row = Row(day, who.kit, Event.ENROLLED, who.key, who.heir_of, by)
        store.move(enrolled.add(store, [row], day))


def revoke(store: Store, kit: str, *, by: str, day: str) -> None:
    """Believe nothing more that comes with this kit's key. Raises RepoError where it is not known."""
    with store.writing():
        holder = enrolled.holders(store).get(kit)
        if holder is None or kit == identity.HUB:
            raise RepoError(f"No kit {kit} is enrolled here.", hint="See who is: wikigit hub keys")
        if not holder.revoked:
            row = Row(day, kit, Event.REVOKED, holder.key, by=by)
            store.move(enrolled.add(store, [row], day))


def own_key(store: Store, day: str, make: keyring.Make = signature.make) -> None:
    """See to it that this hub has a key, and that it is the one that its kits know. Raises RepoError.

    Under the repository's lock.
    """
    known = enrolled.holders(store).get(identity.HUB)
    if known is None:
        if not keyring.has_key(store):
            keyring.begin(store, lambda _: identity.HUB, make)
        row = Row(day, identity.HUB, Event.ENROLLED, keyring.own(store))
        store.move(enrolled.add(store, [row], day))
    elif not keyring.has_key(store):
        raise RepoError(
            "The hub's key is not in this copy of it.",
            hint="Send from the hub itself, or restore its wikigit-key; if that is lost: wikigit hub rotate-key --lost",
        )
    elif known.key != (key := keyring.own(store)):
        links = succession.leads_to(keyring.lineage(store), identity.HUB, known.key, keys.Link(identity.HUB, key))
        if not links:
            raise RepoError(
                "The key here is not the one that the kits know as the hub's.",
                hint="Restore wikigit-key and wikigit-key.lineage; if they are lost: wikigit hub rotate-key --lost",
            )
        store.move(enrolled.add(store, [Row(day, identity.HUB, Event.FOLLOWED, link.key) for link in links], day))


def rotate(store: Store, day: str, make: keyring.Make = signature.make) -> str:
    """Take a new key for the hub, signed by the one until now; returns it. Raises RepoError where there is none."""
    with store.writing():
        own_key(store, day)
        keyring.follow(store, identity.HUB, lambda _: identity.HUB, make)
        own_key(store, day)
        return keyring.own(store)


def begin_anew(store: Store, day: str, make: keyring.Make = signature.make) -> str:
    """Take a key that follows none, since the hub's is lost; returns it. Every kit has to be told of it by people."""
    with store.writing():
        keyring.begin(store, lambda _: identity.HUB, make)
        key = keyring.own(store)
        store.move(enrolled.add(store, [Row(day, identity.HUB, Event.ENROLLED, key)], day))
        return key
