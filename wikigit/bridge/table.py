"""The plan as Markdown, for a merge request: what publishing would do, for people who decide whether it shall.

Titles, names and summaries are strangers' words, and stand in code spans. Nothing here decides anything, or
knows which forge shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from wikigit.bridge.plan import MovedOn, Page, Publish, Step, names
from wikigit.core import markdown
from wikigit.core.edit import Edit
from wikigit.core.receipt import Receipt
from wikigit.core.title import Title
from wikigit.wikitext import changes

ROOM = 30_000
"""Characters of a table's rows; GitHub takes no comment of more than 65,536, and there are two tables."""

WHY = {
    "interface-page": "the wiki's interface, scripts and styles are never written",
    "namespace-not-agreed": "the policy does not name this namespace",
    "hidden-text": "the page's text is hidden",
    "contentmodel-mismatch": "the page is no wikitext any more",
    "not-as-main": "the wiki's page with the edits is not what main says: a mistake, or a forged main",
    "no-change": "it changes nothing on the wiki's page",
    "undone": "the person took it back before it left for the wiki",
    "signature": "the wiki would sign it as the bridge: it holds `~~~`",
    "substitution": "the wiki would replace a template by its text: it holds `subst:`",
    "pipe-trick": "the wiki would fill in a link that is left open",
    "unclosed-comment": "a comment without an end would hide the rest of the page",
}
"""What a code says to people who do not know it; a code that is not here stands alone."""


def of(decided: Iterable[Publish | MovedOn | Receipt], pages: Iterable[Page]) -> str:
    """The plan as Markdown: a table of the revisions to be made, and one of what is not published, with why."""
    known = {page.title: page for page in pages}
    plan = list(decided)
    publish = [page for page in plan if isinstance(page, Publish)]
    steps = [row for page in publish for row in _steps(page, known[page.title])]
    others = [row for what in plan if not isinstance(what, Publish) for row in _others(what, known)]
    told = [_counted(len(steps), len(publish))]
    told += _table(("page", "by", "summary", "letters"), steps)
    told += ["", "Not published as things stand:"] if others else []
    told += _table(("page", "by", "outcome", "why"), others)
    return "\n".join(told)


def _counted(steps: int, pages: int) -> str:
    if not steps:
        return "Publishing would change nothing on the wiki."
    return f"Publishing would make {_several(steps, 'revision')} of {_several(pages, 'page')}."


def _several(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _table(heads: Sequence[str], rows: Sequence[str]) -> list[str]:
    """As many rows as there is room for; nothing where there are none."""
    sizes = accumulate(len(row) + 1 for row in rows)
    kept = [row for row, size in zip(rows, sizes, strict=True) if size <= ROOM]
    left = ["", f"And {len(rows) - len(kept)} more."] if len(kept) < len(rows) else []
    return ["", *markdown.table(*heads), *kept, *left] if rows else []


def _steps(publish: Publish, page: Page) -> Iterator[str]:
    """A row for each revision: whose, what they said of it, how many letters come and go."""
    head = page.head.wikitext if page.head else None
    texts = [head, *(step.wikitext for step in publish.steps)]
    for number, (step, (before, after)) in enumerate(zip(publish.steps, pairwise(texts), strict=True)):
        new = " (new)" if publish.base is None and number == 0 else ""
        come, gone = changes.size(before, after or "")
        yield markdown.row([_title(page.title) + new, _by(step.edits), _said(step), f"+{come} −{gone}"])


def _others(what: MovedOn | Receipt, pages: dict[Title, Page]) -> Iterator[str]:
    if isinstance(what, MovedOn):
        page = pages[what.title]
        yield markdown.row([_title(page.title), _by(page.edits), "", "the wiki has changed this page: fetch first"])
        return
    for page in pages.values():
        if mine := [edit for edit in page.edits if edit.id == what.edit]:
            why = " ".join(filter(None, [markdown.code(what.code), WHY.get(what.code, "")]))
            yield markdown.row([_title(page.title), _by(mine), str(what.outcome), why])


def _title(title: Title) -> str:
    return markdown.code(str(title))


def _by(edits: Iterable[Edit]) -> str:
    return ", ".join(map(markdown.code, names(edits)))


def _said(step: Step) -> str:
    """The contributors' own words; the wiki's summary begins with their names and ends with the step's id."""
    return markdown.code("; ".join(dict.fromkeys(edit.summary for edit in step.edits if edit.summary)))
