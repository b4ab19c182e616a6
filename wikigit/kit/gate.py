"""The last look at what is about to leave: every new commit and file, before any ref or stick names them.

What people wrote is searched for names. What the kit writes itself is held against the few shapes that it has: ids,
whole days, its own words. Nothing here mends anything: what is wrong stops the parcel.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from wikigit.core.errors import RepoError
from wikigit.core.names import Names
from wikigit.core.receipt import UNDONE
from wikigit.core.site import Site
from wikigit.kit import leaks
from wikigit.repo import edits, objects, receipts, screen, trees
from wikigit.repo.store import Commit, Store

_OWN_WORDS = re.compile(r"Join main\n|Keep the page as it is\n|[0-9]+ receipts\n\nWikigit-Seq: [0-9]+\n")


def look(
    store: Store, kit: str, new: str, known: Collection[str], site: Site, secret: Names, may: Collection[str]
) -> None:
    """Look at all that a branch's new tip brings beside what is `known`. Raises RepoError at what may not leave.

    `may`: the edits in which names may stand.
    """
    for commit in map(store.read, store.history(new, *known)):
        screen.plain(store, commit.id, kit)
        if len(commit.parents) == 1 and edits.is_edit(commit):
            edit = edits.read(store, commit.id, site)
            _need(edit.id in may or leaks.of_edit(edit, secret) is None, commit, "holds a name")
        else:
            _need(_OWN_WORDS.fullmatch(commit.text), commit, "says what no kit says")
            _need(not any(_joined(store, commit, secret)), commit, "joins a name in")


def look_at_lines(store: Store, tip: str, kit: str, after: int) -> None:
    """Look at a kit's own receipts after its line number `after`. Raises RepoError where one says more than a code."""
    for line in receipts.of(store, tip, kit):
        if line.seq > after and (line.by or line.said or line.code not in ("", UNDONE)):
            raise RepoError(f"The receipt {line.seq} says what no kit says.", hint="Run `wikigit verify`.")


def _joined(store: Store, merge: Commit, secret: Names) -> Iterator[bool]:
    """For each page that a merge makes itself, whether a name stands in it that stands on neither side."""
    sides = [store.read(parent).tree for parent in merge.parents]
    if len(sides) != 2 or merge.tree in sides:
        return
    for change in trees.changes(store.git, sides[1], merge.tree):
        if change.after is None:
            continue
        first = store.file_in(sides[0], change.path) or b""
        other = objects.read_blob(store.git, change.before[0], change.path) if change.before else b""
        here = objects.read_blob(store.git, change.after[0], change.path)
        both = secret.found(first.decode()) | secret.found(other.decode())
        yield bool(set(secret.found(here.decode())) - set(both))


def _need(right: object, commit: Commit, what: str) -> None:
    if not right:
        raise RepoError(f"Nothing was sent: the commit {commit.id[:10]} {what}.", hint="Run `wikigit verify`.")
