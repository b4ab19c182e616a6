"""Which lines differ between two texts.

The one place outside `repo` that uses libgit2, for a pure function: its diff of two buffers. Nothing here
knows what a line means.
"""

from __future__ import annotations

from dataclasses import dataclass

import pygit2
from pygit2.enums import DiffOption


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines `start` to `end` (exclusive) of the old text became the lines `new`. A pure insert has start == end."""

    start: int
    end: int
    new: tuple[str, ...]


def lines(wikitext: str) -> list[str]:
    """The text's lines, split on LF only: other line ends stand inside real texts. Joined by LF they give it back."""
    return wikitext.split("\n")


def hunks(old: list[str], new: list[str]) -> list[Hunk]:
    """The changes that make `new` of `old`, in order, never touching one another."""
    # A line is written as a number: no character of the text can then be taken for an end of line.
    numbers: dict[str, int] = {}
    before = _buffer(old, numbers)
    after = _buffer(new, numbers)
    patch = pygit2.Patch.create_from(before, after, context_lines=0, interhunk_lines=0, flag=DiffOption.FORCE_TEXT)
    return [_hunk(h.old_start, h.old_lines, h.new_start, h.new_lines, new) for h in patch.hunks]


def _buffer(text: list[str], numbers: dict[str, int]) -> bytes:
    return b"".join(b"%d\n" % numbers.setdefault(line, len(numbers)) for line in text)


def _hunk(old_start: int, old_lines: int, new_start: int, new_lines: int, new: list[str]) -> Hunk:
    """git counts from 1, and gives an empty side the line before it."""
    start = old_start if old_lines == 0 else old_start - 1
    first = new_start - 1 if new_lines else 0
    return Hunk(start, start + old_lines, tuple(new[first : first + new_lines]))
