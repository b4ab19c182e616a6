"""Whether an edit, or words of it, stand in a text; and a text with an edit taken back.

Texts only: nothing here knows how an edit came, or what becomes of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from wikigit.core.edit import Edit
from wikigit.core.site import Site
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.guards import LONG_LINE, whole_page
from wikigit.wikitext.normalise import TRIMMED
from wikigit.wikitext.replay import brings_back, replay_one
from wikigit.wikitext.resolve import distance

_WORD = regex.compile(r"\w+")  # with `re` the vowel signs of Indic scripts and N'Ko would end a word


@dataclass(frozen=True, slots=True)
class Came:
    """An edit that came by another way. `commit` holds its text; "" where somebody's plain commit became an edit.

    `turn`: which one it was of all that came.
    """

    edit: Edit
    commit: str = ""
    turn: int = 0

    @property
    def pair(self) -> tuple[str | None, str]:
        return self.edit.pair


def same(one: str | None, other: str | None) -> bool:
    """Whether two texts are one to the wiki, which keeps no white space at a page's end."""
    return (one or "").rstrip(TRIMMED) == (other or "").rstrip(TRIMMED)


def lacks(text: str | None, edit: Came | Edit, site: Site) -> bool:
    """Whether an edit fits a text and is not in it."""
    result = replay_one(text, edit.pair, site, accepted=True)
    return isinstance(result, str) and result != text


def stands(text: str | None, edit: Came | Edit, site: Site) -> bool:
    """Whether what an edit does is done in a text.

    Where others changed that place since: whether words that it brought are left; of one that brought none, whether
    those that it took away are gone.
    """
    result = replay_one(text, edit.pair, site, accepted=True)
    if isinstance(result, str):
        return result == text
    before, after = edit.pair
    if brings_back(after, before, after):
        return brings_back(after, before, text or "")
    return not brings_back(before, after, text or "")


def without(text: str | None, edit: Edit, site: Site) -> str | Conflict | None:
    """A text with an edit taken back; None where that leaves no page."""
    if edit.before is None and text == edit.after:
        return None
    return replay_one(text, (edit.after, edit.before or ""), site, accepted=True)


def brought(open_: Sequence[Came], before: str | None, after: str, site: Site) -> list[Came]:
    """Of some edits of a page those whose text came between two versions of it: in the later, and not in the earlier.

    One that another one was written on may be hidden by that one.
    """

    def done(text: str | None, one: Came) -> bool:
        return replay_one(text, one.pair, site, accepted=True) == text

    def under(one: Came, later: Came) -> bool:
        return one.edit.kit == later.edit.kit and done(later.edit.before, one)

    sure = [one for one in open_ if done(after, one) and not done(before, one)]
    hidden = [one for one in open_ if one not in sure and not lacks(after, one, site) and not done(before, one)]
    return [
        one
        for place, one in enumerate(open_)
        if one in sure or (one in hidden and any(o in sure and under(one, o) for o in open_[place + 1 :]))
    ]


def none_of(one: Came, came: Iterable[Came], page: str | None, tip: str | None) -> bool:
    """Whether none of the words that this edit alone brings stands on the tip. Similar words are not enough."""
    others = _words(page).union(*(_brings(other) for other in came if other is not one))
    own = _brings(one) - others
    return bool(own) and not own & _words(tip)


def _brings(one: Came) -> set[str]:
    return _words(one.edit.after) - _words(one.edit.before)


def _words(text: str | None) -> set[str]:
    return set(_WORD.findall(text or ""))


def doubles(page: str | None, text: str, edit: Edit | None = None) -> bool:
    """Whether a text has a long line more often than the page, which has it too, and not because an edit doubles it."""
    before, after = edit.pair if edit else ("", "")
    old, new, less, more = (Counter(map(str.strip, (one or "").split("\n"))) for one in (page, text, before, after))
    return any(new[line] > old[line] + max(0, more[line] - less[line]) for line in old if len(line) > LONG_LINE)


def blanks(page: str | None, text: str, site: Site) -> bool:
    """Whether a text takes away most of a page, or makes it a redirect."""
    return page is not None and whole_page(page, page, text, site) != ""


def carries(edit: Edit, page: str | None, text: str) -> bool:
    """Whether words that an edit brought stand in a text, and not in the page: they are its author's."""
    new, old = (brings_back(edit.after, edit.before, one) for one in (text, page or ""))
    return new and not old


def nearer(to: str | None, one: str | None, other: str | None) -> bool:
    """Whether one text differs less from `to` than the other does."""
    return distance(to or "", one or "") < distance(to or "", other or "")
