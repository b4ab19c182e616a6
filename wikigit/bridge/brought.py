"""What was imported in our name, brought to a fetch: the wiki's list of changes passes it over, for it bears old times.

The log of imports, our receipts and what an open run was about to send say where to look. Nothing here decides what
is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from wikigit.bridge import importing
from wikigit.bridge.importing import Found
from wikigit.core import identity
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.repo.queue import Entry
from wikigit.repo.runs import Intent
from wikigit.wiki.door import Changes, Wiki


@dataclass(frozen=True, slots=True)
class Expected:
    """What a fetch looks for: the open intents, and the pages of revisions that receipts tell of."""

    intents: Sequence[Intent]
    told: Mapping[int, Title]


def expected(intents: Sequence[Intent], entries: Sequence[Entry], standing: Mapping[str, Receipt]) -> Expected:
    """What is to be found on the wiki: of the queue, what was published and not yet fetched, and what may be there."""
    told = {entry.edit: (standing[entry.edit], entry.title) for entry in entries if entry.edit in standing}
    ours = {
        int(receipt.ref): title
        for receipt, title in told.values()
        if (receipt.writer, receipt.outcome) == (identity.BRIDGE, Outcome.PUBLISHED) and receipt.ref.isdigit()
    }
    return Expected(intents, ours)


def brought(
    wiki: Wiki, changes: Changes, looked_for: Expected, known: Callable[[Title], int], carries: Callable[[Title], bool]
) -> tuple[Changes, Mapping[str, Found]]:
    """The changes, with imported revisions that are newer than what is `known` of their pages; our intents' by step.

    One request for each page that something was imported to, and one for fifty texts.
    """
    found: dict[str, Found] = {}
    here = {revision.id for revision in changes.revisions}
    missing = {number for number, title in looked_for.told.items() if number > known(title)} - here
    for title in filter(carries, _titles(changes, looked_for.intents)):
        ours = [intent for intent in looked_for.intents if intent.title == title]
        history = wiki.history(title, min([known(title), *(intent.head for intent in ours)]), older=1)
        missing |= {r.id for r in history if importing.step_of(r) and r.id > known(title)} - here
        found |= _found(ours, history)
    more = wiki.revisions(sorted(missing)) if missing else {}
    revisions = sorted([*changes.revisions, *more.values()], key=_age) if more else changes.revisions
    return replace(changes, revisions=tuple(revisions)), found


def _found(intents: Sequence[Intent], history: Sequence[Revision]) -> dict[str, Found]:
    """Where the steps of one page's intents stand in its history, if they are there."""
    found: dict[str, Found] = {}
    for head in {intent.head for intent in intents}:
        stands = importing.find({intent.step for intent in intents if intent.head == head}, head, history)
        found |= dict.fromkeys(stands.revisions, stands) if stands else {}
    return found


def _titles(changes: Changes, intents: Sequence[Intent]) -> Collection[Title]:
    """Pages that something was imported to, or may have been: an intent's that has changed."""
    logged = [event.title for event in changes.events if event.type == "import"]
    changed = {revision.title for revision in changes.revisions}
    seen = [revision.title for revision in changes.revisions if importing.step_of(revision)]
    return dict.fromkeys([*logged, *seen, *(intent.title for intent in intents if intent.title in changed)])


def _age(revision: Revision) -> tuple[str, int]:
    return revision.time, revision.id
