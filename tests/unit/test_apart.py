"""A page of main's tip taken apart: whose words are whose, where people merged, chose, left out and wrote."""

from __future__ import annotations

from testing.sites import ENGLISH
from wikigit.core.edit import Edit
from wikigit.core.title import Title
from wikigit.hub.apart import Apart, Edits, apart, unread
from wikigit.hub.presence import Came

PAGE = "Ngozi is a town.\n\nIt has a market of some size.\n\nIt has a school.\n\nIt has a river."
TITLE = Title.parse("Ngozi", ENGLISH)


def came(before: str | None, after: str, *, turn: int = 1, commit: str = "c", undoes: str = "") -> Came:
    """An edit of a kit; without a commit, words that somebody committed by hand."""
    edit = Edit(f"e-{turn:016d}", TITLE, before, after, "", "k-x4q2m7aa", "c-7f3a2b1c", "2026-03-01", undoes=undoes)
    return Came(edit, commit, turn)


def changed(old: str, new: str, *, of: str = PAGE, turn: int = 1, commit: str = "c") -> Came:
    assert old in of
    return came(of, of.replace(old, new), turn=turn, commit=commit)


def taken(tip: str | None, *edits: Came, page: str | None = PAGE) -> Apart:
    return apart(page, tip, Edits(edits), ENGLISH)


LARGE = changed("a market", "a large market")
TWO_SCHOOLS = changed("a school", "two schools", turn=2)
BOTH = PAGE.replace("a market", "a large market").replace("a school", "two schools")


def test_what_the_edits_make_leaves_nothing_over() -> None:
    found = taken(BOTH, LARGE, TWO_SCHOOLS)
    assert [one.came for one in found.taken] == [LARGE, TWO_SCHOOLS]
    assert (found.page, found.rest, found.waiting, found.unclear) == (BOTH, None, [], False)


def test_words_beyond_the_edits_are_left_over() -> None:
    found = taken(BOTH.replace("a river", "a wide river"), LARGE, TWO_SCHOOLS)
    assert (found.page, found.rest) == (BOTH, BOTH.replace("a river", "a wide river"))


def test_words_that_an_open_edit_brought_are_not_somebody_elses() -> None:
    """They came in some other form, and cannot be told apart; the edit is there to be decided."""
    open_ = changed("a market", "a large and famous market", turn=3).edit
    tip = BOTH.replace("a large market", "two large and famous market halls")
    found = apart(PAGE, tip, Edits([TWO_SCHOOLS], open=[open_]), ENGLISH)
    assert (found.page, found.rest, found.unclear) == (TWO_SCHOOLS.edit.after, None, True)


def test_white_space_at_the_end_is_nobodys_words() -> None:
    assert taken(BOTH + "\n", LARGE, TWO_SCHOOLS).rest is None


def test_what_somebody_chose_in_a_conflict_stays_its_authors() -> None:
    small = changed("a market", "a small market", turn=2)
    tip = PAGE.replace("a market", "a large small market")
    (one,) = taken(tip, small, page=LARGE.edit.after).taken
    assert (one.resolved, one.wikitext) == (True, tip)


def test_an_edit_that_lost_its_conflict_waits() -> None:
    small = changed("a market", "a small market", turn=2)
    found = taken(LARGE.edit.after, small, page=LARGE.edit.after)
    assert (found.taken, found.waiting) == ([], [(small, "")])


def test_edits_in_the_wrong_order_keep_to_their_own_words() -> None:
    """git lists what it squashes from the newest on; nobody else's words may come in with an edit."""
    first = changed("It has a market", "It has a bank of its own.\n\nIt has a market")
    text = first.edit.after
    second = came(text, text.replace("It has a market of some size.\n\n", ""), turn=2)
    found = taken(second.edit.after, second, first)
    assert {one.came.edit.id for one in found.taken} == {first.edit.id, second.edit.id}
    for one in found.taken:
        assert ("bank" in one.wikitext) or one.came is second
    assert (found.page, found.rest) == (second.edit.after, None)


def test_an_edit_that_the_tip_leaves_out_waits() -> None:
    found = taken(PAGE.replace("a market", "a large market"), LARGE, TWO_SCHOOLS)
    assert [one.came for one in found.taken] == [LARGE]
    assert found.waiting == [(TWO_SCHOOLS, "dropped")]


