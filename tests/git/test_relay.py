"""Kits that carry other kits' parcels: byte for byte, whatever the way, and not without limit."""

from __future__ import annotations

import itertools
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests import processes
from tests.journey import DAY, NGOZI, Hub, Kit, Stick, hub_send, kit_send, signs
from wikigit.core.errors import ParcelError
from wikigit.core.receipt import Outcome
from wikigit.kit import relay
from wikigit.kit.relay import Relayed, Way
from wikigit.repo import git, layout, parcel
from wikigit.repo.outgoing import How


@pytest.fixture
def neighbour(hub: Hub) -> Kit:
    return hub.kit("neighbour")


def carries(kit: Kit, stick: Stick) -> list[tuple[str, str]]:
    """What a kit took off a stick, and gave to it: the kit at the parcel's end, and which way it went."""
    told = [each for each in relay.relay(kit.store, stick.folder, stick.folder) if isinstance(each, Relayed)]
    return [(each.parcel[:10], str(each.way)) for each in told]


def bytes_of(stick: Stick, kit: Kit) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in stick.files if kit.id in file.name}


def test_a_parcel_goes_over_another_kit_byte_for_byte(kit: Kit, neighbour: Kit, hub: Hub, tmp_path: Path) -> None:
    edit = neighbour.writes("Ngozi", f"{NGOZI}\n\nOne.")
    first, second = neighbour.sends(), Stick(tmp_path / "second")
    assert carries(kit, first) == [(neighbour.id, Way.TAKEN)]
    assert carries(kit, second) == [(neighbour.id, Way.GIVEN)]
    assert bytes_of(second, neighbour) == bytes_of(first, neighbour)
    assert len(second.files) == 3
    assert [e.id for came in hub.receives(second) for e in came.edits] == [edit.id]
    (late,) = hub.receives(first)
    assert late.already


def test_the_answer_comes_back_the_same_way(kit: Kit, neighbour: Kit, hub: Hub, tmp_path: Path) -> None:
    edit = neighbour.writes("Ngozi", f"{NGOZI}\n\nOne.")
    hub.receives(neighbour.sends())
    hub.merges()
    assert carries(kit, hub.sends()) == [(neighbour.id, Way.TAKEN)]
    home = Stick(tmp_path / "home")
    carries(kit, home)
    neighbour.receives(home)
    assert neighbour.told(edit) is Outcome.MERGED


def carried(kit: Kit) -> list[str]:
    return sorted(file.name for file in (kit.store.path / relay.FOLDER).glob("*/*.json"))


def test_what_the_hub_holds_is_carried_no_longer(kit: Kit, neighbour: Kit, hub: Hub, tmp_path: Path) -> None:
    first = both(neighbour, tmp_path / "first")
    carries(kit, first)
    assert len(carried(kit)) == 2
    hub.receives(first)
    answer = hub.sends()
    assert carries(kit, answer) == [(neighbour.id, Way.TAKEN)]
    assert carried(kit) == [f"{neighbour.id}-testwiki-down-000001.json"]
    assert carries(kit, first) == [(neighbour.id, Way.GIVEN)]  # the answer; what the hub holds is not taken again
    carries(kit, hub.sends())
    assert carried(kit) == [f"{neighbour.id}-testwiki-down-000002.json"]


def both(kit: Kit, folder: Path) -> Stick:
    """A stick with two parcels of a kit."""
    stick = Stick(folder)
    for line in ("One", "Two"):
        kit.writes("Ngozi", f"{NGOZI}\n\n{line}.")
        list(kit_send.send(kit.store, stick.folder, day=DAY, approve_all=True))
    return stick


def test_a_strangers_word_throws_nothing_away(kit: Kit, neighbour: Kit, hub: Hub, tmp_path: Path) -> None:
    first = both(neighbour, tmp_path / "first")
    carries(kit, first)
    hub.receives(first)
    answer = hub.sends()
    (file,) = answer.folder.glob(f"{neighbour.id}*.json")
    told = parcel.manifest_in(file)
    forged = replace(told, acknowledges=replace(told.acknowledges, number=99))
    signs(neighbour.store, file, forged)
    assert carries(kit, answer) == [(neighbour.id, Way.TAKEN), *2 * [(neighbour.id, Way.GIVEN)]]
    assert len(carried(kit)) == 3


def test_doubles_and_its_own_are_no_work(kit: Kit, neighbour: Kit, tmp_path: Path) -> None:
    neighbour.writes("Ngozi", f"{NGOZI}\n\nOne.")
    shared = neighbour.sends()
    kit.writes("Ngozi", f"{NGOZI}\n\nTwo.")
    list(kit_send.send(kit.store, shared.folder, day=DAY, approve_all=True))
    assert carries(kit, shared) == [(neighbour.id, Way.TAKEN)]
    assert carries(kit, shared) == []
    assert carries(neighbour, shared) == [(kit.id, Way.TAKEN)]
    both = Stick(tmp_path / "both")
    carries(kit, both)
    assert carries(neighbour, both) == [(kit.id, Way.GIVEN)]


def test_a_parcel_goes_over_many_kits_in_any_order(kit: Kit, neighbour: Kit, hub: Hub, tmp_path: Path) -> None:
    third = hub.kit("third")
    made = [k.writes("Ngozi", f"{NGOZI}\n\nBy {k.id}.") for k in (neighbour, third)]
    carries(kit, neighbour.sends())
    carries(kit, third.sends())
    middle = Stick(tmp_path / "middle")
    carries(kit, middle)
    carries(third, middle)
    last = Stick(tmp_path / "last")
    carries(third, last)
    assert [e.id for came in hub.receives(last) for e in came.edits] == [made[0].id]
    arrived = [e.id for came in hub.receives(middle) for e in came.edits]
    assert arrived == [made[1].id]


