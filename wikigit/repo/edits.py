"""Edits as commits: one page, one path, trailers that name it.

Nothing here decides whether an edit may go anywhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from pygit2.enums import FileMode

from wikigit.core import identity, message
from wikigit.core.edit import Edit
from wikigit.core.errors import MessageError, RepoError
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import compared, layout, objects
from wikigit.repo.objects import Change, Signature
from wikigit.repo.store import Commit, Store


def signature(who: str, day: str) -> Signature:
    """How a contributor, kit or hub stands in a commit: an id, no address, a whole day."""
    return Signature(
        who,
        f"{who}@{'kit' if identity.is_kit(who) or who.startswith('c-') else 'wikigit'}.invalid",
        objects.day_time(day),
    )


def day_of(commit: Commit) -> str:
    """The day in a commit's author line, `YYYY-MM-DD`."""
    return datetime.datetime.fromtimestamp(commit.time, datetime.UTC).date().isoformat()


def is_edit(commit: Commit) -> bool:
    """Whether a commit says that it is an edit. Raises MessageError where its message cannot be believed."""
    return bool(commit.message.get("Edit"))


def read(store: Store, commit_id: str, site: Site) -> Edit:
    """The edit in a commit: before is its first parent's page, after its own.

    Raises MessageError where the trailers are wrong, RepoError where the commit changes anything else than
    the page it names.
    """
    return next(read_all(store, [commit_id], site))


def read_all(store: Store, commit_ids: Sequence[str], site: Site) -> Iterator[Edit]:
    """The edits in commits, in their order. Raises like `read`."""
    commits = [store.read(commit_id) for commit_id in commit_ids]
    for commit, changes in zip(commits, compared.changes(store, commits), strict=True):
        yield _edit(store, commit, changes, site)


def _edit(store: Store, commit: Commit, changes: Sequence[Change], site: Site) -> Edit:
    if len(commit.parents) > 1:
        raise RepoError(f"The commit {commit.id[:10]} is a merge, not an edit.", hint="Run `wikigit verify`.")
    told = message.to_edit(commit.message, site, before=None, after="", day=day_of(commit))
    path = layout.page(told.title)
    if [change.path for change in changes] != [path]:
        raise RepoError(
            f"The commit {commit.id[:10]} does not change {told.title} alone.",
            hint="Ask for one commit for each page.",
        )
    before, after = changes[0].before, changes[0].after
    if after is None or after[1] != FileMode.BLOB:
        raise RepoError(
            f"The commit {commit.id[:10]} leaves no page {told.title}.",
            hint="Pages are removed on the wiki only.",
        )
    return replace(told, before=store.text(before[0], path) if before else None, after=store.text(after[0], path))


def write(
    store: Store,
    edit: Edit,
    parent: str,
    *,
    wikitext: str,
    committer: str,
    taken_from: str = "",
    reviewed_by: str = "",
    day: str = "",
) -> str:
    """Commit `wikitext` as the edit's page on top of `parent`; returns the commit id. No ref moves."""
    tree = store.tree_with(store.read(parent).tree, {layout.page(edit.title): wikitext.encode()})
    return store.commit(
        tree,
        [parent],
        message.of_edit(edit, taken_from=taken_from, reviewed_by=reviewed_by),
        author=signature(edit.contributor, edit.day),
        committer=signature(committer, day or edit.day),
    )


def among(store: Store, commits: list[str], site: Site) -> Iterator[tuple[str, Edit]]:
    """Those of the commits that are edits, as (commit id, edit). Merges are passed over: no text is taken from one."""
    found = [commit.id for commit in map(store.read, commits) if len(commit.parents) == 1 and is_edit(commit)]
    yield from zip(found, read_all(store, found, site), strict=True)


def commits_of(store: Store, edit: str, tip: str, *without: str) -> list[str]:
    """The commits of one edit in the history of `tip`, newest first, but for what `without` reaches."""
    return _saying(store, f"Wikigit-Edit: {edit}", tip, *without)


def commits_of_page(store: Store, title: Title, tip: str) -> list[str]:
    """The commits of one page's edits in the history of `tip`, newest first."""
    return _saying(store, f"Wikigit-Page: {title}", tip)


def _saying(store: Store, line: str, tip: str, *without: str) -> list[str]:
    """The commits with a line in their message, newest first."""
    known = [f"^{commit}" for commit in without]
    words = ("log", "--topo-order", "--format=%H", "--fixed-strings", f"--grep={line}", tip, *known, "--")
    found = store.ask(*words).decode().split()
    return [commit for commit in found if line in store.read(commit).text.split("\n")]


def published(store: Store, upstream: str) -> set[str]:
    """The ids of all edits that the wiki's history, as fetched up to `upstream`, holds."""
    return set(landed(store, upstream))


def landed(store: Store, upstream: str) -> dict[str, str]:
    """Each edit that the wiki's history holds, with the commit on upstream of the revision that it is in."""
    found: dict[str, str] = {}
    words = ("log", "--format=%H", "--fixed-strings", "--grep=Wikigit-Edits: ", upstream, "--")
    for commit_id in store.ask(*words).decode().split():
        try:
            ids = store.read(commit_id).message.get("Edits").split()
        except MessageError:
            continue  # somebody's summary on the wiki that looks like a trailer
        found |= dict.fromkeys(ids, commit_id)
    return found


def accepted(store: Store, ids: Collection[str], main: str, upstream: str) -> dict[str, str]:
    """Those of the edits that were ever accepted, each with its newest accepted commit in the history of main."""
    words = ("log", "--topo-order", "--format=%H", "--fixed-strings", "--grep=Wikigit-Edit: ", main, f"^{upstream}")
    found: dict[str, str] = {}
    for commit_id in store.ask(*words, "--").decode().split():
        try:
            edit = store.read(commit_id).message.get("Edit")
        except MessageError:
            continue  # a person's own commit
        if edit in ids:
            found.setdefault(edit, commit_id)
    return found
