"""Parcels that a bad stick or a stranger damages: cut off anywhere, a bit flipped anywhere.

Half of them as they are, so that the manifest shows it; half with a manifest made and signed to fit, as somebody
would who has the kit's key and damages on purpose. Whatever is taken in must be what the kit had sent.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from testing.memory_wiki import MemoryWiki
from tests.hostile import footprint
from tests.journey import NGOZI, Hub, Kit, Stick, signs
from wikigit.core.errors import WikigitError
from wikigit.repo import layout, parcel
from wikigit.repo.parcel import Manifest, Parcel
from wikigit.repo.store import Store


@dataclass
class Tally:
    """How many damaged parcels were tried, and those that were taken though they differ, each by what was done."""

    tried: int = 0
    same: int = 0
    accepted: list[str] = field(default_factory=list)


def damaged(folder: Path, count: int, seed: int) -> Tally:
    """Damage a kit's parcel in so many ways. Raises AssertionError where one leaves something, or says nothing."""
    chance, tally = Random(seed), Tally()
    hub, kit, stick = _sent(folder)
    tips = {ref: kit.store.need(ref, "") for ref in (layout.kit(kit.id), layout.receipts(kit.id))}
    whole = {file.name: file.read_bytes() for file in stick.files}
    trials = _Trials(hub)
    for name, data, how in _damages(whole, chance, count):
        for file, sound in whole.items():
            (stick.folder / file).write_bytes(data if file == name else sound)
        if how.startswith("fitting") and name.endswith(".bundle"):
            _fit(kit, stick, data)
        tally.tried += 1
        if trials.takes(stick, f"{how} of {name}"):
            if all(trials.hub.store.tip(ref) in (tip, None) for ref, tip in tips.items()):
                tally.same += 1
            else:
                tally.accepted.append(f"{how} of {name}")
            trials.again()
    return tally


class _Trials:
    """A hub as it was before, again for each parcel that it takes."""

    def __init__(self, hub: Hub) -> None:
        self._hub, self.hub = hub, hub
        self.again()

    def again(self) -> None:
        place = self._hub.folder / "trial"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self._hub.store.path, place / "hub.git")
        self.hub = self._hub.moved(place, self._hub.wiki)
        self.before = footprint(self.hub.store)

    def takes(self, stick: Stick, how: str) -> bool:
        try:
            came = self.hub.receives(stick)
        except WikigitError as exc:
            if not exc.hint or footprint(self.hub.store) != self.before:
                raise AssertionError(f"{how}: {exc.message!r} leaves something, or no next step") from exc
            return False
        return bool(came)


def _sent(folder: Path) -> tuple[Hub, Kit, Stick]:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    hub = Hub(folder, wiki)
    kit = hub.kit("school")
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.", by="Aline")
    hub.receives(kit.sends())
    kit.receives(hub.sends())
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.", by="Jean")
    kit.writes("Gitega", "Gitega is a city.", by="Aline")
    return hub, kit, kit.sends()


def _damages(whole: dict[str, bytes], chance: Random, count: int) -> Iterator[tuple[str, bytes, str]]:
    """The file that is damaged, its bytes, and what was done: all kinds of files and places alike."""
    for number in range(count):
        name = sorted(whole)[number % len(whole)]
        data = whole[name]
        end = len(data)
        if name.endswith(".bundle") and number % 3 == 0:
            end = data.index(b"PACK") + 12  # the header, which no checksum of git's covers
        how = "fitting " if number // len(whole) % 2 else ""
        at = chance.randrange(end)
        if number // (2 * len(whole)) % 2:
            yield name, data[:at], f"{how}cut at {at}"
        else:
            bit = chance.randrange(8)
            yield name, data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :], f"{how}bit {bit} at {at}"


def _fit(kit: Kit, stick: Stick, data: bytes) -> None:
    """Somebody with the kit's key writes the manifest anew, to fit what they did to the bundle."""
    (told,) = [file for file in stick.files if file.suffix == ".json"]
    lay(kit.store, stick, parcel.manifest_in(told), data)


def lay(signer: Store, stick: Stick, manifest: Manifest, packed: bytes) -> None:
    """Lay a bundle onto a stick, with a manifest that fits, signed by a kit's or the hub's key."""
    told = replace(manifest, sha256=hashlib.sha256(packed).hexdigest(), size=len(packed))
    (stick.folder / f"{told.name}.bundle").write_bytes(packed)
    signs(signer, stick.folder / f"{told.name}.json", told)


def parcel_on(stick: Stick) -> Parcel:
    """The one parcel on a stick."""
    (told,) = [file for file in stick.files if file.suffix == ".json"]
    return parcel.read(told)
