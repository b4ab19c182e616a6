"""Merges that are clean and wrong: each is refused, and without its guard each would happen."""

from collections.abc import Callable

import pytest

from testing.sites import ENGLISH
from wikigit.wikitext import footer, guards
from wikigit.wikitext import merge as merging
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.diff import Hunk
from wikigit.wikitext.merge import Level, Merged

Off = Callable[[pytest.MonkeyPatch], None]


def without(name: str, answer: object) -> Off:
    return lambda patch: patch.setattr(guards, name, lambda *_: answer)


def only_what_overlaps(_: object, first: Hunk, second: Hunk) -> bool:
    return second.start < first.end


def without_gap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(merging, "GAP", 0)


def without_nearness(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(merging._Weaving, "_near", only_what_overlaps)


def with_every_line_a_set(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(footer, "united", lambda ours, theirs, _: ours + theirs)


def with_neither_sets_nor_doubles(patch: pytest.MonkeyPatch) -> None:
    """Two guards in a row: one category twice would also be seen afterwards."""
    with_every_line_a_set(patch)
    patch.setattr(guards, "_doubled", lambda *_: None)


NO_STRUCTURE, NO_DOUBLED = without("_structure", None), without("_doubled", None)
NO_COMMENTS, NO_WHOLE_PAGE = without("_comments", False), without("whole_page", "")

LAKE = "People fish on [[Lake Mwezi and great Ruzi]] at night."
PAGE = """\
Kirundo is a town by the lake.

The market opens on Tuesday.

The school has six rooms.

Boats leave in the morning."""
BOX = (
    "{{Town\n| name = Kirundo\n| mayor = Amina\n| lake = Ruzi\n| altitude = 1400\n| road = RN 6\n}}\nKirundo is a town."
)
PICTURE = "[[File:Market of Kirundo.jpg|thumb]]"
CENSUS = "<ref name=census>Counted by {}.</ref>"
LONG = "The old ferry sank in the storm of 1951 and was never raised."
CHINESE = "集市在湖边的广场上每星期二开放,学校有六间教室,船早上出发去对岸。"
HEBREW = "השוק נפתח ביום שלישי ליד האגם הגדול של העיר"
TABLE = "{| class=wikitable\n|-\n|-\n|-\n|}"


def put(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def after(text: str, line: str, new: str) -> str:
    return put(text, line, line + "\n\n" + new)


STORIES = [
    pytest.param(
        LAKE, put(LAKE, "Mwezi", "Mwesi"), put(LAKE, "Ruzi", "Ruzizi"), "structure", NO_STRUCTURE,
        "[[Lake Mwesi and great Ruzizi]]", id="hybrid of two corrections of a link",
    ),
    pytest.param(
        "{{Ferry old line of Ruzi}}", "{{Boat old line of Ruzi}}", "{{Ferry old line of Ruzizi}}", "structure",
        NO_STRUCTURE, "{{Boat old line of Ruzizi}}", id="hybrid of two corrections of a template's name",
    ),
    pytest.param(
        PAGE + "\n== Boats of lake Ruzi ==", PAGE + "\n== Ships of lake Ruzi ==", PAGE + "\n== Boats of lake Ruzizi ==",
        "structure", NO_STRUCTURE, "== Ships of lake Ruzizi ==", id="hybrid of two corrections of a heading",
    ),
    pytest.param(
        PAGE, PICTURE + "\n" + PAGE, after(PAGE, "six rooms.", PICTURE), "doubled", NO_DOUBLED, PICTURE,
        id="one picture, above the first paragraph and below the third",
    ),
    pytest.param(
        BOX, put(BOX, "| mayor", "| population = 900\n| mayor"), put(BOX, "| road", "| population = 950\n| road"),
        "doubled", NO_DOUBLED, "| population =", id="one parameter in two lines of an infobox",
    ),
    pytest.param(
        PAGE, put(PAGE, "lake.", "lake." + CENSUS.format("Amina")),
        put(PAGE, "rooms.", "rooms." + CENSUS.format("Bosco")),
        "doubled", NO_DOUBLED, "<ref name=census>", id="one name for two references",
    ),
    pytest.param(
        PAGE, after(PAGE, "the lake.", "== Trade =="), after(PAGE, "six rooms.", "== Trade =="), "doubled", NO_DOUBLED,
        "== Trade ==", id="one heading in two places",
    ),
    pytest.param(
        PAGE, after(PAGE, "the lake.", LONG), after(PAGE, "six rooms.", LONG), "doubled", NO_DOUBLED, LONG,
        id="one line in two places",
    ),
    pytest.param(
        PAGE, put(PAGE, "the lake.", "the lake. " + LONG), put(PAGE, "rooms.", "rooms. " + LONG), "doubled", NO_DOUBLED,
        LONG, id="one sentence in two paragraphs",
    ),
    pytest.param(
        PAGE, PAGE + "\n[[Category:Towns]]", "[[Category:Towns]]\n" + PAGE, "doubled", NO_DOUBLED, "[[Category:Towns]]",
        id="one category, at the head and at the foot",
    ),
    pytest.param(
        PAGE, "[[File:Harbour.jpg]]\n" + PAGE, "[[File:Church.jpg]]\n" + PAGE, "", with_every_line_a_set, "[[File:",
        id="two lead pictures",
    ),
    pytest.param(
        PAGE, PAGE + "\n[[ar:كيروندو]]", PAGE + "\n[[ar:كروندو]]", "", with_every_line_a_set, "[[ar:",
        id="two links for one language",
    ),
    pytest.param(
        PAGE, PAGE + "\n[[Category:Towns|K]]", PAGE + "\n[[Category:Towns|*]]", "", with_neither_sets_nor_doubles,
        "[[Category:Towns|", id="one category with two sort keys",
    ),
    pytest.param(
        PAGE, put(PAGE, "The market", "<!-- The market"), put(PAGE, "Boats leave", "Three boats leave"), "comment",
        NO_COMMENTS, "<!--", id="a comment that nobody closed",
    ),
    pytest.param(
        put(PAGE, "The school", "<!-- ask --> The school"), put(PAGE, "The school", "<!-- ask The school"),
        put(put(PAGE, "The school", "<!-- ask --> The school"), "Boats leave", "Three boats leave"), "comment",
        NO_COMMENTS, "<!-- ask The", id="a comment's end was taken away",
    ),
    pytest.param(
        CHINESE, put(CHINESE, "湖边的", "湖边旧"), put(CHINESE, "广场", "花园"), "", without_nearness, "湖边旧花园",
        id="neighbouring characters of a Chinese sentence",
    ),
    pytest.param(
        HEBREW, put(HEBREW, "ביום", "בשעות יום"), put(HEBREW, "שלישי", "רביעי וחמישי"), "", without_nearness,
        "בשעות יום רביעי וחמישי", id="neighbouring words of a Hebrew sentence",
    ),
    pytest.param(
        "Amina, Bosco", "Aminata, Bosco", "Amina, Boscow", "", without_gap, "Aminata, Boscow",
        id="only a comma between two changed names",
    ),
    pytest.param(
        "Market.\n\n\n\nSchool.", "Market.\n\nOpen on Tuesday.\n\n\n\nSchool.",
        "Market.\n\n\n\nIt has six rooms.\n\nSchool.",
        "", without_nearness, "", id="two paragraphs into a row of equal blank lines",
    ),
    pytest.param(
        TABLE, put(TABLE, "|-\n|}", "|-\n| Tuesday\n|}"), put(TABLE, "|-\n", ""), "", without_nearness, "",
        id="a row into equal rows, one of which is taken away",
    ),
    pytest.param(
        PAGE, "#REDIRECT [[Kirundo town]]\n" + PAGE, PAGE + "\n\n== Church ==\nBuilt of clay.", "redirect",
        NO_WHOLE_PAGE, "Built of clay.", id="a redirect against a new section",
    ),
    pytest.param(
        PAGE, PAGE.split("\n")[0], put(PAGE, "Kirundo is", "Kirundo has 900 people. It is"), "blanked", NO_WHOLE_PAGE,
        "900", id="an emptied page against an edit",
    ),
]  # fmt: skip


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(("base", "ours", "theirs", "code", "off", "shown"), STORIES)
def test_a_clean_but_wrong_merge_is_refused_and_only_its_guard_refuses_it(
    base: str, ours: str, theirs: str, code: str, off: Off, shown: str, mirrored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if mirrored:
        ours, theirs = theirs, ours
    found = merging.merge(base, ours, theirs, ENGLISH)
    assert isinstance(found, Conflict), found
    assert found.code == code
    assert found.spots
    off(monkeypatch)
    wrong = merging.merge(base, ours, theirs, ENGLISH)
    assert isinstance(wrong, Merged), wrong
    assert shown in wrong.wikitext
    assert wrong.wikitext not in (ours, theirs)
    if code == "doubled":
        assert wrong.wikitext.count(shown) == 2


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        pytest.param(
            put(PAGE, "lake.", "lake.<ref name=a>Amina, 1990.</ref>"),
            put(PAGE, "rooms.", "rooms.<ref name=b>Bosco, 1991.</ref>"),
            put(put(PAGE, "lake.", "lake.<ref name=a>Amina, 1990.</ref>"), "rooms.",
                "rooms.<ref name=b>Bosco, 1991.</ref>"),
            id="two references",
        ),
        pytest.param(
            put(PAGE, "lake.", 'lake.<ref name="a" />'), put(PAGE, "rooms.", 'rooms.<ref name="a" />'),
            put(put(PAGE, "lake.", 'lake.<ref name="a" />'), "rooms.", 'rooms.<ref name="a" />'),
            id="one reference used twice",
        ),
        pytest.param(
            PAGE + "\n[[Category:Towns]]", PAGE + "\n[[Category:Ports]]",
            PAGE + "\n[[Category:Towns]]\n[[Category:Ports]]", id="two categories",
        ),
        pytest.param(
            PAGE + "\n[[de:Kirundo]]", PAGE + "\n[[ar:كيروندو]]", PAGE + "\n[[ar:كيروندو]]\n[[de:Kirundo]]",
            id="two languages, sorted",
        ),
        pytest.param(
            put(PAGE, "The market", "<!-- ask Amina --> The market"), put(PAGE, "Boats", "Three boats"),
            put(put(PAGE, "The market", "<!-- ask Amina --> The market"), "Boats", "Three boats"),
            id="a closed comment",
        ),
        pytest.param(
            "{{Stub}}\n" + PAGE, PAGE + "\n\n{{Boats}}", "{{Stub}}\n" + PAGE + "\n\n{{Boats}}", id="two templates",
        ),
        pytest.param(
            put(PAGE, "the lake.", "the [[Ruzi]]."), put(PAGE, "six rooms", "six rooms by the [[Ruzi]]"),
            put(put(PAGE, "the lake.", "the [[Ruzi]]."), "six rooms", "six rooms by the [[Ruzi]]"), id="one link twice",
        ),
    ],
)  # fmt: skip
def test_what_may_stand_together_is_not_refused(ours: str, theirs: str, both: str) -> None:
    assert merging.merge(PAGE, ours, theirs, ENGLISH) == Merged(both, Level.A)


def test_a_conflict_of_guards_is_the_same_whoever_asks() -> None:
    """Both hold two pictures twice: the first by name is shown, not the first of a set, which has no order."""
    more = [f"[[File:{name}.jpg]]" for name in ("Hill", "Boat", "Lake", "Dog")]
    ours, theirs = "\n".join(more) + "\n" + PAGE, after(PAGE, "six rooms.", "\n".join(more))
    wrong = guards.judge(PAGE, ours, theirs, "\n".join(more) + "\n" + theirs, lambda *_: None)
    assert wrong == guards.Wrong("doubled", "File:Boat.jpg")
