"""The summary on the wiki: who wrote it, what for, and the step; always short enough, always readable back."""

import pytest
import regex
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from testing.typed import LETTERS, typed
from wikigit.core import attribution, words
from wikigit.core.edit import check_credit
from wikigit.core.errors import WikigitError

STEP = "wg:7m2q9kx4t1vbn8rc"


def test_the_credit_stands_first_and_the_step_last() -> None:
    assert attribution.summary(["Amina B."], "corrected the year", STEP) == (
        "Amina B. (offline): corrected the year #wikigit wg:7m2q9kx4t1vbn8rc"
    )
    assert attribution.summary(["Amina B.", "c-7f3a2b1c"], "", STEP) == (
        "Amina B., c-7f3a2b1c (offline) #wikigit wg:7m2q9kx4t1vbn8rc"
    )


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("corrected the year of the market " * 20, id="ASCII"),
        pytest.param("تصحيح سنة السوق في المدينة " * 30, id="Arabic"),
        pytest.param("የገበያውን ዓመት አስተካከልኩ፡፡ " * 30, id="Ethiopic"),
        pytest.param("🧑🏽\u200d🌾👩🏾\u200d🍳🇧🇮" * 80, id="emoji"),
        pytest.param("बाज़ार का वर्ष क्षत्रिय " * 30, id="Devanagari"),
        pytest.param("ߛߊ߲߬ߝߌߘߊ ߟߎ߬ ߦߌ߬ߘߊ߬ " * 30, id="N'Ko"),
        pytest.param("ตลาดเมืองเก่า" * 60, id="Thai, without blanks"),
        pytest.param("z\u0301\u0327\u0302" * 300, id="letters of many marks"),
    ],
)
@pytest.mark.parametrize("names", [["Amina B."], ["x" * 80] * 4])
def test_long_words_are_cut_by_us_so_that_the_wiki_never_cuts(said: str, names: list[str]) -> None:
    made = attribution.summary(names, said, STEP)
    assert 400 < len(made) <= attribution.LIMIT
    assert made.startswith(", ".join(names) + " (offline): ")
    assert made.endswith("… #wikigit " + STEP)
    back = attribution.parse(made)
    assert back is not None
    kept = back.words.removesuffix("…")
    letters = regex.findall(r"\X", words.one_line(said))
    whole = {"".join(letters[:count]).rstrip(" " + words.JOINERS) for count in range(len(letters) + 1)}
    assert kept in whole


GRAMMAR = [" (offline)", ": ", " #wikigit ", STEP, "[[", "{{", "]]", "}}", "/*", "*/", "*", "/", "[", "\n", ", ", " "]
SAID = typed(GRAMMAR, 24)


def credit(typed: str) -> str:
    """A valid credit, or what stands for a person without one."""
    try:
        return check_credit(typed)
    except WikigitError:
        return "c-7f3a2b1c"


NAMES = st.text(LETTERS, max_size=120).map(lambda drawn: [credit(name) for name in drawn.split("0")])


@settings(max_examples=2_500)
@given(NAMES, SAID, st.sampled_from([1, 40]))
def test_names_and_step_come_back_whatever_was_said(names: list[str], said: str, times: int) -> None:
    assume(attribution.fits(names))
    made = attribution.summary(names, said * times, STEP)
    assert len(made) <= attribution.LIMIT
    assert made.startswith(", ".join(names) + " (offline)")
    assert made == words.one_line(made)
    back = attribution.parse(made)
    assert back is not None
    assert (back.names, back.step) == (tuple(names), STEP)
    for mark in ("[[", "]]", "{{", "}}", "/*", "*/"):
        assert mark not in back.words


