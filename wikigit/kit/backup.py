"""A whole kit in one file, and a kit made of such a file again.

The file holds what the kit holds, its people and its key too: it is as private as the kit. A *shareable* one holds
only what has left the kit or came from the hub. Nothing here decides who the restored kit is.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from wikigit.core import identity
from wikigit.core.errors import RepoError
from wikigit.kit import pinned, private, relay
from wikigit.kit.start import KIT, kit_of
from wikigit.repo import archive, disk, keyring, layout, stick
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

FORMAT = 1
PACKING = "tmp_backup"
"""The folder in the repository where a backup is packed."""

_PRIVATE = (private.FILE, keyring.FILE, keyring.LINEAGE)
_ANOTHER = "Take another copy of the backup."


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself: the kit, its refs with their commits, whether it may be shown to others."""

    kit: str
    hub_key: str
    refs: Mapping[str, str]
    shareable: bool
    format: int = FORMAT


def backup(store: Store, file: Path, *, shareable: bool = False, passphrase: str = "") -> Backup:
    """Write a kit's backup, flushed and read back. Raises RepoError where it cannot be written, or is there already."""
    if file.exists():
        raise RepoError(f"{file} is there already.", hint="Give the backup another name.")
    stick.need_folder(file.parent)
    with store.writing(alone=True), _packing(store) as folder:
        refs = store.refs(layout.HEADS if shareable else "refs/")
        left = {ref: tip for ref, tip in refs.items() if not ref.startswith(layout.KEPT)}
        told = Backup(kit_of(store), pinned.key_of_hub(store), left, shareable)
        whole = folder / "whole"
        contents = json.dumps(asdict(told), indent=1, sort_keys=True).encode()
        archive.write(store, whole, contents, list(left.values()), {} if shareable else _files(store))
        if passphrase:
            archive.close(whole, passphrase)
        _put(whole, file)
    return told


def _files(store: Store) -> dict[str, Path]:
    """What belongs to the kit beside its repository: its people, its key, and the parcels that it carries."""
    own = [store.path / name for name in _PRIVATE]
    carried = sorted((store.path / relay.FOLDER).glob("*/*"))
    return {str(file.relative_to(store.path)): file for file in [*own, *carried] if file.is_file()}


@contextmanager
def _packing(store: Store) -> Iterator[Path]:
    folder = store.path / PACKING
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(whole: Path, file: Path) -> None:
    """Bring it to its place, which may be a stick; only its owner may read it, even while it is written."""
    size = whole.stat().st_size
    stick.need_room(file.parent, size, "The disk for the backup")
    with stick.written(), whole.open("rb") as opened:
        os.close(os.open(file.with_name(file.name + stick.PART), os.O_CREAT | os.O_WRONLY, 0o600))
        for _ in stick.copy(opened, file, size, stick.digest(whole)):
            pass


@contextmanager
def restoring(file: Path, place: Path, passphrase: str = "") -> Iterator[Store]:
    """A kit made of a backup, as it was; it gets its place once whoever asked is done with it. Raises RepoError."""
    if place.exists():
        raise RepoError(f"{place} is there already.", hint="Name a new folder for the kit.")
    half = place.with_name(f"{place.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    try:
        store = Store.create(half)
        _fill(store, file, passphrase)
        yield store
        half.rename(place)
        disk.flush(place.parent)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _fill(store: Store, file: Path, passphrase: str) -> None:
    whole = file
    if archive.is_closed(file):
        whole = store.path / "tmp_whole"
        archive.open_with(file, passphrase, whole)
    contents, files = archive.read(whole)
    told = _told(contents)
    archive.unpack(store, whole)
    if whole != file:
        whole.unlink()
    for name, data in files.items():
        if name in _PRIVATE or name.startswith(f"{relay.FOLDER}/"):
            _write(store.path / name, data)
    desk = {layout.DESK: told.refs[layout.MAIN]}  # a shareable one has none
    with store.writing(alone=True):
        store.move([Move(ref, None, commit) for ref, commit in {**desk, **told.refs}.items()])
    store.git.config[KIT] = told.kit
    pinned.pin(store, told.hub_key)


def _told(contents: bytes) -> Backup:
    """What a backup says of itself. Raises RepoError."""
    try:
        values = json.loads(contents)
        newer = values["format"] > FORMAT
        told = Backup(**values)
        good = identity.is_kit(told.kit) and isinstance(told.hub_key, str) and layout.MAIN in told.refs
        good = good and all(ref.startswith("refs/") and identity.is_commit(tip) for ref, tip in told.refs.items())
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise RepoError("The backup does not say what is in it.", hint=_ANOTHER) from exc
    if newer:
        raise RepoError("A newer wikigit wrote this backup.", hint="Update wikigit here first.")
    if not good:
        raise RepoError("No kit can be made of this backup.", hint=_ANOTHER)
    return told


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
