"""A kit after a power cut: it puts itself in order, the next save works, and what can be read comes back."""

from __future__ import annotations

import os
import random
import select
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journey import DAY, Kit, Stick
from tests.processes import beside, fsck, kill, status
from wikigit.core.errors import RepoError
from wikigit.core.receipt import Outcome
from wikigit.kit import aside, backup, desk, wake
from wikigit.repo import heal, layout, maintain, verify
from wikigit.repo.store import Store
from wikigit.repo.verify import Share, State

Damage = Callable[[Path], object]

DAMAGES: dict[str, Damage] = {
    "empty": lambda file: file.write_bytes(b""),
    "NUL": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "gone": lambda file: file.unlink(),
    "half": lambda file: file.write_bytes(file.read_bytes()[:-4]),
}


def loose(store: Store, object_id: str) -> Path:
    file = store.path / "objects" / object_id[:2] / object_id[2:]
    file.chmod(0o644)
    return file


def wakes(kit: Kit) -> wake.Woken:
    """The machine is switched on again."""
    kit.store = Store(kit.store.path)
    return wake.wake(kit.store, DAY)


def ids(kit: Kit) -> list[str]:
    return [seen.edit.id for seen in kit.mine()]


def test_a_healthy_kit_is_left_alone(kit: Kit) -> None:
    kit.changes("Ngozi", "a town", "a city")
    before = kit.store.refs("refs/")
    assert wakes(kit) == wake.Woken()
    assert kit.store.refs("refs/") == before
    assert not (kit.store.path / heal.RECORD).exists()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_broken_ref_goes_back_to_where_it_was(kit: Kit, damage: str) -> None:
    edits = [kit.changes("Ngozi", "a town", "a city"), kit.writes("School", "A school.")]
    DAMAGES[damage](kit.store.path / layout.DESK)
    woken = wakes(kit)
    assert [each.ref for each in woken.healed] == [layout.DESK]
    assert ids(kit) == [edit.id for edit in edits]
    assert layout.DESK in (kit.store.path / heal.RECORD).read_text()
    assert kit.page("School") == "A school."
    kit.writes("School", "A large school.")
    fsck(kit.store)
    assert wakes(kit) == wake.Woken()


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("what", ["commit", "tree", "page"])
def test_an_object_that_cannot_be_read_takes_its_own_edit_alone(kit: Kit, what: str, damage: str) -> None:
    stays = kit.changes("Ngozi", "a town", "a city")
    kit.writes("School", "A school.")
    tip = kit.store.read(desk.tip(kit.store))
    page = kit.store.blob(b"A school.")
    DAMAGES[damage](loose(kit.store, {"commit": tip.id, "tree": tip.tree, "page": page}[what]))
    woken = wakes(kit)
    assert [each.was for each in woken.healed] == [tip.id]
    assert ids(kit) == [stays.id]
    assert kit.page("School") is None
    again = kit.writes("School", "A school.")  # the very same bytes that were lost
    assert kit.page("School") == "A school."
    assert ids(kit) == [stays.id, again.id]
    fsck(kit.store)
    assert damage in ("gone", "empty") or list((kit.store.path / heal.BROKEN).iterdir())


def test_an_edit_behind_a_hole_comes_back(kit: Kit) -> None:
    first = kit.writes("School", "A school.")
    hole = kit.changes("Ngozi", "a town", "a city")
    lost = desk.tip(kit.store)
    kept = kit.writes("Market", "A market.")
    beside = kit.changes("Ngozi", "a city", "a great city")
    loose(kit.store, lost).write_bytes(b"")
    woken = wakes(kit)
    assert ids(kit)[0] == first.id
    assert hole.id not in ids(kit)
    # what the first edit behind the hole was written on is gone, and the second does not fit without the lost one
    assert woken.back == ()
    assert [edit.id for edit in woken.aside] == [kept.id, beside.id]
    assert [kit.told(edit) for edit in (kept, beside)] == [Outcome.SENT_BACK] * 2
    assert [aside.own_words(seen.edit) for seen in kit.mine()[-2:]] == ["A market.", "great"]
    fsck(kit.store)


def test_a_torn_log_and_a_lost_ref_are_found_by_the_tips_that_were_kept(kit: Kit) -> None:
    kept = kit.changes("Ngozi", "a town", "a city")
    maintain.maintain(kit.store)
    later = kit.writes("School", "A school.")
    (kit.store.path / layout.DESK).write_bytes(b"")
    (kit.store.path / "logs" / layout.DESK).write_bytes(bytes(200))
    woken = wakes(kit)
    assert [edit.id for edit in woken.back] == [later.id]
    assert ids(kit) == [kept.id, later.id]
    fsck(kit.store)


