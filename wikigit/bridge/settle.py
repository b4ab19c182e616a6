"""Which of the wiki's revisions are ours, and what became of steps that nobody heard the answer of.

A revision is ours if a receipt says so, or if it carries the step id of an open intent and its account and sha1
agree (of one that was imported, its author's name and sha1): a summary alone proves nothing. What a person reverted
was published all the same and is never sent again. Pure; nothing here asks the wiki.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from wikigit.bridge.importing import Found
from wikigit.core import attribution, identity
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision, Row
from wikigit.core.title import Title
from wikigit.repo.queue import Entry
from wikigit.repo.runs import Intent
from wikigit.wiki.door import Changes, LogEvent

NOTHING: Mapping[str, Found] = MappingProxyType({})
_HIDING = frozenset({"delete", "suppress", "move"})


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known of our own revisions.

    `edits`: revision id → the edits it was made of. `receipts`: what was found out just now. `open`: intents
    that are still open, `settled`: whether any was closed.
    """

    edits: Mapping[int, tuple[str, ...]]
    receipts: tuple[Receipt, ...]
    open: tuple[Intent, ...]
    settled: bool
    standing: Mapping[str, Receipt]

    def retired(
        self, row: Callable[[Title], Row | None], entries: Iterable[Entry], touched: Collection[Title]
    ) -> set[str]:
        """Edits of the queue that upstream holds by now: published, and their page fetched past that revision.

        `touched`: pages that a log event was about. There an older revision may be the head again, for good.
        """
        done = set()
        for entry in entries:
            told = self.standing.get(entry.edit)
            if told is None or told.writer != identity.BRIDGE or told.outcome not in _DONE:
                continue
            here = row(entry.title)
            if entry.title in touched or here is None or not told.ref.isdigit() or here.revision >= int(told.ref):
                done.add(entry.edit)
        return done


_DONE = frozenset(
    {
        Outcome.PUBLISHED,
        Outcome.ALREADY_THERE,
        Outcome.REVERTED,
        Outcome.REWORKED,
        Outcome.ALIVE,
        Outcome.SUPPRESSED,
    }
)


_IN_IT = frozenset({Outcome.PUBLISHED, Outcome.ALREADY_THERE, Outcome.ALIVE, Outcome.SUPPRESSED})
"""Outcomes whose receipt points to the revision that holds the edit: of a revert it is somebody else's."""


def settle(
    intents: Sequence[Intent], changes: Changes, standing: Mapping[str, Receipt], day: str,
    imported: Mapping[str, Found] = NOTHING,
) -> Settled:  # fmt: skip
    """Compare open intents and receipts with what the wiki tells. `imported`: what was found of steps in histories."""
    kits = {edit: receipt.kit for edit, receipt in standing.items()}
    edits: dict[int, tuple[str, ...]] = {}
    for edit, receipt in standing.items():
        if receipt.writer == identity.BRIDGE and receipt.outcome in _IN_IT and receipt.ref.isdigit():
            edits[int(receipt.ref)] = (*edits.get(int(receipt.ref), ()), edit)
    found: list[Receipt] = []
    still_open: list[Intent] = []
    for intent in intents:
        if all(e in standing and standing[e].outcome in _DONE for e in intent.edits):
            continue
        told = _told(intent, changes, day, kits, imported.get(intent.step))
        if told and told[0].outcome is Outcome.PUBLISHED:
            edits[int(told[0].ref)] = intent.edits
        found += told
        if not told:
            still_open.append(intent)
    return Settled(edits, tuple(found), tuple(still_open), len(still_open) < len(intents), standing)


def unheard(revisions: Iterable[Revision], intents: Iterable[Intent], standing: Mapping[str, Receipt]) -> set[str]:
    """The steps that revisions name of which neither an open intent nor a receipt knows."""
    known = {told.ref for told in standing.values() if told.writer == identity.BRIDGE and told.outcome in _IN_IT}
    said = [attribution.parse(revision.summary) for revision in revisions if str(revision.id) not in known]
    return {one.step for one in said if one is not None} - {intent.step for intent in intents}


def late(ended: Iterable[Intent], revisions: Iterable[Revision]) -> list[Intent]:
    """Of intents that are closed by now those that the wiki carried out all the same, after their edits were set aside.

    Once more an intent is only believed where account and sha1 agree; of a step that was sent twice, one of them.
    """
    revisions = list(revisions)
    came = {intent.step: intent for intent in ended if _agrees(_landed(intent, revisions), intent)}
    return list(came.values())


def _agrees(revision: Revision | None, intent: Intent) -> bool:
    return revision is not None and (revision.account, revision.sha1) == (intent.account, intent.sha1)


def _told(intent: Intent, changes: Changes, day: str, kits: Mapping[str, str], imported: Found | None) -> list[Receipt]:
    """Receipts for an intent whose answer got lost: published, or unclear and for a person; none if not sent."""
    revision = _landed(intent, changes.revisions)
    if imported is not None:
        outcome, code, ref = imported.outcome(intent.step, intent.sha1)
        code = code or "found"
    elif revision is not None and _agrees(revision, intent):
        outcome, code, ref = Outcome.PUBLISHED, "found", str(revision.id)
    elif revision is not None:
        outcome, code, ref = Outcome.HELD, "not-as-sent", str(revision.id)
    elif any(_hides(event, intent) for event in changes.events):
        outcome, code, ref = Outcome.HELD, "page-moved-or-deleted", ""
    else:
        return []
    return [Receipt(edit, outcome, code, ref, day, kit=kits.get(edit, "")) for edit in intent.edits]


def _hides(event: LogEvent, intent: Intent) -> bool:
    """Whether this may have taken our revision out of sight since the run began."""
    return event.type in _HIDING and intent.title in (event.title, event.target) and event.time >= intent.time


def _landed(intent: Intent, revisions: Iterable[Revision]) -> Revision | None:
    for revision in revisions:
        if attribution.is_author(revision.account):  # imported: its place in the history tells, see `importing`
            continue
        said = attribution.parse(revision.summary)
        if said is not None and said.step == intent.step and revision.title == intent.title:
            return revision
    return None