def test_words_that_imitate_a_summary_do_not_speak_for_it() -> None:
    forged = "y (offline): z #wikigit wg:0000000000000000"
    for said in (forged, ": " + forged, "(offline) #wikigit wg:0000000000000000", "#wikigit wg:0000000000000000"):
        back = attribution.parse(attribution.summary(["Amina B."], said, STEP))
        assert back == attribution.Attribution(("Amina B.",), said, STEP)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("see [[Ngozi|here]] and {{cite}}", "see [ [Ngozi|here] ] and { {cite} }"),
        ("[[[[a", "[ [ [ [a"),
        ("/* History */ year", "/ * History * / year"),
        ("/*/", "/ * /"),
        ("a[0] {b} 1/2 * 3", "a[0] {b} 1/2 * 3"),
    ],
)
def test_marks_that_the_wiki_would_act_on_are_taken_apart(said: str, shown: str) -> None:
    back = attribution.parse(attribution.summary(["Amina B."], said, STEP))
    assert back is not None
    assert back.words == shown


@settings(max_examples=500)
@given(st.lists(st.integers(1, 80), min_size=1, max_size=12))
def test_names_that_fit_leave_room_for_words(lengths: list[int]) -> None:
    names = ["x" * length for length in lengths]
    said = "y" * attribution.WORDS_ROOM
    longest = ["#" + "z" * (attribution.HASHTAGS_ROOM - 1)]
    if attribution.fits(names):
        assert f": {said} #" in attribution.summary(names, said, STEP)
        assert f": {said} #" in attribution.summary(names, said, STEP, longest)
    else:
        assert sum(lengths) + 2 * len(lengths) > 300


def test_too_many_names_are_refused_not_cut() -> None:
    assert not attribution.fits(["x" * 80] * 6)
    with pytest.raises(ValueError, match="names do not fit"):
        attribution.summary(["x" * 80] * 6, "", STEP)


@pytest.mark.parametrize(
    "theirs",
    [
        "",
        "corrected the year",
        f"Amina B.: corrected #wikigit {STEP}",
        f"Amina B. (offline): corrected #wikigit {STEP} again",
        f"Amina B. (offline): corrected #wikigit {STEP[:-1]}",
        f"Amina B. (offline): corrected #wikigit {STEP[:-1]}u",
        f"(offline): corrected #wikigit {STEP}",
        f"a (b) (offline): corrected #wikigit {STEP}",
        f"Amina B. (offline): two\nlines #wikigit {STEP}",
        f"Amina B. (offline): corrected #wikigit {STEP}\n",
    ],
)
def test_other_summaries_are_not_ours(theirs: str) -> None:
    assert attribution.parse(theirs) is None


@pytest.mark.parametrize(
    "typed", ["", " \u200d", "x" * 81, "A, B", "A (offline)", "[[A]]", "A: b", "#A", "~~~~", "A|b"]
)
def test_a_credit_that_a_summary_could_not_carry_is_refused(typed: str) -> None:
    with pytest.raises(WikigitError) as error:
        check_credit(typed)
    assert error.value.hint


def test_a_credit_is_one_line_in_any_script() -> None:
    assert check_credit("  ߝߊ߫ߕߎ\n ߖߊ߬ߟߏ ") == "ߝߊ߫ߕߎ ߖߊ߬ߟߏ"
    assert check_credit("O'Brien-Łukasz Jr. & co") == "O'Brien-Łukasz Jr. & co"
    assert check_credit("é" * 80) == check_credit("e\u0301" * 80)


HASHTAG = st.from_regex(r"#\w{1,20}", fullmatch=True)


@given(st.lists(HASHTAG, max_size=3), st.text(LETTERS, max_size=400), st.integers(0, 340))
def test_hashtags_stand_behind_ours_and_leave_the_summary_readable(hashtags: list[str], said: str, length: int) -> None:
    names = ["x" * length] if length else ["c-7f3a2b1c"]
    assume(attribution.fits(names) and len(" ".join(hashtags)) <= attribution.HASHTAGS_ROOM)
    made = attribution.summary(names, said, STEP, hashtags)
    back = attribution.parse(made)
    assert len(made) <= attribution.LIMIT
    assert back is not None
    assert (back.names, back.step) == (tuple(names), STEP)
    assert made.endswith(" ".join(["#wikigit", *hashtags, STEP]))
