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

__all__ = ["Answer", "Changes", "Kind", "LogEvent", "Request", "Wiki"]


@dataclass(frozen=True, slots=True)
class LogEvent:
    """Something that was done to a page and that no revision tells.

    `type` and `action` are MediaWiki's (`delete`/`delete`, `delete`/`restore`, `delete`/`revision`,
    `move`/`move`, `import`/`upload`, …). `target` is the new title of a move. `revision` is the revision
    that was hidden or shown again, 0 where the event is about a whole page; an event about five revisions
    is five of these. `id` is the log's own number, to recognise an event that is read twice.
    """

    type: str
    action: str
    title: Title
    target: Title | None
    time: str
    revision: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened since a time, oldest first; `until` is the wiki's clock before it was read."""

    revisions: tuple[Revision, ...]
    events: tuple[LogEvent, ...]
    until: str


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

    def category(self, title: Title) -> list[Title]:
        """Return the pages in a category, without those of its subcategories."""
        ...

    def heads(self, titles: Sequence[Title]) -> dict[Title, Revision | None]:
        """Return the latest revision of each page with its text; None where there is no such page."""
        ...

    def changes(self, since: str) -> Changes:
        """Return every revision and log event of the whole wiki whose time is `since` or later."""
        ...

    def history(self, title: Title, since: int) -> list[Revision]:
        """Return the revisions of a page after revision id `since`, newest first, without text."""
        ...

    def revisions(self, ids: Sequence[int]) -> dict[int, Revision]:
        """Return those of the revisions that the wiki still has, with their text, by id."""
        ...

    def publish(self, request: Request) -> Answer:
        """Send one edit, once, and say what became of it."""
        ...
