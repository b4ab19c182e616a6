"""Bring the wiki down: new revisions onto upstream, our own published edits out of the queue, main anew.

May be killed anywhere: nothing counts until one transaction moves all refs. Nothing here writes to the wiki.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from wikigit.bridge import doubts, selected, settle
from wikigit.bridge.brought import brought, expected
from wikigit.bridge.news import News
from wikigit.core import identity
from wikigit.core.config import Selection
from wikigit.core.errors import RepoError, WikiError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import WIKITEXT, Revision, Row
from wikigit.core.title import Title
from wikigit.repo import hidden, layout, mainline, receipts, runs, upstream
from wikigit.repo.hidden import Hidden
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


@dataclass(frozen=True, slots=True)
class How:
    """What the bridge's keeper says to a fetch that is not the first.

    `all_pages`: compare every page with what upstream holds, whatever the wiki's lists tell, and though it is at
    another address. `despite_losses`: go on though many pages are gone.
    """

    all_pages: bool = False
    despite_losses: bool = False


EVERYDAY = How()


def fetch(
    store: Store, wiki: Wiki, day: str, watch: Watch = iter, *, history: bool = False, how: How = EVERYDAY
) -> Fetched:
    """Fetch once: everything the first time, then what is new. Returns what came.

    The first time may take long: its revisions pass through `watch`, so that a command can draw a bar. It takes
    the latest revision of each page, with `history` all of them; later there is no history to be had: RepoError.
    Raises WikiError where the wiki is not to be believed; then nothing has changed.
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
            return _first(store, wiki, main, tip, selection, day, watch, history)
        if history:
            raise RepoError(
                "The wiki's history comes with the first fetch or not at all, and this repository has fetched before.",
                hint="Begin another repository (`wikigit hub init`, `wikigit bridge init`) and fetch it there.",
            )
        return _further(store, wiki, main, tip, cursor, selection, day, how)


def _first(
    store: Store, wiki: Wiki, main: Mainline, tip: str, selection: Selection, day: str, watch: Watch, history: bool
) -> Fetched:
    """Import every selected page: its latest revision, all pages in one commit, or each of its revisions."""
    read, imported = (selected.history, upstream.history) if history else (selected.everything, upstream.snapshot)
    revisions = watch(read(wiki, selection, main.site))
    first = list(islice(revisions, 1))
    begun = wiki.clock()  # of the first answer: what changes while we read on is fetched the next time
    counted = _Counted(chain(first, revisions))
    new = imported(store, tip, counted, begun, day)
    if not counted.number:
        raise WikiError("The wiki says that it has no such pages.", hint="Check [selection] in wikigit.toml.")
    if (site := wiki.site()) != main.site:
        new = upstream.close(store, new, [], [], begun, day, site)
    subject = f"Import {counted.number} {'revisions' if history else 'pages'}"
    moves, _ = mainline.rebuilt(store, main, main.entries, on=new, subject=subject, day=day)
    store.move([Move(layout.UPSTREAM, tip, new), *moves])
    return Fetched(counted.number)


