"""What came in a parcel, looked at object by object before anything walks or reads it.

Folders may hold each other so that a few bytes name more paths than anybody can ever list; so each folder is
measured by those that it holds, once. Nothing here knows who sent the objects, or what a page is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pygit2.enums import ObjectType

from wikigit.core.errors import ParcelError
from wikigit.repo import objects, trees
from wikigit.repo.objects import Repository
from wikigit.repo.store import Store
from wikigit.repo.weigh import Limits

LAST_DAY = 47_481 * 86_400
"""31 December 2099, in seconds since 1970."""

_EMPTY = bytes.fromhex("4b825dc642cb6eb9a060e54bf8d69288fbee4904")
_ENTRY = re.compile(rb"([0-7]{5,6}) [^\0]+\0(.{20})", re.DOTALL)
_FOLDER = b"40000"
_STRANGE = "Do not use this stick; ask who wrote it."

_WHO = rb"([a-z]-[0-9a-z]{8}) <\%d@kit\.invalid> ([0-9]{1,10}) \+0000\n"
_PLAIN = re.compile(
    rb"tree [0-9a-f]{40}\n((?:parent [0-9a-f]{40}\n){0,2})author " + _WHO % 2 + b"committer " + _WHO % 4 + b"\n"
)


@dataclass(frozen=True, slots=True)
class Object:
    """An object that came: its id, kind and size."""

    id: str
    kind: str
    size: int


def sizes(came: Iterable[Object], limits: Limits) -> None:
    """Raises ParcelError at the first object that is of no kind of ours, or larger than its kind may be."""
    for each in came:
        if each.size > limits.of(each.kind):
            raise ParcelError(
                f"The bundle holds what no wikigit would write: a {each.kind} of {each.size} bytes.", hint=_STRANGE
            )


def folders(repository: Repository, came: Iterable[Object]) -> None:
    """Raises ParcelError where new folders lie too deep in each other, or name more paths than they have entries.

    Every folder of an honest parcel stands at one place below its root; one that stands at several is how a
    few hundred bytes come to ten thousand million paths.
    """
    measured = _Folders(repository, {each.id for each in came if each.kind == "tree"})
    most = max(map(measured.paths, measured.new), default=0)
    if most > measured.entries:
        raise ParcelError("The bundle holds folders that hold each other over and over.", hint=_STRANGE)


class _Folders:
    """The new folders, each with its depth and the paths below it, as far as they are new."""

    def __init__(self, repository: Repository, new: set[str]) -> None:
        self.repository, self.new, self.entries = repository, new, 0
        self._raw = set(map(bytes.fromhex, new))
        self._known: dict[str, tuple[int, int]] = {}

    def paths(self, tree: str) -> int:
        return self._measure(tree, trees.DEEPEST)[1]

    def _measure(self, tree: str, room: int) -> tuple[int, int]:
        """The depth of a new folder, and how many entries are below it."""
        known = self._known.get(tree)
        if known is None:
            if room == 0:
                raise self._too_deep()
            count, inner = self._inside(tree)
            below = [self._measure(each, room - 1) for each in inner]
            known = 1 + max((depth for depth, _ in below), default=0), count + sum(paths for _, paths in below)
            self._known[tree] = known
        if known[0] > room:
            raise self._too_deep()
        return known

    def _inside(self, tree: str) -> tuple[int, list[str]]:
        """How many entries a folder has, and the new folders among them."""
        raw = objects.read(self.repository, ObjectType.TREE, tree, f"The folder {tree[:10]}")
        if _EMPTY in raw:
            raise ParcelError("The bundle holds an empty folder in a folder, which Git does not write.", hint=_STRANGE)
        found = _ENTRY.findall(raw)
        self.entries += len(found)
        return len(found), [entry.hex() for mode, entry in found if mode == _FOLDER and entry in self._raw]

    def _too_deep(self) -> ParcelError:
        return ParcelError(f"The bundle holds more than {trees.DEEPEST} folders in each other.", hint=_STRANGE)


def plain(store: Store, commit: str, kit: str) -> None:
    """Look at a commit as a kit must have written it: no more header than this, ids, whole days, nothing of a clock.

    Raises ParcelError. The day is compared with no clock: a kit has none to trust.
    """
    raw = objects.read(store.git, ObjectType.COMMIT, commit, f"The commit {commit[:10]}")
    found = _PLAIN.match(raw)
    if found is None or b"\0" in raw:
        raise _unlike(commit, "has another header")
    if found[4].decode() != kit:
        raise _unlike(commit, f"was not written by {kit}")
    parents = found[1].split(b"\n")[:-1]
    if len(set(parents)) != len(parents):
        raise _unlike(commit, "names one parent twice")
    if any(int(time) % 86_400 or int(time) > LAST_DAY for time in (found[3], found[5])):
        raise _unlike(commit, "tells another time than a day between 1970 and 2099")


def _unlike(commit: str, why: str) -> ParcelError:
    return ParcelError(f"The commit {commit[:10]} is not as a kit's wikigit writes it: it {why}.", hint=_STRANGE)
