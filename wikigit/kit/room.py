"""Whether the kit's disk has room for another edit: below a floor nothing new is begun that could not be ended.

Nothing here knows what is to be written.
"""

from __future__ import annotations

import shutil

from wikigit.core.errors import RepoError
from wikigit.repo.store import Store

FLOOR = 50_000_000
"""Bytes that stay free, for the parcel that carries the edits away and for what the wiki sends back."""

SETTING = "wikigit.floor"
"""The setting in the repository that names another floor, in bytes."""


def need(store: Store) -> None:
    """Raises RepoError where the disk has less room than the floor."""
    settings = store.git.config
    floor = settings.get_int(SETTING) if SETTING in settings else FLOOR
    free = shutil.disk_usage(store.path).free
    if free < floor:
        raise RepoError(
            f"The kit's disk is nearly full: {free // 10**6} MB are free.",
            hint="Keep what you typed. Ask the facilitator to send a stick, then: wikigit kit maintain",
        )
