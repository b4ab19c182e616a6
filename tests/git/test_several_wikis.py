"""One stick for several wikis: everybody takes their own, and nobody is in another's way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from testing.sites import ENGLISH
from tests.journey import DAY, NGOZI, Hub, Kit, Stick, hub_send, kit_send, kit_start
from wikigit.core.errors import ParcelError


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
        kit_start.start(tmp_path / "which.git", shared.folder, day=DAY)
    with pytest.raises(ParcelError, match="no full parcel of dewiki"):
        kit_start.start(tmp_path / "which.git", shared.folder, day=DAY, wiki="dewiki")
    one, two = Kit(tmp_path / "one", shared, wiki="testwiki"), Kit(tmp_path / "two", shared, wiki="swwiki")
    hub.enrols(one)
    other.enrols(two)
    assert (one.page("Ngozi"), two.page("Ziwa")) == (NGOZI, "Ziwa ni maji.")
    mine, yours = one.writes("Ngozi", f"{NGOZI}\n\nOne."), two.writes("Ziwa", "Ziwa ni maji mengi.")
    for kit in (one, two):
        list(kit_send.send(kit.store, shared.folder, day=DAY, approve_all=True))
    for at, edit in ((hub, mine), (other, yours)):
        assert [e.id for came in at.receives(shared) for e in came.edits] == [edit.id]
        at.merges()
        list(hub_send.send(at.store, shared.folder, day=DAY))
    for kit, edit in ((one, mine), (two, yours)):
        kit.receives(shared)
        assert kit.told(edit) == "merged"


def test_another_wikis_damaged_parcel_is_in_nobodys_way(hub: Hub, other: Hub, tmp_path: Path) -> None:
    one, two = hub.kit("one"), other.kit("two")
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
    twin.enrols(kit)
    twin.receives(kit.sends())
    kit.receives(twin.sends())
    assert kit.receives(twin.sends()).number == 2
