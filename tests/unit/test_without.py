"""An edit on a page that never held what was taken out of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigit.wikitext.without import without

LINES = st.lists(st.sampled_from(["One.", "Two two.", "", "Three, and more."]), max_size=6).map("\n".join)


@pytest.mark.parametrize(
    ("before", "after", "page", "made"),
    [
        ("A.\n\nSecret.", "A.\n\nSecret.\n\nB.", "A.", "A.\n\nB."),
        ("A.\n\nSecret.\n\nC.", "A.\n\nB.\n\nSecret.\n\nC.", "A.\n\nC.", "A.\n\nB.\n\nC."),
        ("A.\n\nSecret.\n\nC.", "A.\n\nSecret.\n\nB.\n\nC.", "A.\n\nC.", "A.\n\nB.\n\nC."),
        ("A large market.", "A large old market.", "A market.", "A old market."),
        ("Secret.", "Secret.\n\nB.", None, "B."),
        ("A.\n\nSecret.", "A.\n\nSecret, secret.", "A.", None),
        ("A.\n\nSecret.", "A.\n\nSecret.", "A.", "A."),
    ],
)
def test_what_touches_stays_and_what_was_changed_inside_cannot(
    before: str, after: str, page: str | None, made: str | None
) -> None:
    assert without(before, after, page) == made


@given(before=LINES, after=LINES)
def test_where_nothing_is_taken_out_the_edit_is_as_it_was(before: str, after: str) -> None:
    assert without(before, after, before) == after


@given(before=LINES, page=LINES)
def test_where_nothing_was_edited_the_page_is_as_it_is(before: str, page: str) -> None:
    assert without(before, before, page) == page
