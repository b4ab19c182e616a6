"""Crashes of a kit: killed at any moment, on a full disk, and when the power is cut; and the count of what was lost.

An edit counts as acknowledged once its id came through a pipe. After each crash somebody else opens the kit as it
lies there: all that was acknowledged is in sight, and the next save, parcel and receipt work without a person.
"""

from __future__ import annotations

import itertools
import os
import random
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from testing.memory_wiki import MemoryWiki
from tests import journey
from tests.journey import DAY, NGOZI, Hub, Kit
from tests.processes import DONE, REFUSED, beside, fsck, kill, status
from wikigit.core.errors import WikigitError
from wikigit.kit import room, wake
from wikigit.repo import heal

TITLES = ("Ngozi", "Lake", "Gitega")


@dataclass(slots=True)
class Crashed:
    """What was tried and what was wrong then. `lost`: acknowledged edits that are in sight nowhere any more."""

    crashes: int = 0
    acknowledged: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)

    def __iadd__(self, other: Crashed) -> Crashed:
        self.crashes, self.acknowledged = self.crashes + other.crashes, self.acknowledged + other.acknowledged
        self.lost, self.wrong = self.lost + other.lost, self.wrong + other.wrong
        return self


def village(folder: Path) -> tuple[Hub, Kit]:
    """A hub and a kit that never refuse an edit for want of room: the disks here are small."""
    wiki = MemoryWiki()
    for title in TITLES[:2]:
        wiki.person_edits(title, NGOZI.replace("Ngozi", title))
    hub = Hub(folder, wiki)
    kit = hub.kit("school")
    hub.receives(kit.sends())
    kit.store.git.config[room.SETTING] = 0
    return hub, kit


def opened(kit: Kit) -> Kit:
    """The same kit, as another process finds it."""
    other = kit.moved(kit.folder)
    other._sticks = itertools.count(random.randrange(10**9))
    return other


def works(hub: Hub, kit: Kit, tells: int, life: int) -> None:
    """People save, sticks travel both ways, until the end; each saved edit is told as soon as it is."""
    journey.draw_again_from(life + 1)
    here, there = opened(kit), hub.moved(hub.folder, hub.wiki)
    for turn in itertools.count():
        edit = here.writes(TITLES[turn % 3], f"Line {turn} of life {life}.")
        os.write(tells, edit.id.encode() + b"\n")
        if turn % 3 == 2:
            there._sticks = here._sticks
            there.receives(here.sends())
            there.merges()
            here.receives(there.sends())


def killed(hub: Hub, kit: Kit, chance: random.Random, lives: int) -> Crashed:
    """Kill a kit and the hub beside it, so often."""
    found, known = Crashed(), set[str]()
    for life in range(lives):
        process, told = beside(lambda tells, life=life: works(hub, kit, tells, life))  # type: ignore[misc]
        select.select([told], [], [], 10)
        select.select([], [], [], chance.random() * 0.4)
        kill(process)
        status(process)
        known |= set(_all(told).split())
        found.crashes += 1
        found.wrong += [f"life {life}: a ref is neither old nor new" for one in (kit, hub) if not sound(one)]
        if life % 20 == 19 or life == lives - 1:
            found += _looked_at(hub, kit, known, f"life {life}")
    found.acknowledged = len(known)
    return found


def sound(place: Kit | Hub) -> bool:
    """Whether every ref of a killed kit or hub is where it was, or where it was to go: behind it all can be read."""
    return heal.sound(place.store.path)


def _all(pipe: int) -> str:
    said = b""
    while more := os.read(pipe, 10_000):
        said += more
    os.close(pipe)
    return said.decode()


def _looked_at(hub: Hub, kit: Kit, known: set[str], when: str) -> Crashed:
    """Look at a kit after a crash: what is lost, and does it go on without a person?"""
    found, here = Crashed(), opened(kit)
    try:
        after = here.writes("Ngozi", f"After {when}.")
        hub.receives(here.sends())
        here.receives(hub.sends())
        fsck(here.store)
        fsck(hub.store)
    except (WikigitError, AssertionError) as exc:
        found.wrong.append(f"{when}: {exc}")
    else:
        found.lost = len((known | {after.id}) - {mine.edit.id for mine in here.mine()})
    return found


