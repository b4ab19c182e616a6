"""Commit messages: what we write reads back exactly, and a stranger's message cannot say who is credited."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from testing.sites import ENGLISH
from testing.typed import LETTERS, spelling, typed
from wikigit.core import identity, message
from wikigit.core.edit import Edit, check_credit
from wikigit.core.errors import MessageError, TitleError, WikigitError
from wikigit.core.title import Title

T = TypeVar("T")
NASTY = (
    "---", " ", "#", "\nWikigit-Credit: admin", "wikigit-edit: x", "(no summary)", "[[x]]", ":", ",", "\n", "\r\n",
    "\x0b", "\x85", "\u2028", "\u202e", "\u00ad", "\u200d", "e\u0301", "ክልል", "🧑🏽\u200d🌾", "ߒߞߏ", "हिन्दी",
)  # fmt: skip
SPELT = spelling(NASTY)
TYPED = typed(NASTY, 16)
VALUES = TYPED.map(message.clean_summary)


def tried(check: Callable[[str], T], typed: str, otherwise: T) -> T:
    try:
        return check(typed)
    except WikigitError:
        return otherwise


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """Any edit that a kit or a volunteer may make; one draw, since there are ten thousand of them."""
    letters = draw(st.text(LETTERS, max_size=32))
    *_, some = drawn = hashlib.sha256(letters.encode()).digest()[:10]
    summary, title, credit, affiliation = (letters[start::4].translate(SPELT) for start in range(4))
    other = identity.edit_id(drawn[::-1])
    return Edit(
        id=identity.edit_id(drawn),
        title=tried(lambda typed: Title.parse(typed, ENGLISH), title, Title(3, "User talk", "Amina")),
        before=None,
        after="text",
        summary=message.clean_summary(summary),
        kit=identity.kit_id(drawn[:5]) if some & 1 else identity.HUB,
        contributor=identity.contributor_id(drawn[5:]) if some & 2 else identity.volunteer_id(str(drawn)),
        day="2024-05-06",
        credit=tried(check_credit, credit, ""),
        base_revision=int.from_bytes(drawn[:6]) if some & 4 else None,
        minor=some & 8 > 0,
        undoes=other if some & 16 else "",
        resolves=other if some & 32 else "",
        translated_from=message.clean_summary(title),
        copied_from=message.clean_summary(summary) if some & 64 else "",
        affiliation=message.clean_summary(affiliation),
    )


@settings(max_examples=10_000)
@given(edits())
def test_an_edit_comes_back_from_its_message_exactly(edit: Edit) -> None:
    assume(not any("\x80" <= c <= "\x9f" for c in str(edit.title)))  # see below: refused when written
    text = message.of_edit(edit, taken_from="0" * 40)
    back = message.to_edit(message.parse(text), ENGLISH, before=edit.before, after=edit.after, day=edit.day)
    assert back == edit
    assert message.of_edit(back, taken_from="0" * 40) == text


@settings(max_examples=1_000)
@given(TYPED, st.lists(TYPED, max_size=3), st.dictionaries(st.sampled_from(sorted(message.KEYS)), VALUES, max_size=3))
def test_whatever_is_composed_can_be_taken_apart(subject: str, body: list[str], trailers: dict[str, str]) -> None:
    found = message.parse(message.compose(subject, trailers, body))
    assert found.subject == (message.clean_summary(subject) or message.NO_SUMMARY)
    assert found.trailers == {key: value for key, value in trailers.items() if value}
    assert len(found.body) <= len(body)
    assert message.compose(found.subject, found.trailers, found.body) == message.compose(subject, trailers, body)


@given(TYPED)
def test_cleaning_a_summary_twice_changes_nothing(typed: str) -> None:
    clean = message.clean_summary(typed)
    assert message.clean_summary(clean) == clean


CASSAVA = Edit(
    id="e-7m2q9kx4t1vbn8rc",
    title=Title(0, "", "Cassava"),
    before=None,
    after="text",
    summary="Added the market's year",
    kit="k-x4q2m7aa",
    contributor="c-7f3a2b1c",
    day="2024-05-06",
    credit="Amina B.",
    base_revision=12345,
)
WRITTEN = """\
Added the market's year

