"""How a wiki is spoken to: what is sent, how often, and what becomes of misfortunes. No MediaWiki needed."""

import logging
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from testing.sites import ENGLISH
from testing.stub_server import Asked, Says, StubServer
from wikigit.core.errors import ConfigError, WikiError, WikiUnreachable
from wikigit.core.title import Title
from wikigit.wiki.answers import Kind
from wikigit.wiki.client import MediaWiki
from wikigit.wiki.door import Request
from wikigit.wiki.login import BearerToken, BotPassword, Credentials

SECRET = "s3cret-s3cret-s3cret"
NGOZI = Title(0, "", "Ngozi")
EDIT = Request(NGOZI, "Ngozi is a city.", "Words.", 41, "2026-11-21T05:00:00Z", tags=("wikigit",))
SAVED = {"edit": {"result": "Success", "title": "Ngozi", "oldrevid": 41, "newrevid": 42,
                  "newtimestamp": "2026-11-21T05:00:01Z"}}  # fmt: skip
Answers = Callable[[Asked], Says | None]


def refused(code: str, **headers: str) -> Says:
    return Says({"errors": [{"code": code, "text": f"About {code}.", "module": "main"}]}, 200, headers)


class Stub:
    """A stub wiki that lets Bridge log in, and says to edits and other questions what the test wants."""

    def __init__(self, edits: list[Says | None] | None = None, reads: list[Says | None] | None = None) -> None:
        self.edits, self.reads = list(edits or []), list(reads or [])
        self.logins: list[Says] = []
        self.slept: list[float] = []
        self.server = StubServer(self.answer)

    def answer(self, asked: Asked) -> Says | None:
        sent = asked.parameters
        if sent.get("type") == "login":
            return Says({"query": {"tokens": {"logintoken": "L+\\"}}})
        if sent["action"] == "login":
            return self._login(sent)
        if sent["action"] == "edit":
            return self.edits.pop(0)
        if sent.get("type") == "csrf" and "session" in asked.headers.get("Cookie", "Bearer-session"):
            user = {"id": 2, "name": "Bridge", "ratelimits": {"edit": {"user": {"hits": 4, "seconds": 60}}}}
            return Says({"query": {"tokens": {"csrftoken": "C+\\"}, "userinfo": user}})
        return self.reads.pop(0) if self.reads else Says({"batchcomplete": True, "query": {}})

    def _login(self, sent: dict[str, str]) -> Says:
        if self.logins:
            return self.logins.pop(0)
        if sent["lgpassword"] != SECRET:
            return Says({"login": {"result": "Failed", "reason": {"code": "wrong", "text": "Wrong password."}}})
        cookie = {"Set-Cookie": "wiki_BPsession=abc; path=/; HttpOnly"}
        return Says({"login": {"result": "Success", "lgusername": "Bridge"}}, 200, cookie)

    def client(self, credentials: Credentials | None = None, **more: Any) -> MediaWiki:
        options: dict[str, Any] = {"contact": "test@example.org", "version": "0.1.0", "site": ENGLISH, **more}
        return MediaWiki(self.server.api, credentials=credentials, sleep=self.slept.append, **options)

    def sent(self, action: str) -> list[dict[str, str]]:
        return [asked.parameters for asked in self.server.asked if asked.parameters["action"] == action]


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub()
    with made.server:
        yield made


def bot() -> BotPassword:
    return BotPassword("Bridge@wikigit", SECRET)


def test_every_request_says_who_we_are_and_asks_for_gzip(stub: Stub) -> None:
    stub.edits = [Says(SAVED)]
    stub.client(bot()).publish(EDIT)
    for asked in stub.server.asked:
        assert re.fullmatch(r"wikigit/0\.1\.0 \(test@example\.org\) mwclient/[\d.]+", asked.headers["User-Agent"])
        assert asked.headers["Accept-Encoding"] == "gzip"
        assert asked.parameters["formatversion"] == "2"
        assert asked.parameters["errorformat"] == "plaintext"


@pytest.mark.parametrize("contact", ["", "  ", "Amína", "me (mail)", "a\nb"])
def test_without_a_contact_nothing_is_sent(stub: Stub, contact: str) -> None:
    with pytest.raises(ConfigError) as told:
        stub.client(contact=contact)
    assert told.value.hint


