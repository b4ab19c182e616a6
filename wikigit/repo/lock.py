"""One writer at a time in a repository, and what a killed one left behind.

Nothing here knows what is written.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wikigit.core.errors import Locked, RepoError

FILE = "wikigit.lock"
QUARANTINE = "quarantine"
"""The folder where a parcel waits until it is believed."""

OUTGOING, UNSEALED = "outgoing", "unsealed"
"""The folders where a parcel is packed, and where a sealed one is opened."""

PATIENCE = 20.0
"""Seconds that a command waits for another one."""


@contextmanager
def exclusive(repository: Path, *, sweep: bool, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the repository's lock; raises Locked after `patience` seconds.

    What a killed one had of a parcel is removed first; with `sweep` also its ref locks and temporary objects.
    That is right where nothing but wikigit writes (a kit), and wrong where people push (a hub).
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
        if sweep:
            clear_leftovers(repository)
        yield


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
            os.utime(descriptor)
            return
