"""What a repository holds, for people who look: its state in a few lines, its edits with their receipts.

Nothing here writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from wikigit.core.errors import WikigitError
from wikigit.core.receipt import Receipt
from wikigit.core.title import Title
from wikigit.repo import layout, mainline, receipts, upstream
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the state."""

    what: str
    value: str | int


@dataclass(frozen=True, slots=True)
class Known:
    """An edit and the receipt that holds; its page where a commit of it is here."""

    title: Title | None
    summary: str
    credit: str
    receipt: Receipt


def status(store: Store) -> Iterator[Line]:
    """The wiki, how far it was fetched, the queue, and how many edits have which outcome."""
    main = mainline.read(store)
    settings = store.config(main.tip)
    yield Line("wiki", main.site.name)
    yield Line("api", settings.api)
    yield Line("fetched until", upstream.cursor(store, main.upstream) or "never")
    yield Line("queue", len(main.entries))
    counted = Counter(str(receipt.outcome) for receipt in receipts.standing(store).values())
    for outcome, count in sorted(counted.items()):
        yield Line(outcome, count)


def log(store: Store) -> Iterator[Known]:
    """Every edit that has a receipt here, in the order of its first."""
    standing = receipts.standing(store)
    told = _told(store)
    for edit, receipt in standing.items():
        title, summary, credit = told.get(edit, (None, "", ""))
        yield Known(title, summary, credit, receipt)


def _told(store: Store) -> dict[str, tuple[Title | None, str, str]]:
    """Edit id → page, summary, credit, from the commits on the kits' and volunteers' branches, main, and forks."""
    main = mainline.read(store)
    found: dict[str, tuple[Title | None, str, str]] = {}
    for ref, tip in store.refs("refs/heads/").items():
        if ref == layout.UPSTREAM or (ref.startswith(layout.OURS) and not ref.startswith(layout.FORKS)):
            continue
        for commit_id in store.history(tip, main.upstream):
            try:
                message = store.read(commit_id).message
                if message.get("Edit"):
                    title = Title.parse(message.get("Page"), main.site)
                    found.setdefault(message.get("Edit"), (title, message.subject, message.get("Credit")))
            except WikigitError:
                continue  # a person's own commit on main
    return found
