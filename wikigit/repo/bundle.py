"""Git bundles: made thin, read with our own eyes before git sees them.

No checksum covers a bundle's header, and `git bundle verify` reads nothing else, so the header is parsed
here; what becomes of the pack stands in `quarantine`. Nothing here knows who sent a bundle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wikigit.core.errors import ParcelError
from wikigit.repo import git
from wikigit.repo.store import Store

HEADER_LIMIT = 1 << 20
"""Bytes of a header at the most: git writes the first line of each commit that a bundle needs."""

NEEDED = 2_000
"""Commits that a bundle may need: an edit that was written on an older text needs that one's commit."""

REFS = 100
_SIGNATURE = b"# v2 git bundle"
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


def header(file: Path, name: str = "") -> Header:
    """Read a bundle's header. Raises ParcelError on anything that `create` would not write; `name` is told there."""
    name = name or file.name
    with file.open("rb") as opened:
        start = opened.read(HEADER_LIMIT)
    end = start.find(b"\n\n")
    if end < 0:
        raise ParcelError(f"{name} is no bundle.", hint=_BROKEN)
    first, *lines = start[:end].split(b"\n")
    if first != _SIGNATURE:
        raise ParcelError(f"{name} is no bundle that this wikigit reads.", hint=_BROKEN)
    prerequisites: list[str] = []
    refs: dict[str, str] = {}
    for line in lines:
        needed, ref = _PREREQUISITE.fullmatch(line), _REF.fullmatch(line)
        if needed is not None and not refs:
            prerequisites.append(needed[1].decode())
        elif ref is not None and ref[2].decode() not in refs:
            refs[ref[2].decode()] = ref[1].decode()
        else:
            raise ParcelError(f"{name} has a header that wikigit does not write.", hint=_BROKEN)
    if not refs or len(refs) > REFS or len(prerequisites) > NEEDED:
        raise ParcelError(f"{name} names more refs or commits than any parcel.", hint=_BROKEN)
    return Header(tuple(prerequisites), refs, end + 2)
