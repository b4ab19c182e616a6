"""What commits change: as it was written just now, else compared, one by one or many by one git process.

Nothing here knows what the files are about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wikigit.core.errors import RepoError
from wikigit.repo import trees
from wikigit.repo.objects import Change
from wikigit.repo.store import Commit, Store

FEW = 50
"""Fewer commits are compared here: git has to be started."""

_DIFF_TREE = ("diff-tree", "--stdin", "-r", "-z", "--root", "--always", "--no-renames", "--ignore-submodules=none")
_NOTHING = "000000"


def changes(store: Store, commits: Sequence[Commit]) -> Iterator[list[Change]]:
    """What each commit changes, in the order of the commits, the files sorted by path; of a merge nothing is known.

    Raises RepoError where something is missing.
    """
    before = [store.read(commit.parents[0]).tree if commit.parents else "" for commit in commits]
    written = [store.git.changes.get((old, commit.tree)) for old, commit in zip(before, commits, strict=True)]
    unknown = [commit.id for commit, change in zip(commits, written, strict=True) if change is None]
    told = _by_git(store, unknown) if len(unknown) >= FEW else {}
    for commit, old, change in zip(commits, before, written, strict=True):
        if change is not None:
            yield [change]
        elif commit.id in told:
            yield sorted(told[commit.id], key=lambda change: change.path)
        elif not told:
            yield list(trees.changes(store.git, old or None, commit.tree))
        else:
            raise RepoError(f"The commit {commit.id[:10]} cannot be compared.", hint="Run `wikigit verify`.")


def _by_git(store: Store, commits: Sequence[str]) -> dict[str, list[Change]]:
    words = iter(store.ask(*_DIFF_TREE, stdin="".join(f"{commit}\n" for commit in commits).encode()).split(b"\0"))
    told: dict[str, list[Change]] = {}
    here: list[Change] = []
    for word in words:
        if word.startswith(b":"):
            path = next(words).decode("utf-8", "surrogateescape")
            mode_before, mode, before, after, _ = word[1:].decode().split(" ")
            here.append(Change(path, _side(before, mode_before), _side(after, mode)))
        elif word:
            here = told.setdefault(word.decode(), [])
    return told


def _side(object_id: str, mode: str) -> tuple[str, int] | None:
    return None if mode == _NOTHING else (object_id, int(mode, 8))