def _further(
    store: Store, wiki: Wiki, main: Mainline, tip: str, cursor: str, selection: Selection, day: str, how: How
) -> Fetched:
    titles = selected.named(wiki, selection, main.site)
    queued = {entry.title for entry in main.entries}
    if titles is not None:
        titles |= queued | {row.title for row in upstream.rows(store, tip, main.site)}
    news = News(store, tip, selected.carries(selection, titles), selected.keeps(selection), queued)
    changes = _changes(wiki, main, selection, titles, news, selected.before(cursor), how)
    news.follow(changes)
    intents = runs.read(store, main.site)
    standing = receipts.standing(store)
    looked_for = expected(intents, main.entries, standing)
    changes, imported = brought(wiki, changes, looked_for, news.known, news.carries)
    ended = runs.ended(store, settle.unheard(changes.revisions, intents, standing), main.site)
    found = settle.settle([*intents, *settle.late(ended, changes.revisions)], changes, standing, day, imported)
    touched = _touched(changes, news)
    heads = wiki.heads(touched) if touched else {}
    for revision in _arrivals(changes, heads):
        news.add(revision, found.edits.get(revision.id, ()), head=revision is heads.get(revision.title))
    gone = {title: why for title, head in heads.items() if news.known(title) and (why := _why_gone(head))}
    if not how.despite_losses:
        lost = gone.keys() | {event.title for event in changes.events if not event.id and event.action == "delete"}
        doubts.check_losses(len(lost), sum(1 for _ in upstream.rows(store, tip, main.site)) if lost else 0)
    site = wiki.site()
    new = tip
    before = hidden.read(store, tip)
    hides = before | _hidden(wiki, changes, news, lambda title: upstream.row(store, tip, title))
    hides = {revision: it for revision, it in hides.items() if it.what}
    if news.rows or gone or site != main.site or hides != before or len(changes.revisions) > MANY:
        new = news.close(gone, changes.until, site, day, hidden.table(hides.values()))
    retired = found.retired(lambda title: upstream.row(store, new, title), main.entries, heads.keys())
    entries = mainline.without(main.entries, retired | {r.edit for r in found.receipts})
    moves: list[Move] = [Move(layout.UPSTREAM, tip, new)]
    told = list(found.receipts)
    if new != tip or len(entries) != len(main.entries):
        subject = f"Fetch {len(news.fetched)} pages"
        rebuilt, fell_out = mainline.rebuilt(store, main, entries, on=new, subject=subject, day=day)
        moves += rebuilt
        told += mainline.left_queue(store, new, fell_out, day, Outcome.EDIT_CONFLICT, gone)
    moves += receipts.append(store, identity.BRIDGE, told, day)
    if found.settled:
        moves.append(runs.write(store, found.open, "Settle a run", day))
    store.move(moves)
    return Fetched(news.count, tuple(gone), tuple(told))


def _changes(
    wiki: Wiki, main: Mainline, selection: Selection, titles: set[Title] | None, news: News, since: str, how: How
) -> Changes:
    """What happened since the last fetch; where the wiki's lists do not tell, what is different. Raises WikiError."""
    if not how.all_pages:
        changes = selected.changes(wiki, since, titles, news.row)
        doubts.check_site(main.site, wiki.site())
        doubts.check_clock(since, changes.until)
        if not changes.untold:
            return changes
    known = {row.title for row in upstream.rows(news.store, news.tip, main.site)} | news.queued
    return selected.differences(wiki, selection, main.site, known, news.row)


def _why_gone(head: Revision | None) -> str:
    """Why a page leaves upstream, by its head on the wiki: a receipt's code, "" where it stays."""
    if head is None:
        return "deleted"
    if head.hidden:
        return "hidden-text"
    return "" if head.model == WIKITEXT else "contentmodel-mismatch"


def _hidden(wiki: Wiki, changes: Changes, news: News, held: Callable[[Title], Row | None]) -> dict[int, Hidden]:
    """What the wiki hides now of the revisions that the log is about; those that came hidden are not here at all.

    `held`: the row of a page before this fetch. With nothing hidden (any more) `what` is "".
    """
    told = {event.revision: event.title for event in changes.events if event.revision and news.carries(event.title)}
    ids = [n for n, title in told.items() if (row := held(title)) is None or n <= row.revision]
    now = wiki.revisions(sorted(ids)) if ids else {}
    return {n: hidden.of(revision) for n, revision in now.items()}


def _touched(changes: Changes, news: News) -> list[Title]:
    """Our pages that a log event is about, or that lost their text: they may be gone, or have old revisions back."""
    told = {t for e in changes.events for t in (e.title, e.target) if t is not None and news.carries(t)}
    return sorted(told | {r.title for r in changes.revisions if r.wikitext is None and news.known(r.title)})


def _arrivals(changes: Changes, heads: Mapping[Title, Revision | None]) -> list[Revision]:
    """New revisions in the order of their ids, with the heads of touched pages, which were read last.

    Of a page that has no text now, none: an older one would stand for it.
    """
    blank = {title for title, newest in {r.title: r for r in changes.revisions}.items() if newest.wikitext is None}
    listed = [revision for revision in changes.revisions if revision.title not in blank]
    revisions = {r.id: r for r in (*listed, *(h for h in heads.values() if h is not None))}
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
