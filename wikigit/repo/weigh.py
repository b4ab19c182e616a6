"""What a pack comes to once it is unpacked: read from its own words, before git unpacks anything.

A few hundred bytes can unpack to gigabytes, and git unpacks them. But each object says its size before its
bytes, and a difference the size of what it makes; an object that says less than it holds is found here too.
Nothing is kept of what is read, and nothing here knows what an object means.
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wikigit.core.errors import ParcelError

KINDS = ("commit", "tree", "blob")
_WHOLE = {1: "commit", 2: "tree", 3: "blob"}
_BY_PLACE, _BY_ID = 6, 7
_CHUNK = 64 * 1024
_ID = 20
_STRANGE = "Do not use this stick; ask who wrote it."


@dataclass(frozen=True, slots=True)
class Limits:
    """What one parcel may hold: objects, bytes of one by its kind, bytes of all together, unpacked.

    `longest`: differences in a row that make an object at the most, 0 where that does not matter.
    """

    objects: int
    total: int
    commit: int
    tree: int
    blob: int
    longest: int

    @property
    def largest(self) -> int:
        return max(self.commit, self.tree, self.blob)

    def of(self, kind: str) -> int:
        """Bytes that an object of this kind may have; none of what is no kind of ours."""
        return int(getattr(self, kind)) if kind in KINDS else -1


@dataclass(frozen=True, slots=True)
class Weight:
    """A pack: how many objects, their bytes in all, and the ids of those that it takes from elsewhere."""

    objects: int
    total: int
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Object:
    """One object of a pack: bytes that it comes to, what it differs from (a place, an id, nothing), where it ends."""

    size: int
    like: int | str | None
    end: int


def weigh(file: Path, start: int, limits: Limits) -> Weight:
    """Read through the pack that begins at byte `start`. Raises ParcelError where it is none, or passes the limits."""
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as pack:
        if pack[start : start + 8] != b"PACK\0\0\0\2":
            raise _damaged("does not begin with a pack")
        count = int.from_bytes(pack[start + 8 : start + 12])
        if count > limits.objects:
            raise _too_much(f"it holds {count} objects")
        weight, end = _weighed(pack, start + 12, count, limits)
        if end + _ID != len(pack):
            raise _damaged("goes on after its end, or stops before it")
    return weight


def _weighed(pack: mmap.mmap, at: int, count: int, limits: Limits) -> tuple[Weight, int]:
    """What so many objects come to, and where they end."""
    total, needs, row = 0, set[str](), dict[int, int]()
    for here, found in _objects(pack, at, count, limits):
        total += found.size
        if total > limits.total:
            raise _too_much("all that is in it")
        if isinstance(found.like, str):
            needs.add(found.like)
        elif found.like is not None and limits.longest:
            row[here] = row.get(found.like, 0) + 1
            if row[here] > limits.longest:
                raise _too_much("its objects differ from each other in too long a row")
        at = found.end
    return Weight(count, total, frozenset(needs)), at


def _objects(pack: mmap.mmap, at: int, count: int, limits: Limits) -> Iterator[tuple[int, _Object]]:
    try:
        for _ in range(count):
            found = _object(pack, at, limits)
            yield at, found
            at = found.end
    except (IndexError, zlib.error) as exc:
        raise _damaged("is cut off or damaged") from exc


def _object(pack: mmap.mmap, start: int, limits: Limits) -> _Object:
    kind, size, at = _head(pack, start)
    like: int | str | None = None
    if kind == _BY_PLACE:
        back, at = _distance(pack, at)
        like = start - back
    elif kind == _BY_ID:
        like, at = pack[at : at + _ID].hex(), at + _ID
    elif kind not in _WHOLE:
        raise _too_much("it holds what is neither commit, folder nor file")
    most = limits.largest if like is not None else limits.of(_WHOLE[kind])
    if size > most:
        raise _too_much(f"one of its objects has {size} bytes")
    first, end = _passed(pack, at, size)
    if like is not None:
        size = _made(first)
        if size > most:
            raise _too_much(f"one of its objects comes to {size} bytes")
    return _Object(size, like, end)


def _passed(pack: mmap.mmap, at: int, size: int) -> tuple[bytes, int]:
    """The first bytes of what is compressed at a place, and where it ends. It must come to `size` bytes."""
    inflate, first, done = zlib.decompressobj(), b"", 0
    step = min(_CHUNK, size // 2 + 64)
    while not inflate.eof:
        piece = pack[at : at + step]
        if not piece:
            raise IndexError
        made = inflate.decompress(piece, min(size - done + 1, _CHUNK))
        at += len(piece) - len(inflate.unused_data if inflate.eof else inflate.unconsumed_tail)
        first, done = first or made[:24], done + len(made)
        if done > size:
            raise _damaged("holds more than it says")
    if done != size:
        raise _damaged("holds less than it says")
    return first, at


def _head(pack: mmap.mmap, at: int) -> tuple[int, int, int]:
    """An object's kind, its size, and where it goes on."""
    byte = pack[at]
    kind, size, shift = byte >> 4 & 7, byte & 15, 4
    at += 1
    while byte & 0x80:
        byte = pack[at]
        size |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if shift > 70:
            raise IndexError
    return kind, size, at


def _distance(pack: mmap.mmap, at: int) -> tuple[int, int]:
    """How far back in the pack an object stands that this one differs from, and where it goes on."""
    byte, back = pack[at], pack[at] & 0x7F
    at += 1
    while byte & 0x80:
        byte = pack[at]
        back, at = (back + 1) << 7 | byte & 0x7F, at + 1
        if back > len(pack):
            raise IndexError
    return back, at


def _made(difference: bytes) -> int:
    """The size of what a difference makes: the second of the two numbers that it begins with."""
    at = size = shift = 0
    for _ in range(2):
        size = shift = 0
        while True:
            byte = difference[at]
            size |= (byte & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if not byte & 0x80:
                break
    return size


def _damaged(why: str) -> ParcelError:
    return ParcelError(f"The bundle {why}.", hint="The copy on this stick is broken: copy the parcel again.")


def _too_much(what: str) -> ParcelError:
    return ParcelError(f"The bundle holds what no wikigit would write: {what}.", hint=_STRANGE)
