"""A wiki in memory: the same door as a real one, with edit conflicts, history, a log and a clock of its own.

Deterministic: ids and seconds count up, and every write takes one second. The contract in
`tests/wiki/test_door.py` runs on it and on MediaWiki, so that it cannot drift. It does not merge: whoever
edits on an older base has an edit conflict, even where MediaWiki would put both together.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from testing.sites import ENGLISH
from wikigit.core.revision import Revision
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.wiki.door import Answer, Changes, Kind, LogEvent, Request

START = datetime(2026, 1, 1, tzinfo=UTC)


class Killed(BaseException):
    """The bridge's process ends here, as by `kill -9`: nobody is to catch it but a test."""


class MemoryWiki:
    """An in-memory `wikigit.wiki.door.Wiki`, and the people who edit it."""

    def __init__(self, site: Site = ENGLISH, *, account: str = "Bridge") -> None:
        """An empty wiki; `account` is who publishes ("": nobody is logged in)."""
        self._site, self._account = site, account
        self._pages: dict[Title, list[Revision]] = {}  # oldest first
        self._archive: dict[Title, list[Revision]] = {}
        self._events: list[LogEvent] = []
        self._seconds = self._last_revision = self._last_page = 0
        self._writes = 0
        self._dies_after = self._loses = -1
        self._dies_landed = self._dies_late = False
        self._under_way: list[Request] = []
        self._meanwhile: Callable[[], None] = lambda: None
        self.requests: list[Request] = []  # all that were sent, in order
        self.saved: list[Revision] = []  # every revision there ever was, also of pages deleted since

    # The door.

    def site(self) -> Site:
        """Return the site it was made with."""
        return self._site

    def account(self) -> str:
        """Return the account it was made with."""
        return self._account

    def clock(self) -> str:
        """Return the wiki's time."""
        return (START + timedelta(seconds=self._seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def namespaces_in_use(self, known: Collection[int] = ()) -> list[int]:
        """Return the namespaces with pages, and `known`."""
        return sorted({title.namespace for title in self._pages} | set(known))

    def pages(self, namespace: int) -> Iterator[Revision]:
        """Yield heads in the order of their titles."""
        here = sorted(title for title in self._pages if title.namespace == namespace)
        return self.listed(here)

    def listed(self, titles: Sequence[Title]) -> Iterator[Revision]:
        """Yield heads that have a text."""
        for head in self.heads(titles).values():
            if head and head.wikitext is not None:
                yield head

    def category(self, title: Title) -> list[Title]:
        """Return the pages whose text holds the category's link."""
        link = f"[[{title}]]"
        return sorted(page for page, history in self._pages.items() if link in (history[-1].wikitext or ""))

    def heads(self, titles: Sequence[Title]) -> dict[Title, Revision | None]:
        """Return heads; None where there is no page."""
        return {title: self._head(title) for title in titles}

    def changes(self, since: str) -> Changes:
        """Return what is not older than `since`, and the clock."""
        revisions = [r for history in self._pages.values() for r in history if r.time >= since]
        events = tuple(event for event in self._events if event.time >= since)
        return Changes(tuple(sorted(revisions, key=lambda r: (r.time, r.id))), events, self.clock())

    def history(self, title: Title, since: int) -> list[Revision]:
        """Return revisions after `since`, newest first, without text."""
        known = self._pages.get(title, [])
        return [replace(r, wikitext=None) for r in reversed(known) if r.id > since]

    def revisions(self, ids: Sequence[int]) -> dict[int, Revision]:
        """Return revisions of pages that are not deleted."""
        return {r.id: r for history in self._pages.values() for r in history if r.id in ids}

    def publish(self, request: Request) -> Answer:
        """Save, or answer as MediaWiki would; unless this one is to be lost or the last."""
        happens, self._meanwhile = self._meanwhile, lambda: None
        happens()
        self.arrives()
        if self._writes == self._dies_after:
            self._dies_after = -1
            self._under_way = [request]
            if self._dies_landed:
                self.arrives()
            elif not self._dies_late:
                self._under_way = []
            raise Killed
        self._writes += 1
        self.requests.append(request)
        answer = self._answer(request)
        if self._writes == self._loses:
            return Answer(Kind.UNKNOWN, "lost-reply", info="The wiki hung up.")
        return answer

    # What a test makes happen.

    def person_edits(self, title: str, text: str, *, account: str = "Person", summary: str = "") -> int:
        """Save a page without any guard and return the revision id; a null edit gives the head's."""
        page, text = Title.parse(title, self._site), normalised(text)
        head = self._head(page)
        return head.id if head and head.wikitext == text else self._save(page, text, account, summary).id

    def deletes(self, title: str) -> None:
        """Delete a page, with its history."""
        page = Title.parse(title, self._site)
        self._archive[page] = self._pages.pop(page)
        self._log("delete", "delete", page)

    def restores(self, title: str, revisions: int) -> None:
        """Bring a deleted page back, with so many of its oldest revisions."""
        page = Title.parse(title, self._site)
        self._pages[page] = self._archive.pop(page)[:revisions]
        self._log("delete", "restore", page)

    def moves(self, old: str, new: str) -> None:
        """Move a page with its history; a redirect stays behind."""
        source, target = Title.parse(old, self._site), Title.parse(new, self._site)
        self._pages[target] = [replace(r, title=target) for r in self._pages.pop(source)]
        self._log("move", "move", source, target)
        head = self._pages[target][-1]
        self._save(target, head.wikitext or "", "Admin", "moved page", tick=False)
        self._save(source, f"#REDIRECT [[{target}]]", "Admin", "", tick=False)

    def hides(self, revision: int) -> None:
        """Hide one revision's text, as an administrator does (revision deletion)."""
        for title, history in self._pages.items():
            for place, known in enumerate(history):
                if known.id == revision:
                    history[place] = replace(known, wikitext=None, sha1="")
                    self._log("delete", "revision", title, revision=revision)

    def stop_after(self, writes: int, *, landed: bool = False, late: bool = False) -> None:
        """After so many more edits the next one raises Killed; with `landed` it is saved all the same.

        With `late` the server is slow: it is saved when `arrives` is called, or just before the edit after it.
        """
        self._dies_after, self._dies_landed, self._dies_late = self._writes + writes, landed, late

    def arrives(self) -> None:
        """Let the server finish what a killed bridge had sent."""
        while self._under_way:
            self._answer(self._under_way.pop())

    def meanwhile(self, happens: Callable[[], None]) -> None:
        """Let something happen when the next edit is on its way, just before it arrives."""
        self._meanwhile = happens

    def lose_reply(self, write: int) -> None:
        """The n-th edit from now (1 = the next) is saved, but its answer does not arrive."""
        self._loses = self._writes + write

    # How it works.

    def _head(self, title: Title) -> Revision | None:
        return self._pages[title][-1] if title in self._pages else None

    def _answer(self, request: Request) -> Answer:
        head, text = self._head(request.title), normalised(request.wikitext)
        if not self._account:
            return Answer(Kind.STOP, "assertuserfailed", info="You are not logged in.")
        if head is None and request.base is not None:
            return Answer(Kind.GONE, "missingtitle", info="The page does not exist.")
        if head is None:
            if self._deleted_since(request):
                return Answer(Kind.GONE, "pagedeleted", info="The page was deleted meanwhile.")
            return self._saved(request, text, 0)
        if request.base is None:
            return Answer(Kind.EDIT_CONFLICT, "articleexists", info="The page exists already.")
        if head.wikitext == text:
            return Answer(Kind.NULL_EDIT, "nochange", info="The page already held this text.")
        if head.id != request.base:
            return Answer(Kind.EDIT_CONFLICT, "editconflict", info="Somebody was faster.")
        return self._saved(request, text, head.id)

    def _saved(self, request: Request, text: str, base: int) -> Answer:
        new = self._save(
            request.title, text, self._account, request.summary[:500], minor=request.minor, tags=request.tags
        )
        return Answer(Kind.SAVED, "success", new.id, base, new.time, "Saved.")

    def _deleted_since(self, request: Request) -> bool:
        return any(
            event.action == "delete" and event.title == request.title and event.time > request.starttimestamp
            for event in self._events
        )

    def _save(
        self, title: Title, text: str, account: str, summary: str,
        *, minor: bool = False, tags: tuple[str, ...] = (), tick: bool = True,
    ) -> Revision:  # fmt: skip
        history = self._pages.setdefault(title, [])
        self._seconds += tick
        self._last_revision += 1
        self._last_page += not history
        revision = Revision(
            id=self._last_revision,
            page_id=history[-1].page_id if history else self._last_page,
            title=title,
            wikitext=text,
            account=account,
            time=self.clock(),
            summary=summary,
            minor=minor and bool(history),
            parent=history[-1].id if history else 0,
            sha1=hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(),
            tags=tags,
        )
        history.append(revision)
        self.saved.append(revision)
        return revision

    def _log(self, kind: str, action: str, title: Title, target: Title | None = None, *, revision: int = 0) -> None:
        self._seconds += 1
        number = len(self._events) + 1
        self._events.append(LogEvent(kind, action, title, target, self.clock(), revision, number))


def normalised(text: str) -> str:
    """Return the text as MediaWiki stores it: NFC, LF, no white space at the end (PHP's rtrim), no NUL."""
    clean = unicodedata.normalize("NFC", text).replace("\0", "\ufffd")
    return clean.replace("\r\n", "\n").replace("\r", "\n").rstrip(" \t\n\r\0\x0b")
