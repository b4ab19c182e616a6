"""Look again at what was published, and record what became of it.

The heads of fifty pages are one request, and of most edits they tell enough; a page on which words are missing
costs one more, for its history. An edit whose page is not where Git knows it is looked for by its revision id.
Nothing here decides what a fate is, and the wiki is only read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from wikigit.bridge import fate
from wikigit.bridge.fate import Published, Seen
from wikigit.bridge.ours import Ours
from wikigit.core import identity
from wikigit.core.receipt import Receipt
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.repo import mainline, receipts
from wikigit.repo.store import Store
from wikigit.wiki.door import Wiki

TOGETHER = 50
"""So many pages are looked at together; what was found is recorded before the next ones."""

T = TypeVar("T")


def look_again(store: Store, wiki: Wiki, day: str) -> Iterator[Receipt]:
    """Record the fate of every published edit that has come of age; yields each receipt once it is recorded.

    A younger one is looked at where upstream shows the page as it was before. The wiki's own clock bounds `day`:
    a clock that is fast here makes nothing older.
    """
    with store.writing():  # in a mirror, from the hub's refs
        main = mainline.read(store)
        known = fate.published(receipts.read(store))
    queued = {entry.edit for entry in main.entries}
    open_ = [edit for edit in known if edit.edit not in queued and (edit.due(day) or not edit.told)]
    if not open_:
        return
    ours = Ours(store, main, open_)
    looking = _Looking(store, wiki, ours, day)
    pages: dict[Title | None, list[Published]] = {}
    for edit in open_:
        if edit.due(day) or ours.is_back(edit):
            pages.setdefault(ours.title(edit), []).append(edit)
    astray = pages.pop(None, [])
    for titles in _some(sorted(title for title in pages if title)):
        told, elsewhere = looking.at({title: pages[title] for title in titles})
        astray += elsewhere
        yield from looking.record(told)
    for lost in _some(astray):
        yield from looking.record(looking.found(lost))


class _Looking:
    """Eyes on the wiki, and the pen."""

    def __init__(self, store: Store, wiki: Wiki, ours: Ours, day: str) -> None:
        self.store, self.wiki, self.ours, self.day = store, wiki, ours, day
        self.as_known: dict[str, Published] = {}

    def at(self, pages: Mapping[Title, Sequence[Published]]) -> tuple[list[Receipt | None], list[Published]]:
        """The fates of edits by their pages, and those edits whose revision is not on the page."""
        heads = self.wiki.heads(list(pages))
        self._bound()
        told: list[Receipt | None] = []
        astray: list[Published] = []
        for title, edits in pages.items():
            head = heads[title]
            if head is None or not self.ours.is_page(head):
                astray += edits
                continue
            seen = {edit: self._seen(edit, head) for edit in edits}
            unclear = [edit for edit in edits if not seen[edit].tells(edit.revision)]
            history = self._history(title, unclear)
            passed = {revision.id for revision in history}
            astray += [edit for edit in unclear if edit.revision not in passed]
            told += [self._fate(edit, replace(here, history=history)) for edit, here in seen.items()]
        return told, astray

    def found(self, astray: Sequence[Published]) -> list[Receipt | None]:
        """The fates of edits whose pages are elsewhere, or gone; what moves meanwhile waits for the next time."""
        revisions = self.wiki.revisions([edit.revision for edit in astray])
        self._bound()
        pages: dict[Title, list[Published]] = {}
        told: list[Receipt | None] = []
        for edit in astray:
            if edit.revision in revisions:
                pages.setdefault(revisions[edit.revision].title, []).append(edit)
            else:
                self.as_known[edit.edit] = edit
                told.append(fate.gone(edit, self.day))
        return told + (self.at(pages)[0] if pages else [])

    def record(self, told: Iterable[Receipt | None]) -> list[Receipt]:
        """Append these receipts, but of edits that somebody else has told of meanwhile."""
        with self.store.writing():
            now = {edit.edit: edit for edit in fate.published(receipts.read(self.store))}
            new = [receipt for receipt in told if receipt and now.get(receipt.edit) == self.as_known[receipt.edit]]
            self.store.move(receipts.append(self.store, identity.BRIDGE, new, self.day))
        return new

    def _seen(self, edit: Published, head: Revision) -> Seen:
        """What a page's head tells of an edit."""
        return Seen(head.id, self.ours.share(edit, head.wikitext), legible=head.wikitext is not None)

    def _fate(self, edit: Published, seen: Seen) -> Receipt | None:
        self.as_known[edit.edit] = edit
        return fate.fate(edit, seen, self.day)

    def _history(self, title: Title, unclear: Collection[Published]) -> tuple[Revision, ...]:
        """A page's history from its head to some revisions before the oldest of ours; nothing asked, nothing told."""
        if not unclear:
            return ()
        return tuple(self.wiki.history(title, min(edit.revision for edit in unclear), older=1 + fate.RADIUS))

    def _bound(self) -> None:
        self.day = min(self.day, self.wiki.clock()[:10])


def _some(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + TOGETHER] for start in range(0, len(items), TOGETHER))