def test_an_edit_sends_its_guards_and_nothing_else(stub: Stub) -> None:
    stub.edits = [Says(SAVED)]
    answer = stub.client(bot()).publish(EDIT)
    assert (answer.kind, answer.revision) == (Kind.SAVED, 42)
    assert stub.sent("edit") == [
        {
            "action": "edit", "format": "json", "formatversion": "2", "errorformat": "plaintext", "utf8": "1",
            "title": "Ngozi", "text": "Ngozi is a city.", "summary": "Words.", "notminor": "1",
            "starttimestamp": "2026-11-21T05:00:00Z", "md5": "93fc3bf5c38e527506d2deff040f7121",
            "assert": "user", "assertuser": "Bridge", "maxlag": "5", "baserevid": "41", "nocreate": "1",
            "tags": "wikigit", "token": "C+\\",
        }
    ]  # fmt: skip
    assert list(stub.sent("edit")[0])[-1] == "token"


def test_a_login_takes_two_requests_the_token_one_an_edit_one(stub: Stub) -> None:
    stub.edits = [Says(SAVED), Says(SAVED)]
    wiki = stub.client(bot())
    assert wiki.requests_sent == 0
    wiki.publish(EDIT)
    assert wiki.requests_sent == 4
    wiki.publish(EDIT)
    assert wiki.requests_sent == 5


def test_half_of_the_wiki_s_rate_limit_is_used(stub: Stub) -> None:
    stub.edits = [Says(SAVED)] * 3
    wiki = stub.client(bot())
    for _ in range(3):
        wiki.publish(EDIT)
    assert [round(seconds) for seconds in stub.slept] == [60]


def test_a_login_is_kept_for_the_next_command_in_a_private_file(stub: Stub, tmp_path: Path) -> None:
    stub.edits = [Says(SAVED), Says(SAVED)]
    jar = tmp_path / "cache" / "cookies"
    stub.client(bot(), cookies=jar).publish(EDIT)
    assert stat.S_IMODE(jar.stat().st_mode) == 0o600
    assert [path.name for path in jar.parent.iterdir()] == ["cookies"]
    again = stub.client(bot(), cookies=jar)
    again.heads([NGOZI])  # the token rides on a read that had to be made anyway
    again.publish(EDIT)
    assert again.requests_sent == 2
    assert len(stub.sent("login")) == 1


def test_a_damaged_cookie_file_only_costs_a_login(stub: Stub, tmp_path: Path) -> None:
    stub.edits = [Says(SAVED)]
    jar = tmp_path / "cookies"
    jar.write_bytes(b"\xff\x00 not cookies")
    assert stub.client(bot(), cookies=jar).publish(EDIT).kind is Kind.SAVED


def test_a_wrong_password_is_a_sentence_without_the_password(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(WikiError) as told:
        stub.client(BotPassword("Bridge@wikigit", "wrong-but-secret")).publish(EDIT)
    assert str(told.value) == "The wiki did not let Bridge@wikigit log in: Wrong password."
    assert "Special:BotPasswords" in told.value.hint
    assert stub.sent("edit") == []
    assert "wrong-but-secret" not in caplog.text + repr(told.value)


def test_secrets_do_not_show(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stub.edits = [None]
    stub.client(bot()).publish(EDIT)
    assert SECRET not in caplog.text + repr(bot()) + repr(BearerToken("Bridge", SECRET))
    assert "C+" not in caplog.text


def test_an_account_s_own_password_is_refused() -> None:
    with pytest.raises(ConfigError, match="bot password"):
        BotPassword("Bridge", SECRET)


def test_a_lost_reply_to_an_edit_is_unknown_and_never_sent_again(stub: Stub) -> None:
    stub.edits = [None, Says(SAVED)]
    answer = stub.client(bot()).publish(EDIT)
    assert (answer.kind, answer.code) == (Kind.UNKNOWN, "lost-reply")
    assert len(stub.sent("edit")) == 1


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (Says("<html>Fatal error</html>"), Kind.BROKE, "unreadable-reply"),
        (Says("<html>Bad gateway</html>", 502), Kind.UNKNOWN, "http-502"),
        (Says("Too many", 429, {"Retry-After": "30"}), Kind.WAIT, "http-429"),
        (Says("Forbidden", 403), Kind.STOP, "http-403"),
        (refused("maxlag", **{"Retry-After": "5", "X-Database-Lag": "12"}), Kind.WAIT, "maxlag"),
        (refused("readonly"), Kind.WAIT, "readonly"),
        (refused("ratelimited"), Kind.WAIT, "ratelimited"),
    ],
)
def test_an_edit_is_sent_once_whatever_the_answer(stub: Stub, said: Says, kind: Kind, code: str) -> None:
    stub.edits = [said, Says(SAVED)]
    answer = stub.client(bot()).publish(EDIT)
    assert (answer.kind, answer.code) == (kind, code)
    assert answer.retry_after == (int(said.headers["Retry-After"]) if said.headers else None)
    assert len(stub.sent("edit")) == 1
    assert stub.slept == []


