"""What every wiki behind the door does: one suite, on the wiki in memory and on a real MediaWiki."""

import hashlib
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pytest

from testing.mediawiki import MediaWiki as Server
from testing.memory_wiki import MemoryWiki
from wikigit.core.title import Title
from wikigit.wiki.client import MediaWiki
from wikigit.wiki.door import Answer, Kind, LogEvent, Request, Wiki
from wikigit.wiki.login import BotPassword

GRANTS = ("basic", "highvolume", "editpage", "createeditmovepage")
ACCOUNT = "Bridge"
_fresh = itertools.count()


class People(Protocol):
    """What people do on the wiki while the bridge works."""

    def edits(self, title: str, text: str, account: str = "Person") -> int: ...
    def deletes(self, title: str) -> None: ...
    def moves(self, old: str, new: str) -> None: ...
    def wait(self) -> None: ...


class InMemory:
    """People at the wiki in memory."""

    def __init__(self, wiki: MemoryWiki) -> None:
        self.wiki = wiki

    def edits(self, title: str, text: str, account: str = "Person") -> int:
        return self.wiki.person_edits(title, text, account=account)

    def deletes(self, title: str) -> None:
        self.wiki.deletes(title)

    def moves(self, old: str, new: str) -> None:
        self.wiki.moves(old, new)

    def wait(self) -> None:
        pass  # every write takes a second of its own


