"""At the stick: full, locked, small, torn out, shared with other wikis. Nothing under its own name is half-true."""

from __future__ import annotations

import itertools
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from testing.sites import ENGLISH
from tests import processes
from tests.journey import DAY, NGOZI, Hub, Kit, Stick, hub_send, kit_send, kit_start
from wikigit.cli import card, machine
from wikigit.core.errors import ConfigError, ParcelError
from wikigit.core.receipt import Outcome
from wikigit.kit.send import Sent
from wikigit.repo import git, layout, parcel, stick, sticks
from wikigit.repo.outgoing import How
from wikigit.repo.stick import Progress
from wikigit.repo.store import Store


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


def much_text(words: int = 4000) -> str:
    """Text that does not pack well."""
    chance = random.Random(7)
    return "\n\n".join(" ".join(f"{chance.randrange(10**8)}" for _ in range(20)) for _ in range(words // 20))


# Free space, locks and strange sticks


def test_a_stick_without_room_is_left_as_it_is(kit: Kit, mounted: Callable[..., Path]) -> None:
    kit.writes("Ngozi", NGOZI + much_text(40000))
    small = mounted("100k")
    with pytest.raises(ParcelError, match=r"The stick has 0 MB free, and \d MB are needed") as told:
        kit_send.send(kit.store, small, day=DAY, approve_all=True)
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
        kit_send.send(kit.store, locked, day=DAY, approve_all=True)
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
    kit_send.send(kit.store, first.folder, day=DAY, approve_all=True)
    assert {name: (first.folder / name).read_bytes() for name in told} == told
    assert [[e.id for e in found.edits] for found in hub.receives(first)] == [[one.id], [two.id]]


# Torn out


def sound(folder: Path) -> None:
    """Whoever finds a manifest under its own name finds the whole parcel."""
    for file in parcel.files(folder, parcel.UP):
        parcel.read(file)


def killed_at(place: int, folder: Path) -> None:
    """Let this process die before the stick is touched for the n-th time."""
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in ("open", "os.rename", "os.remove") and str(arguments[0]).startswith(str(folder)):
            count += 1
            if count == place:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def test_a_stick_torn_out_at_every_step_is_never_half_true(kit: Kit, hub: Hub) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    for place in itertools.count(1):
        folder = Stick(kit.folder / f"torn-{place}").folder

        def send(tells: int, place: int = place, folder: Path = folder) -> None:
            killed_at(place, folder)
            kit_send.send(kit.store, folder, day=DAY, approve_all=True)

        ended = processes.status(processes.beside(send)[0])
        sound(folder)
        if ended == processes.DONE:
            break
        assert ended == -signal.SIGKILL
        kit_send.send(kit.store, folder, day=DAY, approve_all=True)
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
        for count, _ in enumerate(kit_send.sending(kit.store, folder, day=DAY, approve_all=True)):
            if count == after:
                os.kill(os.getpid(), signal.SIGKILL)

    for _ in range(10 * much):
        after = chance.randrange(90)
        process, _ = processes.beside(partial(send, after=after))
        assert processes.status(process) == -signal.SIGKILL
        sound(folder)
        assert not list(folder.glob("*.json"))
    kit_send.send(kit.store, folder, day=DAY, approve_all=True)
    assert [file.suffix for file in sorted(folder.iterdir())] == [".bundle", ".json"]
    assert edit.id in {e.id for found in hub.receives(Stick(folder)) for e in found.edits}


# In parts


def in_parts(kit: Kit, most: int = 700) -> Stick:
    found = Stick(kit.folder / "parts")
    kit_send.send(kit.store, found.folder, day=DAY, approve_all=True, how=How(most=most))
    return found


def test_a_parcel_in_parts_is_joined(kit: Kit, hub: Hub) -> None:
    edit = kit.writes("Ngozi", NGOZI + much_text(200))
    found = in_parts(kit)
    parts = sorted(found.folder.glob("*.bundle.*"))
    assert len(parts) > 2
    assert max(part.stat().st_size for part in parts) == 700
    assert [e.id for came in hub.receives(found) for e in came.edits] == [edit.id]


def test_a_missing_part_is_named(kit: Kit, hub: Hub) -> None:
    edit = kit.writes("Ngozi", NGOZI + much_text(200))
    found = in_parts(kit)
    second = found.folder / next(file.name for file in found.files if file.name.endswith(".002"))
    second.rename(kit.folder / second.name)
    with pytest.raises(ParcelError, match=r"up-000001\.bundle\.002 is missing") as told:
        hub.receives(found)
    assert "one folder" in told.value.hint
    shutil.copy(kit.folder / second.name, second)
    assert [e.id for came in hub.receives(found) for e in came.edits] == [edit.id]


def test_parts_that_are_damaged_or_changed_about_are_refused(kit: Kit, hub: Hub) -> None:
    kit.writes("Ngozi", NGOZI + much_text(200))
    found = in_parts(kit)
    one, two, *_ = sorted(found.folder.glob("*.bundle.*"))
    before, first, second = hub.store.refs("refs/"), one.read_bytes(), two.read_bytes()
    for damaged in (second, first[:-1], first[:-1] + b"x", b""):
        one.write_bytes(damaged)
        with pytest.raises(ParcelError, match=r"\.001 is not what its manifest says"):
            hub.receives(found)
    assert Store(hub.store.path).refs("refs/") == before


def test_a_full_parcel_in_parts_starts_a_kit(hub: Hub, tmp_path: Path) -> None:
    found = Stick(tmp_path / "down")
    list(hub_send.send(hub.store, found.folder, day=DAY, new=True, how=How(most=500)))
    assert len(list(found.folder.glob("*.bundle.*"))) > 1
    assert Kit(tmp_path / "library", found).page("Ngozi") == NGOZI


def test_the_last_format_is_read_and_a_newer_one_refused_with_a_sentence(kit: Kit, hub: Hub) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    found = kit.sends()
    (file,) = found.folder.glob("*.json")
    told = parcel.read(file).manifest
    for version, words in ((parcel.FORMAT + 1, "newer wikigit"), (parcel.FORMAT - 2, "too old")):
        file.write_text(replace(told, format=version).to_json())
        with pytest.raises(ParcelError, match=words):
            hub.receives(found)
    old = replace(told, format=parcel.FORMAT - 1).to_json()
    assert "parts" not in old
    file.write_text(old)
    assert [e.id for came in hub.receives(found) for e in came.edits] == [edit.id]


# Over a bad link


@pytest.mark.parametrize("tenth", range(10))
def test_a_transfer_broken_at_any_tenth_is_refused_and_goes_on(kit: Kit, hub: Hub, tenth: int) -> None:
    """Any dumb transport that goes on where it broke will do."""
    edit = kit.writes("Ngozi", NGOZI + much_text(200))
    sent, arrived = kit.sends(), Stick(kit.folder / "arrived")
    before = hub.store.refs("refs/")
    for source in sorted(sent.files, key=lambda file: file.suffix, reverse=True):
        target, whole = arrived.folder / source.name, source.read_bytes()
        target.write_bytes(whole[: len(whole) * tenth // 10])
        if source.suffix == ".json":
            with pytest.raises(ParcelError):
                hub.receives(arrived)
            assert Store(hub.store.path).refs("refs/") == before
        resume(source, target)
    assert [e.id for came in hub.receives(arrived) for e in came.edits] == [edit.id]


def resume(source: Path, target: Path) -> None:
    """What curl does over HTTP: it asks for the bytes that are lacking."""
    if shutil.which("curl"):
        subprocess.run(["curl", "-sS", "-C", "-", "-o", target, source.as_uri()], check=True)
    else:
        target.write_bytes(target.read_bytes() + source.read_bytes()[target.stat().st_size :])


def test_a_bundle_on_its_way_is_refused_with_a_sentence(kit: Kit, hub: Hub) -> None:
    kit.writes("Ngozi", NGOZI + much_text(200))
    sent = kit.sends()
    (packed,) = sent.folder.glob("*.bundle")
    whole = packed.read_bytes()
    for tenth in range(10):
        packed.write_bytes(whole[: len(whole) * tenth // 10])
        with pytest.raises(ParcelError, match="is not what its manifest says"):
            hub.receives(sent)
    packed.write_bytes(whole)
    assert hub.receives(sent)


# Several wikis


@pytest.fixture
def other(tmp_path: Path) -> Hub:
    """The hub of another wiki."""
    wiki = MemoryWiki(replace(ENGLISH, wiki="swwiki"))
    wiki.person_edits("Ziwa", "Ziwa ni maji.")
    return Hub(tmp_path / "other", wiki, repository="r-11111111")


def test_two_wikis_on_one_stick_each_take_their_own(hub: Hub, other: Hub, tmp_path: Path) -> None:
    shared = Stick(tmp_path / "shared")
    for one in (hub, other):
        list(hub_send.send(one.store, shared.folder, day=DAY, new=True))
    with pytest.raises(ParcelError, match=r"several wikis are here: \w+ \(r-\w+\), \w+ \(r-\w+\)"):
        kit_start.start(tmp_path / "which.git", shared.folder, drawn=bytes(5), day=DAY)
    with pytest.raises(ParcelError, match="no full parcel of dewiki"):
        kit_start.start(tmp_path / "which.git", shared.folder, drawn=bytes(5), day=DAY, wiki="dewiki")
    one, two = Kit(tmp_path / "one", shared, wiki="testwiki"), Kit(tmp_path / "two", shared, wiki="swwiki")
    assert (one.page("Ngozi"), two.page("Ziwa")) == (NGOZI, "Ziwa ni maji.")
    mine, yours = one.writes("Ngozi", f"{NGOZI}\n\nOne."), two.writes("Ziwa", "Ziwa ni maji mengi.")
    for kit in (one, two):
        kit_send.send(kit.store, shared.folder, day=DAY, approve_all=True)
    for at, edit in ((hub, mine), (other, yours)):
        assert [e.id for came in at.receives(shared) for e in came.edits] == [edit.id]
        at.merges()
        list(hub_send.send(at.store, shared.folder, day=DAY))
    for kit, edit in ((one, mine), (two, yours)):
        kit.receives(shared)
        assert kit.told(edit) == "merged"


def test_another_wikis_damaged_parcel_is_in_nobodys_way(hub: Hub, other: Hub, tmp_path: Path) -> None:
    one, two = hub.kit("one"), Kit(tmp_path / "two", other.sends(new=True))
    edit = one.writes("Ngozi", f"{NGOZI}\n\nOne.")
    two.writes("Ziwa", "Ziwa ni maji mengi.")
    shared, theirs = one.sends(), two.sends()
    for file in theirs.files:
        (shared.folder / file.name).write_bytes(file.read_bytes())
    next(shared.folder.glob("*swwiki*.bundle")).write_bytes(b"damaged")
    assert [e.id for came in hub.receives(shared) for e in came.edits] == [edit.id]


def test_two_wikis_of_one_name_share_a_stick(hub: Hub, tmp_path: Path) -> None:
    """MediaWiki proposes the same database name to everybody."""
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", "Another Ngozi.")
    twin, shared = Hub(tmp_path / "twin", wiki, repository="r-22222222"), Stick(tmp_path / "shared")
    for one in (hub, twin):
        list(hub_send.send(one.store, shared.folder, day=DAY, new=True))
    assert Kit(tmp_path / "one", shared, wiki="r-00000000").page("Ngozi") == NGOZI
    kit = Kit(tmp_path / "two", shared, wiki="r-22222222")
    assert kit.page("Ngozi") == "Another Ngozi."
    kit.writes("Ngozi", "Another Ngozi, a town.")
    twin.receives(kit.sends())
    kit.receives(twin.sends())
    assert kit.receives(twin.sends()).number == 2


def test_how_far_it_is_is_told(kit: Kit) -> None:
    kit.writes("Ngozi", NGOZI + much_text(200))
    told = list(kit_send.sending(kit.store, Stick(kit.folder / "told").folder, day=DAY, approve_all=True))
    *bytes_done, sent = told
    assert isinstance(sent, Sent)
    assert bytes_done[-1] == Progress(2 * sent.manifest.size, 2 * sent.manifest.size)


# Which stick, and what stands on it


def test_no_stick_and_two_sticks_are_questions(tmp_path: Path) -> None:
    places, plugged = (f"{tmp_path}/media/*", f"{tmp_path}/run/*/*"), set[str]()
    for name in ("media/KINGSTON", "media/left-behind", "run/pi/PHONE"):
        (tmp_path / name).mkdir(parents=True)

    def which() -> Path:
        return sticks.only(places, plugged.__contains__)

    with pytest.raises(ParcelError, match=r"There is no stick in .*/media/\* or ") as told:
        which()
    assert "Insert one" in told.value.hint
    plugged.add(f"{tmp_path}/media/KINGSTON")
    assert which() == tmp_path / "media/KINGSTON"
    plugged.add(f"{tmp_path}/run/pi/PHONE")
    with pytest.raises(ParcelError, match=r"There are 2 sticks: .*/KINGSTON, .*/PHONE\.") as told:
        which()
    assert "Leave one of them in" in told.value.hint


def test_where_nothing_is_mounted_there_is_no_stick(tmp_path: Path) -> None:
    (tmp_path / "left-behind").mkdir()
    with pytest.raises(ParcelError, match="There is no stick"):
        sticks.only([f"{tmp_path}/*"])


def test_a_stick_carries_a_word_to_the_courier_in_five_languages(tmp_path: Path) -> None:
    folder = sticks.prepare(tmp_path)
    assert folder == tmp_path / "wikigit"
    told = (tmp_path / sticks.READ_ME).read_bytes()
    for words in ("Merci", "Thank you", "شكرًا", "Urakoze", "Asante", '"wikigit"'):
        assert words in told.decode("utf-8-sig")
    assert told.count(b"\n") == told.count(b"\r\n")
    (tmp_path / sticks.READ_ME).write_text("Mine.")
    assert sticks.prepare(tmp_path) == sticks.prepare(folder) == folder
    assert (tmp_path / sticks.READ_ME).read_text() == "Mine."
    assert names(tmp_path) == sorted([sticks.READ_ME, "wikigit"])


def test_parcels_beside_the_folder_and_in_it_are_read(kit: Kit, hub: Hub) -> None:
    one = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    mixed = kit.sends()
    two = kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.")
    kit_send.send(kit.store, sticks.prepare(mixed.folder), day=DAY, approve_all=True)
    assert [[e.id for e in came.edits] for came in hub.receives(mixed)] == [[one.id], [two.id]]


@pytest.mark.parametrize(("typed", "meant"), [("1", 1), ("700M", 700 * 10**6), ("2G", 2 * 10**9), ("5K", 5000)])
def test_a_size_is_typed_as_people_say_it(typed: str, meant: int) -> None:
    assert machine.size(typed) == meant


@pytest.mark.parametrize("typed", ["", "0", "-1", "2 G", "2g", "١G", "1.5G"])
def test_what_is_no_size_is_an_error(typed: str) -> None:
    with pytest.raises(ConfigError, match="is no size"):
        machine.size(typed)


def test_the_machine_says_where_sticks_appear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    monkeypatch.setattr(machine, "FILES", (tmp_path / "none.toml", file))
    assert machine.sticks() == machine.Sticks()
    file.write_text('[sticks]\nplaces = ["/mnt/*"]\nmax_size = "700M"\n')
    assert machine.sticks() == machine.Sticks(("/mnt/*",), 700 * 10**6)
    for wrong, words in (
        ("[stick]", "Did you mean sticks"),
        ("[sticks]\nplace=1", "Did you mean places"),
        ("=", "Mend"),
    ):
        file.write_text(wrong)
        with pytest.raises(ConfigError) as told:
            machine.sticks()
        assert words in told.value.hint


# What is seen


def at_terminal(*words: str, home: Path) -> str:
    """What a person sees who types a command at a terminal."""
    seen, inside = pty.openpty()
    termios.tcsetwinsize(inside, (40, 100))
    command = [Path(sys.executable).with_name("wikigit"), *words]
    surroundings = {**os.environ, "HOME": str(home), "TERM": "xterm"}
    process = subprocess.Popen(command, stdout=inside, stderr=inside, stdin=inside, env=surroundings)
    os.close(inside)
    said = b""
    try:
        while chunk := os.read(seen, 4096):
            said += chunk
    except OSError:  # the other end is closed
        pass
    os.close(seen)
    assert process.wait() == 0, said.decode()
    return said.decode()


def test_when_it_is_done_it_is_said_in_large(kit: Kit, hub: Hub, tmp_path: Path) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    shared = Stick(tmp_path / "shared").folder
    for words, told in (
        (
            ("-C", kit.store.path, "kit", "send", "--approve-all", shared),
            ("PARCEL 1", "1 edit newly sent", "read back"),
        ),
        (("-C", hub.store.path, "hub", "receive", shared), ("1 PARCEL", "1 edit.")),
        (("-C", hub.store.path, "hub", "send", shared), ("1 PARCEL", "bytes, read back")),
        (("-C", kit.store.path, "kit", "receive", shared), ("PARCEL 1", "1 answer and 0 messages came")),
    ):
        seen = at_terminal(*map(str, words), home=tmp_path)
        for line in (*told, card.OUT):
            assert line in seen, seen
        assert "╭" in seen
