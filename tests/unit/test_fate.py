"""What became of published edits: small histories and what they mean, and when one looks."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testing.sites import ENGLISH
from wikigit.bridge.fate import AGES, Published, Seen, fate, gone, published
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.wikitext.survival import share

EDIT, KIT, DAY = "e-7m2q9kx4t1vbn8rc", "k-x4q2m7aa", "2026-03-01"
EARLY, WEEK, MONTH, QUARTER, LATE = "2026-03-02", "2026-03-08", "2026-03-31", "2026-05-30", "2027-01-01"
TITLE = Title.parse("Ngozi", ENGLISH)
OURS = 10


def revision(number: int, text: str, tags: str = "", *, account: str = "Person", summary: str = "") -> Revision:
    """A revision as a history tells it: `text` "" is hidden."""
    sha1 = hashlib.sha1(text.encode()).hexdigest() if text else ""
    marks = tuple(f"mw-{tag}" for tag in tags.split())
    return Revision(number, 1, TITLE, None, account, f"2026-03-01T00:00:{number}Z", summary, sha1=sha1, tags=marks)


def ours(text: str = "with", tags: str = "") -> Revision:
    return revision(OURS, text, tags, account="Bridge")


def told(*history: Revision, words: int | None = 0, today: str = WEEK) -> str:
    """The fate of an edit as its receipt says it, "" for none; `history` oldest first."""
    edit = Published(EDIT, KIT, OURS, DAY)
    receipt = fate(edit, Seen(history[-1].id, words, history[::-1]), today)
    return "" if receipt is None else " ".join(filter(None, (receipt.outcome, receipt.code, receipt.ref)))


BASE = revision(9, "before")
OLDER = revision(8, "long before")

HISTORIES = {
    "nobody touched it": (told(BASE, ours()), "alive 7 10"),
    "others wrote on": (told(BASE, ours(), revision(11, "with more"), words=100), "alive 7 10"),
    "a word was mended": (told(BASE, ours(), revision(11, "mended"), words=94), "alive 7 10"),
    "half of it is left": (told(BASE, ours(), revision(11, "half"), words=50), "reworked 7:50 11"),
    "nothing is left": (told(BASE, ours(), revision(11, "else"), words=0), "reworked 7:0 11"),
    "undone at once": (told(BASE, ours(), revision(11, "before", "undo")), "reverted undo 11"),
    "undone after others wrote": (
        told(BASE, ours(), revision(11, "more"), revision(12, "more less", "undo", summary="Undo revision 10 by B")),
        "reverted undo 12",
    ),
    "somebody else undone": (
        told(BASE, ours(), revision(11, "x"), revision(12, "y", "undo", summary="Undo revision 11 by X"), words=40),
        "reworked 7:40 12",
    ),
    "rolled back": (told(BASE, ours("with", "reverted"), revision(11, "before", "rollback")), "reverted rollback 11"),
    "rolled back with our later edits": (
        told(ours(), revision(11, "with two", account="Bridge"), revision(12, "lost base", "rollback")),
        "reverted rollback 12",
    ),
    "a vandal after us rolled back": (
        told(BASE, ours(), revision(11, "vandal"), revision(12, "with", "rollback"), words=None),
        "alive 7 10",
    ),
    "put back by hand": (told(BASE, ours(), revision(11, "before")), "reverted manual-revert 11"),
    "put back to long before": (
        told(OLDER, BASE, ours(), revision(11, "x"), revision(12, "long before", "manual-revert")),
        "reverted manual-revert 12",
    ),
    "taken out, then others wrote on": (
        told(BASE, ours(), revision(11, "before", "undo"), revision(12, "other")),
        "reverted undo 11",
    ),
    "taken out and brought back": (
        told(BASE, ours(), revision(11, "before"), revision(12, "with"), words=None),
        "alive 7 10",
    ),
    "the revert was undone": (
        told(
            *(BASE, ours("with", "reverted"), revision(11, "before", "undo reverted")),
            *(revision(12, "before more"), revision(13, "with more", "undo", summary="Undo revision 11 by P")),
            words=None,
        ),
        "alive 7 10",
    ),
    "taken out a second time": (
        told(BASE, ours(), revision(11, "before"), revision(12, "with"), revision(13, "before", "rollback")),
        "reverted rollback 13",
    ),
    "marked, nobody knows by what": (told(BASE, ours("with", "reverted"), revision(11, "x")), "reverted tag"),
    "marked, and one that reverts": (
        told(BASE, ours("with", "reverted"), revision(11, "x"), revision(12, "y", "manual-revert")),
        "reverted tag 12",
    ),
    "it brought an older text back": (
        told(OLDER, BASE, ours("long before"), revision(11, "x"), words=60),
        "reworked 7:60 11",
    ),
    "moved, with a line in the history": (told(BASE, ours(), revision(11, "with"), words=None), "alive 7 10"),
    "it only removed, and stays": (told(BASE, ours(), revision(11, "other"), words=None), "alive 7 10"),
    "it only removed, and was undone": (
        told(BASE, ours(), revision(11, "before"), words=None),
        "reverted manual-revert 11",
    ),
    "its text is hidden": (told(BASE, ours(""), revision(11, "before")), "suppressed hidden-text 10"),
    "older texts are hidden": (
        told(revision(9, ""), ours(), revision(11, ""), revision(12, "x"), words=10),
        "reworked 7:10 12",
    ),
    "it is not in this page's history": (told(BASE, revision(11, "x")), ""),
    "it was not asked for": (told(revision(11, "x"), words=50), ""),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_tells_the_fate(name: str) -> None:
    found, expected = HISTORIES[name]
    assert found == expected


def test_of_a_page_whose_text_nobody_may_read_only_bad_news_is_told() -> None:
    edit = Published(EDIT, KIT, OURS, DAY)
    for last, expected in ((revision(11, "x"), None), (revision(11, "before", "undo"), Outcome.REVERTED)):
        receipt = fate(edit, Seen(11, None, (last, ours(), BASE), legible=False), WEEK)
        assert (receipt.outcome if receipt else None) == expected


def test_before_its_first_age_only_bad_news_is_told() -> None:
    assert told(BASE, ours(), today=EARLY) == ""
    assert told(BASE, ours(), revision(11, "half"), words=50, today=EARLY) == ""
    assert told(BASE, ours(), revision(11, "before", "undo"), today=EARLY) == "reverted undo 11"
    early = gone(Published(EDIT, KIT, OURS, DAY), EARLY)
    assert early is not None
    assert (early.outcome, early.code, early.ref, early.kit) == (Outcome.SUPPRESSED, "page-deleted", "10", KIT)
    assert gone(Published(EDIT, KIT, OURS, DAY, told=True), EARLY) is None


# When one looks


def line(outcome: Outcome, day: str, ref: str = "10", *, seq: int, code: str = "", writer: str = "bridge") -> Receipt:
    return Receipt(EDIT, outcome, code, ref, day, kit=KIT, writer=writer, seq=seq)


PUBLISHED = line(Outcome.PUBLISHED, DAY, seq=1)


def ages(*days: str) -> list[int]:
    """An edit is looked at on these days, and each time it is alive: the ages that are told."""
    lines, found = [PUBLISHED], []
    for day in days:
        (edit,) = published(lines)
        receipt = fate(edit, Seen(OURS, None), day)
        if receipt:
            found.append(int(receipt.code))
            lines.append(replace(receipt, writer="bridge", seq=len(lines) + 1))
    return found


def test_each_age_is_told_once_and_a_late_look_tells_the_last_alone() -> None:
    assert ages(EARLY, "2026-03-07", WEEK, WEEK, "2026-03-20", MONTH, MONTH, QUARTER, QUARTER, LATE) == [7, 30, 90]
    assert ages("2026-04-20", "2026-04-21", QUARTER) == [30, 90]
    assert ages(LATE, LATE) == [90]


def test_a_clock_that_goes_wrong_tells_nothing_negative_and_nothing_twice() -> None:
    assert ages("1970-01-01", "2026-02-28", DAY) == []
    assert ages(MONTH, "2026-03-09", WEEK, MONTH) == [30]
    assert Published(EDIT, KIT, OURS, "2099-01-01").due(LATE) == 0
    assert Published(EDIT, KIT, OURS, "").due(LATE) == 0
    assert Published(EDIT, KIT, OURS, DAY).due("soon") == 0


@given(st.lists(st.dates(), max_size=12))
def test_whatever_the_clock_says_an_edit_hears_of_each_age_once_and_in_order(days: list[object]) -> None:
    found = ages(*map(str, days))
    assert found == sorted(set(found))
    assert set(found) <= set(AGES)


def test_the_bridges_own_lines_say_what_was_published_and_told() -> None:
    merged = line(Outcome.MERGED, DAY, "", seq=7, writer="hub")
    alive = line(Outcome.ALIVE, "2026-03-12", seq=5, code="7")
    early = line(Outcome.REVERTED, EARLY, "11", seq=2, code="undo")
    assert published([merged]) == []
    assert published([line(Outcome.EDIT_CONFLICT, DAY, seq=1)]) == []
    assert published([PUBLISHED, merged]) == [Published(EDIT, KIT, OURS, DAY)]
    assert published([alive, PUBLISHED]) == [Published(EDIT, KIT, OURS, DAY, 7, True)]
    assert published([PUBLISHED, early]) == [Published(EDIT, KIT, OURS, DAY, 0, True)]
    assert published([replace(PUBLISHED, outcome=Outcome.ALREADY_THERE)]) == []


# How much is left


VILLAGE = "Ngozi is a town in the north of the country."
MARKET = "On Saturdays farmers sell cassava, beans and bananas there."
LAKE = "The lake is an hour away on foot."


def left(edited: str, now: str, *, before: str | None = VILLAGE, as_published: str = "") -> int | None:
    return share(before, edited, as_published or edited, now)


def test_words_that_stand_count_wherever_others_write() -> None:
    edited = f"{VILLAGE}\n\n{MARKET}"
    assert left(edited, edited) == 100
    assert left(edited, f"{LAKE}\n\n{edited}\n\n{LAKE}") == 100
    assert left(edited, edited.replace(VILLAGE, LAKE)) == 100
    assert left(edited, VILLAGE) == 0
    assert left(edited, LAKE) == 0
    assert left(edited, "") == 0


def test_a_paragraph_that_was_moved_is_not_lost() -> None:
    assert left(f"{VILLAGE}\n\n{LAKE}\n\n{MARKET}", f"{MARKET}\n\n{VILLAGE}\n\n{LAKE}") == 100


def test_a_sentence_that_was_shortened_is_left_in_part() -> None:
    edited = f"{VILLAGE}\n\n{MARKET}"
    assert left(edited, edited.replace("cassava, beans and bananas", "fruit")) == 55
    assert left(edited, edited.replace("Saturdays", "Sundays")) == 88


def test_only_the_edits_own_words_count() -> None:
    """A word that stood there before, or that another edit of the step brought, says nothing."""
    edited = VILLAGE.replace("a town", "a small town")
    assert left(edited, "small") == 0
    assert left(edited, edited.replace("north", "south")) == 100
    assert left(edited, VILLAGE) == 0


def test_words_that_its_own_author_replaced_in_the_same_step_are_not_missed() -> None:
    draft, better = f"{VILLAGE}\n\nIt has a market place.", f"{VILLAGE}\n\nIt has an old market hall."
    assert left(draft, better, as_published=better) == 100
    assert left(draft, VILLAGE, as_published=better) == 0
    assert left(draft, VILLAGE, as_published=VILLAGE) is None


def test_an_edit_without_words_of_its_own_has_no_share() -> None:
    assert left("Ngozi is a town.", VILLAGE, before=VILLAGE) is None
    assert left(f"{VILLAGE}\n\n", VILLAGE) is None


def test_a_new_page_is_all_new() -> None:
    assert left(VILLAGE, VILLAGE, before=None) == 100
    assert left(VILLAGE, "#REDIRECT [[Burundi]]", before=None) == 0


@pytest.mark.parametrize(
    ("before", "edited", "now", "percent"),
    [
        ("北京市。", "北京市是中国的首都。", "北京市是首都。", 50),
        ("ປະເທດລາວ", "ປະເທດລາວ ນະຄອນຫຼວງ", "ປະເທດລາວ", 0),
        ("غيتيغا مدينة.", "غيتيغا مدينة كبيرة في بوروندي.", "غيتيغا مدينة كبيرة.", 33),
        ("नेपाल", "नेपाल एक सुन्दर देश हो", "नेपाल एक देश हो", 75),
    ],
)
def test_every_script_is_counted(before: str, edited: str, now: str, percent: int) -> None:
    assert left(edited, now, before=before) == percent


texts = st.lists(st.sampled_from(["one", "two", "three", "four", "\n", "== H ==", "中", "文"]), max_size=30).map(
    " ".join
)


@given(texts, texts, texts)
def test_a_share_is_a_share_and_nothing_is_lost_where_nothing_changed(before: str, after: str, now: str) -> None:
    found = share(before, after, after, now)
    assert found is None or 0 <= found <= 100
    assert share(before, after, after, after) in (None, 100)
