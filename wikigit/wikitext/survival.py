"""How much of what an edit wrote still stands in a later text of the page.

Counted are the words that the edit added, in scripts without blanks the letters. Nothing here knows who
removed the others, or why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from wikigit.wikitext.diff import Grid, hunks
from wikigit.wikitext.tokens import is_word

HALF = 50

RUN = 4
"""So many words in a row that stand there more often than before the edit are the edit's own, wherever they stand."""


def share(before: str | None, after: str, published: str, now: str) -> int | None:
    """Of a hundred words that an edit added, how many stand in the text `now`, rounded down.

    Only words that came to stand in the text as published count; None where there are none, for example
    because the edit only removed some.
    """
    edit = _Edit(before or "", after)
    there = edit.standing(published)
    return 100 * len(there & edit.standing(now)) // len(there) if there else None


def holds(before: str | None, after: str, text: str) -> bool:
    """Whether a text of the page has at least half of what made `after` of `before`.

    Of words that were added, whether they stand; of an edit that only removed, whether its words are gone.
    """
    standing = share(before, after, after, text)
    if standing is not None:
        return standing >= HALF
    back = share(after, before or "", before or "", text)
    return back is None or back < HALF


class _Edit:
    """An edit's text as tokens, the places of the words that it added, and the runs that stood there before."""

    def __init__(self, before: str, after: str) -> None:
        self.grid = Grid(after)
        self.words = [(place, token) for place, token in enumerate(_tokens(self.grid)) if is_word(token)]
        self.added = _added(before, after)
        self.before = Counter(_runs(list(_words(before))))

    def standing(self, text: str) -> set[int]:
        """The places of the added words that also stand in another text: where they stood, or in a row elsewhere."""
        kept = self._kept(text)
        own = Counter(_runs(list(_words(text)))) - self.before
        for start, run in enumerate(_runs([word for _, word in self.words])):
            if run in own:
                kept.update(place for place, _ in self.words[start : start + RUN])
        return {place for place, _ in self.words} & self.added & kept

    def _kept(self, text: str) -> set[int]:
        """The places of the tokens that a comparison with another text leaves alone."""
        found: set[int] = set()
        done, place = (0, 0), 0
        for hunk in hunks(self.grid, text):
            kept = len(self.grid.between(done, hunk.start))
            found.update(range(place, place + kept))
            place += kept + len(self.grid.between(hunk.start, hunk.end))
            done = hunk.end
        return found | set(range(place, place + len(self.grid.between(done, self.grid.end))))


def _added(before: str, after: str) -> set[int]:
    """The places of the tokens that `after` has and `before` had not."""
    old, done, place = Grid(before), (0, 0), 0
    found: set[int] = set()
    for hunk in hunks(old, after):
        place += len(old.between(done, hunk.start))
        found.update(range(place, place + len(hunk.new)))
        place += len(hunk.new)
        done = hunk.end
    return found


def _words(wikitext: str) -> Iterator[str]:
    return filter(is_word, _tokens(Grid(wikitext)))


def _tokens(grid: Grid) -> list[str]:
    return grid.between((0, 0), grid.end)


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]
