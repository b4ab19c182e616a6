"""Folders: Git's trees found, compared and changed, without an index or files on the disk.

A folder that was read or written lately stays at hand under its id: what an id names never changes. Nothing
here knows what the files are about, and no ref moves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pygit2.enums import FileMode, ObjectType

from wikigit.core.errors import RepoError
from wikigit.repo import objects
from wikigit.repo.objects import Change, Repository

DEEPEST = 64
"""Folders within folders, people's own ones too; wikigit itself makes eleven at the most."""

AT_HAND = 4096
"""So many folders at the most are kept in memory."""

_ENTRY = re.compile(rb"([0-7]{5,6} ([^\0]+)\0.{20})", re.DOTALL)

Folder = dict[bytes, bytes]
"""A folder's entries in Git's order: name → the entry's bytes, which are mode, blank, name, NUL and id."""


def find(repository: Repository, tree: str, path: str) -> tuple[str, int] | None:
    """The object id and mode at a path below a tree, None where there is nothing."""
    *folders, last = path.encode("utf-8", "surrogateescape").split(b"/")
    for name in folders:
        entry = _folder(repository, tree).get(name)
        if entry is None or not _is_folder(entry):
            return None
        tree = _id(entry)
    found = _folder(repository, tree).get(last)
    return None if found is None else _told(found)


def walk(repository: Repository, tree: str, prefix: str = "", depth: int = DEEPEST) -> Iterator[tuple[str, str]]:
    """Each file below a tree as (path, blob id), sorted by path. Raises RepoError past `depth` folders."""
    _check(depth, prefix)
    for name, entry in _folder(repository, tree).items():
        path = prefix + name.decode("utf-8", "surrogateescape")
        if _is_folder(entry):
            yield from walk(repository, _id(entry), path + "/", depth - 1)
        else:
            yield path, _id(entry)


def changes(
    repository: Repository, old: str | None, new: str | None, prefix: str = "", depth: int = DEEPEST
) -> Iterator[Change]:
    """The files that differ between two trees, sorted by path; descends only where they do.

    Raises RepoError past `depth` folders.
    """
    _check(depth, prefix)
    left, right = (_folder(repository, tree) if tree else {} for tree in (old, new))
    differ = [name for name, entry in left.items() if right.get(name) != entry]
    differ += [name for name in right if name not in left]
    for name in sorted(differ):
        path = prefix + name.decode("utf-8", "surrogateescape")
        sides = left.get(name), right.get(name)
        one, other = (_id(side) if side and _is_folder(side) else None for side in sides)
        if one or other:
            yield from changes(repository, one, other, path + "/", depth - 1)
        before, after = (_told(side) if side and not _is_folder(side) else None for side in sides)
        if before or after:
            yield Change(path, before, after)


def changed(repository: Repository, old: str | None, new: str | None) -> list[str]:
    """The paths of the files that differ between two trees."""
    return [change.path for change in changes(repository, old, new)]


def tree_with(repository: Repository, base: str | None, entries: Mapping[str, str | None]) -> str | None:
    """The tree `base` with files changed: path → blob id, None removes. An empty tree is None."""
    if repository.gathered is None or base is None or len(entries) != 1:
        return _tree_with(repository, base, entries)
    ((path, blob),) = entries.items()
    before = find(repository, base, path)
    tree = _tree_with(repository, base, entries)
    if tree and tree != base and before and before[1] != FileMode.TREE:
        repository.changes[base, tree] = Change(path, before, (blob, FileMode.BLOB) if blob else None)
    return tree


def _tree_with(repository: Repository, base: str | None, entries: Mapping[str, str | None]) -> str | None:
    """The same for one folder, whose folders are made first."""
    here: dict[str, tuple[str, int] | None] = {}
    below: dict[str, dict[str, str | None]] = {}
    for path, blob in entries.items():
        head, slash, rest = path.partition("/")
        if slash:
            below.setdefault(head, {})[rest] = blob
        else:
            here[head] = (blob, FileMode.BLOB) if blob else None
    for name, inner in below.items():
        old = find(repository, base, name) if base else None
        tree = _tree_with(repository, old[0] if old and old[1] == FileMode.TREE else None, inner)
        if tree or name not in here:  # a folder that becomes a file is both emptied and written
            here[name] = (tree, FileMode.TREE) if tree else None
    return graft(repository, base, here)


def graft(repository: Repository, base: str | None, top: Mapping[str, tuple[str, int] | None]) -> str | None:
    """The tree `base` with entries at its top replaced: name → (object id, mode), None removes."""
    folder = dict(_folder(repository, base)) if base else {}
    in_order = True
    for text, entry in top.items():
        name = text.encode("utf-8", "surrogateescape")
        if entry is None:
            folder.pop(name, None)
            continue
        told = b"%o %b\0%b" % (entry[1], name, bytes.fromhex(entry[0]))
        in_order = in_order and name in folder and _is_folder(folder[name]) == _is_folder(told)
        folder[name] = told
    return _written(repository, base, folder if in_order else dict(sorted(folder.items(), key=_place)))


def _written(repository: Repository, base: str | None, folder: Folder) -> str | None:
    """Store a folder that was made of the folder `base`; if that was made just now, it makes way at hand."""
    if not folder:
        return None
    tree = objects.write(repository, ObjectType.TREE, b"".join(folder.values()), like=base)
    if base and repository.gathered is not None and base in repository.gathered.objects:
        repository.folders.pop(base, None)
    _keep(repository, tree, folder)
    return tree


def _folder(repository: Repository, tree: str) -> Folder:
    """A folder's entries. Raises RepoError where it is missing or malformed."""
    folder = repository.folders.get(tree)
    if folder is None:
        raw = objects.read(repository, ObjectType.TREE, tree, f"The folder {tree[:10]}")
        folder = {name: entry for entry, name in _ENTRY.findall(raw)}
        if sum(map(len, folder.values())) != len(raw):
            raise RepoError(f"The folder {tree[:10]} is malformed.", hint="Run `wikigit verify`.")
        _keep(repository, tree, folder)
    return folder


def _keep(repository: Repository, tree: str, folder: Folder) -> None:
    """Have a folder at hand, in place of the one that has been there longest."""
    if len(repository.folders) >= AT_HAND:
        repository.folders.popitem(last=False)
    repository.folders[tree] = folder


def _check(depth: int, prefix: str) -> None:
    if depth == 0:
        raise RepoError(f"The folders below {prefix} are too deep.", hint="Run `wikigit verify`.")


def _is_folder(entry: bytes) -> bool:
    return entry.startswith((b"40000 ", b"040000 "))


def _place(item: tuple[bytes, bytes]) -> bytes:
    """Git's order: a folder stands as if its name ended in a slash."""
    name, entry = item
    return name + b"/" if _is_folder(entry) else name


def _id(entry: bytes) -> str:
    return entry[-20:].hex()


def _told(entry: bytes) -> tuple[str, int]:
    return _id(entry), int(entry[: entry.index(b" ")], 8)
