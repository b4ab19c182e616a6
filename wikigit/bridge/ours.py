"""What Git holds of edits that the bridge published: their pages, their revisions, and who published them.

Nothing here asks the wiki.
"""

from __future__ import annotations

from collections.abc import Sequence

from wikigit.bridge.fate import Published
from wikigit.core import path
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.repo import compared, edits, layout, upstream
from wikigit.repo.mainline import Mainline
from wikigit.repo.store import Store
from wikigit.repo.whereabouts import Whereabouts
from wikigit.wikitext import survival


class Ours:
    """Some published edits, as upstream and main tell of them. What upstream does not hold is not known here."""

    def __init__(self, store: Store, main: Mainline, published: Sequence[Published]) -> None:
        self.store, self.main = store, main
        landed = edits.landed(store, main.upstream)
        here = [edit.edit for edit in published if edit.edit in landed]
        commits = [store.read(landed[edit]) for edit in here]
        self._commits = dict(zip(here, commits, strict=True))
        self._changes = {
            edit: change
            for edit, changes in zip(here, compared.changes(store, commits), strict=True)
            for change in changes
            if change.path.startswith(f"{layout.PAGES}/")
        }
        self._accepted = edits.accepted(store, {edit.edit for edit in published}, main.tip, main.upstream)
        self._now = Whereabouts(store, main.upstream)

    def title(self, edit: Published) -> Title | None:
        """Where the edit's page stands as far as Git knows."""
        change = self._changes.get(edit.edit)
        if change is None:
            return None
        return self._now.title(path.title(change.path, self.main.site), self._commits[edit.edit].id)

    def account(self, edit: Published) -> str:
        """The account that published the edit; "" where it is not known."""
        commit = self._commits.get(edit.edit)
        return commit.author if commit else ""

    def is_page(self, head: Revision) -> bool:
        """Whether this is the page that Git knows under its title, and no redirect or new page in its place."""
        row = upstream.row(self.store, self.main.upstream, head.title)
        return row is None or row.page_id == head.page_id

    def share(self, edit: Published, now: str | None) -> int | None:
        """Of a hundred words that the edit added, how many stand in a text; None for none, or where it is hidden."""
        if edit.edit not in self._accepted or now is None:
            return None
        before, after = edits.read(self.store, self._accepted[edit.edit], self.main.site).pair
        return survival.share(before, after, self._texts(edit)[1] or after, now)

    def is_back(self, edit: Published) -> bool:
        """Whether upstream shows the edit's page as it was before the edit's revision."""
        title, (before, _) = self.title(edit), self._texts(edit)
        if title is None or before is None:
            return False
        return self.store.wikitext(self.main.upstream, title) == before

    def _texts(self, edit: Published) -> tuple[str | None, str | None]:
        """The page before the revision that the edit is in, and with it; None where there is none, or not here."""
        change = self._changes.get(edit.edit)
        if change is None:
            return None, None
        before, after = (
            self.store.text(side[0], change.path) if side else None for side in (change.before, change.after)
        )
        return before, after
