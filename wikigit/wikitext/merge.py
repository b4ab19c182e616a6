"""The only merge: two changes of one text become one text, or a conflict for a person.

Tokens do the merging, guards judge the result. A conflict is a value that says where and what; markers
never get into a page. Nothing here knows whose changes these are. Raise VERSION when any result changes:
main is a function of it.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from wikigit.core.site import Site
from wikigit.wikitext import conflict, footer, guards
from wikigit.wikitext.conflict import Conflict, Part, Spot
from wikigit.wikitext.diff import Grid, Hunk, Place, hunks
from wikigit.wikitext.normalise import TRIMMED
from wikigit.wikitext.tokens import CELLS, ENDS

VERSION = "tokens-2"

GAP = 2
"""Tokens, blanks apart, that must stand between two people's changes on one line."""


class Level(StrEnum):
    """How sure a merge is: A needs no look, B is a proposal (both changed one sentence)."""

    A = "A"
    B = "B"


@dataclass(frozen=True, slots=True)
class Merged:
    """The text that holds both changes."""

    wikitext: str
    level: Level


def merge(base: str | None, ours: str | None, theirs: str, site: Site) -> Merged | Conflict:
    """Bring `theirs`, a change of `base`, into `ours`. None: no such page. White space at the end does not count."""
    if ours in (base, theirs):
        return Merged(theirs, Level.A)
    if base == theirs:
        return Conflict(code="deleted") if ours is None else Merged(ours, Level.A)
    if base is None or ours is None:
        return _created(ours, theirs) if ours is not None else conflict.whole(base, ours, theirs, "deleted")
    base, ours, theirs = (text.rstrip(TRIMMED) for text in (base, ours, theirs))
    if ours in (base, theirs):
        return Merged(theirs, Level.A)
    if base == theirs:
        return Merged(ours, Level.A)
    if code := guards.whole_page(base, ours, theirs, site):
        return conflict.whole(base, ours, theirs, code)
    return _Weaving(base, ours, theirs, site).result()


def _created(ours: str, theirs: str) -> Merged | Conflict:
    """Two new pages of one title: a proposal where one holds all of the other, else what they share and spots."""
    found = conflict.between(ours, theirs, "created")
    for longer, shorter in ((theirs, [s.ours for s in found.spots]), (ours, [s.theirs for s in found.spots])):
        if not any(shorter):
            return Merged(longer, Level.B)
    return found


