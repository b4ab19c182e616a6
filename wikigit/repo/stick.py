"""The one safe way to write onto a stick, which may be full, locked, torn out or lying.

A temporary file beside the target, flushed, read back from the stick and hashed, then renamed; a file that
is there already is never replaced by another. Whoever finds a file under its own name may believe that it
was written to its end. Nothing here knows what a parcel is.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from wikigit.core.errors import ParcelError
from wikigit.repo import disk

PART = ".part"
HALF = (PART, f"{PART}.lock")
"""How the name of a file ends that was not written to its end, by us or by git."""

CHUNK = 1 << 20
SLACK = 1_000_000
"""Bytes to spare: small files, and what a file system rounds up."""

T = TypeVar("T")

_ANOTHER = "Try another stick; nothing is lost."
_REASONS = {
    errno.ENOSPC: ("it is full", "Make room on it, or try another stick; nothing is lost."),
    errno.EFBIG: ("it takes no file of this size", "Write smaller parts: --max-size 2G"),
    errno.EROFS: ("it is read-only", "Move the little lock on its side, or try another stick; nothing is lost."),
    errno.EACCES: ("this account may not write there", "Ask who looks after this machine, or try another stick."),
    errno.EIO: ("it does not answer, or it was taken out", _ANOTHER),
    errno.ENOENT: ("it was taken out", "Put it in again and send again; nothing is lost."),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work on a stick has come, in bytes."""

    done: int
    total: int


def finished(work: Generator[object, None, T]) -> T:
    """Let work that tells how far it is run to its end; returns what it comes to."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


@contextmanager
def written() -> Iterator[None]:
    """Say in a sentence why a stick could not be written. Raises ParcelError."""
    try:
        yield
    except OSError as exc:
        why, hint = _REASONS.get(exc.errno or 0, (exc.strerror, _ANOTHER))
        raise ParcelError(f"The stick could not be written: {why}.", hint=hint) from exc


@contextmanager
def being_read() -> Iterator[None]:
    """Say in a sentence why something could not be taken off a stick. Raises ParcelError."""
    try:
        yield
    except OSError as exc:
        why = _REASONS.get(exc.errno or 0, (exc.strerror, ""))[0]
        hint = "Put it in again, and look whether there is room here; nothing has changed."
        raise ParcelError(f"The stick could not be read: {why}.", hint=hint) from exc


def need_folder(folder: Path) -> None:
    """Raises ParcelError where there is no such folder."""
    if not folder.is_dir():
        raise ParcelError(f"{folder} is not a folder.", hint="Is the stick inserted? Name the folder it appears as.")


def need_room(folder: Path, size: int, whose: str = "The stick") -> None:
    """Raises ParcelError, before anything is written, where so many bytes do not fit."""
    free, needed = shutil.disk_usage(folder).free, size + SLACK
    if free < needed:
        raise ParcelError(
            f"{whose} has {free // 10**6} MB free, and {-(-needed // 10**6)} MB are needed.",
            hint="Make room on it, or take another stick; nothing is lost.",
        )


def put(target: Path, data: bytes) -> None:
    """Write a small file. Raises ParcelError; OSError where the stick fails."""
    finished(copy(io.BytesIO(data), target, len(data), hashlib.sha256(data).hexdigest()))


def copy(source: BinaryIO, target: Path, size: int, sha256: str) -> Generator[int, None, None]:
    """Write the next `size` bytes of an open file, which have this sha256, under a name; yields bytes as they are done.

    Each byte counts twice: it is written, and read back. Raises ParcelError; OSError where the stick fails.
    """
    temporary = target.with_name(target.name + PART)
    with temporary.open("wb") as opened:
        poured = yield from _pour(source, opened, size)
        opened.flush()
        os.fsync(opened.fileno())
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # else memory answers, not the stick
    with temporary.open("rb") as back:
        back_again = yield from _pour(back, None, size)
    if {poured, back_again} != {sha256}:
        temporary.unlink()
        why = "reads back otherwise than written" if poured == sha256 else "is not what it was said to be"
        raise ParcelError(f"{target.name} {why}.", hint="Try another stick.")
    if target.exists():
        temporary.unlink()
        if digest(target) != sha256:
            raise ParcelError(f"{target.name} is there already, and is another.", hint="Take another stick.")
    else:
        _tell_day_alone(temporary)
        temporary.rename(target)
    disk.flush(target.parent)


def _tell_day_alone(file: Path) -> None:
    """Let a file's time say on which day it was written, and not when on it."""
    day = int(time.time()) // 86400 * 86400
    with suppress(OSError):  # some file systems let only their owner do that
        os.utime(file, (day, day))


def _pour(source: BinaryIO, target: BinaryIO | None, size: int) -> Generator[int, None, str]:
    """Move `size` bytes from one open file to another, or nowhere; returns their sha256."""
    hashed, left = hashlib.sha256(), size
    while left and (chunk := source.read(min(CHUNK, left))):
        hashed.update(chunk)
        if target is not None:
            target.write(chunk)
        left -= len(chunk)
        yield len(chunk)
    return hashed.hexdigest()


def digest(file: Path) -> str:
    """A file's sha256."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
