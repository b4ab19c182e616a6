"""A repository's refs with all that they need, and some files beside it, in one file that a passphrase may close.

    backup.json     what whoever made it says of it
    <files>         small ones, by their names
    objects.pack    everything that the refs reach

No name, time or number of the machine or its accounts stands in it. What is read is a stranger's: nothing is
unpacked by a name that was not asked for. Nothing here knows what the files are.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage

from wikigit.core.errors import RepoError
from wikigit.repo import git, stick
from wikigit.repo.store import Store

CONTENTS, PACK = "backup.json", "objects.pack"

_CLOSED = b"age-encryption.org/v1"
_LARGEST = 64 * 1024 * 1024
"""Bytes of any file in it but the pack."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,150}", re.ASCII)
_ANOTHER = "Take another copy of the backup."


def write(store: Store, whole: Path, contents: bytes, tips: Sequence[str], files: Mapping[str, Path]) -> None:
    """Put everything into the new file `whole`."""
    asked = "\n".join(sorted(set(tips))).encode() + b"\n"
    name = git.run(store.path, "pack-objects", "-q", "--revs", str(whole.parent / "pack"), stdin=asked).decode().strip()
    pack = whole.parent / f"pack-{name}.pack"
    with tarfile.open(whole, "w", format=tarfile.GNU_FORMAT) as archive, pack.open("rb") as packed:
        for told, data in ((CONTENTS, contents), *((name, file.read_bytes()) for name, file in files.items())):
            _add(archive, told, io.BytesIO(data), len(data))
        _add(archive, PACK, packed, pack.stat().st_size)
    pack.unlink()


def close(whole: Path, passphrase: str) -> None:
    """Close a file with a passphrase. It is in memory meanwhile."""
    whole.write_bytes(pyrage.passphrase.encrypt(whole.read_bytes(), passphrase))


def is_closed(file: Path) -> bool:
    """Whether a passphrase is needed. Raises RepoError where it cannot be read."""
    with _being_read(file), file.open("rb") as opened:
        return opened.read(len(_CLOSED)) == _CLOSED


def open_with(file: Path, passphrase: str, whole: Path) -> None:
    """Open a closed file into another. Raises RepoError."""
    with _being_read(file):
        try:
            whole.write_bytes(pyrage.passphrase.decrypt(file.read_bytes(), passphrase))
        except pyrage.DecryptError as exc:
            raise RepoError(f"This passphrase does not open {file.name}.", hint="Try again, slowly.") from exc


def read(whole: Path) -> tuple[bytes, dict[str, bytes]]:
    """What was said of it, and its small files. Raises RepoError where it is none, or a damaged one."""
    with _being_read(whole), tarfile.open(whole, "r:") as archive:
        names = [name for name in archive.getnames() if name != PACK]
        small = {name: _opened(archive, name).read(_LARGEST) for name in names if _is_name(name)}
    if CONTENTS not in small:
        raise _damaged(whole)
    return small.pop(CONTENTS), small


def unpack(store: Store, whole: Path) -> None:
    """Bring the objects of one into an empty repository. Raises RepoError where they are damaged."""
    copy = store.path / "tmp_backup.pack"
    with _being_read(whole), tarfile.open(whole, "r:") as archive, copy.open("wb") as packed:
        source = _opened(archive, PACK)
        while data := source.read(stick.CHUNK):
            packed.write(data)
    with copy.open("rb") as packed:
        done = git.call(store.path, "index-pack", "--stdin", "--strict", source=packed, accept=range(256))
    copy.unlink()
    if done.returncode != 0:
        raise _damaged(whole)


def _add(archive: tarfile.TarFile, name: str, data: BinaryIO, size: int) -> None:
    told = tarfile.TarInfo(name)
    told.size, told.mode = size, 0o600
    archive.addfile(told, data)


def _is_name(name: str) -> bool:
    return all(_NAME.fullmatch(part) for part in name.split("/"))


def _opened(archive: tarfile.TarFile, name: str) -> BinaryIO:
    found = archive.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found  # type: ignore[return-value]


@contextmanager
def _being_read(file: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, KeyError) as exc:
        raise _damaged(file) from exc
    except OSError as exc:
        raise RepoError(f"{file} could not be read: {exc.strerror}.", hint=_ANOTHER) from exc


def _damaged(file: Path) -> RepoError:
    return RepoError(f"{file.name} is no backup of a kit, or a damaged one.", hint=_ANOTHER)
