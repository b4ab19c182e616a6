"""Every answer of MediaWiki to an edit has a meaning. The replies are as MediaWiki 1.39 gave them."""

from typing import Any

import pytest

from wikigit.wiki.answers import Kind, from_status, judge, lost

SAVED = {"result": "Success", "pageid": 7, "title": "Ngozi", "contentmodel": "wikitext",
         "oldrevid": 41, "newrevid": 42, "newtimestamp": "2026-11-21T05:00:00Z"}  # fmt: skip


def error(code: str, **data: Any) -> dict[str, Any]:
    return {"errors": [{"code": code, "text": f"About {code}.", "module": "edit", "data": data}]}


def edit(**changes: Any) -> dict[str, Any]:
    return {"edit": {key: value for key, value in (SAVED | changes).items() if value is not None}}


ANSWERS = [
    (edit(), Kind.SAVED, "success"),
    (edit(oldrevid=40), Kind.MERGED_BY_WIKI, "merged"),
    (edit(new=True, oldrevid=0), Kind.MERGED_BY_WIKI, "merged"),  # we meant to edit, and it was created
    (edit(title="Ngo"), Kind.MERGED_BY_WIKI, "other-title"),
    (edit(newrevid=None, nochange=True), Kind.NULL_EDIT, "nochange"),
    (error("editconflict"), Kind.EDIT_CONFLICT, "editconflict"),
    (error("articleexists"), Kind.EDIT_CONFLICT, "articleexists"),
    (error("missingtitle"), Kind.GONE, "missingtitle"),
    (error("pagedeleted"), Kind.GONE, "pagedeleted"),
    (error("nosuchpageid"), Kind.GONE, "nosuchpageid"),
    (error("protectedpage"), Kind.HELD, "protectedpage"),
    (error("cascadeprotected"), Kind.HELD, "cascadeprotected"),
    (error("blocked", blockinfo={"blockpartial": True}), Kind.HELD, "blocked"),
    (error("blocked", blockinfo={"blockpartial": False}), Kind.STOP, "blocked"),
    (error("protectedtitle"), Kind.HELD, "protectedtitle"),
    (error("protectednamespace"), Kind.HELD, "protectednamespace"),
    (error("cantcreate"), Kind.HELD, "cantcreate"),
    (error("contentmodel-mismatch"), Kind.HELD, "contentmodel-mismatch"),
    (error("abusefilter-warning", abusefilter={"id": 3}), Kind.ASKED, "abusefilter-warning"),
    (error("abusefilter-disallowed"), Kind.REFUSED, "abusefilter-disallowed"),
    (error("spamblacklist"), Kind.REFUSED, "spamblacklist"),
    (error("titleblacklist-forbidden"), Kind.REFUSED, "titleblacklist-forbidden"),
    (error("titleblacklist-forbidden-edit"), Kind.REFUSED, "titleblacklist-forbidden-edit"),
    (error("contenttoobig"), Kind.REFUSED, "contenttoobig"),
    (error("invalidtitle"), Kind.REFUSED, "invalidtitle"),
    (error("pagecannotexist"), Kind.REFUSED, "pagecannotexist"),
    (error("protectednamespace-interface"), Kind.REFUSED, "protectednamespace-interface"),
    (error("customjsprotected"), Kind.REFUSED, "customjsprotected"),
    (error("invalid-json-data"), Kind.REFUSED, "invalid-json-data"),
    (error("scribunto-lua-error-location"), Kind.REFUSED, "scribunto-lua-error-location"),
    (error("ratelimited"), Kind.WAIT, "ratelimited"),
    (error("readonly"), Kind.WAIT, "readonly"),
    (error("maxlag"), Kind.WAIT, "maxlag"),
    (error("badmd5"), Kind.WAIT, "badmd5"),
    (error("permissiondenied"), Kind.STOP, "permissiondenied"),
    (error("autoblocked"), Kind.STOP, "autoblocked"),
    (error("confirmemail"), Kind.STOP, "confirmemail"),
    (error("assertuserfailed"), Kind.STOP, "assertuserfailed"),
    (error("assertnameduserfailed"), Kind.STOP, "assertnameduserfailed"),
    (error("assertbotfailed"), Kind.STOP, "assertbotfailed"),
    (error("badtoken"), Kind.STOP, "badtoken"),
    (error("badtags"), Kind.STOP, "badtags"),
    (error("missingparam"), Kind.STOP, "missingparam"),
    (error("mwoauth-invalid-authorization"), Kind.STOP, "mwoauth-invalid-authorization"),
    (error("internal_api_error_DBQueryError"), Kind.UNKNOWN, "internal_api_error_DBQueryError"),
    (error("some-extension-of-tomorrow"), Kind.ASKED, "some-extension-of-tomorrow"),
    ({"edit": {"result": "Failure", "captcha": {"type": "simple", "id": "9"}}}, Kind.ASKED, "captcha"),
    ({"edit": {"result": "Failure", "info": "No."}}, Kind.ASKED, "failure"),
    ({"error": {"code": "readonly", "info": "The old shape."}}, Kind.WAIT, "readonly"),
    (error("internal_api_error_RuntimeException"), Kind.BROKE, "internal_api_error_RuntimeException"),
    ({}, Kind.BROKE, "unreadable-reply"),
    ([], Kind.BROKE, "unreadable-reply"),
    (None, Kind.BROKE, "unreadable-reply"),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "kind", "code"), ANSWERS)