class AtServer:
    """People at a real MediaWiki."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def edits(self, title: str, text: str, account: str = "Person") -> int:
        return self.server.edit(title, text, user=account)

    def deletes(self, title: str) -> None:
        self.server.delete(title)

    def moves(self, old: str, new: str) -> None:
        self.server.move(old, new)

    def wait(self) -> None:
        time.sleep(1.1)  # MediaWiki's times are whole seconds


@dataclass
class World:
    """A wiki, its people, and page titles that no other test uses."""

    wiki: Wiki
    people: People

    def title(self, name: str) -> str:
        return f"Door {next(_fresh)}/{name}"

    def page(self, title: str) -> Title:
        return Title.parse(title, self.wiki.site())

    def publish(self, title: str, text: str, base: int | None, *, summary: str = "Words.") -> Answer:
        start = self.wiki.clock()
        return self.wiki.publish(Request(self.page(title), text, summary, base, start))

    def head(self, title: str) -> tuple[str | None, int]:
        head = self.wiki.heads([self.page(title)])[self.page(title)]
        return (head.wikitext, head.id) if head else (None, 0)


def bridge(server: Server) -> MediaWiki:
    """Return a client with a bot password for the account of this module."""
    server.add_account(ACCOUNT)
    secret = server.bot_password(ACCOUNT, "wikigit", GRANTS)
    login = BotPassword(f"{ACCOUNT}@wikigit", secret)
    return MediaWiki(server.api, contact="test@example.org", version="0", credentials=login)


@pytest.fixture(scope="module")
def real(mediawiki: Server) -> MediaWiki:
    return bridge(mediawiki)


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.wiki)])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "memory":
        memory = MemoryWiki(account=ACCOUNT)
        yield World(memory, InMemory(memory))
    else:
        server = request.getfixturevalue("mediawiki")
        yield World(request.getfixturevalue("real"), AtServer(server))


def test_a_new_page_is_created_and_read_back(world: World) -> None:
    title = world.title("Gitega")
    answer = world.publish(title, "Gitega is a city.", None)
    assert (answer.kind, answer.base) == (Kind.SAVED, 0)
    assert world.head(title) == ("Gitega is a city.", answer.revision)


def test_an_edit_replaces_the_revision_it_was_based_on(world: World) -> None:
    title = world.title("Ngozi")
    base = world.people.edits(title, "Ngozi.")
    answer = world.publish(title, "Ngozi is a city.", base)
    assert (answer.kind, answer.base) == (Kind.SAVED, base)
    read = world.wiki.revisions([answer.revision or 0])[answer.revision or 0]
    assert (read.wikitext, read.account, read.summary) == ("Ngozi is a city.", ACCOUNT, "Words.")
    assert (read.parent, read.time) == (base, answer.time)
    assert read.sha1 == hashlib.sha1(b"Ngozi is a city.").hexdigest()


@pytest.mark.parametrize("account", ["Person", ACCOUNT])
def test_somebody_faster_is_an_edit_conflict_even_if_it_is_our_own_account(world: World, account: str) -> None:
    title = world.title("Race")
    base = world.people.edits(title, "One line.")
    world.head(title)
    newer = world.people.edits(title, "One line, changed.", account)
    answer = world.publish(title, "One line, ours.", base)
    assert (answer.kind, answer.code) == (Kind.EDIT_CONFLICT, "editconflict")
    assert world.head(title) == ("One line, changed.", newer)


def test_a_page_made_meanwhile_is_an_edit_conflict(world: World) -> None:
    title = world.title("Made twice")
    world.people.edits(title, "Theirs.")
    answer = world.publish(title, "Ours.", None)
    assert (answer.kind, answer.code) == (Kind.EDIT_CONFLICT, "articleexists")
    assert world.head(title)[0] == "Theirs."


def test_a_page_deleted_meanwhile_is_not_brought_back(world: World) -> None:
    title = world.title("Deleted")
    base = world.people.edits(title, "Here.")
    world.people.deletes(title)
    answer = world.publish(title, "Here again.", base)
    assert answer.kind is Kind.GONE
    assert world.head(title) == (None, 0)


def test_a_new_page_deleted_since_it_was_begun_is_not_made_again(world: World) -> None:
    title = world.title("Begun")
    assert world.head(title) == (None, 0)
    start = world.wiki.clock()
    world.people.edits(title, "Somebody made it.")
    world.people.wait()
    world.people.deletes(title)
    answer = world.wiki.publish(Request(world.page(title), "Ours.", "", None, start))
    assert (answer.kind, answer.code) == (Kind.GONE, "pagedeleted")


def test_the_same_text_is_a_null_edit_without_a_revision(world: World) -> None:
    title = world.title("Same")
    base = world.people.edits(title, "The same.")
    answer = world.publish(title, "The same.  \n\n", base)
    assert (answer.kind, answer.revision) == (Kind.NULL_EDIT, None)
    newer = world.people.edits(title, "Another.")
    assert world.publish(title, "Another.", base).kind is Kind.NULL_EDIT
    assert world.head(title) == ("Another.", newer)


def test_text_is_stored_as_the_wiki_likes_it(world: World) -> None:
    title = world.title("Normal")
    answer = world.publish(title, " one  \r\ntwo  \ncafe\u0301 \t\n\n", None)
    assert answer.kind is Kind.SAVED
    assert world.head(title)[0] == " one  \ntwo  \ncafé"


def test_an_arabic_page_has_an_arabic_title(world: World) -> None:
    title = world.title("مدينة غيتيغا")
    answer = world.publish(title, "غيتيغا مدينة.", None, summary="كلمات")
    assert answer.kind is Kind.SAVED
    assert world.head(title) == ("غيتيغا مدينة.", answer.revision)
    assert world.wiki.history(world.page(title), 0)[0].summary == "كلمات"


def test_heads_of_more_pages_than_one_request_takes(world: World) -> None:
    names = [world.title(f"ገጽ {number}") for number in range(3)]
    ids = {name: world.people.edits(name, f"Text of {name}.") for name in names}
    absent = [world.title(f"Absent, and with a long name {'x' * 60}") for _ in range(100)]
    asked = [world.page(name) for name in absent[:70] + names + absent[70:]]
    heads = world.wiki.heads(asked)
    assert list(heads) == asked
    assert {str(t): h.id for t, h in heads.items() if h} == ids
    assert [str(r.title) for r in world.wiki.listed(asked)] == names


def test_changes_tell_new_revisions_and_events_since_a_time(world: World) -> None:
    title, gone = world.title("Changed"), world.title("Gone")
    old, new = world.title("Old name"), world.title("New name")
    world.people.edits(title, "One.")
    world.people.edits(gone, "Gone.")
    world.people.edits(old, "Moved.")
    since = world.wiki.changes(world.wiki.clock()).until
    second = world.people.edits(title, "Two.")
    world.people.deletes(gone)
    world.people.moves(old, new)
    changes = world.wiki.changes(since)
    ours = [r for r in changes.revisions if str(r.title) == title]
    assert (ours[-1].id, ours[-1].wikitext, ours[-1].account) == (second, "Two.", "Person")
    assert changes.until >= since
    assert [r.time for r in changes.revisions] == sorted(r.time for r in changes.revisions)
    events = {(e.type, e.action, str(e.title), str(e.target or "")) for e in changes.events}
    assert ("delete", "delete", gone, "") in events
    assert ("move", "move", old, new) in events
    assert world.head(new)[0] == "Moved."
    assert all(isinstance(event, LogEvent) for event in changes.events)


def test_nothing_new_is_nothing_new(world: World) -> None:
    world.people.edits(world.title("Any"), "Any.")
    changes = world.wiki.changes("2099-01-01T00:00:00Z")
    assert (changes.revisions, changes.events) == ((), ())


def test_history_is_newest_first_and_ends_before_the_base(world: World) -> None:
    title = world.title("History")
    first = world.people.edits(title, "One.")
    second = world.people.edits(title, "Two.")
    answer = world.publish(title, "Three.", second, summary="#wikigit wg:abc")
    history = world.wiki.history(world.page(title), first)
    assert [r.id for r in history] == [answer.revision, second]
    assert (history[0].account, history[0].summary) == (ACCOUNT, "#wikigit wg:abc")
    assert history[0].sha1 == hashlib.sha1(b"Three.").hexdigest()
    assert history[0].wikitext is None
    assert world.wiki.history(world.page(world.title("Never")), 0) == []


def test_revisions_of_deleted_pages_are_missing(world: World) -> None:
    kept, gone = world.title("Kept"), world.title("Gone")
    ids = [world.people.edits(kept, "Kept."), world.people.edits(gone, "Gone.")]
    world.people.deletes(gone)
    assert {r.id: r.wikitext for r in world.wiki.revisions([*ids, 10**9]).values()} == {ids[0]: "Kept."}


def test_pages_are_listed_by_namespace_category_and_use(world: World) -> None:
    here, help_page = world.title("Here"), "Help:" + world.title("Help")
    category = "Category:" + world.title("Places")
    world.people.edits(here, f"Here. [[{category}]]")
    world.people.edits(help_page, "How to.")
    found = {str(r.title): r.wikitext for r in world.wiki.pages(12)}
    assert found[help_page] == "How to."
    assert here in [str(r.title) for r in world.wiki.pages(0)]
    assert world.wiki.category(world.page(category)) == [world.page(here)]
    used = world.wiki.namespaces_in_use([0])
    assert {0, 12} <= set(used)
    assert 13 not in used


def test_the_account_is_the_one_that_publishes(world: World) -> None:
    assert world.wiki.account() == ACCOUNT
