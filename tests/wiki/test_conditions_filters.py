"""What the wiki's filters, lists and captchas say to an edit, and what its writer is told at the kit."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.wiki.guarded import NGOZI, READ_ONLY, Road
from wikigit.core.errors import WikiUnreachable

CAPTCHA = "MediaWiki\\Extension\\ConfirmEdit"
CAPTCHAS = {"simple": f"{CAPTCHA}\\SimpleCaptcha\\SimpleCaptcha", "question": "QuestyCaptcha"}
pytestmark = pytest.mark.wiki


# A filter that warns


def test_a_warning_is_for_a_volunteer_to_answer(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a splendid market")
    assert road.becomes(edit) == ("held", "abusefilter-warning")
    assert road.kit.receipt(edit).ref == "Praise"
    road.publishes()
    assert (road.heard, road.sent(), road.text(ngozi)) == (["abusefilter-warning"], 1, NGOZI)


def test_the_next_edit_of_the_page_is_warned_as_well(road: Road) -> None:
    """MediaWiki remembers a warning by session, page and filter: any other text would now pass without a word."""
    ngozi = road.page()
    library = road.other_kit
    edit = road.changes(ngozi, "a market", "a splendid market")
    assert road.becomes(edit) == ("held", "abusefilter-warning")
    road.starts_again()
    other = road.changes(ngozi, "a school", "a splendid school", at=library)
    assert road.becomes(other, at=library) == ("held", "abusefilter-warning")
    assert (road.sent(), road.text(ngozi)) == (2, NGOZI)


def test_a_warning_stands_even_if_the_run_ends_at_the_next_page(road: Road) -> None:
    ngozi, lake = road.page(), road.page("Lake", "A lake.")
    edit, other = road.changes(ngozi, "a market", "a splendid market"), road.changes(lake, "A lake", "A wide lake")
    with ExitStack() as moving:
        road.meanwhile(lambda: road.meanwhile(lambda: moving.enter_context(road.server.settings(READ_ONLY))))
        with pytest.raises(WikiUnreachable, match="readonly"):
            road.publishes()
    assert road.becomes(other) == ("published", "")
    assert road.told(edit) == ("held", "abusefilter-warning")
    assert (road.heard, road.text(ngozi)) == (["abusefilter-warning", "success"], NGOZI)


def test_a_warning_that_nobody_heard_is_not_answered_by_sending_again(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a splendid market")
    road.is_killed()
    assert road.becomes(edit) == ("held", "abusefilter-warning")
    assert (road.sent(), road.text(ngozi)) == (2, NGOZI)


def test_a_volunteer_who_accepts_a_warned_edit_has_it_sent_all_the_same(road: Road) -> None:
    ngozi = road.page()
    library = road.other_kit
    edit = road.changes(ngozi, "a market", "a splendid market, buy now")
    assert road.becomes(edit) == ("held", "abusefilter-warning")
    assert road.kit.receipt(edit).ref == "Praise; Adverts"
    road.hub.accepts(edit)
    assert road.becomes(edit) == ("published", "")
    assert road.text(ngozi) == edit.after
    other = road.changes(ngozi, "a school", "a splendid school", at=library)
    assert road.becomes(other, at=library) == ("held", "abusefilter-warning")


def test_one_person_s_warned_edit_does_not_stop_another_s_of_the_page(road: Road) -> None:
    ngozi = road.page()
    library = road.other_kit
    edit = road.changes(ngozi, "a market", "a splendid market")
    other = road.changes(ngozi, "a school", "two schools", at=library)
    assert road.becomes(other, at=library) == ("published", "")
    assert road.told(edit) == ("held", "abusefilter-warning")
    assert road.text(ngozi) == NGOZI.replace("a school", "two schools")


# Filters that do other things


def test_a_filter_that_disallows_refuses_for_good_and_names_itself(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a market: beware")
    assert road.becomes(edit) == ("refused", "abusefilter-disallowed")
    assert road.kit.receipt(edit).ref == "Threats"
    road.publishes()
    assert (road.sent(), road.text(ngozi)) == (1, NGOZI)


def test_a_filter_that_warns_and_then_disallows_refuses_what_was_accepted(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a cheap market")
    assert road.becomes(edit) == ("held", "abusefilter-warning")
    road.hub.accepts(edit)
    assert road.becomes(edit) == ("refused", "abusefilter-disallowed")
    assert road.text(ngozi) == NGOZI


def test_a_filter_that_throttles_holds_what_came_too_fast(road: Road) -> None:
    """The wiki's words are those of a filter that disallows; only the filter's settings tell that it counts."""
    ngozi, lake = road.page(), road.page("Lake", "A lake.")
    edit, other = road.changes(ngozi, "a market", "a burst market"), road.changes(lake, "A lake", "A burst lake")
    assert road.becomes(edit) == ("published", "")
    assert road.told(other) == ("held", "abusefilter-throttled")
    assert road.kit.receipt(other).ref == "Bursts"
    road.publishes()
    assert road.sent() == 2


def test_a_filter_that_tags_lets_the_edit_pass(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a bazaar")
    assert road.becomes(edit) == ("published", "")
    assert road.server.history(ngozi)[-1]["tags"] == ["market"]


# Lists


def test_a_link_on_the_spam_list_is_refused_by_name(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a market (https://badlink.example/x)")
    assert road.becomes(edit) == ("refused", "spamblacklist")
    assert road.kit.receipt(edit).ref == "badlink.example"
    road.publishes()
    assert (road.sent(), road.text(ngozi)) == (1, NGOZI)


def test_a_title_on_the_title_list_is_refused(road: Road) -> None:
    road.page()
    edit = road.writes(road.page("unwanted things", ""), "Things.")
    assert road.becomes(edit) == ("refused", "titleblacklist-forbidden")
    assert road.kit.receipt(edit).ref == ".*unwanted.*"


# Captchas


@pytest.mark.parametrize(("kind", "trigger"), [("simple", "edit"), ("question", "create"), ("simple", "addurl")])
def test_a_captcha_is_for_a_volunteer(road: Road, kind: str, trigger: str) -> None:
    ngozi, words = road.page(), "See https://example.org/map for a map."
    new = road.page("Lake", "")
    edit = road.writes(new, words) if trigger == "create" else road.changes(ngozi, "It has a market.", words)
    with road.server.settings(f"$wgCaptchaClass = '{CAPTCHAS[kind]}'; $wgCaptchaTriggers['{trigger}'] = true;"):
        assert road.becomes(edit) == ("held", "captcha")
        road.publishes()
        assert (road.heard, road.sent()) == (["captcha"], 1)
    road.hub.accepts(edit)
    assert road.becomes(edit) == ("published", "")


def test_an_account_that_may_skip_captchas_sees_none(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "two markets")
    skips = "$wgGroupPermissions['user']['skipcaptcha'] = true;"
    with road.server.settings(f"$wgCaptchaTriggers['edit'] = true; {skips}"):
        assert road.becomes(edit) == ("published", "")


# Extensions that nobody knows yet

SAYS_NO = {
    "tomorrows-code": "$told[2]->fatal( ApiMessage::create( 'hookaborted', 'tomorrows-code' ) ); return false;",
    "failure": "$told[2]->value = EditPage::AS_HOOK_ERROR_EXPECTED; $told[2]->statusData = [ 'x' => 1 ]; return false;",
    "hookaborted": "return false;",
}


@pytest.mark.parametrize("code", SAYS_NO)
def test_a_no_that_nobody_understands_is_for_a_volunteer(road: Road, code: str) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    hook = f"$wgHooks['EditFilterMergedContent'][] = static function ( ...$told ) {{ {SAYS_NO[code]} }};"
    with road.server.settings(hook):
        assert road.becomes(edit) == ("held", code)
        road.publishes()
    assert (road.heard, road.sent(), road.text(ngozi)) == ([code], 1, NGOZI)
