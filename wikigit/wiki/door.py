"""What the bridge may ask of a wiki: the small interface that every wiki offers.

Values and a protocol only. This module must not know of HTTP, logins or MediaWiki's parameters, so that a
wiki in memory can stand in for a real one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from wikigit.core.revision import Revision
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.wiki.answers import Answer, Kind
from wikigit.wiki.edit import Request
from wikigit.wiki.imports import Import, Version

__all__ = ["Answer", "Block", "Changes", "Import", "Kind", "LogEvent", "Preflight", "Request", "Version", "Wiki"]


@dataclass(frozen=True, slots=True)
class LogEvent:
    """Something that was done to a page and that no revision tells.

    `type` and `action` are MediaWiki's (`delete`/`delete`, `delete`/`restore`, `delete`/`revision`,
    `move`/`move`, `import`/`upload`, …). `target` is the new title of a move. `revision` is the revision
    that was hidden or shown again, 0 where the event is about a whole page; an event about five revisions
    is five of these. `id` is the log's own number, to recognise an event that is read twice. `page` is the
    id of the page that it happened to: a move takes it along, while the redirect left behind has another.
    `account` and `summary` are "" where hidden.
    """

    type: str
    action: str
    title: Title
    target: Title | None
    time: str
    revision: int = 0
    id: int = 0
    page: int = 0
    account: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened since a time, oldest first; `until` is the wiki's clock before it was read.

    `untold`: the log hides of which page something is told.
    """

    revisions: tuple[Revision, ...]
    events: tuple[LogEvent, ...]
    until: str
    untold: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A block of our account. `partial`: of some pages only. `expires` is a time, or `infinite`."""

    partial: bool
    by: str
    reason: str
    expires: str


@dataclass(frozen=True, slots=True)
class Preflight:
    """What is to be known before the first edit of a run.

    `account` is "" where nobody is logged in. `rights` are those that the login really has: a bot password or
    token has fewer than its account. `limits`: so many edits in so many seconds. `read_only` says why nothing
    can be written, "" where it can. `tags` are the change tags that an edit may bring.
    """

    account: str
    groups: tuple[str, ...]
    rights: tuple[str, ...]
    block: Block | None
    limits: tuple[tuple[int, int], ...]
    read_only: str
    tags: tuple[str, ...]
    clock: str


class Wiki(Protocol):
    """A MediaWiki, or something that behaves like one.

    Times are the wiki's own, `YYYY-MM-DDTHH:MM:SSZ`. A revision's `wikitext` is None where there is none for
    us: hidden, lost, or of another content model (Lua, JSON, CSS).

    Every method raises WikiError where the wiki's answer ends the run, WikiUnreachable where it did not
    answer or told us to wait.
    """

    def site(self) -> Site:
        """Return the wiki's namespaces and rules."""
        ...

    def account(self) -> str:
        """Return the account that writes here, logging in if need be; "" without credentials."""
        ...

    def preflight(self) -> Preflight:
        """Return what our account may do here just now, logging in if need be."""
        ...

    def clock(self) -> str:
        """Return the wiki's time when it began to answer the last read: an edit's `starttimestamp`."""
        ...

    def namespaces_in_use(self, known: Collection[int] = ()) -> list[int]:
        """Return the ids, from 0 on, of the namespaces that hold a page; `known` need not be asked again."""
        ...

    def pages(self, namespace: int) -> Iterator[Revision]:
        """Yield the latest revision of every page in a namespace; pages without wikitext are left out."""
        ...

    def listed(self, titles: Sequence[Title]) -> Iterator[Revision]:
        """Yield the latest revision of those of the pages that exist; without wikitext, left out."""
        ...

    def all_revisions(self, namespaces: Collection[int] = ()) -> Iterator[Revision]:
        """Yield every revision of the pages in these namespaces (none: in all), oldest first.

        What is made while this is read comes too. Pages stand under the title that they have when they are read.
        """
        ...

    def histories(self, titles: Sequence[Title]) -> Iterator[Revision]:
        """Yield every revision of those of the pages that exist, oldest first; the clock stays at the beginning."""
        ...

    def category(self, title: Title) -> list[Title]:
        """Return the pages in a category, without those of its subcategories."""
        ...

    def heads(self, titles: Sequence[Title]) -> dict[Title, Revision | None]:
        """Return the latest revision of each page with its text; None where there is no such page."""
        ...

    def changes(self, since: str) -> Changes:
        """Return every revision and log event of the whole wiki whose time is `since` or later."""
        ...

    def events(self, title: Title, since: str) -> list[LogEvent]:
        """Return the log events of one title whose time is `since` or later, oldest first; a move has its old one."""
        ...

    def history(self, title: Title, since: int, older: int = 0) -> list[Revision]:
        """Return the revisions of a page after revision id `since`, newest first, without text.

        Then come up to `older` more: the one of that id, and those before it.
        """
        ...

    def revisions(self, ids: Sequence[int]) -> dict[int, Revision]:
        """Return those of the revisions that the wiki still has, with their text, by id."""
        ...

    def publish(self, request: Request) -> Answer:
        """Send one edit, once, and say what became of it; once more past the warning that `request.agreed` names."""
        ...

    def import_page(self, request: Import) -> Answer:
        """Send revisions to be imported, once; the answer tells whether the wiki took them, and never as which.

        One that is newer than the page's head becomes the head, whatever that holds; an older one goes below it. A
        page that is not there is made. What the page has already, by time and sha1, is not imported again. On top
        comes a revision by our account that changes nothing.
        """
        ...
