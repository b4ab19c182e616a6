"""New versions of this software on a stick: wheels, and a list of them that the hub has signed.

    wikigit/software/0.2.0/wikigit-0.2.0-py3-none-any.whl    and all that it needs
    wikigit/software/0.2.0/software.json                     each file's sha256 and size
    wikigit/software/0.2.0/software.json.sig                 the hub's signature over it

Only what the list names is ever copied off a stick, and only where it is what the list says. Nothing here
installs or runs anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wikigit.core import identity
from wikigit.core.errors import ParcelError
from wikigit.repo import signature, stick
from wikigit.repo.parcel import FOLDER, MANIFEST_LIMIT, SIGNATURE_LIMIT, Part
from wikigit.repo.stick import Progress

SOFTWARE = "software"
NAMESPACE = "wikigit-software"
"""What the signature is for: a parcel's could not be taken for it."""

LIST, SIGNED = "software.json", "software.json.sig"
FORMAT = 1
FILES_LIMIT = 200
SIZE_LIMIT = 500 * 10**6
"""Bytes of all files together at the most."""

_VERSION = re.compile(r"\d{1,5}(\.\d{1,5}){1,3}", re.ASCII)
_WHEEL = re.compile(
    r"[A-Za-z0-9_]{1,80}-[A-Za-z0-9_.!+]{1,40}-[A-Za-z0-9_.]{1,120}(-[A-Za-z0-9_.]{1,120}){2}\.whl", re.ASCII
)
_OURS = re.compile(rf"wikigit-({_VERSION.pattern})-py3-none-any\.whl", re.ASCII)
_BROKEN = "Ask the hub to write the stick again."


@dataclass(frozen=True, slots=True)
class Software:
    """A version, and the wheels that it is made of."""

    version: str
    files: Mapping[str, Part]
    format: int = FORMAT

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(part.size for part in self.files.values())


def number(version: str) -> tuple[int, ...]:
    """A version as something to compare. Raises ParcelError where it is none."""
    if not _VERSION.fullmatch(version):
        raise ParcelError(f"{version[:40]!r} is no version.", hint="Versions are like 0.2.0.")
    return tuple(map(int, version.split(".")))


def write(wheels: Path, onto: Path, key: Path) -> Iterator[Progress | Software]:
    """Write a folder of wheels onto a stick, in its folder `onto`, signed with the private key in a file.

    Raises ParcelError.
    """
    told = _listed(wheels)
    folder = onto / SOFTWARE / told.version
    data = (json.dumps(asdict(told), indent=1, sort_keys=True) + "\n").encode()
    stick.need_room(onto, told.size)
    with stick.written():
        folder.mkdir(parents=True, exist_ok=True)
        yield from _copied(wheels, folder, told)
        stick.put(folder / SIGNED, signature.sign(key, data, NAMESPACE))
        stick.put(folder / LIST, data)
    yield told


def newest(folder: Path, key: str) -> tuple[Software, Path]:
    """The newest version on a stick that the hub has signed, and its folder; others are passed over.

    Raises ParcelError where there is none.
    """
    stick.need_folder(folder)
    lists = [file for place in (folder, folder / FOLDER) for file in place.glob(f"{SOFTWARE}/*/{LIST}")]
    signed = [(number(told.version), file.parent, told) for file in lists if (told := _signed(file, key)) is not None]
    if not signed:
        raise ParcelError(
            "There is no software here that the hub has signed.", hint="Ask the hub: wikigit hub software"
        )
    _, place, told = max(signed, key=lambda one: one[:2])
    return told, place


def fetch(told: Software, place: Path, into: Path) -> Iterator[Progress]:
    """Copy the wheels off a stick into an empty folder, each checked. Raises ParcelError."""
    stick.need_room(into, 10 * told.size, "This machine")  # unpacked, and beside the version that runs
    with stick.being_read():
        yield from _copied(place, into, told)


def _copied(source: Path, into: Path, told: Software) -> Iterator[Progress]:
    done = 0
    for name, part in told.files.items():
        file = source / name
        if file.is_symlink() or not file.is_file() or file.stat().st_size != part.size:
            raise ParcelError(f"{name} is missing, or is not what the list says.", hint=_BROKEN)
        with file.open("rb") as opened:
            for count in stick.copy(opened, into / name, part.size, part.sha256):
                done += count
                yield Progress(done, 2 * told.size)


def _listed(wheels: Path) -> Software:
    """What is in a folder of wheels."""
    stick.need_folder(wheels)
    found = sorted(wheels.glob("*.whl"))
    ours = [named[1] for file in found if (named := _OURS.fullmatch(file.name))]
    if len(ours) != 1:
        raise ParcelError(
            f"{wheels} holds {len(ours)} wheels of wikigit; one is meant.",
            hint="Fill an empty folder: pip wheel --wheel-dir FOLDER wikigit",
        )
    told = Software(ours[0], {file.name: Part(stick.digest(file), file.stat().st_size) for file in found})
    if not _plausible(told):
        raise ParcelError(f"{wheels} holds more, or other things, than wheels of wikigit.", hint="Empty it first.")
    return told


def _signed(file: Path, key: str) -> Software | None:
    """The list in a file, where it is one that the hub has signed."""
    beside = file.with_name(SIGNED)
    for each, limit in ((file, MANIFEST_LIMIT), (beside, SIGNATURE_LIMIT)):
        if each.is_symlink() or not each.is_file() or each.stat().st_size > limit:
            return None
    data = file.read_bytes()
    if not signature.verified(data, beside.read_bytes(), by=identity.HUB, key=key, namespace=NAMESPACE):
        return None
    return _read(data, file)


def _read(data: bytes, file: Path) -> Software:
    try:
        told: dict[str, Any] = json.loads(data)
        if told["format"] > FORMAT:
            raise ParcelError(
                f"{file.parent.name} is packed for a newer wikigit.", hint="Ask the hub for an older version first."
            )
        found = Software(told["version"], {name: Part(**part) for name, part in told["files"].items()}, told["format"])
        sound = _plausible(found)
    except (ValueError, KeyError, TypeError, AttributeError):
        sound = False
    if not sound or file.parent.name != found.version:
        raise ParcelError(f"{file.parent.name} holds a list that wikigit does not write.", hint=_BROKEN)
    return found


def _plausible(told: Software) -> bool:
    """Each field by an allow-list, though it is signed: the hub may be wrong, too."""
    return (
        _VERSION.fullmatch(told.version) is not None
        and 0 < len(told.files) <= FILES_LIMIT
        and all(_WHEEL.fullmatch(name) for name in told.files)
        and [named[1] for name in told.files if (named := _OURS.fullmatch(name))] == [told.version]
        and all(type(part.size) is int and part.size >= 0 for part in told.files.values())
        and told.size <= SIZE_LIMIT
    )
