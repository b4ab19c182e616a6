"""Blobs, trees and commits: written, checked, read back. The one safe save begins here.

`pygit2.Repository.create_commit` returns an id on a full disk although nothing was written, and its
Signature leaves corrupt objects behind for some names; so each object is made as bytes, written through
the object database, and read back before anyone relies on it. Nothing here moves a ref.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pygit2
from pygit2.enums import FileMode, ObjectType

from wikigit.core.errors import RepoError

PAGE_LIMIT = 2 * 1024 * 1024
"""Bytes of a page at the most, as MediaWiki's own default for articles."""

_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f<>]")


@dataclass(frozen=True, slots=True)
class Signature:
    """A commit's author or committer: always at +0000. `time` in seconds since 1970."""

    name: str
    email: str
    time: int

    def __str__(self) -> str:
        name = _NOT_IN_NAMES.sub("", self.name).strip(" .,:;\"'") or "unknown"
        return f"{name} <{_NOT_IN_NAMES.sub('', self.email).strip()}> {self.time} +0000"


def day_time(day: str) -> int:
    """Seconds since 1970 at the beginning of `YYYY-MM-DD`: times of day are nobody's business."""
    return int(datetime.datetime.fromisoformat(day + "T00:00:00+00:00").timestamp())


def moment(time: str) -> int:
    """Seconds since 1970 for MediaWiki's `YYYY-MM-DDTHH:MM:SSZ`."""
    return int(datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp())


def write(repository: pygit2.Repository, kind: ObjectType, data: bytes) -> str:
    """Write one object and return its id, having read it back. Raises RepoError."""
    try:
        written = repository.odb.write(kind, data)
        found, again = repository.odb.read(written)[:2]
    except (pygit2.GitError, OSError, KeyError, ValueError) as exc:
        raise RepoError(f"Git could not store this: {exc}", hint="Is the disk full or read-only?") from exc
    if found != kind or again != data:
        raise RepoError("Git stored something else than was written.", hint="Check the disk, then `wikigit verify`.")
    return str(written)


def commit(
    repository: pygit2.Repository,
    *,
    tree: str,
    parents: Sequence[str],
    message: str,
    author: Signature,
    committer: Signature,
) -> str:
    """Write a commit object and return its id."""
    head = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    head += [f"author {author}", f"committer {committer}"]
    return write(repository, ObjectType.COMMIT, ("\n".join(head) + "\n\n" + message).encode())


def tree_with(repository: pygit2.Repository, base: str | None, entries: Mapping[str, str | None]) -> str | None:
    """The tree `base` with files changed: path → blob id, None removes. An empty tree is None."""
    here: dict[str, str | None] = {}
    below: dict[str, dict[str, str | None]] = {}
    for path, blob in entries.items():
        head, slash, rest = path.partition("/")
        if slash:
            below.setdefault(head, {})[rest] = blob
        else:
            here[head] = blob
    builder = _builder(repository, base)
    for name, blob in here.items():
        _set(builder, name, blob, FileMode.BLOB)
    for name, inner in below.items():
        entry = builder.get(name)
        old = str(entry.id) if entry is not None and entry.filemode == FileMode.TREE else None
        _set(builder, name, tree_with(repository, old, inner), FileMode.TREE)
    return _finished(repository, builder)


def graft(repository: pygit2.Repository, base: str | None, top: Mapping[str, tuple[str, int] | None]) -> str | None:
    """The tree `base` with entries at its top replaced: name → (object id, mode), None removes."""
    builder = _builder(repository, base)
    for name, entry in top.items():
        _set(builder, name, *(entry or (None, 0)))
    return _finished(repository, builder)


def walk(repository: pygit2.Repository, tree: str, prefix: str = "", depth: int = 12) -> Iterator[tuple[str, str]]:
    """Each file below a tree as (path, blob id), sorted by path. Raises RepoError past `depth` folders."""
    if depth == 0:
        raise RepoError(f"The folders below {prefix} are too deep.", hint="Run `wikigit verify`.")
    for entry in _tree(repository, tree):
        path = f"{prefix}{entry.name}"
        if entry.filemode == FileMode.TREE:
            yield from walk(repository, str(entry.id), path + "/", depth - 1)
        else:
            yield path, str(entry.id)


def changed(repository: pygit2.Repository, old: str | None, new: str | None, prefix: str = "") -> list[str]:
    """Paths of files that differ between two trees; descends only where they do."""
    left, right = _entries(repository, old), _entries(repository, new)
    paths: list[str] = []
    for name in sorted(left.keys() | right.keys()):
        one, other = left.get(name), right.get(name)
        if one is not None and other is not None and one.id == other.id and one.filemode == other.filemode:
            continue
        trees = [str(e.id) if e is not None and e.filemode == FileMode.TREE else None for e in (one, other)]
        if any(trees):
            paths += changed(repository, trees[0], trees[1], f"{prefix}{name}/")
        if any(e is not None and e.filemode != FileMode.TREE for e in (one, other)):
            paths.append(prefix + name)
    return paths


def _entries(repository: pygit2.Repository, tree: str | None) -> dict[str, pygit2.Object]:
    return {str(entry.name): entry for entry in _tree(repository, tree)} if tree else {}


def find(repository: pygit2.Repository, tree: str, path: str) -> tuple[str, int] | None:
    """The object id and mode at a path below a tree, None where there is nothing."""
    names = path.split("/")
    for depth, name in enumerate(names, start=1):
        entries = _tree(repository, tree)
        if name not in entries:
            return None
        entry = entries[name]
        if depth == len(names):
            return str(entry.id), int(entry.filemode)
        if entry.filemode != FileMode.TREE:
            return None
        tree = str(entry.id)
    return None


def read_blob(repository: pygit2.Repository, blob: str, what: str) -> bytes:
    """A blob's bytes; `what` names it in the error. Refuses what is larger than any page before reading it."""
    try:
        kind, size = repository.odb.read_header(blob)
    except (KeyError, pygit2.GitError) as exc:
        raise RepoError(f"{what} is missing in the repository.", hint="Run `wikigit verify`.") from exc
    if kind != ObjectType.BLOB or size > 64 * PAGE_LIMIT:
        raise RepoError(f"{what} is not a file that wikigit would write.", hint="Run `wikigit verify`.")
    return bytes(repository.odb.read(blob)[1])


def _builder(repository: pygit2.Repository, base: str | None) -> pygit2.TreeBuilder:
    return repository.TreeBuilder(_tree(repository, base)) if base else repository.TreeBuilder()


def _set(builder: pygit2.TreeBuilder, name: str, entry: str | None, mode: int) -> None:
    if entry is not None:
        builder.insert(name, pygit2.Oid(hex=entry), mode)
    elif builder.get(name) is not None:
        builder.remove(name)


def _finished(repository: pygit2.Repository, builder: pygit2.TreeBuilder) -> str | None:
    if len(builder) == 0:
        return None
    try:
        tree = str(builder.write())
        _tree(repository, tree)
    except (pygit2.GitError, OSError) as exc:
        raise RepoError(f"Git could not store a folder: {exc}", hint="Is the disk full or read-only?") from exc
    return tree


def _tree(repository: pygit2.Repository, tree: str) -> pygit2.Tree:
    found = repository.get(pygit2.Oid(hex=tree))
    if not isinstance(found, pygit2.Tree):
        raise RepoError(f"The folder {tree[:10]} is missing in the repository.", hint="Run `wikigit verify`.")
    return found
