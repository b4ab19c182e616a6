"""The edits that wait for a person: whose they are, where they meet the page, and what they say.

Nothing here decides, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError
from wikigit.core.receipt import Receipt
from wikigit.hub import signed
from wikigit.repo import edits, mainline, receipts
from wikigit.repo.mainline import Mainline
from wikigit.repo.store import Store
from wikigit.repo.whereabouts import Whereabouts
from wikigit.wikitext.changes import Piece, changed_lines
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.replay import replay_one


@dataclass(frozen=True, slots=True)
class Waiting:
    """One edit that waits: the commit whose pair counts, its receipt, and how it meets main's page.

    `page` is the text there, None for no such page. `conflict` is None where the edit would fit by now.
    `changed`: what the edit changed of the text that it was written on.
    """

    edit: Edit
    commit: str
    receipt: Receipt
    page: str | None
    conflict: Conflict | None
    changed: tuple[tuple[Piece, ...], ...]


def everything(store: Store) -> Iterator[Waiting]:
    """Every edit that waits, with what a volunteer needs to decide."""
    main = mainline.read(store)
    for receipt in receipts.standing(store).values():
        if receipt.outcome.waits:
            yield _waiting(store, main, receipt)


def one(store: Store, main: Mainline, edit: str) -> Waiting:
    """One edit that waits. Raises RepoError where it does not."""
    receipt = receipts.standing(store).get(edit)
    if receipt is None or not receipt.outcome.waits:
        state = f"is {receipt.outcome}" if receipt else "was never received here"
        raise RepoError(f"{edit} does not wait: it {state}.", hint="List those that wait: wikigit hub conflicts")
    return _waiting(store, main, receipt)


def newest_commit(store: Store, edit: str, kit: str, main: str) -> str:
    """The commit whose pair counts: the last accepted one where the edit ever was in the queue, else its author's."""
    here = edits.commits_of(store, edit, main)
    accepted = [commit for commit in here if signed.is_accepted(store, commit)]
    own = (signed.commit_of(store, edit, kit), *(commit for commit in here if signed.is_by(store, commit, kit)))
    found = next(filter(None, (*accepted, *own)), "")
    if not found:
        raise RepoError(
            f"No commit of {edit} is here.", hint="Ask the kit for everything: wikigit kit send STICK --full"
        )
    return found


def _waiting(store: Store, main: Mainline, receipt: Receipt) -> Waiting:
    commit = newest_commit(store, receipt.edit, receipt.kit, main.tip)
    edit = Whereabouts(store, main.upstream).followed(commit, edits.read(store, commit, main.site))
    page = store.wikitext(main.tip, edit.title)
    result = replay_one(page, edit.pair, main.site)
    changed = tuple(tuple(line) for line in changed_lines(*edit.pair))
    return Waiting(edit, commit, receipt, page, result if isinstance(result, Conflict) else None, changed)
