"""Many objects come to the disk at once, and before any ref that needs them, whatever happens to the writer."""

from __future__ import annotations

import itertools
import os
import random
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from pygit2.enums import ObjectType

from testing.memory_wiki import MemoryWiki
from tests.journey import DAY, VOLUNTEER, Hub, outcomes
from tests.processes import DONE, REFUSED, beside, fsck, kill, no_file_grows_past, status
from wikigit.core.errors import RepoError
from wikigit.hub import decline, merge
from wikigit.repo import edits, git, layout, mainline, objects, pack, refs
from wikigit.repo.gathered import Gathered
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.repo.verify import State, verify

MANY = 16
"""Edits that make more than `objects.FEW` objects."""


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    for number in range(MANY):
        wiki.person_edits(f"Place {number}", f"Place {number} is a town.\n\nIt has a market.")
    return wiki


@pytest.fixture
def hub(tmp_path: Path, wiki: MemoryWiki) -> Hub:
    """The hub, with a parcel of many edits received."""
    hub = Hub(tmp_path, wiki)
    kit = hub.kit("school")
    for number in range(MANY):
        kit.changes(f"Place {number}", "a market", "a large market")
    hub.receives(kit.sends())
    return hub


def packs(store: Store) -> int:
    return len(list((store.path / "objects" / "pack").glob("*.pack")))


def loose(store: Store) -> int:
    return len(list((store.path / "objects").glob("??/*")))


def commit(store: Store, files: dict[str, bytes | None], tip: str | None = None) -> str:
    tree = store.tree_with(store.read(tip).tree if tip else None, files)
    return store.commit(tree, [tip] if tip else [], "One more\n", author=edits.signature("hub", DAY))


# What is gathered


def test_what_no_ref_needs_is_forgotten(hub: Hub) -> None:
    before = loose(hub.store), packs(hub.store)
    with hub.store.writing():
        tip = commit(hub.store, {"a/b": b"c"})
        assert hub.store.file(tip, "a/b") == b"c"
    assert (loose(hub.store), packs(hub.store)) == before
    assert not hub.store.has(tip)
    assert hub.page("Place 1") == "Place 1 is a town.\n\nIt has a market."


def test_git_knows_of_all_that_it_is_asked_about(hub: Hub) -> None:
    with hub.store.writing():
        one = commit(hub.store, {"a/b": b"c"})
        other = commit(hub.store, {"a/b": b"d"}, one)
        assert hub.store.history(other) == [one, other]
        assert hub.store.contains(other, one)


def test_few_objects_are_written_one_by_one_and_many_as_a_pack(hub: Hub) -> None:
    before = packs(hub.store)
    with hub.store.writing():
        hub.store.move([Move("refs/heads/few", None, commit(hub.store, {"a/b": b"c"}))])
    assert packs(hub.store) == before
    already = loose(hub.store)
    with hub.store.writing():
        files = {f"{number}": b"%d" % number for number in range(objects.FEW)}
        hub.store.move([Move("refs/heads/many", None, commit(hub.store, dict(files)))])
    assert (packs(hub.store), loose(hub.store)) == (before + 1, already)
    fsck(hub.store)


def test_what_is_stored_already_is_not_stored_again(hub: Hub) -> None:
    def twice() -> int:
        listed = git.run(hub.store.path, "cat-file", "--batch-all-objects", "--batch-check").decode().splitlines()
        counted = git.run(hub.store.path, "count-objects", "-v").decode().splitlines()
        there = sum(int(line.split(": ")[1]) for line in counted if line.startswith(("count:", "in-pack:")))
        return there - len(listed)

    before = twice()  # a thin parcel brings some
    hub.merges()
    declined = mainline.read(hub.store).entries[0]
    decline.decline(hub.store, declined.edit, reason="off-topic", by=VOLUNTEER, day=DAY)
    assert twice() == before


def test_looking_whether_main_is_right_stores_nothing(hub: Hub) -> None:
    hub.merges()
    before = loose(hub.store), packs(hub.store)
    assert {finding.state for finding in verify(hub.store)} == {State.OK}
    assert (loose(hub.store), packs(hub.store)) == before


def test_more_than_memory_should_hold_goes_to_the_disk_earlier(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "ENOUGH", 2000)
    before = packs(hub.store) + loose(hub.store)
    assert set(outcomes(hub.merges().receipts)) == {"merged"}
    assert packs(hub.store) + loose(hub.store) > before + 3
    assert len(hub.queue()) == MANY
    fsck(hub.store)


def test_the_accepted_commits_say_what_was_taken(hub: Hub) -> None:
    """The same edits, from whichever commit they are read."""
    main = mainline.read(hub.store)
    hub.merges()
    for entry in mainline.read(hub.store).entries:
        accepted = edits.read(hub.store, entry.commit, main.site)
        own = hub.store.read(entry.commit).message.get("From")
        assert accepted == edits.read(hub.store, own, main.site)


# A pack


