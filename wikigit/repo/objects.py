"""Blobs, trees and commits: written, checked, read back. The one safe save begins here.

`pygit2.Repository.create_commit` returns an id on a full disk although nothing was written, and its
Signature leaves corrupt objects behind for some names; so each object is made as bytes, written through
the object database, and read back before anyone relies on it. Or it is gathered with many others, which
are looked for once they are on the disk. Nothing here moves a ref.
"""

from __future__ import annotations

import datetime
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import ObjectType

from wikigit.core.errors import RepoError
from wikigit.repo import disk, git, pack
from wikigit.repo.gathered import Gathered

PAGE_LIMIT = 2 * 1024 * 1024
"""Bytes of a page at the most, as MediaWiki's own default for articles."""

FEW = 100
"""Fewer objects are written one by one, each with its fsync: so does git itself with what it fetches."""

ENOUGH = 64 * 1024 * 1024
"""So many bytes are not kept in memory, even if nobody asks for a flush."""

_FIRST = 99  # libgit2 asks the object databases of its own that stand at 1 and 2 afterwards
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f<>]")


@dataclass(frozen=True, slots=True)
class Change:
    """A file that differs between two trees, on either side as (object id, mode), None where it is not."""

    path: str
    before: tuple[str, int] | None
    after: tuple[str, int] | None


class Repository(pygit2.Repository):
    """An open repository, and what `trees` found out in it lately.

    `folders` by tree id, `changes` by the ids of two trees that differ in one file. `beside`: a folder of
    objects that are not ours yet, and are seen here only.
    """

    def __init__(self, path: str, beside: Path | None = None) -> None:
        super().__init__(path)
        self.beside = beside
        self._look_beside()
        self.folders: OrderedDict[str, dict[bytes, bytes]] = OrderedDict()
        self.changes: dict[tuple[str, str], Change] = {}
        self.gathered: Gathered | None = None

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Keep what is written in memory until `flush`; what was not flushed at the end is forgotten."""
        disk, both, gathered = self.odb, _disk(self), Gathered()
        both.add_backend(gathered, _FIRST)
        self.set_odb(both)
        self.gathered = gathered
        try:
            yield
        finally:
            self.gathered = None
            self.set_odb(disk)
            self.changes.clear()
            if gathered.objects:
                self.folders.clear()
                self.free()  # libgit2 would still know them
                self._look_beside()

    def _look_beside(self) -> None:
        if self.beside:
            self.odb.add_disk_alternate(str(self.beside))


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


def write(repository: Repository, kind: ObjectType, data: bytes, *, like: str | None = None) -> str:
    """Write one object and return its id, having read it back. Raises RepoError.

    `like` is an object of the same kind that differs little, if one is known: together they take less room.
    """
    if repository.gathered is None:
        return _write(repository.odb, kind, data)
    if repository.gathered.size > ENOUGH:
        flush(repository)
    return repository.gathered.add(kind, data, like)


def _write(disk: pygit2.Odb, kind: ObjectType, data: bytes) -> str:
    try:
        written = disk.write(kind, data)
        found, again = disk.read(written)[:2]
    except (pygit2.GitError, OSError, KeyError, ValueError) as exc:
        raise RepoError(f"Git could not store this: {exc}", hint="Is the disk full or read-only?") from exc
    if found != kind or again != data:
        raise RepoError("Git stored something else than was written.", hint="Check the disk, then `wikigit verify`.")
    return str(written)


def flush(repository: Repository) -> None:
    """Bring all that was gathered to the disk, so that refs may name it. Raises RepoError.

    An fsync for each of ten thousand objects takes seconds on the best of disks and minutes on a card; a pack
    takes two. It is as safe: git fsyncs the pack and its index before it gives them their names (`core.fsync`,
    see `git`), the names are fsynced here, and only afterwards does a ref name anything in it. What a killed
    writer or a power cut leaves before is a pack that nobody needs, or half of one under a temporary name.
    """
    if repository.gathered is None or not repository.gathered.objects:
        return
    gathered, disk = repository.gathered.objects, _disk(repository)
    missing = _missing(disk, gathered)
    many = len(missing) >= FEW
    for object_id in gathered.keys() - missing if many else gathered:
        _write(disk, gathered[object_id].kind, gathered[object_id].data)  # what is there becomes young for `git gc`
    if many:
        new = {object_id: packed for object_id, packed in gathered.items() if object_id in missing}
        git.feed(Path(repository.path), "index-pack", "--stdin", chunks=pack.stream(new))
    fsync_folder(folder(repository) / "pack")  # also for a writer that was killed right before
    if _missing(_disk(repository), gathered):
        raise RepoError("Git did not store what was written.", hint="Check the disk, then `wikigit verify`.")
    repository.gathered.clear()
    repository.changes.clear()


def _missing(disk: pygit2.Odb, wanted: Iterable[str]) -> set[str]:
    """Those that are not on the disk, by their ids."""
    places = list(disk.backends)
    return {object_id for object_id in wanted if not any(place.exists(object_id) for place in places)}


def _disk(repository: Repository) -> pygit2.Odb:
    """The repository's objects as they are on the disk."""
    disk = pygit2.Odb(str(folder(repository)))
    if repository.beside:
        disk.add_disk_alternate(str(repository.beside))
    return disk


def folder(repository: Repository) -> Path:
    """Where the objects are; a further work tree of a repository has them in common with the first."""
    own = Path(repository.path)
    common = own / "commondir"
    return (own / common.read_text().strip() if common.exists() else own) / "objects"


def fsync_folder(place: Path) -> None:
    """Flush what a folder lists. Raises RepoError."""
    try:
        disk.flush(place)
    except OSError as exc:
        raise RepoError(f"{place} could not be written: {exc.strerror}.", hint="Check the disk.") from exc


def commit(
    repository: Repository,
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


def read(repository: Repository, kind: ObjectType, object_id: str, what: str) -> bytes:
    """An object's bytes; `what` names it in the error. Refuses what is far larger than any page before reading it."""
    try:
        found, size = repository.odb.read_header(object_id)
        if found == kind and size <= 64 * PAGE_LIMIT:
            return repository.odb.read(object_id)[1]
    except (KeyError, ValueError, pygit2.GitError) as exc:
        raise RepoError(f"{what} is missing in the repository.", hint="Run `wikigit verify`.") from exc
    raise RepoError(f"{what} is not a file that wikigit would write.", hint="Run `wikigit verify`.")


def read_blob(repository: Repository, blob: str, what: str) -> bytes:
    """A blob's bytes; `what` names it in the error."""
    return read(repository, ObjectType.BLOB, blob, what)
