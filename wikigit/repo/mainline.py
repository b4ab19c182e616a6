"""Main and its queue, changed the one way there is: compute, commit, move, with the receipts it causes.

Nothing here decides what is accepted; it makes main of what was decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wikigit.core import identity, receipt
from wikigit.core.errors import MessageError, RepoError, WikigitError
from wikigit.core.receipt import UNDONE, Outcome, Receipt
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import edits, layout, queue, receipts, trees, upstream
from wikigit.repo.queue import Entry, FellOut
from wikigit.repo.refs import Move
from wikigit.repo.store import Commit, Store
from wikigit.repo.whereabouts import Whereabouts
from wikigit.wikitext.merge import VERSION

_OUTCOMES = {
    UNDONE: Outcome.ALREADY_THERE,
    "depends-on": Outcome.DEPENDS_ON,
    queue.REVERTED_BEFORE: Outcome.HELD,
    "hidden-text": Outcome.HELD,
    "contentmodel-mismatch": Outcome.HELD,
}
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

    An edit follows its page where that has moved. `second` is the merge's second parent where it is not upstream.
    """
    now = Whereabouts(store, on)
    titles = {title: now.title(title, main.upstream) for title in {entry.title for entry in entries}}
    entries = [replace(entry, title=titles[entry.title]) for entry in entries]
    made = queue.compute(store, on, entries, store.read(main.tip).tree)
    if made.tree == store.read(main.tip).tree and on == main.upstream and not second:
        return [], made.fell_out
    parents = [main.tip, second or on]
    commit = queue.write(store, made, parents, subject, day, body)
    return [Move(layout.MAIN, main.tip, commit)], made.fell_out


def left_queue(
    store: Store, on: str, fell_out: Iterable[FellOut], day: str, outcome: Outcome,
    gone: Mapping[Title, str] | None = None,
) -> list[Receipt]:  # fmt: skip
    """A receipt for each edit that fell out of the queue, naming the wiki's revision that it met.

    `gone`: pages that left upstream, each with the code that says why; `deleted` where nothing is said.
    """
    left = []
    for fallen in fell_out:
        row = upstream.row(store, on, fallen.entry.title)
        revision = str(row.revision) if row else ""
        code = fallen.conflict.code if fallen.conflict else UNDONE
        if code == "deleted":
            code = (gone or {}).get(fallen.entry.title, code)
        told = _OUTCOMES.get(code, outcome)
        left.append(Receipt(fallen.edit.id, told, code, revision, day, kit=fallen.edit.kit))
    return left


def without(entries: Iterable[Entry], edits: Collection[str]) -> list[Entry]:
    """The queue without some edits."""
    return [entry for entry in entries if entry.edit not in edits]


def computed(store: Store, tip: str) -> str:
    """The newest commit of main that wikigit computed; people's own commits since may change only their own files."""
    here = _newest(store, tip)
    foreign = managed(store, store.read(here).tree, store.read(tip).tree)
    if foreign:
        raise RepoError(
            f"Somebody changed {foreign[0]} on main without wikigit.",
            hint="Take in what came by other ways: wikigit hub reconcile --by NAME",
        )
    return here


def last(store: Store, tip: str) -> str:
    """The newest commit in the history of `tip` that is main as wikigit computed it, wherever merges have put it.

    It names upstream's tip, holds the queue that the hub's receipts tell of, and can be computed again: a commit that
    only says so does not pass. What another version of the merge made cannot be computed here: it is believed by its
    place alone. Raises RepoError where there is none.
    """
    on = store.need(layout.UPSTREAM, _NO_MAIN)
    words = ("log", "--topo-order", "--format=%H", "--fixed-strings", f"--grep=Wikigit-Upstream: {on}", tip, "--")
    for commit_id in store.ask(*words).decode().split():
        if _made_of(store.read(commit_id)) == on and _holds(store, commit_id, on):
            return commit_id
    here = store.read(_newest(store, tip))
    if _made_of(here) == on and here.message.get("Merge") != VERSION:
        return here.id
    raise RepoError(
        "main does not hold what wikigit computed last.",
        hint="Was it set back? Push the main that was there before, then try again.",
    )


def _newest(store: Store, tip: str) -> str:
    """The newest of main's own commits by its first parents. Raises RepoError where there is none."""
    here = tip
    while not _made_of(store.read(here)):
        parents = store.read(here).parents
        if not parents:
            raise RepoError("main does not say which upstream it is made of.", hint=_NO_MAIN)
        here = parents[0]
    return here


def _made_of(commit: Commit) -> str:
    """The upstream commit that a computed commit of main names; "" for people's commits, whatever they say."""
    if (commit.author, commit.committer) != (identity.HUB, identity.HUB):
        return ""
    try:
        return commit.message.get("Upstream")
    except MessageError:
        return ""


def _holds(store: Store, commit_id: str, on: str) -> bool:
    """Whether a commit's queue is the one that the receipts tell of, and its pages what upstream and the queue make."""
    lines = receipts.read(store)
    ever = {line.edit for line in lines if line.writer == identity.HUB and line.outcome is Outcome.MERGED}
    now = {line.edit for line in receipt.fold(lines).values() if line.outcome is Outcome.MERGED}
    tree = store.read(commit_id).tree
    try:
        entries = queue.read(store, commit_id, store.site(on))
        if not now - edits.published(store, on) <= {entry.edit for entry in entries} <= ever:
            return False
        made = queue.compute(store, on, entries, tree)
    except WikigitError:
        return False
    return made.tree == tree and not made.fell_out


def touched(store: Store, commit: Commit) -> list[str]:
    """What a commit changes of all that wikigit writes: pages, tables, the wiki's facts."""
    before = store.read(commit.parents[0]).tree if commit.parents else None
    return managed(store, before, commit.tree)


def managed(store: Store, old: str | None, new: str) -> list[str]:
    """The files that differ between two trees, of all that wikigit writes."""
    return [path for path in trees.changed(store.git, old, new) if path.split("/")[0] in layout.MANAGED]
