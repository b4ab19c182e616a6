"""Move refs onto histories that were written anew, and forget the old ones: all of it, also after a kill.

The moves are written down first, beside the refs; whoever writes here next brings them to their end (`Store.forget`).
Nothing here knows why something is to be forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wikigit.core.errors import RepoError
from wikigit.repo import disk, refs
from wikigit.repo.refs import Move

JOURNAL = "wikigit.forgetting"
"""The file in the repository with the moves, while objects may be there that no ref is to reach any more."""


def leave(repository: Path, moves: Sequence[Move], *, hub: str = "") -> None:
    """Move all refs or none, and take note that what they leave is to be forgotten. Raises Locked."""
    _note(repository, moves)
    try:
        refs.move(repository, moves, hub=hub)
    except RepoError:
        (repository / JOURNAL).unlink()
        raise


def _note(repository: Path, moves: Sequence[Move]) -> None:
    """Write the moves down, before the first is made."""
    told = "".join(f"{m.ref} {m.old or '-'} {m.new or '-'}\n" for m in moves)
    disk.put(repository / JOURNAL, told.encode())


def is_due(repository: Path, *, forward: bool = True) -> bool:
    """Whether something is to be forgotten; the moves that are still to make are made.

    `forward`: the refs are our own, and not those of the hub that this is a mirror of.
    """
    journal = repository / JOURNAL
    if not journal.exists():
        return False
    if forward:
        moves = [_move(line) for line in journal.read_text().splitlines()]
        here = {m.ref: refs.read(repository, m.ref) for m in moves}
        if any(here[m.ref] == m.new for m in moves):  # git moves them one by one: a kill may come between
            refs.move(repository, [m for m in moves if here[m.ref] == m.old])
    return True


def done(repository: Path) -> None:
    """It is forgotten."""
    (repository / JOURNAL).unlink()


def _move(line: str) -> Move:
    ref, old, new = line.split(" ")
    return Move(ref, None if old == "-" else old, None if new == "-" else new)
