"""The plan as a merge request shows it: what it tells, and that no stranger's word leaves its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from testing.sites import ENGLISH
from testing.typed import typed
from wikigit.bridge import table
from wikigit.bridge.plan import Page, plan
from wikigit.core import markdown
from wikigit.core.config import Policy
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision
from wikigit.core.title import Title

DAY = "2026-03-01"
NGOZI = Title(0, "", "Ngozi")
_IDS = "0123456789abcdefghjkmnpqrstvwxyz"


def edit(number: int, before: str | None, after: str, **more: Any) -> Edit:
    given = {"title": NGOZI, "summary": "", "contributor": "c-00000001", **more}
    return Edit(id=f"e-{_IDS[number] * 16}", before=before, after=after, kit="k-00000000", day=DAY, **given)


def page(head: str | None, main: str, *edits: Edit, fetched: int = 5) -> Page:
    title = edits[0].title
    revision = None if head is None else Revision(5, 1, title, head, "Somebody", "2026-03-01T00:00:00Z")
    return Page(title, revision, fetched if head is not None else 0, main, edits)


def shown(*pages: Page, policy: Policy | None = None) -> str:
    return table.of(plan(pages, ENGLISH, policy or Policy(), DAY), pages)


def cells(text: str) -> list[list[list[Token]]]:
    """The tables as a forge reads them: rows of cells of inline tokens, without their heads."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    rows: list[list[list[Token]]] = []
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open") and after is not None:
            rows[-1].append(after.children or [])
    return rows


def said(text: str) -> list[list[str]]:
    """The words in each row's cells, heads included."""
    return [["".join(token.content for token in cell) for cell in row] for row in cells(text)]


def test_each_revision_has_a_row_with_whose_it_is_why_and_how_large() -> None:
    first = edit(1, "It has a market.", "It has a large market.", summary="size", credit="Aline N.")
    other = edit(2, "It has a large market.", "It has a large hall.", contributor="c-00000002")
    new = edit(3, None, "A lake.", title=Title(0, "", "Lake"))
    text = shown(page("It has a market.", "It has a large hall.", first, other), page(None, "A lake.", new))
    assert text.startswith("Publishing would make 3 revisions of 2 pages.\n")
    assert said(text) == [
        ["page", "by", "summary", "letters"],
        ["Ngozi", "Aline N.", "size", "+6 −0"],
        ["Ngozi", "c-00000002", "", "+4 −6"],
        ["Lake (new)", "c-00000001", "", "+7 −0"],
    ]


def test_what_is_not_published_says_why() -> None:
    refused = page("a", "b", edit(1, "a", "b", title=Title(10, "Template", "Box")))
    moved_on = page("a", "b", edit(2, "a", "b"), fetched=4)
    signed = page("a", "a ~~~~", edit(3, "a", "a ~~~~", title=Title(0, "", "Lake")))
    text = shown(refused, moved_on, signed, policy=Policy(namespaces=(0,)))
    assert text.startswith("Publishing would change nothing on the wiki.\n\nNot published as things stand:\n")
    assert said(text)[1:] == [
        ["Template:Box", "c-00000001", "refused", f"namespace-not-agreed {table.WHY['namespace-not-agreed']}"],
        ["Ngozi", "c-00000001", "", "the wiki has changed this page: fetch first"],
        ["Lake", "c-00000001", "held", "signature the wiki would sign it as the bridge: it holds ~~~"],
    ]


def test_a_code_that_nobody_explained_stands_alone() -> None:
    waiting = page("a", "b", edit(1, "a", "b"))
    told = Receipt(waiting.edits[0].id, Outcome.HELD, "some-new-code")
    assert said(table.of([told], [waiting]))[1:] == [["Ngozi", "c-00000001", "held", "some-new-code"]]


def test_nothing_to_do_is_a_sentence() -> None:
    assert shown() == "Publishing would change nothing on the wiki."


def test_a_long_plan_ends_with_how_much_is_left_out() -> None:
    many = [page(None, "x", edit(1, None, "x", title=Title(0, "", f"{'Long ' * 20}{n}"))) for n in range(600)]
    text = shown(*many)
    rows = len(said(text)) - 1
    assert 100 < rows < 600
    assert text.endswith(f"And {600 - rows} more.")
    assert len(text) < 65_536 / 2


HOSTILE = [
    "`code` and ``more``",
    "a | b \\| c \\\\| d",
    "first\n\n# second\r\n| x | y |",
    "@everyone @admin #1 !2 $3 ~bug %v1 &4",
    "<script>alert(1)</script> <img src=x onerror=y> <!-- comment",
    "![picture](https://evil.example/x.png) [link](https://evil.example) https://evil.example www.evil.example",
    "somebody@evil.example 4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "\u202egnorw\u202c \u2066\u2069\u200f\u061c",
    "::add-mask::x ##[group]y",
    "/close",
    "\\",
    "`",
    "|",
    "--- | ---",
    "&#124; &#96; &lt;b&gt;",
    "\u2028line\u2029line\x85line\x0bline\x00",
    "x\u0301" * 300,
    "",
    " \u200b ",
]
strange = st.sampled_from(HOSTILE) | typed([*HOSTILE, *"`|\\\n<>[]()!@#*_~-:/&; "], 60)
PLAIN = re.compile(r"[\w ,.:'+−()-]*")


def spans(text: str) -> Iterator[str]:
    """The strangers' words in a table; whatever else is in it must be ours, and plain."""
    for row in cells(text):
        for token in (token for cell in row for token in cell):
            assert token.type in ("code_inline", "text"), (token.type, text)
            if token.type == "code_inline":
                yield token.content
            else:
                assert PLAIN.fullmatch(token.content), token.content


@given(strange, strange, strange)
@example("a\\", "|", "`")
def test_no_word_of_a_stranger_leaves_its_cell(title: str, summary: str, credit: str) -> None:
    """Whatever a title, a summary or a name holds: the same rows, the same cells, and in them only code spans."""
    one = edit(1, "a", "b", summary=summary, credit=credit[:80], title=Title(0, "", title))
    forbidden = edit(2, "a", "b", summary=summary, credit=credit[:80], title=Title(8, "MediaWiki", title))
    text = shown(page("a", "b", one), page("a", "b", forbidden))
    assert [len(row) for row in cells(text)] == [4, 4, 4, 4]
    shows = list(spans(text))
    for words in shows:
        assert "`" not in words
        assert "|" not in words
        assert not re.search("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\n\r]", words)


@given(strange)
def test_a_word_in_a_span_is_itself_but_for_the_two_signs(word: str) -> None:
    span = markdown.code(word, 10_000)
    (inline,) = MarkdownIt("commonmark").parseInline(span or "x")
    shows = [token.content for token in inline.children or [] if token.type == "code_inline"]
    assert shows == ([span[1:-1]] if span else [])


@pytest.mark.parametrize("text", ["![x](https://evil.example)", "<b>", "@everyone"])
def test_the_reader_of_these_tests_would_notice(text: str) -> None:
    with pytest.raises(AssertionError):
        list(spans(f"| page |\n|---|\n| {text} |"))
