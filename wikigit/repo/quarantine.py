"""Where a parcel's objects wait until they are believed: apart, and gone without a trace if they are not.

What git calls a quarantine for pushes, and lacks for bundles. A throw-away repository in ours takes the
objects; whoever checks them sees both through `view`, our refs among them; nobody else sees anything. Only
`admit` brings the pack in. The same at hub and kit. Nothing here knows who sent it, or moves a ref.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from wikigit.core.errors import ParcelError, RepoError
from wikigit.repo import bounded, bundle, git, objects, parcel, screen, stick
from wikigit.repo.bounded import Bounds
from wikigit.repo.lock import QUARANTINE
from wikigit.repo.objects import PAGE_LIMIT
from wikigit.repo.parcel import Manifest, Parcel
from wikigit.repo.screen import Object
from wikigit.repo.store import Store
from wikigit.repo.weigh import Limits, Weight, weigh

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

FROM_KITS = Limits(objects=500_000, total=2 * GIB, commit=16 * KIB, tree=4 * MIB, blob=PAGE_LIMIT, longest=4095)
"""A year of a busy kit is 10,000 edits: 80,000 objects, 200 MB unpacked. No page is larger than the wiki takes."""

FROM_THE_HUB = Limits(objects=20_000_000, total=1024 * GIB, commit=16 * MIB, tree=32 * MIB, blob=64 * MIB, longest=0)
"""A full parcel is a whole wiki with its history; a merge's message names each of thousands of edits."""

_FREE = 3
"""So many times its size a parcel needs: the copy, its pack, and the bases that git puts to it."""

_CHECKS = "--strict=badFilemode=error,gitattributesSymlink=error"
_BROKEN = "The copy on this stick is broken: copy the parcel again."


class Quarantine:
    """One parcel's objects, apart. `view`: our repository as it would be with them; `new`: the ids of all of them."""

    def __init__(self, store: Store, view: Store, came: Mapping[str, Object], room: Path | None) -> None:
        self.store, self.view, self.new, self._room = store, view, frozenset(came), room

    def admit(self) -> None:
        """Bring the pack into our repository; it was flushed to the disk as git wrote it. No ref moves."""
        if self._room is None:
            return
        here, there = self._room / "objects" / "pack", objects.folder(self.store.git) / "pack"
        there.mkdir(exist_ok=True)
        files = sorted(here.glob("pack-*"), key=lambda file: file.suffix == ".idx")
        try:
            for file in files:  # the index last: with it git sees the pack
                os.replace(file, there / file.name)
        except OSError as exc:
            raise RepoError(f"{there} could not be written: {exc.strerror}.", hint="Check the disk.") from exc
        objects.fsync_folder(there)


@contextmanager
def held(store: Store, found: Parcel, limits: Limits) -> Iterator[Quarantine]:
    """Copy a parcel off its stick, which may vanish, and hold its objects apart, looked at one by one.

    Under the repository's lock. Raises ParcelError; then, and where it was not admitted, nothing is left.
    """
    clear(store.path)
    room = store.path / QUARANTINE
    room.mkdir()
    try:
        stick.need_room(room, _FREE * found.manifest.size, "The disk here")
        copied = parcel.fetch_copy(found, room).bundle
        if copied is None:
            yield Quarantine(store, Store(store.path), {}, None)
        else:
            came = _objects(store, copied, found.manifest, limits)
            view = Store(store.path, pushed=room / "objects")
            screen.folders(view.git, came.values())
            _complete(view, bundle.header(copied).refs, found.manifest.name)
            yield Quarantine(store, view, came, room)
    finally:
        clear(store.path)


def clear(repository: Path) -> None:
    """Remove what was held here: this parcel, or that of a killed one before. Under the repository's lock."""
    shutil.rmtree(repository / QUARANTINE, ignore_errors=True)


def _objects(store: Store, copied: Path, manifest: Manifest, limits: Limits) -> dict[str, Object]:
    """Unpack a bundle in the room that it lies in, and list what came by id, with sizes that are right."""
    told = bundle.header(copied, manifest.name)
    if any(manifest.tips.get(ref) != tip for ref, tip in told.refs.items()):
        raise ParcelError(f"{manifest.name} brings other refs than its manifest says.", hint=_BROKEN)
    for need in told.prerequisites:
        if not store.has(need):
            raise ParcelError(
                f"This parcel starts after commit {need[:10]}, which is not here.",
                hint="Ask for a full parcel: wikigit hub send --full, or wikigit kit send --full",
            )
    weight = weigh(copied, told.pack, limits)
    _unpack(store, copied, told.pack, weight, manifest.name)
    came = {each.id: each for each in _listed(copied.parent, copied.stat().st_size - told.pack)}
    if len(came) != weight.objects or (limits.longest and weight.needs & came.keys()):
        raise ParcelError(f"{manifest.name} has a pack as no wikigit writes it.", hint=_BROKEN)
    screen.sizes(came.values(), limits)
    return came


def _unpack(store: Store, copied: Path, start: int, weight: Weight, name: str) -> None:
    """Let git index the pack, within bounds that follow from what it comes to."""
    room, ours = copied.parent, objects.folder(store.git)
    for folder in ("refs", "objects/pack", "objects/info"):
        (room / folder).mkdir(parents=True)
    (room / "HEAD").write_text("ref: refs/heads/none\n")
    (room / "objects/info/alternates").write_text(f"{ours}\n")
    indexes = sum(file.stat().st_size for file in (ours / "pack").glob("*") if file.suffix != ".pack")
    size = copied.stat().st_size
    bounds = Bounds(
        memory=512 * MIB + indexes + 512 * weight.objects,
        seconds=20 + weight.total // (4 * MIB),
        file=2 * size + 256 * MIB,
    )
    with copied.open("rb", buffering=0) as opened:
        opened.seek(start)
        words = ("index-pack", "--stdin", "--fix-thin", _CHECKS, f"--max-input-size={size}", "--threads=1")
        done = bounded.call(room, *words, source=opened, bounds=bounds)
    if done is None or done.returncode < 0:
        raise ParcelError(f"{name} takes more memory or time than any parcel should.", hint=_BROKEN)
    if done.returncode != 0:
        raise ParcelError(f"{name} holds damaged or malformed objects.", hint=_BROKEN)


def _listed(room: Path, size: int) -> Iterator[Object]:
    """Each object of the pack, without the bases of ours that git put to its end to make it whole."""
    (index,) = (room / "objects/pack").glob("*.idx")
    with index.open("rb") as opened:
        told = git.call(room, "show-index", source=opened).stdout.decode().split("\n")[:-1]
    rows = (line.split(" ") for line in told)
    ids = [object_id for offset, object_id, *_ in rows if int(offset) < size - 20]
    asked = git.run(room, "cat-file", "--batch-check", stdin="".join(f"{i}\n" for i in ids).encode())
    for line in asked.decode().split("\n")[:-1]:
        object_id, kind, count = line.split(" ")
        yield Object(object_id, kind, int(count))


def _complete(view: Store, refs: Mapping[str, str], name: str) -> None:
    for tip in refs.values():
        if not view.has(tip):
            raise ParcelError(f"{name} does not hold what it promises.", hint=_BROKEN)