# A full disk


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes; only root can make one."""
    place.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def filled(hub: Hub, kit: Kit, chance: random.Random, rounds: int, folder: Path) -> Crashed:
    """Let the disk become full at any moment of a save, a parcel written, or one received; so often."""
    found, down = Crashed(), hub.sends()
    used = sum(file.stat().st_blocks * 512 for file in kit.store.path.rglob("*"))
    for number in range(rounds):
        with small_disk(folder / f"disk-{number}", used + 60_000 + chance.randrange(600_000)) as disk:
            shutil.copytree(kit.store.path, disk / "kit.git", symlinks=True)
            here, up = kit.moved(disk), journey.Stick(folder / f"stick-{number}")
            process, told = beside(lambda tells, here=here, up=up, life=number: _fills(here, up, down, tells, life))  # type: ignore[misc]
            ended, known = status(process), set(_all(told).split())
            found.crashes, found.acknowledged = found.crashes + 1, found.acknowledged + len(known)
            if ended not in (DONE, REFUSED):
                found.wrong.append(f"round {number} ended with {ended}")
            subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
            found += _looked_at(hub.moved(_copy(hub, disk), hub.wiki), kit.moved(disk), known, f"round {number}")
    return found


def _copy(hub: Hub, disk: Path) -> Path:
    shutil.copytree(hub.store.path, disk / "hub.git", symlinks=True)
    return disk


def _fills(kit: Kit, up: journey.Stick, down: journey.Stick, tells: int, life: int) -> None:
    """Save, send and receive until nothing goes any more; the sticks have room."""
    journey.draw_again_from(life + 1)  # else whoever looks afterwards would draw the same ids
    kit = kit.moved(kit.folder)
    for turn in itertools.count():
        edit = kit.writes(TITLES[turn % 3], random.Random(turn).randbytes(800).hex())
        os.write(tells, edit.id.encode() + b"\n")
        if turn % 4 == 2:
            kit.sends(up)
        if turn % 4 == 3:
            kit.receives(down)


# The power is cut


@contextmanager
def image(file: Path, place: Path, *, keep: bool = False, size: int = 48_000_000) -> Iterator[Path]:
    """A disk in a file, as a card is one; only root can use it. `keep`: as long as a file on it is open here."""
    place.mkdir(parents=True)
    if not file.exists():
        with file.open("wb") as opened_:
            opened_.truncate(size)
        subprocess.run(["mkfs.ext4", "-q", "-F", str(file)], check=True)
    subprocess.run(["mount", "-o", "loop", str(file), str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", *(["--lazy"] if keep else []), str(place)], check=True)


def cut(hub: Hub, kit: Kit, chance: random.Random, cuts: int, folder: Path) -> Crashed:
    """Cut the power of a kit that works: what its disk held then, and no more, is what the next start finds."""
    found, card = Crashed(), folder / "card.img"
    with image(card, folder / "made") as place:
        shutil.copytree(kit.store.path, place / "kit.git", symlinks=True)
    for number in range(cuts):
        left = folder / f"left-{number}.img"
        with image(card, folder / f"works-{number}") as place:
            process, told = beside(lambda tells, at=place, number=number: _saves(kit.moved(at), tells, number))  # type: ignore[misc]
            select.select([told], [], [], 10)
            select.select([], [], [], chance.random() * 0.5)
            kill(process)
            status(process)
            known = set(_all(told).split())
            shutil.copyfile(card, left)  # what the system has not written yet is not in it
        found.crashes, found.acknowledged = found.crashes + 1, found.acknowledged + len(known)
        with image(left, folder / f"found-{number}", keep=True) as place:
            found += _after_a_cut(kit.moved(place), known, f"cut {number}")
        left.unlink()
    return found


def _saves(kit: Kit, tells: int, number: int) -> None:
    journey.draw_again_from(number + 1)
    kit = kit.moved(kit.folder)
    for turn in itertools.count():
        edit = kit.writes(TITLES[turn % 3], f"Line {turn} of cut {number}.")
        os.write(tells, edit.id.encode() + b"\n")


def _after_a_cut(kit: Kit, known: set[str], when: str) -> Crashed:
    """Start a kit anew, on a machine that was started anew."""
    found, here = Crashed(), opened(kit)
    (here.store.path / "wikigit.boot").unlink(missing_ok=True)
    try:
        wake.wake(here.store, DAY)
        after = here.writes("Ngozi", f"After {when}.")
        fsck(here.store)
    except (WikigitError, AssertionError) as exc:
        found.wrong.append(f"{when}: {exc}")
    else:
        found.lost = len((known | {after.id}) - {mine.edit.id for mine in here.mine()})
    return found
