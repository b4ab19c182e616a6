"""What only a real MediaWiki can show: merges of its own, logins, how many requests it takes."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from testing.mediawiki import MediaWiki as Server
from wikigit.core.errors import WikiError
from wikigit.core.title import Title
from wikigit.wiki.client import MediaWiki
from wikigit.wiki.door import Answer, Kind, Request
from wikigit.wiki.login import BotPassword

GRANTS = ("basic", "highvolume", "editpage", "createeditmovepage")
pytestmark = pytest.mark.wiki


def client(server: Server, account: str = "Keeper", cookies: Path | None = None) -> MediaWiki:
    login = credentials(server, account)
    return MediaWiki(server.api, contact="t@example.org", version="0", credentials=login, cookies=cookies)


@cache
def credentials(server: Server, account: str) -> BotPassword:
    server.add_account(account)
    return BotPassword(f"{account}@wikigit", server.bot_password(account, "wikigit", GRANTS))


def publish(wiki: MediaWiki, title: str, text: str, base: int | None) -> Answer:
    page = Title.parse(title, wiki.site())
    return wiki.publish(Request(page, text, "Words.", base, wiki.clock()))


def test_what_the_wiki_merged_by_itself_is_noticed(mediawiki: Server) -> None:
    base = mediawiki.edit("Merged", "One.\n\nTwo.\n\nThree.")
    theirs = mediawiki.edit("Merged", "One, theirs.\n\nTwo.\n\nThree.")
    answer = publish(client(mediawiki), "Merged", "One.\n\nTwo.\n\nThree, ours.", base)
    assert (answer.kind, answer.base) == (Kind.MERGED_BY_WIKI, theirs)
    stored = mediawiki.page("Merged")
    assert stored == ("One, theirs.\n\nTwo.\n\nThree, ours.", answer.revision)


def test_a_wrong_password_is_a_sentence(mediawiki: Server) -> None:
    wrong = BotPassword("Keeper@wikigit", "x" * 32)
    wiki = MediaWiki(mediawiki.api, contact="t@example.org", version="0", credentials=wrong)
    with pytest.raises(WikiError, match=r"did not let Keeper@wikigit log in: .*\bpassword"):
        publish(wiki, "Never", "Never.", None)
    assert mediawiki.page("Never") is None


def test_a_kept_login_is_used_again_without_a_new_one(mediawiki: Server, tmp_path: Path) -> None:
    jar = tmp_path / "cookies"
    first = client(mediawiki, cookies=jar)
    base = publish(first, "Kept login", "One.", None).revision
    again = client(mediawiki, cookies=jar)
    mediawiki.reset_requests()
    page = Title(0, "", "Kept login")
    assert again.heads([page])[page]
    assert publish(again, "Kept login", "Two.", base).kind is Kind.SAVED
    assert mediawiki.requests() == again.requests_sent == 2
    assert [row["user"] for row in mediawiki.history("Kept login")] == ["Keeper", "Keeper"]


def test_another_account_s_cookies_never_publish_for_us(mediawiki: Server, tmp_path: Path) -> None:
    jar = tmp_path / "cookies"
    publish(client(mediawiki, "Other bridge", jar), "Whose", "One.", None)
    wiki = client(mediawiki, "Keeper", jar)
    assert publish(wiki, "Whose too", "Two.", None).kind is Kind.SAVED
    assert [row["user"] for row in mediawiki.history("Whose too")] == ["Keeper"]


def test_a_login_that_ends_in_the_middle_is_renewed(mediawiki: Server) -> None:
    wiki = client(mediawiki)
    base = publish(wiki, "Renewed", "One.", None).revision
    wiki._session._jar.clear()  # as when the wiki forgets the session
    answer = publish(wiki, "Renewed", "Two.", base)
    assert answer.kind is Kind.SAVED
    assert [row["user"] for row in mediawiki.history("Renewed")] == ["Keeper", "Keeper"]


def test_an_account_spelled_as_people_spell_it(mediawiki: Server) -> None:
    server_side = client(mediawiki, "Ngozi bridge")
    assert server_side.account() == "Ngozi bridge"
    secret = mediawiki.bot_password("Ngozi bridge", "second", GRANTS)
    login = BotPassword("ngozi_bridge@second", secret)
    wiki = MediaWiki(mediawiki.api, contact="t@example.org", version="0", credentials=login)
    assert publish(wiki, "Spelled", "One.", None).kind is Kind.SAVED


def test_how_many_requests_it_takes(mediawiki: Server) -> None:
    mediawiki.load([(f"Counted {number}", f"Text {number}.") for number in range(20)])
    wiki = client(mediawiki)
    until = wiki.changes("2099-01-01T00:00:00Z").until
    assert wiki.requests_sent == 1  # nothing new, and the wiki's siteinfo came along
    titles = [Title(0, "", f"Counted {number}") for number in range(20)]
    heads = wiki.heads(titles)
    start = wiki.clock()
    for title, head in heads.items():
        assert head
        assert wiki.publish(Request(title, f"{title}, new.", "", head.id, start)).kind is Kind.SAVED
    assert wiki.requests_sent == 1 + 1 + 2 + 1 + 20  # heads, login, token, edits
    assert len([r for r in wiki.changes(until).revisions if r.account == "Keeper"]) >= 20
    assert wiki.requests_sent == 26


def test_pages_of_a_namespace_are_read_fifty_at_a_time(new_wiki: Callable[..., Server]) -> None:
    with new_wiki() as server:
        server.load([(f"Page {number}", f"Text {number}.") for number in range(120)])
        server.load([("MediaWiki:Hello", "Hi."), ("Template:T", "t"), ("User talk:A", "hello")])
        server.edit("User:Amina/common.css", "p {}", user="Amina")
        wiki = client(server)
        assert wiki.namespaces_in_use([0]) == [0, 2, 3, 8, 10]
        asked = wiki.requests_sent
        assert len(list(wiki.pages(0))) == 121
        assert wiki.requests_sent - asked == 3
        assert [str(r.title) for r in wiki.pages(8)] == ["MediaWiki:Hello"]
        assert list(wiki.pages(2)) == []  # a style sheet is no wikitext


def test_a_protected_page_is_held_with_the_wiki_s_own_words(mediawiki: Server) -> None:
    base = mediawiki.edit("Protected", "One.")
    mediawiki.session().post(action="protect", title="Protected", protections="edit=sysop")
    answer = publish(client(mediawiki), "Protected", "Two.", base)
    assert (answer.kind, answer.code) == (Kind.HELD, "protectedpage")
    assert "protected" in answer.info


def test_a_block_stops_everything_a_partial_one_only_its_page(mediawiki: Server) -> None:
    base, other = mediawiki.edit("Blocked", "One."), mediawiki.edit("Free", "One.")
    wiki, admin = client(mediawiki, "Blocked bridge"), mediawiki.session()
    admin.post(action="block", user="Blocked bridge", partial=1, pagerestrictions="Blocked", allowusertalk=1)
    held = publish(wiki, "Blocked", "Two.", base)
    assert (held.kind, held.code) == (Kind.HELD, "blocked")
    assert publish(wiki, "Free", "Two.", other).kind is Kind.SAVED
    admin.post(action="block", user="Blocked bridge", reblock=1, reason="Enough.")
    answer = publish(wiki, "Blocked", "Two.", base)
    assert (answer.kind, answer.code) == (Kind.STOP, "blocked")
    assert ("blockinfo.blockreason", "Enough.") in answer.detail


def test_an_unknown_change_tag_stops_the_run(mediawiki: Server) -> None:
    wiki = client(mediawiki)
    page = Title(0, "", "Tagged")
    answer = wiki.publish(Request(page, "One.", "", None, wiki.clock(), tags=("no-such-tag",)))
    assert (answer.kind, answer.code) == (Kind.STOP, "badtags")


def test_a_private_wiki_is_read_by_its_members(new_wiki: Callable[..., Server]) -> None:
    closed = "$wgGroupPermissions['*']['read'] = false;"
    with new_wiki(extra_settings=closed) as server:
        wiki = client(server)
        main = Title(0, "", "Main Page")
        head = wiki.heads([main])[main]
        assert head
        assert head.wikitext
        stranger = MediaWiki(server.api, contact="t@example.org", version="0")
        with pytest.raises(WikiError, match="members only"):
            stranger.heads([main])


def test_hiding_a_revision_is_an_event_and_takes_its_text_away(new_wiki: Callable[..., Server]) -> None:
    with new_wiki(extra_settings="$wgGroupPermissions['sysop']['deleterevision'] = true;") as server:
        wiki = client(server)
        first, _ = server.edit("Hidden", "A secret."), server.edit("Hidden", "No secret.")
        since = wiki.changes("2099-01-01T00:00:00Z").until
        server.session().post(action="revisiondelete", type="revision", target="Hidden", ids=first, hide="content")
        events = [(e.action, str(e.title), e.revision) for e in wiki.changes(since).events]
        assert ("revision", "Hidden", first) in events
        hidden = wiki.revisions([first])[first]
        assert (hidden.wikitext, hidden.sha1, hidden.account) == (None, "", "Someone")
