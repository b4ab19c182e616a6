"""The same stories on two wikis: the one in memory, and a real MediaWiki."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest

from testing import guards
from testing.mediawiki import MediaWiki as Server
from testing.memory_wiki import MemoryWiki
from testing.template import DEBIAN_ROOT
from tests.conftest import real_wiki
from tests.journey import Hub
from tests.wiki.guarded import Road, guard
from wikigit.core.config import OWN_WIKI, Policy, Selection
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.wiki.client import MediaWiki
from wikigit.wiki.door import Answer, Request, Wiki
from wikigit.wiki.login import BotPassword

GRANTS = ("basic", "highvolume", "editpage", "createeditmovepage")
ACCOUNT = "Bridge of the road"


class People(Protocol):
    """Those who edit on the wiki itself."""

    def edits(self, title: str, wikitext: str) -> None: ...
    def deletes(self, title: str) -> None: ...
    def moves(self, old: str, new: str, *, redirect: bool) -> None: ...
    def undoes(self, title: str, revision: int) -> int: ...
    def rolls_back(self, title: str) -> int: ...
    def hides(self, revision: int) -> None: ...
    def hides_the_name(self, revision: int) -> None: ...
    def turns_into(self, title: str, model: str, wikitext: str) -> None: ...
    def restores(self, title: str, revisions: int) -> None: ...
    def waits(self) -> None: ...
    def much_later(self) -> None: ...
    def heard(self) -> int: ...


@dataclass
class Somewhere:
    """A wiki to tell a story on: what the bridge sees, its people, and pages with names of their own."""

    wiki: Wiki
    people: People
    folder: Path
    prefix: str
    titles: list[str] = field(default_factory=list)

    def page(self, name: str, wikitext: str = "") -> str:
        """The title that a story's page has here; with a text, somebody wrote it."""
        title = f"{self.prefix} {name}"
        if wikitext:
            self.people.edits(title, wikitext)
            self.titles.append(title)
        return title

    def hub(self, *namespaces: int, policy: Policy = OWN_WIKI, history: bool = False) -> Hub:
        """A hub for the story's pages, or for whole namespaces; with `history`, for all their revisions."""
        selection = Selection(namespaces) if namespaces else Selection(titles=tuple(self.titles))
        return Hub(self.folder, self.wiki, selection=selection, policy=policy, history=history)

    def head(self, title: str) -> Revision:
        """What the wiki shows of a page."""
        page = Title.parse(title, self.wiki.site())
        head = self.wiki.heads([page])[page]
        assert head is not None
        return head

    def history(self, title: str) -> list[Revision]:
        """A page's revisions, newest first."""
        return self.wiki.history(Title.parse(title, self.wiki.site()), 0)

    def meanwhile(self, happens: Callable[[], None]) -> None:
        """Let something happen on the wiki after the plan, just before the next edit is sent."""
        send = self.wiki.publish

        def publish(request: Request) -> Answer:
            self.wiki.publish = send  # type: ignore[method-assign]
            happens()
            return send(request)

        self.wiki.publish = publish  # type: ignore[method-assign]


Place = Callable[[pytest.FixtureRequest, Path, str], Somewhere]


class _Invented:
    def __init__(self, wiki: MemoryWiki) -> None:
        self.wiki = wiki

    def edits(self, title: str, wikitext: str) -> None:
        self.wiki.person_edits(title, wikitext, account="Somebody")

    def deletes(self, title: str) -> None:
        self.wiki.deletes(title)

    def moves(self, old: str, new: str, *, redirect: bool) -> None:
        self.wiki.moves(old, new, redirect=redirect)

    def undoes(self, title: str, revision: int) -> int:
        return self.wiki.undoes(revision, account="Somebody")

    def rolls_back(self, title: str) -> int:
        return self.wiki.rolls_back(title)

    def hides(self, revision: int) -> None:
        self.wiki.hides(revision)

    def hides_the_name(self, revision: int) -> None:
        self.wiki.hides(revision, text=False, name=True)

    def turns_into(self, title: str, model: str, wikitext: str) -> None:
        self.wiki.turns_into(title, model, wikitext)

    def restores(self, title: str, revisions: int) -> None:
        self.wiki.restores(title, revisions)

    def waits(self) -> None:
        """Every write takes a second of its own."""

    def much_later(self) -> None:
        """A year passes."""
        self.wiki.days_pass(365)

    def heard(self) -> int:
        """How many edits the bridge has sent here."""
        return len(self.wiki.requests)


