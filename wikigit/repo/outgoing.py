"""Write a parcel onto a stick: packed here first, so that its size is known and its bytes can be compared.

The bundle or its parts go first, then the signature, the manifest last: a manifest never stands without its
bundle, nor without its signature. Nothing here decides what leaves.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from wikigit.core.errors import ParcelError
from wikigit.repo import bundle, keyring, sealing, stick
from wikigit.repo.lock import OUTGOING
from wikigit.repo.parcel import Manifest, Part
from wikigit.repo.plausible import PARTS_LIMIT
from wikigit.repo.stick import Progress
from wikigit.repo.store import Store

MOST = 2**32 - 1
"""Bytes in one file at the most: what FAT32 takes."""


@dataclass(frozen=True, slots=True)
class How:
    """How a parcel is written: at most so many bytes in one file; sealed to a public key, `ssh-ed25519 …`, or open."""

    most: int = MOST
    to_key: str = ""


PLAIN = How()


def write(store: Store, folder: Path, manifest: Manifest, without: Sequence[str], how: How = PLAIN) -> Manifest:
    """Write a parcel into a folder; returns its manifest with sizes and hashes. Raises ParcelError."""
    return stick.finished(writing(store, folder, manifest, without, how))


def writing(
    store: Store, folder: Path, manifest: Manifest, without: Sequence[str], how: How = PLAIN
) -> Generator[Progress, None, Manifest]:
    """Like `write`, telling how far it is. Under the repository's lock."""
    stick.need_folder(folder)
    manifest = replace(manifest, key=keyring.own(store), lineage=keyring.lineage(store))
    with _workshop(store) as here:
        packed = here / "bundle"
        new = bundle.create(store, packed, manifest.tips, without)
        if how.to_key:
            inside = _measured(manifest, packed) if new else manifest
            closed = here / "age"
            signature = keyring.sign(store, inside.to_json().encode())
            outside = sealing.seal(inside, signature, packed if new else None, how.to_key, closed)
            yield from _onto(folder, _split(_measured(outside, closed), closed, how.most), closed, b"")
            return inside
        if new:
            manifest = _split(_measured(manifest, packed), packed, how.most)
        yield from _onto(folder, manifest, packed, keyring.sign(store, manifest.to_json().encode()))
        return manifest


def _onto(folder: Path, manifest: Manifest, packed: Path, signature: bytes) -> Generator[Progress, None, None]:
    """Write what lies packed here onto the stick. `signature`: b"" where that of the closed manifest counts."""
    stick.need_room(folder, manifest.size)
    with stick.written():
        _tidy(folder, manifest)
        yield from _lay(packed, folder, manifest)
        if signature:
            stick.put(folder / f"{manifest.name}.json.sig", signature)
        stick.put(folder / f"{manifest.name}.json", manifest.to_json().encode())


@contextmanager
def _workshop(store: Store) -> Iterator[Path]:
    """An empty folder in the repository; what a killed sender left there is gone."""
    here = store.path / OUTGOING
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir()
    try:
        yield here
    finally:
        shutil.rmtree(here, ignore_errors=True)


def _measured(manifest: Manifest, packed: Path) -> Manifest:
    """The manifest with the size and the hash of what is packed."""
    return replace(manifest, sha256=stick.digest(packed), size=packed.stat().st_size)


def _split(manifest: Manifest, packed: Path, most: int) -> Manifest:
    """The manifest with its parts, where it is larger than one file may be."""
    if manifest.size > most * PARTS_LIMIT:
        raise ParcelError(
            f"The parcel would be more than {PARTS_LIMIT} files of {most} bytes.", hint="Allow larger ones: --max-size"
        )
    return manifest if manifest.size <= most else replace(manifest, parts=tuple(_parts(packed, most)))


def _parts(packed: Path, most: int) -> Iterator[Part]:
    with packed.open("rb") as opened:
        hashed, size = hashlib.sha256(), 0
        while chunk := opened.read(min(stick.CHUNK, most - size)):
            hashed.update(chunk)
            size += len(chunk)
            if size == most:
                yield Part(hashed.hexdigest(), size)
                hashed, size = hashlib.sha256(), 0
        if size:
            yield Part(hashed.hexdigest(), size)


def _lay(packed: Path, folder: Path, manifest: Manifest) -> Generator[Progress, None, None]:
    """Copy the bundle onto the stick, as the manifest says."""
    if not manifest.files:
        return
    done, total = 0, 2 * manifest.size
    with packed.open("rb") as opened:
        for name, part in manifest.files.items():
            for count in stick.copy(opened, folder / name, part.size, part.sha256):
                done += count
                yield Progress(done, total)


def _tidy(folder: Path, manifest: Manifest) -> None:
    """Remove what a killed sender of this kit's parcels has left half-written."""
    start = f"{manifest.kit}-{manifest.wiki}-{manifest.direction}-"
    for file in folder.iterdir():
        if file.name.startswith(start) and file.name.endswith(stick.HALF) and file.is_file():
            file.unlink()
