"""The vocabulary of stories about a wiki that does not simply say yes: a kit, a hub, a real MediaWiki with guards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from testing import guards
from testing.mediawiki import MediaWiki as Server
from testing.memory_wiki import Killed
from tests.journey import Hub, Kit, outcomes
from wikigit.core.config import OWN_WIKI, Policy, Selection
from wikigit.core.edit import Edit
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.wiki.client import MediaWiki
from wikigit.wiki.door import Answer, Request
from wikigit.wiki.login import BotPassword
from wikigit.wiki.transport import Reply

ACCOUNT = "Bridge of the road"
GRANTS = ("basic", "highvolume", "editpage", "createeditmovepage")
READ_ONLY = "$wgReadOnly = 'Moving to another house.';"
NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."

FILTERS: guards.Filters = {
    "Praise": ("splendid", {"warn": ["abusefilter-warning"]}),
    "Adverts": ("buy now", {"warn": ["abusefilter-warning"]}),
    "Threats": ("beware", {"disallow": []}),
    "Once warned": ("cheap", {"warn": ["abusefilter-warning"], "disallow": []}),
    "Bursts": ("burst", {"throttle": ["1", "1,3600", "user"], "disallow": []}),
    "Markets": ("bazaar", {"tag": ["market"]}),
}


def guard(server: Server) -> None:
    """Wake the guards of a wiki that was installed with `guards.SETTINGS`."""
    guards.add_filters(server, FILTERS)
    server.edit("MediaWiki:Spam-blacklist", r"badlink\.example", user="Admin")
    server.edit("MediaWiki:Titleblacklist", ".*unwanted.*", user="Admin")


@cache
def login(server: Server, account: str = ACCOUNT) -> BotPassword:
    """An account's bot password; the bridge's own if none is named."""
    server.add_account(account)
    return BotPassword(f"{account}@wikigit", server.bot_password(account, "wikigit", GRANTS))


@cache
def known(server: Server, account: str) -> tuple[Site, bytes]:
    """The wiki's facts and the cookies of a login, the same for all stories."""
    with TemporaryDirectory() as folder:
        cookies = Path(folder, "cookies")
        client = MediaWiki(
            server.api, contact="t@example.org", version="0", credentials=login(server, account), cookies=cookies
        )
        client.account()
        return client.site(), cookies.read_bytes()