def test_an_edit_and_its_undo_are_both_taken_where_they_fit() -> None:
    undo = came(LARGE.edit.after, PAGE, turn=2, undoes=LARGE.edit.id)
    found = taken(PAGE, LARGE, undo)
    assert [one.came for one in found.taken] == [LARGE, undo]


def test_an_edit_and_its_undo_that_do_not_fit_leave_together() -> None:
    small = PAGE.replace("a market", "a small market")
    undo = came(LARGE.edit.after, PAGE, turn=2, undoes=LARGE.edit.id)
    found = taken(small, LARGE, undo, page=small)
    assert (found.taken, found.waiting, found.undone) == ([], [], [LARGE, undo])


def test_a_declined_edit_is_taken_out_of_the_tip() -> None:
    found = apart(PAGE, BOTH, Edits([TWO_SCHOOLS], [LARGE.edit]), ENGLISH)
    assert (found.page, found.rest, found.unclear) == (TWO_SCHOOLS.edit.after, None, False)


def test_a_declined_edit_whose_words_others_changed_needs_a_person() -> None:
    declined = changed("a market", "a rather large and loud market")
    tip = PAGE.replace("a market", "a rather large and quiet market")
    found = apart(PAGE, tip, Edits([TWO_SCHOOLS], [declined.edit]), ENGLISH)
    assert (found.page, found.rest, found.unclear) == (PAGE, None, True)


def test_a_declined_removal_does_not_come_in_with_what_stands_in_its_place() -> None:
    declined = changed("Ngozi is a town.\n\n", "")
    text = declined.edit.after
    beside = came(text, f"It is old, and has a wall.\n\n{text}", turn=2)
    found = apart(PAGE, beside.edit.after, Edits([beside], [declined.edit]), ENGLISH)
    assert (found.page, found.unclear) == (PAGE, True)
    assert [one for one, _ in found.waiting] == [beside]


def test_words_of_a_declined_edit_that_stand_there_by_right_stay() -> None:
    found = apart(PAGE, LARGE.edit.after, Edits([LARGE], [changed("a market", "a large market", turn=2).edit]), ENGLISH)
    assert (found.page, found.rest) == (LARGE.edit.after, None)


def test_the_queues_words_that_a_merge_dropped_stand_again() -> None:
    found = apart(LARGE.edit.after, TWO_SCHOOLS.edit.after, Edits([TWO_SCHOOLS], [], [LARGE.edit]), ENGLISH)
    assert (found.page, found.rest, found.restored) == (BOTH, None, True)


def test_a_line_that_a_merge_doubled_is_nobodys_words() -> None:
    line = "It has a market of some size."
    found = taken(PAGE.replace("It has a river.", f"{line}\n\nIt has a river."))
    assert (found.page, found.rest, found.unclear) == (PAGE, None, True)


def test_a_page_that_was_removed_stands_again() -> None:
    found = taken(None)
    assert (found.page, found.rest, found.restored) == (PAGE, None, True)


def test_a_new_page_of_a_declined_edit_goes_again() -> None:
    new = came(None, "A page of Secrets.")
    found = apart(None, "A page of Secrets.", Edits([], [new.edit]), ENGLISH)
    assert (found.page, found.rest, found.unclear) == (None, None, False)


def test_where_the_page_was_blanked_or_made_a_redirect_a_person_decides() -> None:
    """Choices cannot be told apart by spots there: taking one side whole would take others' words away."""
    redirect = "#REDIRECT [[Gitega]]"
    found = taken(redirect, came(PAGE, redirect, turn=2), page=LARGE.edit.after)
    assert (found.page, found.rest, found.unclear) == (LARGE.edit.after, None, True)
    assert [code for _, code in found.waiting] == ["redirect"]


def test_of_a_page_that_cannot_be_read_the_edits_that_fit_stay() -> None:
    small = changed("a market", "a small market", turn=3)
    found = unread(PAGE, [LARGE, TWO_SCHOOLS, small], ENGLISH)
    assert (found.page, found.unclear) == (BOTH, True)
    assert found.waiting == [(small, "")]


def test_words_by_hand_that_do_not_fit_are_left_over() -> None:
    by_hand = changed("a market", "a small market", turn=2, commit="")
    tip = PAGE.replace("a market", "a small market")
    found = taken(tip, by_hand, page=LARGE.edit.after)
    assert (found.taken, found.waiting, found.rest) == ([], [], tip)
