"""What changed: the hunks, carried out on the old text, give the new one."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from wikigit.wikitext import diff
from wikigit.wikitext.diff import Grid, Hunk
from wikigit.wikitext.tokens import tokens

PIECES = st.sampled_from(
    ["", "a", "b", " ", "\n", "\r", "1", "\x00", "\u2028", "[[", "]]", "word", "市", "ߒߞߏ", ".", "{{", "|-"]
)
TEXTS = st.lists(PIECES, max_size=20).map("".join)


@settings(max_examples=5_000)
@given(TEXTS, TEXTS)
def test_the_hunks_make_the_new_text_of_the_old(old: str, new: str) -> None:
    grid = Grid(old)
    hunks = diff.hunks(grid, new)
    made, done = "", (0, 0)
    for hunk in hunks:
        made += grid.text(done, hunk.start) + "".join(hunk.new)
        done = hunk.end
    assert made + grid.text(done, grid.end) == new + "\n"
    assert all(before.end < after.start for before, after in pairwise(hunks))


@settings(max_examples=5_000)
@given(st.text() | TEXTS)
def test_tokens_joined_are_the_text(wikitext: str) -> None:
    assert "".join(tokens(wikitext)) == wikitext


def test_words_are_whole_in_scripts_with_vowel_signs_and_single_where_no_blanks_are_written() -> None:
    assert tokens("ߒߞߏ हिन्दी ދިވެހި") == ["ߒߞߏ", " ", "हिन्दी", " ", "ދިވެހި"]
    assert tokens("第七街") == ["第", "七", "街"]
    assert tokens("在1932年") == ["在", "1932", "年"]
    assert tokens("[[Lake]], {{box|a=1}}") == ["[[", "Lake", "]]", ",", " ", "{{", "box", "|", "a", "=", "1", "}}"]


def test_a_changed_word_is_a_hunk_of_its_own() -> None:
    assert diff.hunks(Grid("The market is from 1932."), "The market is from 1933.") == [Hunk((0, 8), (0, 9), ("1933",))]


def test_a_rewritten_sentence_is_one_hunk() -> None:
    """Else the words that stayed by chance would let two rewritten sentences interleave."""
    old, new = "old women come to town every cold morning", "many young men leave town on rainy days"
    assert len(diff.hunks(Grid(old), new)) == 1


def test_lines_that_are_added_or_moved() -> None:
    assert diff.added_lines("a\nb\nc", "a\nc\nb\nd") == ["b", "d"]
