"""A conflict as a value: what is settled, and the disputed spots with their places.

Never markers in a page. Nothing here knows how a conflict came about, or who decides it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from wikigit.wikitext.diff import Grid, Hunk, Place, hunks


@dataclass(frozen=True, slots=True)
class Spot:
    """A disputed place: the three texts, the section's heading ("" for the lead), the line in the base from 1.

    The texts are as small as the dispute: some words of a line, or lines with their ends.
    """

    base: str
    ours: str
    theirs: str
    section: str
    line: int


Part = str | Spot


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a person has to decide: the page in order, as settled text and disputed spots.

    `code` is "" where two changes meet, else what stands between them: `created`, `deleted`, `redirect`,
    `blanked`, `comment`, `structure`, `doubled`; of a replay also `proposal`, `depends-on`, `moved`.
    """

    parts: tuple[Part, ...] = ()
    code: str = ""

    @property
    def spots(self) -> tuple[Spot, ...]:
        """The disputed places."""
        return tuple(part for part in self.parts if isinstance(part, Spot))

    def wikitext(self, choose: Callable[[Spot], str]) -> str:
        """The page with what is chosen for each spot, for example `lambda spot: spot.ours`."""
        return "".join(choose(part) if isinstance(part, Spot) else part for part in self.parts).removesuffix("\n")


def whole(base: str | None, ours: str | None, theirs: str, code: str) -> Conflict:
    """A conflict about the page as a whole."""
    return Conflict((Spot(_ended(base), _ended(ours), _ended(theirs), "", 1),), code)


def between(ours: str, theirs: str, code: str, settled: Callable[[str], bool] = lambda _: False) -> Conflict:
    """A conflict about what makes `theirs` of `ours`, spot by spot; our text is the base.

    `settled` is asked about each change, as the lines that it alone would make; what it agrees to is no
    spot. Where it would agree to all, it is asked in vain: they are wrong together.
    """
    grid = Grid(ours)
    changes = hunks(grid, theirs)
    agreed = {hunk for hunk in changes if settled(_lines(grid, hunk))}
    if len(agreed) == len(changes):
        agreed = set()
    above = headings(grid.lines)
    parts: list[Part] = []
    done: Place = (0, 0)
    for hunk in changes:
        parts.append(grid.text(done, hunk.start))
        new, old = "".join(hunk.new), grid.text(hunk.start, hunk.end)
        line = hunk.start[0]
        parts.append(new if hunk in agreed else Spot(old, old, new, above[line + bool(old)], line + 1))
        done = hunk.end
    parts.append(grid.text(done, grid.end))
    return Conflict(tuple(part for part in parts if part != ""), code)


def headings(lines: Sequence[str]) -> list[str]:
    """For every number of lines from the top, the last heading in them."""
    return list(accumulate(lines, lambda above, line: _heading(line) or above, initial=""))


def joined(parts: Iterable[Part]) -> str | None:
    """The parts as one text, None where a spot is among them.

    The grid ends every line in a newline; a page's last one has none.
    """
    found = []
    for part in parts:
        if isinstance(part, Spot):
            return None
        found.append(part)
    return "".join(found).removesuffix("\n")


def _lines(grid: Grid, hunk: Hunk) -> str:
    """The lines that a change touches, with this change alone."""
    head = grid.text((hunk.start[0], 0), hunk.start)
    tail = grid.text(hunk.end, (hunk.end[0] + 1, 0)) if hunk.end[1] else ""
    return head + "".join(hunk.new) + tail


def _ended(wikitext: str | None) -> str:
    """A whole page as the text of a spot: its last line has an end too."""
    return "" if wikitext is None else wikitext + "\n"


def _heading(line: str) -> str:
    """The heading that a line is, "" where it is none. No regular expression: a line may be long and hostile."""
    text = line.rstrip()
    left, right = len(text) - len(text.lstrip("=")), len(text) - len(text.rstrip("="))
    level = min(left, right, 6)
    return text[level:-level].strip() if level > 0 and 2 * level < len(text) else ""
