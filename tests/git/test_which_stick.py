"""Which stick is meant, what stands on it for its courier, and what is seen when it is done."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.journey import DAY, NGOZI, Hub, Kit, Stick, kit_send
from wikigit.cli import card, machine
from wikigit.core.errors import ConfigError, ParcelError
from wikigit.repo import sticks


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


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
    list(kit_send.send(kit.store, sticks.prepare(mixed.folder), day=DAY, approve_all=True))
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
            ("PARCEL 1", "1 edit newly sent", "read back from the stick"),
        ),
        (("-C", hub.store.path, "hub", "receive", shared), ("1 PARCEL", "1 edit.")),
        (("-C", hub.store.path, "hub", "send", shared), ("1 PARCEL", "bytes, read back")),
        (("-C", kit.store.path, "kit", "receive", shared), ("PARCEL 1", "1 answer and 0 messages came")),
    ):
        seen = at_terminal(*map(str, words), home=tmp_path)
        for line in (*told, card.OUT):
            assert line in seen, seen
        assert "╭" in seen
