"""Manifests of parcels sent and received, kept in Git: one ref for each kit. Nothing here writes a stick."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from wikigit.core import identity, message
from wikigit.repo import edits, layout, parcel, redactions
from wikigit.repo.parcel import Acknowledgement, Manifest, Told
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

SIGNATURES = "signatures"
"""Where the signatures of received manifests are kept."""


def last(store: Store, kit: str, direction: str) -> Manifest | None:
    """The newest manifest of one direction, None where there is none yet."""
    tip = store.tip(layout.parcels(kit))
    if tip is None:
        return None
    found = list(store.files(tip, direction))
    return parcel.from_json(found[-1][1], found[-1][0]) if found else None


def digest(store: Store, kit: str, direction: str) -> str:
    """The sha256 of the newest manifest of one direction, byte for byte as its sender signed it; "" for none."""
    tip = store.tip(layout.parcels(kit))
    found = list(store.files(tip, direction)) if tip else []
    return hashlib.sha256(found[-1][1]).hexdigest() if found else ""


def kits(store: Store) -> list[str]:
    """The ids of all kits that a parcel was received from or sent to."""
    return [ref.removeprefix(layout.PARCELS) for ref in store.refs(layout.PARCELS)]


def add(store: Store, manifest: Manifest, day: str, *, kit: str = "", told: Told | None = None) -> Move:
    """Keep a manifest; returns the move of the kit's ref. `kit`: whose, where it was written for anybody.

    `told`: as it was received, byte for byte, with the signature that anybody can check again.
    """
    ref = layout.parcels(kit or manifest.kit)
    old = store.tip(ref)
    number = 0 if manifest.to == parcel.ANYBODY else manifest.number  # the one a kit starts from comes before all
    file = f"{manifest.direction}/{number:06d}.json"
    files: dict[str, bytes | None] = {file: told.data if told else manifest.to_json().encode()}
    if told and told.signature:
        files[f"{SIGNATURES}/{file}.sig"] = told.signature
    tree = store.tree_with(store.read(old).tree if old else None, files)
    writer = identity.HUB if manifest.sender == identity.HUB else manifest.kit
    text = message.compose(f"Parcel {manifest.name}", {})
    commit = store.commit(tree, [old] if old else [], text, author=edits.signature(writer, day))
    return Move(ref, old, commit)


def know(store: Store, kit: str, day: str) -> list[Move]:
    """Take note of a kit of which no parcel was taken in, so that it is sent to; returns the move of its ref."""
    ref = layout.parcels(kit)
    if store.tip(ref):
        return []
    text = message.compose("Know of this kit", {})
    commit = store.commit(store.empty_tree(), [], text, author=edits.signature(identity.HUB, day))
    return [Move(ref, None, commit)]


def acknowledgement(store: Store, kit: str, direction: str) -> Acknowledgement:
    """What we tell the other side that we hold of its parcels of this direction."""
    newest = last(store, kit, direction)
    if newest is None:
        return Acknowledgement()
    return Acknowledgement(0 if newest.to == parcel.ANYBODY else newest.number, newest.tips)


def already_there(store: Store, tips: Mapping[str, str]) -> list[str]:
    """Commits that the other side told us it holds, those that we know; of what was redacted, what is left."""
    return redactions.still_there(store, tips.values())
