"""What every wiki behind the door does: one suite, on the wiki in memory and on a real MediaWiki."""

import hashlib
import itertools
import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import pytest

from testing.mediawiki import MediaWiki as Server
from testing.memory_wiki import MemoryWiki
from wikigit.core.title import Title
from wikigit.wiki.client import MediaWiki
from wikigit.wiki.door import Answer, Block, Kind, LogEvent, Request, Wiki
from wikigit.wiki.login import BotPassword

GRANTS = ("basic", "highvolume", "editpage", "createeditmovepage")
ACCOUNT = "Bridge"
_fresh = itertools.count()


class People(Protocol):
    """What people do on the wiki while the bridge works."""

    def edits(self, title: str, text: str, account: str = "Person") -> int: ...
    def deletes(self, title: str) -> None: ...
    def moves(self, old: str, new: str, *, redirect: bool = True) -> None: ...
    def undoes(self, title: str, revision: int) -> int: ...
    def rolls_back(self, title: str) -> int: ...
    def hides(self, revision: int) -> None: ...
    def with_change_tag(self, name: str) -> AbstractContextManager[None]: ...
    def blocks(self, account: str, reason: str) -> AbstractContextManager[None]: ...
    def closed(self, reason: str) -> AbstractContextManager[None]: ...
    def wait(self) -> None: ...


class InMemory:
    """People at the wiki in memory."""

    def __init__(self, wiki: MemoryWiki) -> None:
        self.wiki = wiki

    def edits(self, title: str, text: str, account: str = "Person") -> int:
        return self.wiki.person_edits(title, text, account=account)

    def deletes(self, title: str) -> None:
        self.wiki.deletes(title)

    def moves(self, old: str, new: str, *, redirect: bool = True) -> None:
        self.wiki.moves(old, new, redirect=redirect, reason="Why")

    def undoes(self, title: str, revision: int) -> int:
        return self.wiki.undoes(revision)

    def rolls_back(self, title: str) -> int:
        return self.wiki.rolls_back(title)

    def hides(self, revision: int) -> None:
        self.wiki.hides(revision)

    def with_change_tag(self, name: str) -> AbstractContextManager[None]:
        return self._while(tags=(name,))

    def blocks(self, account: str, reason: str) -> AbstractContextManager[None]:
        return self._while(block=Block(False, "Admin", reason, "infinite"))

    def closed(self, reason: str) -> AbstractContextManager[None]:
        return self._while(read_only=reason)

    @contextmanager
    def _while(self, **changed: object) -> Iterator[None]:
        before = self.wiki.stands
        self.wiki.stands = replace(before, **changed)  # type: ignore[arg-type]
        yield
        self.wiki.stands = before

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

    def moves(self, old: str, new: str, *, redirect: bool = True) -> None:
        self.server.move(old, new, redirect=redirect, reason="Why")

    def undoes(self, title: str, revision: int) -> int:
        return self.server.undo(title, revision, user="Person")

    def rolls_back(self, title: str) -> int:
        return self.server.rollback(title)

    def hides(self, revision: int) -> None:
        self.server.hide(revision)

    @contextmanager
    def with_change_tag(self, name: str) -> Iterator[None]:
        self.server.session().post(action="managetags", operation="create", tag=name, reason="For a test.")
        with self.server.settings("$wgMainCacheType = CACHE_NONE;"):  # else the tag is not seen for some seconds
            yield

    @contextmanager
    def blocks(self, account: str, reason: str) -> Iterator[None]:
        self.server.session().post(action="block", user=account, reason=reason, expiry="infinite")
        try:
            yield
        finally:
            self.server.session().post(action="unblock", user=account)

    def closed(self, reason: str) -> AbstractContextManager[None]:
        return self.server.settings(f"$wgReadOnly = '{reason}';")

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


