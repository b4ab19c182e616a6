"""Git bundles: made thin, read with our own eyes before git sees them.

No checksum covers a bundle's header, and `git bundle verify` reads nothing else, so the header is parsed
here and its pack goes through `index-pack --strict`. Nothing here moves a ref or knows who sent a bundle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wikigit.core.errors import ParcelError
from wikigit.repo import git
from wikigit.repo.store import Store

HEADER_LIMIT = 64 * 1024
"""Bytes of a header at the most: a bundle may name fifty thousand refs."""

_SIGNATURES = (b"# v2 git bundle", b"# v3 git bundle")
_PREREQUISITE = re.compile(rb"-([0-9a-f]{40})(?: .*)?")
_REF = re.compile(rb"([0-9a-f]{40}) (refs/heads/[A-Za-z0-9/_.-]{1,200})")
_BROKEN = "The copy on this stick is broken: copy the parcel again."


@dataclass(frozen=True, slots=True)
class Header:
    """What a bundle says of itself: commits it needs, refs it brings; the pack begins at byte `pack`."""

    prerequisites: tuple[str, ...]
    refs: Mapping[str, str]
    pack: int


def create(store: Store, file: Path, tips: Mapping[str, str], without: Sequence[str]) -> bool:
    """Write a bundle of these refs to `file`, leaving out what `without` reaches; False where nothing is left.

    The refs must stand in the repository under the same names.
    """
    known = [f"^{commit}" for commit in without if store.has(commit)]
    new = [
        ref
        for ref, tip in tips.items()
        if tip not in without and store.ask("rev-list", "-n1", tip, *known, "--").strip()
    ]
    if not new:
        return False
    git.run(store.path, "bundle", "create", "--quiet", str(file), *new, *known)
    written = header(file).refs
    if written != {ref: tips[ref] for ref in new}:
        raise ParcelError("A ref moved while the parcel was written.", hint="Send again.")
    return True


def header(file: Path) -> Header:
    """Read a bundle's header. Raises ParcelError on anything that `create` would not write."""
    with file.open("rb") as opened:
        start = opened.read(HEADER_LIMIT)
    end = start.find(b"\n\n")
    if end < 0:
        raise ParcelError(f"{file.name} is no bundle.", hint=_BROKEN)
    first, *lines = start[:end].split(b"\n")
    if first not in _SIGNATURES:
        raise ParcelError(f"{file.name} is no bundle that this wikigit reads.", hint=_BROKEN)
    prerequisites: list[str] = []
    refs: dict[str, str] = {}
    for line in lines:
        if line.startswith(b"@object-format=sha1"):
            continue
        needed, ref = _PREREQUISITE.fullmatch(line), _REF.fullmatch(line)
        if needed is not None and not refs:
            prerequisites.append(needed[1].decode())
        elif ref is not None and ref[2].decode() not in refs:
            refs[ref[2].decode()] = ref[1].decode()
        else:
            raise ParcelError(f"{file.name} has a header that wikigit does not write.", hint=_BROKEN)
    return Header(tuple(prerequisites), refs, end + 2)


def unpack(store: Store, file: Path) -> Header:
    """Bring a bundle's objects into the repository; returns its header. No ref moves.

    Raises ParcelError where a prerequisite is missing, or the pack is damaged or malformed.
    """
    told = header(file)
    for need in told.prerequisites:
        if not store.has(need):
            raise ParcelError(
                f"This parcel starts after commit {need[:10]}, which is not here.",
                hint="Ask for a full parcel: wikigit hub send --full, or wikigit kit send --full",
            )
    with file.open("rb", buffering=0) as opened:
        opened.seek(told.pack)
        done = git.call(store.path, "index-pack", "--stdin", "--fix-thin", "--strict", source=opened, accept=range(256))
    if done.returncode != 0:
        raise ParcelError(f"{file.name} holds damaged or malformed objects.", hint=_BROKEN)
    for tip in told.refs.values():
        if not store.has(tip):
            raise ParcelError(f"{file.name} does not hold what its header promises.", hint=_BROKEN)
    return told
