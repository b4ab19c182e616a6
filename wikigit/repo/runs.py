"""Publishing runs: whose turn it is to send, and what is about to be sent, written down before.

One ref. Its tip's tree holds `turn.tsv` while somebody may send, and `intents.tsv` while something sent is
not settled. Taking the turn, opening and closing each add a commit, so that whoever changes the queue
meanwhile is refused and looks again. Nothing here knows how an intent is settled.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wikigit.core import identity, message
from wikigit.core.errors import RepoError
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import edits, layout, tables
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

FILE = "intents.tsv"
TURN = "turn.tsv"


@dataclass(frozen=True, slots=True)
class Intent:
    """One step of a run: the page, the head it was planned on (0: no page), the sha1 of its text, its edits.

    `account` is the one that sends it: a revision is ours only if account and sha1 agree, or if it was imported
    under an author's name and the sha1 agrees. `time` is the wiki's clock when the run began.
    """

    step: str
    title: Title
    head: int
    sha1: str
    account: str
    time: str
    edits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Who may send, and until when by the wiki's clock, `YYYY-MM-DDTHH:MM:SSZ`; no machine's clock is asked.

    `nonce` is drawn anew for each run: two that take the same turn at once are two commits, and one is refused.
    """

    nonce: str
    until: str


def turn(store: Store) -> Turn | None:
    """Whose turn it is, None where nobody's."""
    tip = store.tip(layout.RUNS)
    for nonce, until in tables.parse(store.file(tip, TURN), 2, TURN) if tip else ():
        return Turn(nonce, until)
    return None


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


def ended(store: Store, steps: Collection[str], site: Site) -> list[Intent]:
    """The intents with these steps of every run that there was."""
    tip = store.tip(layout.RUNS)
    commits = store.history(tip, first_parent=True) if tip and steps else []
    return [intent for commit in commits for intent in at(store, commit, site) if intent.step in steps]


def accounts(store: Store, site: Site) -> set[str]:
    """The account that the last run sent with; empty where there was none."""
    tip = store.tip(layout.RUNS)
    for commit in reversed(store.history(tip, first_parent=True) if tip else []):
        if found := {intent.account for intent in at(store, commit, site)}:
            return found
    return set()


def write(store: Store, intents: Sequence[Intent], subject: str, day: str) -> Move:
    """Open a run with these intents, or close it with none; returns the move of the ref. The turn stays."""
    return _write(store, intents, turn(store), subject, day)


def hand(store: Store, to: Turn | None, intents: Sequence[Intent], subject: str, day: str) -> Move:
    """Give the turn to a run, or to nobody, with the intents that are open then; returns the move of the ref."""
    return _write(store, intents, to, subject, day)


def _write(store: Store, intents: Sequence[Intent], whose: Turn | None, subject: str, day: str) -> Move:
    old = store.tip(layout.RUNS)
    opened = tables.write((i.step, i.title, i.head, i.sha1, i.account, i.time, " ".join(i.edits)) for i in intents)
    files = {FILE: opened, TURN: tables.write([(whose.nonce, whose.until)]) if whose else None}
    tree = store.tree_with(None, {name: data for name, data in files.items() if data})
    text = message.compose(subject, {})
    commit = store.commit(tree, [old] if old else [], text, author=edits.signature(identity.BRIDGE, day))
    return Move(layout.RUNS, old, commit)
