"""What every wiki behind the door does with revisions that are imported: one suite, in memory and on MediaWiki."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import pytest

from testing.mediawiki import MediaWiki as Server
from testing.memory_wiki import MemoryWiki
from testing.template import DEBIAN_ROOT
from tests import importers
from tests.conftest import real_wiki
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.wiki.client import MediaWiki
from wikigit.wiki.door import Block, Import, Kind, Version, Wiki
from wikigit.wiki.imports import base36

ACCOUNT, ALINE = "Importer", "wikigit>Aline N."
LONG_AGO = "2020-05-01T00:00:00Z"
_fresh = itertools.count()


class People(Protocol):
    """What people do on the wiki."""

    def edits(self, title: str, text: str) -> int: ...
    def deletes(self, title: str) -> None: ...
    def protects(self, title: str) -> None: ...
    def blocked(self) -> AbstractContextManager[None]: ...
    def without_the_right(self) -> AbstractContextManager[None]: ...


class InMemory:
    """People at the wiki in memory."""

    def __init__(self, wiki: MemoryWiki) -> None:
        self.wiki = wiki

    def edits(self, title: str, text: str) -> int:
        return self.wiki.person_edits(title, text)

    def deletes(self, title: str) -> None:
        self.wiki.deletes(title)

    def protects(self, title: str) -> None:
        self.wiki.protected.add(Title.parse(title, self.wiki.site()))

    @contextmanager
    def blocked(self) -> Iterator[None]:
        before = self.wiki.stands
        self.wiki.stands = replace(before, block=Block(False, "Admin", "Why", "infinite"))
        yield
        self.wiki.stands = before

    @contextmanager
    def without_the_right(self) -> Iterator[None]:
        before = self.wiki.stands
        self.wiki.stands = replace(before, rights=tuple(r for r in before.rights if r != "importupload"))
        yield
        self.wiki.stands = before


class AtServer:
    """People at a real MediaWiki."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def edits(self, title: str, text: str) -> int:
        return self.server.edit(title, text, user="Person")

    def deletes(self, title: str) -> None:
        self.server.delete(title)

    def protects(self, title: str) -> None:
        self.server.session().post(action="protect", title=title, protections="edit=sysop")

    @contextmanager
    def blocked(self) -> Iterator[None]:
        self.server.session().post(action="block", user=ACCOUNT, reason="Why", expiry="infinite")
        try:
            yield
        finally:
            self.server.session().post(action="unblock", user=ACCOUNT)

    def without_the_right(self) -> AbstractContextManager[None]:
        return self.server.settings("$wgGroupPermissions['importers']['importupload'] = false;")


@dataclass
class World:
    """A wiki that lets us import, its people, and titles that no other test uses."""

    wiki: Wiki
    people: People

    def title(self, name: str) -> Title:
        return Title.parse(f"Import {next(_fresh)}/{name}", self.wiki.site())

    def history(self, title: Title) -> list[Revision]:
        """A page's revisions, oldest first, with their texts."""
        ids = [revision.id for revision in self.wiki.history(title, 0)][::-1]
        found = self.wiki.revisions(ids)
        return [found[number] for number in ids]

    def head(self, title: Title) -> str | None:
        head = self.wiki.heads([title])[title]
        return head.wikitext if head else None


def version(wikitext: str, time: str = LONG_AGO, **more: object) -> Version:
    return replace(Version(ALINE, time, "Why.", wikitext), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, World]]:
    """The worlds that were made so far, by name; servers run until the last test."""
    made: dict[str, World] = {}
    servers: list[Server] = []
    try:
        yield _Made(made, servers, tmp_path_factory.mktemp("import"))
    finally:
        for server in servers:
            server.stop()


class _Made(dict[str, World]):
    def __init__(self, made: dict[str, World], servers: list[Server], folder: Path) -> None:
        super().__init__(made)
        self.servers, self.folder = servers, folder

    def __missing__(self, name: str) -> World:
        server = real_wiki(self.folder / (name or "debian"), version=name, extra_settings=importers.SETTINGS)
        if name and server.root == DEBIAN_ROOT:
            pytest.skip(f"Debian's MediaWiki is {server.version} already.")
        server.start()
        self.servers.append(server)
        login = importers.login(server, ACCOUNT)
        client = MediaWiki(server.api, contact="test@example.org", version="0", credentials=login)
        self[name] = World(client, AtServer(server))
        return self[name]


@pytest.fixture(
    params=["memory", pytest.param("", marks=pytest.mark.wiki), pytest.param("1.43", marks=pytest.mark.wiki)],
    ids=["memory", "Debian's", "1.43"],
)
def world(request: pytest.FixtureRequest, worlds: dict[str, World]) -> World:
    if request.param != "memory":
        return worlds[request.param]
    wiki = MemoryWiki(account=ACCOUNT)
    wiki.lets_import()
    return World(wiki, InMemory(wiki))


