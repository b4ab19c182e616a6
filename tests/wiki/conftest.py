"""The same stories on two wikis: the one in memory, and a real MediaWiki."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest

from testing.mediawiki import MediaWiki as Server
from testing.memory_wiki import MemoryWiki
from tests.journey import Hub
from wikigit.core.config import Selection
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

    def hub(self) -> Hub:
        """A hub for the story's pages."""
        return Hub(self.folder, self.wiki, selection=Selection(titles=tuple(self.titles)))

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


class _Invented:
    def __init__(self, wiki: MemoryWiki) -> None:
        self.wiki = wiki

    def edits(self, title: str, wikitext: str) -> None:
        self.wiki.person_edits(title, wikitext, account="Somebody")

    def deletes(self, title: str) -> None:
        self.wiki.deletes(title)


class _Real:
    def __init__(self, server: Server) -> None:
        self.server = server

    def edits(self, title: str, wikitext: str) -> None:
        self.server.edit(title, wikitext, user="Somebody")

    def deletes(self, title: str) -> None:
        self.server.delete(title)


def _words(name: str) -> str:
    """A test's name as the beginning of a title."""
    return re.sub(r"[^a-z]+", " ", name).strip().capitalize()


@cache
def _credentials(server: Server) -> BotPassword:
    server.add_account(ACCOUNT)
    return BotPassword(f"{ACCOUNT}@wikigit", server.bot_password(ACCOUNT, "wikigit", GRANTS))


@pytest.fixture(params=["memory", pytest.param("mediawiki", marks=pytest.mark.wiki)])
def somewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Somewhere]:
    """A wiki, once in memory and once real."""
    if request.param == "memory":
        wiki = MemoryWiki()
        yield Somewhere(wiki, _Invented(wiki), tmp_path, "Story")
        return
    server: Server = request.getfixturevalue("mediawiki")
    client = MediaWiki(
        server.api, contact="t@example.org", version="0", credentials=_credentials(server), cookies=tmp_path / "cookies"
    )
    yield Somewhere(client, _Real(server), tmp_path, _words(request.node.name))
