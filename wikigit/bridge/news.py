"""Upstream as it grows by one fetch: revisions taken in, pages moved and gone.

Commits are written and no ref moves. Nothing here asks the wiki, or knows of edits and receipts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wikigit.core.revision import Revision, Row
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import upstream
from wikigit.repo.store import Store
from wikigit.wiki.door import Changes

_SAID = {
    "deleted": "{} is no longer on the wiki",
    "hidden-text": "The wiki hides the text of {}",
    "contentmodel-mismatch": "{} is no wikitext any more",
}
"""Why a page leaves upstream: a receipt's code, and what the commit says."""


@dataclass(slots=True)
class News:
    """Upstream as it grows by one fetch."""

    store: Store
    tip: str
    selected: Callable[[Title], bool]
    keeps: Callable[[Title], bool]
    queued: set[Title]
    rows: dict[Title, Row | None] = field(default_factory=dict)
    told: set[Title] = field(default_factory=set)
    until: str = ""
    count: int = 0

    @property
    def fetched(self) -> list[Row]:
        """The rows that are new."""
        return [row for row in self.rows.values() if row]

    def carries(self, title: Title) -> bool:
        """Whether a page is ours to fetch: selected, about to be made from the queue, or on upstream already."""
        return self.selected(title) or title in self.queued or self.known(title) > 0

    def row(self, title: Title) -> Row | None:
        """What upstream holds of a page."""
        return self.rows[title] if title in self.rows else upstream.row(self.store, self.tip, title)

    def known(self, title: Title) -> int:
        """The revision id that upstream holds of a page, 0 for none."""
        row = self.row(title)
        return row.revision if row else 0

    def follow(self, changes: Changes) -> None:
        """Move our pages as the wiki did: revisions are listed under the title that their page has now.

        A move of another page id than the one we hold is of no page of ours, or was read before. One that
        leads out of what is carried is left to the heads, unless an edit waits to be published there.
        """
        self.told, self.until = {event.title for event in changes.events}, changes.until
        moves = [(event, event.target) for event in changes.events if event.type == "move" and event.target]
        ends = {event.page: target for event, target in moves}
        for event, target in moves:
            row = self.row(event.title)
            if row is None or row.page_id != event.page:
                continue
            if event.title in self.queued:
                self.queued.add(target)
            elif not self.keeps(ends[event.page]):
                continue
            self.tip = upstream.moved(
                self.store, self.tip, event.title, target,
                account=event.account, time=event.time, summary=event.summary,
            )  # fmt: skip
            self.rows |= {event.title: None, target: replace(row, title=target)}

    def add(self, revision: Revision, ours: Sequence[str], *, head: bool) -> None:
        """Take a revision in if it is new; a page's `head` also if an older one was brought back by a log event."""
        known = self.known(revision.title)
        new = revision.id != known if head else revision.id > known and not self._slid_under(revision)
        if new and self.carries(revision.title) and revision.wikitext is not None and not self._too_soon(revision):
            self.tip = upstream.add(self.store, self.tip, revision, ours)
            self.rows[revision.title] = upstream.row_of(revision)
            self.count += 1
        elif head and revision.id == known and self.row(revision.title) != upstream.row_of(revision):
            self.rows[revision.title] = upstream.row_of(revision)  # its author's name was hidden, or shown again

    def _slid_under(self, revision: Revision) -> bool:
        """Whether it was imported below the one that we hold: its number is newer, its place in the history is not."""
        row = self.row(revision.title)
        return row is not None and revision.time < row.time and revision.parent != row.revision

    def _too_soon(self, revision: Revision) -> bool:
        """Whether another page came to stand here while we read: the next fetch learns where ours went."""
        row = self.row(revision.title)
        unexplained = row is not None and row.page_id != revision.page_id and revision.title not in self.told
        return unexplained and revision.time >= self.until

    def close(self, gone: Mapping[Title, str], cursor: str, site: Site, day: str, hides: bytes | None) -> str:
        for title, why in gone.items():
            self.tip = upstream.remove(self.store, self.tip, title, _SAID[why].format(title), day)
            self.rows[title] = None
        left = [title for title, row in self.rows.items() if row is None]
        return upstream.close(self.store, self.tip, self.fetched, left, cursor, day, site, hides)
