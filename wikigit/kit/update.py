"""Take a new version of the software off a stick: believed, copied, tried, and only then used.

Nothing here knows what is new in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wikigit.core.errors import ParcelError
from wikigit.repo import install, software
from wikigit.repo.install import Step
from wikigit.repo.stick import Progress
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Updated:
    """A version, and how far it has come here."""

    version: str
    step: Step


def update(store: Store, folder: Path, place: Path, *, key: str, running: str) -> Iterator[Progress | Updated]:
    """Install the newest version on a stick that the hub's `key` has signed, where it is newer than the `running` one.

    Raises WikigitError, and then the version that runs is still the one in use.
    """
    if not key:
        raise ParcelError(
            "This kit does not know the hub's key, so it believes nobody's software.",
            hint="Receive a parcel that the hub has signed first: wikigit kit receive STICK",
        )
    told, source = software.newest(folder, key)
    if software.number(told.version) <= software.number(running):
        yield Updated(told.version, Step.ALREADY)
        return
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix="incoming-") as wheels:
        yield from software.fetch(told, source, Path(wheels))
        for step in install.update(place, told.version, Path(wheels), store.path):
            yield Updated(told.version, step)