def test_two_tips_are_kept_and_erasing_forgets_them(kit: Kit) -> None:
    one = kit.writes("School", "Word7001x.")
    maintain.maintain(kit.store)
    tips = [desk.tip(kit.store)]
    for words in ("Word7002x.", "Word7003x."):
        kit.writes("School", words)
        maintain.maintain(kit.store)
        tips.append(desk.tip(kit.store))
    maintain.maintain(kit.store)
    refs = kit.store.refs(layout.KEPT)
    assert [refs[f"{layout.KEPT}{n}/wikigit/desk"] for n in (1, 2)] == tips[:0:-1]
    assert one.id
    kit.erases(kit.changes("Ngozi", "a town", "Word7004x"))
    assert kit.store.refs(layout.KEPT) == {}


def test_what_was_erased_does_not_come_back(kit: Kit) -> None:
    gone = kit.writes("Pascal", "Word7001x.")
    maintain.maintain(kit.store)
    kit.erases(gone)
    kit.writes("School", "A school.")
    (kit.store.path / layout.DESK).write_bytes(b"")
    (kit.store.path / "logs" / layout.DESK).unlink()
    wakes(kit)
    assert kit.page("Pascal") is None


def test_main_goes_back_and_the_next_parcel_brings_it_forward(kit: Kit, tmp_path: Path) -> None:
    main = kit.store.need(layout.MAIN, "")
    kit.changes("Ngozi", "a town", "a city")
    for ref in (layout.MAIN, layout.UPSTREAM):
        (kit.store.path / ref).write_bytes(b"")
    woken = wakes(kit)
    assert {each.ref for each in woken.healed} == {layout.MAIN, layout.UPSTREAM}
    assert kit.store.tip(layout.MAIN) == main
    assert kit.sends(Stick(tmp_path / "stick")).files


def test_where_no_pages_are_left_only_a_backup_helps(kit: Kit) -> None:
    for ref in (layout.MAIN, layout.UPSTREAM, layout.DESK):
        (kit.store.path / ref).write_bytes(b"")
        (kit.store.path / "logs" / ref).unlink()
    with pytest.raises(RepoError, match="cannot be read"):
        wakes(kit)


# Room


def test_where_a_few_bytes_do_not_reach_the_disk_nothing_is_saved(kit: Kit) -> None:
    (kit.store.path / "objects/tmp_probe").mkdir()
    before = desk.tip(kit.store)
    with pytest.raises(RepoError, match="takes nothing any more"):
        kit.writes("School", "A school.")
    assert desk.tip(kit.store) == before


# Killed while it looks after itself


def test_packing_and_backups_may_be_killed_at_any_moment(kit: Kit, tmp_path: Path, much: int) -> None:
    chance, told = random.Random(4), tmp_path / "kit.backup"
    for life in range(8 * much):
        for turn in range(3):
            kit.writes("Ngozi", f"Ngozi in the {turn}th year of life {life}.")
        before = set(kit.store.git.odb)

        def work(_: int) -> None:
            maintain.maintain(Store(kit.store.path))
            backup.backup(Store(kit.store.path), told)

        process, pipe = beside(work)
        select.select([], [], [], chance.random() * 0.25)
        kill(process)
        status(process)
        os.close(pipe)
        kit.store = Store(kit.store.path)
        assert before <= set(kit.store.git.odb)
        if told.exists():
            with backup.restoring(told, tmp_path / f"again-{life}") as again:
                assert again.tip(layout.DESK) == desk.tip(kit.store)
            told.unlink()
    edits = ids(kit)
    assert len(edits) == 24 * much
    maintain.maintain(kit.store)
    assert ids(kit) == edits
    assert not list((kit.store.path / "objects").rglob("*tmp*"))
    fsck(kit.store)


@pytest.mark.parametrize("damage", ["empty", "NUL", "half"])
def test_looking_by_shares_finds_what_was_cut_off(kit: Kit, damage: str) -> None:
    kit.writes("School", "A school.")
    DAMAGES[damage](loose(kit.store, kit.store.blob(b"A school.")))
    wrong = [found for found in verify.verify(kit.store, share=Share(1, 1), deep=False) if found.state is State.WRONG]
    assert [found.check for found in wrong] == ["objects"]
    assert all(found.hint for found in wrong)
