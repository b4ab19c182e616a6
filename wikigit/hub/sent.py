"""What a kit's branch may bring: edits of one page each, and merges that bring nothing.

A kit's wikigit writes three kinds of commits: an edit; a merge of the hub's main, whose pages differ from main's
in the kit's own edits only; and a merge of an edit that stands aside, which keeps its page as it is. Nothing
here reads a page's text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import islice

from wikigit.core.errors import MessageError, ParcelError, RepoError
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import edits, layout, mainline, objects, queue, screen, trees
from wikigit.repo.objects import Change
from wikigit.repo.store import Commit, Store
from wikigit.repo.whereabouts import Whereabouts

_PLAIN = 0o100644
_TABLES = 2_400
"""Months of a century, each with two tables."""

HINT = "Do not use this stick; ask who wrote it."
_FOREIGN = frozenset(("From", "Reviewed-By", "Revision", "Moved-From", "Edits", "Cursor", "Upstream", "Merge", "Seq"))
"""Trailers of ours that no kit writes into an edit."""


class Branch:
    """The commits that come new on a kit's branch, in their order; `main` is the hub's."""

    def __init__(self, store: Store, kit: str, main: str) -> None:
        self.store, self.kit, self.main = store, kit, main
        self._aside = set[str]()

    def is_edit(self, commit_id: str) -> bool:
        """Whether a commit is an edit; a merge brings nothing. Raises WikigitError where it is neither.

        To be asked of each commit in turn.
        """
        commit = self.store.read(commit_id)
        if not commit.parents:
            raise ParcelError(f"The commit {commit_id[:10]} begins a history of its own.", hint=HINT)
        if len(commit.parents) == 1:
            self._one_file(commit)
            self._aside.add(commit_id)
            return True
        self._merge(commit)
        screen.plain(self.store, commit_id, self.kit)
        return False

    def as_written(self, commit_id: str) -> None:
        """Raises WikigitError where an edit's commit is not, byte for byte, as a kit's wikigit writes one.

        Trailers of ours that say what a kit does not know, or anybody else's, credit nobody here.
        """
        screen.plain(self.store, commit_id, self.kit)
        commit = self.store.read(commit_id)
        block = commit.text.rstrip("\n").rpartition("\n\n")[2]
        told = commit.message.trailers
        if told.keys() & _FOREIGN or block.count("\n") + 1 != len(told):
            raise MessageError(f"The commit {commit_id[:10]} has trailers that no kit writes.", hint=HINT)

    def _one_file(self, commit: Commit) -> None:
        """Compare an edit's trees no further than its second file; what differs stays at hand."""
        before = self.store.read(commit.parents[0]).tree
        found = list(islice(trees.changes(self.store.git, before, commit.tree), 2))
        if len(found) != 1:
            raise RepoError(f"The commit {commit.id[:10]} does not change its page alone.", hint=HINT)
        self.store.git.changes[before, commit.tree] = found[0]

    def _merge(self, commit: Commit) -> None:
        if commit.message.get("Upstream") or commit.message.get("Merge"):
            raise MessageError(f"The commit {commit.id[:10]} passes for main as the hub computes it.", hint=HINT)
        if len(commit.parents) != 2 or commit.message.trailers or commit.message.body:
            raise MessageError(f"The commit {commit.id[:10]} is a merge and says more than a merge does.", hint=HINT)
        first, second = commit.parents
        if self.store.contains(self.main, second):
            self._joins(commit, second)
        elif second not in self._aside or self.store.read(first).tree != commit.tree:
            raise ParcelError(f"The merge {commit.id[:10]} joins neither main nor an edit of this kit.", hint=HINT)

    def _joins(self, commit: Commit, joined: str) -> None:
        """Raises ParcelError where a merge of main brings anything but pages of this kit's own edits."""
        pages = _Pages(self.store, self.kit, commit, joined)
        for change in trees.changes(self.store.git, self.store.read(joined).tree, commit.tree):
            if not (pages.holds(change) and change.after and change.after[1] == _PLAIN):
                raise ParcelError(
                    f"The merge {commit.id[:10]} brings {change.path[:100]!r}, which no edit of {self.kit} changed.",
                    hint=HINT,
                )


class _Pages:
    """The pages of the edits on a kit's branch that a merge of main may have laid on it."""

    def __init__(self, store: Store, kit: str, merge: Commit, joined: str) -> None:
        self.store, self.kit, self.branch, self.joined = store, kit, merge.parents[0], joined
        self.commits = self._edits(joined)

    def holds(self, change: Change) -> bool:
        path = change.path
        return path in self._as_written or path in self._as_moved or path in self._merged_by_hand

    def _edits(self, without: str) -> list[Commit]:
        return [c for c in map(self.store.read, self.store.history(self.branch, without)) if edits.is_edit(c)]

    @cached_property
    def _site(self) -> Site:
        return self.store.site(self.joined)

    @cached_property
    def _upstream(self) -> str:
        return queue.upstream_of(self.store, mainline.computed(self.store, self.joined))

    @cached_property
    def _as_written(self) -> set[str]:
        return self._pages(self.commits)

    @cached_property
    def _as_moved(self) -> set[str]:
        """Where the wiki has moved these pages since."""
        return self._moved(self.commits)

    @cached_property
    def _merged_by_hand(self) -> set[str]:
        """Those of edits that stand in main's history and not in its pages: somebody merged them, and they wait."""
        own = [commit for commit in self._edits(self._upstream) if commit.message.get("Kit") == self.kit]
        return self._pages(own) | self._moved(own)

    def _pages(self, commits: Sequence[Commit]) -> set[str]:
        return {layout.page(Title.parse(commit.message.get("Page"), self._site)) for commit in commits}

    def _moved(self, commits: Sequence[Commit]) -> set[str]:
        now = Whereabouts(self.store, self._upstream)
        found = edits.among(self.store, [commit.id for commit in commits], self._site)
        return {layout.page(now.followed(commit, edit).title) for commit, edit in found}


def receipts(store: Store, tip: str, kit: str) -> None:
    """Raises ParcelError where the commits of a kit's receipts are not one line of history, or change older lines."""
    old = store.tip(layout.receipts(kit))
    for commit_id in store.history(tip, *([old] if old else [])):
        screen.plain(store, commit_id, kit)
        if len(store.read(commit_id).parents) > 1:
            raise ParcelError(f"The receipts {commit_id[:10]} are a merge.", hint=HINT)
    here = re.compile(rf"{kit}/[0-9]{{4}}-[0-9]{{2}}(\.said)?\.tsv")
    differ = trees.changes(store.git, store.read(old).tree if old else None, store.read(tip).tree)
    for number, change in enumerate(differ):
        before, after = (_table(store, side, change.path) for side in (change.before, change.after))
        if number >= _TABLES or not here.fullmatch(change.path) or not after or not after.startswith(before):
            raise ParcelError(f"The receipts of {kit} change what was written: {change.path[:100]!r}.", hint=HINT)


def _table(store: Store, side: tuple[str, int] | None, path: str) -> bytes:
    """The bytes of a table on one side of a change, none where it is no plain file."""
    return objects.read_blob(store.git, side[0], path) if side and side[1] == _PLAIN else b""
