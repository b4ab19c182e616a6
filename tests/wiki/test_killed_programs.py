"""The real program is killed at a few requests and pushes; `make kill-bridge` does it at all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from testing.mediawiki import MediaWiki as Server
from testing.template import DEBIAN_ROOT
from tests import importers
from tests.conftest import real_wiki
from tests.killed_programs import Place, Series

pytestmark = pytest.mark.wiki


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory, mediawiki: Server) -> Iterator[Series]:
    series = Series(tmp_path_factory.mktemp("series"), mediawiki, 0)
    yield series
    series.close()


@pytest.fixture(scope="module")
def imports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Series]:
    """A series whose program imports, to a wiki of its own."""
    folder = tmp_path_factory.mktemp("imports")
    server = real_wiki(folder / "wiki", version=request.param, extra_settings=importers.SETTINGS)
    if request.param and server.root == DEBIAN_ROOT:
        pytest.skip(f"Debian's MediaWiki is {server.version} already.")
    (folder / "series").mkdir()
    with server:
        series = Series(folder / "series", server, 0, importing=True)
        yield series
        series.close()


AFTER, DELAYED = Place(0, "after", writes=True), Place(0, "delayed")


@pytest.mark.parametrize(
    ("imports", "place"),
    [("", AFTER), ("", DELAYED), ("1.43", DELAYED)],
    ids=["Debian's after", "Debian's delayed", "1.43 delayed"],
    indirect=["imports"],
)
def test_a_program_killed_while_it_imports_leaves_nothing_undone(imports: Series, place: Place) -> None:
    found = imports.killed(place)
    assert found is not None, "no run came so far"
    assert found[1] == [], "\n".join(imports.said)


@pytest.mark.parametrize(
    "place",
    [Place(8, "after"), Place(0, "delayed"), Place(3, "pre-receive"), Place(4, "post-receive")],
    ids=lambda place: f"{place.how} {place.number}",
)
def test_a_program_killed_here_leaves_nothing_undone(series: Series, place: Place) -> None:
    found = series.killed(place)
    assert found is not None, "no run came so far"
    assert found[1] == [], "\n".join(series.said)
