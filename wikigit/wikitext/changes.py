"""What an edit changed, word by word, for people to read; scripts without blanks letter by letter.

A value that the command line prints and a page draws. Nothing here knows how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from wikigit.wikitext.diff import Grid, hunks
from wikigit.wikitext.tokens import tokens

AROUND = 12
"""So many tokens around a change are shown; further ones are left out."""


class Change(StrEnum):
    """What became of a piece of text. LEFT_OUT stands for unchanged words that are not shown."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line."""

    change: Change
    wikitext: str


def changed_lines(before: str | None, after: str) -> list[list[Piece]]:
    """The lines that differ, each in pieces. Of a new page all is new."""
    lines: list[list[Piece]] = [[]]
    for piece in _pieces(before or "", after) if before is not None else [Piece(Change.NEW, after)]:
        first, *others = piece.wikitext.split("\n")
        lines[-1].append(Piece(piece.change, first))
        lines += [[Piece(piece.change, text)] for text in others]
    told = ([piece for piece in line if piece.wikitext] for line in lines)
    return [list(_shortened(line)) for line in told if any(piece.change is not Change.SAME for piece in line)]


def difference(before: str | None, after: str) -> list[Piece]:
    """What is gone and what is new, in order, without the text around."""
    pieces = _pieces(before, after) if before is not None else [Piece(Change.NEW, after)]
    return [piece for piece in pieces if piece.change is not Change.SAME and piece.wikitext]


def size(before: str | None, after: str) -> tuple[int, int]:
    """How many code points are new, and how many are gone."""
    counts = {Change.NEW: 0, Change.GONE: 0, Change.SAME: 0}
    for piece in _pieces(before, after) if before is not None else [Piece(Change.NEW, after)]:
        counts[piece.change] += len(piece.wikitext)
    return counts[Change.NEW], counts[Change.GONE]


def _pieces(before: str, after: str) -> Iterator[Piece]:
    grid = Grid(before)
    done = (0, 0)
    for hunk in hunks(grid, after):
        yield Piece(Change.SAME, grid.text(done, hunk.start))
        yield Piece(Change.GONE, grid.text(hunk.start, hunk.end))
        yield Piece(Change.NEW, "".join(hunk.new))
        done = hunk.end
    yield Piece(Change.SAME, grid.text(done, grid.end))


def _shortened(line: list[Piece]) -> Iterator[Piece]:
    """Long unchanged stretches shortened to what stands next to a change."""
    for place, piece in enumerate(line):
        words = tokens(piece.wikitext)
        head = words[:AROUND] if place else []
        tail = words[-AROUND:] if place < len(line) - 1 else []
        if piece.change is not Change.SAME or len(words) <= len(head) + len(tail):
            yield piece
            continue
        yield from (Piece(Change.SAME, "".join(kept)) for kept in [head] if kept)
        yield Piece(Change.LEFT_OUT, "…")
        yield from (Piece(Change.SAME, "".join(kept)) for kept in [tail] if kept)
