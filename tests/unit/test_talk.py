"""Talk pages: what is new on one, where an answer goes, how it is signed, and what a text names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigit.core.talk import named
from wikigit.wikitext.talk import added, answered, sections, signed

PAGE = "Lead.\n\n== One ==\nFirst.\n:Reply.\n\n=== Deeper ===\nStill one.\n\n== Two ==\nSecond.\n"

lines = st.sampled_from(
    ["", "One.", ":Two.", "== H ==", "=== Deep ===", "= Top =", "==", "=", "== ==", "=a", "== x == ", "== H"]
)
pages = st.lists(lines, max_size=12).map("\n".join)


def test_a_section_reaches_to_the_next_heading_of_its_depth() -> None:
    assert [section.heading for section in sections(PAGE)] == ["", "One", "Two"]
    assert sections(PAGE)[1].wikitext == "== One ==\nFirst.\n:Reply.\n\n=== Deeper ===\nStill one.\n"
    assert [section.heading for section in sections("=Top=\n==\n== ==\n== One ==  \n=== Three ===")] == ["Top", "One"]


@given(pages)
def test_sections_together_are_the_page(page: str) -> None:
    assert "\n".join(section.wikitext for section in sections(page)) == page


@given(pages)
def test_nothing_is_new_on_a_page_that_stays_and_all_on_a_new_one(page: str) -> None:
    assert list(added(page, page)) == []
    said = [line for _, words in added("", page) for line in words.split("\n")]
    headings = {section.lines[0] for section in sections(page) if section.heading}
    assert said == [line for line in page.split("\n") if line.strip() and line not in headings]


def test_new_lines_are_told_with_their_section_and_moved_ones_are_not_new() -> None:
    now = PAGE.replace(":Reply.", ":Reply.\n::And another.").replace("Lead.", "Second.") + "Lead.\nThird.\n"
    assert [(section.heading, words) for section, words in added(PAGE, now)] == [
        ("One", "::And another."),
        ("Two", "Third."),
    ]


def test_an_answer_stands_at_the_end_of_its_section_one_step_further_in() -> None:
    assert answered(PAGE, "Two", "Second.", "Yes. — A") == PAGE.replace("Second.\n", "Second.\n:Yes. — A\n")
    threaded = "== One ==\nFirst.\n*:Reply.\n\n\n== Two ==\nSecond."
    assert answered(threaded, "One", "First.", "Yes.\nNo. — A") == (
        "== One ==\nFirst.\n*:Reply.\n:::Yes.\n:::No. — A\n\n\n== Two ==\nSecond."
    )
    assert answered("== One ==", "One", "gone", "Yes.") == "== One ==\n:Yes."
    assert answered("== One ==\n" + ":" * 20 + "x", "One", "x", "Yes.").endswith("\n" + ":" * 9 + "Yes.")


def test_of_two_sections_of_one_name_the_one_with_the_words_is_answered() -> None:
    page = "== Hello ==\nMine.\n\n== Hello ==\nAnother."
    assert answered(page, "Hello", "Mine.", "Yes.") == "== Hello ==\nMine.\n:Yes.\n\n== Hello ==\nAnother."
    assert answered(page, "Hello", "Gone.", "Yes.").endswith("Another.\n:Yes.")
    assert answered(page, "Other", "Gone.", "Yes.") == f"{page}\n\n== Other ==\n:Yes."
    assert answered("", "Other", "Gone.", "Yes.") == "== Other ==\n:Yes."
    assert answered("", "", "Gone.", "Yes.").strip() == ":Yes."
    assert answered("== One ==", "", "Gone.", "Yes.") == "== One ==\n\n:Yes."


@given(pages, st.sampled_from(["One.", "H", "Top", "", "Nowhere"]))
def test_an_answer_takes_no_line_away(page: str, words: str) -> None:
    now = answered(page, words, words, "An answer.")
    assert "An answer." in now
    left = iter(line.rstrip() for line in now.split("\n"))
    assert all(line.rstrip() in left for line in page.split("\n") if line.strip())


def test_an_answer_is_signed_for_its_author_and_never_by_the_wiki() -> None:
    assert signed(" I saw it. ~~~~\r\n\n  Every week.~~~~~ ", "Amina B.", "Bridge", "2026-03-01") == (
        "I saw it.\nEvery week. — Amina B. (offline, via [[User:Bridge|Bridge]], 2026-03-01)"
    )
    assert signed(" ~~~ \n\n", "Amina B.", "Bridge", "2026-03-01") == ""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("about e-7m2q9kx4t1vbn8rc.", ["e-7m2q9kx4t1vbn8rc"]),
        ("(wg:7m2q9kx4t1vbn8rc)", ["wg:7m2q9kx4t1vbn8rc"]),
        ("the-7m2q9kx4t1vbn8rc e-7m2q9kx4t1vbn8rcx e-short wg:UPPER", []),
        ("[[Special:Diff/12]] [[Spécial:Diff/13/14|x]] [[Special:PermanentLink/15]]", [12, 13, 14, 15]),
        ("https://x/index.php?title=A&diff=16&oldid=17 ?diff=prev&oldid=18", [16, 17, 18]),
        ("in 2024, page 12, 1/2", []),
    ],
)
def test_a_text_names_edits_steps_and_revisions(text: str, names: list[str | int]) -> None:
    assert list(named(text)) == names
