"""At the stick: full, locked, torn out, used before. Nothing under its own name is half-true."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests import processes
from tests.journey import DAY, NGOZI, Hub, Kit, Stick, kit_send, much_text
from wikigit.core.errors import ParcelError
from wikigit.core.receipt import Outcome
from wikigit.kit.send import Sent
from wikigit.repo import git, layout, parcel, stick
from wikigit.repo.stick import Progress


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """A stick of a given size, a file system of its own; skipped where this account may not mount one."""
    places: list[Path] = []

    def mount(size: str, *, name: str = "mounted") -> Path:
        place = tmp_path / name
        place.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", place], capture_output=True)
        if done.returncode != 0:
            pytest.skip("This account may not mount a stick.")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", "--lazy", place], check=True)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


# Free space, locks and strange sticks


def test_a_stick_without_room_is_left_as_it_is(kit: Kit, mounted: Callable[..., Path]) -> None:
    kit.writes("Ngozi", NGOZI + much_text(40000))
    small = mounted("100k")
    with pytest.raises(ParcelError, match=r"The stick has 0 MB free, and \d MB are needed") as told:
        list(kit_send.send(kit.store, small, day=DAY, approve_all=True))
    assert "nothing is lost" in told.value.hint
    assert names(small) == []


def test_a_stick_that_fills_up_meanwhile_says_so(mounted: Callable[..., Path]) -> None:
    small = mounted("64k")
    with pytest.raises(ParcelError, match="could not be written: it is full"), stick.written():
        stick.put(small / "parcel", bytes(300_000))
    assert "parcel" not in names(small)


def test_a_read_only_stick_says_so(kit: Kit, hub: Hub, mounted: Callable[..., Path]) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    locked = mounted("4m")
    subprocess.run(["mount", "-o", "remount,ro", locked], check=True)
    with pytest.raises(ParcelError, match="it is read-only") as told:
        list(kit_send.send(kit.store, locked, day=DAY, approve_all=True))
    assert "little lock" in told.value.hint
    assert [e.id for found in hub.receives(kit.sends()) for e in found.edits] == [edit.id]


def test_what_is_on_a_stick_is_never_written_over(tmp_path: Path) -> None:
    target = tmp_path / "parcel"
    stick.put(target, b"one")
    stick.put(target, b"one")
    with pytest.raises(ParcelError, match="is there already, and is another"):
        stick.put(target, b"two")
    assert (names(tmp_path), target.read_bytes()) == (["parcel"], b"one")


def test_a_number_that_is_on_the_stick_is_not_used_again(kit: Kit, hub: Hub) -> None:
    """The power went after the stick was written, before the kit knew; the same stick is used again."""
    parcels = layout.parcels(kit.id)
    known = kit.store.tip(parcels)
    one = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    first = kit.sends()
    told = {file.name: file.read_bytes() for file in first.files}
    git.run(kit.store.path, "update-ref", parcels, known or "")
    two = kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.")
    list(kit_send.send(kit.store, first.folder, day=DAY, approve_all=True))
    assert {name: (first.folder / name).read_bytes() for name in told} == told
    assert [[e.id for e in found.edits] for found in hub.receives(first)] == [[one.id], [two.id]]


# Torn out


def sound(folder: Path) -> None:
    """Whoever finds a manifest under its own name finds the whole parcel."""
    for file in parcel.files(folder, parcel.UP):
        parcel.read(file)


def test_a_stick_torn_out_at_every_step_is_never_half_true(kit: Kit, hub: Hub) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    for place in itertools.count(1):
        folder = Stick(kit.folder / f"torn-{place}").folder

        def send(tells: int, place: int = place, folder: Path = folder) -> None:
            processes.killed_at(place, folder)
            list(kit_send.send(kit.store, folder, day=DAY, approve_all=True))

        ended = processes.status(processes.beside(send)[0])
        sound(folder)
        if ended == processes.DONE:
            break
        assert ended == -signal.SIGKILL
        list(kit_send.send(kit.store, folder, day=DAY, approve_all=True))
        assert not list(folder.glob("*.part"))
        hub.receives(Stick(folder))
        assert hub.outcome(edit) is Outcome.RECEIVED
    assert place > 8


def test_a_stick_torn_out_at_any_byte_is_never_half_true(kit: Kit, hub: Hub, much: int) -> None:
    """The same stick again and again: what was torn stays out of the way."""
    edit = kit.writes("Ngozi", f"{NGOZI}\n\n{much_text(400)}")
    folder = Stick(kit.folder / "torn").folder
    chance = random.Random(50)

    def send(tells: int, after: int) -> None:
        stick.CHUNK = 64
        for count, _ in enumerate(kit_send.send(kit.store, folder, day=DAY, approve_all=True)):
            if count == after:
                os.kill(os.getpid(), signal.SIGKILL)

    for _ in range(10 * much):
        after = chance.randrange(90)
        process, _ = processes.beside(partial(send, after=after))
        assert processes.status(process) == -signal.SIGKILL
        sound(folder)
        assert not list(folder.glob("*.json"))
    list(kit_send.send(kit.store, folder, day=DAY, approve_all=True))
    assert [file.suffix for file in sorted(folder.iterdir())] == [".bundle", ".json", ".sig"]
    assert edit.id in {e.id for found in hub.receives(Stick(folder)) for e in found.edits}


def test_how_far_it_is_is_told(kit: Kit) -> None:
    kit.writes("Ngozi", NGOZI + much_text(200))
    told = list(kit_send.send(kit.store, Stick(kit.folder / "told").folder, day=DAY, approve_all=True))
    *bytes_done, sent = told
    assert isinstance(sent, Sent)
    assert bytes_done[-1] == Progress(2 * sent.manifest.size, 2 * sent.manifest.size)
