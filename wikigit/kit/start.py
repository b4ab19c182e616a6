"""Make a kit of a full parcel."""

from __future__ import annotations

import shutil
from pathlib import Path

from wikigit.core import keys
from wikigit.core.errors import ParcelError, RepoError
from wikigit.kit import pinned, sound
from wikigit.repo import edits, keyring, layout, manifests, parcel, quarantine, signature
from wikigit.repo.parcel import Parcel
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

KIT = "wikigit.kit"
"""The setting in the repository that names the kit."""

_WHOLE = (layout.MAIN, layout.UPSTREAM, layout.REDACTIONS)


def start(
    place: Path, stick: Path, *, day: str, wiki: str = "", hub_key: str = "", make: keyring.Make = signature.make
) -> str:
    """Make a kit's repository at `place` from the newest full parcel on a stick; returns the kit's id.

    `wiki`: the name, or the repository's id, where the stick has parcels of several. `hub_key`: the fingerprint
    of the hub's key, where somebody was told it; from now on the kit believes the key that it finds. Raises
    ParcelError where the stick has no such parcel.
    """
    file = _full_parcel(stick, wiki)
    told = parcel.told_in(file)
    hub = pinned.believe(told, "", hub_key)
    found = parcel.read(file, told)
    store = Store.create(place)
    try:
        kit = keyring.begin(store, keys.kit_id, make)
        _fill(store, kit, found, day)
        pinned.pin(store, hub)
    except BaseException:
        shutil.rmtree(place)  # half a kit would be taken for a whole one
        raise
    return kit


def _fill(store: Store, kit: str, found: Parcel, day: str) -> None:
    tips = found.manifest.tips
    with store.writing(alone=True):
        moves = [Move(ref, None, tips[ref]) for ref in _WHOLE if ref in tips]
        with quarantine.held(store, found, quarantine.FROM_THE_HUB) as held:
            sound.hubs(held.view, moves, kit)
            held.admit()
        store.move(
            [
                *moves,
                Move(layout.DESK, None, tips[layout.MAIN]),
                manifests.add(store, found.manifest, day, kit=kit),
            ]
        )
    store.git.config[KIT] = kit


def kit_of(store: Store) -> str:
    """The id of the kit that this repository is. Raises RepoError where it is none."""
    settings = store.git.config
    if KIT not in settings:
        raise RepoError("This repository is no kit.", hint="Make one: wikigit kit init STICK FOLDER")
    return str(settings[KIT])


def day(store: Store, today: str) -> str:
    """The day that a kit writes: this machine's, but never before its newest commit: kits have no clock to trust."""
    tips = [store.tip(ref) for ref in (layout.DESK, layout.MAIN)]
    return max([today, *(edits.day_of(store.read(tip)) for tip in tips if tip)])


def _full_parcel(stick: Path, wiki: str) -> Path:
    """The file of the newest full parcel on a stick, of this wiki or of the only one."""
    told = [(parcel.manifest_in(file), file) for file in parcel.files(stick, parcel.DOWN, parcel.ANYBODY)]
    full = {
        m.repository: (m.wiki, file)
        for m, file in told
        if wiki in ("", m.wiki, m.repository) and m.files and {layout.MAIN, layout.UPSTREAM} <= m.tips.keys()
    }
    if not full:
        raise ParcelError(
            f"There is no full parcel{f' of {wiki}' if wiki else ''} for a new kit here.",
            hint="Ask the hub for one: wikigit hub send STICK --new",
        )
    if len(full) > 1:
        names = [f"{name} ({repository})" for repository, (name, _) in full.items()]
        raise ParcelError(f"Parcels of several wikis are here: {', '.join(names)}.", hint="Say which: --wiki NAME")
    ((_, file),) = full.values()
    return file
