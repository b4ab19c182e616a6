"""Edits as commits: one page, one path, trailers that name it.

Nothing here decides whether an edit may go anywhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from pygit2.enums import FileMode

from wikigit.core import identity, message
from wikigit.core.edit import Edit
from wikigit.core.errors import MessageError, RepoError
from wikigit.core.site import Site
from wikigit.repo import git, layout, objects
from wikigit.repo.objects import Signature
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
    commit = store.read(commit_id)
    if len(commit.parents) > 1:
        raise RepoError(f"The commit {commit_id[:10]} is a merge, not an edit.", hint="Run `wikigit verify`.")
    before_tree = store.read(commit.parents[0]).tree if commit.parents else None
    told = message.to_edit(commit.message, site, before=None, after="", day=day_of(commit))
    path = layout.page(told.title)
    if objects.changed(store.git, before_tree, commit.tree) != [path]:
        raise RepoError(
            f"The commit {commit_id[:10]} does not change {told.title} alone.",
            hint="Ask for one commit for each page.",
        )
    entry = objects.find(store.git, commit.tree, path)
    if entry is None or entry[1] != FileMode.BLOB:
        raise RepoError(
            f"The commit {commit_id[:10]} leaves no page {told.title}.",
            hint="Pages are removed on the wiki only.",
        )
    before = store.wikitext_in(before_tree, told.title) if before_tree else None
    after = store.wikitext_in(commit.tree, told.title)
    return message.to_edit(commit.message, site, before=before, after=after or "", day=told.day)


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
    for commit_id in commits:
        commit = store.read(commit_id)
        if len(commit.parents) == 1 and is_edit(commit):
            yield commit_id, read(store, commit_id, site)


def commits_of(store: Store, edit: str, tip: str) -> list[str]:
    """The commits of one edit in the history of `tip`, newest first."""
    line = f"Wikigit-Edit: {edit}"
    words = ("log", "--topo-order", "--format=%H", "--fixed-strings", f"--grep={line}", tip, "--")
    found = git.run(store.path, *words).decode().split()
    return [commit for commit in found if line in store.read(commit).text.split("\n")]


def published(store: Store, upstream: str) -> set[str]:
    """The ids of all edits that the wiki's history, as fetched up to `upstream`, holds."""
    ids: set[str] = set()
    words = ("log", "--format=%H", "--fixed-strings", "--grep=Wikigit-Edits: ", upstream, "--")
    for commit_id in git.run(store.path, *words).decode().split():
        try:
            ids.update(store.read(commit_id).message.get("Edits").split())
        except MessageError:
            continue  # somebody's summary on the wiki that looks like a trailer
    return ids
