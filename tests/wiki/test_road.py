"""The road in small: from a kit to the wiki and back, with the wiki in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import Hub, outcomes
from wikigit.core import attribution
from wikigit.core.receipt import Outcome

NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    wiki.person_edits("Lake", "A lake.")
    return wiki


@pytest.fixture
def hub(tmp_path: Path, wiki: MemoryWiki) -> Hub:
    return Hub(tmp_path, wiki)


def test_an_edit_travels_from_kit_to_wiki_and_its_answer_comes_home(hub: Hub, wiki: MemoryWiki) -> None:
    kit = hub.kit("school")
    edit = kit.writes("Ngozi", NGOZI.replace("a market", "a large market"), by="Aline", summary="size")
    assert kit.told(edit) is Outcome.SAVED
    hub.receives(kit.sends())
    assert kit.told(edit) is Outcome.SENT
    assert outcomes(hub.merges(kit).receipts) == ["merged"]
    assert outcomes(hub.publishes()) == ["published"]
    head = wiki.heads([hub.title("Ngozi")])[hub.title("Ngozi")]
    assert head is not None
    assert head.wikitext == edit.after
    said = attribution.parse(head.summary)
    assert said is not None
    assert (said.names, said.words) == ((edit.contributor,), "size")
    hub.fetches()
    assert hub.queue() == []
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.PUBLISHED
    assert kit.page("Ngozi") == edit.after


def test_two_kits_change_different_sections(hub: Hub, wiki: MemoryWiki) -> None:
    one, other = hub.kit("school"), hub.kit("library")
    one.changes("Ngozi", "a market", "a large market", by="Aline")
    other.changes("Ngozi", "a school", "two schools", by="Jean")
    hub.receives(one.sends())
    hub.receives(other.sends())
    assert outcomes(hub.merges().receipts) == ["merged", "merged"]
    assert outcomes(hub.publishes()) == ["published", "published"]
    assert hub.wiki.heads([hub.title("Ngozi")])[hub.title("Ngozi")].wikitext == (
        "Ngozi is a town.\n\nIt has a large market.\n\nIt has two schools."
    )


def test_the_same_sentence_on_both_kits_waits_for_a_person(hub: Hub, wiki: MemoryWiki) -> None:
    one, other = hub.kit("school"), hub.kit("library")
    first = one.changes("Ngozi", "a market", "a large market")
    second = other.changes("Ngozi", "a market", "an old market")
    hub.receives(one.sends())
    hub.receives(other.sends())
    assert outcomes(hub.merges(one).receipts) == ["merged"]
    assert outcomes(hub.merges(other).receipts) == ["merge-conflict"]
    hub.publishes()
    hub.fetches()
    for kit in (one, other):
        kit.receives(hub.sends())
    assert one.told(first) is Outcome.PUBLISHED
    assert other.told(second) is Outcome.MERGE_CONFLICT
    assert [m.place for m in other.mine()] == ["beside"]
    assert "large market" in (other.page("Ngozi") or "")


def test_a_declined_edit_is_in_no_object_that_main_reaches(hub: Hub) -> None:
    kit = hub.kit("school")
    bad = kit.writes("Lake", "A lake. Unwanted words here.", by="Jean")
    good = kit.changes("Ngozi", "a market", "a large market")
    hub.receives(kit.sends())
    hub.declines(bad)
    hub.merges(kit)
    assert not hub.holds("refs/heads/main", "Unwanted words")
    assert hub.queue() == [good.id]
    kit.receives(hub.sends())
    assert kit.told(bad) is Outcome.DECLINED
    assert kit.page("Lake") == "A lake."
