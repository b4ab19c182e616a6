"""Whether to believe a parcel: it is signed by the very kit that it says it is of, with a key enrolled here.

A key says who, never what: what a kit may do is checked elsewhere. Nothing here looks at a bundle.
"""

from __future__ import annotations

from dataclasses import dataclass

from wikigit.core.enrolment import Event, Holder, Row
from wikigit.core.errors import ParcelError
from wikigit.core.keys import Link
from wikigit.repo import enrolled, signature, succession
from wikigit.repo.parcel import Manifest, Told
from wikigit.repo.store import Store

_LEAVE = "Do not use this stick; ask the people at that kit."


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose a parcel is, or says it is where it is `unsigned`.

    `late`: signed with a key that the kit has replaced since; `rows`: keys that are new here.
    """

    kit: str
    late: bool = False
    rows: tuple[Row, ...] = ()
    unsigned: bool = False


def believe(store: Store, told: Told, day: str, *, unsigned: bool = False) -> Sender:
    """The sender of a parcel. Raises ParcelError where it is not signed, or not by a kit that is enrolled here.

    `unsigned`: what has no signature at all may pass, as such.
    """
    manifest = told.manifest
    if unsigned and not told.signature:
        return Sender(manifest.kit, unsigned=True)
    holder = enrolled.holders(store).get(manifest.kit)
    if not told.signature:
        raise ParcelError(
            f"{manifest.name} has no signature.",
            hint="Is the file that ends in .json.sig on the stick? Without it: wikigit hub receive --unsigned",
        )
    if holder is None:
        raise ParcelError(
            f"The kit {manifest.kit} is not enrolled here.",
            hint="Compare its key with the people there: wikigit hub enrol STICK",
        )
    if holder.revoked:
        raise ParcelError(f"The key of {manifest.kit} was revoked here.", hint=_LEAVE)
    return _signer(told, holder, day)


def in_time(sender: Sender, manifest: Manifest) -> None:
    """Raises ParcelError where a parcel that brings something is signed with a key that was replaced since."""
    if sender.late:
        raise ParcelError(
            f"{manifest.name} is signed with a key that {sender.kit} has replaced since.",
            hint="Ask the kit to send again: wikigit kit send STICK",
        )


def _signer(told: Told, holder: Holder, day: str) -> Sender:
    """The sender, by the key that the manifest names: the kit's own, one of its earlier, or one that follows it."""
    manifest = told.manifest
    key, rows, late = holder.key, tuple[Row, ...](), manifest.key in holder.former
    if late:
        key = manifest.key
    elif manifest.key not in ("", key):  # a manifest of the format before names none
        key, rows = manifest.key, _follows(manifest, holder, day)
    if not signature.verified(told.data, told.signature, by=holder.who, key=key, namespace=signature.MANIFEST):
        raise ParcelError(f"The signature of {manifest.name} is not that of {holder.who}.", hint=_LEAVE)
    return Sender(holder.who, late, rows)


def _follows(manifest: Manifest, holder: Holder, day: str) -> tuple[Row, ...]:
    """The keys from the one enrolled to the manifest's. Raises ParcelError where these do not lead there."""
    wanted = Link(holder.who, manifest.key)
    links = succession.leads_to(manifest.lineage, holder.who, holder.key, wanted)
    if not links:
        raise ParcelError(f"{manifest.name} is signed with another key than that of {holder.who}.", hint=_LEAVE)
    return tuple(Row(day, holder.who, Event.FOLLOWED, link.key) for link in links)
