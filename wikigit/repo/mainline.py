"""Main and its queue, changed the one way there is: compute, commit, move, with the receipts it causes.

Nothing here decides what is accepted; it makes main of what was decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from wikigit.core.errors import RepoError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.site import Site
from wikigit.repo import layout, objects, queue, upstream
from wikigit.repo.queue import Entry, FellOut
from wikigit.repo.refs import Move
from wikigit.repo.store import Commit, Store

_NO_MAIN = "Make one with `wikigit bridge init URL`, or receive it from the hub."


@dataclass(frozen=True, slots=True)
class Mainline:
    """Main as it stands: its tip, the upstream it is made of, its site and queue."""

    tip: str
    upstream: str
    site: Site
    entries: tuple[Entry, ...]


def read(store: Store) -> Mainline:
    """Main as it stands. Raises RepoError where there is none, or where somebody changed pages on it by hand."""
    return at(store, store.need(layout.MAIN, _NO_MAIN))


def at(store: Store, tip: str) -> Mainline:
    """Main as it stands with this tip."""
    made_of = queue.upstream_of(store, computed(store, tip))
    site = store.site(made_of)
    return Mainline(tip, made_of, site, tuple(queue.read(store, tip, site)))


def rebuilt(
    store: Store,
    main: Mainline,
    entries: Sequence[Entry],
    *,
    on: str,
    subject: str,
    day: str,
    second: str = "",
    body: Iterable[str] = (),
) -> tuple[list[Move], tuple[FellOut, ...]]:
    """Main computed anew from `entries` on the upstream commit `on`; returns its move and what fell out.

    `second` is the merge's second parent where it is not upstream.
    """
    made = queue.compute(store, on, entries, store.read(main.tip).tree)
    if made.tree == store.read(main.tip).tree and on == main.upstream and not second:
        return [], made.fell_out
    parents = [main.tip, second or on]
    commit = queue.write(store, made, parents, subject, day, body)
    return [Move(layout.MAIN, main.tip, commit)], made.fell_out


def left_queue(store: Store, on: str, fell_out: Iterable[FellOut], day: str, outcome: Outcome) -> list[Receipt]:
    """A receipt for each edit that fell out of the queue, naming the wiki's revision that it met."""
    receipts = []
    for fallen in fell_out:
        row = upstream.row(store, on, fallen.entry.title)
        revision = str(row.revision) if row else ""
        code = fallen.conflict.code
        told = Outcome.DEPENDS_ON if code == Outcome.DEPENDS_ON else outcome
        receipts.append(Receipt(fallen.edit.id, told, code, revision, day, kit=fallen.edit.kit))
    return receipts


def without(entries: Iterable[Entry], edits: Collection[str]) -> list[Entry]:
    """The queue without some edits."""
    return [entry for entry in entries if entry.edit not in edits]


def computed(store: Store, tip: str) -> str:
    """The newest commit of main that wikigit computed; people's own commits since may change only their own files."""
    here = tip
    while not store.read(here).message.get("Upstream"):
        parents = store.read(here).parents
        if not parents:
            raise RepoError("main does not say which upstream it is made of.", hint=_NO_MAIN)
        here = parents[0]
    foreign = _managed(store, store.read(here).tree, store.read(tip).tree)
    if foreign:
        raise RepoError(
            f"Somebody changed {foreign[0]} on main without wikigit.",
            hint=f"Undo it (git revert), or set main back to {here[:10]}, and save the text as an edit.",
        )
    return here


def touched(store: Store, commit: Commit) -> list[str]:
    """What a commit changes of all that wikigit writes: pages, tables, the wiki's facts."""
    before = store.read(commit.parents[0]).tree if commit.parents else None
    return _managed(store, before, commit.tree)


def _managed(store: Store, old: str | None, new: str) -> list[str]:
    return [path for path in objects.changed(store.git, old, new) if path.split("/")[0] in layout.MANAGED]
