"""What a redaction takes out of a line or a text, and what it leaves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wikigit.wikitext import redaction
from wikigit.wikitext.redaction import GONE, Redaction, marks_in, runs, runs_in

SALT = b"salt"
LINE = "Mister Buyoya of the third house owes money."


def of(*texts: str, names: tuple[str, ...] = ()) -> Redaction:
    words = {run for text in texts for run in runs_in(text)}
    return Redaction(
        SALT,
        runs=frozenset(redaction.fingerprint(SALT, run) for run in words),
        names=frozenset(redaction.name(SALT, name) for name in names),
    )


def test_a_line_goes_where_four_of_its_words_stand_in_a_row() -> None:
    made = of(LINE)
    assert made.hides_words("* MISTER Buyoya, of the '''last''' house")
    assert made.hides_words("They say: [[owes money|third house owes money]]!")
    assert not made.hides_words("Mister Buyoya and the third house are well.")
    assert made.page(f"Ngozi.\n{LINE}\n\nA market.").split("\n")[::2] == ["Ngozi.", ""]


def test_a_short_line_goes_as_a_whole_only() -> None:
    made = of("Tel. 22 33")
    assert made.hides_words("''Tel.'' 22 33")
    assert not made.hides_words("Tel. 22 33 44")


def test_a_script_without_blanks_is_told_by_letters() -> None:
    made = of("他住在第三座房子里欠大家钱")
    assert made.hides_words("听说他住在第三座房子里面")
    assert not made.hides_words("他住在城里")


def test_a_name_is_found_however_it_is_written_and_never_inside_another() -> None:
    made = of(names=("Jane Q Public",))
    assert made.line("Undid [[Special:Contributions/Jane_Q_Public|Jane Q Public]]", about_page=False) == GONE
    assert made.line("Undid Jane Public", about_page=False) == "Undid Jane Public"
    assert (made.is_name("Jane Q Public"), made.is_name("Jane Q Public Junior")) == (True, False)


def test_words_of_a_page_are_looked_for_only_where_it_is_about_it() -> None:
    assert of(LINE).line(LINE, about_page=False) == LINE
    assert of(LINE).line(LINE, about_page=True) == GONE


lines = st.lists(st.sampled_from(["", "A market.", LINE, f"{LINE} Ask him.", f"{LINE} Yes."]), max_size=5)


@given(lines, lines)
def test_two_texts_differ_afterwards_where_they_differed_before(one: list[str], other: list[str]) -> None:
    made = of(LINE)
    gone = [made.page("\n".join(text)).split("\n") for text in (one, other)]
    assert (gone[0] == gone[1]) == ("\n".join(one) == "\n".join(other))
    for before, after in zip(("\n".join(one), "\n".join(other)), gone, strict=True):
        assert [line == mark for line, mark in zip(before.split("\n"), after, strict=True)] == [
            not made.hides_words(line) for line in before.split("\n")
        ]


@given(lines)
def test_a_redaction_done_twice_changes_nothing_more(text: list[str]) -> None:
    made = of(LINE)
    once = made.page("\n".join(text))
    assert made.page(once) == once
    assert all(runs(mark) == set() for mark in marks_in(once))
