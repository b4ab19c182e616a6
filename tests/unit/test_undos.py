"""An edit and its own undo: whatever happened to the page meanwhile, together they change nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from testing.sites import ENGLISH
from wikigit.core.edit import Edit
from wikigit.core.title import Title
from wikigit.wikitext import pairs
from wikigit.wikitext.pairs import takes_back
from wikigit.wikitext.replay import replay_one

TITLE = Title(0, "", "Ngozi")
NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."


@dataclass(frozen=True)
class Row:
    """An edit as it is replayed."""

    edit: Edit

    @property
    def pair(self) -> tuple[str | None, str]:
        return self.edit.pair


def saved(number: int, before: str | None, after: str, *, undoes: str = "", resolves: str = "") -> Row:
    edit = Edit(f"e-{number:016}", TITLE, before, after, "", "k-x4q2m7aa", "c-7f3a2b1c", "2026-03-01")
    return Row(replace(edit, undoes=undoes, resolves=resolves))


def undo(number: int, row: Row) -> Row:
    return saved(number, row.edit.after, row.edit.before or "", undoes=row.edit.id)


PAGES = st.lists(st.sampled_from(["One is.", "Two are here.", "Three, or so.", "One was."]), max_size=5).map(
    "\n\n".join
)


@settings(max_examples=1_000)
@given(PAGES, PAGES, PAGES)
def test_an_edit_and_its_undo_change_nothing(before: str, after: str, meanwhile: str) -> None:
    assume(before != after)
    first = saved(1, before, after)
    page, undone = pairs.replay(meanwhile, [first, undo(2, first)], ENGLISH)
    if undone:
        assert (page.wikitext, page.merged, page.waiting) == (meanwhile, (), ())
        assert [row.edit.id for row in undone] == [first.edit.id, undo(2, first).edit.id]
    else:
        assert first in page.merged
        assert replay_one(meanwhile, first.pair, ENGLISH) != meanwhile
        assert page.waiting or page.wikitext == meanwhile


@settings(max_examples=300)
@given(PAGES, PAGES)
def test_the_opposite_change_is_an_undo_and_no_other_is(before: str, after: str) -> None:
    assume(before != after)
    first = saved(1, before, after)
    assert takes_back(undo(2, first).edit, first.edit, ENGLISH)
    more = saved(2, after, before + "\n\nAnd more.", undoes=first.edit.id)
    assert not takes_back(more.edit, first.edit, ENGLISH)
    assert not takes_back(replace(undo(2, first).edit, undoes=""), first.edit, ENGLISH)
    assert not takes_back(replace(undo(2, first).edit, kit="k-00000000"), first.edit, ENGLISH)


def test_what_was_computed_once_is_computed_again() -> None:
    """Main is a function: the rows that stay make the same page, and nothing more falls out."""
    first = saved(1, NGOZI, NGOZI.replace("a market", "two markets"))
    beside = saved(3, first.edit.after, first.edit.after.replace("a school", "two schools"))
    back = saved(4, beside.edit.after, beside.edit.after.replace("two markets", "a market"), undoes=first.edit.id)
    own = saved(5, NGOZI, NGOZI + "\n\nIt has a lake.", resolves=first.edit.id)
    wiki = NGOZI.replace("a market", "three markets")
    page, undone = pairs.replay(wiki, [first, beside, back, own], ENGLISH)
    assert undone == (first, back)
    assert (page.merged, [w.edit for w in page.waiting]) == ((beside,), [own])
    again, none = pairs.replay(wiki, page.merged, ENGLISH)
    assert (again.wikitext, again.merged, none) == (page.wikitext, page.merged, ())
