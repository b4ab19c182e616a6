"""Parcels: a numbered bundle with a manifest that says what it is, from whom, to whom, and what was received.

    k-x4q2m7aa-rnwiki-up-000003.bundle      what is new since the other side's last acknowledgement
    k-x4q2m7aa-rnwiki-up-000003.bundle.001  or its first part, where it is split
    k-x4q2m7aa-rnwiki-up-000003.json        the manifest
    k-x4q2m7aa-rnwiki-up-000003.json.sig    the sender's signature over the manifest's bytes

Each parcel is complete since the last acknowledgement, so a lost stick silences nobody. Same code up and
down. Nothing here writes a parcel, or decides whether to believe one.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from wikigit.core import identity
from wikigit.core.errors import ParcelError
from wikigit.core.keys import Link
from wikigit.repo import plausible, stick
from wikigit.repo.plausible import ANYBODY as ANYBODY
from wikigit.repo.plausible import DOWN as DOWN
from wikigit.repo.plausible import UP as UP

FORMAT = 2
"""Of manifests. The one before is read too: it knew no parts, and nothing sealed."""

FOLDER = "wikigit"
"""The folder on a stick that parcels are put into; those beside it are read too."""

MANIFEST_LIMIT = 128 * 1024
SIGNATURE_LIMIT = 4096
_NAME = re.compile(
    rf"(?P<kit>{ANYBODY}|k-[{identity.ALPHABET}]{{8}})-\w+-(?P<direction>{UP}|{DOWN})-(?P<number>[0-9]{{6,15}})\.json",
    re.ASCII,
)
_BROKEN = "The copy on this stick is broken: copy the parcel again."
_APART = "All parts of a parcel must lie in one folder: copy them there."


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The newest parcel of the other side that the sender holds: its number and tips (ref → commit id)."""

    number: int = 0
    tips: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the files that a bundle is split into."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a parcel says of itself.

    `sender` and `to` are `hub`, a kit id or `new`; `number` rises with each parcel of one sender to one
    receiver; `previous` is the sha256 of the manifest before; `tips` are all refs the receiver holds after
    it; `sha256` and `size` (bytes) are the bundle's, "" and 0 where there was nothing new; `parts` are its
    parts in order, none where it is in one piece. `sealed`: instead of a bundle there is a sealed parcel, whose
    own manifest tells the rest. `key` is the sender's public key, `lineage` how it came to that.
    """

    repository: str
    wiki: str
    direction: str
    sender: str
    to: str
    number: int
    tips: Mapping[str, str]
    sha256: str = ""
    size: int = 0
    previous: str = ""
    acknowledges: Acknowledgement = field(default_factory=Acknowledgement)
    software: str = ""
    format: int = FORMAT
    parts: tuple[Part, ...] = ()
    sealed: bool = False
    key: str = ""
    lineage: tuple[Link, ...] = ()

    @property
    def kit(self) -> str:
        """The kit at the one end of the way."""
        return self.sender if self.direction == UP else self.to

    @property
    def name(self) -> str:
        """The parcel's file name without its ending."""
        return f"{self.kit}-{self.wiki}-{self.direction}-{self.number:06d}"

    @property
    def files(self) -> Mapping[str, Part]:
        """The files beside the manifest, by name, in order: none, the bundle, or its parts."""
        whole = f"{self.name}.{'age' if self.sealed else 'bundle'}"
        if self.parts:
            return {f"{whole}.{n:03d}": part for n, part in enumerate(self.parts, 1)}
        return {whole: Part(self.sha256, self.size)} if self.sha256 else {}

    def to_json(self) -> str:
        told = asdict(self)
        if self.format < 2:
            del told["parts"], told["sealed"], told["key"], told["lineage"]
        return json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Told:
    """A manifest as it was found: what it says, its exact bytes, and the signature over them, b"" for none."""

    manifest: Manifest
    data: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel found on a stick: its manifest, and the files that the bundle is in, none where it only acknowledges."""

    told: Told
    files: tuple[Path, ...]

    @property
    def manifest(self) -> Manifest:
        """What it says of itself."""
        return self.told.manifest

    @property
    def bundle(self) -> Path | None:
        """The bundle, where it is in one piece."""
        return self.files[0] if len(self.files) == 1 else None


@stick.being_read()
def files(folder: Path, direction: str, kit: str = "") -> list[Path]:
    """The manifests' files on a stick, of one kit (none named: of all), each kit's in the order of their numbers.

    Only names are looked at: what else is on a stick is passed over. Raises ParcelError.
    """
    stick.need_folder(folder)
    found = [(_NAME.fullmatch(file.name), file) for place in _places(folder) for file in place.iterdir()]
    ours = [(n["kit"], int(n["number"]), file) for n, file in found if n and n["direction"] == direction]
    return [file for whose, _, file in sorted(ours) if kit in ("", whose)]


@stick.being_read()
def next_number(folder: Path, kit: str, wiki: str, direction: str, last: int) -> int:
    """The number of the next parcel after `last`, one that no file on the stick bears: none is written over.

    A sender that was killed has left its parcel there, or half of it, and does not know. Raises ParcelError.
    """
    stick.need_folder(folder)
    start = f"{kit}-{wiki}-{direction}-"
    names = {file.name for place in _places(folder) for file in place.iterdir()}
    taken = {n.removeprefix(start).split(".")[0] for n in names if n.startswith(start) and not n.endswith(stick.HALF)}
    return next(number for number in itertools.count(last + 1) if f"{number:06d}" not in taken)


def _places(folder: Path) -> list[Path]:
    return [place for place in (folder, folder / FOLDER) if place.is_dir()]


def manifest_in(file: Path) -> Manifest:
    """What a manifest's file says; its bundle is not looked at. Raises ParcelError."""
    return told_in(file).manifest


