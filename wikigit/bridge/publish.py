"""Make the merged edits the wiki's revisions, each exactly once.

Intents are written down before the first edit, receipts as each page is done; a run that was killed is
settled by the next fetch, from the wiki's own history. The text sent is always the wiki's head with the
edits replayed, and the base the head just read. Nothing here decides what a step is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

from wikigit.bridge import fetch
from wikigit.bridge.plan import MovedOn, Page, Publish, Step, plan
from wikigit.core import identity
from wikigit.core.config import ASSISTED
from wikigit.core.edit import Edit
from wikigit.core.errors import ConfigError, Locked, WikiError, WikiUnreachable
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.repo import layout, mainline, queue, receipts, runs, upstream
from wikigit.repo.mainline import Mainline
from wikigit.repo.refs import Move
from wikigit.repo.runs import Intent
from wikigit.repo.store import Store
from wikigit.wiki.door import Answer, Kind, Request, Wiki

ROUNDS = 3
"""Plan, and plan again twice where the wiki was faster; what then still moves waits for the next run."""


def pages(store: Store, wiki: Wiki, main: Mainline) -> list[Page]:
    """Every page with edits in the queue, as it stands on main and, just now, on the wiki."""
    by_title: dict[Title, list[Edit]] = {}
    for entry in main.entries:
        by_title.setdefault(entry.title, []).append(queue.accepted(store, entry, main.site))
    if not by_title:
        return []
    heads = wiki.heads(list(by_title))
    found = []
    for title, edits in by_title.items():
        row = upstream.row(store, main.upstream, title)
        page = store.wikitext(main.tip, title)
        found.append(Page(title, heads[title], row.revision if row else 0, page, tuple(edits)))
    return found


def publish(store: Store, wiki: Wiki, *, by: str, day: str) -> Iterator[Receipt]:
    """Publish the queue; yields a receipt for each edit as soon as it is recorded. `by`: the volunteer's name.

    Raises WikiUnreachable where the wiki told us to wait or did not answer, WikiError where it will take
    nothing from this account; what was recorded stays, and the next run goes on from there.
    """
    main = mainline.read(store)
    if store.config(main.tip).policy.mode == ASSISTED and not by:
        raise ConfigError("This wiki's policy wants a volunteer's name.", hint="wikigit bridge publish --by NAME")
    if not main.entries and not runs.read(store, main.site):
        return
    for _ in range(ROUNDS):
        yield from fetch.fetch(store, wiki, day).receipts
        again = yield from _round(store, wiki, by, day)
        if not again:
            return


def _round(store: Store, wiki: Wiki, by: str, day: str) -> Generator[Receipt, None, bool]:
    """One plan, walked to its end; returns whether the wiki was faster on some page."""
    main = mainline.read(store)
    policy = store.config(main.tip).policy
    decided = list(plan(pages(store, wiki, main), main.site, policy, day))
    steps = [page for page in decided if isinstance(page, Publish)]
    run = _Run(store, wiki, by, day, wiki.clock(), policy.tags)
    run.again = any(isinstance(page, MovedOn) for page in decided)
    run.leaving += [receipt for receipt in decided if isinstance(receipt, Receipt)]
    yield from run.set_aside()
    if steps:
        run.open(steps)
        for page in steps:
            yield from run.page(page)
    yield from run.close()
    return run.again


@dataclass(slots=True)
class _Run:
    """One run of the bridge: what it has found out and not yet recorded."""

    store: Store
    wiki: Wiki
    by: str
    day: str
    clock: str
    tags: tuple[str, ...]
    again: bool = False
    opened: str = ""
    older: set[str] = field(default_factory=set)
    leaving: list[Receipt] = field(default_factory=list)

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
                    intents.setdefault(old.step, old)
            move = runs.write(self.store, list(intents.values()), "Begin to publish", self.day)
            self.store.move([move])
            self.opened = move.new or ""

    def _intent(self, page: Publish, step: Step) -> Intent:
        sha1 = hashlib.sha1(step.wikitext.encode(), usedforsecurity=False).hexdigest()
        held = tuple(edit.id for edit in step.edits)
        return Intent(step.id, page.title, page.base or 0, sha1, self.wiki.account(), self.clock, held)

    def page(self, page: Publish) -> Iterator[Receipt]:
        """Send the steps of one page, each on the revision before, until one is not taken as it is."""
        base = page.base
        for step in page.steps:
            request = Request(page.title, step.wikitext, step.summary, base, self.clock, step.minor, self.tags)
            answer = self.wiki.publish(request)
            told = self._outcome(step, answer)
            if told and told[0].outcome is Outcome.PUBLISHED:
                self._record(told)
                yield from told
            else:
                self.leaving += told
            if answer.kind is not Kind.SAVED or not told:
                self.again |= answer.kind is Kind.MERGED_BY_WIKI and step is not page.steps[-1]
                return
            base = answer.revision

    def _outcome(self, step: Step, answer: Answer) -> list[Receipt]:
        """The receipts that an answer means for a step; none where it has to be planned again."""
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
                return self._receipts(step, Outcome.HELD, answer.code, "")
            case Kind.REFUSED:
                return self._receipts(step, Outcome.REFUSED, answer.code, "")
            case _:
                raise _stopped(answer)

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
        """Take what was not taken out of the queue, and close the run."""
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
        alone = self.store.tip(layout.RUNS) == self.opened
        standing = receipts.standing(self.store)
        unanswered = {
            entry.edit for entry in main.entries if standing[entry.edit].outcome is not Outcome.PUBLISHED
        } - leaving
        return [i for i in intents if unanswered.intersection(i.edits) and not (alone and i.step not in self.older)]


def _stopped(answer: Answer) -> WikiError:
    """Nothing more can be sent. The run stays open: the next one looks at the wiki before it sends."""
    if answer.kind is Kind.STOP:
        return WikiError(f"The wiki refused: {answer.info}", hint="Check the account and its rights on the wiki.")
    wait = f" in {answer.retry_after} s" if answer.retry_after else " later"
    return WikiUnreachable(f"The wiki did not take the edit: {answer.info}", hint=f"Publish again{wait}.")
