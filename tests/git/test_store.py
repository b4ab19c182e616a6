"""The one safe save: what was acknowledged is there, whatever happens to the disk, the power or the process."""

from __future__ import annotations

import ast
import os
import random
import select
from collections.abc import Callable
from pathlib import Path

import pygit2
import pytest
from pygit2.enums import ObjectType

from testing.memory_wiki import MemoryWiki
from tests import journey
from tests.journey import Hub, Kit
from tests.processes import DONE, REFUSED, beside, fsck, kill, no_file_grows_past, status
from wikigit.core.errors import Locked, RepoError
from wikigit.repo import layout, lock, objects
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

NGOZI = "Ngozi is a town.\n\nIt has a market."
CODE = sorted((Path(__file__).parents[2] / "wikigit").rglob("*.py"))


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    return Hub(tmp_path, wiki).kit("school")


# What is stored is read back


class Liar:
    """A repository on a disk that stores something else than it was given."""

    def __init__(self, honest: pygit2.Repository) -> None:
        self.honest, self.odb, self.gathered = honest, self, None

    def write(self, kind: ObjectType, data: bytes) -> pygit2.Oid:
        return self.honest.odb.write(kind, data + b"?")

    def read(self, written: pygit2.Oid) -> tuple[int, bytes]:
        return self.honest.odb.read(written)[:2]


def test_an_object_that_reads_back_otherwise_is_not_stored(kit: Kit) -> None:
    assert objects.write(kit.store.git, ObjectType.BLOB, NGOZI.encode())
    with pytest.raises(RepoError, match="something else"):
        objects.write(Liar(kit.store.git), ObjectType.BLOB, NGOZI.encode())  # type: ignore[arg-type]


@pytest.mark.parametrize("room", [0, 20, 60, 100, 130, 160, 200, 260, 330, 400, 500, 700, 1000])
def test_on_a_full_disk_a_save_is_whole_or_refused(kit: Kit, room: int) -> None:
    """No file may grow past `room` bytes: blob, trees, commit, ref and reflog fail one after another."""
    before = kit.store.tip(layout.DESK)
    kit.page("Ngozi")
    journey.people.person(kit.store.path, "Aline", drawn=journey.drawn(5))
    noise = random.Random(room).randbytes(60).hex()

    def save(_: int) -> None:
        store = Store(kit.store.path)
        person = journey.people.Person("c-00000000", "")
        no_file_grows_past(room)
        journey.desk.save(
            store, kit.title("Ngozi"), noise, seen=NGOZI, by=person, summary="", day=journey.DAY, drawn=b"0123456789"
        )

    outcome = status(beside(save)[0])
    assert outcome in (DONE, REFUSED)
    assert (kit.store.tip(layout.DESK) != before) == (outcome == DONE)
    fsck(kit.store)
    after = kit.writes("Ngozi", "Ngozi is a city.")
    assert kit.page("Ngozi") == "Ngozi is a city."
    assert [m.edit.id for m in kit.mine()][-1] == after.id
    fsck(kit.store)


def test_where_nothing_can_be_written_a_sentence_says_so(kit: Kit) -> None:
    (kit.store.path / lock.FILE).unlink()
    (kit.store.path / lock.FILE).mkdir()
    with pytest.raises(RepoError, match=r"cannot be written: Is a directory\."):
        kit.writes("Ngozi", "Ngozi is a city.")


# Several at once


def test_two_processes_that_save_at_once_lose_nothing(kit: Kit) -> None:
    def saves(number: int) -> Callable[[int], None]:
        def work(_: int) -> None:
            journey.draw_again_from(number + 1)
            here = journey.Kit.__new__(journey.Kit)
            here.folder, here.id, here.store = kit.folder, kit.id, Store(kit.store.path)
            for turn in range(20):
                own = f"Page {number}"
                here.writes(own, f"{here.page(own) or ''}\n\nLine {turn} of {number}.", by=f"Writer {number}")

        return work

    children = [beside(saves(number))[0] for number in range(2)]
    assert [status(child) for child in children] == [DONE, DONE]
    assert len({m.edit.id for m in kit.mine()}) == 40
    for number in range(2):
        page = kit.page(f"Page {number}") or ""
        assert [line for line in page.split("\n") if line] == [f"Line {turn} of {number}." for turn in range(20)]
    fsck(kit.store)