@dataclass
class Road:
    """One story: what a kit writes, what the wiki answers to the bridge (`heard`), what the kit is told."""

    server: Server
    folder: Path
    prefix: str
    heard: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    policy: Policy = OWN_WIKI
    account: str = ACCOUNT
    _meanwhile: Callable[[], object] = lambda: None
    _dies: bool = False

    @cached_property
    def wiki(self) -> MediaWiki:
        return self._client()

    @cached_property
    def hub(self) -> Hub:
        return Hub(self.folder, self.wiki, selection=Selection(titles=tuple(self.titles)), policy=self.policy)

    @cached_property
    def kit(self) -> Kit:
        return self.hub.kit("school")

    @cached_property
    def other_kit(self) -> Kit:
        return self.hub.kit("library")

    def page(self, name: str = "Ngozi", wikitext: str = NGOZI) -> str:
        """A page of this story; somebody on the wiki wrote it, unless it has no text."""
        title = f"{self.prefix} {name}"
        if wikitext:
            self.server.edit(title, wikitext)
            self.titles.append(title)
        return title

    def changes(self, title: str, old: str, new: str, *, at: Kit | None = None) -> Edit:
        """Somebody at a kit changes a few words; the hub merges it."""
        kit = at or self.kit
        return self._merged(kit, kit.changes(title, old, new))

    def writes(self, title: str, wikitext: str) -> Edit:
        """Somebody at the kit writes a page; the hub merges it."""
        return self._merged(self.kit, self.kit.writes(title, wikitext))

    def _merged(self, kit: Kit, edit: Edit) -> Edit:
        self.hub.receives(kit.sends())
        assert outcomes(self.hub.merges(kit).receipts) == ["merged"]
        return edit

    def publishes(self) -> None:
        """The bridge publishes what is in the queue."""
        self.hub.publishes()

    def told(self, edit: Edit, *, at: Kit | None = None) -> tuple[str, str]:
        """What the kit says of an edit after the next stick: outcome and code."""
        kit = at or self.kit
        kit.receives(self.hub.sends())
        receipt = kit.receipt(edit)
        return str(receipt.outcome), receipt.code

    def becomes(self, edit: Edit, *, at: Kit | None = None) -> tuple[str, str]:
        """The bridge publishes, a stick goes home: outcome and code."""
        self.publishes()
        return self.told(edit, at=at)

    def starts_again(self) -> None:
        """The bridge's process is gone; the next one has its cookies only."""
        self.wiki = self.hub.wiki = self._client()

    def was_never_here(self) -> None:
        """The bridge has no login from before."""
        (self.folder / "cookies").write_bytes(b"")

    def is_killed(self) -> None:
        """The bridge publishes, and its process ends before it can read the wiki's first answer."""
        self._dies = True
        with pytest.raises(Killed):
            self.publishes()
        self.starts_again()

    def forgets_us(self) -> None:
        """The wiki no longer knows the bridge's session."""
        self.wiki._session._jar.clear()

    def takes_us_for(self, account: str) -> None:
        """The wiki knows the bridge's session as another account's."""
        other = MediaWiki(
            self.server.api, contact="t@example.org", version="0", credentials=login(self.server, account)
        )
        other.account()
        self.forgets_us()
        for cookie in other._session._jar:
            self.wiki._session._jar.set_cookie(cookie)

    def meanwhile(self, happens: Callable[[], object]) -> None:
        """Let something happen on the wiki after the plan, just before the next edit is sent."""
        self._meanwhile = happens

    def sent(self) -> int:
        """How many edits the bridge has sent to the wiki in this story, counted there."""
        return self.server.asked().count("POST api.php edit")

    def text(self, title: str) -> str | None:
        """What the wiki holds."""
        found = self.server.page(title)
        return found[0] if found else None

    def revisions(self, title: str) -> int:
        return len(self.server.history(title))

    def asks(self, title: Title, wikitext: str) -> Answer:
        """What the wiki says to a request that the road would never send."""
        return self.wiki.publish(Request(title, wikitext, "Words.", None, self.wiki.clock()))

    @contextmanager
    def blocked(self, account: str = ACCOUNT, **how: str | int) -> Iterator[None]:
        """The account is blocked for a while."""
        admin = self.server.session()
        admin.post(action="block", user=account, allowusertalk=1, **how)
        try:
            yield
        finally:
            admin.post(action="unblock", user=account)

    def _client(self) -> MediaWiki:
        site, cookies = known(self.server, self.account)
        jar = self.folder / "cookies"
        if not jar.exists():
            jar.write_bytes(cookies)
        client = MediaWiki(
            self.server.api, contact="t@example.org", version="0", credentials=login(self.server, self.account),
            cookies=jar, site=site, sleep=self.slept.append,
        )  # fmt: skip
        send = client.publish

        def publish(request: Request) -> Answer:
            happens, self._meanwhile = self._meanwhile, lambda: None
            happens()
            answer = send(request)
            self.heard.append(answer.code)
            return answer

        client.publish = publish  # type: ignore[method-assign]
        client._line.write = self._deadly(client._line.write)  # type: ignore[assignment]
        return client

    def _deadly(self, write: Callable[..., Reply]) -> Callable[..., Reply]:
        """Send, and be killed before the answer is read where the story wants that."""

        def then_die(parameters: Mapping[str, str], *files: object) -> Reply:
            reply = write(parameters, *files)
            if self._dies and parameters["action"] == "edit":
                self._dies = False
                raise Killed
            return reply

        return then_die