@stick.being_read()
def told_in(file: Path) -> Told:
    """A manifest by its file, with the signature beside it; its bundle is not looked at. Raises ParcelError."""
    if file.is_symlink() or not file.is_file() or file.stat().st_size > MANIFEST_LIMIT:
        raise ParcelError(f"{file.name} is no manifest.", hint=_BROKEN)
    data = file.read_bytes()
    manifest = from_json(data, file.name)
    if file.name != manifest.name + ".json":
        raise ParcelError(
            f"{file.name} calls itself {manifest.name}.", hint="Copy the parcel again under its own name."
        )
    return Told(manifest, data, b"".join(beside.read_bytes() for beside in signatures(file)))


def signatures(file: Path) -> list[Path]:
    """The signature's file beside a manifest's, where there is one of a size that a signature has."""
    beside = file.with_name(f"{file.name}.sig")
    sound = beside.is_file() and not beside.is_symlink() and beside.stat().st_size <= SIGNATURE_LIMIT
    return [beside] if sound else []


@stick.being_read()
def read(file: Path, told: Told | None = None) -> Parcel:
    """A parcel by its manifest's file, its bundle or each part of it checked against size and sha256.

    `told`: what was read of the manifest, where that was looked at before. Raises ParcelError.
    """
    told = told or told_in(file)
    manifest = told.manifest
    for name, part in manifest.files.items():
        packed = file.with_name(name)
        if packed.is_symlink() or not packed.is_file():
            hint = _APART if manifest.parts else _BROKEN
            raise ParcelError(f"{name} is missing beside its manifest.", hint=hint)
        if packed.stat().st_size != part.size or stick.digest(packed) != part.sha256:
            raise ParcelError(f"{name} is not what its manifest says.", hint=_BROKEN)
    return Parcel(told, tuple(file.with_name(name) for name in manifest.files))


def from_json(data: bytes, name: str) -> Manifest:
    """A manifest from its file's bytes. Raises ParcelError."""
    try:
        told: dict[str, Any] = json.loads(data)
        if told["format"] > FORMAT:
            raise ParcelError(f"{name} was written by a newer wikigit.", hint="Update the software here first.")
        if told["format"] < FORMAT - 1:
            raise ParcelError(f"{name} was written by a wikigit that is too old.", hint="Update the software there.")
        heard = Acknowledgement(**told["acknowledges"])
        parts = tuple(Part(**part) for part in told.get("parts", ()))
        links = tuple(Link(**link) for link in told.get("lineage", ()))
        manifest = Manifest(**{**told, "acknowledges": heard, "parts": parts, "lineage": links})
        sound = plausible.manifest(manifest)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise ParcelError(f"{name} is not a manifest.", hint=_BROKEN) from exc
    if not sound:
        raise ParcelError(f"{name} holds something that wikigit does not write.", hint=_BROKEN)
    return manifest


def fetch_copy(parcel: Parcel, folder: Path) -> Parcel:
    """Copy a parcel's bundle off the stick, in one piece, before anything reads it, and check the copy."""
    if not parcel.files:
        return parcel
    copy = folder / f"{parcel.manifest.name}.copy"
    try:
        with copy.open("wb") as joined:
            for file in parcel.files:
                with file.open("rb") as part:
                    shutil.copyfileobj(part, joined, stick.CHUNK)
    except OSError as exc:
        raise ParcelError(f"{parcel.manifest.name} could not be read: {exc.strerror}.", hint=_BROKEN) from exc
    if stick.digest(copy) != parcel.manifest.sha256:
        raise ParcelError(f"{parcel.manifest.name} changed while it was read.", hint=_BROKEN)
    return Parcel(parcel.told, (copy,))
