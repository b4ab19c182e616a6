"""The wiki has no time for us, or breaks: nothing is lost or sent twice, and one edit's bad luck stops no other."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from tests.wiki.guarded import READ_ONLY, Road
from wikigit.core.errors import WikiUnreachable

# SQLite has one database and no lag; this is what a wiki with a slow replica says.
LAG = """$wgHooks['ApiMaxLagInfo'][] = static function ( &$lag ) {
	$lag = [ 'host' => 'db2', 'lag' => 12, 'type' => 'db' ];
};"""
NONE_A_MINUTE = "$wgRateLimits['edit']['user'] = [ 0, 60 ];"
BREAKS_AT_LAKES = """$wgHooks['MultiContentSave'][] = static function ( $rendered ) {
	if ( str_contains( $rendered->getRevision()->getPageAsLinkTarget()->getText(), 'Lake' ) ) {
		throw new RuntimeException( 'A pump is broken.' );
	}
};"""
DIES_AFTERWARDS = "$wgHooks['PageSaveComplete'][] = static function () { echo '<html>Fatal error'; exit( 1 ); };"
BREAKS = "internal_api_error_RuntimeException"

pytestmark = pytest.mark.wiki


# Later


LATER = {"readonly": READ_ONLY, "maxlag": LAG, "ratelimited": NONE_A_MINUTE}


@pytest.mark.parametrize("code", LATER)
def test_a_wiki_that_says_later_is_asked_again_by_the_next_run(road: Road, code: str) -> None:
    ngozi, lake = road.page(), road.page("Lake", "A lake.")
    edits = [road.changes(ngozi, "a market", "a large market"), road.changes(lake, "A lake", "A wide lake")]
    road.wiki.account()
    with road.server.settings(LATER[code]):
        with pytest.raises(WikiUnreachable) as told:
            road.publishes()
        assert (told.value.exit_code, road.heard, road.sent(), road.slept) == (5, [code], 1, [])
        assert [road.told(edit) for edit in edits] == [("merged", "")] * 2
    assert [road.becomes(edit) for edit in edits] == [("published", "")] * 2
    assert [road.revisions(title) for title in (ngozi, lake)] == [2, 2]


def test_nobody_logs_in_to_a_wiki_that_cannot_be_written(road: Road) -> None:
    road.was_never_here()
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    with road.server.settings(READ_ONLY), pytest.raises(WikiUnreachable, match="readonly") as told:
        road.publishes()
    assert (told.value.exit_code, road.sent()) == (5, 0)
    assert road.becomes(edit) == ("published", "")


def test_half_of_the_wiki_s_rate_limit_is_used(road: Road) -> None:
    """MediaWiki 1.43 counts each edit by the API twice, so that half of what it names is all that it takes."""
    road.account = "Slow bridge"
    pages = [road.page(f"Lake {number}", "A lake.") for number in range(4)]
    for page in pages:
        road.changes(page, "A lake", "A wide lake")
    with road.server.settings("$wgRateLimits['edit']['user'] = [ 6, 60 ];"):
        newer = road.server.version >= "1.43"
        with pytest.raises(WikiUnreachable) if newer else nullcontext():
            road.publishes()  # and nobody really sleeps before the fourth
    assert len(road.slept) == 1
    assert road.heard == ["success"] * 3 + ["ratelimited" if newer else "success"]


# Broken


def test_an_edit_at_which_the_wiki_breaks_stops_no_other_and_waits_at_last(road: Road) -> None:
    lake, ngozi = road.page("Lake", "A lake."), road.page()
    edit, other = road.changes(lake, "A lake", "A wide lake"), road.changes(ngozi, "a market", "a large market")
    with road.server.settings(BREAKS_AT_LAKES):
        with pytest.raises(WikiUnreachable, match="A pump is broken") as told:
            road.publishes()
        assert (told.value.exit_code, road.heard) == (5, [BREAKS, "success"])
        assert (road.told(edit), road.told(other)) == (("merged", ""), ("published", ""))
        assert road.becomes(edit) == ("held", BREAKS)
        road.publishes()
    assert (road.sent(), road.text(lake), road.revisions(ngozi)) == (3, "A lake.", 2)


def test_an_edit_at_which_the_wiki_broke_is_published_when_it_is_mended(road: Road) -> None:
    lake = road.page("Lake", "A lake.")
    edit = road.changes(lake, "A lake", "A wide lake")
    with road.server.settings(BREAKS_AT_LAKES), pytest.raises(WikiUnreachable):
        road.publishes()
    assert road.becomes(edit) == ("published", "")
    assert road.revisions(lake) == 2


def test_a_wiki_that_breaks_everywhere_is_left_alone(road: Road) -> None:
    pages = [road.page(f"Lake {number}", "A lake.") for number in range(5)]
    for page in pages:
        road.changes(page, "A lake", "A wide lake")
    with road.server.settings(BREAKS_AT_LAKES), pytest.raises(WikiUnreachable):
        road.publishes()
    assert road.heard == [BREAKS] * 3


def test_what_was_stored_before_the_wiki_broke_is_found_and_not_sent_again(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    with road.server.settings(DIES_AFTERWARDS):
        assert road.becomes(edit) == ("published", "found")
    road.publishes()
    assert (road.heard, road.sent(), road.revisions(ngozi)) == (["unreadable-reply"], 1, 2)


def test_an_answer_that_nobody_heard_is_looked_up(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    road.is_killed()
    assert road.becomes(edit) == ("published", "found")
    assert (road.sent(), road.revisions(ngozi)) == (1, 2)
