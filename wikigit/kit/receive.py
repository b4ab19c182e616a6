"""Take in a parcel from the hub: the new main, the answers, and the desk laid on it.

Nothing here talks to the wiki, or decides what an edit is worth: the hub has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wikigit.core import identity
from wikigit.core.errors import ParcelError
from wikigit.core.receipt import Receipt
from wikigit.core.site import Site
from wikigit.core.talk import TalkMessage
from wikigit.kit import desk, epoch, pinned, sound
from wikigit.kit.start import day as kit_day
from wikigit.kit.start import kit_of
from wikigit.repo import arrival, layout, mainline, manifests, parcel, quarantine, receipts, talk
from wikigit.repo.parcel import Manifest, Told
from wikigit.repo.refs import Move
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Received:
    """What came: the parcel's name and number, receipts and messages that are news; `already` where it was here."""

    parcel: str
    number: int
    receipts: tuple[Receipt, ...] = ()
    messages: tuple[TalkMessage, ...] = ()
    already: bool = False


def receive(store: Store, stick: Path, day: str, hub_key: str = "") -> Received:
    """Take in the newest parcel for this kit on a stick. Raises ParcelError where there is none or it does not fit.

    `hub_key`: the fingerprint of the hub's key, where that is another than this kit knows.
    """
    with store.writing(alone=True):
        kit, day = kit_of(store), kit_day(store, day)
        file, told = _newest(store, stick, kit)
        hub = pinned.believe(told, pinned.key_of_hub(store), hub_key)
        found = parcel.read(file, told)
        manifest = found.manifest
        last = manifests.last(store, kit, parcel.DOWN)
        if arrival.is_here(store, manifest, last, _allowed(kit)):
            return Received(manifest.name, manifest.number, already=True)
        epoch.need_newest(store, manifest)
        before = receipts.standing(store)
        with quarantine.held(store, found, quarantine.FROM_THE_HUB) as held:
            anew = epoch.written_anew(held.view, manifest)
            moves = _forward(held.view, manifest, {move.ref: move.new for move in anew if move.new})
            sound.hubs(held.view, moves, kit)
            held.admit()
        epoch.begin(store, anew)
        coming = {m.ref: m.new for m in moves if m.new and m.ref.startswith(layout.RECEIPTS)}
        standing = receipts.standing(store, at=coming)
        main = mainline.at(store, next(m.new for m in moves if m.ref == layout.MAIN and m.new))
        messages = _messages(store, moves, main.site)
        moves += [manifests.add(store, manifest, day, told=told), desk.rebuilt(store, main, standing, day)]
        store.move(moves)
        store.forget()
        pinned.pin(store, hub)
        news = [receipt for edit, receipt in standing.items() if _told(receipt) != _told(before.get(edit))]
        return Received(manifest.name, manifest.number, tuple(news), messages)


def _messages(store: Store, moves: list[Move], site: Site) -> tuple[TalkMessage, ...]:
    """The talk messages that a parcel brings and that were not here."""
    coming = next((m.new for m in moves if m.ref == layout.MESSAGES), None)
    here = {message.id for message in talk.read(store, site)}
    return tuple(m for m in talk.read(store, site, tip=coming) if m.id not in here) if coming else ()


def _told(receipt: Receipt | None) -> tuple[str, ...]:
    """What a receipt tells a person: a line that says the same once more is no news."""
    return (receipt.outcome, receipt.code, receipt.ref, receipt.said) if receipt else ()


def _newest(store: Store, stick: Path, kit: str) -> tuple[Path, Told]:
    files = parcel.files(stick, parcel.DOWN, kit)
    if not files:
        raise ParcelError(f"There is no parcel for the kit {kit} here.", hint="Ask the hub: wikigit hub send STICK")
    repository = store.config(mainline.read(store).tip).repository
    for file in reversed(files):
        told = parcel.told_in(file)
        if told.manifest.repository == repository:
            return file, told
    raise ParcelError(
        f"What is here for the kit {kit} is of another repository.", hint="Ask the hub: wikigit hub send STICK"
    )


def _forward(store: Store, manifest: Manifest, at: Mapping[str, str]) -> list[Move]:
    """The moves of the hub's refs at this kit. Raises ParcelError."""
    if not {layout.MAIN, layout.UPSTREAM} <= manifest.tips.keys():
        raise ParcelError(f"The parcel {manifest.name} brings no main.", hint="Ask the hub to send again.")
    return arrival.forward(store, manifest, _allowed(manifest.to), "wikigit hub send STICK --full", at)


def _allowed(kit: str) -> dict[str, str]:
    """What the hub may move here: its refs, each with its name at this kit."""
    lines = {layout.lines(kit, writer): layout.receipts(writer) for writer in (identity.HUB, identity.BRIDGE)}
    whole = {layout.MAIN: layout.MAIN, layout.UPSTREAM: layout.UPSTREAM}
    return whole | lines | {layout.messages(kit): layout.MESSAGES, layout.REDACTIONS: layout.REDACTIONS}
