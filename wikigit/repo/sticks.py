"""Which stick is meant, and what lies on it beside parcels: their folder, and a word to whoever carries it.

Never a guess: no stick and two sticks are questions to a person. Nothing here reads or writes a parcel.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

from wikigit.core.errors import ParcelError
from wikigit.repo import stick
from wikigit.repo.parcel import FOLDER

PLACES = ("/media/*", "/media/*/*", "/run/media/*/*")
"""Where sticks appear unless this machine's configuration says otherwise."""

READ_ME = "READ ME (wikigit).txt"


def only(places: Sequence[str], mounted: Callable[[str], bool] = os.path.ismount) -> Path:
    """The one stick that is inserted. Raises ParcelError where there is none, or more than one.

    A folder where nothing is mounted is what a stick left behind that was taken out: it is on this machine's disk.
    """
    found = sorted({path for pattern in places for path in glob.glob(pattern) if mounted(path)})
    match found:
        case [one]:
            return Path(one)
        case []:
            hint = "Insert one and wait a moment, or name the folder it appears as."
            raise ParcelError(f"There is no stick in {' or '.join(places)}.", hint=hint)
        case _:
            hint = "Leave one of them in, or name the one that is meant."
            raise ParcelError(f"There are {len(found)} sticks: {', '.join(found)}.", hint=hint)


def prepare(folder: Path) -> Path:
    """The folder for parcels on a stick, made where it is missing, with a word for the courier beside it.

    Raises ParcelError.
    """
    stick.need_folder(folder)
    if folder.name == FOLDER:
        return folder
    with stick.written():
        (folder / FOLDER).mkdir(exist_ok=True)
        if not (folder / READ_ME).exists():
            stick.put(folder / READ_ME, read_me())
    return folder / FOLDER


def read_me() -> bytes:
    """The word to the courier, as the simplest programs show it: ends of line as on Windows, and UTF-8 marked."""
    text = resources.files("wikigit.repo").joinpath("read_me.txt").read_text(encoding="utf-8")
    return text.replace("\n", "\r\n").encode("utf-8-sig")
