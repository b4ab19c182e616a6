"""One run of the bridge: what is sent, what the wiki made of it, and what is written down, in this order.

Intents are on the hub before the first edit, each page's receipts as it is done. What was refused is out of
the queue before anything else is sent. Nothing here decides what a step is, or whether it may be sent now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wikigit.bridge.gate import Gate
from wikigit.bridge.plan import Publish, Step
from wikigit.bridge.turn import Turn
from wikigit.core import attribution, identity
from wikigit.core.errors import Locked, WikiError, WikiUnreachable
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.repo import mainline, receipts, runs
from wikigit.repo.mainline import Mainline
from wikigit.repo.refs import Move
from wikigit.repo.runs import Intent
from wikigit.repo.store import Store
from wikigit.wiki.answers import WARNING
from wikigit.wiki.door import Answer, Kind, Request, Wiki

PATIENCE = 3
"""At so many edits the wiki may fail in one run; then it is not the edits."""


@dataclass(slots=True)
class Run:
    """One run of the bridge: what it has found out and not yet recorded."""

    store: Store
    wiki: Wiki
    by: str
    day: str
    clock: str
    gate: Gate
    turn: Turn
    again: bool = False
    older: set[str] = field(default_factory=set)
    unheard: set[str] = field(default_factory=set)
    warned: dict[str, str] = field(default_factory=dict)
    leaving: list[Receipt] = field(default_factory=list)
    broke: list[Answer] = field(default_factory=list)

    def open(self, pages: Sequence[Publish]) -> None:
        """Write down what is about to be sent, beside what an earlier run may still have on its way.

        Raises Locked where an edit left the queue since the plan was made.
        """
        intents = {step.id: self._intent(page, step) for page in pages for step in page.steps}
        with self.store.writing():
            main = mainline.read(self.store)
            waiting = {entry.edit for entry in main.entries}
            if not waiting.issuperset(edit for intent in intents.values() for edit in intent.edits):
                raise Locked("Somebody took an edit out of the queue; nothing was sent.", hint="Publish again.")
            for old in runs.read(self.store, main.site):
                if waiting.intersection(old.edits):
                    self.older.add(old.step)
                    self.unheard.update(old.edits)
                    intents.setdefault(old.step, old)
            self.turn.open(list(intents.values()))
        lines = receipts.read(self.store)
        self.warned = {r.edit: r.ref for r in lines if (r.writer, r.code) == (identity.BRIDGE, WARNING)}

    def _intent(self, page: Publish, step: Step) -> Intent:
        held = tuple(edit.id for edit in step.edits)
        sha1 = sha1_of(step.wikitext)
        return Intent(step.id, page.title, page.base or 0, sha1, self.wiki.account(), self.clock, held)

    def page(self, page: Publish) -> Iterator[Receipt]:
        """Send the steps of one page, each on the revision before, until one is not taken as it is.

        What is refused is out of the queue before anything else is sent, so that no program sends it again.
        """
        base = page.base
        for place, step in enumerate(page.steps, start=1):
            if not self.gate.opens():
                return
            self.turn.keep()
            answer = self.wiki.publish(self._request(page.title, step, base))
            told = self._outcome(page, step, answer)
            if told and told[0].outcome is Outcome.PUBLISHED:
                self.gate.sent += 1
                self._record(told)
                yield from told
            elif told:
                self.leaving += told
                yield from self.set_aside()
            if answer.kind is not Kind.SAVED or not told:
                self.again |= bool(told) and len(told) < sum(len(s.edits) for s in page.steps[place - 1 :])
                return
            base = answer.revision

    def _request(self, title: Title, step: Step, base: int | None) -> Request:
        ids = {edit.id for edit in step.edits}
        agreed = {self.warned.get(edit, "") for edit in ids}  # only a volunteer brings such an edit back to the queue
        return Request(
            title, step.wikitext, step.summary, base, self.clock, step.minor, self.gate.policy.tags,
            agreed=agreed.pop() if len(agreed) == 1 else "",
            resent=bool(ids & self.unheard),
        )  # fmt: skip

    def _outcome(self, page: Publish, step: Step, answer: Answer) -> list[Receipt]:
        """The receipts that an answer means; none where the page has to be planned again, or looked at by the next run.

        For a step, or for it and those after it where the whole page is not to be had.
        """
        match answer.kind:
            case Kind.SAVED | Kind.MERGED_BY_WIKI:
                return self._published(step, self._read_back(answer), answer)
            case Kind.NULL_EDIT:
                self.again = True  # the page holds this text already: the fetch tells by whose hand
                return []
            case Kind.EDIT_CONFLICT:
                self.again = True
                return []
            case Kind.GONE | Kind.HELD:
                left = page.steps[page.steps.index(step) :]
                return [told for s in left for told in self._receipts(s, Outcome.HELD, answer.code, answer.about)]
            case Kind.ASKED:
                return self._receipts(step, Outcome.HELD, answer.code, answer.about)
            case Kind.REFUSED:
                return self._receipts(step, Outcome.REFUSED, answer.code, answer.about)
            case Kind.BROKE:
                return self._after_failure(page, step, answer)
            case _:
                raise stopped(answer)

    def _after_failure(self, page: Publish, step: Step, answer: Answer) -> list[Receipt]:
        """Look for the revision. What is not there is tried once more by the next run, and then waits for a person."""
        for revision in self.wiki.history(page.title, page.base or 0):
            said = attribution.parse(revision.summary)
            if said is not None and said.step == step.id and revision.account == self.wiki.account():
                return self._receipts(step, Outcome.PUBLISHED, "found", str(revision.id))
        if step.id in self.older:
            return self._receipts(step, Outcome.HELD, answer.code, "")
        self.broke.append(answer)
        if len(self.broke) == PATIENCE:
            raise stopped(answer)
        return []

    def _published(self, step: Step, stored: Revision | None, answer: Answer) -> list[Receipt]:
        code = "merged-by-wiki" if answer.kind is Kind.MERGED_BY_WIKI else ""
        if stored is not None and stored.wikitext != step.wikitext:
            code = code or "altered-by-wiki"
        return self._receipts(step, Outcome.PUBLISHED, code, str(answer.revision))

    def _read_back(self, answer: Answer) -> Revision | None:
        assert answer.revision is not None
        return self.wiki.revisions([answer.revision]).get(answer.revision)

    def _receipts(self, step: Step, outcome: Outcome, code: str, ref: str) -> list[Receipt]:
        return [Receipt(e.id, outcome, code, ref, self.day, self.by, e.kit) for e in step.edits]

    def _record(self, told: Sequence[Receipt]) -> None:
        with self.store.writing():
            self.store.move(receipts.append(self.store, identity.BRIDGE, told, self.day))

    def set_aside(self) -> Iterator[Receipt]:
        """Take what will not be published out of the queue, with its receipts.

        First of all an edit and its undo, which change nothing: later ones would be published before them.
        """
        with self.store.writing():
            told, moves = self._leave(mainline.read(self.store))
            self.store.move(moves)
        self.leaving.clear()
        yield from told

    def close(self) -> Iterator[Receipt]:
        """Take what was not taken out of the queue, and close the run.

        Raises WikiUnreachable where it is not known what the wiki took: the run stays open.
        """
        if self.broke:
            raise stopped(self.broke[0])
        with self.store.writing():
            main = mainline.read(self.store)
            told, moves = self._leave(main)
            open_ = runs.read(self.store, main.site)
            if open_:
                still = self._still_open(open_, main, {r.edit for r in told})
                moves.append(runs.write(self.store, still, "Publishing ended", self.day))
            self.store.move(moves)
        yield from told

    def _leave(self, main: Mainline) -> tuple[list[Receipt], list[Move]]:
        """Receipts of the edits that leave the queue, with those that cannot stand without them; and the moves."""
        if not self.leaving:
            return [], []
        entries = mainline.without(main.entries, {r.edit for r in self.leaving})
        moves, fell_out = mainline.rebuilt(
            self.store, main, entries, on=main.upstream, subject="Set edits aside", day=self.day
        )
        told = [
            *self.leaving,
            *mainline.left_queue(self.store, main.upstream, fell_out, self.day, Outcome.EDIT_CONFLICT),
        ]
        return told, [*moves, *receipts.append(self.store, identity.BRIDGE, told, self.day)]

    def _still_open(self, intents: Sequence[Intent], main: Mainline, leaving: set[str]) -> list[Intent]:
        """What an earlier run, or one beside this one, may still have on its way: the next fetch settles it."""
        standing = receipts.standing(self.store)
        unanswered = {
            entry.edit for entry in main.entries if standing[entry.edit].outcome is not Outcome.PUBLISHED
        } - leaving
        open_ = [intent for intent in intents if unanswered.intersection(intent.edits)]
        return [intent for intent in open_ if intent.step in self.older] if self.turn.alone else open_


def sha1_of(wikitext: str) -> str:
    """The sha1 of a text, as the wiki tells it."""
    return hashlib.sha1(wikitext.encode(), usedforsecurity=False).hexdigest()


def stopped(answer: Answer) -> WikiError:
    """Nothing more can be sent. The run stays open: the next one looks at the wiki before it sends."""
    why = f"{answer.info} ({answer.about})" if answer.about and answer.about not in answer.info else answer.info
    if answer.kind is Kind.STOP:
        hint = "Check the account and its rights on the wiki."
        if answer.code == "badtags":
            hint = "Ask the wiki for this change tag, or take it out of [policy] tags in wikigit.toml."
        return WikiError(f"The wiki refused: {why}", hint=hint)
    if answer.kind in (Kind.UNKNOWN, Kind.BROKE):
        hint = "Publish again later: it looks at the wiki before it sends anything."
        return WikiUnreachable(f"It is not known whether the wiki took the edit: {why}", hint=hint)
    wait = f" in {answer.retry_after} s" if answer.retry_after else " later"
    return WikiUnreachable(f"The wiki did not take the edit: {why}", hint=f"Publish again{wait}.")
