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
from typing import Any

from testing.sites import ENGLISH
from wikigit.core.revision import Revision
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.wiki.door import Answer, Changes, Import, Kind, LogEvent, Preflight, Request, Version

START = datetime(2026, 1, 1, tzinfo=UTC)
ADMIN = "Admin"
RADIUS = 15  # revisions whose text makes an edit a manual revert ($wgManualRevertSearchRadius)
RIGHTS = ("applychangetags", "createpage", "createtalk", "edit", "minoredit", "read")
"""What a bot password with the grants that the how-to names may do here."""


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
        self._writes = self._dies_reading = 0
        self._dies_after = self._loses = -1
        self._dies_landed = self._dies_late = False
        self._under_way: list[Request | Import] = []
        self._meanwhile: Callable[[], None] = lambda: None
        self.stands = Preflight(account, ("*", "user") if account else ("*",), RIGHTS, None, (), "", (), "")
        self.requests: list[Request] = []  # all edits that were sent, in order
        self.imported: list[Import] = []  # all imports that were sent, in order
        self.protected: set[Title] = set()  # from imports, which is all that a test asks of it
        self.saved: list[Revision] = []  # every revision there ever was, also of pages deleted since

    # The door.

    def site(self) -> Site:
        """Return the site it was made with."""
        return self._site

    def account(self) -> str:
        """Return the account it was made with."""
        return self._account

    def preflight(self) -> Preflight:
        """Return how our account stands: what a test has put into `stands`, and the clock."""
        return replace(self.stands, clock=self.clock())

    def clock(self) -> str:
        """Return the wiki's time."""
        return (START + timedelta(seconds=self._seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def namespaces_in_use(self, known: Collection[int] = ()) -> list[int]:
        """Return the namespaces with pages, and `known`."""
        self._asked()
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

    def all_revisions(self, namespaces: Collection[int] = ()) -> Iterator[Revision]:
        """Yield every revision in the order of their times."""
        return self.histories([title for title in self._pages if not namespaces or title.namespace in namespaces])

    def histories(self, titles: Sequence[Title]) -> Iterator[Revision]:
        """Yield every revision of these pages in the order of their times."""
        self._asked()
        found = [revision for title in titles for revision in self._pages.get(title, ())]
        yield from sorted(found, key=lambda r: (r.time, r.id))

    def category(self, title: Title) -> list[Title]:
        """Return the pages whose text holds the category's link."""
        self._asked()
        link = f"[[{title}]]"
        return sorted(page for page, history in self._pages.items() if link in (history[-1].wikitext or ""))

    def heads(self, titles: Sequence[Title]) -> dict[Title, Revision | None]:
        """Return heads; None where there is no page."""
        self._asked()
        return {title: self._head(title) for title in titles}

    def changes(self, since: str) -> Changes:
        """Return what is not older than `since`, and the clock."""
        self._asked()
        revisions = [r for history in self._pages.values() for r in history if r.time >= since]
        events = tuple(event for event in self._events if event.time >= since)
        return Changes(tuple(sorted(revisions, key=lambda r: (r.time, r.id))), events, self.clock())

    def events(self, title: Title, since: str) -> list[LogEvent]:
        """Return what the log tells of a title; a move stands under the old one."""
        self._asked()
        return [event for event in self._events if event.title == title and event.time >= since]

    def history(self, title: Title, since: int, older: int = 0) -> list[Revision]:
        """Return revisions after `since`, newest first, and up to `older` more, without text."""
        self._asked()
        known = [replace(r, wikitext=None) for r in reversed(self._pages.get(title, []))]
        return [r for r in known if r.id > since] + [r for r in known if r.id <= since][:older]

    def revisions(self, ids: Sequence[int]) -> dict[int, Revision]:
        """Return revisions of pages that are not deleted."""
        self._asked()
        return {r.id: r for history in self._pages.values() for r in history if r.id in ids}

    def publish(self, request: Request) -> Answer:
        """Save, or answer as MediaWiki would; unless this one is to be lost or the last."""
        return self._sent(request)

    def import_page(self, request: Import) -> Answer:
        """Import, or answer as MediaWiki would; unless this one is to be lost or the last."""
        return self._sent(request)

    def _sent(self, request: Request | Import) -> Answer:
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
        if isinstance(request, Import):
            self.imported.append(request)
        else:
            self.requests.append(request)
        answer = self._answer(request)
        if self._writes == self._loses:
            return Answer(Kind.UNKNOWN, "lost-reply", info="The wiki hung up.")
        return answer

    # What a test makes happen.

    def person_edits(
        self, title: str, text: str, *, account: str = "Person", summary: str = "", minutes: int = 0
    ) -> int:
        """Save a page without any guard and return the revision id; a null edit gives the head's.

        With `minutes` the server took so long to save it: the time that it bears is so long ago.
        """
        page, text = Title.parse(title, self._site), normalised(text)
        head = self._head(page)
        if head and head.wikitext == text:
            return head.id
        back = any(known.wikitext == text for known in self._pages.get(page, [])[-RADIUS:])
        made = self._save(page, text, account, summary, tags=("mw-manual-revert",) if back else ())
        if minutes:
            begun = datetime.fromisoformat(made.time) - timedelta(minutes=minutes)
            self._pages[page][-1] = self.saved[-1] = replace(made, time=begun.strftime("%Y-%m-%dT%H:%M:%SZ"))
        return made.id

    def undoes(self, revision: int, *, account: str = "Person", summary: str = "") -> int:
        """Take one revision out of its page, as the link beside it does; returns the new revision's id.

        Raises ValueError where others have changed the same lines since.
        """
        title, history = next((t, h) for t, h in self._pages.items() if revision in [r.id for r in h])
        ours = next(r for r in history if r.id == revision)
        text = _without(ours, next((r.wikitext or "" for r in history if r.id == ours.parent), ""), history[-1])
        said = summary or (
            f"Undid revision [[Special:Diff/{revision}|{revision}]] by "
            f"[[Special:Contributions/{ours.account}|{ours.account}]] ([[User talk:{ours.account}|talk]])"
        )
        return self._save(title, text, account, said, tags=("mw-undo",)).id

    def rolls_back(self, title: str) -> int:
        """Take out, as an administrator, all that the page's last account did since another one edited it."""
        page = Title.parse(title, self._site)
        head = self._pages[page][-1]
        before = next(r for r in reversed(self._pages[page]) if r.account != head.account)
        said = (
            f"Reverted edits by [[Special:Contributions/{head.account}|{head.account}]] "
            f"([[User talk:{head.account}|talk]]) to last revision by [[User:{before.account}|{before.account}]]"
        )
        return self._save(page, before.wikitext or "", ADMIN, said, tags=("mw-rollback",)).id

    def days_pass(self, days: int) -> None:
        """Nothing happens for so many days."""
        self._seconds += days * 24 * 60 * 60

    def minutes_pass(self, minutes: int) -> None:
        """Nothing happens for so many minutes."""
        self._seconds += minutes * 60

    def deletes(self, title: str) -> None:
        """Delete a page, with its history."""
        page = Title.parse(title, self._site)
        self._archive[page] = self._pages.pop(page)
        self._log("delete", "delete", page, page=self._archive[page][-1].page_id)

    def restores(self, title: str, revisions: int) -> None:
        """Bring a deleted page back, with so many of its oldest revisions."""
        page = Title.parse(title, self._site)
        self._pages[page] = self._archive.pop(page)[:revisions]
        self._log("delete", "restore", page, page=self._pages[page][-1].page_id)

    def moves(self, old: str, new: str, *, redirect: bool = True, reason: str = "") -> None:
        """Move a page with its history; with `redirect` one stays behind.

        Raises ValueError where the new title is taken, but by a redirect to the page that nobody has changed.
        """
        source, target = Title.parse(old, self._site), Title.parse(new, self._site)
        over = self._makes_way(target, source)
        self._pages[target] = [replace(r, title=target) for r in self._pages.pop(source)]
        head = self._pages[target][-1]
        self._log("move", "move_redir" if over else "move", source, target, page=head.page_id, summary=reason)
        how = (" over redirect" if over else "") + ("" if redirect else " without leaving a redirect")
        said = f"{ADMIN} moved page [[{source}]] to [[{target}]]{how}" + (f": {reason}" if reason else "")
        self._save(target, head.wikitext or "", ADMIN, said, tick=False)
        if redirect:
            self._save(source, f"#REDIRECT [[{target}]]", ADMIN, said, tick=False)

    def hides(self, revision: int, *, text: bool = True, name: bool = False) -> None:
        """Hide one revision's text, or its account's name, as an administrator does (revision deletion)."""
        hidden: dict[str, Any] = {"wikitext": None, "sha1": "", "hidden": True} if text else {}
        self._replaces(revision, **hidden, **({"account": ""} if name else {}))

    def shows(self, revision: int) -> None:
        """Show again what was hidden of one revision."""
        was = next(known for known in self.saved if known.id == revision)
        self._replaces(revision, wikitext=was.wikitext, sha1=was.sha1, account=was.account, hidden=False)

    def turns_into(self, title: str, model: str, text: str) -> int:
        """Save a page as one of another content model; returns the new revision id."""
        page = Title.parse(title, self._site)
        made = self._save(page, text, ADMIN, f"to {model}")
        if model != made.model:
            self._pages[page][-1] = replace(made, model=model, wikitext=None)
        self._log("contentmodel", "change", page, page=made.page_id)
        return made.id

    def lets_import(self) -> None:
        """Give our account the right to import files."""
        self.stands = replace(self.stands, rights=(*self.stands.rights, "importupload"))

    def imports(self, title: str, text: str, time: str) -> int:
        """Import a revision of an older time, and write down that it was done; returns its id."""
        page = Title.parse(title, self._site)
        made = self._save(page, text, "other>Writer", "", tick=False)
        history = self._pages[page]
        history[-1] = self.saved[-1] = replace(made, time=time)
        history.sort(key=lambda r: r.time)
        self._save(page, history[-1].wikitext or "", ADMIN, "1 revision imported")
        self._log("import", "upload", page, page=made.page_id)
        return made.id

    def stop_at_read(self, number: int) -> None:
        """The n-th read from now (1 = the next) raises Killed."""
        self._dies_reading = number

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

    def _asked(self) -> None:
        self._dies_reading -= 1
        if self._dies_reading == 0:
            raise Killed

    def _replaces(self, revision: int, **changed: Any) -> None:
        for title, history in self._pages.items():
            for place, known in enumerate(history):
                if known.id == revision:
                    history[place] = replace(known, **changed)
                    self._log("delete", "revision", title, revision=revision, page=known.page_id)

    def _makes_way(self, title: Title, page: Title) -> bool:
        """Whether a redirect stood in a move's way, and was deleted for it."""
        history = self._pages.get(title)
        if history is None:
            return False
        if len(history) > 1 or history[0].wikitext != f"#REDIRECT [[{page}]]":
            raise ValueError(f"articleexists: {title}")
        self._archive[title] = self._pages.pop(title)
        self._log("delete", "delete_redir", title, page=history[0].page_id)
        return True

    def _head(self, title: Title) -> Revision | None:
        return self._pages[title][-1] if title in self._pages else None

    def _answer(self, request: Request | Import) -> Answer:
        return self._import(request) if isinstance(request, Import) else self._edit(request)

    def _import(self, request: Import) -> Answer:
        if not self._account:
            return Answer(Kind.STOP, "assertuserfailed", info="You are not logged in.")
        if not set(request.tags).issubset(self.stands.tags):
            return Answer(Kind.STOP, "badtags", info="Some change tags are not known here.")
        if "importupload" not in self.stands.rights:
            return Answer(Kind.STOP, "cantimport-upload", info="You don't have permission to import.")
        if self.stands.block or request.title in self.protected:
            return Answer(Kind.HELD, "not-imported", info="The wiki passed the page over.")
        new = [version for version in request.versions if self._takes(request.title, version)]
        if new:
            self._seconds += 1
            head = self._pages[request.title][-1]
            count = f"{len(new)} revision{'s' if len(new) > 1 else ''} imported: #wikigit"
            self._save(
                request.title, head.wikitext or "", self._account, count, minor=True, tags=request.tags, tick=False
            )
            self._log("import", "upload", request.title, page=head.page_id, account=self._account)
        return Answer(Kind.SAVED, "success", info="Imported.")

    def _takes(self, title: Title, version: Version) -> bool:
        """Put an imported revision where its time belongs; False where the page has it already."""
        sha1 = hashlib.sha1(version.wikitext.encode(), usedforsecurity=False).hexdigest()
        if any((known.time, known.sha1) == (version.time, sha1) for known in self._pages.get(title, ())):
            return False
        made = self._save(title, version.wikitext, version.account, version.summary[:500], tick=False)
        history = self._pages[title]
        older = [known for known in history[:-1] if known.time <= version.time]
        history[-1] = self.saved[-1] = replace(
            made, time=version.time, minor=version.minor, parent=older[-1].id if older else 0
        )
        history.sort(key=lambda r: (r.time, r.id))
        return True

    def _edit(self, request: Request) -> Answer:
        head, text = self._head(request.title), normalised(request.wikitext)
        if not self._account:
            return Answer(Kind.STOP, "assertuserfailed", info="You are not logged in.")
        if not set(request.tags).issubset(self.stands.tags):
            return Answer(Kind.STOP, "badtags", info="Some change tags are not known here.")
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

    def _log(
        self, kind: str, action: str, title: Title, target: Title | None = None,
        *, page: int, revision: int = 0, summary: str = "", account: str = ADMIN,
    ) -> None:  # fmt: skip
        self._seconds += 1
        number = len(self._events) + 1
        event = LogEvent(kind, action, title, target, self.clock(), revision, number, page, account, summary)
        self._events.append(event)


def _without(ours: Revision, before: str, head: Revision) -> str:
    """The head's text with the lines that one revision changed as they were before it."""
    old, new = before.split("\n"), (ours.wikitext or "").split("\n")
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    while old[start:] and new[start:] and old[-1] == new[-1]:
        old.pop()
        new.pop()
    lines = (head.wikitext or "").split("\n")
    places = [n for n in range(len(lines) + 1) if lines[n : n + len(new) - start] == new[start:]]
    if len(places) != 1:
        raise ValueError(f"undofailure: {ours.id}")
    return "\n".join([*lines[: places[0]], *old[start:], *lines[places[0] + len(new) - start :]])


def normalised(text: str) -> str:
    """Return the text as MediaWiki stores it: NFC, LF, no white space at the end (PHP's rtrim), no NUL."""
    clean = unicodedata.normalize("NFC", text).replace("\0", "\ufffd")
    return clean.replace("\r\n", "\n").replace("\r", "\n").rstrip(" \t\n\r\0\x0b")
