"""Make the merged edits the wiki's revisions, each exactly once.

Take the turn, fetch, plan, send; where the wiki was faster, fetch and plan again. A run that was killed is
settled by the next fetch, from the wiki's own history. Nothing here decides what a step is, or sends it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from wikigit.bridge import fetch, policy
from wikigit.bridge.gate import ALONE, Gate, Ways
from wikigit.bridge.import_run import ImportRun
from wikigit.bridge.plan import MovedOn, Page, Publish, plan
from wikigit.bridge.run import Run
from wikigit.bridge.turn import NONCE_BYTES, Turn
from wikigit.core.edit import Edit
from wikigit.core.errors import WikigitError
from wikigit.core.receipt import Receipt
from wikigit.core.title import Title
from wikigit.repo import mainline, queue, runs, upstream
from wikigit.repo.mainline import Mainline
from wikigit.repo.store import Store
from wikigit.wiki.door import Wiki

ROUNDS = 3
"""Plan, and plan again twice where the wiki was faster; what then still moves waits for the next run."""


def pages(store: Store, wiki: Wiki, main: Mainline) -> list[Page]:
    """Every page with edits in the queue, as it stands on main and, just now, on the wiki."""
    by_title: dict[Title, list[Edit]] = {}
    for accepted in queue.accepted(store, main.entries, main.upstream):
        by_title.setdefault(accepted.edit.title, []).append(accepted.edit)
    if not by_title:
        return []
    heads = wiki.heads(list(by_title))
    sent = {edit: intent.step for intent in runs.read(store, main.site) for edit in intent.edits}
    found = []
    for title, edits in by_title.items():
        row = upstream.row(store, main.upstream, title)
        page = store.wikitext(main.tip, title)
        found.append(Page(title, heads[title], row.revision if row else 0, page, tuple(edits), sent))
    return found


def publish(store: Store, wiki: Wiki, *, by: str, day: str, ways: Ways = ALONE) -> Iterator[Receipt]:
    """Publish the queue; yields a receipt for each edit as soon as it is recorded. `by`: the volunteer's name.

    Raises ConfigError where the policy does not allow this, Stopped and EnoughForNow where it ends the run,
    WikiUnreachable where the wiki told us to wait or did not answer, WikiError where it will take nothing from
    this account; what was recorded stays, and the next run goes on from there.
    """
    with store.writing():
        main = mainline.read(store)
        nothing = not main.entries and not runs.read(store, main.site)
    settings = store.config(main.tip)
    policy.check(settings, main.site, by, personal=ways.personal)
    if nothing:
        return
    gate = Gate(store, wiki, main.site, settings.policy, day, ways)
    gate.enter()
    turn = Turn(store, wiki, ways.draw(NONCE_BYTES).hex(), day, ways.clock)
    turn.take(over=ways.take_over)
    try:
        for _ in range(ROUNDS):
            yield from fetch.fetch(store, wiki, day).receipts
            again = yield from _round(store, wiki, by, day, gate, turn)
            if not again:
                break
    except (WikigitError, KeyboardInterrupt):
        turn.give_back()
        raise
    turn.give_back()


def _round(store: Store, wiki: Wiki, by: str, day: str, gate: Gate, turn: Turn) -> Generator[Receipt, None, bool]:
    """One plan, walked to its end; returns whether the wiki was faster on some page."""
    main = mainline.read(store)
    decided = list(plan(pages(store, wiki, main), main.site, gate.policy, day))
    made_by = ImportRun if gate.policy.imports else Run
    run = made_by(store, wiki, by, day, wiki.clock(), gate, turn)
    run.again = any(isinstance(page, MovedOn) for page in decided)
    run.leaving += [receipt for receipt in decided if isinstance(receipt, Receipt)]
    yield from run.set_aside()
    steps = gate.chosen(page for page in decided if isinstance(page, Publish))
    if steps:
        run.open(steps)
        for page in steps:
            yield from run.page(page)
    yield from run.close()
    gate.leave()
    return run.again
