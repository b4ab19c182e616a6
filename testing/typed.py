"""What people and strangers may type: a strategy for tests that need thousands of texts."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

LETTERS = st.characters(exclude_categories=["Cs"])


def typed(pieces: Sequence[str], size: int) -> st.SearchStrategy[str]:
    """Text of any characters, among them many of `pieces`.

    It is one draw: a list of pieces takes five times as long.
    """
    spelt = spelling(pieces)
    return st.text(LETTERS, max_size=size).map(lambda drawn: drawn.translate(spelt))


def spelling(pieces: Sequence[str]) -> dict[int, str]:
    """Every other character from A to ÿ stands for one of `pieces`, for `str.translate`."""
    return {code: pieces[code // 2 % len(pieces)] for code in range(0x41, 0x100, 2)}