def test_a_pack_holds_what_was_put_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack, "LONGEST", 5)
    chance = random.Random(7)
    store, text, gathered = Store.create(tmp_path / "some.git"), b"", Gathered()
    like, wanted = None, {}
    for _ in range(150):
        at, size = chance.randrange(len(text) + 1), chance.choice([0, 0, 1, 20, 127, 128, 300])
        text = text[:at] + chance.randbytes(chance.choice([0, 1, 20, 127, 128, 70_000])) + text[at + size :]
        like = gathered.add(ObjectType.BLOB, text, chance.choice([*[like] * 20, None, "1" * 40]))
        wanted[like] = text
        text = text[-200_000:]
    git.feed(store.path, "index-pack", "--stdin", "--strict", chunks=pack.stream(gathered.objects))
    assert {blob: objects.read_blob(store.git, blob, blob) for blob in wanted} == wanted
    (index,) = (store.path / "objects" / "pack").glob("*.idx")
    chains = git.run(store.path, "verify-pack", "-v", str(index)).decode().split("\n")
    longest = max(int(line.split()[3].rstrip(":")) for line in chains if line.startswith("chain length"))
    assert longest == 5


def test_what_git_did_not_store_is_found_out(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack that holds other bytes than it should has no object of the right id."""
    real = pack.difference
    monkeypatch.setattr(pack, "difference", lambda old, new: real(old, bytes([new[0] ^ 1]) + new[1:]))
    files: dict[str, bytes | None] = {f"{number}": b"%d" % number for number in range(objects.FEW)}
    with hub.store.writing():
        tip = commit(hub.store, {"1": b"changed"}, commit(hub.store, files))
        with pytest.raises(RepoError, match="did not store"):
            hub.store.move([Move("refs/heads/many", None, tip)])
    assert hub.store.tip("refs/heads/many") is None


# Before a ref moves


def test_everything_behind_a_ref_is_on_the_disk_before_it_moves(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    real, looked = refs.move, []

    def move(repository: Path, moves: Sequence[Move], *, hub: str = "") -> None:
        for m in moves:
            git.run(repository, "rev-list", "--objects", "--quiet", m.new or "HEAD")  # fails where one is missing
            looked.append(m.ref)
        real(repository, moves, hub=hub)

    monkeypatch.setattr(refs, "move", move)
    hub.merges()
    hub.publishes()
    hub.fetches()
    assert {layout.MAIN, layout.UPSTREAM, layout.RUNS, layout.receipts("hub"), layout.receipts("bridge")} <= {*looked}


@pytest.mark.parametrize("room", [0, 200, 1000, 3000, 5000, 7000, 9000, 12_000, 16_000])
def test_on_a_full_disk_a_merge_is_whole_or_refused(hub: Hub, room: int) -> None:
    """No file may grow past `room` bytes: packs, their indexes, objects, refs and their logs fail one after another."""
    before = hub.store.refs("refs/")

    def merges(_: int) -> None:
        store = Store(hub.store.path)
        no_file_grows_past(room)
        merge.merge(store, [], by=VOLUNTEER, day=DAY)

    outcome = status(beside(merges)[0])
    assert outcome in (DONE, REFUSED)
    assert (hub.store.refs("refs/") != before) == (outcome == DONE)
    fsck(hub.store)
    hub.merges()
    assert len(hub.queue()) == MANY
    assert {finding.state for finding in verify(hub.store)} == {State.OK}


def killed_after(steps: int, patch: pytest.MonkeyPatch) -> None:
    """End this process at once, with git where that runs, after so many calls of git, objects and pieces of a pack."""
    left = itertools.count(steps, -1)

    def stepping(work: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            if next(left) == 0:
                kill(os.getpid())
            if "chunks" in named:
                named["chunks"] = map(stepping(bytes), named["chunks"])
            return work(*arguments, **named)

        return step

    for module, name in ((git, "call"), (git, "feed"), (objects, "_write")):
        patch.setattr(module, name, stepping(getattr(module, name)))


def test_a_merge_that_is_killed_harms_nothing(hub: Hub, much: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(4)
    before, killed = hub.store.refs("refs/"), 0

    def merges(steps: int) -> Callable[[int], None]:
        def work(_: int) -> None:
            killed_after(steps, monkeypatch)
            merge.merge(Store(hub.store.path), [], by=VOLUNTEER, day=DAY)

        return work

    for steps in (*range(6), *(chance.randrange(150) for _ in range(12 * much))):
        outcome = status(beside(merges(steps))[0])
        assert outcome in (DONE, -signal.SIGKILL)
        killed += outcome != DONE
        with hub.store.writing():
            fsck(hub.store)
            hub.store.move([Move(ref, tip, before[ref]) for ref, tip in hub.store.refs("refs/").items()])
    assert killed > 6
    hub.merges()
    assert len(hub.queue()) == MANY
    assert {finding.state for finding in verify(hub.store)} == {State.OK}
