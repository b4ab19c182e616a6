"""What a person makes of a conflict: a choice for each spot, and which of it is the author's.

Choosing among what is there leaves the text its author's; only words that stand on neither side are
somebody else's. Nothing here knows who decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from wikigit.wikitext.conflict import Conflict, Spot
from wikigit.wikitext.diff import Grid, hunks


class Choice(StrEnum):
    """What shall stand at a spot: the page's words, the edit's, or both in one order or the other."""

    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"
    THEIRS_FIRST = "theirs-first"


def words(spot: Spot, choice: Choice) -> str:
    """What a choice puts in a spot's place."""
    match choice:
        case Choice.OURS:
            return spot.ours
        case Choice.THEIRS:
            return spot.theirs
        case Choice.BOTH:
            return _side_by_side(spot.ours, spot.theirs)
        case Choice.THEIRS_FIRST:
            return _side_by_side(spot.theirs, spot.ours)


def chosen(conflict: Conflict, texts: Sequence[str]) -> str:
    """The page with a text for each spot, in order. Raises ValueError where they are not as many."""
    if len(texts) != len(conflict.spots):
        raise ValueError(f"{len(conflict.spots)} spots, {len(texts)} texts")
    given = iter(texts)
    return conflict.wikitext(lambda _: next(given))


def closest(spot: Spot, written: str) -> str:
    """Of all that may be chosen at a spot, what `written` differs least from."""
    return min(_options(spot), key=lambda option: distance(option, written))


def nearest(conflict: Conflict, wikitext: str) -> str:
    """Of all pages that choices make, about the one that `wikitext` differs least from."""
    spots = conflict.spots
    texts = [spot.theirs for spot in spots]
    for number, spot in enumerate(spots):
        tried = ((o, chosen(conflict, [*texts[:number], o, *texts[number + 1 :]])) for o in _options(spot))
        texts[number] = min(tried, key=lambda option: distance(option[1], wikitext))[0]
    return chosen(conflict, texts)


def _options(spot: Spot) -> list[str]:
    """All that may be chosen; the edit's own words stand first and win where nothing is closer."""
    return [words(spot, choice) for choice in (Choice.THEIRS, Choice.BOTH, Choice.THEIRS_FIRST, Choice.OURS)]


def distance(one: str, other: str) -> int:
    """How many tokens have to go or come to make one text the other."""
    grid = Grid(one)
    return sum(len(hunk.new) + len(grid.between(hunk.start, hunk.end)) for hunk in hunks(grid, other))


def _side_by_side(first: str, second: str) -> str:
    """Two texts of one place, with a blank where their words would run together."""
    apart = not first or not second or first[-1].isspace() or second[0].isspace()
    return first + second if apart else f"{first} {second}"
