"""Read credits back: does the wiki name everyone whose edits it holds, as their own trailers do?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wikigit.bridge import fate
from wikigit.core import attribution, receipt
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome
from wikigit.core.title import Title
from wikigit.repo import edits, layout, mainline, receipts
from wikigit.repo.store import Store
from wikigit.wiki.door import Wiki


@dataclass(frozen=True, slots=True)
class Credit:
    """One published edit: the name in its trailers, and the names that its revision's summary gives."""

    edit: str
    title: Title
    revision: int
    name: str
    told: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the wiki names this person for this edit."""
        return self.name in self.told


def read_back(store: Store, wiki: Wiki) -> Iterator[Credit]:
    """Every published edit with what the wiki says of it, but those that it hides."""
    lines = receipts.read(store)
    hidden = {edit for edit, told in receipt.fold(lines).items() if told.outcome is Outcome.SUPPRESSED}
    published = {edit.edit: edit.revision for edit in fate.published(lines) if edit.edit not in hidden}
    if not published:
        return
    revisions = wiki.revisions(sorted(set(published.values())))
    for edit in _signed(store):
        if edit.id in published:
            revision = revisions.get(published[edit.id])
            said = attribution.parse(revision.summary) if revision else None
            yield Credit(edit.id, edit.title, published[edit.id], edit.name, said.names if said else ())


def _signed(store: Store) -> Iterator[Edit]:
    """Each edit once: as its kit signed it where that branch is here, else as it was accepted."""
    main = mainline.read(store)
    seen: set[str] = set()
    kits = list(store.refs(layout.KITS).values())
    for tip in (*kits, main.tip):
        for _, edit in edits.among(store, store.history(tip, main.upstream)[::-1], main.site):
            if edit.id not in seen:
                seen.add(edit.id)
                yield edit
