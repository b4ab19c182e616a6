"""An edit that takes back another one which is not on main: nothing is to do for either, and nobody is asked.

Replayed alone it would take back what others made. Nothing here writes a receipt.
"""

from __future__ import annotations

from collections.abc import Mapping

from wikigit.core.edit import Edit
from wikigit.core.receipt import UNDONE, Outcome, Receipt
from wikigit.core.site import Site
from wikigit.repo import edits
from wikigit.repo.store import Store
from wikigit.wikitext.pairs import takes_back

_MAYBE_THERE = frozenset({"not-as-sent", "page-moved-or-deleted"})
"""Codes of held edits that may be on the wiki."""


def undone(store: Store, commit: str, edit: Edit, known: Mapping[str, Receipt], site: Site) -> list[Edit]:
    """The edits that leave together because this one takes one back that did nothing to main or the wiki.

    Both; it alone where the other is answered; none where this is an edit like any other. `commit` is this one's,
    `known` what became of edits so far.
    """
    told = known.get(edit.undoes)
    if told is None or not (_answered(told) or _open(told)):
        return []
    commits = edits.commits_of(store, edit.undoes, commit)
    other = next((e for c in commits if takes_back(edit, e := edits.read(store, c, site), site)), None)
    if other is None:
        return []
    return [edit] if _answered(told) else [other, edit]


def _answered(told: Receipt) -> bool:
    """Whether it never comes to main: it was turned away, or somebody else had done the same."""
    return told.outcome.turns_away or (told.outcome is Outcome.ALREADY_THERE and told.code != UNDONE)


def _open(told: Receipt) -> bool:
    """Whether it waits, or nobody has answered yet, and it is certainly not on the wiki."""
    return told.outcome is Outcome.RECEIVED or (told.outcome.waits and told.code not in _MAYBE_THERE)
