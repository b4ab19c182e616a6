"""Take in a kit's parcel: its edits, each checked in quarantine, its receipts, and a receipt for each edit.

Nothing here merges.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wikigit.core import identity
from wikigit.core.errors import Locked, ParcelError, WikigitError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.title import Title
from wikigit.hub import check, forks, older, senders
from wikigit.hub.senders import Sender
from wikigit.repo import arrival, enrolled, keyring, layout, mainline, manifests, parcel, quarantine, receipts
from wikigit.repo.parcel import Manifest, Parcel
from wikigit.repo.quarantine import Quarantine
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Named:
    """An edit by its id and page; its texts stay in Git, for a parcel may bring ten thousand."""

    id: str
    title: Title


@dataclass(frozen=True, slots=True)
class Received:
    """What one parcel brought. `already` where an equal or newer one was here.

    `aside`: the fork as which it is kept, "" where it came in. `chained`: false where its sender says that the
    parcel before it was another than came here; evidence, which refuses nothing.
    """

    parcel: str
    kit: str
    number: int
    edits: tuple[Named, ...] = ()
    missing: tuple[int, ...] = ()
    already: bool = False
    aside: str = ""
    chained: bool = True


def receive(store: Store, stick: Path, day: str, *, unsigned: bool = False) -> Iterator[Received]:
    """Take in every parcel for this hub on a stick, each kit's oldest first; yields what each brought.

    `unsigned`: keep aside what has no signature, instead of refusing it. One that is damaged or does not fit keeps
    the others back no more than their own kit's: after the last, raises what was wrong with the first such.
    """
    with store.writing():
        settings = store.config(mainline.read(store).tip)
    wrong: list[WikigitError] = []
    for file in parcel.files(stick, parcel.UP):
        try:
            if parcel.manifest_in(file).repository == settings.repository:
                yield _one(store, file, day, unsigned)
        except Locked:
            raise
        except WikigitError as exc:
            wrong.append(exc)
    if wrong:
        raise wrong[0]


def _one(store: Store, file: Path, day: str, unsigned: bool) -> Received:
    with store.writing(), _believed(store, file, day, unsigned) as (found, sender):
        manifest = found.manifest
        last = manifests.last(store, manifest.kit, parcel.UP)
        before = manifests.digest(store, manifest.kit, parcel.UP)
        chained = last is None or manifest.number != last.number + 1 or manifest.previous == before
        own = {ref: ref for ref in (layout.kit(manifest.kit), layout.receipts(manifest.kit))}
        if arrival.is_here(store, manifest, last, own):
            return Received(manifest.name, manifest.kit, manifest.number, already=True)
        senders.in_time(sender, manifest)
        with older.told(store, manifest, day), quarantine.held(store, found, quarantine.FROM_KITS) as held:
            main = mainline.read(store).tip
            if sender.unsigned or forks.departs(held.view, manifest):
                return _aside(store, held, manifest, sender, day)
            moves = arrival.forward(held.view, manifest, own, "wikigit kit send STICK --full")
            older.need_nothing_redacted(held.view, manifest, moves, main)
            edits = tuple(_new_edits(held, manifest, main))
            check.kit_receipts(held.view, manifest.tips.get(layout.receipts(manifest.kit)), manifest.kit)
            held.admit()
        told = [Receipt(e.id, Outcome.RECEIVED, "", str(manifest.number), day, kit=manifest.kit) for e in edits]
        coming = {m.ref: m.new for m in moves if m.new and m.ref.startswith(layout.RECEIPTS)}
        moves += receipts.append(store, identity.HUB, told, day, coming)
        moves += [manifests.add(store, manifest, day, told=found.told), *enrolled.add(store, sender.rows, day)]
        store.move(moves)
        missing = range((last.number if last else 0) + 1, manifest.number)
        return Received(manifest.name, manifest.kit, manifest.number, edits, tuple(missing), chained=chained)


def _aside(store: Store, held: Quarantine, manifest: Manifest, sender: Sender, day: str) -> Received:
    """Keep aside what a person has to look at, or nobody has signed; no edit of it is received."""
    moves, fork = forks.keep(held, manifest, layout.UNSIGNED if sender.unsigned else layout.FORKS)
    older.need_nothing_redacted(held.view, manifest, moves, mainline.read(store).tip)
    held.admit()
    known = [] if sender.unsigned else manifests.know(store, manifest.kit, day)  # so that it gets its answers
    store.move([*moves, *known, *enrolled.add(store, sender.rows, day)])
    return Received(manifest.name, manifest.kit, manifest.number, already=not moves, aside=fork)


@contextmanager
def _believed(store: Store, file: Path, day: str, unsigned: bool) -> Iterator[tuple[Parcel, Sender]]:
    """A parcel, and whose it is: known before anything of its bundle is looked at, but for what seals it."""
    told = parcel.told_in(file)
    if told.manifest.sealed:
        with arrival.opened(store, parcel.read(file, told), keyring.private(store)) as found:
            yield found, senders.believe(store, found.told, day, unsigned=unsigned)
    else:
        sender = senders.believe(store, told, day, unsigned=unsigned)
        yield parcel.read(file, told), sender


def _new_edits(held: Quarantine, manifest: Manifest, main: str) -> Iterator[Named]:
    """The edits that the parcel brings, each checked; in the order of the kit."""
    view, ref = held.view, layout.kit(manifest.kit)
    tip, old = manifest.tips.get(ref), view.tip(ref)
    if tip is None:
        return
    commits = view.history(tip, main, *([old] if old else []))
    strange = next((commit for commit in commits if commit not in held.new), "")
    if strange:
        raise ParcelError(
            f"{manifest.name} builds on {strange[:10]}, which is neither main's nor {manifest.kit}'s.",
            hint="Do not use this stick; ask who wrote it.",
        )
    for edit in check.kit_edits(view, manifest.kit, commits, main):
        yield Named(edit.id, edit.title)
