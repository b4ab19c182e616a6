"""What the hub knows of edits: whose they are, what became of them, and where to read them as they were made.

For one look at people's commits on main. Nothing here reads those.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.errors import WikigitError
from wikigit.core.receipt import Outcome
from wikigit.core.title import Title
from wikigit.hub import check, signed, waiting
from wikigit.hub.presence import Came
from wikigit.repo import edits, layout, queue, receipts, runs
from wikigit.repo.mainline import Mainline
from wikigit.repo.store import Store
from wikigit.repo.whereabouts import Whereabouts


class Known:
    """The edits that are known when main was `base`."""

    def __init__(self, store: Store, base: Mainline) -> None:
        self.store, self.base, self.site = store, base, base.site
        self.standing, self.owners = receipts.standing(store), signed.owners(store)
        self.published = edits.published(store, base.upstream)
        self.queue: dict[Title, list[Edit]] = {}
        for row in queue.accepted(store, base.entries, base.upstream):
            self.queue.setdefault(row.entry.title, []).append(row.edit)
        self._candidates: dict[Title, list[Came]] = {}
        self._places: dict[str, dict[str, int]] = {}

    @cached_property
    def under_way(self) -> set[str]:
        """The edits that the wiki holds already, or may."""
        begun = {edit for intent in runs.read(self.store, self.site) for edit in intent.edits}
        return begun | {edit for edit, told in self.standing.items() if told.outcome.final}

    def answered(self, edit: str) -> bool:
        """Whether an edit is not to be taken: it is on the wiki, or its author was told that it will not be."""
        told = self.standing.get(edit)
        return edit in self.published or (told is not None and told.outcome.final)

    def turned_away(self, edit: str) -> bool:
        """Whether an edit's author was told that it will not come to the wiki."""
        told = self.standing.get(edit)
        return told is not None and told.outcome.turns_away

    def source(self, edit: str, kit: str, here: str = "") -> Came | None:
        """An edit as its kit or volunteer committed it, or as it was accepted before it had to wait.

        `here` is a commit that may be the one in which it came.
        """
        told = self.standing.get(edit)
        if told is not None and told.outcome.waits:
            return self.read(waiting.newest_commit(self.store, edit, kit, self.base.tip))
        commit = here if here in self._on(kit) else signed.commit_of(self.store, edit, kit)
        return self.read(commit) if commit else None

    def read(self, commit: str) -> Came | None:
        """The edit in a commit, on the page where that stands now; None where the wiki would not take it so."""
        try:
            edit = check.sound(self.store, commit, self.site)
        except WikigitError:
            return None
        return Came(self._now.followed(commit, edit), commit)

    def place(self, edit: str) -> tuple[str, int]:
        """Whose an edit is, and which of theirs it is."""
        kit = self.owners.get(edit, identity.HUB)
        return kit, self._on(kit).get(signed.commit_of(self.store, edit, kit), 0)

    def _on(self, kit: str) -> dict[str, int]:
        """The commits on a kit's branch, or on the volunteers', each with its place."""
        if kit not in self._places:
            tips = signed.branches(self.store, kit)
            commits = (commit for tip in tips for commit in self.store.history(tip, self.base.upstream))
            self._places[kit] = {commit: place for place, commit in enumerate(commits)}
        return self._places[kit]

    def candidates(self, title: Title) -> list[Came]:
        """The edits of a page that may come without their id, as they were made: unanswered, or turned away."""
        if title not in self._candidates:
            self._candidates[title] = list(self._open(title))
        return self._candidates[title]

    def _open(self, title: Title) -> Iterator[Came]:
        kits = [ref.removeprefix(layout.KITS) for ref in self.store.refs(layout.KITS)]
        for kit in (*kits, identity.HUB):
            for commit, edit in signed.of_page(self.store, kit, title, self.site):
                if self.owners.get(edit.id, kit) == kit and self._may_come(edit):
                    yield Came(edit, commit)

    def _may_come(self, edit: Edit) -> bool:
        told = self.standing.get(edit.id)
        if told is None or edit.id in self.published:
            return told is None and edit.kit == identity.HUB
        return told.outcome is Outcome.RECEIVED or told.outcome.waits or told.outcome.turns_away

    @cached_property
    def _now(self) -> Whereabouts:
        return Whereabouts(self.store, self.base.upstream)