@pytest.mark.parametrize("redirect", [True, False])
def test_a_moved_page_keeps_its_id_and_takes_its_history_along(world: World, redirect: bool) -> None:
    old, new = world.title("Old name"), world.title("New name")
    first = world.people.edits(old, "Moved.")
    page = world.wiki.revisions([first])[first].page_id
    since = world.wiki.changes(world.wiki.clock()).until
    world.people.moves(old, new, redirect=redirect)
    (event,) = world.wiki.events(world.page(old), since)
    assert (event.type, event.action, event.target, event.page) == ("move", "move", world.page(new), page)
    assert (event.account, event.summary) == ("Admin", "Why")
    assert event in world.wiki.changes(since).events
    assert world.wiki.events(world.page(new), since) == []
    told = {str(r.title): (r.page_id == page, r.wikitext) for r in world.wiki.changes(since).revisions if r.id > first}
    left = {old: (False, f"#REDIRECT [[{new}]]")} if redirect else {}
    assert told == {new: (True, "Moved.")} | left
    how = "" if redirect else " without leaving a redirect"
    newest, oldest = world.wiki.history(world.page(new), 0)
    assert newest.summary == f"Admin moved page [[{old}]] to [[{new}]]{how}: Why"
    assert oldest.id == first


def test_a_page_moved_back_makes_the_redirect_give_way(world: World) -> None:
    old, new = world.title("Old name"), world.title("New name")
    since = world.wiki.changes(world.wiki.clock()).until
    page = world.wiki.revisions([first := world.people.edits(old, "Moved.")])[first].page_id
    world.people.moves(old, new)
    world.people.moves(new, old)
    told = [(event.action, event.page == page) for event in world.wiki.events(world.page(old), since)]
    assert told == [("move", True), ("delete_redir", False)]
    assert [(event.action, event.page) for event in world.wiki.events(world.page(new), since)] == [("move_redir", page)]
    assert world.head(old)[0] == "Moved."
    assert world.head(new)[0] == f"#REDIRECT [[{old}]]"


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


def test_history_goes_on_before_the_base_as_far_as_asked(world: World) -> None:
    title = world.title("Long history")
    ids = [world.people.edits(title, f"Text {number}.") for number in range(5)]
    page = world.page(title)
    assert [r.id for r in world.wiki.history(page, ids[3], older=2)] == [ids[4], ids[3], ids[2]]
    assert [r.id for r in world.wiki.history(page, ids[3], older=99)] == ids[::-1]
    later = world.people.edits(world.title("Another"), "Here.")
    assert [r.id for r in world.wiki.history(page, later, older=1)] == [ids[4]]


def test_history_tells_who_took_what_out_and_how(world: World) -> None:
    title = world.title("Reverted")
    first = world.people.edits(title, "One.\n\nTwo.\n\nThree.")
    ours = world.publish(title, "One.\n\nTwo, ours.\n\nThree.", first).revision or 0
    world.people.edits(title, "One.\n\nTwo, ours.\n\nThree, theirs.")
    undone = world.people.undoes(title, ours)
    by_hand = world.people.edits(title, "One.\n\nTwo.\n\nThree.")
    world.publish(title, "One.\n\nTwo, once more.\n\nThree.", by_hand)
    rolled_back = world.people.rolls_back(title)
    history = {r.id: r for r in world.wiki.history(world.page(title), 0)}
    assert "mw-undo" in history[undone].tags
    assert re.search(rf"\b{ours}\b", history[undone].summary)
    assert "mw-manual-revert" in history[by_hand].tags
    assert "mw-rollback" in history[rolled_back].tags
    assert history[rolled_back].sha1 == history[by_hand].sha1 == history[first].sha1
    assert world.head(title)[0] == "One.\n\nTwo.\n\nThree."


def test_a_hidden_text_has_no_checksum(world: World) -> None:
    title = world.title("Hidden")
    ids = [world.people.edits(title, f"Text {number}.") for number in range(2)]
    world.people.hides(ids[0])
    assert [bool(r.sha1) for r in world.wiki.history(world.page(title), 0)] == [True, False]
    assert world.wiki.revisions([ids[0]])[ids[0]].wikitext is None


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


