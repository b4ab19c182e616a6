"""Git's pack format, as far as wikigit writes it: each object whole, or as what differs from one before it.

Whoever reads a pack computes every id from what stands in it, so a mistake here is found, never stored under
a right name. Nothing here touches the disk.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha1

from pygit2.enums import ObjectType

LONGEST = 50
"""So many differences in a row at the most, as git has it: whoever reads the last must read them all."""

SMALL = 256
"""Bytes that are worth neither a difference nor compression."""

_DIFFERENCE = 7
_FASTEST = 1
_COPIED, _PUT_IN = 0xFFFF, 0x7F  # bytes that one instruction of a difference copies or puts in at the most


@dataclass(frozen=True, slots=True)
class Packed:
    """An object for a pack. `like` is the id of another one that differs little, if there is one."""

    kind: ObjectType
    data: bytes
    like: str | None = None


def stream(objects: Mapping[str, Packed]) -> Iterator[bytes]:
    """A pack of these objects, by their ids, piece by piece."""
    digest = sha1(usedforsecurity=False)
    for piece in (b"PACK" + (2).to_bytes(4) + len(objects).to_bytes(4), *_entries(objects)):
        digest.update(piece)
        yield piece
    yield digest.digest()


def _entries(objects: Mapping[str, Packed]) -> Iterator[bytes]:
    row: dict[str, int] = {}  # of how many differences in a row an object is made
    for object_id, packed in objects.items():
        like = packed.like or ""
        told = b""
        if len(packed.data) > SMALL and row.get(like, LONGEST) < LONGEST:
            told = difference(objects[like].data, packed.data)
        if told and len(told) < len(packed.data) // 2:
            row[object_id] = row[like] + 1
            yield _head(_DIFFERENCE, len(told)) + bytes.fromhex(like) + _deflated(told)
        else:
            row[object_id] = 0
            yield _head(packed.kind, len(packed.data)) + _deflated(packed.data)


def difference(old: bytes, new: bytes) -> bytes:
    """What makes `new` of `old`, where they differ in one place: in Git's words, a delta."""
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    made = [_size(len(old)), _size(len(new)), *_copy(0, start)]
    between = new[start : len(new) - end]
    for at in range(0, len(between), _PUT_IN):
        piece = between[at : at + _PUT_IN]
        made += [bytes([len(piece)]), piece]
    return b"".join([*made, *_copy(len(old) - end, end)])


def _deflated(data: bytes) -> bytes:
    """As zlib has it, with a window as large as the data; small pieces as they stand, for ids do not shrink.

    To set up zlib takes longer than to compress so little.
    """
    size = len(data)
    if size > SMALL:
        return zlib.compress(data, _FASTEST, min(size.bit_length(), zlib.MAX_WBITS))
    return b"\x78\x01\x01%b%b%b%b" % (
        size.to_bytes(2, "little"),
        (0xFFFF - size).to_bytes(2, "little"),
        data,
        zlib.adler32(data).to_bytes(4),
    )


def _shared(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _copy(start: int, size: int) -> Iterator[bytes]:
    for at in range(start, start + size, _COPIED):
        yield b"\xbf" + at.to_bytes(4, "little") + min(_COPIED, start + size - at).to_bytes(2, "little")


def _size(number: int) -> bytes:
    """A size in a difference: seven bits a byte, the lowest first."""
    made = bytearray()
    while number > 0x7F:
        made.append(0x80 | number & 0x7F)
        number >>= 7
    return bytes([*made, number])


def _head(kind: int, size: int) -> bytes:
    """An object's kind and size before its bytes: the size's lowest four bits beside the kind."""
    first, rest = kind << 4 | size & 0xF, size >> 4
    return bytes([0x80 | first]) + _size(rest) if rest else bytes([first])
