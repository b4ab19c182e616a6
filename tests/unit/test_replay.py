"""Edits that wait, brought into the wiki's text in their order; and what must never come back with them."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from testing.sites import ENGLISH
from wikigit.wikitext import replay as replaying
from wikigit.wikitext.conflict import Conflict, Spot
from wikigit.wikitext.merge import Level, Merged, merge
from wikigit.wikitext.replay import Replayed, brings_back, replay_one

NGOZI = """\
Ngozi is a city in the north of Burundi.

The market was built in 1932 by the parish.

Every Tuesday the coffee growers meet there.

The hospital stands on the hill above the lake."""


@dataclass(frozen=True)
class Edit:
    """What was saved, and on which text."""

    before: str | None
    after: str

    @property
    def pair(self) -> tuple[str | None, str]:
        return self.before, self.after


def edit(before: str, old: str, new: str) -> Edit:
    assert old in before
    return Edit(before, before.replace(old, new, 1))


def replay(wikitext: str | None, *edits: Edit) -> Replayed[Edit]:
    return replaying.replay(wikitext, edits, ENGLISH)


def test_on_its_own_text_an_edit_stands_as_it_was_saved() -> None:
    assert replay(NGOZI, Edit(NGOZI, "All new.")).wikitext == "All new."
    assert replay(None, Edit(None, "A new page.")).wikitext == "A new page."
    assert replay(NGOZI) == Replayed(NGOZI, (), ())


def test_edits_stand_on_one_another() -> None:
    first = edit(NGOZI, "1932", "1933")
    second = edit(first.after, "built in 1933", "built in 1933 and 1950")
    third = edit(second.after, "coffee", "tea")
    assert replay(NGOZI, first, second, third) == Replayed(third.after, (first, second, third), ())
    moved_on = NGOZI + "\n\nThe stadium holds 5000."
    assert replay(moved_on, first, second, third).wikitext == third.after + "\n\nThe stadium holds 5000."


def test_an_edit_that_does_not_fit_leaves_the_text_and_holds_nobody_up() -> None:
    year, other, tea = edit(NGOZI, "1932", "1933"), edit(NGOZI, "1932", "1931"), edit(NGOZI, "coffee", "tea")
    found = replay(NGOZI, year, other, tea)
    assert found.wikitext == edit(year.after, "coffee", "tea").after
    assert found.merged == (year, tea)
    (waiting,) = found.waiting
    assert waiting.edit is other
    (spot,) = waiting.conflict.spots
    assert (spot.line, spot.ours) == (3, "1933")


def test_what_was_written_on_a_waiting_edit_goes_on_without_its_words() -> None:
    waits = edit(NGOZI, "1932", "1931")
    later = edit(waits.after, "coffee", "tea")
    wiki = edit(NGOZI, "1932", "1933").after
    found = replay(wiki, waits, later)
    assert found.wikitext == edit(wiki, "coffee", "tea").after
    assert found.merged == (later,)


def test_what_somebody_already_made_so_replays_and_changes_nothing() -> None:
    tea = edit(NGOZI, "coffee", "tea")
    assert replay(tea.after, tea, Edit(NGOZI, NGOZI)) == Replayed(tea.after, (tea, Edit(NGOZI, NGOZI)), ())


@pytest.mark.parametrize(("wikitext", "before", "code"), [("Theirs.", None, "created"), (None, "Old.", "deleted")])
def test_a_page_made_twice_or_gone_waits(wikitext: str | None, before: str | None, code: str) -> None:
    found = replay(wikitext, Edit(before, "Ours."), Edit(wikitext, "On the wiki's."))
    assert [waiting.conflict.code for waiting in found.waiting] == [code]
    assert found.wikitext == "On the wiki's."


def test_a_proposal_is_not_taken_without_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "merge", lambda *_: Merged("guessed", Level.B))
    found = replay_one("so far", ("before", "after"), ENGLISH)
    assert found == Conflict((Spot("so far", "so far", "guessed", "", 1), "\n"), "proposal")
    monkeypatch.setattr(replaying, "merge", lambda *_: Merged("sure", Level.A))
    assert replay_one("so far", ("before", "after"), ENGLISH) == "sure"


SECRET = "Jean Bosco of Rue 7 owes money to his brother."
IN_HINDI = "रमेश शर्मा ने बाज़ार में बहुत उधार लिया है।"
IN_CHINESE = "王先生欠教区很多钱并且住在第七街。"
IN_THAI = "นายบุญมีเป็นหนี้วัดจำนวนมากและอยู่ที่ถนนเจ็ด"


def with_secret(secret: str) -> str:
    """The page as the edit's author saw it: a line that was declined, hidden or reverted since."""
    return NGOZI.replace("by the parish.", "by the parish.\n\n" + secret)


def moves(text: str, secret: str) -> str:
    return text.replace("\n\n" + secret, "") + "\n\n" + secret


def copies(text: str, secret: str) -> str:
    return text + "\n\n" + secret


def extends(text: str, secret: str) -> str:
    return text + "\n\nThey say: " + secret + " Who knows?"


def indents(text: str, secret: str) -> str:
    return text + "\n  " + secret


