"""The power goes, the disk is full, a program is killed: what was acknowledged is there, and the kit goes on by itself.

Here it is a few of each; `make torture` tries them in numbers.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import crashes
from tests.crashes import Crashed
from tests.journey import Kit
from tests.processes import fsck
from wikigit.core.errors import RepoError
from wikigit.kit import room
from wikigit.repo import heal, layout, maintain
from wikigit.repo.store import Store
from wikigit.repo.verify import Share, State, verify


def on_disks_of_its_own(tool: str) -> None:
    """Skip where this account cannot make a disk."""
    if os.geteuid() != 0 or shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None:
        pytest.skip(f"A disk for one story needs root and {tool}.")


def nothing_is_wrong(found: Crashed) -> None:
    assert (found.lost, found.wrong) == (0, [])
    assert found.acknowledged


def test_a_kit_and_its_hub_are_killed_at_any_moment(tmp_path: Path, much: int) -> None:
    nothing_is_wrong(crashes.killed(*crashes.village(tmp_path), random.Random(1), 20 * much))


def test_the_disk_becomes_full_at_any_moment(tmp_path: Path, much: int) -> None:
    on_disks_of_its_own("mount")
    nothing_is_wrong(crashes.filled(*crashes.village(tmp_path), random.Random(2), 6 * much, tmp_path / "disks"))


def test_the_power_is_cut_at_any_moment(tmp_path: Path, much: int) -> None:
    on_disks_of_its_own("mkfs.ext4")
    nothing_is_wrong(crashes.cut(*crashes.village(tmp_path), random.Random(3), 2 * much, tmp_path))


# What a power cut leaves


def starts_anew(kit: Kit) -> None:
    """The machine is switched on again."""
    (kit.store.path / heal.BOOT).unlink(missing_ok=True)
    kit.store = Store(kit.store.path)


@pytest.mark.parametrize("left", [b"", b"\0" * 41, b"0" * 40 + b"\n", b"ref: nowhere\n", b"f" * 40 + b"\n"])
def test_a_ref_that_cannot_be_read_goes_back_to_what_can(kit: Kit, left: bytes) -> None:
    first = kit.writes("Ngozi", "Ngozi is a city.")
    tip = kit.store.need(layout.DESK, "")
    (kit.store.path / layout.DESK).write_bytes(left)
    starts_anew(kit)
    with pytest.raises(RepoError):
        kit.page("Ngozi")
    second = kit_after_waking(kit)
    assert [mine.edit.id for mine in kit.mine()] == [first.id, second]
    assert [(one.ref, one.commit) for one in heal.record(kit.store.path)] == [(layout.DESK, tip)]
    assert [f.sentence for f in verify(kit.store, deep=False) if f.check == "mended"]


def kit_after_waking(kit: Kit) -> str:
    with kit.store.writing(alone=True):
        pass
    return kit.writes("Lake", "A deep lake.").id


@pytest.mark.parametrize("spoilt", ["commit", "tree", "page"])
@pytest.mark.parametrize("data", [b"", b"\0" * 100])
def test_a_tip_whose_objects_are_spoilt_goes_back_to_the_one_before(kit: Kit, spoilt: str, data: bytes) -> None:
    kept = kit.writes("Ngozi", "Ngozi is a city.")
    kit.writes("Ngozi", "Ngozi is a large city.")
    tip = kit.store.read(kit.store.need(layout.DESK, ""))
    blob = kit.store.ask("rev-parse", f"{tip.id}:{layout.page(kit.title('Ngozi'))}").decode().strip()
    object_id = {"commit": tip.id, "tree": tip.tree, "page": blob}[spoilt]
    file = kit.store.path / "objects" / object_id[:2] / object_id[2:]
    file.chmod(0o600)
    file.write_bytes(data)
    starts_anew(kit)
    after = kit_after_waking(kit)
    assert [mine.edit.id for mine in kit.mine()] == [kept.id, after]
    assert kit.page("Ngozi") == "Ngozi is a city."


def test_a_whole_kit_is_looked_through_once_after_each_start(kit: Kit) -> None:
    kit.writes("Ngozi", "Ngozi is a city.")
    assert heal.once(kit.store.path) == []
    tip = (kit.store.path / layout.DESK).read_bytes()
    (kit.store.path / layout.DESK).write_bytes(b"")
    assert heal.once(kit.store.path) == []
    (kit.store.path / heal.BOOT).unlink()
    assert [one.commit for one in heal.once(kit.store.path)] == [tip.decode().strip()]
    assert heal.once(kit.store.path) == []


# Room


def test_below_the_floor_nothing_new_is_begun(kit: Kit) -> None:
    kit.store.git.config[room.SETTING] = 1 << 60
    with pytest.raises(RepoError, match="nearly full"):
        kit.writes("Ngozi", "Ngozi is a city.")
    kit.store.git.config[room.SETTING] = 0
    kit.writes("Ngozi", "Ngozi is a city.")


def test_packing_keeps_every_object_also_what_nothing_reaches(kit: Kit) -> None:
    for turn in range(30):
        kit.writes("Ngozi", f"Ngozi, as told in the {turn}th year.")
    nobodys = kit.store.blob(b"Words that no ref reaches.")
    objects = objects_of(kit)
    before, after = maintain.maintain(kit.store)
    assert (after.loose, after.packs) == (0, 2)  # what the kit began with, and what was written since
    assert before.loose
    assert after.size < before.size
    assert objects_of(kit) == objects
    assert nobodys in objects
    kit.writes("Ngozi", "Ngozi is a city.")
    fsck(kit.store)


def objects_of(kit: Kit) -> set[str]:
    told = subprocess.run(
        ["git", f"--git-dir={kit.store.path}", "cat-file", "--batch-all-objects", "--batch-check"],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    return {line.split()[0] for line in told.stdout.splitlines()}


def test_a_share_a_day_looks_through_every_object(kit: Kit) -> None:
    kit.writes("Ngozi", "Ngozi is a city.")
    told = [f for n in range(1, 6) for f in verify(kit.store, share=Share(n, 5), deep=False) if f.check == "objects"]
    assert {f.state for f in told} == {State.OK}
    assert sum(int(f.sentence.split()[0]) for f in told) == len(objects_of(kit))


def test_a_spoilt_object_is_found_in_its_share(kit: Kit) -> None:
    kit.writes("Ngozi", "Ngozi is a city.")
    blob = kit.store.blob(b"Ngozi is a city.")
    file = kit.store.path / "objects" / blob[:2] / blob[2:]
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-3] + b"???")
    wrong = [n for n in range(1, 6) for f in verify(kit.store, share=Share(n, 5), deep=False) if f.state is State.WRONG]
    assert wrong == [int(blob[:8], 16) % 5 + 1]
