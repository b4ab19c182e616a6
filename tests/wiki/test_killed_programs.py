"""The real program is killed at a few requests and pushes; `make kill-bridge` does it at all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from testing.mediawiki import MediaWiki as Server
from tests.killed_programs import Place, Series

pytestmark = pytest.mark.wiki


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory, mediawiki: Server) -> Iterator[Series]:
    series = Series(tmp_path_factory.mktemp("series"), mediawiki, 0)
    yield series
    series.close()


@pytest.mark.parametrize(
    "place",
    [Place(8, "after"), Place(0, "delayed"), Place(3, "pre-receive"), Place(4, "post-receive")],
    ids=lambda place: f"{place.how} {place.number}",
)
def test_a_program_killed_here_leaves_nothing_undone(series: Series, place: Place) -> None:
    found = series.killed(place)
    assert found is not None, "no run came so far"
    assert found[1] == [], "\n".join(series.said)
