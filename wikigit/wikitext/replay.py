"""Replay: make a page out of the wiki's text and the edits that wait for it.

    page on main = replay(page on upstream, its edits in the queue)

Without a person only merge level A is taken. Nothing here knows which ref the result goes to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

import regex

from wikigit.core.site import Site
from wikigit.wikitext import diff
from wikigit.wikitext.conflict import Conflict, Spot, between
from wikigit.wikitext.merge import Level, merge
from wikigit.wikitext.redaction import marks_in
from wikigit.wikitext.tokens import UNSPACED

RUN = 4
"""So many words in a row count as somebody's text; in scripts without blanks twice as many letters."""

DEPENDS_ON = "depends-on"
"""The conflict of an edit that stands on words which are not there."""

REDACTED = "redacted"
"""The conflict of an edit some of whose words were redacted."""

_WORD = regex.compile(r"\w+")  # with `re` the vowel signs of Indic scripts and N'Ko would end a word
_UNSPACED = regex.compile(rf"{UNSPACED}{{{2 * RUN}}}")


class Pair(Protocol):
    """Anything that has a page's text before and after: an edit, or a row of the queue with its texts."""

    @property
    def pair(self) -> tuple[str | None, str]: ...


P = TypeVar("P", bound=Pair)


@dataclass(frozen=True, slots=True)
class Waiting(Generic[P]):
    """One that did not replay, and why; `met` is the page that it met, None for no such page."""

    edit: P
    conflict: Conflict
    met: str | None = None


@dataclass(frozen=True, slots=True)
class Replayed(Generic[P]):
    """The page with what replayed; what did not waits for a person and holds nothing else up."""

    wikitext: str | None
    merged: tuple[P, ...]
    waiting: tuple[Waiting[P], ...]


def replay(wikitext: str | None, edits: Iterable[P], site: Site) -> Replayed[P]:
    """Bring the edits into the text, in their order, at level A. None: the page does not exist."""
    merged: list[P] = []
    waiting: list[Waiting[P]] = []
    for edit in edits:
        match replay_one(wikitext, edit.pair, site):
            case Conflict() as conflict:
                waiting.append(Waiting(edit, conflict, wikitext))
            case str() as text:
                wikitext = text
                merged.append(edit)
    return Replayed(wikitext, tuple(merged), tuple(waiting))


def replay_one(
    wikitext: str | None, pair: tuple[str | None, str], site: Site, *, accepted: bool = False
) -> str | Conflict:
    """One edit on the text so far: its *after* where the text is its *before*, else a merge of level A.

    `accepted`: a person has looked at the proposal, so level B will do. The mark of a line that was redacted never
    comes in.
    """
    result = _replayed(wikitext, pair, site, accepted)
    if isinstance(result, str) and marks_in(result) - marks_in(wikitext):
        return between(wikitext or "", result, REDACTED)
    return result


def _replayed(wikitext: str | None, pair: tuple[str | None, str], site: Site, accepted: bool) -> str | Conflict:
    before, after = pair
    if wikitext == before:
        return after
    result = merge(before, wikitext, after, site)
    if isinstance(result, Conflict):
        return replace(result, code=DEPENDS_ON) if not result.code and any(map(_is_gone, result.spots)) else result
    merged, so_far = result.wikitext, wikitext or ""
    if brings_back(before, wikitext, merged):
        gone = _Gone(before or "", so_far)
        return between(so_far, merged, DEPENDS_ON, lambda lines: not gone.stands_in(lines))
    if strays(pair, wikitext, merged):
        return between(so_far, merged, "moved")
    if result.level is not Level.A and not accepted:
        return between(so_far, merged, "proposal")
    return merged


def _is_gone(spot: Spot) -> bool:
    """Whether an edit changes words here that were taken out and not replaced."""
    return not spot.ours.strip() and _WORD.search(spot.base) is not None


def brings_back(before: str | None, so_far: str | None, result: str) -> bool:
    """Whether the result carries in text of *before* that the text so far lacks.

    Such text was hidden, declined or reverted meanwhile; an edit that moves or copies it must not
    return it.
    """
    gone = _Gone(before or "", so_far or "")
    return gone.stands_in("\n".join(diff.added_lines(so_far or "", result)))


class _Gone:
    """The text of *before* that the text so far lacks.

    Counted are whole lines with a word in them, and four words in a row (in scripts without blanks eight
    letters).
    """

    def __init__(self, before: str, so_far: str) -> None:
        old, here = _Stock(before), _Stock(so_far)
        self._lines, self._runs = old.lines - here.lines, old.runs - here.runs

    def stands_in(self, wikitext: str) -> bool:
        """Whether some of it stands in this text."""
        brought = _Stock(wikitext)
        return bool(brought.lines & self._lines or brought.runs & self._runs)


def strays(pair: tuple[str | None, str], so_far: str | None, result: str) -> bool:
    """Whether the result doubles or loses lines that the edit itself only moves or leaves alone.

    Two people who move the same lines, each to another place, share the half of what they did; what is left
    of a move without its other half doubles a line, or takes it away.
    """
    before, after = _counted(pair[0]), _counted(pair[1])
    old, new = _counted(so_far), _counted(result)
    for line in before | after:
        wanted, became = after[line] - before[line], new[line] - old[line]
        if not min(0, wanted) <= became <= max(0, wanted):
            return True
        if wanted < 0 and old[line] == before[line] and became != wanted:  # the other side moved what this one removes
            return True
    return False


def _counted(wikitext: str | None) -> Counter[str]:
    return Counter(line.strip() for line in (wikitext or "").split("\n") if _WORD.search(line))


class _Stock:
    """A text's lines with words in them, and its runs of four words."""

    def __init__(self, wikitext: str) -> None:
        self.lines = {line.strip() for line in wikitext.split("\n") if _WORD.search(line)}
        self.runs: set[tuple[str, ...]] = set()
        for line in self.lines:
            words = _WORD.findall(line)
            self.runs.update(tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))
            self.runs.update((letters,) for letters in _UNSPACED.findall(line, overlapped=True))
