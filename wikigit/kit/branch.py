"""The kit's branch: saved edits as they leave, each on the text that it was written on.

The hub takes an edit by the difference to its parent. An edit that does not fit the tip is therefore
committed as a child of the newest commit on which it does, and joined by a merge that keeps the tip's
tree: else its difference would say "delete what others wrote". On a version with words that the wiki hides
by now nothing leaves. Nothing here writes a stick.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from wikigit.core import message
from wikigit.core.edit import Edit
from wikigit.core.title import Title
from wikigit.kit.desk import OnDesk, Place
from wikigit.repo import edits, hidden, layout
from wikigit.repo.mainline import Mainline
from wikigit.repo.store import Store
from wikigit.wikitext.replay import brings_back, replay_one


@dataclass(frozen=True, slots=True)
class Fitting:
    """An edit as it would leave: with the page's text before and after on the commit that it would follow."""

    parent: str
    edit: Edit

    @property
    def changes_nothing(self) -> bool:
        return self.edit.after == self.edit.before


class Branch:
    """The branch as it grows by one parcel."""

    def __init__(self, store: Store, kit: str, main: Mainline, day: str) -> None:
        self.store, self.kit, self.main, self.day = store, kit, main, day
        self.old = store.tip(layout.kit(kit))
        self.tip = self.old or main.tip
        self._secrets: dict[Title, list[str]] = {}

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

    def fitting(self, row: OnDesk) -> Fitting | None:
        """How an edit would leave, on the newest commit on which it replays; None where it stands on what stays.

        One that takes back an edit which left beside the page follows that one: on the page it has nothing to do.
        """
        beside = self._beside(row.edit.undoes)
        for here, title in self._versions(row, beside):
            so_far = self.store.wikitext(here, title)
            result = replay_one(so_far, row.edit.pair, self.main.site)
            idle = beside and result == so_far
            if isinstance(result, str) and not idle and not self._shows_hidden(title, result):
                return Fitting(here, replace(row.edit, kit=self.kit, title=title, before=so_far, after=result))
        return None

    def add(self, leaving: Fitting) -> None:
        """Commit an edit as it leaves."""
        commit = edits.write(self.store, leaving.edit, leaving.parent, wikitext=leaving.edit.after, committer=self.kit)
        if leaving.parent == self.tip:
            self.tip = commit
        else:
            self._merge(commit, self.store.read(self.tip).tree, "Keep the page as it is")

    def _beside(self, edit: str) -> list[tuple[str, Title]]:
        """The commits of an edit that left on an older text than the tip's, with its page."""
        if not edit:
            return []
        along = set(self.store.history(self.tip, self.main.tip, first_parent=True))
        commits = edits.commits_of(self.store, edit, self.tip, self.main.tip)
        return [(c, edits.read(self.store, c, self.main.site).title) for c in commits if c not in along]

    def _versions(self, row: OnDesk, beside: Iterable[tuple[str, Title]]) -> Iterator[tuple[str, Title]]:
        """The tip, what stands `beside`, then the newest commit with each version of the page, newest first.

        Before the wiki moved the page, by its older title.
        """
        yield self.tip, row.edit.title
        yield from beside
        for changed in reversed(self.store.history(self.tip, first_parent=True, path=layout.page(row.saved_as))):
            for parent in self.store.read(changed).parents[:1]:
                yield parent, row.saved_as

    def _shows_hidden(self, title: Title, wikitext: str) -> bool:
        """Whether a page would carry words that the wiki hides by now: an older version may, and so may a copy."""
        shown = self.store.wikitext(self.main.tip, title)
        return any(brings_back(secret, shown, wikitext) for secret in self._hidden(title))

    def _hidden(self, title: Title) -> list[str]:
        """The texts of a page's revisions that the wiki hides by now, those that are still here."""
        if title not in self._secrets:
            found = hidden.read(self.store, self.main.upstream).values()
            ours = [one.revision for one in found if one.title == str(title) and "text" in one.what]
            commits = (hidden.brought(self.store, self.main.upstream, revision) for revision in ours)
            texts = (self.store.wikitext(commit, title) for commit in commits if commit)
            self._secrets[title] = [text for text in texts if text]
        return self._secrets[title]

    def on_wiki(self, edit: Edit) -> bool:
        """Whether the wiki, as last fetched, has what an edit says."""
        page = self.store.wikitext(self.main.upstream, edit.title)
        return replay_one(page, edit.pair, self.main.site) == page

    def _merge(self, second: str, tree: str, subject: str) -> None:
        author = edits.signature(self.kit, self.day)
        self.tip = self.store.commit(tree, [self.tip, second], message.compose(subject, {}), author=author)