@pytest.mark.parametrize("by_title", [False, True])
def test_every_revision_comes_oldest_first_under_its_pages_present_title(world: World, by_title: bool) -> None:
    one, other, gone = (f"Help:{world.title(name)}" for name in ("One", "Other", "Gone"))
    renamed = world.title("Renamed")
    world.people.edits(gone, "Gone.")
    texts = ["One.", "Another.", "One, changed.", "Another, changed."]
    ids = [world.people.edits((one, other)[number % 2], text) for number, text in enumerate(texts)]
    world.people.deletes(gone)
    world.people.moves(one, renamed, redirect=False)
    pages = [world.page(title) for title in (renamed, other, gone)]
    told = list(world.wiki.histories(pages) if by_title else world.wiki.all_revisions())
    ours = [r for r in told if r.title in pages]
    assert [(r.id, r.wikitext, str(r.title)) for r in ours[:4]] == [
        (number, text, (renamed, other)[place % 2]) for place, (number, text) in enumerate(zip(ids, texts, strict=True))
    ]
    assert (str(ours[4].title), ours[4].wikitext, ours[4].account) == (renamed, "One, changed.", "Admin")
    assert [(r.time, r.id) for r in told] == sorted((r.time, r.id) for r in told)
    assert len(ours) == 5


def test_every_revision_of_some_namespaces(world: World) -> None:
    here, help_page = world.title("Here"), f"Help:{world.title('There')}"
    ids = [world.people.edits(title, "Text.") for title in (here, help_page)]
    found = {r.id: r for r in world.wiki.all_revisions([12, 13])}
    assert ids[0] not in found
    assert found[ids[1]].wikitext == "Text."
    assert {r.title.namespace for r in found.values()} == {12}


def test_every_revision_of_more_pages_than_one_request_takes(world: World) -> None:
    titles = [world.title(f"Page {number}") for number in range(3)]
    ids = [world.people.edits(title, f"Text {number}.") for number in range(20) for title in titles]
    pages = [world.page(title) for title in titles]
    assert [r.id for r in world.wiki.histories(pages)] == ids
    every = [r.id for r in world.wiki.all_revisions()]
    assert [number for number in every if number in ids] == ids
    assert len(set(every)) == len(every)


def test_a_hidden_text_is_among_every_revision_without_its_words(world: World) -> None:
    title = world.title("Hidden")
    ids = [world.people.edits(title, f"Text {number}.") for number in range(2)]
    world.people.hides(ids[0])
    told = {r.id: r.wikitext for r in world.wiki.histories([world.page(title)])}
    assert told == {ids[0]: None, ids[1]: "Text 1."}
    assert {r.id: r.wikitext for r in world.wiki.all_revisions([0]) if r.id in ids} == told


def test_the_account_is_the_one_that_publishes(world: World) -> None:
    assert world.wiki.account() == ACCOUNT


def test_the_preflight_tells_who_we_are_and_what_we_may_do(world: World) -> None:
    stands = world.wiki.preflight()
    assert (stands.account, stands.block, stands.read_only) == (ACCOUNT, None, "")
    assert {"read", "edit", "createpage", "applychangetags"} <= set(stands.rights)
    assert {"delete", "block", "protect", "editinterface"}.isdisjoint(stands.rights)
    assert "user" in stands.groups
    assert stands.clock == world.wiki.clock()


def test_the_preflight_tells_of_a_block_and_of_a_wiki_that_is_read_only(world: World) -> None:
    with world.people.blocks(ACCOUNT, "Too fast."):
        assert world.wiki.preflight().block == Block(False, "Admin", "Too fast.", "infinite")
    with world.people.closed("Moving house."):
        assert world.wiki.preflight().read_only == "Moving house."
    stands = world.wiki.preflight()
    assert (stands.block, stands.read_only) == (None, "")


def test_a_change_tag_is_refused_until_the_wiki_has_it(world: World) -> None:
    tag = world.title("tag").replace("/", " ")
    request = Request(world.page(world.title("Tagged")), "Text.", "", None, world.wiki.clock(), tags=(tag,))
    assert tag not in world.wiki.preflight().tags
    assert world.wiki.publish(request).code == "badtags"
    with world.people.with_change_tag(tag):
        assert tag in world.wiki.preflight().tags
        answer = world.wiki.publish(request)
    assert answer.kind is Kind.SAVED
    assert world.wiki.revisions([answer.revision or 0])[answer.revision or 0].tags == (tag,)