@pytest.mark.parametrize("code", ["badtoken", "assertuserfailed", "assertnameduserfailed"])
def test_after_a_lost_login_the_edit_is_sent_once_more(stub: Stub, code: str) -> None:
    stub.edits = [refused(code), Says(SAVED)]
    assert stub.client(bot()).publish(EDIT).kind is Kind.SAVED
    assert (len(stub.sent("login")), len(stub.sent("edit"))) == (2, 2)
    stub.edits = [refused(code), refused(code), Says(SAVED)]
    assert stub.client(bot()).publish(EDIT).kind is Kind.STOP


def warned(*filters: str) -> Says:
    told = [{"code": "abusefilter-warning", "text": "Stop.", "data": {"abusefilter": {"description": name}}}
            for name in filters]  # fmt: skip
    return Says({"errors": told})


def test_a_warning_ends_the_session_so_that_the_next_edit_is_warned_too(stub: Stub) -> None:
    stub.edits = [warned("Praise"), warned("Praise")]
    wiki = stub.client(bot())
    for _ in range(2):
        answer = wiki.publish(EDIT)
        assert (answer.kind, answer.code, answer.about) == (Kind.ASKED, "abusefilter-warning", "Praise")
    assert (len(stub.sent("login")), len(stub.sent("edit"))) == (2, 2)


def test_only_the_warning_that_a_volunteer_agreed_to_is_answered(stub: Stub) -> None:
    stub.edits = [warned("Praise"), Says(SAVED)]
    assert stub.client(bot()).publish(replace(EDIT, agreed="Praise")).kind is Kind.SAVED
    assert len({asked.headers["Cookie"] for asked in stub.server.asked if asked.parameters["action"] == "edit"}) == 1
    for said in (warned("Adverts"), warned("Praise", "Adverts")):
        stub.edits = [said, Says(SAVED)]
        assert stub.client(bot()).publish(replace(EDIT, agreed="Praise")).kind is Kind.ASKED


def test_what_may_have_been_sent_before_goes_out_in_a_new_session(stub: Stub, tmp_path: Path) -> None:
    stub.edits = [Says(SAVED)] * 3
    stub.client(bot(), cookies=tmp_path / "cookies").publish(EDIT)
    again = stub.client(bot(), cookies=tmp_path / "cookies")
    again.publish(replace(EDIT, resent=True))
    again.publish(replace(EDIT, resent=True))
    assert len(stub.sent("login")) == 2


def test_a_disallowed_edit_is_refused_for_good_only_where_the_filter_does_not_count(stub: Stub) -> None:
    """The reply is the same; what the filter does is read from its settings."""

    def becomes(number: str, read: Says | None) -> tuple[Kind, str]:
        data = {"abusefilter": {"id": number, "description": "Bursts", "actions": ["disallow"]}}
        stub.edits = [Says({"errors": [{"code": "abusefilter-disallowed", "text": "No.", "data": data}]})]
        stub.reads = [read]
        answer = stub.client(bot()).publish(EDIT)
        return answer.kind, answer.code

    def does(actions: str) -> Says:
        return Says({"query": {"abusefilters": [{"actions": actions}]}})

    assert becomes("3", does("disallow,tag")) == (Kind.REFUSED, "abusefilter-disallowed")
    assert becomes("3", does("throttle,disallow")) == (Kind.ASKED, "abusefilter-throttled")
    assert becomes("3", refused("permissiondenied")) == (Kind.ASKED, "abusefilter-disallowed")
    assert becomes("global-3", None) == (Kind.ASKED, "abusefilter-disallowed")


def test_a_login_on_a_wiki_that_is_read_only_is_for_later(stub: Stub) -> None:
    stub.logins = [refused("readonly")]
    with pytest.raises(WikiUnreachable, match="readonly"):
        stub.client(bot()).publish(EDIT)
    assert stub.sent("edit") == []