class _Weaving:
    """One merge of three texts that all differ."""

    def __init__(self, base: str, ours: str, theirs: str, site: Site) -> None:
        self.texts, self.site = (base, ours, theirs), site
        self.grid = Grid(base)
        self.level = Level.A
        self.groups = self._grouped(hunks(self.grid, ours), hunks(self.grid, theirs))

    def result(self) -> Merged | Conflict:
        """The merged text where it passes the guards."""
        parts = self._parts(self._united)
        wikitext = conflict.joined(parts)
        if wikitext is None:
            return Conflict(parts)
        wrong = guards.judge(*self.texts, wikitext, self._unguarded)
        if wrong is None:
            return Merged(wikitext, self.level)
        suspects = {g for g in self.groups if self._holds(g, wrong.needle)} or {
            g for g in self.groups if self._holds(g, "")
        }
        return Conflict(self._parts(lambda g: None if g in suspects else self._united(g)), wrong.code)

    def _unguarded(self, base: str, ours: str, theirs: str) -> str | None:
        """The merge of three other texts without guards, None where their changes meet."""
        other = _Weaving(base, ours, theirs, self.site)
        return conflict.joined(other._parts(other._united))

    def _grouped(self, ours: list[Hunk], theirs: list[Hunk]) -> list[_Group]:
        """Walk both sides in order; a hunk joins what it stands near of the other side, and all in between."""
        both = set(ours) & set(theirs)
        sided = [(hunk, 0) for hunk in ours if hunk not in both] + [(hunk, 1) for hunk in theirs if hunk not in both]
        groups: list[_Group] = []
        holding: tuple[list[int], list[int]] = ([], [])  # the groups that hold each side's hunks
        for hunk, side in sorted(sided, key=lambda s: (s[0].start, s[0].end)):
            first = len(groups)
            for number in reversed(holding[1 - side]):
                if not self._near(groups[number].sides[1 - side][-1], hunk):
                    break
                first = number
            joined = _Group([], [])
            for group in groups[first:]:
                joined.ours += group.ours
                joined.theirs += group.theirs
            joined.sides[side].append(hunk)
            groups[first:] = [joined]
            for numbers, held in zip(holding, joined.sides, strict=True):
                while numbers and numbers[-1] >= first:
                    numbers.pop()
                if held:
                    numbers.append(first)
        groups += _placed(groups, [hunk for hunk in ours if hunk in both])
        return sorted(groups, key=lambda g: (g.start, g.end))

    def _near(self, first: Hunk, second: Hunk) -> bool:
        """Whether two people's changes are too near for a program; if not, the level they allow is noted."""
        if second.start <= first.end:
            return True
        solid, cells, newline, ended = 0, 0, False, False
        for token in self.grid.walk(first.end, second.start):
            solid += not token.isspace()
            cells += token in CELLS
            newline |= token == "\n"
            ended |= token in ENDS
            if solid >= GAP and ended and solid > cells:
                break
        if solid == cells or (solid < GAP and not newline):  # nothing but blanks and the frames of neighbouring cells
            return True
        if not ended:
            self.level = Level.B
        return False

    def _parts(self, decide: Callable[[_Group], str | None]) -> tuple[Part, ...]:
        """The page in order: what nobody changed, what `decide` makes of each group, a spot where it makes nothing."""
        parts: list[Part] = []
        done: Place = (0, 0)
        for group in self.groups:
            parts.append(self.grid.text(done, group.start))
            decided = decide(group)
            parts.append(self._spot(group) if decided is None else decided)
            done = group.end
        parts.append(self.grid.text(done, self.grid.end))
        return tuple(part for part in parts if part != "")

    def _united(self, group: _Group) -> str | None:
        """What a group becomes without a person, None where it needs one."""
        ours, theirs = self._side(group, group.ours), self._side(group, group.theirs)
        if not group.theirs or ours == theirs:
            return ours
        if not group.ours:
            return theirs
        if group.start != group.end or group.start[1]:
            return None
        return footer.united(ours, theirs, self.site)

    def _side(self, group: _Group, changes: Sequence[Hunk]) -> str:
        """A group's place as one side has it."""
        found: list[str] = []
        done = group.start
        for hunk in changes:
            found += [self.grid.text(done, hunk.start), *hunk.new]
            done = hunk.end
        return "".join([*found, self.grid.text(done, group.end)])

    def _spot(self, group: _Group) -> Spot:
        base = self.grid.text(group.start, group.end)
        line = group.start[0]
        section = self._sections[line + bool(base)]  # what is put in before a heading is not below it
        ours, theirs = self._side(group, group.ours), self._side(group, group.theirs)
        return Spot(base, ours, theirs, section, line + 1)

    @cached_property
    def _sections(self) -> list[str]:
        """For every number of lines from the top, the last heading in them."""
        return conflict.headings(self.grid.lines)

    def _holds(self, group: _Group, needle: str) -> bool:
        """Whether somebody put something in or took it out here, and not both alike."""
        sides = [self._side(group, side) for side in group.sides]
        return sides[0] != sides[1] and any(needle in text for text in (*sides, self.grid.text(group.start, group.end)))


class _Group:
    """Changes that stand near one another: one side's alone, or both sides'."""

    def __init__(self, ours: list[Hunk], theirs: list[Hunk]) -> None:
        self.ours, self.theirs = self.sides = (ours, theirs)

    @property
    def start(self) -> Place:
        return min(hunk.start for hunk in (*self.ours, *self.theirs))

    @property
    def end(self) -> Place:
        return max(hunk.end for hunk in (*self.ours, *self.theirs))


def _placed(groups: Sequence[_Group], both: Iterable[Hunk]) -> list[_Group]:
    """Put changes that both sides made into the groups around them; those that stand alone are groups of their own."""
    shared = sorted(((g.start, g.end, n) for n, g in enumerate(groups) if g.ours and g.theirs))
    alone: list[_Group] = []
    for hunk in both:
        after = bisect(shared, hunk.start, key=lambda s: s[0])
        around = [n for _, end, n in shared[max(0, after - 3) : after] if hunk.end <= end]
        if not around:
            alone.append(_Group([hunk], [hunk]))
            continue
        for side in groups[around[0]].sides:
            side.append(hunk)
    for group in groups:
        for side in group.sides:
            side.sort(key=lambda h: (h.start, h.end))
    return alone
