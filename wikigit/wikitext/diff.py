"""What changed between two texts: lines first, then the tokens inside the changed lines.

The one place outside `repo` that uses libgit2, for a pure function: its diff of two buffers. Nothing here
knows what a change means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pygit2
from pygit2.enums import DiffOption

from wikigit.wikitext.tokens import is_word, tokens

Place = tuple[int, int]
"""A place in a text: the line from 0, and the token in it from 0."""

LONG = 5
"""Tokens from which a hunk counts as rewritten text."""


HUGE = 20_000
"""Tokens of a changed block from which it is not compared word by word: a hostile line must not take minutes."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Everything from `start` to `end` (exclusive) in the old text became the tokens `new`."""

    start: Place
    end: Place
    new: tuple[str, ...]


class Grid:
    """A text's lines and their tokens, each line's made when it is first needed; a line ends in its newline."""

    def __init__(self, wikitext: str) -> None:
        self.lines = wikitext.split("\n")  # LF only: other line ends stand inside real texts
        self._tokens: dict[str, list[str]] = {}

    def tokens(self, line: str) -> list[str]:
        """The tokens of a line's text (of this or a later text), with the newline."""
        found = self._tokens.get(line)
        if found is None:
            found = self._tokens[line] = [*tokens(line), "\n"]
        return found

    @property
    def end(self) -> Place:
        """The place after the last line."""
        return len(self.lines), 0

    def walk(self, start: Place, end: Place) -> Iterator[str]:
        """The tokens from one place to another, one by one."""
        for number in range(start[0], min(end[0] + 1, len(self.lines))):
            first = start[1] if number == start[0] else 0
            stop = end[1] if number == end[0] else None
            yield from self.tokens(self.lines[number])[first:stop]

    def between(self, start: Place, end: Place) -> list[str]:
        """The tokens from one place to another."""
        return list(self.walk(start, end))

    def text(self, start: Place, end: Place) -> str:
        """The text from one place to another; lines in between are not taken apart."""
        if start[0] == end[0]:
            return "".join(self.between(start, end))
        head = start if start[1] == 0 else (start[0] + 1, 0)
        whole = "".join([line + "\n" for line in self.lines[head[0] : end[0]]])
        return "".join(self.between(start, head)) + whole + "".join(self.between((end[0], 0), end))


def hunks(old: Grid, new: str) -> list[Hunk]:
    """The changes that make the text `new` of `old`, in order, never touching one another."""
    lines = new.split("\n")
    found: list[Hunk] = []
    for start, end, first, last in _differ(old.lines, lines, DiffOption.PATIENCE):
        fresh = [token for line in lines[first:last] for token in old.tokens(line)]
        if start == end or first == last:
            found.append(Hunk((start, 0), (end, 0), tuple(fresh)))
            continue
        found += _inside(old, start, end, fresh)
    return _joined(old, found)


def added_lines(old: str, new: str) -> list[str]:
    """The lines of `new` that are not lines of `old`, or stand elsewhere."""
    lines = new.split("\n")
    changed = _differ(old.split("\n"), lines, DiffOption.PATIENCE)
    return [line for _, _, first, last in changed for line in lines[first:last]]


def _inside(old: Grid, start: int, end: int, fresh: list[str]) -> list[Hunk]:
    """The changes inside a block of lines, token by token; in a huge one all from the first to the last is one."""
    places = [(n, i) for n in range(start, end) for i in range(len(old.tokens(old.lines[n])))] + [(end, 0)]
    worn = old.between((start, 0), (end, 0))
    if len(worn) + len(fresh) > HUGE:
        head = _alike(worn, fresh)
        tail = _alike(worn[head:][::-1], fresh[head:][::-1])
        spans = [(head, len(worn) - tail, head, len(fresh) - tail)]
    else:
        spans = _differ(worn, fresh, DiffOption.MINIMAL)
    return [Hunk(places[a], places[b], tuple(fresh[c:d])) for a, b, c, d in spans]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items two lists have in common at their beginning."""
    for count, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return count
    return min(len(one), len(other))


def _joined(old: Grid, found: list[Hunk]) -> list[Hunk]:
    """Neighbours on one line that are one change: else two rewritten sentences would interleave."""
    joined: list[Hunk] = []
    for hunk in found:
        while joined and joined[-1].end[0] + 1 >= hunk.start[0]:
            before = joined[-1]
            kept = old.between(before.end, hunk.start)
            words = sum(map(is_word, kept))
            if "\n" in kept or words > 2 or (words and min(_size(old, before), _size(old, hunk)) < LONG):
                break
            hunk = Hunk(before.start, hunk.end, (*before.new, *kept, *hunk.new))
            joined.pop()
        joined.append(hunk)
    return joined


def _size(old: Grid, hunk: Hunk) -> int:
    return max(len(hunk.new), len(old.between(hunk.start, hunk.end)))


def _differ(old: Sequence[str], new: Sequence[str], how: DiffOption) -> list[tuple[int, int, int, int]]:
    """Where two lists differ, as (old from, to, new from, to)."""
    # Each item is written as a number on a line, so that no character of a text is taken for an end of line.
    numbers: dict[str, int] = {}
    one = b"".join([b"%d\n" % numbers.setdefault(item, len(numbers)) for item in old])
    other = b"".join([b"%d\n" % numbers.setdefault(item, len(numbers)) for item in new])
    flags = DiffOption.FORCE_TEXT | how
    patch = pygit2.Patch.create_from(one, other, context_lines=0, interhunk_lines=0, flag=flags)
    return [(*_span(h.old_start, h.old_lines), *_span(h.new_start, h.new_lines)) for h in patch.hunks]


def _span(start: int, count: int) -> tuple[int, int]:
    """git counts from 1, and gives an empty side the item before it."""
    first = start - 1 if count else start
    return first, first + count
