"""One run of the bridge in mode `import`: a page's steps are imported together, each a revision by its own author.

What an edit is protected from by the wiki is looked after here: the head is read right before, and the page's history
right after. Nothing here decides what a time or a place in the history means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wikigit.bridge import importing
from wikigit.bridge.importing import Found
from wikigit.bridge.plan import Publish
from wikigit.bridge.run import PATIENCE, Run, sha1_of, stopped
from wikigit.core import attribution
from wikigit.core.errors import WikiError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.title import Title
from wikigit.repo import mainline, runs
from wikigit.wiki.door import Answer, Import, Kind, Version


@dataclass(slots=True)
class ImportRun(Run):
    """A run that imports. `unsettled`: pages where something that an earlier run had sent may still arrive."""

    unsettled: set[Title] = field(default_factory=set)

    def open(self, pages: Sequence[Publish]) -> None:
        """Write down what is about to be sent, as any run does."""
        for old in runs.read(self.store, mainline.read(self.store).site):
            if importing.still_under_way(old.time, self.clock):
                self.unsettled.add(old.title)
        Run.open(self, pages)

    def page(self, page: Publish) -> Iterator[Receipt]:
        """Import the steps of one page, all of them or none, if it is as it was planned on and at rest."""
        if not self.gate.opens():
            return
        self.turn.keep()
        request = self._prepared(page)
        if request is None:
            return
        told = self._told(page, self.wiki.import_page(request))
        landed = [receipt for receipt in told if receipt.outcome is Outcome.PUBLISHED]
        if landed:
            self.gate.sent += len({receipt.ref for receipt in landed})
            self._record(landed)
            yield from landed
        self.leaving += [receipt for receipt in told if receipt.outcome is not Outcome.PUBLISHED]
        if self.leaving:
            yield from self.set_aside()

    def _prepared(self, page: Publish) -> Import | None:
        """What to send; None where somebody was faster, or is there just now."""
        head = self.wiki.heads([page.title])[page.title]
        if (head.id if head else None) != page.base:
            self.again = True
            return None
        days = [max(edit.day for edit in step.edits) for step in page.steps]
        times = importing.times(days, head.time if head else "", self.wiki.clock())
        if times is None or page.title in self.unsettled:
            self.gate.resting += 1
            return None
        versions = [
            Version(attribution.author(step.edits[0].name), time, step.summary, step.wikitext, step.minor)
            for step, time in zip(page.steps, times, strict=True)
        ]
        return Import(page.title, tuple(versions), self.gate.policy.tags)

    def _told(self, page: Publish, answer: Answer) -> list[Receipt]:
        """The receipts that an answer and the page's history mean; none where the next run has to look."""
        match answer.kind:
            case Kind.SAVED | Kind.BROKE:
                found = self._found(page)
                return self._placed(page, found) if found else self._nowhere(page, answer)
            case Kind.HELD | Kind.ASKED | Kind.GONE:
                self._check_block()
                return [told for step in page.steps for told in self._receipts(step, Outcome.HELD, answer.code, "")]
            case Kind.REFUSED:
                return [told for step in page.steps for told in self._receipts(step, Outcome.REFUSED, answer.code, "")]
            case _:
                raise stopped(answer)

    def _found(self, page: Publish) -> Found | None:
        history = self.wiki.history(page.title, page.base or 0, older=1)
        return importing.find({step.id for step in page.steps}, page.base or 0, history)

    def _placed(self, page: Publish, found: Found) -> list[Receipt]:
        """Receipts of the steps that are in the history; what is not there is planned again."""
        here = [step for step in page.steps if step.id in found.revisions]
        self.again |= len(here) < len(page.steps)
        return [told for step in here for told in self._receipts(step, *found.outcome(step.id, sha1_of(step.wikitext)))]

    def _nowhere(self, page: Publish, answer: Answer) -> list[Receipt]:
        """It is not there: the next run tries once more, and then it waits for a person."""
        if any(step.id in self.older for step in page.steps):
            return [told for step in page.steps for told in self._receipts(step, Outcome.HELD, answer.code, "")]
        self.broke.append(answer)
        if len(self.broke) == PATIENCE:
            raise stopped(answer)
        return []

    def _check_block(self) -> None:
        """Of a blocked account's import the wiki says no more than of a protected page's."""
        block = self.wiki.preflight().block
        if block is not None and not block.partial:
            raise WikiError(
                f"The account is blocked by {block.by}: {block.reason or 'no reason given'}",
                hint="Stop, read the reason, and answer on the wiki.",
            )
