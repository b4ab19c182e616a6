"""Parcels: a numbered bundle with a manifest that says what it is, from whom, to whom, and what was received.

    k-x4q2m7aa-rnwiki-up-000003.bundle      what is new since the other side's last acknowledgement
    k-x4q2m7aa-rnwiki-up-000003.json        the manifest
    k-x4q2m7aa-rnwiki-up-000003.json.sig    the sender's signature (later)

Each parcel is complete since the last acknowledgement, so a lost stick silences nobody. Same code up and
down. Nothing here decides whether to believe a parcel.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from wikigit.core import identity
from wikigit.core.errors import ParcelError
from wikigit.repo import bundle
from wikigit.repo.store import Store

FORMAT = 1
UP, DOWN = "up", "down"
ANYBODY = "new"
"""Who a full parcel is for that any new kit may start from."""

MANIFEST_LIMIT = 64 * 1024
_NAME = re.compile(
    rf"(?P<kit>{ANYBODY}|k-[{identity.ALPHABET}]{{8}})-\w+-(?P<direction>{UP}|{DOWN})-(?P<number>[0-9]{{6,15}})\.json",
    re.ASCII,
)
_BROKEN = "The copy on this stick is broken: copy the parcel again."


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The newest parcel of the other side that the sender holds: its number and tips (ref → commit id)."""

    number: int = 0
    tips: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a parcel says of itself.

    `sender` and `to` are `hub`, a kit id or `new`; `number` rises with each parcel of one sender to one
    receiver; `previous` is the sha256 of the manifest before; `tips` are all refs the receiver holds after
    it; `sha256` and `size` (bytes) are the bundle's, "" and 0 where there was nothing new.
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

    @property
    def kit(self) -> str:
        """The kit at the one end of the way."""
        return self.sender if self.direction == UP else self.to

    @property
    def name(self) -> str:
        """The parcel's file name without its ending."""
        return f"{self.kit}-{self.wiki}-{self.direction}-{self.number:06d}"

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    def digest(self) -> str:
        """What the next manifest calls `previous`."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel found on a stick; `bundle` is None where it only acknowledges."""

    manifest: Manifest
    bundle: Path | None


def write(store: Store, folder: Path, manifest: Manifest, without: list[str]) -> Manifest:
    """Write a parcel into a folder; returns its manifest with size and hash.

    A temporary file each, flushed to the stick, read back and hashed, then renamed: the bundle first, so
    that a manifest never stands without its bundle. Raises ParcelError.
    """
    if not folder.is_dir():
        raise ParcelError(f"{folder} is not a folder.", hint="Is the stick inserted? Name the folder it appears as.")
    target = folder / f"{manifest.name}.bundle"
    temporary = target.with_suffix(".part")
    lock = folder / f"{temporary.name}.lock"
    try:
        lock.unlink(missing_ok=True)  # of a killed git: it would not write here again
        full = _with_bundle(store, temporary, target, manifest, without)
        _put(folder / f"{full.name}.json", full.to_json().encode())
    except OSError as exc:
        raise ParcelError(f"The stick could not be written: {exc.strerror}.", hint="Try another stick.") from exc
    finally:
        temporary.unlink(missing_ok=True)
        lock.unlink(missing_ok=True)
    return full


def _with_bundle(store: Store, temporary: Path, target: Path, manifest: Manifest, without: list[str]) -> Manifest:
    if not bundle.create(store, temporary, manifest.tips, without):
        return manifest
    _flush(temporary)
    sha256, size = _digest(temporary), temporary.stat().st_size
    temporary.replace(target)
    return replace(manifest, sha256=sha256, size=size)


def files(folder: Path, direction: str, kit: str = "") -> list[Path]:
    """The manifests' files in a folder, of one kit (none named: of all), each kit's in the order of their numbers.

    Only names are looked at: what else is on a stick is passed over. Raises ParcelError.
    """
    if not folder.is_dir():
        raise ParcelError(f"{folder} is not a folder.", hint="Is the stick inserted? Name the folder it appears as.")
    names = [(_NAME.fullmatch(file.name), file) for file in folder.iterdir()]
    ours = [(n["kit"], int(n["number"]), file) for n, file in names if n and n["direction"] == direction]
    return [file for whose, _, file in sorted(ours) if kit in ("", whose)]


