"""A talk page as its people use it: sections, what was added to them, and an answer below the last word.

Nothing here knows who is answered or what an edit is. Nothing is ever signed by the wiki: it would sign as the
account that publishes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DEEPEST = 9
"""An answer is not set in further than that."""

_SIGNATURE = re.compile("~{3,}")


@dataclass(frozen=True, slots=True)
class Section:
    """The lines from one heading to the next; those before the first have the heading ""."""

    heading: str
    lines: tuple[str, ...]

    @property
    def wikitext(self) -> str:
        """The section's text, with its heading."""
        return "\n".join(self.lines)


def sections(wikitext: str) -> list[Section]:
    """The page's sections; deeper headings stand inside them. Joined by line ends they are the page."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in wikitext.split("\n"):
        heading = _heading(line)
        if heading:
            found.append((heading, []))
        found[-1][1].append(line)
    return [Section(heading, tuple(lines)) for heading, lines in found if lines]


def added(before: str, after: str) -> Iterator[tuple[Section, str]]:
    """Each section that has new lines, with these; lines that stood elsewhere on the page are not new."""
    known = set(before.split("\n"))
    for section in sections(after):
        new = [line for line in section.lines if line.strip() and line not in known and not _heading(line)]
        if new:
            yield section, "\n".join(new)


def answered(wikitext: str, heading: str, said: str, answer: str) -> str:
    """The page with an answer at the end of the section in which `said` was said.

    If that is no longer there, of the last one of this heading; else of a new one.
    """
    parts = sections(wikitext)
    there = [part for part in parts if said in part.wikitext] or [part for part in parts if part.heading == heading]
    if not there:
        begun = [f"== {heading} =="] if heading else []
        return "\n".join([wikitext.rstrip(), "", *begun, _set_in(answer, "")]).lstrip("\n")
    place = parts.index(there[-1])
    lines, blank = list(there[-1].lines), []
    while lines and not lines[-1].strip():
        blank.append(lines.pop())
    parts[place] = Section(heading, (*lines, _set_in(answer, lines[-1] if lines else ""), *blank))
    return "\n".join(part.wikitext for part in parts)


def signed(typed: str, name: str, via: str, day: str) -> str:
    """An answer with its author's name below it, and how it came; "" where nothing was typed."""
    lines = [line.strip() for line in _SIGNATURE.sub("", typed).splitlines() if line.strip()]
    return "\n".join(lines) + f" — {name} (offline, via [[User:{via}|{via}]], {day})" if lines else ""


def _set_in(answer: str, below: str) -> str:
    """The answer's lines, one step further in than the line that it answers."""
    depth = len(below) - len(below.lstrip(":*#")) + 1
    return "\n".join(":" * min(depth, DEEPEST) + line for line in answer.split("\n"))


def _heading(line: str) -> str:
    """The words of a line that begins a section, "" where it does not."""
    line = line.rstrip()
    level = min(len(line) - len(line.lstrip("=")), len(line) - len(line.rstrip("=")))
    return line.strip("=").strip() if 1 <= level <= 2 else ""