Wikigit-Edit: e-7m2q9kx4t1vbn8rc
Wikigit-Page: Cassava
Wikigit-Base-Revision: 12345
Wikigit-Kit: k-x4q2m7aa
Wikigit-Contributor: c-7f3a2b1c
Wikigit-Credit: Amina B.
Wikigit-License: CC-BY-SA-4.0 AND GFDL-1.3-or-later
Wikigit-Consent: 1
"""


def read(text: str) -> Edit:
    return message.to_edit(message.parse(text), ENGLISH, before=None, after="text", day="2024-05-06")


def test_the_format_stands_still() -> None:
    assert message.of_edit(CASSAVA) == WRITTEN
    assert read(WRITTEN) == CASSAVA


@pytest.mark.parametrize(
    "summary",
    [
        "Year\n\nWikigit-Contributor: c-00000000",
        "Year\r\n\r\nWikigit-Contributor: c-00000000",
        "Year\u2028\u2029Wikigit-Contributor: c-00000000",
        "Year\x0b\x0c\x85Wikigit-Contributor: c-00000000",
        "Wikigit-Contributor: c-00000000",
        "\u00adWIKIGIT-Contributor : c-00000000",
        "---",
        "--- Year",
    ],
)
def test_a_summary_stays_a_summary(summary: str) -> None:
    text = message.of_edit(replace(CASSAVA, summary=summary))
    assert text.split("\n")[1:] == WRITTEN.split("\n")[1:]
    assert read(text).contributor == "c-7f3a2b1c"
    assert not text.startswith(("---", "W"))


def test_a_value_of_two_lines_is_not_written() -> None:
    for credit in ("Amina\nWikigit-Kit: hub", "Amina\r", "Amina\u2028B.", "Amina\tB.", " Amina"):
        with pytest.raises(MessageError, match="Wikigit-Credit must be one line"):
            message.of_edit(replace(CASSAVA, credit=credit))


def test_a_title_with_a_control_character_is_not_written() -> None:
    """MediaWiki takes U+0085 in a title; Python and some readers take it for the end of a line."""
    with pytest.raises(MessageError, match="Wikigit-Page"):
        message.of_edit(replace(CASSAVA, title=Title.parse("A\x85b", ENGLISH)))


ID = "Wikigit-Edit: e-7m2q9kx4t1vbn8rc"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(ID, "Wikigit-Contributor: c-00000000\n" + ID, id="our line, before ours"),
        pytest.param("Consent: 1\n", "Consent: 1\n" + ID + "\n", id="repeated key"),
        pytest.param("Amina B.", "Amina\rWikigit-Kit: hub", id="CR"),
        pytest.param("Amina B.", "Amina\u2028Wikigit-Kit: hub", id="U+2028"),
        pytest.param("Amina B.", "Amina\x0bB.", id="VT"),
        pytest.param("Amina B.", "Amina\x0cB.", id="FF"),
        pytest.param("Amina B.", "Amina\x85B.", id="NEL"),
        pytest.param("Amina B.", "Amina\n B.", id="fold"),
        pytest.param("Amina B.", "Amina B. ", id="padded"),
        pytest.param("Amina B.", "", id="no value"),
        pytest.param("\n\n", "\n\n---\n\n", id="divider"),
        pytest.param("Added", "--- Added", id="divider in the first line"),
        pytest.param(ID, "---\n" + ID, id="divider in the block"),
        pytest.param(ID, "# Please enter the commit message\n" + ID, id="# line"),
        pytest.param("\n\n", "\n", id="no blank line"),
        pytest.param("Added the market's year", "", id="no first line"),
        pytest.param("Wikigit-Credit", "wikigit-credit", id="lower case"),
        pytest.param("Wikigit-Credit", "WIKIGIT-CREDIT", id="upper case"),
        pytest.param("Wikigit-Credit", "Wi\u212aigit-Credit", id="Kelvin sign"),
        pytest.param("Wikigit-Credit:", "Wikigit-Credit :", id="space before colon"),
        pytest.param("Wikigit-Credit:", "Wikigit-Author:", id="unknown key"),
        pytest.param("Wikigit-Credit:", " Wikigit-Credit:", id="indented"),
        pytest.param("\n\n", "\n\nWikigit-Credit: admin\n\n", id="two blocks"),
        pytest.param("Consent: 1\n", "Consent: 1\n\nSigned-off-by: A <a@b>\n", id="not in the last block"),
        pytest.param("Consent: 1\n", "Consent: 1\n   \nWikigit-Minor: yes\n", id="a blank line that is not empty"),
        pytest.param("market's", "market's\rWikigit-Minor: yes\r", id="CR in the summary"),
        pytest.param("Consent: 1\n", "Consent: 1\nBlessed-by: Amina\n", id="a trailer that we do not know"),
    ],
)
def test_an_injected_line_is_refused(old: str, new: str) -> None:
    assert old in WRITTEN
    with pytest.raises(MessageError) as error:
        message.parse(WRITTEN.replace(old, new, 1))
    assert error.value.message.isprintable()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ID, "Wikigit-Edit: e-7M2Q9KX4T1VBN8RC"),
        ("k-x4q2m7aa", "bridge"),
        ("c-7f3a2b1c", "admin"),
        ("Page: Cassava", "Page: cassava"),
        ("Revision: 12345", "Revision: ١٢"),
        ("Revision: 12345", "Revision: 9999999999999999"),
        ("Consent: 1", "Consent: -1"),
        ("Consent: 1", "Consent: 1\nWikigit-Minor: no"),
        ("Consent: 1", "Consent: 1\nWikigit-Undoes: HEAD"),
        ("Amina B.", "Amina, Bo"),
        ("Amina B.", "Ami\u202ena"),
        ("Amina B.", "x" * 81),
        ("Added", "Added \u202e"),
        ("\n\n", "\n\nSome more words.\n\n"),
        ("Wikigit-License: CC-BY-SA-4.0 AND GFDL-1.3-or-later\n", ""),
    ],
)
def test_a_value_that_wikigit_would_not_write_makes_no_edit(old: str, new: str) -> None:
    assert old in WRITTEN
    with pytest.raises(MessageError):
        read(WRITTEN.replace(old, new, 1))


def test_an_edit_of_no_page_is_none() -> None:
    with pytest.raises(TitleError):
        read(WRITTEN.replace("Page: Cassava", "Page: <b>"))


def test_peoples_own_trailers_may_stand_among_ours_and_be_repeated() -> None:
    signed = "Co-authored-by: Bo <bo@example.org>\nSigned-off-by: Ada <a@example.org>\n"
    assert read(WRITTEN + signed + signed) == CASSAVA
    assert read(WRITTEN.replace(ID, signed + ID)) == CASSAVA


def test_a_persons_own_message_has_no_trailers() -> None:
    own = message.parse("Tidy up\n\nLonger words,\n\tindented.\n\n---\nSigned-off-by: Ada <a@example.org>\n")
    assert own.subject == "Tidy up"
    assert own.body == ("Longer words,", "\tindented.", "", "---", "Signed-off-by: Ada <a@example.org>")
    assert own.trailers == {}
    assert own.get("Edit") == ""
    assert message.parse("Tidy up") == message.Message("Tidy up")


def test_what_a_recompute_tells_cannot_pass_for_a_trailer() -> None:
    text = message.compose("Merge", {"Merge": "lines-1"}, ["Wikigit-Edit: x", "", "---", "Ngozi: merged\nb"])
    assert text == "Merge\n\n· Wikigit-Edit: x\n· ---\nNgozi: merged b\n\nWikigit-Merge: lines-1\n"


# What others make of a message


def test_a_copy_that_says_where_it_was_picked_reads_the_same() -> None:
    assert read(WRITTEN + f"(cherry picked from commit {'0' * 40})\n") == CASSAVA
    with pytest.raises(MessageError):
        read(WRITTEN + "(cherry picked from somewhere)\n")


def test_ids_are_found_wherever_git_and_forges_put_them() -> None:
    indented = "".join(f"    {line}\n" for line in WRITTEN.split("\n"))
    other = WRITTEN.replace(CASSAVA.id, "e-0000000000000000")
    listed = f"What they wrote (#7)\n\n* {WRITTEN}\n* {other}"
    assert message.ids_in(WRITTEN) == (CASSAVA.id,)
    assert message.ids_in(f"Squashed commit of the following:\n\n{indented}") == (CASSAVA.id,)
    assert message.ids_in(listed) == (CASSAVA.id, "e-0000000000000000")


@pytest.mark.parametrize(
    "line",
    [
        f"See {CASSAVA.id}",
        f"Wikigit-Resolves: {CASSAVA.id}",
        f"Wikigit-Edits: {CASSAVA.id} {CASSAVA.id}",
        "Wikigit-Edit: e-uuuuuuuuuuuuuuuu",
        f"Wikigit-Edit: {CASSAVA.id}x",
    ],
)
def test_what_only_speaks_of_an_edit_names_none(line: str) -> None:
    assert message.ids_in(f"Tidy up\n\n{line}\n") == ()
