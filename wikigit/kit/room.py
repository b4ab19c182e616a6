"""Whether the kit's disk has room for another edit: below a floor nothing new is begun that could not be ended.

Nothing here knows what is to be written.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from wikigit.core.errors import RepoError
from wikigit.repo.store import Store

FLOOR = 50_000_000
"""Bytes that stay free, for the parcel that carries the edits away and for what the wiki sends back."""

SETTING = "wikigit.floor"
"""The setting in the repository that names another floor, in bytes."""


_PROBE = "tmp_probe"  # swept like every other leftover of this beginning


def need(store: Store) -> None:
    """Raises RepoError where the disk has less room than the floor, or a few bytes do not reach it."""
    settings = store.git.config
    floor = settings.get_int(SETTING) if SETTING in settings else FLOOR
    free = shutil.disk_usage(store.path).free
    if free < floor:
        raise RepoError(
            f"The kit's disk is nearly full: {free // 10**6} MB are free.",
            hint="Keep what you typed. Ask the facilitator to send a stick, then: wikigit kit maintain",
        )
    _try(store.path / "objects" / _PROBE)


def _try(probe: Path) -> None:
    """A worn card turns read-only without a word."""
    try:
        with probe.open("wb", buffering=0) as opened:
            opened.write(_PROBE.encode())
            os.fsync(opened.fileno())
        probe.unlink(missing_ok=True)  # somebody else may be trying, too
    except OSError as exc:
        raise RepoError(
            f"The kit's disk takes nothing any more: {exc.strerror}.",
            hint="Keep what you typed. Ask the facilitator: is the disk full, or worn out?",
        ) from exc
