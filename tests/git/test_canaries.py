"""What must not be told gets out by no way; `make torture` tells many more rounds."""

from __future__ import annotations

import pytest

from tests import canaries
from tests.canaries import Round


def test_no_canary_gets_out(much: int) -> None:
    figures = canaries.rounds(much)
    assert figures["canary_bytes"] > 50_000
    assert figures["leaked_canaries"] == 0


@pytest.mark.parametrize("form", range(5))
def test_a_canary_would_be_seen_in_each_of_its_forms(form: int) -> None:
    hidden, _ = canaries.forms("Canary12345x6")[form]
    told = Round.__new__(Round)
    told.found, told.searched = [], 0
    told._search("here", b"before " + hidden + b" after", {"Canary12345x6"})
    assert told.found == [("here", "Canary12345x6")]


def test_a_moment_a_zone_and_a_clock_would_be_seen() -> None:
    told = Round.__new__(Round)
    told.found, told.begun = [], 1_800_000_000
    told._search_times("here", b"author c <c@kit.invalid> 1750000000 +0200\nat 2026-03-01T08:15:00Z\n")
    assert [what for _, what in told.found] == ["b' +0200\\n'", "b'2026-03-01T08:15'"]
