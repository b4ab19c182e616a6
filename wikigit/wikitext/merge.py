"""The only merge: two changes of one text become one text, or a conflict for a person.

A conflict is a value that says where and what; markers never get into a page. Nothing here knows whose
changes these are. Raise VERSION when any result changes: main is a function of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from wikigit.core.site import Site
from wikigit.wikitext import diff
from wikigit.wikitext.diff import Hunk

VERSION = "lines-1"


class Level(StrEnum):
    """How sure a merge is: A needs no look, B is a proposal."""

    A = "A"
    B = "B"


@dataclass(frozen=True, slots=True)
class Merged:
    """The text that holds both changes."""

    wikitext: str
    level: Level


@dataclass(frozen=True, slots=True)
class Spot:
    """A disputed place: the three texts, the section's heading ("" for the lead), the line in the base from 1.

    The texts are whole lines, each with its end: "" is no line at all.
    """

    base: str
    ours: str
    theirs: str
    section: str
    line: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a person has to decide: the page in order, as merged lines and disputed spots.

    `code` is "" where the two changes meet, else what stands between them: `created`, `deleted`,
    `depends-on`.
    """

    parts: tuple[str | Spot, ...] = ()
    code: str = ""

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple(part for part in self.parts if isinstance(part, Spot))

    def wikitext(self, choose: Callable[[Spot], str]) -> str:
        """The page with the lines chosen for each spot, for example `lambda spot: spot.ours`."""
        return "".join(choose(part) if isinstance(part, Spot) else part for part in self.parts).removesuffix("\n")


def merge(base: str | None, ours: str | None, theirs: str, site: Site) -> Merged | Conflict:
    """Bring `theirs`, a change of `base`, into `ours`. None: no such page.

    Lines are merged; changes that overlap or touch conflict.
    """
    if ours in (base, theirs):
        return Merged(theirs, Level.A)
    if base == theirs:
        return Conflict(code="deleted") if ours is None else Merged(ours, Level.A)
    if base is None or ours is None:
        whole = Spot(_whole(base), _whole(ours), _whole(theirs), "", 1)
        return Conflict((whole,), "created" if base is None else "deleted")
    return _weave(diff.lines(base), diff.lines(ours), diff.lines(theirs))


def _weave(base: list[str], ours: list[str], theirs: list[str]) -> Merged | Conflict:
    mine, other = diff.hunks(base, ours), diff.hunks(base, theirs)
    parts: list[list[str] | Spot] = []
    done = 0
    for ours_here, theirs_here in _groups(mine, other):
        start = min(h.start for h in (*ours_here, *theirs_here))
        end = max(h.end for h in (*ours_here, *theirs_here))
        parts.append(base[done:start])
        left, right = _side(base, start, end, ours_here), _side(base, start, end, theirs_here)
        if not theirs_here or left == right:
            parts.append(left)
        elif not ours_here:
            parts.append(right)
        else:
            parts.append(_spot(base, start, end, left, right))
        done = end
    parts.append(base[done:])
    return _finished(parts)


def _groups(mine: list[Hunk], other: list[Hunk]) -> list[tuple[list[Hunk], list[Hunk]]]:
    """Hunks of both sides in order; those that overlap or touch the other side's stand together."""
    groups: list[tuple[list[Hunk], list[Hunk]]] = []
    marked = [(h.start, h.end, 0, h) for h in mine] + [(h.start, h.end, 1, h) for h in other]
    reach = -1
    for start, end, side, hunk in sorted(marked, key=lambda m: m[:3]):
        if start > reach or not groups:
            groups.append(([], []))
        groups[-1][side].append(hunk)
        reach = max(reach, end)
    return groups


def _side(base: list[str], start: int, end: int, hunks: list[Hunk]) -> list[str]:
    """Lines start to end of the base as one side has them."""
    text: list[str] = []
    for hunk in hunks:
        text += base[start : hunk.start]
        text += hunk.new
        start = hunk.end
    return text + base[start:end]


def _spot(base: list[str], start: int, end: int, left: list[str], right: list[str]) -> Spot:
    above = base[: start + 1] if start < end else base[:start]  # what is put in before a heading is not below it
    return Spot(_ended(base[start:end]), _ended(left), _ended(right), _section(above), start + 1)


def _section(above: list[str]) -> str:
    return next((heading for line in reversed(above) if (heading := _heading(line))), "")


def _heading(line: str) -> str:
    """The heading that a line is, "" where it is none. No regular expression: a line may be long and hostile."""
    text = line.rstrip()
    left, right = len(text) - len(text.lstrip("=")), len(text) - len(text.rstrip("="))
    level = min(left, right, 6)
    return text[level:-level].strip() if level > 0 and 2 * level < len(text) else ""


def _ended(lines: Iterable[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _whole(wikitext: str | None) -> str:
    return "" if wikitext is None else wikitext + "\n"


def _finished(parts: list[list[str] | Spot]) -> Merged | Conflict:
    if any(isinstance(part, Spot) for part in parts):
        told = tuple(part if isinstance(part, Spot) else _ended(part) for part in parts if part)
        return Conflict(told)
    return Merged("\n".join(line for part in parts if not isinstance(part, Spot) for line in part), Level.A)
