"""Edits leave after main is new, and what they stood beside has changed or is hidden: stories told by chance."""

from __future__ import annotations

from pathlib import Path

from tests.unfitting import tell


def test_an_edit_that_no_longer_fits_takes_and_carries_nothing_of_others(tmp_path: Path, seed: int) -> None:
    tell(tmp_path, seed)
