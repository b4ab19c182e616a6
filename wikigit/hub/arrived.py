"""Recognise the edits that came to main by other ways: by a forge's button, squashed, rebased or picked.

By the edit's id wherever a commit names it, else by its text: a commit brings an edit whose replay changes the page
before it and not the page after it. What is believed of an edit is the commit in which it came; a copy only says
that it is here. Nothing here decides what becomes of an edit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from wikigit.core import identity, message, path
from wikigit.core.edit import Edit, check_credit
from wikigit.core.errors import MessageError, RepoError, WikigitError
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.hub import check, signed
from wikigit.hub.known import Known
from wikigit.hub.presence import Came, brought, lacks, stands, without
from wikigit.repo import edits, layout, mainline, upstream
from wikigit.repo.mainline import Mainline
from wikigit.repo.store import Commit, Store
from wikigit.wikitext.conflict import Conflict


@dataclass(slots=True)
class Page:
    """What happened to one page since main was computed.

    `came`: edits that are new to main, in order. `away`: edits that came and must not be there but by right: declined,
    or not what they say; published, or in the queue, and changed by others since. `gone`: edits that a commit took
    out, with its first line. `open`: edits that did not come, whose words are known.
    """

    came: list[Came] = field(default_factory=list)
    away: list[Edit] = field(default_factory=list)
    gone: dict[str, str] = field(default_factory=dict)
    open: list[Edit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Arrived:
    """What people's commits brought and took, page by page; a sentence for each that cannot be believed.

    `turned_away`: the ids of edits that came although they were declined.
    """

    pages: dict[Title, Page] = field(default_factory=dict)
    doubted: list[str] = field(default_factory=list)
    turned_away: list[str] = field(default_factory=list)


def read(store: Store, base: Mainline, tip: str, by: str) -> Arrived:
    """Read people's commits between `base` and `tip`.

    `by` is whose words those are whose commit has no name that a credit can carry.
    """
    reading = _Reading(store, base, by)
    for commit_id in in_order(store, tip, base.tip, base.upstream):
        reading.look_at(store.read(commit_id))
    reading.compare(store.read(tip).tree)
    return reading.arrived


def in_order(store: Store, tip: str, *without: str) -> list[str]:
    """The commits from `tip` back to those that `without` reach, as they came: what a merge joins, right before it."""
    new = set(store.history(tip, *without))
    ordered: list[str] = []
    open_ = [(tip, False)]
    while open_:
        commit_id, joined = open_.pop()
        if joined:
            ordered.append(commit_id)
        elif commit_id in new:
            new.remove(commit_id)
            open_.append((commit_id, True))
            open_ += [(parent, False) for parent in reversed(store.read(commit_id).parents)]
    return ordered


class _Reading:
    """The commits read so far, and what they brought."""

    def __init__(self, store: Store, base: Mainline, by: str) -> None:
        self.store, self.base, self.by = store, base, by
        self.known = Known(store, base)
        self.arrived = Arrived()
        self.seen = {entry.edit for entry in base.entries}

    def look_at(self, commit: Commit) -> None:
        """Read one commit. A merge brings nothing but what it joins."""
        if len(commit.parents) != 1:
            return
        named = [self._by_id(edit, commit) for edit in self._in_turn(message.ids_in(commit.text))]
        if not any(named):
            for file in mainline.touched(self.store, commit):
                if title := self._title(file):
                    self._by_text(commit, title)

    def compare(self, tree: str) -> None:
        """Look at the tip itself: at edits that came back, and at those that came in a merge's text alone."""
        for title, page in self.arrived.pages.items():
            known = {edit.id: edit for edit in (*self.known.queue.get(title, ()), *(came.edit for came in page.came))}
            text = self._wikitext(tree, title)
            page.gone = {edit: said for edit, said in page.gone.items() if not stands(text, known[edit], self.site)}
        base = self.store.read(self.base.tip).tree
        for title in filter(None, map(self._title, mainline.managed(self.store, base, tree))):
            left = [edit for edit in self.known.queue.get(title, ()) if edit.id in self._page(title).gone]
            before, after = self._less(self._wikitext(base, title), left), self._wikitext(tree, title)
            if after is not None and not isinstance(before, Conflict):
                self._brought_in(title, before, after)
            unseen = [one.edit for one in self.known.candidates(title) if one.edit.id not in self.seen]
            self._page(title).open = unseen

    @property
    def site(self) -> Site:
        return self.base.site

    def _page(self, title: Title) -> Page:
        return self.arrived.pages.setdefault(title, Page())

    def _came(self, found: Came, *, turned: bool) -> None:
        page = self._page(found.edit.title)
        self.seen.add(found.edit.id)
        if turned:
            page.away.append(found.edit)
        else:
            page.came.append(replace(found, turn=len(self.seen)))

    # By the edit's id

    def _in_turn(self, ids: Sequence[str]) -> Sequence[str]:
        """The edits that one commit names as they were made: git lists what it squashes from the newest on."""
        return ids if len(ids) < 2 else sorted(ids, key=self.known.place)

    def _by_id(self, edit: str, commit: Commit) -> bool:
        """Take note of an edit that a commit names, as it came first; whether it is known by that."""
        says = _kit_in(commit, edit)
        kit = self.known.owners.get(edit, says or identity.HUB)
        if says not in ("", kit):
            return self._doubt(edit, commit, f"it is of {kit}, not of {says}")
        if edit in self.seen:
            self._again(edit)
            return True
        own = commit.id if says and signed.is_by(self.store, commit.id, kit) else ""
        found = self.known.source(edit, kit, own) or (self.known.read(own) if own else None)
        if found is None:
            return kit != identity.HUB and self._doubt(edit, commit, f"it was never received from {kit}")
        self._came(found, turned=self.known.answered(edit))
        if self.known.turned_away(edit):
            self.arrived.turned_away.append(edit)
        return True

    def _again(self, edit_id: str) -> None:
        """An edit of the queue comes a second time: what is left of it on main by now is right."""
        for title, edits_ in self.known.queue.items():
            self._page(title).away += [edit for edit in edits_ if edit.id == edit_id]

    def _doubt(self, edit: str, commit: Commit, why: str) -> bool:
        """Leave out the words of a commit that says it is an edit, and is not; whether they can be told."""
        found = self.known.read(commit.id)
        if found is None:
            return False
        said = f"The commit {commit.id[:10]} says that it is {edit}; {why}. Its words are left out."
        self.arrived.doubted.append(said)
        self._page(found.edit.title).away.append(found.edit)
        return True

    # By its text

    def _by_text(self, commit: Commit, title: Title) -> None:
        """Take note of what a commit without an edit's id did to one page."""
        before, after = (self._wikitext(tree, title) for tree in (self.store.read(commit.parents[0]).tree, commit.tree))
        if after is None or after == before:
            return
        old = self._less(before, self._taken_out(commit, title, before, after))
        if isinstance(old, Conflict):
            return  # not to be told apart here; what the tip has of it is left over
        new = self._less(after, self._brought_in(title, old, after))
        if not isinstance(new, Conflict) and new not in (None, old):
            self._came(Came(self._own_words(commit, title, old, new)), turned=False)

    def _taken_out(self, commit: Commit, title: Title, before: str | None, after: str) -> list[Edit]:
        """Take note of the edits that stood on a page before a commit, and do not after it."""
        left = [e for e in self._here(title) if lacks(after, e, self.site) and not lacks(before, e, self.site)]
        self._page(title).gone |= {edit.id: commit.text.split("\n")[0] for edit in left}
        return left

    def _here(self, title: Title) -> list[Edit]:
        """The edits that stand on a page by now and may be taken out: not those that are on their way to the wiki."""
        page = self._page(title)
        here = [*self.known.queue.get(title, ()), *(came.edit for came in page.came)]
        return [edit for edit in here if edit.id not in self.known.under_way and edit.id not in page.gone]

    def _brought_in(self, title: Title, before: str | None, after: str) -> list[Edit]:
        """Take note of the known edits whose text a commit brought; returns those that must not be there."""
        away: list[Edit] = []
        unseen = [one for one in self.known.candidates(title) if one.edit.id not in self.seen]
        for one in brought(unseen, before, after, self.site):
            turned = self.known.turned_away(one.edit.id)
            self._came(self.known.source(one.edit.id, one.edit.kit) or one, turned=turned)
            away += [one.edit] if turned else []
        return away

    def _less(self, wikitext: str | None, edits_: Sequence[Edit]) -> str | Conflict | None:
        """A text without some edits."""
        result: str | Conflict | None = wikitext
        for edit in reversed(edits_):
            if isinstance(result, Conflict):
                break
            result = without(result, edit, self.site)
        return result

    def _title(self, file: str) -> Title | None:
        """The page that a file is, None where it is none."""
        try:
            return path.title(file, self.site) if file.startswith(layout.PAGES + "/") else None
        except WikigitError:
            return None

    def _wikitext(self, tree: str, title: Title) -> str | None:
        try:
            return check.page_text(self.store, tree, title, self.site)
        except RepoError:
            return None

    def _own_words(self, commit: Commit, title: Title, before: str | None, after: str) -> Edit:
        """What a person changed in a plain commit, as an edit of theirs."""
        try:
            name = self.by if identity.is_writer(commit.author) else check_credit(commit.author)
        except WikigitError:
            name = self.by
        return own_words(self.store, self.base, commit, title, name, (before, after))


def own_words(
    store: Store, base: Mainline, commit: Commit, title: Title, name: str, pair: tuple[str | None, str]
) -> Edit:
    """Words in a commit that are nobody's edit, as an edit of a volunteer with this name: the same each time."""
    row = upstream.row(store, base.upstream, title)
    digest = hashlib.sha256(f"{commit.id} {layout.page(title)} {pair[1]}".encode()).digest()
    return Edit(
        id=identity.edit_id(digest[: identity.EDIT_BYTES]),
        title=title,
        before=pair[0],
        after=pair[1],
        summary=message.clean_summary(commit.text.split("\n")[0]) if len(commit.parents) == 1 else "",
        kit=identity.HUB,
        contributor=identity.volunteer_id(name),
        day=edits.day_of(commit),
        credit=name,
        base_revision=row.revision if row else None,
    )


def _kit_in(commit: Commit, edit_id: str) -> str:
    """The kit that a commit says an edit is of; "" where it is not this edit's own commit, or cannot be believed."""
    try:
        told = commit.message
    except MessageError:
        return ""
    return told.get("Kit") if told.get("Edit") == edit_id else ""
