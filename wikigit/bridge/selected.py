"""The pages that a repository carries: all of them the first time, afterwards what changed.

A wiki that is carried as a whole, or by namespaces, is read by its list of changes; a few pages of a large
wiki by their heads, else somebody with five hundred pages would read all that the world writes. Nothing
here writes to Git.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta

from wikigit.core.config import Selection
from wikigit.core.revision import Revision
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.wiki.door import Changes, LogEvent, Wiki

OVERLAP = timedelta(minutes=2)
"""Read again before the last cursor: revisions can become visible a little after their time."""


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


def changes(wiki: Wiki, cursor: str, titles: Collection[Title] | None, known: Callable[[Title], int]) -> Changes:
    """What happened since the cursor; `known` tells the revision id that upstream has of a page (0: none)."""
    if titles is None:
        since = datetime.fromisoformat(cursor) - OVERLAP
        return wiki.changes(since.strftime("%Y-%m-%dT%H:%M:%SZ"))
    heads = wiki.heads(sorted(titles))
    until = wiki.clock()
    ids: list[int] = []
    events: list[LogEvent] = []
    for title, head in heads.items():
        have = known(title)
        if head is None and have:
            events.append(LogEvent("delete", "delete", title, None, until))
        elif head is not None and head.id < have:
            events.append(LogEvent("delete", "restore", title, None, until))
        elif head is not None and head.id > have:
            ids += [revision.id for revision in wiki.history(title, have)] if have else [head.id]
    revisions = wiki.revisions(sorted(ids)) if ids else {}
    return Changes(tuple(revisions[number] for number in sorted(revisions)), tuple(events), until)