def test_every_answer_has_its_meaning(reply: object, kind: Kind, code: str) -> None:
    answer = judge(reply, base=41, name="Ngozi")
    assert (answer.kind, answer.code) == (kind, code)
    assert answer.info


def test_a_saved_edit_names_its_revision_its_base_and_its_time() -> None:
    answer = judge(edit(), base=41, name="Ngozi")
    assert (answer.revision, answer.base, answer.time) == (42, 41, "2026-11-21T05:00:00Z")


def test_a_new_page_is_saved_where_one_was_meant() -> None:
    answer = judge(edit(new=True, oldrevid=0), base=None, name="Ngozi")
    assert (answer.kind, answer.base) == (Kind.SAVED, 0)


def test_the_wiki_may_spell_the_namespace_otherwise() -> None:
    assert judge(edit(title="Benutzerin:Ngozi"), base=41, name="Ngozi").kind is Kind.SAVED


def test_the_facts_behind_a_refusal_are_kept() -> None:
    reply = error("abusefilter-disallowed", abusefilter={"id": 3, "description": "Ads", "actions": ["warn"]})
    detail = dict(judge(reply, base=41, name="Ngozi").detail)
    expected = {"abusefilter.id": "3", "abusefilter.description": "Ads", "abusefilter.actions": "warn"}
    assert detail == expected
    matches = judge(error("spamblacklist", spamblacklist={"matches": ["a.example", "b.example"]}), base=1, name="N")
    assert dict(matches.detail)["spamblacklist.matches"] == "a.example, b.example"


def test_a_refusal_says_what_it_is_about() -> None:
    def about(*errors: dict[str, Any]) -> tuple[str, str]:
        answer = judge({"errors": [told for error in errors for told in error["errors"]]}, base=41, name="Ngozi")
        return answer.code, answer.about

    ads, praise = ({"id": number, "description": name} for number, name in ((1, "Ads"), (2, "Praise")))
    warned, disallowed = (
        error("abusefilter-warning", abusefilter=ads),
        error("abusefilter-disallowed", abusefilter=praise),
    )
    assert about(warned) == ("abusefilter-warning", "Ads")
    assert about(warned, error("abusefilter-warning", abusefilter=praise)) == ("abusefilter-warning", "Ads; Praise")
    assert about(warned, disallowed) == ("abusefilter-disallowed", "Praise")
    assert about(error("spamblacklist", spamblacklist={"matches": ["a.example"]})) == ("spamblacklist", "a.example")
    assert about(error("blocked", blockinfo={"blockreason": "Enough."})) == ("blocked", "Enough.")
    assert about(error("protectedpage")) == ("protectedpage", "")


def test_a_status_alone_says_whether_it_may_have_been_saved() -> None:
    assert from_status(429, 30).kind is Kind.WAIT
    assert from_status(429, 30).retry_after == 30
    assert from_status(403).kind is Kind.STOP
    assert from_status(500).kind is Kind.BROKE
    assert from_status(502).kind is Kind.UNKNOWN
    assert lost("The wiki hung up.").kind is Kind.UNKNOWN


def test_the_sentence_is_one_line_and_not_endless() -> None:
    reply = {"errors": [{"code": "protectedpage", "text": "This\npage  is protected. " * 50}]}
    info = judge(reply, base=41, name="Ngozi").info
    assert "\n" not in info
    assert info.startswith("This page is protected. This")
    assert len(info) == 300
