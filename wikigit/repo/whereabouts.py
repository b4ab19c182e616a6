"""Where an edit's page stands now: read from upstream's own history, without asking the wiki.

A page is what the wiki counts as one: it keeps its page id when it is moved. An edit belongs to the page that
it was written on, and follows every move that the upstream it was written on did not know of. An edit of
a page that was made anew under an old title stays there, and so does one whose page is gone. Nothing here
changes anything.
"""

from __future__ import annotations

from dataclasses import replace

from wikigit.core.edit import Edit
from wikigit.core.title import Title
from wikigit.repo import upstream
from wikigit.repo.store import Store


class Whereabouts:
    """The titles of pages at one commit of upstream, for those who knew them at an older one.

    The history between the two is searched once for each older one.
    """

    def __init__(self, store: Store, tip: str) -> None:
        self.store, self.tip = store, tip
        self._moves: dict[str, list[tuple[Title, Title]]] = {}
        self._known: dict[str, str] = {}

    def followed(self, commit: str, edit: Edit) -> Edit:
        """The edit in a commit, as one of the page that it was written on, where that stands now."""
        return replace(edit, title=self.title(edit.title, self.known_to(commit)))

    def may_have_gone(self, commit: str, edit: Edit, title: Title) -> bool:
        """Whether the page of the edit in a commit may have come to stand under `title` since."""
        return title in self._reached(edit.title, self.known_to(commit))

    def title(self, title: Title, since: str) -> Title:
        """Where the page stands that stood under `title` at the upstream commit `since`; the same where it is gone."""
        reached = self._reached(title, since)
        if len(reached) == 1:
            return title
        page = self._page(since, title)
        return next((t for t in reached if page and self._page(self.tip, t) == page), title)

    def _page(self, commit: str, title: Title) -> int:
        """The id of the page under a title, 0 for none."""
        row = upstream.row(self.store, commit, title)
        return row.page_id if row else 0

    def _reached(self, title: Title, since: str) -> list[Title]:
        """The title, and every title that was ever made of it by a move since."""
        if since not in self._moves:
            self._moves[since] = [] if since in ("", self.tip) else upstream.moves(self.store, self.tip, since)
        found = [title]
        for source, target in self._moves[since]:
            if source in found and target not in found:
                found.append(target)
        return found

    def known_to(self, commit: str) -> str:
        """The newest commit of upstream in the history of a commit, "" for none: edits bring no upstream in."""
        here, passed = commit, []
        while here not in self._known:
            passed.append(here)
            read = self.store.read(here)
            if len(read.parents) != 1 or _EDIT not in read.text:
                self._known[here] = self.store.shared(here, self.tip)
                break
            here = read.parents[0]
        self._known.update(dict.fromkeys(passed, self._known[here]))
        return self._known[commit]


_EDIT = "\nWikigit-Edit: "
