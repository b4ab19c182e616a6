"""The pages that a repository carries: all of them the first time, afterwards what changed.

A wiki that is carried as a whole, or by namespaces, is read by its list of changes; a few pages of a large
wiki by their heads, else somebody with five hundred pages would read all that the world writes. Nothing
here writes to Git.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain, islice

from wikigit.core.config import Selection
from wikigit.core.revision import Revision, Row
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.wiki.door import Changes, LogEvent, Wiki

OVERLAP = timedelta(minutes=2)
"""Read again before the last cursor: revisions can become visible a little after their time."""

EVER = "2001-01-15T00:00:00Z"
"""Before any wiki."""


def everything(wiki: Wiki, selection: Selection, site: Site) -> Iterator[Revision]:
    """The latest revision of every page that is carried."""
    if (titles := named(wiki, selection, site)) is not None:
        yield from wiki.listed(sorted(titles))
    elif selection.namespaces:
        for namespace in selection.namespaces:
            yield from wiki.pages(namespace)
    else:
        yield from wiki.pages(0)
        for namespace in wiki.namespaces_in_use(known=[0]):
            if namespace != 0:
                yield from wiki.pages(namespace)


def history(wiki: Wiki, selection: Selection, site: Site) -> Iterator[Revision]:
    """Every revision of every page that is carried, oldest first; the last one of each page is the wiki's head.

    Time tells the order, and an import may set it: where a page's last revision by time is not that by number,
    the wiki is asked which one is the head, and a head that has come before comes once more.
    """
    titles = named(wiki, selection, site)
    last: dict[int, tuple[Title, int]] = {}
    newest: dict[int, int] = {}
    for revision in wiki.all_revisions(selection.namespaces) if titles is None else wiki.histories(sorted(titles)):
        last[revision.page_id] = revision.title, revision.id
        newest[revision.page_id] = max(newest.get(revision.page_id, 0), revision.id)
        yield revision
    doubtful = {title: number for page, (title, number) in last.items() if number != newest[page]}
    for title, head in wiki.heads(sorted(doubtful)).items() if doubtful else ():
        if head is not None and head.id != doubtful[title]:
            yield head


def named(wiki: Wiki, selection: Selection, site: Site) -> set[Title] | None:
    """The pages that a selection names one by one: titles, or a category's pages as it is now; else None."""
    if selection.titles:
        return {Title.parse(title, site) for title in selection.titles}
    if selection.category:
        return set(wiki.category(Title.parse(selection.category, site)))
    return None


def carries(selection: Selection, titles: Collection[Title] | None) -> Callable[[Title], bool]:
    """Whether a page is selected; `titles` as `named` gave them."""
    if titles is not None:
        return lambda title: title in titles
    if selection.namespaces:
        return lambda title: title.namespace in selection.namespaces
    return lambda title: True


def keeps(selection: Selection) -> Callable[[Title], bool]:
    """Whether a page that is carried stays so under a new title: only a namespace can put it out."""
    return carries(Selection(selection.namespaces), None)


def before(cursor: str) -> str:
    """From when on a wiki is asked that was read up to the cursor."""
    return (datetime.fromisoformat(cursor) - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")


def changes(wiki: Wiki, since: str, titles: Collection[Title] | None, row: Callable[[Title], Row | None]) -> Changes:
    """What happened since a time; `row` tells what upstream has of a page."""
    if titles is None:
        return wiki.changes(since)
    heads = wiki.heads(sorted(titles))
    return _compared(wiki, heads, since, wiki.clock(), row)


def differences(
    wiki: Wiki, selection: Selection, site: Site, known: Collection[Title], row: Callable[[Title], Row | None]
) -> Changes:
    """What the wiki holds otherwise than upstream, page by page: for what its lists by time do not tell.

    `known`: the pages that upstream holds, whether they are selected or not.
    """
    pages = everything(wiki, selection, site)
    first = list(islice(pages, 1))
    until = wiki.clock()
    heads: dict[Title, Revision | None] = {head.title: head for head in chain(first, pages)}
    heads |= wiki.heads(sorted(set(known) - heads.keys()))
    return _compared(wiki, heads, EVER, until, row)


def _compared(
    wiki: Wiki, heads: Mapping[Title, Revision | None], since: str, until: str, row: Callable[[Title], Row | None]
) -> Changes:
    """What came to these pages since upstream has them, and what the log tells since a time of those that went."""
    ids: set[int] = set()
    events: set[LogEvent] = set()
    for title, head in heads.items():
        have = row(title)
        if have is not None and _went(head, have):
            told = _log(wiki, title, have.page_id, since)
            events.update(told or [_untold(title, head, until)])
            for now in _targets(told, have.page_id)[-1:]:
                ids.update(revision.id for revision in wiki.history(now, have.revision))
        if head is not None and have is None and head.wikitext is not None:
            ids.add(head.id)
        elif head is not None and have is not None and head.id > have.revision:
            ids.update(revision.id for revision in wiki.history(title, have.revision))
    revisions = wiki.revisions(sorted(ids)) if ids else {}
    return Changes(tuple(revisions[number] for number in sorted(revisions)), tuple(_sorted(events)), until)


def _went(head: Revision | None, have: Row) -> bool:
    """Whether our page does not stand there any more, or not with all its revisions, its text or its author's name."""
    if head is None or head.page_id != have.page_id or head.id < have.revision:
        return True
    return head.wikitext is None or (head.id == have.revision and head.account != have.account)


def _log(wiki: Wiki, title: Title, page: int, since: str) -> list[LogEvent]:
    """What the log tells of a title, and of those that its page was moved to."""
    found: set[LogEvent] = set()
    titles, asked = [title], set[Title]()
    while titles:
        here = titles.pop()
        if here not in asked:
            asked.add(here)
            told = wiki.events(here, since)
            found.update(told)
            titles += _targets(told, page)
    return _sorted(found)


def _targets(events: Iterable[LogEvent], page: int) -> list[Title]:
    """The titles that a page was moved to, in order."""
    return [event.target for event in events if event.type == "move" and event.page == page and event.target]


def _untold(title: Title, head: Revision | None, until: str) -> LogEvent:
    """What must have happened where the log hides it."""
    return LogEvent("delete", "restore" if head else "delete", title, None, until)


def _sorted(events: Iterable[LogEvent]) -> list[LogEvent]:
    return sorted(events, key=lambda event: (event.time, event.id))
