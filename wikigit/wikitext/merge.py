"""The only merge: two changes of one text become one text, or a conflict for a person.

A conflict is a value that says where and what; markers never get into a page. Nothing here knows whose
changes these are. Raise VERSION when any result changes: main is a function of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from wikigit.core.site import Site
from wikigit.wikitext import diff
from wikigit.wikitext.diff import Hunk

VERSION = "lines-1"

_HEADING = re.compile(r"(=+)\s*(.+?)\s*\1\s*")


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
    """A disputed place: the three texts, the section's heading ("" for the lead), the line in the base from 1."""

    base: str
    ours: str
    theirs: str
    section: str
    line: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a person has to decide: the page in order, as merged text and disputed spots.

    `code` is "" where the two changes meet, else what stands between them: `created`, `deleted`,
    `depends-on`.
    """

    parts: tuple[str | Spot, ...] = ()
    code: str = ""

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple(part for part in self.parts if isinstance(part, Spot))


def merge(base: str | None, ours: str | None, theirs: str, site: Site) -> Merged | Conflict:
    """Bring `theirs`, a change of `base`, into `ours`. None: no such page.

    Lines are merged; changes that overlap or touch conflict.
    """
    if ours in (base, theirs):
        return Merged(theirs, Level.A)
    if base == theirs:
        return Conflict(code="deleted") if ours is None else Merged(ours, Level.A)
    if base is None or ours is None:
        return Conflict((Spot(base or "", ours or "", theirs, "", 1),), "created" if base is None else "deleted")
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
    return Spot("\n".join(base[start:end]), "\n".join(left), "\n".join(right), _section(base, start), start + 1)


def _section(base: list[str], line: int) -> str:
    for text in reversed(base[: line + 1]):
        heading = _HEADING.fullmatch(text)
        if heading:
            return heading[2]
    return ""


def _finished(parts: list[list[str] | Spot]) -> Merged | Conflict:
    if any(isinstance(part, Spot) for part in parts):
        told = tuple(part if isinstance(part, Spot) else "\n".join(part) for part in parts if part)
        return Conflict(told)
    return Merged("\n".join(line for part in parts if not isinstance(part, Spot) for line in part), Level.A)
