"""Carry other kits' parcels byte for byte: taken off one stick, put onto the next, never opened.

What is carried lies in a folder beside the repository's objects, one folder for each parcel, and is no part of
Git. A parcel comes from strangers: its files have names and sizes that wikigit writes, and all of them together
have a limit. Nothing here decides whether to believe a parcel; its receiver does.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from wikigit.core.errors import ParcelError, WikigitError
from wikigit.kit import pinned
from wikigit.kit.start import kit_of
from wikigit.repo import disk, layout, parcel, stick
from wikigit.repo.parcel import Manifest, Parcel
from wikigit.repo.stick import Progress
from wikigit.repo.store import Store

FOLDER = "relay"
MOST_BYTES = 2 * 10**9
MOST_PARCELS = 500
"""What a kit carries for others at the most, all together."""

FLOOR = 200 * 10**6
"""Bytes that stay free on the kit for those who write on it."""


class Way(StrEnum):
    """Where a parcel went."""

    TAKEN = "taken"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Relayed:
    """A parcel that was taken off a stick, or given to one."""

    parcel: str
    way: Way
    size: int


def relay(store: Store, folder: Path, onto: Path) -> Iterator[Progress | Relayed]:
    """Take other kits' parcels off a stick, and put those that it lacks into its folder `onto`.

    What cannot be carried keeps nothing else back: after the last, raises what was wrong with the first such.
    """
    wrong: list[WikigitError] = []
    with store.writing(alone=True):
        carried = _Carried(store.path / FOLDER, pinned.key_of_hub(store))
        own = kit_of(store)
        for file in [*parcel.files(folder, parcel.DOWN), *parcel.files(folder, parcel.UP)]:
            try:
                if parcel.manifest_in(file).kit not in (own, parcel.ANYBODY):
                    yield from carried.take(file)
            except WikigitError as exc:
                wrong.append(exc)
        carried.forget()
        for held in carried.all():
            try:
                yield from _give(held, folder, onto)
            except WikigitError as exc:
                wrong.append(exc)
    if wrong:
        raise wrong[0]


def drop_older(store: Store, redactions: str) -> None:
    """Carry no parcel further that was written before these redactions: its receiver would refuse it."""
    for file in (store.path / FOLDER).glob("*/*.json"):
        manifest = parcel.manifest_in(file)
        tips = manifest.tips if manifest.direction == parcel.DOWN else manifest.acknowledges.tips
        if tips.get(layout.REDACTIONS) != redactions:
            shutil.rmtree(file.parent)


class _Carried:
    """The folder of what is carried, and what the hub has told of it: `heard` is its newest parcel for each kit."""

    def __init__(self, place: Path, key: str) -> None:
        self.place, self.key = place, key
        self.heard: dict[tuple[str, str], Manifest] = {}
        place.mkdir(exist_ok=True)
        for half in place.glob(f"*{stick.PART}"):
            shutil.rmtree(half)
        for file in self.all():
            self._hear(file)

    def all(self) -> list[Path]:
        """The manifests' files, what was taken last first: of two with one name it holds what the other does."""
        return sorted(self.place.glob("*/*.json"), reverse=True)

    def take(self, file: Path) -> Iterator[Progress | Relayed]:
        """Take a parcel off a stick, unless it is carried already."""
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:32]
        if any(self.place.glob(f"*-{digest}")) or self._old(parcel.manifest_in(file)):
            return
        self._need_room(parcel.manifest_in(file))
        found = parcel.read(file)
        last = max((int(home.name[:9]) for home in self.place.iterdir()), default=0)
        home = self.place / f"{last + 1:09d}-{digest}"
        half = home.with_name(home.name + stick.PART)
        half.mkdir()
        with stick.being_read():
            yield from _copied(found, file, half)
        half.rename(home)
        disk.flush(self.place)
        self._hear(home / file.name)
        yield Relayed(found.manifest.name, Way.TAKEN, found.manifest.size)

    def forget(self) -> None:
        """Carry no longer what the hub has told that it holds, nor older parcels of the hub."""
        for file in self.all():
            if self._old(parcel.manifest_in(file)):
                shutil.rmtree(file.parent)

    def _hear(self, file: Path) -> None:
        """Remember the hub's newest parcel for a kit; a stranger's word throws nothing away."""
        told = parcel.told_in(file)
        manifest, known = told.manifest, self.heard.get(_ends(told.manifest))
        if manifest.direction == parcel.DOWN and (known is None or manifest.number > known.number):
            with suppress(ParcelError):
                if pinned.believe(told, self.key) == self.key:
                    self.heard[_ends(manifest)] = manifest

    def _old(self, manifest: Manifest) -> bool:
        heard = self.heard.get(_ends(manifest))
        if heard is None:
            return False
        if manifest.direction == parcel.DOWN:
            return manifest.number < heard.number
        last = heard.acknowledges  # a number may have been used twice, for more the second time
        return manifest.number < last.number or (manifest.number == last.number and manifest.tips == last.tips)

    def _need_room(self, coming: Manifest) -> None:
        held = [parcel.manifest_in(file) for file in self.all()]
        if len(held) >= MOST_PARCELS or sum(m.size for m in held) + coming.size > MOST_BYTES:
            raise ParcelError(
                f"This kit carries as much for others as it may; {coming.name} stays on the stick.",
                hint="Carry that stick to the hub.",
            )
        stick.need_room(self.place, coming.size + FLOOR, "This kit")


def _ends(manifest: Manifest) -> tuple[str, str]:
    return manifest.repository, manifest.kit


def _give(file: Path, folder: Path, onto: Path) -> Iterator[Progress | Relayed]:
    """Put a carried parcel onto a stick, unless one of this name is there: then it waits for another stick."""
    manifest = parcel.manifest_in(file)
    if file.name in {there.name for there in parcel.files(folder, manifest.direction, manifest.kit)}:
        return
    stick.need_room(onto, manifest.size)
    with stick.written():
        yield from _copied(parcel.read(file), file, onto)
    yield Relayed(manifest.name, Way.GIVEN, manifest.size)


def _copied(found: Parcel, file: Path, folder: Path) -> Generator[Progress, None, None]:
    """Copy a parcel's files into a folder, the manifest last. Raises ParcelError where one changes meanwhile."""
    manifest, done = found.manifest, 0
    for source, (name, part) in zip(found.files, manifest.files.items(), strict=True):
        with source.open("rb") as opened:
            for count in stick.copy(opened, folder / name, part.size, part.sha256):
                done += count
                yield Progress(done, 2 * manifest.size)
    for beside in (*parcel.signatures(file), file):
        stick.put(folder / beside.name, beside.read_bytes())
