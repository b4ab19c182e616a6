"""Whose an edit is: its id belongs to the kit that signed it first, its text to the commit in which it came.

Commits that carry the same id elsewhere (rebased, picked, squashed, forged) say nothing about it. Nothing here
writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.errors import MessageError, WikigitError
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import edits, layout, receipts
from wikigit.repo.store import Store
from wikigit.wikitext import changes


def owners(store: Store) -> dict[str, str]:
    """The kit of each edit that ever came here, `hub` for a volunteer's: by the hub's first line about it."""
    lines = [line for line in receipts.read(store) if line.writer == identity.HUB]
    return {line.edit: line.kit for line in sorted(lines, key=lambda line: line.seq, reverse=True)}


def commit_of(store: Store, edit: str, kit: str) -> str:
    """The commit in which an edit of this kit came: on the kit's branch, a volunteer's on any of theirs; "" for none.

    Where it came twice, the first.
    """
    for tip in branches(store, kit):
        for commit_id in reversed(edits.commits_of(store, edit, tip)):
            if is_by(store, commit_id, kit):
                return commit_id
    return ""


def branches(store: Store, kit: str) -> Iterator[str]:
    """The tips of the branches on which edits of this kit come."""
    if kit != identity.HUB:
        tip = store.tip(layout.kit(kit))
        yield from [tip] if tip else []
        yield from store.refs(f"{layout.FORKS}{kit}/").values()
        return
    for ref, tip in store.refs(layout.HEADS).items():
        if ref not in (layout.MAIN, layout.UPSTREAM) and not ref.startswith((layout.KITS, layout.OURS)):
            yield tip


def is_by(store: Store, commit_id: str, kit: str) -> bool:
    """Whether a commit is an edit as this kit, or a volunteer of the hub, commits it; a copy is by who made that."""
    commit = store.read(commit_id)
    try:
        told = commit.message
    except MessageError:
        return False
    if len(commit.parents) != 1 or told.body or told.get("Kit") != kit or told.get("From"):
        return False
    return commit.committer != kit if kit == identity.HUB else commit.committer == kit


def is_accepted(store: Store, commit_id: str) -> bool:
    """Whether a commit is an edit as the hub accepted it."""
    return store.read(commit_id).committer == identity.HUB


def same(one: Edit, other: Edit) -> bool:
    """Whether two commits hold the same edit, word for word."""
    return (one.kit, one.title, one.pair) == (other.kit, other.title, other.pair)


def same_words(one: Edit, other: Edit) -> bool:
    """Whether two commits, perhaps on different texts, do the same to the same page: a kit's, and its heir's."""
    if one.title != other.title or (one.before is None) != (other.before is None):
        return False
    return one.pair == other.pair or list(changes.difference(*one.pair)) == list(changes.difference(*other.pair))


def of_page(store: Store, kit: str, title: Title, site: Site) -> Iterator[tuple[str, Edit]]:
    """A kit's edits of one page as they came, as (commit id, edit), oldest first."""
    listed = (reversed(edits.commits_of_page(store, title, tip)) for tip in branches(store, kit))
    seen: set[str] = set()
    for commit_id in chain.from_iterable(listed):
        edit = read(store, commit_id, site) if is_by(store, commit_id, kit) else None
        if edit is not None and edit.id not in seen:
            seen.add(edit.id)
            yield commit_id, edit


def read(store: Store, commit_id: str, site: Site) -> Edit | None:
    """The edit in a commit; None where it is none after all: people's branches hold what people make."""
    try:
        return edits.read(store, commit_id, site)
    except WikigitError:
        return None
