"""Mend what a power cut left: empty objects, and refs whose tip cannot be read any more.

A ref goes back to the newest commit that can be read, as its reflog tells them. Nothing is thrown away that
holds anything: a broken ref's old words are kept in a table beside the refs. Nothing here knows what a ref
means, or writes a commit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import ObjectType

from wikigit.core import identity
from wikigit.core.errors import WikigitError
from wikigit.repo import objects, tables, trees
from wikigit.repo.objects import Repository

BOOT = "wikigit.boot"
"""Names the start of the machine since which this repository was looked through."""

RECORD = "healed.tsv"
"""What was mended ever: ref, what stood in it, the commit that it went back to ("" where there was none)."""

MANY = 200
"""So many changed files of a tip are looked at; a power cut spoils what was written last."""

_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Healed:
    """A ref that was mended. `commit`: where it went back to, "" where nothing of it could be read."""

    ref: str
    was: str
    commit: str


def once(repository: Path) -> list[Healed]:
    """Mend a repository once since the machine was started; only ever under the repository's exclusive lock.

    A program that is killed spoils nothing that was written: only a power cut can.
    """
    file, now = repository / BOOT, _boot()
    if now and file.is_file() and file.read_text() == now:
        return []
    healed = heal(repository)
    file.write_text(now)
    return healed


def _boot() -> str:
    """A word that is another one each time this machine was started; "" where that is not to be known."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


def heal(repository: Path) -> list[Healed]:
    """Mend a repository, under its exclusive lock; returns what was mended, mostly nothing."""
    _drop_empty_objects(repository)
    here = Repository(str(repository))
    healed = [mended for ref in _refs(repository) if (mended := _mended(here, repository, ref))]
    if healed:
        _record(repository, healed)
    return healed


def record(repository: Path) -> list[Healed]:
    """All that was ever mended here. Raises RepoError where the record is damaged."""
    file = repository / RECORD
    return [Healed(*row) for row in tables.parse(file.read_bytes(), 3, RECORD)] if file.exists() else []


def _drop_empty_objects(repository: Path) -> None:
    """Remove objects' files without a byte: whoever writes such an object again would take them for it."""
    for file in (repository / "objects").glob("??/*"):
        if file.stat().st_size == 0:
            file.unlink()


def _refs(repository: Path) -> Iterator[str]:
    """The refs that have a file of their own; one that is only in `packed-refs` was not written lately."""
    for file in sorted((repository / "refs").rglob("*")):
        if file.is_file() and file.suffix != ".lock":
            yield str(file.relative_to(repository))


def _mended(here: Repository, repository: Path, ref: str) -> Healed | None:
    """Mend one ref, None where its tip can be read."""
    file = repository / ref
    was = file.read_bytes().decode("ascii", "replace").strip()
    if readable(here, was):
        return None
    commit = next((old for old in _earlier(repository, ref) if readable(here, old)), "")
    if commit:
        _put(file, f"{commit}\n".encode())
    else:
        file.unlink()  # git reads no ref at all while one is broken
        _flush(file.parent)
    return Healed(ref, _printable(was), commit)


def _earlier(repository: Path, ref: str) -> Iterator[str]:
    """The commits that a ref pointed to, newest first: each line of its reflog begins with the old and the new one."""
    log, packed = repository / "logs" / ref, repository / "packed-refs"
    for line in reversed(_lines(log)):
        yield from reversed(_COMMIT.findall(line[:82]))
    for line in _lines(packed):
        if line[41:] == ref:
            yield line[:40]


def _lines(file: Path) -> list[str]:
    return file.read_bytes().decode("utf-8", "replace").split("\n") if file.is_file() else []


def readable(here: Repository, commit: str) -> bool:
    """Whether a commit, its tree and what it changed can be read, each byte as its id says."""
    try:
        found = here.get(commit) if identity.is_commit(commit) else None
        if not isinstance(found, pygit2.Commit):
            return False
        objects.read(here, ObjectType.COMMIT, commit, "the commit")
        before = str(found.parents[0].tree_id) if found.parent_ids else None
        _read_changed(here, before, str(found.tree_id))
    except (WikigitError, pygit2.GitError, KeyError, ValueError):
        return False
    return True


def _read_changed(here: Repository, before: str | None, tree: str) -> None:
    """Read what differs between two trees. Raises RepoError where it cannot be read."""
    objects.read(here, ObjectType.TREE, tree, "the tree")
    if before is None:
        return
    for number, change in enumerate(trees.changes(here, before, tree)):
        if number == MANY:
            return
        if change.after is not None:
            objects.read_blob(here, change.after[0], change.path)


def _record(repository: Path, healed: list[Healed]) -> None:
    file = repository / RECORD
    known = file.read_bytes() if file.exists() else b""
    _put(file, known + (tables.write([(one.ref, one.was, one.commit) for one in healed]) or b""))


def _put(file: Path, data: bytes) -> None:
    """Write a small file whole or not at all."""
    half = file.with_name(f"tmp_{file.name}")
    with half.open("wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    half.rename(file)
    _flush(file.parent)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _printable(was: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in was[:80])
