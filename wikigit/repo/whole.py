"""Whether objects are on the disk as they were written: each is read, and its id computed again.

Nothing here mends anything.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

import pygit2
from pygit2.enums import FileMode

from wikigit.repo.objects import Repository

CHAIN = 5
"""So many commits of a ref are looked at: a power cut takes what was written last."""

MOST = 500
"""So many objects of a commit: the first fetch of a wiki writes a hundred thousand."""


class _Unreadable(Exception):
    pass


def readable(here: Repository, object_id: str) -> bool:
    """Whether one object is there, with the bytes that its id promises.

    The file of a loose one is read here: libgit2 1.9 never comes back from one that was cut off.
    """
    try:
        packed = (Path(here.path) / "objects" / object_id[:2] / object_id[2:]).read_bytes()
    except FileNotFoundError:
        return _in_a_pack(here, object_id)
    except OSError:
        return False
    return _hash(packed) == object_id


def _hash(packed: bytes) -> str:
    """The id of a loose object's bytes, "" where they are no whole object."""
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(packed)
    except zlib.error:
        return ""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest() if unpacking.eof else ""


def _in_a_pack(here: Repository, object_id: str) -> bool:
    try:
        here.odb.read(object_id)  # hashed there
    except (KeyError, ValueError, pygit2.GitError, OSError):
        return False
    return True


def newest(here: Repository, commit: str, chain: int = CHAIN) -> bool:
    """Whether the newest commits of a line can be read, with the trees and files that they brought."""
    try:
        for _ in range(chain):
            above = _commit(here, commit).parent_ids
            _look_through(here, commit)
            if not above:
                break
            commit = str(above[0])
    except _Unreadable:
        return False
    return True


def parents(here: Repository, commit: str) -> list[str]:
    """A commit's parents; none where it cannot be read."""
    try:
        return [str(parent) for parent in _commit(here, commit).parent_ids]
    except _Unreadable:
        return []


def _look_through(here: Repository, commit: str) -> None:
    """Read what a commit brought, beside its first parent. Raises _Unreadable."""
    found = _commit(here, commit)
    before = str(_commit(here, str(found.parent_ids[0])).tree_id) if found.parent_ids else None
    for read, object_id in enumerate(_brought(here, str(found.tree_id), before)):
        if not readable(here, object_id):
            raise _Unreadable(object_id)
        if read >= MOST:
            return


def _brought(here: Repository, tree: str, before: str | None) -> Iterator[str]:
    if tree == before:
        return
    yield tree
    old = _entries(here, before) if before else {}
    for name, (object_id, mode) in _entries(here, tree).items():
        known = old.get(name)
        if known and known[0] == object_id:
            continue
        if mode == FileMode.TREE:
            yield from _brought(here, object_id, known[0] if known and known[1] == FileMode.TREE else None)
        else:
            yield object_id


def _entries(here: Repository, tree: str) -> dict[str | None, tuple[str, int]]:
    found = _object(here, tree)
    if not isinstance(found, pygit2.Tree):
        raise _Unreadable(tree)
    return {entry.name: (str(entry.id), int(entry.filemode)) for entry in found}


def _commit(here: Repository, commit: str) -> pygit2.Commit:
    found = _object(here, commit)
    if not isinstance(found, pygit2.Commit):
        raise _Unreadable(commit)
    return found


def _object(here: Repository, object_id: str) -> pygit2.Object:
    if not readable(here, object_id):
        raise _Unreadable(object_id)
    try:
        return here[object_id]
    except (KeyError, ValueError, pygit2.GitError) as exc:
        raise _Unreadable(object_id) from exc
