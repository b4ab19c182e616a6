"""Keep a repository small and quick: many small files become a few packs. Nothing is ever thrown away here.

Every object goes on to exist, also one that no ref reaches any more: what has no answer yet may be reached by a
ref that a power cut took back. Nothing here knows what is in the objects.
"""

from __future__ import annotations

from dataclasses import dataclass

from wikigit.repo import git, heal, layout
from wikigit.repo.refs import Move
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Room:
    """What the objects take: single files, packs, and bytes of both."""

    loose: int
    packs: int
    size: int


def maintain(store: Store) -> tuple[Room, Room]:
    """Pack what lies in single files, and keep where refs are; returns the room that it took before and takes after.

    A kill leaves the old files, the new pack, or both. Raises RepoError, and nothing is lost, where a disk is full.
    """
    with store.writing(alone=True):
        before = room(store)
        _keep_tips(store)
        git.run(store.path, "repack", "--geometric=2", "-d", "-l", "-q", "--no-write-bitmap-index")
        return before, room(store)


def _keep_tips(store: Store) -> None:
    """Keep where each ref is, beside the tip that was kept before: the way back where its log is torn too."""
    here = store.refs("refs/")
    moves = []
    for ref, tip in here.items():
        kept = [here.get(layout.kept(number, ref)) for number in range(1, heal.KEPT_TIPS + 1)]
        if ref.startswith(layout.KEPT) or kept[0] == tip:
            continue
        for number, (old, new) in enumerate(zip(kept, [tip, *kept[:-1]], strict=True), start=1):
            moves.append(Move(layout.kept(number, ref), old, new))
    store.move(moves)


def room(store: Store) -> Room:
    """What the objects take now."""
    told = dict(line.split(": ") for line in git.run(store.path, "count-objects", "-v").decode().splitlines())
    loose, packs, size, packed = (int(told[name]) for name in ("count", "packs", "size", "size-pack"))
    return Room(loose, packs, (size + packed) * 1024)
