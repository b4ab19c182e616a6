"""Mode `import`, decided: which time a revision bears, and what its place in a page's history means."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testing.sites import ENGLISH
from wikigit.bridge import importing
from wikigit.bridge.importing import Place
from wikigit.core import attribution, identity
from wikigit.core.receipt import Outcome
from wikigit.core.revision import Revision
from wikigit.core.title import Title

NOON = "2026-03-10T12:00:00Z"
STEPS = [identity.step_id([f"e-{number}"]) for number in range(2)]


@pytest.mark.parametrize(
    ("days", "head", "told"),
    [
        (["2026-03-01"], "2026-02-01T00:00:00Z", ["2026-03-01T00:00:00Z"]),
        (["2026-03-01"], "", ["2026-03-01T00:00:00Z"]),
        (["2026-03-01"], "2026-03-01T00:00:00Z", ["2026-03-01T00:00:01Z"]),
        (["2026-03-01"], "2026-03-05T08:00:00Z", ["2026-03-05T08:00:01Z"]),
        (["2026-03-01", "2026-03-01"], "", ["2026-03-01T00:00:00Z", "2026-03-01T00:00:01Z"]),
        (["2026-03-01", "2026-03-02"], "", ["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"]),
        (["2026-03-02", "2026-03-01"], "", ["2026-03-02T00:00:00Z", "2026-03-02T00:00:01Z"]),
        (["2099-12-31"], "2026-02-01T00:00:00Z", ["2026-03-10T00:00:00Z"]),
        (["2099-12-31"], "", ["2026-03-10T00:00:00Z"]),
        (["2026-03-01"], "2026-03-10T11:56:59Z", ["2026-03-10T11:57:00Z"]),
        (["2026-03-01"], "2026-03-10T11:57:00Z", None),
        (["2026-03-01", "2026-03-01"], "2026-03-10T11:56:59Z", None),
        (["2026-03-01"], "2026-03-10T13:00:00Z", None),
    ],
)  # fmt: skip
def test_the_time_is_the_edits_day_after_the_head_and_before_the_page_came_to_rest(
    days: list[str], head: str, told: list[str] | None
) -> None:
    assert importing.times(days, head, NOON) == (tuple(told) if told else None)


DAYS = st.dates().map(str)
CLOCKS = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(lambda time: f"{time:%Y-%m-%dT%H:%M:%SZ}")


@given(st.lists(DAYS, min_size=1, max_size=4), CLOCKS, CLOCKS)
def test_every_time_is_later_than_the_one_before_and_long_enough_ago(days: list[str], head: str, clock: str) -> None:
    told = importing.times(days, head, clock)
    if told is not None:
        assert [head, *told] == sorted({head, *told})
        assert not importing.still_under_way(told[-1], clock)


def revision(number: int, *, step: str = "", account: str = "Somebody", text: str = "") -> Revision:
    """A revision of a page's history; with a step, one of ours."""
    summary = attribution.summary(["Aline"], "", step) if step else ""
    by = attribution.author("Aline") if step else account
    title = Title.parse("Ngozi", ENGLISH)
    return Revision(number, 1, title, None, by, NOON, summary, sha1=text or f"text {number}")


BASE, OURS, TWO = revision(1), revision(2, step=STEPS[0], text="ours"), revision(3, step=STEPS[1], text="two")
TOP = revision(5, account="Bridge", text="two")
THEIRS = revision(4)


@pytest.mark.parametrize(
    ("oldest_first", "place", "other"),
    [
        ([BASE, OURS, TWO, TOP], Place.LANDED, 0),
        ([BASE, OURS, TWO], Place.LANDED, 0),
        ([BASE, OURS, TWO, TOP, THEIRS], Place.LANDED, 0),
        ([BASE, OURS, TWO, THEIRS, TOP], Place.BELOW, 4),
        ([BASE, THEIRS, OURS, TWO, TOP], Place.OVER, 4),
        ([BASE, OURS, THEIRS, TWO, TOP], Place.OVER, 4),
        ([OURS, TWO, TOP], Place.ALONE, 0),
    ],
)
def test_the_history_tells_where_ours_came_to_stand(oldest_first: list[Revision], place: Place, other: int) -> None:
    found = importing.find(STEPS, BASE.id, oldest_first[::-1])
    assert found is not None
    assert (found.place, found.other) == (place, other)
    assert found.revisions == {STEPS[0]: OURS, STEPS[1]: TWO}
    landed = place is Place.LANDED
    outcome = Outcome.PUBLISHED if landed else Outcome.HELD
    assert found.outcome(STEPS[0], "ours") == (outcome, str(place), str(other or OURS.id))
    assert found.outcome(STEPS[0], "another") == (Outcome.HELD, "not-as-sent", str(OURS.id))


def test_a_new_page_has_no_base() -> None:
    found = importing.find(STEPS[:1], 0, [replace(TOP, sha1="ours"), OURS])
    assert found is not None
    assert found.place is Place.LANDED


@pytest.mark.parametrize(
    "stranger",
    [replace(OURS, account="Somebody"), replace(OURS, summary="Ours."), replace(OURS, account="other>Aline")],
)
def test_what_only_looks_like_ours_is_not(stranger: Revision) -> None:
    assert importing.find(STEPS, BASE.id, [TOP, stranger, BASE]) is None
