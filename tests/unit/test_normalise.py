"""The kit shows what the wiki will store: the same normalisation, and nothing beyond it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigit.wikitext.normalise import as_saved


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        pytest.param("a\r\nb\rc\r\r\nd", "a\nb\nc\n\nd", id="line ends"),
        pytest.param("a \n\t\n \n", "a", id="white space at the end of the page"),
        pytest.param(" \n\t ", "", id="nothing but white space"),
        pytest.param("e\u0301", "é", id="NFD"),
        pytest.param("\u1112\u1161\u11ab", "한", id="Hangul"),
        pytest.param("a\x00b", "a\ufffdb", id="NUL"),
        pytest.param("a\x0b\x0c\x1f\ufffe", "a\ufffd\ufffd\ufffd\ufffd", id="what XML cannot carry"),
    ],
)
def test_what_the_wiki_changes_is_changed(typed: str, stored: str) -> None:
    assert as_saved(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(" a", id="leading space"),
        pytest.param("\n\na", id="leading lines"),
        pytest.param("b  \n\tc\u00a0", id="blanks inside, no-break space at the end"),
        pytest.param("a\u2028b\u0085c\u200d\u200f", id="other line ends and joiners"),
        pytest.param("~~~~ {{subst:x}} [[x (y)|]] [[Help:|]]", id="what the wiki will expand"),
        pytest.param("\u0958 \u2126".replace("\u0958", "\u0915\u093c").replace("\u2126", "Ω"), id="already NFC"),
        pytest.param("a\u3000", id="ideographic space at the end"),
    ],
)
def test_what_the_wiki_keeps_is_kept(typed: str) -> None:
    assert as_saved(typed) == typed


@given(st.text(st.characters() | st.sampled_from("\r\n \t\x00\u0301")))
def test_saving_twice_changes_nothing(typed: str) -> None:
    assert as_saved(as_saved(typed)) == as_saved(typed)
