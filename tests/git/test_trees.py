"""Folders are found, compared and changed as plain Git would do it, and faster."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

import pygit2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygit2.enums import FileMode, ObjectType

from tests.journey import DAY
from wikigit.core.errors import RepoError
from wikigit.repo import compared, edits, git, trees
from wikigit.repo.objects import Change
from wikigit.repo.store import Store

Files = dict[str, bytes]

# Git sorts a folder as if its name ended in a slash, so these files and folders stand in between one another.
folders = st.lists(st.sampled_from(["a", "a-b", "ab", "é"]), max_size=3)
paths = st.builds(lambda above, name: "/".join([*above, name]), folders, st.sampled_from(["a!", "a-", "a.w", "a0"]))
turns = st.lists(st.dictionaries(paths, st.none() | st.binary(max_size=3), max_size=6), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        yield Store.create(Path(folder, "some.git"))


def plain(store: Store, files: Files) -> str:
    """The tree that libgit2 makes of an index of these files."""
    index = pygit2.Index()
    for path, data in files.items():
        index.add(pygit2.IndexEntry(path, store.git.create_blob(data), FileMode.BLOB))
    return str(index.write_tree(store.git))


def after(files: Files, turn: Mapping[str, bytes | None]) -> Files:
    return {path: data for path, data in {**files, **turn}.items() if data is not None}


def commits(store: Store, *made: str) -> list[str]:
    """A commit for each tree, each on the one before."""
    chain: list[str] = []
    for tree in made:
        chain.append(store.commit(tree, chain[-1:], "One more\n", author=edits.signature("hub", DAY)))
    return chain


@settings(max_examples=50)
@given(turns, st.booleans())
def test_a_tree_that_grows_is_the_tree_of_its_files(
    store: Store, turns: list[dict[str, bytes | None]], at_once: bool
) -> None:
    files: Files = {}
    tree = None
    with store.gathering() if at_once else nullcontext():
        for turn in turns:
            files = after(files, turn)
            tree = store.tree_with(tree, turn)
        store.flush()
    assert tree == plain(store, files)
    listed = git.run(store.path, "ls-tree", "-r", "-z", "--name-only", tree or "").decode().split("\0")[:-1]
    assert sorted(listed) == sorted(files)


@settings(max_examples=50)
@given(turns)
def test_what_is_in_a_tree_and_what_differs_from_another(store: Store, turns: list[dict[str, bytes | None]]) -> None:
    old: Files = {}
    for turn in turns:
        new = after(old, turn)
        left, right = plain(store, old), plain(store, new)
        differ = [path for path in old.keys() | new.keys() if old.get(path) != new.get(path)]
        assert sorted(trees.changed(store.git, left, right)) == sorted(differ)
        assert sorted(path for path, _ in trees.walk(store.git, right)) == sorted(new)
        for path in {*old, *new, *turn}:
            assert store.file_in(right, path) == new.get(path)
        old = new


def test_a_file_that_becomes_a_folder_and_a_folder_that_becomes_a_file(store: Store) -> None:
    file = store.tree_with(None, {"docs": b"So.", "a": b"a"})
    folder = store.tree_with(file, {"docs": None, "docs/how": b"So."})
    assert folder == plain(store, {"docs/how": b"So.", "a": b"a"})
    assert sorted(trees.changed(store.git, file, folder)) == ["docs", "docs/how"]
    assert store.tree_with(folder, {"docs/how": None, "docs": b"So."}) == file
    assert trees.find(store.git, folder, "docs/how/deeper") is None
    assert trees.find(store.git, folder, "a/b") is None


@settings(max_examples=20)
@given(st.lists(turns, min_size=1, max_size=3))
def test_many_commits_are_compared_as_few_are(store: Store, many: list[list[dict[str, bytes | None]]]) -> None:
    blob, tree, made = store.blob(b"there"), store.tree_with(None, {"x": b"1"}), []
    for turn in (turn for turns in many for turn in turns):
        tree = store.tree_with(tree, turn)
        odd = trees.graft(store.git, tree, {"link": (blob, FileMode.LINK), "elsewhere": ("1" * 40, FileMode.COMMIT)})
        made += [tree, tree, odd or ""]
    chain = [store.read(commit) for commit in commits(store, *made)]
    few = [found for commit in chain for found in compared.changes(store, [commit])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compared, "FEW", 1)
        assert list(compared.changes(store, chain)) == [sorted(found, key=lambda change: change.path) for found in few]
    assert Change("link", None, (blob, FileMode.LINK)) in few[2]


@settings(max_examples=50)
@given(turns)
def test_what_was_written_just_now_need_not_be_compared(store: Store, turns: list[dict[str, bytes | None]]) -> None:
    tree, made = store.tree_with(None, {"x": b"1"}), []
    with store.gathering():
        for path, data in (change for turn in turns for change in turn.items()):
            tree = store.tree_with(tree, {path: data})
            made.append(tree)
        chain = [store.read(commit) for commit in commits(store, *made)]
        written = list(compared.changes(store, chain))
        store.flush()
        assert list(compared.changes(store, chain)) == written


def test_a_commit_that_git_cannot_compare_is_an_error(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compared, "FEW", 1)
    (good,) = commits(store, store.tree_with(None, {"x": b"1"}))
    bad = store.commit("1" * 40, [good], "No such tree\n", author=edits.signature("hub", DAY))
    with pytest.raises(RepoError):
        list(compared.changes(store, [store.read(good), store.read(bad)]))


def test_a_folder_that_is_missing_or_no_folder_is_an_error(store: Store) -> None:
    malformed = str(store.git.odb.write(ObjectType.TREE, b"100644 a\0too short"))
    for tree in ("1" * 40, malformed, store.blob(b"a file")):
        with pytest.raises(RepoError):
            trees.find(store.git, tree, "a")


def test_few_folders_are_kept_at_hand(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "AT_HAND", 3)
    store = Store(store.path)
    files = {f"{number}/{name}": name.encode() for number in range(20) for name in ("one", "two")}
    tree = store.tree_with(None, dict(files))
    assert {path: store.file_in(tree, path) for path in files} == files
    assert len(store.git.folders) <= 3


def test_folders_within_folders_come_to_an_end(store: Store) -> None:
    tree = store.tree_with(None, {"a": b"deep"})
    for _ in range(200):
        tree = trees.graft(store.git, None, {"a": (tree, FileMode.TREE)}) or ""
    with pytest.raises(RepoError, match="too deep"):
        trees.changed(store.git, None, tree)
    with pytest.raises(RepoError, match="too deep"):
        list(trees.walk(store.git, tree))
