"""What the wiki hides by now, and which branches here still hold it in their history.

The table `hidden.tsv` on upstream says which revisions are hidden, of those that may have been fetched while they
were to be seen. No page shows them any more; a history does. Nothing here asks the wiki, or changes a history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from wikigit.core.revision import Revision
from wikigit.repo import layout, redactions, tables
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Hidden:
    """A revision of which the wiki hides something: `what` is `text`, `name`, or both with a blank between."""

    revision: int
    title: str
    what: str


@dataclass(frozen=True, slots=True)
class Held:
    """Where a hidden revision still stands: the commit that brought it to upstream, and the refs that reach it."""

    hidden: Hidden
    commit: str
    refs: tuple[str, ...]


def of(revision: Revision) -> Hidden:
    """What the wiki hides of a revision that it still has; `what` is "" for nothing."""
    hides = (("text", revision.hidden), ("name", not revision.account))
    what = " ".join(word for word, is_hidden in hides if is_hidden)
    return Hidden(revision.id, str(revision.title), what)


def read(store: Store, upstream: str) -> dict[int, Hidden]:
    """What the wiki hid when it was last fetched, by revision id."""
    rows = tables.parse(store.file(upstream, layout.HIDDEN), 3, layout.HIDDEN)
    found = (Hidden(tables.number(revision, layout.HIDDEN), title, what) for revision, title, what in rows)
    return {hidden.revision: hidden for hidden in found}


def table(all_of_it: Iterable[Hidden]) -> bytes | None:
    """The file, None where nothing is hidden."""
    return tables.write((h.revision, h.title, h.what) for h in sorted(all_of_it, key=lambda h: h.revision))


def held(store: Store, upstream: str) -> Iterator[Held]:
    """Those hidden revisions that a history here still holds."""
    gone = redactions.gone(store)
    for hidden in read(store, upstream).values():
        left = [word for word in hidden.what.split() if hidden.revision not in gone[word]]
        if left and (commit := brought(store, upstream, hidden.revision)):
            refs = store.ask("for-each-ref", "--format=%(refname)", f"--contains={commit}").decode().split()
            yield Held(replace(hidden, what=" ".join(left)), commit, tuple(refs))


def brought(store: Store, upstream: str, revision: int) -> str:
    """The commit on upstream that brought a revision, "" for none: its own, or the import that it came with."""
    line = f"Wikigit-Revision: {revision}"
    for commit in store.ask("log", "--format=%H", "--fixed-strings", f"--grep={line}", upstream, "--").decode().split():
        if line in store.read(commit).text.split("\n"):
            return commit
    words = ("log", "--format=%H", "--reverse", f"-S\t{revision}\t", upstream, "--", layout.REVISIONS)
    return next(iter(store.ask(*words).decode().split()), "")
