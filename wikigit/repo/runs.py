"""Publishing runs: what the bridge is about to send, written down before it sends.

One ref; its tip's tree holds `intents.tsv` while a run is open and nothing when all runs are closed.
Opening and closing both add a commit, so that whoever changes the queue meanwhile is refused and looks
again. Nothing here knows how an intent is settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wikigit.core import identity, message
from wikigit.core.errors import RepoError
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import edits, layout, tables
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

FILE = "intents.tsv"


@dataclass(frozen=True, slots=True)
class Intent:
    """One step of a run: the page, the head it was planned on (0: no page), the sha1 of its text, its edits.

    `account` is the one that sends it: a revision is ours only if account and sha1 agree. `time` is the
    wiki's clock when the run began.
    """

    step: str
    title: Title
    head: int
    sha1: str
    account: str
    time: str
    edits: tuple[str, ...]


def read(store: Store, site: Site) -> list[Intent]:
    """The intents of the run that is open, none where no run is."""
    tip = store.tip(layout.RUNS)
    return at(store, tip, site) if tip else []


def at(store: Store, tip: str, site: Site) -> list[Intent]:
    """The intents that were open at a commit of the ref."""
    intents = []
    for step, title, head, sha1, account, time, held in tables.parse(store.file(tip, FILE), 7, FILE):
        ids = tuple(held.split(" "))
        if not (identity.is_step(step) and all(identity.is_edit(edit) for edit in ids)):
            raise RepoError(f"{FILE} on wikigit/runs holds a line that wikigit does not write.", hint="Ask the hub.")
        intents.append(Intent(step, Title.parse(title, site), tables.number(head, FILE), sha1, account, time, ids))
    return intents


def write(store: Store, intents: Sequence[Intent], subject: str, day: str) -> Move:
    """Open a run with these intents, or close it with none; returns the move of the ref."""
    old = store.tip(layout.RUNS)
    data = tables.write((i.step, i.title, i.head, i.sha1, i.account, i.time, " ".join(i.edits)) for i in intents)
    tree = store.tree_with(None, {FILE: data}) if data else store.empty_tree()
    text = message.compose(subject, {})
    commit = store.commit(tree, [old] if old else [], text, author=edits.signature(identity.BRIDGE, day))
    return Move(layout.RUNS, old, commit)
