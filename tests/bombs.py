"""Parcels that are small, and come to more than any machine holds or can list."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from tests.hostile import FILE, FOLDER, Attempt, Objects, Village, entry, number, pack, zeros
from tests.hostile_cases import Case

MIB, GIB = 1 << 20, 1 << 30
_BY_PLACE = 6


def _with(village: Village, *entries: bytes, count: int | None = None) -> Attempt:
    """An honest edit with further entries in its pack."""
    made = Objects()
    told = village.commits(made, village.page(made))
    own = [entry(kind, data) for kind, data in made.made.values()]
    whole = pack([*own, *entries], count=count)
    return Attempt(told.tips, village.header(told.tips, [village.tip]) + whole)


def zeros_in_one_file(size: int, says: int | None = None) -> Case:
    return lambda village: _with(village, entry(3, b"", size=says or size, squeezed=zeros(size)))


def zeros_in_many_files(village: Village) -> Attempt:
    return _with(village, *[entry(3, b"", size=MIB, squeezed=zeros(MIB))] * 10_000)


def a_difference_of_copies(village: Village) -> Attempt:
    """A base of a mebibyte, copied 2,000 times."""
    base = entry(3, bytes(MIB))
    copies = number(MIB) + number(2_000 * MIB) + b"\xc0\x10" * 2_000
    return _with(village, base, _like(len(base), copies))


def differences_in_a_row(village: Village) -> Attempt:
    """Ten thousand files, each made of the one before."""
    made = [entry(3, b"a" * 10_000)]
    for n in range(10_000):
        same = number(10_000) + number(10_000) + b"\xb0" + (9_996).to_bytes(2, "little") + b"\x04%04d" % (n % 10_000)
        made.append(_like(len(made[-1]), same))
    return _with(village, *made)


def _like(back: int, difference: bytes) -> bytes:
    """An entry that differs from what begins so many bytes before it."""
    place = bytearray([back & 0x7F])
    while back := back >> 7:
        back -= 1
        place.insert(0, 0x80 | back & 0x7F)
    return entry(_BY_PLACE, difference, like=bytes(place))


def folders(levels: int, names: int) -> Case:
    """Folders in folders, each held under several names by the next."""

    def case(village: Village) -> Attempt:
        made = Objects()
        inner = made.tree((FILE, b"x", made.blob(b"x")))
        for _ in range(levels):
            inner = made.tree(*((FOLDER, b"%d" % name, inner) for name in range(names)))
        listed = village.entries_of(made, village.page(made))
        return village.commits(made, made.tree(*listed, (FOLDER, b"d", inner)))

    return case


def a_wide_folder(village: Village) -> Attempt:
    made = Objects()
    file = made.blob(b"x")
    listed = village.entries_of(made, village.page(made))
    return village.commits(made, made.tree(*listed, *((FILE, b"%07d" % n, file) for n in range(200_000))))


def says_a_lot(village: Village) -> Attempt:
    return _with(village, count=0xFFFFFFFF)


def half_a_stream(village: Village) -> Attempt:
    """A file whose bytes do not end where the bundle does."""
    squeezed = zlib.compress(bytes(MIB))[:-8]
    return _with(village, entry(3, b"", size=MIB, squeezed=squeezed))


BOMBS: Mapping[str, Case] = {
    "10 GB of zeros in one file": zeros_in_one_file(10 * GIB),
    "10 GB of zeros that say they are 1 MB": zeros_in_one_file(10 * GIB, MIB),
    "400 MB in one file": zeros_in_one_file(400 * MIB),
    "2 GB by a difference of copies": a_difference_of_copies,
    "10,000 differences in a row": differences_in_a_row,
    "10 folders, each ten times in the next": folders(10, 10),
    "40 folders, each twice in the next": folders(40, 2),
    "20,000 folders in each other": folders(20_000, 1),
    "200,000 files in a folder": a_wide_folder,
    "4,000 million objects, by its own count": says_a_lot,
    "a file without an end": half_a_stream,
}

SLOW: Mapping[str, Case] = {"10 GB of zeros in 10,000 files": zeros_in_many_files}
"""What is unpacked up to the limit before it is refused."""
