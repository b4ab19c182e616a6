"""One writer at a time in a repository, and what a killed one left behind.

Nothing here knows what is written.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wikigit.core.errors import Locked, RepoError

FILE = "wikigit.lock"
QUARANTINE = "quarantine"
"""The folder where a parcel waits until it is believed."""

OUTGOING, UNSEALED = "outgoing", "unsealed"
"""The folders where a parcel is packed, and where a sealed one is opened."""

MOVING = "wikigit.moving"
"""Names the refs that are being moved, as long as they are. git, which moves them, holds it open as well."""

PATIENCE = 20.0
"""Seconds that a command waits for another one."""

_MOMENT = 0.5
"""Seconds after which a ref lock that nobody touched is not that of somebody's push."""


@contextmanager
def exclusive(repository: Path, *, sweep: bool, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the repository's lock; raises Locked after `patience` seconds.

    What a killed one had of a parcel is removed first, and the locks of the refs that it was moving; with `sweep`
    every ref lock and all temporary objects. That is right where nothing but wikigit writes (a kit), and wrong where
    people push (a hub).
    """
    try:
        opened = (repository / FILE).open("ab")
    except OSError as exc:
        raise RepoError(
            f"{repository} cannot be written: {exc.strerror}.", hint="Is the disk full, read-only or somebody else's?"
        ) from exc
    with opened as held:
        _wait_for(held.fileno(), repository, patience)
        for folder in (QUARANTINE, OUTGOING, UNSEALED):
            shutil.rmtree(repository / folder, ignore_errors=True)
        _after_a_kill(repository, patience)
        if sweep:
            clear_leftovers(repository)
        yield


@contextmanager
def moving(repository: Path, refs: Iterable[str]) -> Iterator[int]:
    """Note that these refs are about to be moved; gives the descriptor that the program which moves them inherits.

    A killed wikigit may leave that program at work, and a killed program its locks. The note tells the next writer
    for whom to wait, and which locks to remove. Raises RepoError where it cannot be written.
    """
    file = repository / MOVING
    try:
        with file.open("wb") as note:
            fcntl.flock(note.fileno(), fcntl.LOCK_EX)
            note.write("\n".join(refs).encode())
            note.flush()
            yield note.fileno()
        file.unlink()
    except OSError as exc:
        raise RepoError(f"The refs could not be moved: {exc.strerror}.", hint="Is the disk full?") from exc


def _after_a_kill(repository: Path, patience: float) -> None:
    """Wait for the git that a killed wikigit left at work, and remove the locks that it left in turn."""
    file = repository / MOVING
    if not file.exists():
        return
    try:
        with file.open("rb") as note:
            _wait_for(note.fileno(), repository, patience)
            named = note.read().decode("utf-8", "replace").split("\n")
        _remove_stale([repository / f"{ref}.lock" for ref in (*filter(None, named), "HEAD", "packed-refs")])
        file.unlink()
    except OSError as exc:
        raise RepoError(
            f"What a killed wikigit left could not be cleared: {exc.strerror}, {exc.filename}.",
            hint="Run this once as the one who was running it.",
        ) from exc


def _remove_stale(locks: Iterable[Path]) -> None:
    """Remove those ref locks that nobody touches for a moment: they are nobody's any more."""
    before = {lock: found for lock in locks if (found := _which(lock))}
    if before:
        time.sleep(_MOMENT)
    for lock, found in before.items():
        if _which(lock) == found:
            lock.unlink(missing_ok=True)


def _which(lock: Path) -> tuple[int, int] | None:
    """What another lock of the same name would not be; None where there is none."""
    try:
        stat = lock.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def clear_leftovers(repository: Path) -> int:
    """Remove `*.lock`, `tmp_*` and half packs, and return how many; only ever under the exclusive lock."""
    stale = [*repository.glob("*.lock"), *(repository / "refs").rglob("*.lock")]
    for name in ("tmp_*", "*/tmp_*", "pack/.tmp-*"):  # the last: of `git repack`
        stale += (repository / "objects").glob(name)
    removed = 0
    for leftover in stale:
        if leftover.name != FILE and leftover.is_file():
            leftover.unlink()
            removed += 1
    return removed


def _wait_for(descriptor: int, repository: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            if time.monotonic() >= deadline:
                raise Locked(
                    f"Another wikigit is writing in {repository}.",
                    hint="Wait until it has ended, then try again.",
                ) from exc
            time.sleep(0.02)
        else:
            return
