"""The wiki would store another text, or has another page by now: what is sent, what is stored, what the kit is told."""

from __future__ import annotations

import pytest

from testing.mediawiki import MediaWiki as Server
from testing.sites import ENGLISH
from tests.unit.test_lint import CASES
from tests.wiki.guarded import NGOZI, Road
from wikigit.wikitext import lint

pytestmark = pytest.mark.wiki


# What the wiki alters


def test_lint_finds_what_this_mediawiki_alters_and_nothing_else(guarded: Server) -> None:
    for wikitext, _ in CASES:
        asked = {"title": "Ngozi", "text": wikitext, "contentmodel": "wikitext", "pst": 1, "onlypst": 1}
        stored = guarded.session().post(action="parse", **asked)["parse"]["text"]
        found = {finding.code for finding in lint.findings(wikitext, ENGLISH)}
        assert (stored != wikitext) == bool(found & lint.ALTERED), (wikitext, stored)


ALTERED = {
    "signature": "a school. ~~~~",
    "substitution": "a school in {{subst:PAGENAME}}",
    "pipe-trick": "a [[school (building)|]]",
}


@pytest.mark.parametrize("code", ALTERED)
def test_what_the_wiki_would_sign_or_expand_is_held_and_not_sent(road: Road, code: str) -> None:
    ngozi = road.page()
    library = road.other_kit
    edit = road.changes(ngozi, "a school.", ALTERED[code])
    other = road.changes(ngozi, "a market", "a large market", at=library)
    assert road.becomes(edit) == ("held", code)
    assert road.told(other, at=library) == ("published", "")
    assert (road.sent(), road.text(ngozi)) == (1, NGOZI.replace("a market", "a large market"))


