"""The kit's branch: saved edits as they leave, each on the text that it was written on.

The hub takes an edit by the difference to its parent. An edit that does not fit the tip is therefore
committed as a child of the newest commit on which it does, and joined by a merge that keeps the tip's
tree: else its difference would say "delete what others wrote". Nothing here writes a stick.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from wikigit.core import message
from wikigit.core.edit import Edit
from wikigit.core.title import Title
from wikigit.kit.desk import OnDesk, Place
from wikigit.repo import edits, layout
from wikigit.repo.mainline import Mainline
from wikigit.repo.store import Store
from wikigit.wikitext.replay import replay_one


class Branch:
    """The branch as it grows by one parcel."""

    def __init__(self, store: Store, kit: str, main: Mainline, day: str) -> None:
        self.store, self.kit, self.main, self.day = store, kit, main, day
        self.old = store.tip(layout.kit(kit))
        self.tip = self.old or main.tip

    def join_main(self, sent: Iterable[OnDesk]) -> None:
        """Bring a new main in: its tree, with the sent edits that it does not hold replayed."""
        if self.store.contains(self.tip, self.main.tip):
            return
        tree, off = self.store.read(self.main.tip).tree, set[str]()
        for row in sent:
            if row.place is Place.MAIN or row.edit.undoes in off:
                continue
            so_far = self.store.wikitext_in(tree, row.edit.title)
            result = replay_one(so_far, row.edit.pair, self.main.site)
            if isinstance(result, str) and result != so_far:
                tree = self.store.tree_with(tree, {layout.page(row.edit.title): result.encode()})
            else:
                off.add(row.edit.id)
        self._merge(self.main.tip, tree, "Join main")

    def add(self, row: OnDesk) -> bool | None:
        """Commit an edit; False where it stands on one that does not leave, None where it changes nothing."""
        found = self._fitting(row)
        if found is None:
            return False
        parent, edit, so_far, wikitext = found
        if wikitext == so_far:
            return None
        commit = edits.write(self.store, edit, parent, wikitext=wikitext, committer=self.kit)
        if parent == self.tip:
            self.tip = commit
        else:
            self._merge(commit, self.store.read(self.tip).tree, "Keep the page as it is")
        return True

    def _fitting(self, row: OnDesk) -> tuple[str, Edit, str | None, str] | None:
        """The newest commit on which an edit replays, it as one of that page, the page there, and the page with it."""
        for here, title in self._versions(row):
            so_far = self.store.wikitext(here, title)
            result = replay_one(so_far, row.edit.pair, self.main.site)
            if isinstance(result, str):
                return here, replace(row.edit, title=title), so_far, result
        return None

    def _versions(self, row: OnDesk) -> Iterator[tuple[str, Title]]:
        """The newest commit with each version of the page, newest first; before the wiki moved it, its older title."""
        yield self.tip, row.edit.title
        for changed in reversed(self.store.history(self.tip, first_parent=True, path=layout.page(row.saved_as))):
            for parent in self.store.read(changed).parents[:1]:
                yield parent, row.saved_as

    def on_wiki(self, edit: Edit) -> bool:
        """Whether the wiki, as last fetched, has what an edit says."""
        page = self.store.wikitext(self.main.upstream, edit.title)
        return replay_one(page, edit.pair, self.main.site) == page

    def _merge(self, second: str, tree: str, subject: str) -> None:
        author = edits.signature(self.kit, self.day)
        self.tip = self.store.commit(tree, [self.tip, second], message.compose(subject, {}), author=author)