def read(file: Path) -> Parcel:
    """A parcel by its manifest's file, its bundle checked against size and sha256. Raises ParcelError."""
    if file.is_symlink() or not file.is_file() or file.stat().st_size > MANIFEST_LIMIT:
        raise ParcelError(f"{file.name} is no manifest.", hint=_BROKEN)
    manifest = from_json(file.read_bytes(), file.name)
    if file.name != manifest.name + ".json":
        raise ParcelError(
            f"{file.name} calls itself {manifest.name}.", hint="Copy the parcel again under its own name."
        )
    if not manifest.sha256:
        return Parcel(manifest, None)
    packed = file.with_suffix(".bundle")
    if packed.is_symlink() or not packed.is_file():
        raise ParcelError(f"{packed.name} is missing beside its manifest.", hint=_BROKEN)
    if packed.stat().st_size != manifest.size or _digest(packed) != manifest.sha256:
        raise ParcelError(f"{packed.name} is not what its manifest says.", hint=_BROKEN)
    return Parcel(manifest, packed)


def from_json(data: bytes, name: str) -> Manifest:
    """A manifest from its file's bytes. Raises ParcelError."""
    try:
        told: dict[str, Any] = json.loads(data)
        if told.get("format", 0) > FORMAT:
            raise ParcelError(f"{name} was written by a newer wikigit.", hint="Update the software here first.")
        manifest = Manifest(**{**told, "acknowledges": Acknowledgement(**told["acknowledges"])})
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ParcelError(f"{name} is not a manifest.", hint=_BROKEN) from exc
    if not _plausible(manifest):
        raise ParcelError(f"{name} holds something that wikigit does not write.", hint=_BROKEN)
    return manifest


def fetch_copy(parcel: Parcel, folder: Path) -> Parcel:
    """Copy a parcel's bundle off the stick before anything reads it, and check the copy."""
    if parcel.bundle is None:
        return parcel
    copy = folder / parcel.bundle.name
    try:
        shutil.copyfile(parcel.bundle, copy)
    except OSError as exc:
        raise ParcelError(f"{parcel.bundle.name} could not be read: {exc.strerror}.", hint=_BROKEN) from exc
    if _digest(copy) != parcel.manifest.sha256:
        raise ParcelError(f"{parcel.bundle.name} changed while it was read.", hint=_BROKEN)
    return Parcel(parcel.manifest, copy)


def _plausible(m: Manifest) -> bool:
    """Each field by an allow-list: what is on a stick is a stranger's."""
    ends = {UP: (m.sender, m.to), DOWN: (m.to, m.sender)}.get(m.direction)
    if (
        ends is None
        or ends[1] != identity.HUB
        or not (identity.is_kit(ends[0]) or (m.direction, ends[0]) == (DOWN, ANYBODY))
    ):
        return False
    return (
        identity.is_repository(m.repository)
        and m.wiki.isascii()
        and m.wiki.replace("_", "").isalnum()
        and all(
            isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in (m.number, m.size, m.acknowledges.number)
        )
        and _tips(m.tips)
        and _tips(m.acknowledges.tips)
        and all(isinstance(t, str) and len(t) in (0, 64) for t in (m.sha256, m.previous))
    )


def _tips(tips: object) -> bool:
    return (
        isinstance(tips, dict)
        and len(tips) <= 100
        and all(
            isinstance(r, str) and r.startswith("refs/heads/") and isinstance(c, str) and identity.is_commit(c)
            for r, c in tips.items()
        )
    )


def _put(file: Path, data: bytes) -> None:
    temporary = file.with_suffix(".part")
    temporary.write_bytes(data)
    _flush(temporary)
    if temporary.read_bytes() != data:
        raise ParcelError(f"{file.name} reads back otherwise than written.", hint="Try another stick.")
    temporary.replace(file)
    _flush(file.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