def test_parts_are_carried_as_parts(kit: Kit, neighbour: Kit, hub: Hub, tmp_path: Path) -> None:
    edit = neighbour.writes("Ngozi", f"{NGOZI}\n\n" + " ".join(str(n * 7919) for n in range(400)))
    first, second = Stick(tmp_path / "first"), Stick(tmp_path / "second")
    list(kit_send.send(neighbour.store, first.folder, day=DAY, approve_all=True, how=How(most=500)))
    carries(kit, first)
    carries(kit, second)
    assert len(second.files) > 3
    assert [e.id for came in hub.receives(second) for e in came.edits] == [edit.id]


def test_of_two_parcels_of_one_name_the_newer_goes_first(kit: Kit, neighbour: Kit, tmp_path: Path) -> None:
    """The neighbour was killed after it wrote a stick, and used the number again on another one."""
    before = neighbour.store.tip(layout.parcels(neighbour.id)) or ""
    neighbour.writes("Ngozi", f"{NGOZI}\n\nOne.")
    carries(kit, neighbour.sends())
    git.run(neighbour.store.path, "update-ref", layout.parcels(neighbour.id), before)
    neighbour.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.")
    newer, out = neighbour.sends(), Stick(tmp_path / "out")
    assert carries(kit, newer) == [(neighbour.id, Way.TAKEN)]
    assert carries(kit, out) == [(neighbour.id, Way.GIVEN)]
    assert bytes_of(out, neighbour) == bytes_of(newer, neighbour)


def test_a_damaged_parcel_is_not_carried_and_keeps_none_back(kit: Kit, neighbour: Kit, hub: Hub) -> None:
    third = hub.kit("third")
    for k in (neighbour, third):
        k.writes("Ngozi", f"{NGOZI}\n\nBy {k.id}.")
    mixed, good = neighbour.sends(), third.sends()
    next(mixed.folder.glob("*.bundle")).write_bytes(b"damaged")
    for file in good.files:
        shutil.copy(file, mixed.folder)
    with pytest.raises(ParcelError, match="is not what its manifest says"):
        carries(kit, mixed)
    assert [parcel.manifest_in(file).kit for file in (kit.store.path / relay.FOLDER).glob("*/*.json")] == [third.id]


def test_other_files_are_not_carried(kit: Kit, neighbour: Kit) -> None:
    stick = neighbour.sends()
    for name in ("k-zzzzzzzz-testwiki-up-000001.exe", "letter.json", f"{neighbour.id}-testwiki-up-000001.bundle.sh"):
        (stick.folder / name).write_bytes(b"#!/bin/sh\n")
    (stick.folder / f"{neighbour.id}-testwiki-up-000001.json.sig").unlink()
    (stick.folder / f"{neighbour.id}-testwiki-up-000001.json.sig").symlink_to("/etc/passwd")
    carries(kit, stick)
    carried = [file.name for file in (kit.store.path / relay.FOLDER).rglob("*") if file.is_file()]
    assert [Path(name).suffix for name in carried] == [".json"]


def test_what_is_carried_has_a_limit(kit: Kit, neighbour: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    neighbour.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = neighbour.sends()
    monkeypatch.setattr(relay, "MOST_BYTES", 100)
    with pytest.raises(ParcelError, match="carries as much for others as it may"):
        carries(kit, stick)
    monkeypatch.setattr(relay, "MOST_BYTES", 10**6)
    monkeypatch.setattr(relay, "FLOOR", 10**18)
    with pytest.raises(ParcelError, match=r"This kit has \d+ MB free"):
        carries(kit, stick)
    monkeypatch.setattr(relay, "FLOOR", 0)
    assert carries(kit, stick) == [(neighbour.id, Way.TAKEN)]
    monkeypatch.setattr(relay, "MOST_PARCELS", 1)
    with pytest.raises(ParcelError, match="stays on the stick"):
        carries(kit, neighbour.sends())


def test_a_full_parcel_for_anybody_is_left_where_it_is(kit: Kit, hub: Hub, tmp_path: Path) -> None:
    stick = Stick(tmp_path / "new")
    list(hub_send.send(hub.store, stick.folder, day=DAY, new=True))
    assert carries(kit, stick) == []


@pytest.mark.parametrize("where", ["kit", "stick"])
def test_a_relay_killed_at_every_step_goes_on(kit: Kit, neighbour: Kit, tmp_path: Path, where: str) -> None:
    neighbour.writes("Ngozi", f"{NGOZI}\n\nOne.")
    first = neighbour.sends()
    for place in itertools.count(1):
        shutil.rmtree(kit.store.path / relay.FOLDER, ignore_errors=True)
        second = Stick(tmp_path / f"second-{place}")

        def relays(tells: int, place: int = place, second: Stick = second) -> None:
            processes.killed_at(place, kit.store.path / relay.FOLDER if where == "kit" else second.folder)
            for stick in (first, second):
                carries(kit, stick)

        ended = processes.status(processes.beside(relays)[0])
        for file in parcel.files(second.folder, parcel.UP):
            parcel.read(file)
        for stick in (first, second):
            carries(kit, stick)
        assert bytes_of(second, neighbour) == bytes_of(first, neighbour)
        if ended == processes.DONE:
            break
        assert ended == -signal.SIGKILL
    assert place > 8
