"""Sticks travel for a month in strangers' pockets, and everything arrives once: stories told by chance."""

from __future__ import annotations

from tests.pockets import tell


def test_whatever_happens_to_the_sticks_everybody_is_answered(sequences: int) -> None:
    assert tell(sequences) >= sequences
