"""People on the wiki take back what we published: what was saved on top of it waits for a person."""

from __future__ import annotations

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import Hub, outcomes
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome
from wikigit.repo import receipts
from wikigit.repo.verify import State, verify

NGOZI = "Ngozi is a town.\n\nIt has a school.\n\nThe lake lies in the north."
WRITERS = ("Aline", "Jean", "Odile")
WORDS = (
    "Children saw the old market burn down.",
    "Elders met the king on his journey.",
    "Women planted all the coffee.",
)


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    return wiki


def three_on_one_another(hub: Hub) -> list[Edit]:
    """Three people's edits of one page, each on the one before, accepted."""
    kit = hub.kit("school")
    saved = []
    for by, words, place in zip(WRITERS, WORDS, ("a town.", "a school.", "the north."), strict=True):
        text = (kit.page("Ngozi") or "").replace(place, f"{place} {words}")
        saved.append(kit.writes("Ngozi", text, by=by))
    hub.receives(kit.sends())
    assert outcomes(hub.merges(kit).receipts) == ["merged"] * 3
    return saved


@pytest.mark.parametrize("published", [1, 2])
def test_nothing_goes_out_on_what_was_reverted(hub: Hub, wiki: MemoryWiki, published: int) -> None:
    saved = three_on_one_another(hub)
    hub.publishes(stop_after=published)
    wiki.person_edits("Ngozi", NGOZI, summary="Undo")
    hub.publishes()
    assert text_of(wiki) == NGOZI
    assert [hub.outcome(edit) for edit in saved[published:]] == [Outcome.HELD] * (3 - published)
    assert code_of(hub, saved[-1]) == "reverted-before"
    assert hub.page("Ngozi") == NGOZI
    assert all(finding.state is State.OK for finding in verify(hub.store))


def test_one_of_two_is_reverted_and_the_third_waits_too(hub: Hub, wiki: MemoryWiki) -> None:
    *_, third = three_on_one_another(hub)
    hub.publishes(stop_after=2)
    now = (text_of(wiki) or "").replace(f" {WORDS[0]}", "")
    wiki.person_edits("Ngozi", now, summary="not so")
    hub.publishes()
    assert text_of(wiki) == now
    assert hub.outcome(third) is Outcome.HELD


def test_half_a_sentence_taken_out_counts(hub: Hub, wiki: MemoryWiki) -> None:
    *_, third = three_on_one_another(hub)
    hub.publishes(stop_after=1)
    now = (text_of(wiki) or "").replace("old market burn down", "fire")
    wiki.person_edits("Ngozi", now)
    hub.publishes()
    assert hub.outcome(third) is Outcome.HELD
    assert text_of(wiki) == now


def test_what_comes_later_from_a_kit_waits_too(hub: Hub, wiki: MemoryWiki) -> None:
    kit = hub.kit("school")
    kit.changes("Ngozi", "a town.", f"a town. {WORDS[0]}")
    hub.receives(kit.sends())
    hub.merges(kit)
    hub.publishes()
    later = kit.changes("Ngozi", "in the north", "in the far north", by="Jean")
    wiki.person_edits("Ngozi", NGOZI, summary="Undo")
    hub.fetches()
    hub.receives(kit.sends())
    hub.merges(kit)
    assert hub.outcome(later) is Outcome.HELD
    kit.receives(hub.sends())
    assert kit.told(later) is Outcome.HELD


def test_a_volunteer_may_let_it_go_out_after_all(hub: Hub, wiki: MemoryWiki) -> None:
    *_, third = three_on_one_another(hub)
    hub.publishes(stop_after=2)
    wiki.person_edits("Ngozi", NGOZI, summary="Undo")
    hub.publishes()
    assert outcomes(hub.accepts(third)) == ["merged"]
    hub.fetches()
    assert outcomes(hub.publishes()) == ["published"]
    assert text_of(wiki) == NGOZI + f" {WORDS[2]}"


def test_what_we_removed_ourselves_and_what_others_added_hold_nobody_up(hub: Hub, wiki: MemoryWiki) -> None:
    one, other = hub.kit("school"), hub.kit("library")
    one.changes("Ngozi", "a town.", f"a town. {WORDS[0]}")
    hub.receives(one.sends())
    hub.merges(one)
    hub.publishes()
    hub.fetches()
    for kit in (one, other):
        hub.receives(kit.sends())
    stick = hub.sends()
    for kit in (one, other):
        kit.receives(stick)
    one.changes("Ngozi", f" {WORDS[0]}", "")
    late = other.changes("Ngozi", "in the north", "in the far north", by="Jean")
    hub.receives(one.sends())
    hub.merges(one)
    hub.publishes()
    wiki.person_edits("Ngozi", NGOZI.replace("a school", "two schools"))
    hub.fetches()
    hub.receives(other.sends())
    assert outcomes(hub.merges(other).receipts) == ["merged"]
    assert outcomes(hub.publishes()) == ["published"]
    assert hub.outcome(late) is Outcome.PUBLISHED


def text_of(wiki: MemoryWiki) -> str | None:
    return wiki.saved[-1].wikitext


def code_of(hub: Hub, edit: Edit) -> str:
    return receipts.standing(hub.store)[edit.id].code