def test_an_oauth_token_stands_in_the_header_and_needs_no_login(stub: Stub) -> None:
    stub.edits = [Says(SAVED)]
    wiki = stub.client(BearerToken("Bridge", SECRET))
    assert wiki.publish(EDIT).kind is Kind.SAVED
    assert wiki.requests_sent == 2
    assert {asked.headers["Authorization"] for asked in stub.server.asked} == {f"Bearer {SECRET}"}


def test_without_credentials_nothing_is_published(stub: Stub) -> None:
    with pytest.raises(WikiError, match="Nobody is logged in"):
        stub.client().publish(EDIT)
    assert stub.server.asked == []


def test_a_read_is_tried_again_and_waits_as_it_is_told(stub: Stub) -> None:
    busy = Says("Busy", 503), Says("Slow down", 429, {"Retry-After": "9"}), None
    stub.reads = [*busy, Says({"batchcomplete": True, "query": {"pages": [{"ns": 0, "title": "Ngozi"}]}})]
    assert stub.client().heads([NGOZI]) == {NGOZI: None}
    assert stub.slept == [2, 9, 15]


def test_a_wiki_that_stays_busy_ends_the_run_with_try_later(stub: Stub) -> None:
    stub.reads = [refused("maxlag", **{"Retry-After": "5"})] * 9
    with pytest.raises(WikiUnreachable, match="maxlag") as told:
        stub.client().heads([NGOZI])
    assert told.value.exit_code == 5
    assert len(stub.server.asked) == 4


def test_a_long_wait_is_left_to_the_next_run(stub: Stub) -> None:
    stub.reads = [Says("Slow down", 429, {"Retry-After": "3600"})]
    with pytest.raises(WikiUnreachable, match="429"):
        stub.client().heads([NGOZI])
    assert stub.slept == []


@pytest.mark.parametrize("said", [Says("<html>Log in to the Wi-Fi</html>"), Says("Not found", 404), Says([])])
def test_what_is_no_mediawiki_is_told_so(stub: Stub, said: Says) -> None:
    stub.reads = [said]
    with pytest.raises(WikiError, match="not as a MediaWiki does"):
        stub.client().heads([NGOZI])


def test_a_wiki_that_moved_is_told_so(stub: Stub) -> None:
    stub.reads = [Says("", 301, {"Location": "https://new.example/w/api.php?secret=1"})]
    with pytest.raises(WikiError) as told:
        stub.client().heads([NGOZI])
    assert "https://new.example/w/api.php instead" in str(told.value)


@pytest.mark.parametrize("address", ["en.wikipedia.org", "https://en.wikipedia.org/wiki/Ngozi", "ftp://a/api.php"])
def test_an_address_that_is_none_is_told_so(address: str) -> None:
    with pytest.raises(ConfigError, match="not the address"):
        MediaWiki(address, contact="test@example.org", version="0")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://no-such-wiki.invalid/api.php", "no-such-wiki.invalid is not to be found"),
        ("http://127.0.0.1:9/api.php", "127.0.0.1 cannot be reached"),
    ],
)
def test_a_wiki_out_of_reach_is_told_so(address: str, sentence: str) -> None:
    wiki = MediaWiki(address, contact="test@example.org", version="0", sleep=lambda _: None)
    with pytest.raises(WikiUnreachable, match=sentence):
        wiki.heads([NGOZI])


def test_a_private_wiki_is_read_after_a_login(stub: Stub) -> None:
    stub.reads = [refused("readapidenied"), Says({"batchcomplete": True, "query": {"pages": []}})]
    assert stub.client(bot()).heads([NGOZI]) == {NGOZI: None}
    stub.reads = [refused("readapidenied")]
    with pytest.raises(WikiError, match="members only"):
        stub.client().heads([NGOZI])


def page(number: int, text: str | None, model: str = "wikitext") -> dict[str, Any]:
    slot = {"contentmodel": model} | ({"content": text} if text is not None else {"texthidden": True})
    record = {"revid": number, "parentid": 0, "user": "P", "timestamp": "2026-01-01T00:00:00Z"}
    whole = {"pageid": number, "ns": 0, "title": f"Page {number}"}
    return whole | {"revisions": [record | {"slots": {"main": slot}}]}