# What a killed process leaves


def test_what_a_killed_process_left_is_cleared_by_the_next_save(kit: Kit) -> None:
    folder = kit.store.path
    left = [
        folder / "refs/wikigit/desk.lock",
        folder / "refs/heads/main.lock",
        folder / "HEAD.lock",
        folder / "packed-refs.lock",
        folder / "config.lock",
        folder / "objects/tmp_object_git2_a1b2c3",
        folder / "objects/aa/tmp_obj_a1b2c3",
        folder / "objects/pack/tmp_pack_a1b2c3",
        folder / "objects/pack/tmp_idx_a1b2c3",
    ]
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"half")
    kit.writes("Ngozi", "Ngozi is a city.")
    assert [file for file in left if file.exists()] == []
    fsck(kit.store)


def test_what_was_acknowledged_survives_kill_9(kit: Kit, much: int) -> None:
    chance = random.Random(9)
    acknowledged: set[str] = set()
    for life in range(30 * much):

        def work(tells: int, life: int = life) -> None:
            journey.draw_again_from(life + 1)
            here = journey.Kit.__new__(journey.Kit)
            here.folder, here.id, here.store = kit.folder, kit.id, Store(kit.store.path)
            for turn in range(50):
                edit = here.writes(f"Page {turn % 3}", f"Line {turn} of life {life}.")
                os.write(tells, edit.id.encode() + b"\n")

        process, told = beside(work)
        said, enough, moment = b"", chance.randrange(1, 4), chance.random() * 0.02
        while said.count(b"\n") < enough:
            said += os.read(told, 1000)
        select.select([told], [], [], moment)  # anywhere in the next save
        kill(process)
        status(process)
        while more := os.read(told, 10_000):
            said += more
        os.close(told)
        acknowledged |= set(said.decode().split())
    kit.writes("Ngozi", "Ngozi is a city.")
    lost = acknowledged - {m.edit.id for m in kit.mine()}
    assert not lost, f"{len(lost)} of {len(acknowledged)} acknowledged edits are lost"
    fsck(kit.store)


# Refs


def test_a_ref_that_somebody_else_moved_is_not_moved(kit: Kit) -> None:
    before = kit.store.need(layout.DESK, "")
    edit = kit.writes("Ngozi", "Ngozi is a city.")
    now = kit.store.need(layout.DESK, "")
    assert now != before
    with pytest.raises(Locked):
        kit.store.move([Move(layout.DESK, before, kit.store.need(layout.UPSTREAM, ""))])
    assert kit.store.tip(layout.DESK) == now
    assert [m.edit.id for m in kit.mine()] == [edit.id]


@pytest.mark.parametrize("stale", ["moved", "made", "gone"])
def test_of_two_refs_neither_moves_if_one_cannot(kit: Kit, stale: str) -> None:
    main = kit.store.need(layout.MAIN, "")
    kit.writes("Ngozi", "Ngozi is a city.")
    desk = kit.store.need(layout.DESK, "")
    other = {
        "moved": Move(layout.DESK, main, kit.store.need(layout.UPSTREAM, "")),
        "made": Move(layout.UPSTREAM, None, main),
        "gone": Move("refs/heads/gone", main, desk),
    }[stale]
    refs = kit.store.refs("refs/")
    for moves in ([Move(layout.MAIN, main, desk), other], [other, Move(layout.MAIN, main, desk)]):
        with pytest.raises(Locked):
            kit.store.move(moves)
        assert kit.store.refs("refs/") == refs


# The source


def test_nobody_calls_what_loses_data() -> None:
    """`create_commit` lies on a full disk, `set_target` overwrites, `page.edit` resends, a `+` in a refspec forces."""
    assert CODE
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("create_commit", "set_target", "message_trailers"), f"{file}:{node.lineno}"
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                assert not name.endswith("page.edit"), f"{file}:{node.lineno}"
                assert not any(k.arg == "shell" for k in node.keywords), f"{file}:{node.lineno}"
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "+refs/" not in node.value, f"{file}:{node.lineno}"
