"""Sixty edits on forty real pages, and what people on the wiki write meanwhile: all words are ours.

The same pages give the same edits in every run. Places are whole lines, so far apart that no two changes of a
page touch: everything can be published, and what is not was lost by somebody's fault.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.igbo import RealPage

PLACES = 4  # on each page: the first edit's, the second's, the wiki person's, and the first edit's other one
APART = 4  # lines from place to place

PEOPLE = (  # of each kit: the name on the kit, and the name that this person agreed to publish
    (("amina", "Amina B."), ("baba", ""), ("chidi", "Chídì")),
    (("dalia", "Dalia"), ("ebele", ""), ("fatou", "Fatou & sisters")),
)
AFTER_PLAN = (0, 20, 30, 36)
WHILE_PUBLISHING = (19, 33, 37, 39)
"""Pages, by number, that a person on the wiki edits: after `bridge plan`, and while `bridge publish` runs."""


@dataclass(frozen=True, slots=True)
class Written:
    """One edit at a kit: the page, by number, who writes which words, and on which of the page's places."""

    page: int
    kit: int
    name: str
    credit: str
    words: str
    places: tuple[int, ...]
    own_line: bool


def chosen(pages: Sequence[RealPage], number: int) -> list[RealPage]:
    """Articles with places enough, in an order that has nothing to do with what they are about."""
    fit = [page for page in pages if ":" not in page.title and len(places(page.wikitext)) == PLACES]
    return sorted(fit, key=lambda page: hashlib.sha256(page.title.encode()).digest())[:number]


def places(wikitext: str) -> list[int]:
    """Numbers of lines that anybody may add a sentence to: ordinary, unlike all others, far from each other."""
    lines = wikitext.split("\n")
    often = Counter(lines)
    found: list[int] = []
    for number, line in enumerate(lines):
        ordinary = line[:1].isalpha() or line.startswith(("*", "'", "["))
        if ordinary and often[line] == 1 and (not found or number >= found[-1] + APART):
            found.append(number)
    return found[:PLACES]


def written() -> list[Written]:
    """All edits in the order in which they are saved."""
    made: list[Written] = []

    def write(page: int, kit: int, person: int, place: int) -> None:
        number = len(made) + 1
        name, credit = PEOPLE[kit][person]
        also = (PLACES - 1,) if place == 0 and number % 3 == 0 else ()
        words = f"Anyị hụrụ nke a n'ụbọchị {number}, na kit {kit + 1}."
        made.append(Written(page, kit, name, credit, words, (place, *also), number % 2 == 0))

    for page in range(20):  # one edit
        write(page, page % 2, page % 3, 0)
    for page in range(20, 30):  # one at each kit
        write(page, 0, page % 3, 0)
        write(page, 1, page % 3, 1)
    for page in range(30, 35):  # two people at one kit
        write(page, page % 2, 0, 0)
        write(page, page % 2, 1, 1)
    for page in range(35, 40):  # one person twice, who makes one revision of it
        write(page, page % 2, 2, 0)
        write(page, page % 2, 2, 1)
    return made


def after(lines: list[str], at: Sequence[int], edit: Written) -> None:
    """Put an edit's words into the page's lines. What comes below a line is kept in its place of the list."""
    for place in edit.places:
        lines[at[place]] += ("\n" if edit.own_line else " ") + edit.words


def by_person(wikitext: str, line: str, words: str) -> str:
    """The page as a person on the wiki leaves it, who adds words to one line."""
    lines = wikitext.split("\n")
    lines[lines.index(line)] += " " + words
    return "\n".join(lines)
