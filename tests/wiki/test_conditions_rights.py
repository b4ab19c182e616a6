"""Where the wiki lets others write but not us: protection, blocks, rights, logins. And what the kit is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.wiki.guarded import ACCOUNT, NGOZI, Road
from wikigit.core.config import OWN_WIKI
from wikigit.core.errors import WikiError
from wikigit.core.title import Title
from wikigit.wiki.answers import Kind

pytestmark = pytest.mark.wiki


# Protected pages


@pytest.mark.parametrize("level", ["sysop", "autoconfirmed"])
def test_a_protected_page_waits_with_all_its_edits(road: Road, level: str) -> None:
    ngozi = road.page()
    library = road.other_kit
    edit = road.changes(ngozi, "a market", "a large market")
    other = road.changes(ngozi, "a school", "two schools", at=library)
    road.server.session().post(action="protect", title=ngozi, protections=f"edit={level}")
    with road.server.settings("$wgAutoConfirmAge = 4 * 86400; $wgAutoConfirmCount = 10;"):
        assert road.becomes(edit) == ("held", "protectedpage")
        assert road.told(other, at=library) == ("held", "protectedpage")
    assert (road.sent(), road.text(ngozi)) == (1, NGOZI)


def test_a_page_protected_through_another_is_held(road: Road) -> None:
    ngozi = road.page()
    front = road.page("Front", f"{{{{:{ngozi}}}}}")
    edit = road.changes(ngozi, "a market", "a large market")
    road.server.session().post(action="protect", title=front, protections="edit=sysop", cascade=1)
    assert road.becomes(edit) == ("held", "cascadeprotected")
    assert (road.sent(), road.text(ngozi)) == (1, NGOZI)


def test_a_title_that_may_not_be_made_is_held(road: Road) -> None:
    road.page()
    lake = road.page("Lake", "")
    edit = road.writes(lake, "A lake.")
    road.server.session().post(action="protect", title=lake, protections="create=sysop")
    assert road.becomes(edit) == ("held", "protectedpage")
    assert road.text(lake) is None


def test_a_protected_namespace_is_held_and_the_others_go_on(road: Road) -> None:
    box, ngozi = f"Template:{road.prefix}", road.page()
    road.server.edit(box, "A box.")
    road.titles.append(box)
    edit, other = road.changes(box, "A box", "A blue box"), road.changes(ngozi, "a market", "a large market")
    with road.server.settings("$wgNamespaceProtection[NS_TEMPLATE] = [ 'editinterface' ];"):
        assert road.becomes(edit) == ("held", "protectednamespace")
        assert road.told(other) == ("published", "")


# Pages that are never ours


def test_the_interface_is_refused_before_anything_is_sent(road: Road) -> None:
    road.page()
    edit = road.writes("MediaWiki:Sitenotice", "Read this.")
    assert road.becomes(edit) == ("refused", "interface-page")
    assert road.sent() == 0


@pytest.mark.parametrize(
    ("title", "code"),
    [
        (Title(8, "MediaWiki", "Sitenotice"), "protectednamespace-interface"),
        (Title(2, "User", "Amina/common.js"), "customjsprotected"),
        (Title(-1, "Special", "Search"), "pagecannotexist"),
        (Title(0, "", "#Only a fragment"), "pagecannotexist"),
        (Title(0, "", "Bad[title]"), "invalidtitle"),
        (Title(0, "", "Bad{title"), "invalidtitle"),
    ],
)
def test_what_the_road_never_sends_the_wiki_refuses(road: Road, title: Title, code: str) -> None:
    answer = road.asks(title, "1")
    assert (answer.kind, answer.code) == (Kind.REFUSED, code)


# Blocks


def test_a_block_stops_the_run_and_every_edit_stays_in_the_queue(road: Road) -> None:
    ngozi, lake = road.page(), road.page("Lake", "A lake.")
    edits = [road.changes(ngozi, "a market", "a large market"), road.changes(lake, "A lake", "A wide lake")]
    with road.blocked(reason="Too fast."):
        with pytest.raises(WikiError, match="Too fast") as told:
            road.publishes()
        assert (told.value.exit_code, road.heard, road.sent()) == (1, ["blocked"], 1)
        assert [road.told(edit) for edit in edits] == [("merged", "")] * 2
    assert [road.becomes(edit) for edit in edits] == [("published", "")] * 2
    assert [road.revisions(title) for title in (ngozi, lake)] == [2, 2]


def test_a_block_of_one_s_address_stops_the_run(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    road.server.edit(road.page("Elsewhere", ""), "Nonsense.", user="Vandal")
    with road.blocked("Vandal", autoblock=1):
        with pytest.raises(WikiError, match="Vandal"):
            road.publishes()
        assert road.heard == ["autoblocked"]
    assert road.becomes(edit) == ("published", "")


def test_a_partial_block_holds_its_page_only(road: Road) -> None:
    ngozi, lake = road.page(), road.page("Lake", "A lake.")
    edit, other = road.changes(ngozi, "a market", "a large market"), road.changes(lake, "A lake", "A wide lake")
    with road.blocked(partial=1, pagerestrictions=ngozi, reason="Not here."):
        assert road.becomes(edit) == ("held", "blocked")
        assert road.told(other) == ("published", "")
    assert road.kit.receipt(edit).ref == "Not here."


def test_a_block_of_one_namespace_holds_its_pages_only(road: Road) -> None:
    ngozi, box = road.page(), f"Template:{road.prefix}"
    road.server.edit(box, "A box.")
    road.titles.append(box)
    edit, other = road.changes(box, "A box", "A blue box"), road.changes(ngozi, "a market", "a large market")
    with road.blocked(partial=1, namespacerestrictions="10"):
        assert road.becomes(edit) == ("held", "blocked")
        assert road.told(other) == ("published", "")


# Rights


def test_an_account_that_may_not_make_pages_still_edits(road: Road) -> None:
    ngozi, lake = road.page(), road.page("Lake", "")
    edit, other = road.writes(lake, "A lake."), road.changes(ngozi, "a market", "a large market")
    none = "$wgGroupPermissions['*']['createpage'] = $wgGroupPermissions['user']['createpage'] = false;"
    with road.server.settings(none):
        assert road.becomes(edit) == ("held", "cantcreate")
        assert road.told(other) == ("published", "")


CLOSED = {
    "permissiondenied": "$wgGroupPermissions['*']['edit'] = $wgGroupPermissions['user']['edit'] = false;",
    "confirmemail": "$wgEmailConfirmToEdit = true;",
}


@pytest.mark.parametrize("code", CLOSED)
def test_an_account_that_may_not_edit_stops_the_run(road: Road, code: str) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    with road.server.settings(CLOSED[code]):
        with pytest.raises(WikiError) as told:
            road.publishes()
        assert (told.value.exit_code, road.heard) == (1, [code])
    assert road.told(edit) == ("merged", "")
    assert road.becomes(edit) == ("published", "")


def test_a_change_tag_that_the_wiki_does_not_know_stops_the_run(road: Road) -> None:
    ngozi = road.page()
    road.policy = replace(OWN_WIKI, tags=("no-such-tag",))
    edit = road.changes(ngozi, "a market", "a large market")
    with pytest.raises(WikiError, match="no-such-tag") as told:
        road.publishes()
    assert "[policy] tags" in told.value.hint
    assert (road.heard, road.told(edit), road.text(ngozi)) == (["badtags"], ("merged", ""), NGOZI)


# Logins


def test_a_login_that_is_over_is_renewed_and_nobody_publishes_as_an_address(road: Road) -> None:
    ngozi, lake = road.page(), road.page("Lake", "A lake.")
    edit, other = road.changes(ngozi, "a market", "a large market"), road.changes(lake, "A lake", "A wide lake")
    road.meanwhile(lambda: road.meanwhile(road.forgets_us))
    assert road.becomes(edit) == ("published", "")
    assert road.told(other) == ("published", "")
    assert [road.server.history(title)[-1]["user"] for title in (ngozi, lake)] == [ACCOUNT, ACCOUNT]
    assert (road.sent(), road.revisions(lake)) == (3, 2)


def test_the_login_of_another_account_never_publishes(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    road.wiki.account()
    road.meanwhile(lambda: road.takes_us_for("Another bridge"))
    assert road.becomes(edit) == ("published", "")
    assert [row["user"] for row in road.server.history(ngozi)] == ["Someone", ACCOUNT]
    assert road.sent() == 2


def test_a_bad_token_is_renewed_once(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    road.wiki.account()
    road.meanwhile(lambda: setattr(road.wiki._session, "token", "0123456789abcdef+\\"))
    assert road.becomes(edit) == ("published", "")
    assert (road.sent(), road.revisions(ngozi)) == (2, 2)


def test_a_login_that_cannot_be_renewed_stops_the_run(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    road.wiki.account()
    with road.server.settings("$wgEnableBotPasswords = false;"):
        road.meanwhile(road.forgets_us)
        with pytest.raises(WikiError, match="did not let") as told:
            road.publishes()
    assert (told.value.exit_code, road.told(edit)) == (1, ("merged", ""))
    assert road.becomes(edit) == ("published", "")
    assert road.revisions(ngozi) == 2
