"""Look through a merge request before it lands on main: would every edit in it arrive whole, and may it?

For CI, where no hook runs. What is refused here could still be mended afterwards, by `reconcile`; but words that
were declined would stay in main's history for ever, and a squash loses who wrote what. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.errors import MessageError, RepoError, WikigitError
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.hub import arrived, check, signed
from wikigit.hub.presence import lacks
from wikigit.repo import edits, layout, mainline, queue, receipts, refs
from wikigit.repo.store import Commit, Store
from wikigit.wikitext.replay import replay_one


@dataclass(frozen=True, slots=True)
class Looked:
    """The edits that a merge request brings, and all that is wrong with it."""

    edits: tuple[Edit, ...]
    wrong: tuple[WikigitError, ...]


def look(store: Store, tip: str, base: str) -> Looked:
    """Look at every commit of `tip` that the branch `base` does not have. Raises RepoError where that is missing."""
    request = _Request(store, store.need(layout.HEADS + base, "Name the branch that it is to be merged into: --base"))
    found = list(request.found(tip))
    return Looked(
        tuple(one for one in found if isinstance(one, Edit)),
        tuple(one for one in found if isinstance(one, WikigitError)),
    )


def named(store: Store, tip: str) -> str:
    """The commit that a person names. Raises RepoError where there is none."""
    commit_id = refs.read(store.path, f"{tip}^{{commit}}")
    if commit_id is None:
        raise RepoError(f"There is no commit {tip} here.", hint="Fetch it first: git fetch origin COMMIT")
    return commit_id


def faithful(own: Edit, copy: Edit, site: Site) -> bool:
    """Whether a copy says of an edit what its own commit says, and does to its page what that would do."""
    if replace(copy, before=own.before, after=own.after, day=own.day) != own:
        return False
    return own.pair == copy.pair or replay_one(copy.before, own.pair, site, accepted=True) == copy.after


class _Request:
    def __init__(self, store: Store, base: str) -> None:
        self.store, self.base = store, base
        self.upstream = store.need(layout.UPSTREAM, "Run `wikigit bridge init URL`.")
        self.site = store.site(self.upstream)
        self.owners, self.standing = signed.owners(store), receipts.standing(store)
        self._branches: dict[str, set[str]] = {}

    def found(self, tip: str) -> Iterator[Edit | WikigitError]:
        """The edits and what is wrong, commit by commit."""
        for commit_id in arrived.in_order(self.store, tip, self.base):
            commit = self.store.read(commit_id)
            if any(line.lstrip().casefold().startswith(_MAINS) for line in commit.text.split("\n")):
                yield RepoError(
                    f"The commit {commit_id[:10]} passes for main as wikigit computes it.",
                    hint="Take the lines Wikigit-Upstream and Wikigit-Merge out of its message.",
                )
            elif len(commit.parents) > 1:
                yield from self._merge(commit)
            elif touched := mainline.touched(self.store, commit):
                yield from self._change(commit, touched)

    def _merge(self, commit: Commit) -> Iterator[WikigitError]:
        """A merge: what it makes by hand must be pages that the wiki would take."""
        sides = [mainline.managed(self.store, self.store.read(p).tree, commit.tree) for p in commit.parents]
        for file in sorted(set[str].intersection(*map(set, sides))):
            if not file.startswith(layout.PAGES + "/"):
                yield _wikigits(commit, file)
                continue
            try:
                title = check.page_title(file, self.site)
                if check.page_text(self.store, commit.tree, title, self.site) is None:
                    yield RepoError(f"{title} would be removed.", hint="Pages are removed on the wiki only.")
            except WikigitError as exc:
                yield exc

    def _change(self, commit: Commit, touched: list[str]) -> Iterator[Edit | WikigitError]:
        """A commit that changes what wikigit computes: it must be an edit."""
        try:
            if not edits.is_edit(commit):
                yield from self._plain(commit, touched)
                return
        except MessageError as exc:
            yield MessageError(
                f"The trailers of the commit {commit.id[:10]} are damaged: {exc.message}",
                hint="Was it squashed or amended? Merge the branch as it is, with a merge commit.",
            )
            return
        try:
            edit = check.sound(self.store, commit.id, self.site)
        except WikigitError as exc:
            yield exc
        else:
            wrong = self._wrong(commit, edit)
            yield wrong or edit

    def _plain(self, commit: Commit, touched: list[str]) -> Iterator[WikigitError]:
        """A commit without trailers that changes pages, or what else wikigit writes."""
        for file in touched:
            if not file.startswith(layout.PAGES + "/"):
                yield _wikigits(commit, file)
                continue
            try:
                title = check.page_title(file, self.site)
            except WikigitError as exc:
                yield exc
                continue
            taken_out = next(self._taken_out(commit, title), None)
            if taken_out:
                yield RepoError(
                    f"The commit {commit.id[:10]} takes {taken_out.id} out of {title}.",
                    hint=f"Decline it instead: wikigit hub decline {taken_out.id} --reason CODE",
                )
            else:
                yield RepoError(
                    f"The commit {commit.id[:10]} changes {title} and has no trailers.",
                    hint="`wikigit hooks install`, and commit each page by itself; merge without squashing.",
                )

    def _taken_out(self, commit: Commit, title: Title) -> Iterator[Edit]:
        """The edits of the queue that a commit takes out of a page."""
        try:
            entries = [entry for entry in mainline.at(self.store, self.base).entries if entry.title == title]
        except RepoError:
            return
        before = self.store.wikitext(commit.parents[0], title) if commit.parents else None
        after = self.store.wikitext(commit.id, title)
        for row in queue.accepted(self.store, entries, self.upstream):
            if lacks(after, row.edit, self.site) and not lacks(before, row.edit, self.site):
                yield row.edit

    def _wrong(self, commit: Commit, edit: Edit) -> WikigitError | None:
        """What is wrong with an edit, None where nothing is."""
        kit, told = self.owners.get(edit.id, ""), self.standing.get(edit.id)
        if kit not in ("", edit.kit):
            return RepoError(f"{edit.id} is of {kit}, not of {edit.kit}.", hint="Ask who made this commit.")
        if not kit and edit.kit != identity.HUB:
            return RepoError(
                f"{edit.id} was never received from {edit.kit}.",
                hint="Receive that kit's parcel first: wikigit hub receive STICK",
            )
        if not all(faithful(own, edit, self.site) for own in self._own(commit, edit)):
            return RepoError(
                f"The commit {commit.id[:10]} changes {edit.title} otherwise than {edit.id} does.",
                hint="Merge the branch of its kit as it is; words of your own go into a commit of your own.",
            )
        if told and told.outcome.turns_away:
            return RepoError(
                f"{edit.id} was {told.outcome}; its words would stay in main's history.",
                hint="Merge without it: wikigit hub merge KIT",
            )
        if told and told.outcome.waits:
            return RepoError(
                f"{edit.id} waits for a person: {told.outcome}.",
                hint=f"Decide first (wikigit hub resolve {edit.id}), or merge without it: wikigit hub merge KIT",
            )
        return None

    def _own(self, commit: Commit, edit: Edit) -> Iterator[Edit]:
        """An edit as it came, and as it was when it was accepted; nothing where this is the commit in which it came."""
        if edit.id not in self.owners or commit.id in self._sent(edit.kit):
            return
        accepted = [c for c in edits.commits_of(self.store, edit.id, self.base) if signed.is_accepted(self.store, c)]
        taken_from = [self.store.read(commit_id).message.get("From") for commit_id in accepted]
        for commit_id in {signed.commit_of(self.store, edit.id, edit.kit), *taken_from} - {""}:
            own = signed.read(self.store, commit_id, self.site) if self.store.has(commit_id) else None
            if own is not None:
                yield own

    def _sent(self, kit: str) -> set[str]:
        """The commits on a kit's branch; none of volunteers, who may still amend theirs."""
        if kit not in self._branches:
            tips = signed.branches(self.store, kit) if kit != identity.HUB else ()
            self._branches[kit] = {commit for tip in tips for commit in self.store.history(tip, self.upstream)}
        return self._branches[kit]


_MAINS = ("wikigit-upstream", "wikigit-merge")


def _wikigits(commit: Commit, file: str) -> WikigitError:
    return RepoError(
        f"The commit {commit.id[:10]} changes {file}, which is written by wikigit alone.",
        hint="Leave that file as it is.",
    )