def test_pages_are_read_to_the_end_even_if_an_answer_was_cut(stub: Stub) -> None:
    bare = {"pageid": 2, "ns": 0, "title": "Page 2"}
    more = {"rvcontinue": "2", "gapcontinue": "x", "continue": "||"}
    stub.reads = [
        Says({"continue": more, "query": {"pages": [page(1, "One."), bare]}}),
        Says({"batchcomplete": True, "continue": {"gapcontinue": "3"},
              "query": {"pages": [{"pageid": 1, "ns": 0, "title": "Page 1"}, page(2, "Two.")]}}),
        Says({"batchcomplete": True, "query": {"pages": [page(3, "return {}", "Scribunto"), page(4, None)]}}),
    ]  # fmt: skip
    found = list(stub.client().pages(0))
    assert [(r.id, r.wikitext) for r in found] == [(1, "One."), (2, "Two.")]
    assert stub.server.asked[1].parameters.items() >= more.items()
    assert "rvcontinue" not in stub.server.asked[2].parameters


def test_an_empty_namespace_is_one_request(stub: Stub) -> None:
    stub.reads = [Says({"batchcomplete": True})]
    assert list(stub.client().pages(14)) == []


def test_namespaces_are_found_in_few_requests(stub: Stub) -> None:
    on = {"continue": {"arvcontinue": "x"}}

    def seen(*numbers: int) -> dict[str, Any]:
        return {"query": {"allrevisions": [{"ns": n, "title": "T", "pageid": 1} for n in numbers]}}

    stub.reads = [Says(seen(10, 1) | on), Says(seen(14))]
    assert stub.client().namespaces_in_use([0]) == [0, 1, 10, 14]
    asked = stub.server.asked[1].parameters["arvnamespace"].split("|")
    assert {"0", "1", "10"}.isdisjoint(asked)
    stub.reads = [Says(seen() | on)]  # a large wiki does not tell: then all may be in use
    assert stub.client().namespaces_in_use([0]) == list(range(16))


def test_long_questions_go_by_post_and_say_that_they_only_read(stub: Stub) -> None:
    titles = [Title(0, "", f"{'مدينة' * 10} {number}") for number in range(50)]
    stub.client().heads(titles)
    (asked,) = stub.server.asked
    assert (asked.method, asked.headers["Promise-Non-Write-API-Action"]) == ("POST", "true")


def test_hidden_revisions_have_no_text_and_one_event_each(stub: Stub) -> None:
    event = {"logid": 5, "ns": 0, "title": "Page 1", "type": "delete", "action": "revision",
             "timestamp": "2026-01-02T00:00:00Z", "params": {"type": "revision", "ids": [1, 3]}}  # fmt: skip
    hidden = {"logid": 6, "type": "delete", "action": "delete", "actionhidden": True}
    patrol = event | {"type": "patrol"}
    query = {"allrevisions": [page(1, None)], "logevents": [event, hidden, patrol]}
    stub.reads = [Says({"curtimestamp": "2026-01-03T00:00:00Z", "query": query})]
    changes = stub.client().changes("2026-01-01T00:00:00Z")
    assert [(r.id, r.wikitext) for r in changes.revisions] == [(1, None)]
    assert [(e.revision, e.id) for e in changes.events] == [(1, 5), (3, 5)]
    assert changes.until == "2026-01-03T00:00:00Z"


def test_what_is_hidden_stays_so_though_our_account_may_see_it(stub: Stub) -> None:
    told = page(1, "Her number is 79 555 123.")
    (record,) = told["revisions"]
    record |= {"userhidden": True, "comment": "Her number", "commenthidden": True, "sha1": "ab", "sha1hidden": True}
    record["slots"]["main"]["texthidden"] = True
    stub.reads = [Says({"batchcomplete": True, "query": {"pages": [told]}})]
    (found,) = stub.client().revisions([1]).values()
    assert (found.wikitext, found.account, found.summary, found.sha1, found.hidden) == (None, "", "", "", True)


@pytest.mark.parametrize(("kind", "untold"), [("delete", True), ("patrol", False)])
def test_a_log_entry_that_hides_its_page_says_at_least_that(stub: Stub, kind: str, untold: bool) -> None:
    entry = {"type": kind, "action": kind, "actionhidden": True, "logid": 9, "timestamp": "2026-01-01T00:00:00Z"}
    stub.reads = [Says({"batchcomplete": True, "query": {"allrevisions": [], "logevents": [entry]}})]
    told = stub.client().changes("2026-01-01T00:00:00Z")
    assert (told.events, told.untold) == ((), untold)
