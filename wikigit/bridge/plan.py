"""Decide what to publish, without touching Git or the wiki."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from wikigit.bridge.policy import belongs_to_drafts, forbidden
from wikigit.core import attribution, identity
from wikigit.core.config import Policy
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import WIKITEXT, Revision
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.wikitext import lint
from wikigit.wikitext.replay import replay

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a page with edits in the queue.

    `head` is the wiki's, None where there is no such page; `fetched` the revision id that upstream holds
    (0: none); `main` the page on main; `edits` its edits in the order of the queue. `sent`: edit id → step id
    of what a run before may still have on its way.
    """

    title: Title
    head: Revision | None
    fetched: int
    main: str | None
    edits: tuple[Edit, ...]
    sent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One revision to make: its text, its summary and the edits that it holds."""

    id: str
    edits: tuple[Edit, ...]
    wikitext: str
    summary: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Publish:
    """The steps of one page, in order. `base` is the head that the first one replaces, None makes the page.

    `before` is that head's text.
    """

    title: Title
    base: int | None
    before: str | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class MovedOn:
    """The wiki has changed this page since the fetch: fetch again, then plan again."""

    title: Title


def plan(pages: Iterable[Page], site: Site, policy: Policy, day: str) -> Iterator[Publish | MovedOn | Receipt]:
    """Return the steps for each page, or why there are none."""
    for page in pages:
        new = page.head is None and not page.fetched
        if code := forbidden(page.title, policy, site, new=new):
            yield from _all(page.edits, Outcome.REFUSED, code, day)
        elif page.head is not None and page.head.wikitext is None:  # its text is hidden, or no wikitext
            code = "hidden-text" if page.head.model == WIKITEXT else "contentmodel-mismatch"
            yield from _all(page.edits, Outcome.HELD, code, day)
        elif (page.head.id if page.head else 0) != page.fetched:
            yield MovedOn(page.title)
        elif new and belongs_to_drafts(page.title, policy, site):
            yield from _all(page.edits, Outcome.HELD, "new-page-to-drafts", day)
        else:
            yield from _steps(page, site, policy.hashtags, day)


def _steps(page: Page, site: Site, hashtags: Sequence[str], day: str) -> Iterator[Publish | Receipt]:
    head = page.head.wikitext if page.head else None
    whole = replay(head, page.edits, site)
    if whole.waiting or whole.wikitext != page.main:  # a bug, or a forged main
        yield from _all(page.edits, Outcome.HELD, "not-as-main", day)
        return
    held = list(_held(page, site, day))
    yield from held
    names = {receipt.edit for receipt in held}
    left = replay(head, [edit for edit in page.edits if edit.id not in names], site) if held else whole
    steps: list[Step] = []
    unchanged: list[Receipt] = []
    text = head
    for group in grouped(left.merged, page.sent):
        after = replay(text, group, site).wikitext
        if after is None or after == (text or ""):  # an edit and its undo, or somebody already made it so
            code = "no-change" if len(group) == 1 else "undone"
            unchanged += _all(group, Outcome.ALREADY_THERE, code, day, page.head)
        else:
            steps.append(_step(group, after, hashtags))
        text = after
    if code := _altered(steps, site):
        yield from _all(left.merged, Outcome.HELD, code, day)
        return
    yield from unchanged
    if steps:
        yield Publish(page.title, page.head.id if page.head else None, head, tuple(steps))


def _held(page: Page, site: Site, day: str) -> Iterator[Receipt]:
    """Receipts of the edits that the wiki would not store as they are, or that would hide the rest of the page."""
    text = page.head.wikitext if page.head else None
    for group in grouped(page.edits, page.sent):
        after = replay(text, group, site).wikitext
        if lint.brought(text, after or "", site):
            for edit in group:
                for finding in lint.brought(*edit.pair, site)[:1]:
                    yield from _all([edit], Outcome.HELD, finding.code, day)
        text = after


def _altered(steps: Iterable[Step], site: Site) -> str:
    """What the wiki would alter in a page though no edit brought it in: it was there, or edits make it together."""
    found = (finding.code for step in steps for finding in lint.findings(step.wikitext, site))
    return next((code for code in found if code in lint.ALTERED), "")


def grouped(edits: Sequence[Edit], sent: Mapping[str, str] = NOTHING) -> list[tuple[Edit, ...]]:
    """Edits that become one revision: consecutive ones of one contributor, as many as a summary can name.

    What may be on its way already stays as it was sent: an edit that may still arrive does not leave with its undo.
    """
    groups: list[tuple[Edit, ...]] = []
    for edit in edits:
        together = (*groups[-1], edit) if groups else ()
        if groups and _belongs(groups[-1], edit, sent) and attribution.fits(names(together)):
            groups[-1] = together
        else:
            groups.append((edit,))
    return groups


def _belongs(group: tuple[Edit, ...], edit: Edit, sent: Mapping[str, str]) -> bool:
    """The same person goes on; or a volunteer's words that resolve an edit, which appear with it or not at all."""
    same = (edit.contributor, edit.credit) == (group[-1].contributor, group[-1].credit)
    same = same and sent.get(edit.id) == sent.get(group[-1].id)
    return same or edit.resolves in {e.id for e in group}


def names(edits: Iterable[Edit]) -> tuple[str, ...]:
    """Everyone whose edits these are, each once, in order."""
    return tuple(dict.fromkeys(edit.name for edit in edits))


def _step(edits: tuple[Edit, ...], wikitext: str, hashtags: Sequence[str]) -> Step:
    step = identity.step_id(edit.id for edit in edits)
    said = "; ".join(dict.fromkeys(edit.summary for edit in edits if edit.summary))
    summary = attribution.summary(names(edits), said, step, hashtags)
    return Step(step, edits, wikitext, summary, all(edit.minor for edit in edits))


def _all(edits: Iterable[Edit], outcome: Outcome, code: str, day: str, head: Revision | None = None) -> list[Receipt]:
    ref = str(head.id) if head else ""
    return [Receipt(edit.id, outcome, code, ref, day, kit=edit.kit) for edit in edits]
