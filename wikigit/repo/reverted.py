"""What people on the wiki took out again of what we published, read from upstream's own history.

Edits that were saved on a text which held it must not go out without a person: they would build on what
the wiki did not want. Nothing here asks the wiki, and nothing decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from wikigit.core.errors import MessageError
from wikigit.core.title import Title
from wikigit.repo import layout
from wikigit.repo.store import Store
from wikigit.wikitext.survival import holds


@dataclass(frozen=True, slots=True)
class _Ours:
    """A revision that was made of our edits: its commit on upstream, its number, the page before and after."""

    commit: str
    revision: str
    before: str | None
    after: str


class Reverted:
    """What was taken out, as one commit of upstream knows it."""

    def __init__(self, store: Store, tip: str) -> None:
        self.store, self.tip = store, tip
        self._ours: dict[Title, list[_Ours]] = {}

    def under(self, title: Title, wikitext: str | None) -> str:
        """The newest revision of ours that a text holds and people took out of the page since; "" for none.

        In whole or by half. What our own later revisions removed does not count.
        """
        if wikitext is None or not self._of(title):
            return ""
        page = self.store.wikitext(self.tip, title)
        if page is None or wikitext == page:
            return ""
        for ours in self._of(title):
            went = holds(ours.before, ours.after, wikitext) and not holds(ours.before, ours.after, page)
            if went and not self._went_by_us(title, ours):
                return ours.revision
        return ""

    def _of(self, title: Title) -> list[_Ours]:
        """Our revisions of a page, newest first."""
        if title not in self._ours:
            self._ours[title] = [
                found for commit in self._commits.get(str(title), ()) if (found := self._one(commit, title))
            ]
        return self._ours[title]

    def _one(self, commit: str, title: Title) -> _Ours | None:
        read = self.store.read(commit)
        after = self.store.wikitext(commit, title)
        before = self.store.wikitext(read.parents[0], title) if read.parents else None
        return None if after is None else _Ours(commit, read.message.get("Revision"), before, after)

    def _went_by_us(self, title: Title, ours: _Ours) -> bool:
        """Whether the first revision after ours that lacks it is one of ours too."""
        for commit in self.store.history(self.tip, ours.commit, path=layout.page(title)):
            page = self.store.wikitext(commit, title)
            if page is None or not holds(ours.before, ours.after, page):
                return commit in self._commits.get(str(title), ())
        return False

    @cached_property
    def _commits(self) -> dict[str, list[str]]:
        """The commits of our revisions by page, newest first."""
        words = ("log", "--topo-order", "--format=%H", "--fixed-strings", "--grep=Wikigit-Edits: ", self.tip, "--")
        found: dict[str, list[str]] = {}
        for commit in self.store.ask(*words).decode().split():
            try:
                told = self.store.read(commit).message
            except MessageError:
                continue  # somebody's summary on the wiki that looks like a trailer
            if told.get("Edits"):
                found.setdefault(told.get("Page"), []).append(commit)
        return found
