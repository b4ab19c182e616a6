"""Decide what to publish, without touching Git or the wiki."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wikigit.core import attribution, identity
from wikigit.core.config import Policy
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.wikitext.merge import Conflict
from wikigit.wikitext.replay import replay_one

MEDIAWIKI_NAMESPACE = 8
_CODE_PAGES = (".js", ".css", ".json")


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a page with edits in the queue.

    `head` is the wiki's, None where there is no such page; `fetched` the revision id that upstream holds
    (0: none); `main` the page on main; `edits` its edits in the order of the queue.
    """

    title: Title
    head: Revision | None
    fetched: int
    main: str | None
    edits: tuple[Edit, ...]


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
    """The steps of one page, in order. `base` is the head that the first one replaces, None makes the page."""

    title: Title
    base: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class MovedOn:
    """The wiki has changed this page since the fetch: fetch again, then plan again."""

    title: Title


def plan(pages: Iterable[Page], site: Site, policy: Policy, day: str) -> Iterator[Publish | MovedOn | Receipt]:
    """Return the steps for each page, or why there are none."""
    for page in pages:
        if code := forbidden(page.title, policy):
            yield from _all(page.edits, Outcome.REFUSED, code, day)
        elif page.head is not None and page.head.wikitext is None:  # its text is hidden, or no wikitext
            yield from _all(page.edits, Outcome.HELD, "hidden-text", day)
        elif (page.head.id if page.head else 0) != page.fetched:
            yield MovedOn(page.title)
        else:
            yield from _steps(page, site, day)


def forbidden(title: Title, policy: Policy) -> str:
    """Why the bridge never writes this page, "" where it may: no interface, no scripts, no foreign namespace."""
    if title.namespace == MEDIAWIKI_NAMESPACE or title.name.endswith(_CODE_PAGES):
        return "interface-page"
    if policy.namespaces and title.namespace not in policy.namespaces:
        return "namespace-not-agreed"
    return ""


def _steps(page: Page, site: Site, day: str) -> Iterator[Publish | Receipt]:
    text = page.head.wikitext if page.head else None
    steps: list[Step] = []
    unchanged: list[Receipt] = []
    for group in grouped(page.edits):
        after = text
        for edit in group:
            result = replay_one(after, edit.pair, site)
            if isinstance(result, Conflict):  # main would not hold it: a bug, or a forged main
                yield from _all(page.edits, Outcome.HELD, "not-as-main", day)
                return
            after = result
        if after is None or after == text:  # an edit and its undo, or somebody already made it so
            code = "no-change" if len(group) == 1 else "undone"
            unchanged += _all(group, Outcome.ALREADY_THERE, code, day, page.head)
        else:
            steps.append(_step(group, after))
        text = after
    if text != page.main:
        yield from _all(page.edits, Outcome.HELD, "not-as-main", day)
        return
    yield from unchanged
    if steps:
        yield Publish(page.title, page.head.id if page.head else None, tuple(steps))


def grouped(edits: Sequence[Edit]) -> list[tuple[Edit, ...]]:
    """Edits that become one revision: consecutive ones of one contributor, as many as a summary can name."""
    groups: list[tuple[Edit, ...]] = []
    for edit in edits:
        together = (*groups[-1], edit) if groups else ()
        if groups and _belongs(groups[-1], edit) and attribution.fits(names(together)):
            groups[-1] = together
        else:
            groups.append((edit,))
    return groups


def _belongs(group: tuple[Edit, ...], edit: Edit) -> bool:
    """The same person goes on; or a volunteer's words that resolve an edit, which appear with it or not at all."""
    same = (edit.contributor, edit.credit) == (group[-1].contributor, group[-1].credit)
    return same or edit.resolves in {e.id for e in group}


def names(edits: Iterable[Edit]) -> tuple[str, ...]:
    """Everyone whose edits these are, each once, in order."""
    return tuple(dict.fromkeys(edit.name for edit in edits))


def _step(edits: tuple[Edit, ...], wikitext: str) -> Step:
    step = identity.step_id(edit.id for edit in edits)
    said = "; ".join(dict.fromkeys(edit.summary for edit in edits if edit.summary))
    summary = attribution.summary(names(edits), said, step)
    return Step(step, edits, wikitext, summary, all(edit.minor for edit in edits))


def _all(edits: Iterable[Edit], outcome: Outcome, code: str, day: str, head: Revision | None = None) -> list[Receipt]:
    ref = str(head.id) if head else ""
    return [Receipt(edit.id, outcome, code, ref, day, kit=edit.kit) for edit in edits]
