"""Names are found however they are written, and not where they are other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigit.core.names import Names, kind, within


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Aline", "Written by ALINE."),
        ("Aline Ndayizeye", "Ndayizeye, Aline"),
        ("Aline Ndayizeye", "Aline\n  Ndayizeye"),
        ("José Nkurunziza", "Jose_Nkurunziza"),
        ("Straße", "STRASSE"),
        ("مُحَمَّد", "كتبه محمد هنا"),
        ("王芳", "這是王芳寫的"),
        ("Ndayizeye Jean Bosco", "Bosco Ndayizeye Jean"),
        ("Zoé", "Zo\u00ade"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, text: str) -> None:
    assert Names.of([name]).found(text).total() == 1


@pytest.mark.parametrize(("name", "text"), [("Aline", "Alines saline"), ("Jo", "Jo"), ("Aline", ""), ("", "anything")])
def test_other_words_are_not_taken_for_it(name: str, text: str) -> None:
    assert not Names.of([name]).found(text)


def test_an_address_is_found_and_those_of_commits_are_not() -> None:
    found = Names.of([]).found("Ask amina@example.org, not c-00000000@kit.invalid or @you.")
    assert [(each, kind(each)) for each in found] == [("amina@example.org", "address")]


def test_only_what_is_new_counts() -> None:
    names = Names.of(["Aline"])
    assert not names.new("By Aline.\n\nA.", "B.\n\nBy Aline.")
    assert names.new("By Aline.", "By Aline and Aline.").total() == 1
    assert names.new("Aline\nwas here", "Jean\nwas here").total() == 0


@given(before=st.text("aAline \n@.", max_size=60), after=st.text("aAline \n@.", max_size=60))
def test_what_differs_tells_as_much_as_the_whole(before: str, after: str) -> None:
    names = Names.of(["Aline"])
    assert names.new(before, after) == names.found(after) - names.found(before)


def test_a_credit_makes_the_name_in_it_public() -> None:
    assert within("Aline", "Aline N.")
    assert not within("Aline Ndayizeye", "Aline N.")


def test_many_names_and_a_hostile_text_come_to_an_end() -> None:
    """Each place of the text is looked at a few times, whatever stands there."""
    names = Names.of(f"Person{n} Family{n}" for n in range(500))
    hostile = "person1 " * 20_000 + "a" * 50_000 + "@" * 10_000 + "a." * 20_000 + "_" * 50_000
    assert not names.found(hostile)
