"""What people type, as one line; and cut where a reader would cut it."""

import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from wikigit.core import words


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  the  new\u00a0market \n", "the new market"),
        ("one\r\ntwo\u2028three\x0bfour\x85five\tsix\x00", "one two three four five six"),
        ("\u202egnidaer\u202c \u2067x\u2069", "gnidaer x"),
        ("co\u00adoperate \ufeffnow", "cooperate now"),
        ("e\u0301cole e\u00ad\u0301cole", "école école"),
        ("می\u200cخواهم क्\u200dष 🧑🏽\u200d🌾", "می\u200cخواهم क्\u200dष 🧑🏽\u200d🌾"),
        ("\u200d\u200c", ""),
        ("half \ud83d a pair", "half a pair"),
        (" \n\t", ""),
    ],
)
def test_one_line_keeps_what_is_seen(typed: str, line: str) -> None:
    assert words.one_line(typed) == line


@given(st.text())
def test_one_line_is_one_line_for_everybody_and_stays(typed: str) -> None:
    line = words.one_line(typed)
    assert line.splitlines() in ([], [line])
    assert line == line.strip()
    assert "  " not in line
    assert unicodedata.is_normalized("NFC", line)
    assert words.one_line(line) == line


@pytest.mark.parametrize(
    ("typed", "room", "cut"),
    [
        ("short enough", 12, "short enough"),
        ("the year of the market", 18, "the year of the…"),
        ("the year of the market", 17, "the year of the…"),
        ("a verylongwordindeed", 10, "a verylon…"),
        ("क्षत्रिय", 3, "…"),
        ("🇧🇮🇷🇼🇹🇿", 4, "🇧🇮…"),
        ("🧑🏽\u200d🌾 here", 4, "…"),
        ("words", 1, "…"),
        ("words", 0, ""),
    ],
)
def test_words_are_cut_between_words_else_between_letters(typed: str, room: int, cut: str) -> None:
    assert words.shorten(typed, room) == cut


LETTERS = st.sampled_from([" ", "a", "é", "ሀ", "ߒ߲", "का", "क्ष", "👩🏾\u200d🍳", "🇧🇮", "خ", "می\u200c", "z\u0301\u0327"])


@settings(max_examples=1_000)
@given(st.lists(LETTERS, max_size=40).map("".join).map(words.one_line), st.integers(0, 60))
def test_a_cut_fits_and_never_goes_through_a_letter(typed: str, room: int) -> None:
    cut = words.shorten(typed, room)
    assert len(cut) <= room
    if cut == typed or not cut:
        return
    kept = cut.removesuffix("…")
    assert typed.startswith(kept)
    assert kept == kept.strip()
    letters = regex.findall(r"\X", typed)
    edges = {len("".join(letters[:count]).rstrip(words.JOINERS)) for count in range(len(letters))}
    assert len(kept) in edges
