"""What an edit changed, word by word."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wikigit.wikitext.changes import Change, Piece, changed_lines, size


def marked(before: str | None, after: str) -> list[str]:
    signs = {Change.GONE: "-", Change.NEW: "+", Change.SAME: "", Change.LEFT_OUT: ""}
    return [
        "".join(f"[{signs[p.change]}{p.wikitext}]" if signs[p.change] else p.wikitext for p in line)
        for line in changed_lines(before, after)
    ]


def test_a_changed_word_stands_between_the_words_around_it() -> None:
    assert marked("Ngozi.\n\nThe market is old.", "Ngozi.\n\nThe market is new.") == ["The market is [-old][+new]."]


def test_scripts_without_blanks_are_compared_letter_by_letter() -> None:
    assert marked("第七街有市场", "第八街有市场") == ["第[-七][+八]街有市场"]


def test_far_words_are_left_out() -> None:
    line = " ".join(f"word{n}" for n in range(60))
    (told,) = marked(line, line.replace("word30", "x"))
    assert told.startswith("…")
    assert told.endswith("…")
    assert "[-word30][+x]" in told


def test_of_a_new_page_all_is_new() -> None:
    assert changed_lines(None, "a\nb") == [[Piece(Change.NEW, "a")], [Piece(Change.NEW, "b")]]


@settings(max_examples=1_000)
@given(st.text("ab \n.市"), st.text("ab \n.市"))
def test_nothing_that_changed_is_left_out(before: str, after: str) -> None:
    told = [piece for line in changed_lines(before, after) for piece in line]
    gone = "".join(p.wikitext for p in told if p.change is Change.GONE)
    new = "".join(p.wikitext for p in told if p.change is Change.NEW)
    kept = len(before.replace("\n", "")) - len(gone)
    assert kept == len(after.replace("\n", "")) - len(new) >= 0


def test_the_size_of_a_change_is_what_came_and_what_went() -> None:
    assert size("The market is old.", "The market is new.") == (3, 3)
    assert size("a\nb", "a\nb\nc") == (2, 0)
    assert size(None, "A lake.") == (7, 0)


@given(st.text("ab \n", max_size=30), st.text("ab \n", max_size=30))
def test_what_came_less_what_went_is_how_much_longer_it_is(before: str, after: str) -> None:
    new, gone = size(before, after)
    assert new - gone == len(after) - len(before)
    assert (new, gone) == (0, 0) or before != after
