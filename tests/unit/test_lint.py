"""What the wiki would write otherwise is found beforehand. `tests/wiki/test_lint_agrees.py` asks MediaWiki the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from testing.sites import ENGLISH
from wikigit.core.site import MagicWord
from wikigit.wikitext.lint import Finding, brought, findings

CASES = [
    # signatures
    ("Thanks. ~~~~", ["signature"]),
    ("~~~ and ~~~~~ and ~~~~~~~~", ["signature"] * 3),
    ("A~~B, 10 ~~ 20", []),
    ("See https://example.org/~~~~ for more.", ["signature"]),
    ("{{box|~~~~}}", ["signature"]),
    ("{{#tag:ref|~~~~}}", ["signature"]),
    ("~~<noinclude></noinclude>~~", []),
    ("<noinclude>~~~~</noinclude>", ["signature"]),
    ("<includeonly>~~~~</includeonly>", ["signature"]),
    ("<includeonly><nowiki>~~~~</nowiki></includeonly>", ["signature"]),
    # subst
    ("{{subst:PAGENAME}}", ["substitution"]),
    ("{{safesubst:PAGENAME}}", ["substitution"]),
    ("{{box|{{subst:PAGENAME}}}}", ["substitution"]),
    ("<includeonly>{{subst:PAGENAME}}</includeonly>", []),
    ("<includeonly>{{subst:PAGENAME}}", []),
    ("{{<includeonly>subst:</includeonly>PAGENAME}}", []),
    ("{{substance:x}} and subst:PAGENAME", []),
    # pipe tricks
    ("[[Ngozi (town)|]]", ["pipe-trick"]),
    ("[[Help:Ngozi, Burundi|]] and [[|Ngozi]]", ["pipe-trick"] * 2),
    ("[[Ngozi (town)|Ngozi]] and [[Ngozi|]x] and [[|]]", []),
    ("[[Ngozi#History|]]", []),
    ("[[غيتيغا (مدينة)|]]", ["pipe-trick"]),
    ("[[A\nB|]]", []),
    # what is left alone
    ("<nowiki>~~~~ {{subst:PAGENAME}} [[A (b)|]]</nowiki>", []),
    ("<!-- ~~~~ -->", []),
    ("<ref>~~~~</ref><ref name='a' /> ~~~~", ["signature"]),
    ("<REF name=x>[[A (b)|]]</Ref >", []),
    ("<pre>~~~~</pre><gallery>~~~~</gallery>", []),
    ("<nowiki/>~~~~", ["signature"]),
    ("<nowiki>~~~~", ["signature"]),
    ("<nowiki>~~~~</nowikis>", ["signature"]),
    ("<reference>~~~~</reference>", ["signature"]),
    ("<nowiki ~~~~", ["signature"]),
    ("<nowiki><!--</nowiki>~~~~<!-- -->", ["signature"]),
    ("<!-- <nowiki> -->~~~~</nowiki>", ["signature"]),
    ("[[A <!-- x -->(b)|]]", []),
    ("{{<!-- -->subst:PAGENAME}}", []),
    ("<div>~~~~</div>", ["signature"]),
    # comments without an end: stored as they are, but they hide the rest of the page
    ("A town.\n<!-- a note\n~~~~", ["unclosed-comment"]),
    ("<nowiki><!--</nowiki>", []),
    ("--> A town. <!-- closed -->", []),
]
CAREFUL = [  # not every MediaWiki alters these; nobody needs them
    ("{{ SUBST: PAGENAME }}", ["substitution"]),
    ("{{{subst:x}}}", ["substitution"]),
    ("{{subst:PAGENAME", ["substitution"]),
]


@pytest.mark.parametrize(("wikitext", "codes"), CASES + CAREFUL)
def test_each_case_is_found_and_nothing_else(wikitext: str, codes: list[str]) -> None:
    assert [finding.code for finding in findings(wikitext, ENGLISH)] == codes


def test_a_finding_names_its_line_and_its_words() -> None:
    page = "A town.\n<nowiki>\n~~~~\n</nowiki>\n[[Ngozi (town)|]]\n\nThanks. ~~~~\n<!-- and"
    assert findings(page, ENGLISH) == (
        Finding("pipe-trick", 5, "[[Ngozi (town)|]]"),
        Finding("signature", 7, "~~~~"),
        Finding("unclosed-comment", 8, "<!--"),
    )


def test_the_wiki_s_own_words_count_too() -> None:
    german = replace(ENGLISH, magic_words=(MagicWord("subst", ("ERS:", "SUBST:")),))
    assert [f.code for f in findings("{{ers:Seite}}", german)] == ["substitution"]
    assert findings("{{ers:Seite}}", ENGLISH) == ()


def test_only_what_a_change_brings_in_is_its_own() -> None:
    before = "[[A (b)|]] ~~~~"
    assert brought(before, before + " More.", ENGLISH) == ()
    assert [f.what for f in brought(before, before + "\n~~~~\n~~~", ENGLISH)] == ["~~~~", "~~~"]
    assert [f.code for f in brought("<nowiki>~~~~</nowiki>", "~~~~", ENGLISH)] == ["signature"]
    assert [f.code for f in brought(None, "~~~~", ENGLISH)] == ["signature"]


@pytest.mark.parametrize(
    "piece", ["<ref ", "<nowiki>", "<!-- -->", "[[a", "{{ ", "~~~\n", "<ref></ref ", "<!--", "|]]"]
)
def test_a_hostile_page_ends(piece: str) -> None:
    findings(piece * (500_000 // len(piece)), ENGLISH)
