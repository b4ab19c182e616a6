"""Receipts: lines of writers who do not see one another for weeks, and which of them holds."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wikigit.core import words
from wikigit.core.errors import RepoError, WikigitError
from wikigit.core.receipt import (
    SAID_LENGTH,
    Outcome,
    Receipt,
    check_said,
    fold,
    from_line,
    from_said_line,
    numbered,
    said_line,
    to_line,
)

EDIT, OTHER = "e-7m2q9kx4t1vbn8rc", "e-0000000000000000"
KIT, HEIR = "k-x4q2m7aa", "k-00000000"


def said(writer: str, seq: int, outcome: Outcome, edit: str = EDIT, **seen: int) -> Receipt:
    """A line; `seen` names other writers with _ for -."""
    others = {name.replace("_", "-"): number for name, number in seen.items()}
    return Receipt(edit, outcome, kit=KIT, writer=writer, seq=seq, seen=others)


def holds(*lines: Receipt) -> Outcome:
    return fold(lines)[EDIT].outcome


def test_of_one_writer_the_last_line_holds() -> None:
    assert holds(said("hub", 4, Outcome.MERGED), said("hub", 2, Outcome.RECEIVED)) is Outcome.MERGED
    assert holds(said("hub", 9, Outcome.RECEIVED), said("hub", 10, Outcome.DECLINED)) is Outcome.DECLINED


def test_a_line_beats_what_its_writer_had_seen() -> None:
    declined = said("hub", 7, Outcome.DECLINED)
    assert holds(declined, said(KIT, 3, Outcome.WITHDRAWN, hub=7)) is Outcome.WITHDRAWN
    assert holds(declined, said(KIT, 3, Outcome.WITHDRAWN, hub=6)) is Outcome.DECLINED
    published = said("bridge", 2, Outcome.PUBLISHED)
    assert holds(published, said("hub", 9, Outcome.HELD, bridge=2)) is Outcome.HELD
    assert holds(published, said("hub", 9, Outcome.HELD, bridge=1)) is Outcome.PUBLISHED


def test_unseen_by_one_another_the_bridge_is_believed_then_the_hub_then_a_kit() -> None:
    kit, hub, bridge = said(KIT, 99, Outcome.SENT), said("hub", 50, Outcome.MERGED), said("bridge", 1, Outcome.REFUSED)
    assert holds(kit, hub, bridge) is Outcome.REFUSED
    assert holds(kit, hub) is Outcome.MERGED
    assert holds(kit, bridge) is Outcome.REFUSED


def test_a_published_edit_with_an_unseen_decline_shows_as_published() -> None:
    way = [
        said(KIT, 1, Outcome.SENT),
        said("hub", 1, Outcome.RECEIVED, k_x4q2m7aa=1),
        said("hub", 2, Outcome.MERGED, k_x4q2m7aa=1),
        said("bridge", 1, Outcome.PUBLISHED, hub=2, k_x4q2m7aa=1),
        said("hub", 3, Outcome.DECLINED, k_x4q2m7aa=1),
    ]
    assert holds(*way) is Outcome.PUBLISHED
    assert holds(*way, said("bridge", 8, Outcome.REVERTED, hub=3)) is Outcome.REVERTED


def test_every_edit_has_its_own_answer() -> None:
    told = fold([said("hub", 1, Outcome.MERGED), said("hub", 2, Outcome.DECLINED, OTHER)])
    assert {edit: line.outcome for edit, line in told.items()} == {EDIT: Outcome.MERGED, OTHER: Outcome.DECLINED}
    assert fold([]) == {}


WRITERS = ("hub", "bridge", KIT, HEIR)


@st.composite
def histories(draw: st.DrawFn) -> list[Receipt]:
    """Writers in turn append a line about some edit, having seen as much of the others as they had before, or more."""
    last = dict.fromkeys(WRITERS, 0)
    seen = {writer: dict.fromkeys(WRITERS, 0) for writer in WRITERS}
    lines = []
    for writer in draw(st.lists(st.sampled_from(WRITERS), max_size=8)):
        for other in WRITERS:
            if other != writer:
                seen[writer][other] = draw(st.integers(seen[writer][other], last[other]))
        edit = draw(st.sampled_from([EDIT, OTHER]))
        line = Receipt(edit, draw(st.sampled_from(list(Outcome))), day="2024-05-06", kit=KIT)
        lines += numbered([line], writer, last[writer], seen[writer])
        last[writer] += 1
    return lines


@settings(max_examples=300)
@given(histories(), st.integers(0, 2**32))
def test_the_order_in_which_lines_are_read_does_not_matter(lines: list[Receipt], seed: int) -> None:
    shuffled = random.Random(seed).sample(lines, len(lines))
    assert fold(shuffled) == fold(lines)
    assert fold([*shuffled, *lines]) == fold(lines)


@settings(max_examples=300)
@given(histories())
def test_what_holds_is_a_writers_last_word_and_nobody_who_read_it_said_otherwise(lines: list[Receipt]) -> None:
    for edit, standing in fold(lines).items():
        last = {line.writer: line for line in lines if line.edit == edit}
        assert standing == last[standing.writer]
        assert not [line for line in last.values() if line.seen.get(standing.writer, 0) >= standing.seq]


FIELDS = st.text(max_size=12).map(words.one_line)
SEEN = st.dictionaries(st.sampled_from(WRITERS), st.integers(1, 10**15 - 1))


@settings(max_examples=1_000)
@given(st.sampled_from(list(Outcome)), FIELDS, FIELDS, FIELDS, st.integers(1, 10**15 - 1), SEEN)
def test_a_receipt_comes_back_from_its_line(
    outcome: Outcome, code: str, ref: str, by: str, seq: int, seen: dict[str, int]
) -> None:
    told = Receipt(EDIT, outcome, code, ref, "2024-05-06", by, KIT, "hub", seq, seen)
    line = to_line(told)
    assert line.splitlines() == [line]
    assert from_line(line, "hub", KIT) == told


TYPED = st.text(min_size=1, max_size=SAID_LENGTH).map(words.one_line).filter(lambda text: 0 < len(text) <= SAID_LENGTH)


@settings(max_examples=1_000)
@given(TYPED, st.integers(1, 10**15 - 1))
def test_what_is_said_comes_back_from_the_line_beside(typed: str, seq: int) -> None:
    told = replace(said("hub", seq, Outcome.DECLINED), said=check_said(typed))
    assert from_line(to_line(told), "hub", KIT) == replace(told, said="")
    line = said_line(told)
    assert line.splitlines() == [line]
    assert from_said_line(line, "hub") == (seq, told.said)


@given(st.text(max_size=2 * SAID_LENGTH))
def test_what_is_said_is_one_clean_line_or_refused(typed: str) -> None:
    if len(words.one_line(typed)) > SAID_LENGTH:
        with pytest.raises(WikigitError, match="letters to the contributor"):
            check_said(typed)
    else:
        assert check_said(check_said(typed)) == check_said(typed) == words.one_line(typed)


@pytest.mark.parametrize(
    "line", ["", "7", "7\t", "\tWords.", "7\tTwo\tfields.", "07\tWords.", "7\t Words.", "7\tA\u2028B"]
)
def test_a_line_that_nobody_would_say_is_refused(line: str) -> None:
    with pytest.raises(RepoError) as error:
        from_said_line(line, "hub")
    assert error.value.message.isprintable()


LINE = f"7\t{EDIT}\tdeclined\tnot neutral\t\t2024-05-06\tAda\tbridge:3 {KIT}:12"


def test_the_line_stands_still() -> None:
    seen = {KIT: 12, "bridge": 3}
    told = Receipt(EDIT, Outcome.DECLINED, "not neutral", "", "2024-05-06", "Ada", KIT, "hub", 7, seen)
    assert to_line(told) == LINE
    assert from_line(LINE, "hub", KIT) == told


def test_a_reason_of_several_lines_is_told_in_one() -> None:
    told = said("hub", 1, Outcome.DECLINED)
    line = to_line(replace(told, code="not\tneutral,\nsorry\u2028"))
    assert from_line(line, "hub", KIT).code == "not neutral, sorry"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("7\te-", "0\te-"),
        ("7\te-", "-7\te-"),
        ("7\te-", "07\te-"),
        ("7\te-", "٧\te-"),
        ("7\te-", "seven\te-"),
        ("7\te-", f"{10**16}\te-"),
        (EDIT, "HEAD"),
        ("declined", "rejected"),
        ("declined", "DECLINED"),
        ("\t2024-05-06", ""),
        ("Ada\t", "Ada\t\t"),
        ("Ada", "A\rda"),
        ("Ada", "A\x1b[31mda"),
        ("Ada", "A\u2028da"),
        ("bridge:3", "wiki:3"),
        ("bridge:3", "bridge"),
        ("bridge:3", "bridge:0"),
        ("bridge:3", "bridge:3 "),
        (":12", ":12\n"),
        (LINE, ""),
    ],
)
def test_a_line_that_no_writer_writes_is_refused(old: str, new: str) -> None:
    assert old in LINE
    with pytest.raises(RepoError) as error:
        from_line(LINE.replace(old, new, 1), "hub", KIT)
    assert error.value.message.isprintable()


def test_lines_are_numbered_on_and_name_what_their_writer_had_read() -> None:
    new = [Receipt(EDIT, Outcome.RECEIVED), Receipt(OTHER, Outcome.RECEIVED)]
    lines = numbered(new, "hub", 41, {"hub": 41, KIT: 5, "bridge": 0})
    assert [(line.writer, line.seq, dict(line.seen)) for line in lines] == [("hub", n, {KIT: 5}) for n in (42, 43)]


def test_an_outcome_answers_the_contributor_or_waits_for_a_person_or_is_on_its_way() -> None:
    final = {outcome.value for outcome in Outcome if outcome.final}
    waits = {outcome.value for outcome in Outcome if outcome.waits}
    on_its_way = {"saved", "sent-back", "hidden", "approved", "sent", "received", "merged"}
    assert waits == {"proposal", "merge-conflict", "depends-on", "held", "edit-conflict"}
    assert final | waits | on_its_way == set(map(str, Outcome))
    assert not final & waits
    assert not (final | waits) & on_its_way
