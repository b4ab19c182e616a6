"""Which lines differ: what the hunks say, carried out on the old text, gives the new one."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from wikigit.wikitext import diff
from wikigit.wikitext.diff import Hunk

LINES = st.lists(st.sampled_from(["", "a", "b", "c\r", "1", "0\x00", "\u2028", "\x0c"]), min_size=1, max_size=12)


@settings(max_examples=1_000)
@given(LINES, LINES)
def test_the_hunks_make_the_new_text_of_the_old(old: list[str], new: list[str]) -> None:
    hunks = diff.hunks(old, new)
    made = list(old)
    for hunk in reversed(hunks):
        made[hunk.start : hunk.end] = hunk.new
    assert made == new
    for before, after in pairwise(hunks):
        assert before.end < after.start
    assert all(tuple(old[h.start : h.end]) != h.new for h in hunks)


@given(st.text(st.sampled_from("a\n\r\x0b\x0c\x00\x85\u2028")))
def test_lines_end_at_lf_alone(wikitext: str) -> None:
    assert "\n".join(diff.lines(wikitext)) == wikitext
    assert len(diff.lines(wikitext)) == wikitext.count("\n") + 1


def test_hunks_count_lines_from_nought() -> None:
    old = ["a", "b", "c", "d"]
    assert diff.hunks(old, ["x", "a", "b", "c", "d"]) == [Hunk(0, 0, ("x",))]
    assert diff.hunks(old, ["a", "b", "c", "d", "x"]) == [Hunk(4, 4, ("x",))]
    assert diff.hunks(old, ["b", "c"]) == [Hunk(0, 1, ()), Hunk(3, 4, ())]
    assert diff.hunks(old, ["a", "x", "y", "d"]) == [Hunk(1, 3, ("x", "y"))]
    assert diff.hunks(old, old) == []