def quotes_half(text: str, secret: str) -> str:
    return text + "\n\n“" + secret[len(secret) // 3 :] + "”, people said."


def dresses(text: str, secret: str) -> str:
    return text + "\n\n* ''" + secret.replace(" ", " '''", 1) + "''"


@pytest.mark.parametrize("secret", [SECRET, IN_HINDI, IN_CHINESE, IN_THAI])
@pytest.mark.parametrize("does", [moves, copies, extends, indents, quotes_half, dresses])
def test_words_that_were_taken_out_never_come_back_through_a_later_edit(
    does: Callable[[str, str], str], secret: str
) -> None:
    before = with_secret(secret)
    after = does(before, secret)
    unguarded = merge(before, NGOZI, after, ENGLISH)
    assert isinstance(unguarded, Merged), "without the guard this would be clean"
    assert secret[-12:] in unguarded.wikitext
    found = replay(NGOZI, Edit(before, after))
    assert found.wikitext == NGOZI
    assert [waiting.conflict.code for waiting in found.waiting] == ["depends-on"]


def test_a_heading_that_was_taken_out_does_not_come_back_either() -> None:
    before = NGOZI.replace("\n\nEvery", "\n\n== Debts ==\n\nEvery")
    found = replay_one(NGOZI, (before, before + "\n\n== Debts =="), ENGLISH)
    assert found == Conflict((NGOZI + "\n", Spot("", "", "\n== Debts ==\n", "", 8)), "depends-on")


def test_a_dispute_is_about_the_words_that_were_taken_out_and_the_rest_is_settled() -> None:
    before = with_secret(SECRET)
    after = f"{SECRET}\n\n{before.replace('coffee', 'tea')}"
    found = replay_one(NGOZI, (before, after), ENGLISH)
    assert isinstance(found, Conflict)
    assert [(spot.ours, spot.theirs) for spot in found.spots] == [("", SECRET + "\n\n")]
    assert found.wikitext(lambda spot: spot.ours) == NGOZI.replace("coffee", "tea")


def test_the_guard_asks_what_the_text_so_far_lacks() -> None:
    before = with_secret(SECRET)
    assert brings_back(before, NGOZI, NGOZI + "\n" + SECRET)
    assert not brings_back(before, before, before + "\n" + SECRET)
    assert not brings_back(NGOZI, NGOZI, NGOZI + "\n" + SECRET)
    assert not brings_back(None, None, SECRET)


@pytest.mark.parametrize(
    "added",
    [
        "Jean Bosco likes his brother.",
        "money to his sister",
        "|-",
        "बाज़ार में बहुत लोग हैं।",
        "第七街有一个市场。",
    ],
)
def test_three_words_in_common_are_nobodys(added: str) -> None:
    before = with_secret("\n\n".join((SECRET, IN_HINDI, IN_CHINESE, "|-")))
    assert replay_one(NGOZI, (before, before + "\n\n" + added), ENGLISH) == NGOZI + "\n\n" + added


APART = [(mine, other) for mine in range(6) for other in range(6) if abs(mine - other) > 1]


@settings(max_examples=1_000)
@given(st.text("abc市ต\n", max_size=60), st.sampled_from(APART), st.integers(0, 9), st.booleans())
def test_an_edit_of_a_line_that_the_other_side_left_alone_merges(
    letters: str, places: tuple[int, int], at: int, gone: bool
) -> None:
    """No false alarm, however often the page's words repeat, as long as the edit's own words are its own."""
    page = [list(line) for line in (letters + "\n" * 5).split("\n")]
    mine, other = places
    before = [" ".join([f"{number}.", *words]) for number, words in enumerate(page)]
    wiki, after = list(before), list(before)
    wiki[other] = "" if gone else "Another line."
    after[mine] = " ".join([f"{mine}.", *page[mine][:at], "opened", "again", *page[mine][at:]])
    assume(
        2 * len("\n".join(wiki)) > len("\n".join(before))
    )  # a page that loses nearly all of it is a person's to decide
    both = [*wiki[:mine], after[mine], *wiki[mine + 1 :]]
    found = replay("\n".join(wiki), Edit("\n".join(before), "\n".join(after))).wikitext
    assert found is not None
    assert found.rstrip() == "\n".join(both).rstrip()


def test_a_line_that_two_people_move_is_neither_doubled_nor_lost() -> None:
    before = "Market.\n\nTown.\n\nSchool.\n\nRiver."
    one, other = "Town.\n\nMarket.\n\nSchool.\n\nRiver.", "Town.\n\nSchool.\n\nRiver.\n\nMarket."
    found = replay_one(one, (before, other), ENGLISH)
    assert isinstance(found, Conflict)
    assert (found.code, [spot.theirs for spot in found.spots]) == ("moved", ["\nMarket.\n"])
    assert replay_one(one, (before, one), ENGLISH) == one
    assert replay_one(one + "\n\nBridge.", (before, one), ENGLISH) == one + "\n\nBridge."


def test_a_line_that_one_removes_and_another_moves_is_for_a_person() -> None:
    before = "Town.\n\nMarket.\n\nSchool.\n\nRiver."
    moved = "Town.\n\nSchool.\n\nMarket.\n\nSchool of music.\n\nRiver."
    assert isinstance(replay_one(moved, (before, before.replace("Market.\n\n", "")), ENGLISH), Conflict)
