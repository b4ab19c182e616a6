"""Two changes of one text become one text, or a conflict that says exactly where."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testing.sites import ENGLISH
from wikigit.wikitext import merge as merging
from wikigit.wikitext.conflict import Conflict, Spot
from wikigit.wikitext.merge import Level, Merged
from wikigit.wikitext.tokens import tokens

NGOZI = """\
'''Ngozi''' is a city in Burundi.

== History ==
The market is from 1932.
It burnt down in 1994.

== People ==
* Amina
* Bosco

[[Category:Cities]]"""


def merge(base: str | None, ours: str | None, theirs: str) -> Merged | Conflict:
    return merging.merge(base, ours, theirs, ENGLISH)


def merged(base: str | None, ours: str | None, theirs: str) -> str:
    result = merge(base, ours, theirs)
    assert isinstance(result, Merged), result
    assert result.level is Level.A
    return result.wikitext


def conflict(base: str | None, ours: str | None, theirs: str) -> Conflict:
    result = merge(base, ours, theirs)
    assert isinstance(result, Conflict), result
    return result


def ours_of(spot: Spot) -> str:
    return spot.ours


def theirs_of(spot: Spot) -> str:
    return spot.theirs


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "result"),
    [
        ("a", "a", "b", "b"),
        ("a", "b", "a", "b"),
        ("a", "b", "b", "b"),
        ("a", "a", "a", "a"),
        ("a", "a", "", ""),
        (None, None, "a", "a"),
        (None, "a", "a", "a"),
        (None, "", "", ""),
    ],
)
def test_where_one_side_changed_nothing_the_other_stands(
    base: str | None, ours: str | None, theirs: str, result: str
) -> None:
    assert merged(base, ours, theirs) == result


def test_two_places_of_a_page_merge() -> None:
    ours = NGOZI.replace("a city", "a large city")
    theirs = NGOZI.replace("* Bosco", "* Bosco\n* Chantal").replace("1932", "1933")
    both = ours.replace("* Bosco", "* Bosco\n* Chantal").replace("1932", "1933")
    assert merged(NGOZI, ours, theirs) == both


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param("1\n2x\n3\n4\n5", "1\n2y\n3\n4\n5", id="the same line"),
        pytest.param("1\n2x\n3\n4\n5", "1\n2\n3y\n4\n5", id="neighbouring lines"),
        pytest.param("1\n2\n3\n4\n5\n6", "1\n2\n3\n4\n5\n7", id="both go on at the end"),
        pytest.param("1\nx\n2\n3\n4\n5", "1\ny\n2\n3\n4\n5", id="both put in at one place"),
        pytest.param("1\n2\n4\n5", "1\n2\n3y\n4\n5", id="deleted, changed"),
        pytest.param("1\n2\n4\n5", "1\n2\nx\n3\n4\n5", id="put in before a deleted line"),
    ],
)
def test_changes_that_overlap_or_touch_are_for_a_person(ours: str, theirs: str) -> None:
    assert conflict("1\n2\n3\n4\n5", ours, theirs).code == ""
    assert conflict("1\n2\n3\n4\n5", theirs, ours).code == ""


def test_the_same_change_of_both_sides_counts_once() -> None:
    ours, theirs = "1\n2x\nnew\n3\n4\n5y", "1\n2x\nnew\n3\n4\n5"
    assert merged("1\n2\n3\n4\n5", ours, theirs) == ours


def test_one_line_between_two_changes_is_enough() -> None:
    base = "012345"
    for mine, other in product(base, base):
        both = base.replace(mine, "x").replace(other, "y")
        texts = ["\n".join(text) for text in (base, base.replace(mine, "x"), base.replace(other, "y"), both)]
        if abs(int(mine) - int(other)) > 1:
            assert merged(*texts[:3]) == texts[3]
        else:
            assert len(conflict(*texts[:3]).spots) == 1


def test_neighbouring_cells_of_a_table_are_one_place() -> None:
    base = "{|\n| flag\n| Burundi\n| Ngozi is here\n|}"
    assert len(conflict(base, base.replace("flag", "banner"), base.replace("Burundi", "Rwanda")).spots) == 1
    both = base.replace("flag", "banner").replace("here", "there")
    assert merged(base, base.replace("flag", "banner"), base.replace("here", "there")) == both


def test_a_page_that_two_made() -> None:
    found = conflict(None, "Ngozi is a city.", "Ngozi is a town.")
    assert found == Conflict(("Ngozi is a ", Spot("city", "city", "town", "", 1), ".\n"), "created")
    assert found.wikitext(ours_of) == "Ngozi is a city."
    assert found.wikitext(theirs_of) == "Ngozi is a town."


def test_a_page_that_one_made_as_the_other_and_longer_is_a_proposal() -> None:
    short, long = "Ngozi is a city.", "Ngozi is a city.\n\nIt has a market."
    assert merge(None, short, long) == Merged(long, Level.B)
    assert merge(None, long, short) == Merged(long, Level.B)


def test_an_edit_of_a_page_that_is_gone() -> None:
    found = conflict("Ngozi is a city.", None, "Ngozi is a town.")
    assert found == Conflict((Spot("Ngozi is a city.\n", "", "Ngozi is a town.\n", "", 1),), "deleted")
    assert conflict("a", None, "a") == Conflict(code="deleted")


def test_a_conflict_names_its_places_and_merges_the_rest() -> None:
    ours = NGOZI.replace("1932", "1931").replace("* Bosco", "* Bosco\n* Chantal").replace("a city", "a big city")
    theirs = NGOZI.replace("1932", "1933").replace("* Bosco", "* Bosco\n* Denis").replace("Cities", "Towns")
    found = conflict(NGOZI, ours, theirs)
    year, people = found.spots
    assert (year.section, year.line, year.ours) == ("History", 4, "1931")
    assert (year.base, year.theirs) == ("1932", "1933")
    assert (people.section, people.line, people.base) == ("People", 10, "")
    assert (people.ours, people.theirs) == ("* Chantal\n", "* Denis\n")
    assert found.wikitext(ours_of) == ours.replace("Cities", "Towns")
    assert found.wikitext(theirs_of) == theirs.replace("a city", "a big city")
    assert found.wikitext(lambda spot: spot.base) == NGOZI.replace("a city", "a big city").replace("Cities", "Towns")


@pytest.mark.parametrize(
    ("base", "section"),
    [
        ("SPOT", ""),
        ("== A ==\nSPOT", "A"),
        ("== A ==\nx\n===B===  \nSPOT", "B"),
        ("=a\n==\n= =\nSPOT", ""),
        ("=== A ==\nSPOT", "= A"),
        ("======= A =======\nSPOT", "= A ="),
        ("SPOT\n== A ==", ""),
    ],
)
def test_a_place_is_in_the_section_whose_heading_stands_above(base: str, section: str) -> None:
    (spot,) = conflict(base, base.replace("SPOT", "1"), base.replace("SPOT", "2")).spots
    assert (spot.section, spot.line) == (section, base.split("SPOT")[0].count("\n") + 1)


def test_what_is_put_in_before_a_heading_is_in_the_section_above_it() -> None:
    base = "== A ==\nx\n== B ==\ny"
    (spot,) = conflict(base, base.replace("x\n", "x\n1\n"), base.replace("x\n", "x\n2\n")).spots
    assert (spot.section, spot.line) == ("A", 3)
    (spot,) = conflict(base, base.replace("B", "C"), base.replace("B", "D")).spots
    assert (spot.section, spot.line) == ("B", 3)


def test_a_hostile_line_ends() -> None:
    """A heading that is none, of a hundred thousand blanks: a regular expression would be cubic here."""
    base = "=" + " " * 100_000 + "x\nSPOT"
    assert conflict(base, base + "1", base + "2").spots[0].section == ""


def test_line_ends_that_are_no_lf_survive() -> None:
    base = "a\rb\x0c\n\x00\n\u2028c\u2029\n\x85\r\nd\x0b\x1c\n"
    theirs = base.replace("\x00", "\x00\x00\r")
    assert merged(base, base + "e\re", theirs) == theirs + "e\re"


ODD = st.lists(st.sampled_from(["", "a", "b\r", "\u2028", "\x00", "= a ="]), min_size=1, max_size=8).map("\n".join)


@settings(max_examples=1_000)
@given(ODD, ODD, ODD)
def test_any_three_texts(base: str, ours: str, theirs: str) -> None:
    """Symmetric; nothing but words of the texts comes out, least of all markers; nothing disputed is decided."""
    result, mirrored = merge(base, ours, theirs), merge(base, theirs, ours)
    if isinstance(result, Merged):
        assert result == mirrored
        assert set(tokens(result.wikitext)) <= set(tokens("\n".join((base, ours, theirs))))
        return
    assert isinstance(mirrored, Conflict)
    assert result.wikitext(ours_of) == mirrored.wikitext(theirs_of)
    assert result.wikitext(theirs_of) == mirrored.wikitext(ours_of)
    assert all(spot.ours != spot.theirs for spot in result.spots)
    assert merge(base, base, theirs) == Merged(theirs, Level.A)


@st.composite
def changed(draw: st.DrawFn, mark: str, size: int) -> list[str]:
    """A first line and lines 0 to size-1, some dropped, changed or followed by a new one; no two lines are equal."""
    lines = ["first"]
    for number, change in enumerate(draw(st.lists(st.integers(0, 8), min_size=size, max_size=size))):
        kept = {0: [], 1: [f"{number}{mark}"], 2: [str(number), f"{number}{mark}+"]}
        lines += kept.get(change, [str(number)])
    return lines


@settings(max_examples=1_000)
@given(changed("x", 12), changed("y", 12))
def test_a_conflict_decided_for_ours_holds_theirs_elsewhere(ours: list[str], theirs: list[str]) -> None:
    base = ["first", *map(str, range(12))]
    result = merge("\n".join(base), "\n".join(ours), "\n".join(theirs))
    disputed = result.spots if isinstance(result, Conflict) else ()
    text = result.wikitext(ours_of) if isinstance(result, Conflict) else result.wikitext
    lines = text.split("\n")
    in_theirs = {line for spot in disputed for line in spot.theirs.split("\n")}
    in_base = {line for spot in disputed for line in spot.base.split("\n")}
    undisputed = [line for line in theirs if "y" in line and line not in in_theirs]
    dropped = set(base) - set(theirs) - in_base
    assert [line for line in lines if "y" in line] == undisputed
    assert [line for line in lines if "y" not in line] == [line for line in ours if line not in dropped]
    for spot in disputed:
        assert spot.base == "".join(line + "\n" for line in base[spot.line - 1 :])[: len(spot.base)]
        assert spot.ours in text + "\n"


def test_changes_that_start_at_one_place_have_no_order() -> None:
    base, ours, theirs = "\na\n\u2028\n\u2028\na\na", "\na\n\u2028\n\u2028\n\n\na", "\n\n\n\n\na"
    one, other = conflict(base, ours, theirs), conflict(base, theirs, ours)
    assert one.wikitext(ours_of) == other.wikitext(theirs_of)
    assert [spot.base for spot in one.spots] == [spot.base for spot in other.spots]
