"""Seal a parcel so that only one key opens it: what stays readable outside is what brings it there.

    k-x4q2m7aa-rnwiki-up-000003.age     age, to the receiver's ssh-ed25519 key: one line that says how long each
                                        piece is, then the manifest, its signature and the bundle
    k-x4q2m7aa-rnwiki-up-000003.json    a manifest that tells repository, wiki, direction, ends and number only

The manifest that counts is inside. age hides what is written and does not say by whom: that is the signature's.
Nothing here knows whose a key is.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import BinaryIO

import pyrage

from wikigit.core.errors import ParcelError
from wikigit.repo import parcel, stick
from wikigit.repo.parcel import Manifest, Parcel

MOST = 2**31
"""Bytes of a sealed parcel at the most: it is copied and opened before anybody knows who wrote it."""

HEADER_LIMIT = 4096
"""Bytes in which age's header must end: a longer one costs it minutes, or all memory."""

_HEADER_END = b"\n--- "
_FIRST_LINE = re.compile(rb"wikigit sealed 1 (\d{1,6}) (\d{1,6}) (\d{1,15})\n", re.ASCII)
_FIRST_LINE_LIMIT = 64
_BROKEN = "Ask for the parcel to be sent again."


def seal(manifest: Manifest, signature: bytes, packed: Path | None, key: str, target: Path) -> Manifest:
    """Seal a parcel into `target` to a public key, `ssh-ed25519 …`; returns the outer manifest, without its size.

    Raises ParcelError.
    """
    told, size = manifest.to_json().encode(), packed.stat().st_size if packed else 0
    plain = target.with_suffix(".plain")
    with plain.open("wb") as joined:
        joined.write(b"wikigit sealed 1 %d %d %d\n" % (len(told), len(signature), size) + told + signature)
        if packed:
            with packed.open("rb") as opened:
                shutil.copyfileobj(opened, joined, stick.CHUNK)
    try:
        recipient = pyrage.ssh.Recipient.from_str(" ".join(key.split()[:2]))
    except pyrage.RecipientError as exc:
        raise ParcelError("The hub's key is none that wikigit can seal a parcel to.", hint="Ask the hub.") from exc
    with plain.open("rb") as opened, target.open("wb") as closed:
        pyrage.encrypt_io(opened, closed, [recipient])
    plain.unlink()
    return outside(manifest)


def outside(manifest: Manifest) -> Manifest:
    """What of a manifest may be read by everybody."""
    m = manifest
    return Manifest(m.repository, m.wiki, m.direction, m.sender, m.to, m.number, {}, format=m.format, sealed=True)


def unseal(found: Parcel, key: bytes, folder: Path) -> Path:
    """Open a sealed parcel into a folder with a private key; returns the file of the manifest inside.

    No more is written than the outer manifest's size. Raises ParcelError.
    """
    if found.manifest.size > MOST:
        raise ParcelError(f"{found.manifest.name} is larger than a sealed parcel may be.", hint=_BROKEN)
    stick.need_room(folder, 3 * found.manifest.size, "The disk here")
    copy = parcel.fetch_copy(found, folder)
    assert copy.bundle is not None
    plain = folder / "plain"
    with copy.bundle.open("rb") as closed, plain.open("wb") as opened:
        _decrypt(closed, opened, key, found.manifest)
    with plain.open("rb") as opened:
        inside = _taken_apart(opened, folder, found.manifest.name)
    plain.unlink()
    copy.bundle.unlink()
    if outside(parcel.manifest_in(inside)) != outside(found.manifest):
        raise ParcelError(f"{found.manifest.name} holds another parcel than it says.", hint="Do not use this stick.")
    return inside


def _decrypt(closed: BinaryIO, opened: BinaryIO, key: bytes, manifest: Manifest) -> None:
    if _HEADER_END not in closed.read(HEADER_LIMIT):
        raise ParcelError(f"{manifest.name} is not sealed as wikigit seals.", hint=_BROKEN)
    closed.seek(0)
    try:
        identity = pyrage.ssh.Identity.from_buffer(key)
        pyrage.decrypt_io(closed, _Limited(opened, manifest.size), [identity])
    except (pyrage.DecryptError, pyrage.IdentityError) as exc:
        raise ParcelError(
            f"{manifest.name} is sealed to another key than the one here.",
            hint="Is this the right hub, and its newest key? Ask the kit to send again without --encrypt.",
        ) from exc
    except OSError as exc:
        raise ParcelError(f"{manifest.name} could not be opened: {exc}.", hint=_BROKEN) from exc


class _Limited:
    """A file that takes so many bytes and no more."""

    def __init__(self, file: BinaryIO, room: int) -> None:
        self.file, self.room = file, room

    def write(self, data: bytes) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError("it is larger than its manifest says")
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()


def _taken_apart(opened: BinaryIO, folder: Path, name: str) -> Path:
    """Write the pieces as the files of a parcel; returns the manifest's."""
    first = _FIRST_LINE.fullmatch(opened.readline(_FIRST_LINE_LIMIT))
    if first is None:
        raise ParcelError(f"{name} holds no parcel.", hint=_BROKEN)
    told, signature, size = map(int, first.groups())
    if told > parcel.MANIFEST_LIMIT or signature > parcel.SIGNATURE_LIMIT:
        raise ParcelError(f"{name} holds a manifest that is too long.", hint=_BROKEN)
    inside = folder / f"{name}.json"
    inside.write_bytes(opened.read(told))
    if signature:
        inside.with_name(f"{name}.json.sig").write_bytes(opened.read(signature))
    if size:
        with inside.with_name(f"{name}.bundle").open("wb") as packed:
            shutil.copyfileobj(opened, packed, stick.CHUNK)
    return inside
