"""Bring the wiki down: new revisions onto upstream, our own published edits out of the queue, main anew.

May be killed anywhere: nothing counts until one transaction moves all refs. Nothing here writes to the wiki.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from wikigit.bridge import selected, settle
from wikigit.core import identity
from wikigit.core.config import Selection
from wikigit.core.errors import RepoError, WikiError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision, Row
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import layout, mainline, receipts, runs, upstream
from wikigit.repo.mainline import Mainline
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.wiki.door import Changes, Wiki

MANY = 500
"""So many changes of other pages, read for nothing, are not read again."""

Watch = Callable[[Iterator[Revision]], Iterator[Revision]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought: how many revisions, which pages went, and the receipts it wrote."""

    revisions: int = 0
    removed: tuple[Title, ...] = ()
    receipts: tuple[Receipt, ...] = ()


def fetch(store: Store, wiki: Wiki, day: str, watch: Watch = iter) -> Fetched:
    """Fetch once: everything the first time, then what is new. Returns what came.

    The first time may take long: its revisions pass through `watch`, so that a command can draw a bar.
    """
    with store.writing():
        main = mainline.read(store)
        tip = store.need(layout.UPSTREAM, "Run `wikigit bridge init URL`.")
        if tip != main.upstream:
            raise RepoError(
                "Somebody changed upstream without wikigit.",
                hint=f"Set it back: git update-ref {layout.UPSTREAM} {main.upstream[:10]}",
            )
        cursor = upstream.cursor(store, tip)
        selection = store.config(main.tip).selection
        if not cursor:
            return _first(store, wiki, main, tip, selection, day, watch)
        return _further(store, wiki, main, tip, cursor, selection, day)


def _first(store: Store, wiki: Wiki, main: Mainline, tip: str, selection: Selection, day: str, watch: Watch) -> Fetched:
    """Import the latest revision of every selected page in one commit."""
    pages = watch(selected.everything(wiki, selection, main.site))
    first = list(islice(pages, 1))
    begun = wiki.clock()  # of the first answer: what changes while we read on is fetched the next time
    counted = _Counted(chain(first, pages))
    new = upstream.snapshot(store, tip, counted, begun, day)
    if not counted.number:
        raise WikiError("The wiki says that it has no such pages.", hint="Check [selection] in wikigit.toml.")
    if (site := wiki.site()) != main.site:
        new = upstream.close(store, new, [], [], begun, day, site)
    moves, _ = mainline.rebuilt(store, main, main.entries, on=new, subject=f"Import {counted.number} pages", day=day)
    store.move([Move(layout.UPSTREAM, tip, new), *moves])
    return Fetched(counted.number)


def _further(
    store: Store, wiki: Wiki, main: Mainline, tip: str, cursor: str, selection: Selection, day: str
) -> Fetched:
    titles = selected.named(wiki, selection, main.site)
    queued = {entry.title for entry in main.entries}
    if titles is not None:
        titles |= queued | {row.title for row in upstream.rows(store, tip, main.site)}
    news = _News(store, tip, selected.carries(selection, titles), queued)
    changes = selected.changes(wiki, cursor, titles, news.known)
    found = settle.settle(runs.read(store, main.site), changes, receipts.standing(store), day)
    heads = wiki.heads(_touched(changes, news)) if changes.events else {}
    for revision in _arrivals(changes, heads):
        news.add(revision, found.edits.get(revision.id, ()), head=revision is heads.get(revision.title))
    gone = [title for title, head in heads.items() if head is None and news.known(title)]
    site = wiki.site()
    new = tip
    if news.rows or gone or site != main.site or len(changes.revisions) > MANY:
        new = news.close(gone, changes.until, site, day)
    retired = found.retired(lambda title: upstream.row(store, new, title), main.entries, heads.keys())
    entries = mainline.without(main.entries, retired | {r.edit for r in found.receipts})
    moves: list[Move] = [Move(layout.UPSTREAM, tip, new)]
    told = list(found.receipts)
    if new != tip or len(entries) != len(main.entries):
        subject = f"Fetch {len(news.rows)} pages"
        rebuilt, fell_out = mainline.rebuilt(store, main, entries, on=new, subject=subject, day=day)
        moves += rebuilt
        told += mainline.left_queue(store, new, fell_out, day, Outcome.EDIT_CONFLICT)
    moves += receipts.append(store, identity.BRIDGE, told, day)
    if found.settled:
        moves.append(runs.write(store, found.open, "Settle a run", day))
    store.move(moves)
    return Fetched(news.count, tuple(gone), tuple(told))


@dataclass(slots=True)
class _News:
    """Upstream as it grows by one fetch."""

    store: Store
    tip: str
    selected: Callable[[Title], bool]
    queued: Collection[Title]
    rows: dict[Title, Row] = field(default_factory=dict)
    count: int = 0

    def carries(self, title: Title) -> bool:
        """Whether a page is ours to fetch: selected, about to be made from the queue, or on upstream already."""
        return self.selected(title) or title in self.queued or self.known(title) > 0

    def known(self, title: Title) -> int:
        """The revision id that upstream holds of a page, 0 for none."""
        row = self.rows.get(title) or upstream.row(self.store, self.tip, title)
        return row.revision if row else 0

    def add(self, revision: Revision, ours: Sequence[str], *, head: bool) -> None:
        """Take a revision in if it is new; a page's `head` also if an older one was brought back by a log event."""
        known = self.known(revision.title)
        new = revision.id > known or (head and revision.id != known)
        if new and self.carries(revision.title) and revision.wikitext is not None:
            self.tip = upstream.add(self.store, self.tip, revision, ours)
            self.rows[revision.title] = upstream.row_of(revision)
            self.count += 1

    def close(self, gone: Sequence[Title], cursor: str, site: Site, day: str) -> str:
        for title in gone:
            self.tip = upstream.remove(self.store, self.tip, title, f"{title} is no longer on the wiki", day)
            self.rows.pop(title, None)
        return upstream.close(self.store, self.tip, list(self.rows.values()), gone, cursor, day, site)


def _touched(changes: Changes, news: _News) -> list[Title]:
    """Our pages that a log event is about: it may have removed them, or brought old revisions back."""
    return sorted({t for e in changes.events for t in (e.title, e.target) if t is not None and news.carries(t)})


def _arrivals(changes: Changes, heads: Mapping[Title, Revision | None]) -> list[Revision]:
    """New revisions in the order of their ids, with the heads of pages that a log event touched."""
    revisions = {r.id: r for r in (*(h for h in heads.values() if h is not None), *changes.revisions)}
    return [revisions[number] for number in sorted(revisions)]


class _Counted:
    """An iterator that knows how many it gave."""

    def __init__(self, revisions: Iterator[Revision]) -> None:
        self.number = 0
        self._revisions = revisions

    def __iter__(self) -> Iterator[Revision]:
        for revision in self._revisions:
            self.number += 1
            yield revision