def test_a_comment_without_an_end_would_hide_the_page_and_is_held(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a market <!-- large?")
    assert road.becomes(edit) == ("held", "unclosed-comment")
    assert (road.sent(), road.text(ngozi)) == (0, NGOZI)


def test_a_page_that_came_with_a_signature_is_not_signed_by_the_bridge(road: Road) -> None:
    ngozi = road.page("Ngozi", "")
    road.server.load([(ngozi, NGOZI + "\n\n~~~~")])  # as an import stores it
    road.titles.append(ngozi)
    edit = road.changes(ngozi, "a market", "a large market")
    assert road.becomes(edit) == ("held", "signature")
    assert (road.sent(), road.text(ngozi)) == (0, NGOZI + "\n\n~~~~")


def test_what_an_extension_alters_is_published_and_the_kit_gets_it_as_it_is(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    hook = "static function ( $parser, &$text ) { $text .= ' Indeed.'; }"
    with road.server.settings(f"$wgHooks['ParserPreSaveTransformComplete'][] = {hook};"):
        assert road.becomes(edit) == ("published", "altered-by-wiki")
    road.hub.fetches()
    assert road.told(edit) == ("published", "altered-by-wiki")
    assert road.kit.page(ngozi) == road.text(ngozi) == edit.after + " Indeed."


def test_what_every_save_alters_was_altered_at_the_kit(road: Road) -> None:
    ngozi = road.page()
    typed = "Ngozi is a town.  \r\n\r\nIt has a cafe\u0301. \t\n\n"
    edit = road.writes(ngozi, typed)
    assert road.becomes(edit) == ("published", "")
    assert road.kit.page(ngozi) == road.text(ngozi) == "Ngozi is a town.  \n\nIt has a café."


def test_a_text_that_is_too_big_is_refused(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a market" + " and another" * 100)
    with road.server.settings("$wgMaxArticleSize = 1;"):
        assert road.becomes(edit) == ("refused", "contenttoobig")
        road.publishes()
    assert (road.heard, road.sent(), road.text(ngozi)) == (["contenttoobig"], 1, NGOZI)


# What others did meanwhile


def test_the_same_words_by_somebody_else_are_already_there(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    road.meanwhile(lambda: road.server.edit(ngozi, edit.after + "\n"))
    assert road.becomes(edit) == ("already-there", "no-change")
    assert (road.heard, road.revisions(ngozi)) == (["nochange"], 2)


def test_what_the_wiki_merges_by_itself_is_published_and_told(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    road.meanwhile(lambda: road.server.edit(ngozi, NGOZI.replace("a school", "two schools")))
    assert road.becomes(edit) == ("published", "merged-by-wiki")
    assert (road.heard, road.revisions(ngozi)) == (["merged"], 3)
    both = "Ngozi is a town.\n\nIt has a large market.\n\nIt has two schools."
    road.hub.fetches()
    assert road.told(edit) == ("published", "merged-by-wiki")
    assert road.kit.page(ngozi) == road.text(ngozi) == both


def test_other_words_in_the_same_place_are_an_edit_conflict(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    theirs = NGOZI.replace("a market", "an old market")
    road.meanwhile(lambda: road.server.edit(ngozi, theirs))
    outcome, _ = road.becomes(edit)
    assert (outcome, road.heard, road.text(ngozi)) == ("edit-conflict", ["editconflict"], theirs)


def test_our_own_account_s_other_edit_is_not_overwritten_either(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    theirs = NGOZI.replace("a market", "an old market")
    road.meanwhile(lambda: road.server.edit(ngozi, theirs, user=road.account))
    outcome, _ = road.becomes(edit)
    assert (outcome, road.heard, road.text(ngozi)) == ("edit-conflict", ["editconflict"], theirs)


def test_a_page_that_somebody_else_made_is_an_edit_conflict(road: Road) -> None:
    road.page()
    lake = road.page("Lake", "")
    edit = road.writes(lake, "A lake.")
    road.meanwhile(lambda: road.server.edit(lake, "A wide lake."))
    outcome, _ = road.becomes(edit)
    assert (outcome, road.heard, road.text(lake)) == ("edit-conflict", ["articleexists"], "A wide lake.")


def test_a_page_that_was_deleted_is_not_brought_back(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    road.meanwhile(lambda: road.server.delete(ngozi))
    assert road.becomes(edit) == ("held", "missingtitle")
    road.publishes()
    assert (road.heard, road.sent(), road.text(ngozi)) == (["missingtitle"], 1, None)


def test_a_page_that_was_deleted_and_made_again_is_an_edit_conflict(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    again = "Ngozi, quite another place."

    def deleted_and_made_again() -> None:
        road.server.delete(ngozi)
        road.server.edit(ngozi, again)

    road.meanwhile(deleted_and_made_again)
    outcome, _ = road.becomes(edit)
    assert (outcome, road.heard, road.text(ngozi)) == ("edit-conflict", ["editconflict"], again)


def test_a_page_that_was_moved_is_not_written_under_its_old_title(road: Road) -> None:
    ngozi = road.page()
    new = road.page("Ngozi town", "")
    edit = road.changes(ngozi, "a market", "a large market")
    road.meanwhile(lambda: road.server.move(ngozi, new))
    assert road.becomes(edit) == ("published", "")
    assert road.heard == ["editconflict", "success"]
    assert (road.text(ngozi), road.text(new)) == (f"#REDIRECT [[{new}]]", edit.after)


def test_a_page_that_was_moved_and_left_nothing_is_not_made_anew(road: Road) -> None:
    ngozi = road.page()
    new = road.page("Ngozi town", "")
    edit = road.changes(ngozi, "a market", "a large market")
    road.meanwhile(lambda: road.server.move(ngozi, new, redirect=False))
    assert road.becomes(edit) == ("held", "missingtitle")
    assert (road.heard, road.text(ngozi), road.text(new)) == (["missingtitle"], None, NGOZI)


# What we cannot read


def test_the_latest_text_of_a_page_is_never_hidden(road: Road) -> None:
    ngozi = road.page("Ngozi", NGOZI + "\n\nA secret.")
    secret = road.server.history(ngozi)[-1]["revid"]
    edit = road.changes(ngozi, "a market", "a large market")
    hides = {"action": "revisiondelete", "type": "revision", "target": ngozi, "ids": secret, "hide": "content"}
    with road.server.settings("$wgGroupPermissions['sysop']['deleterevision'] = true;"):
        (told,) = road.server.session().post(**hides)["revisiondelete"]["items"]
        assert [error["code"] for error in told["errors"]] == ["revdelete-hide-current"]
        road.server.edit(ngozi, NGOZI)
        (told,) = road.server.session().post(**hides)["revisiondelete"]["items"]
        assert told.get("errors", []) == []
    assert road.becomes(edit) == ("published", "")
    assert road.text(ngozi) == NGOZI.replace("a market", "a large market")


def test_a_page_of_another_content_model_is_held(road: Road) -> None:
    ngozi = road.page()
    edit = road.changes(ngozi, "a market", "a large market")
    model = "$wgGroupPermissions['sysop']['editcontentmodel'] = true;"
    with road.server.settings(model):
        road.server.session().post(action="edit", title=ngozi, text="{}", contentmodel="json")
    assert road.becomes(edit) == ("held", "contentmodel-mismatch")
    assert (road.sent(), road.text(ngozi)) == (0, "{}")