class _Real:
    def __init__(self, server: Server) -> None:
        self.server = server

    def edits(self, title: str, wikitext: str) -> None:
        self.server.edit(title, wikitext, user="Somebody")

    def deletes(self, title: str) -> None:
        self.server.delete(title)

    def moves(self, old: str, new: str, *, redirect: bool) -> None:
        self.server.move(old, new, reason="", redirect=redirect)

    def undoes(self, title: str, revision: int) -> int:
        return self.server.undo(title, revision, user="Somebody")

    def rolls_back(self, title: str) -> int:
        return self.server.rollback(title)

    def hides(self, revision: int) -> None:
        self.server.hide(revision)

    def hides_the_name(self, revision: int) -> None:
        self.server.hide(revision, "user")

    def turns_into(self, title: str, model: str, wikitext: str) -> None:
        self.server.turn_into(title, model, wikitext)

    def restores(self, title: str, revisions: int) -> None:
        self.server.restore(title, revisions)

    def waits(self) -> None:
        """MediaWiki's times are whole seconds."""
        time.sleep(1.1)

    def much_later(self) -> None:
        """The stories' days are long ago for a real wiki; what its job queue was to do is done."""
        self.server.maintain("runJobs")

    def heard(self) -> int:
        """How many edits the bridge has sent here, in this story and in those before it."""
        return self.server.asked().count("POST api.php edit")


def _words(name: str) -> str:
    """A test's name as the beginning of a title."""
    return re.sub(r"[^a-z]+", " ", name).strip().capitalize()


@cache
def _credentials(server: Server) -> BotPassword:
    server.add_account(ACCOUNT)
    return BotPassword(f"{ACCOUNT}@wikigit", server.bot_password(ACCOUNT, "wikigit", GRANTS))


@pytest.fixture(scope="session")
def place() -> Place:
    """How a fixture makes such a wiki for many stories."""
    return _place


@pytest.fixture(params=["memory", pytest.param("mediawiki", marks=pytest.mark.wiki)])
def somewhere(request: pytest.FixtureRequest, tmp_path: Path, place: Place) -> Somewhere:
    """A wiki, once in memory and once real."""
    return place(request, tmp_path, _words(request.node.name))


def _place(request: pytest.FixtureRequest, folder: Path, prefix: str) -> Somewhere:
    """A wiki for stories: the one in memory, or the real one with titles that begin in a way of their own."""
    if request.param == "memory":
        wiki = MemoryWiki()
        return Somewhere(wiki, _Invented(wiki), folder, "Story")
    server: Server = request.getfixturevalue("mediawiki")
    client = MediaWiki(
        server.api, contact="t@example.org", version="0", credentials=_credentials(server), cookies=folder / "cookies"
    )
    return Somewhere(client, _Real(server), folder, prefix)


@pytest.fixture(scope="session", params=["", "1.43"], ids=["Debian's", "1.43"])
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real wiki with all guards: Debian's MediaWiki, and the LTS where that is another one."""
    server = real_wiki(tmp_path_factory.mktemp("guarded"), version=request.param, extra_settings=guards.SETTINGS)
    if request.param and server.root == DEBIAN_ROOT:
        pytest.skip(f"Debian's MediaWiki is {server.version} already.")
    with server:
        guard(server)
        yield server


@pytest.fixture
def road(guarded: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Road:
    """A story on such a wiki."""
    guarded.reset_requests()
    return Road(guarded, tmp_path, _words(request.node.name))