def test_true_author_time_and_text_and_a_revision_of_ours_on_top(world: World) -> None:
    title = world.title("Ngozi")
    one = version(" One.  \n~~~~\n\n", minor=True)
    two = version("Two <&> ]]> \"'.", "2020-05-01T00:00:01Z", account="wikigit>c-7f3a2b1c", summary="<Why> & {{how}}")
    assert world.wiki.import_page(Import(title, (one, two))).kind is Kind.SAVED
    first, second, top = world.history(title)
    for told, sent in ((first, one), (second, two)):
        assert (told.account, told.time, told.summary) == (sent.account, sent.time, sent.summary)
        assert (told.wikitext, told.minor) == (sent.wikitext, sent.minor)
        assert told.sha1 == hashlib.sha1(sent.wikitext.encode()).hexdigest()
    assert (first.parent, second.parent, top.parent) == (0, first.id, second.id)
    assert (top.account, top.sha1, top.minor) == (ACCOUNT, second.sha1, True)
    assert top.summary == "2 revisions imported: #wikigit"
    assert top.time > second.time
    assert world.head(title) == two.wikitext


def test_the_log_tells_of_it_and_the_list_of_changes_of_the_topmost_alone(world: World) -> None:
    title = world.title("Told")
    since = world.wiki.changes(world.wiki.clock()).until
    world.wiki.import_page(Import(title, (version("Text."),)))
    changes = world.wiki.changes(since)
    (event,) = [event for event in changes.events if event.title == title]
    assert (event.type, event.action, event.account) == ("import", "upload", ACCOUNT)
    assert [r.account for r in changes.revisions if r.title == title] == [ACCOUNT]


def test_what_is_there_already_is_not_imported_again(world: World) -> None:
    title = world.title("Twice")
    request = Import(title, (version("Text."),))
    world.wiki.import_page(request)
    before = world.history(title)
    assert world.wiki.import_page(request).kind is Kind.SAVED
    assert world.history(title) == before


def test_an_older_revision_goes_below_what_somebody_wrote(world: World) -> None:
    title = world.title("Raced")
    theirs = world.people.edits(str(title), "Theirs.")
    assert world.wiki.import_page(Import(title, (version("Ours."),))).kind is Kind.SAVED
    ours, shown, top = world.history(title)
    assert (ours.wikitext, ours.parent, shown.id, top.parent) == ("Ours.", 0, theirs, theirs)
    assert world.head(title) == top.wikitext == "Theirs."


def test_a_newer_revision_stands_over_what_somebody_wrote(world: World) -> None:
    title = world.title("Covered")
    world.wiki.import_page(Import(title, (version("Theirs."),)))
    there = world.history(title)[-1]
    assert world.wiki.import_page(Import(title, (version("Ours.", "2039-01-01T00:00:00Z"),))).kind is Kind.SAVED
    assert world.head(title) == "Ours."
    assert there.id in [revision.id for revision in world.history(title)]


def test_a_deleted_page_is_made_anew(world: World) -> None:
    title = world.title("Gone")
    world.people.edits(str(title), "Here.")
    world.people.deletes(str(title))
    assert world.wiki.import_page(Import(title, (version("Again."),))).kind is Kind.SAVED
    assert [revision.wikitext for revision in world.history(title)] == ["Again.", "Again."]


def test_a_protected_page_and_a_blocked_account_are_passed_over_without_a_word(world: World) -> None:
    title, other = world.title("Protected"), world.title("Open")
    world.people.edits(str(title), "Here.")
    world.people.protects(str(title))
    request = Import(title, (version("Ours.", "2021-01-01T00:00:00Z"),))
    answer = world.wiki.import_page(request)
    assert (answer.kind, answer.code) == (Kind.HELD, "not-imported")
    with world.people.blocked():
        answer = world.wiki.import_page(replace(request, title=other))
    assert (answer.kind, answer.code) == (Kind.HELD, "not-imported")
    assert world.head(title) == "Here."
    assert world.head(other) is None


def test_nothing_is_imported_without_the_right(world: World) -> None:
    title = world.title("Refused")
    with world.people.without_the_right():
        assert "importupload" not in world.wiki.preflight().rights
        answer = world.wiki.import_page(Import(title, (version("Ours."),)))
    assert (answer.kind, answer.code) == (Kind.STOP, "cantimport-upload")
    assert "importupload" in world.wiki.preflight().rights
    assert world.head(title) is None


def test_an_unknown_change_tag_is_refused(world: World) -> None:
    title = world.title("Tagged")
    answer = world.wiki.import_page(Import(title, (version("Ours."),), ("no such tag",)))
    assert (answer.kind, answer.code) == (Kind.STOP, "badtags")
    assert world.head(title) is None


@pytest.mark.wiki
def test_a_text_that_no_xml_can_hold_is_not_sent(worlds: dict[str, World]) -> None:
    world = worlds[""]
    answer = world.wiki.import_page(Import(world.title("Odd"), (version("A\x01b"),)))
    assert (answer.kind, answer.code) == (Kind.HELD, "not-xml")


def test_the_sha1_is_of_31_digits() -> None:
    assert base36("") == "phoiac9h4m842xq45sp7s6u21eteeq1"
    assert {len(base36(f"text {number}")) for number in range(200)} == {31}
