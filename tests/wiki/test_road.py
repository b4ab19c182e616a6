"""The road: from a kit to the wiki and back, on a wiki in memory and on a real one."""

from __future__ import annotations

import pytest

from tests.journey import outcomes
from tests.wiki.conftest import Somewhere
from wikigit.core import attribution
from wikigit.core.receipt import Outcome
from wikigit.repo.verify import State, verify

NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."


def test_an_edit_travels_from_kit_to_wiki_and_its_answer_comes_home(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    kit = hub.kit("school")
    edit = kit.writes(ngozi, NGOZI.replace("a market", "a large market"), by="Aline", summary="size", credit="Aline N.")
    assert kit.told(edit) is Outcome.SAVED
    hub.receives(kit.sends())
    assert kit.told(edit) is Outcome.SENT
    assert outcomes(hub.merges(kit).receipts) == ["merged"]
    assert outcomes(hub.publishes()) == ["published"]
    head = somewhere.head(ngozi)
    assert head.wikitext == edit.after
    said = attribution.parse(head.summary)
    assert said is not None
    assert (said.names, said.words) == (("Aline N.",), "size")
    hub.fetches()
    assert hub.queue() == []
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.PUBLISHED
    assert kit.page(ngozi) == edit.after


def test_a_new_page_is_made_once(somewhere: Somewhere) -> None:
    somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    kit = hub.kit("school")
    title = somewhere.page("Gitega")
    edit = kit.writes(title, "Gitega is a city.")
    hub.receives(kit.sends())
    hub.merges(kit)
    assert outcomes(hub.publishes()) == ["published"]
    hub.fetches()
    assert hub.queue() == []
    assert hub.publishes() == []
    assert len(somewhere.history(title)) == 1
    assert hub.page(title, "refs/heads/upstream") == edit.after


def test_two_kits_change_different_sections_and_each_is_credited(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    one, other = hub.kit("school"), hub.kit("library")
    edits = one.changes(ngozi, "a market", "a large market"), other.changes(ngozi, "a school", "two schools", by="Jean")
    hub.receives(one.sends())
    hub.receives(other.sends())
    assert outcomes(hub.merges().receipts) == ["merged", "merged"]
    assert outcomes(hub.publishes()) == ["published", "published"]
    assert somewhere.head(ngozi).wikitext == "Ngozi is a town.\n\nIt has a large market.\n\nIt has two schools."
    told = [attribution.parse(revision.summary) for revision in somewhere.history(ngozi)[:2]]
    assert [said.names for said in told if said][::-1] == [(edit.contributor,) for edit in sorted(edits, key=_kit)]


def _kit(edit: object) -> str:
    return str(getattr(edit, "kit", ""))


def test_the_same_sentence_on_both_kits_waits_for_a_person(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    one, other = hub.kit("school"), hub.kit("library")
    first = one.changes(ngozi, "a market", "a large market")
    second = other.changes(ngozi, "a market", "an old market")
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
    assert "large market" in (other.page(ngozi) or "")


def test_a_declined_edit_is_in_no_object_that_main_reaches(somewhere: Somewhere) -> None:
    ngozi, lake = somewhere.page("Ngozi", NGOZI), somewhere.page("Lake", "A lake.")
    hub = somewhere.hub()
    kit = hub.kit("school")
    bad = kit.writes(lake, "A lake. Unwanted words here.", by="Jean")
    good = kit.changes(ngozi, "a market", "a large market")
    hub.receives(kit.sends())
    hub.declines(bad)
    hub.merges(kit)
    assert not hub.holds("refs/heads/main", "Unwanted words")
    assert hub.queue() == [good.id]
    kit.receives(hub.sends())
    assert kit.told(bad) is Outcome.DECLINED
    assert kit.page(lake) == "A lake."


def test_two_people_who_make_the_same_change_are_both_answered_by_the_wiki(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    one, other = hub.kit("school"), hub.kit("library")
    first, twin = one.changes(ngozi, "a market", "a large market"), other.changes(ngozi, "a market", "a large market")
    hub.receives(one.sends())
    hub.receives(other.sends())
    assert outcomes(hub.merges(one, other).receipts) == ["merged"]
    assert (hub.outcome(first), hub.outcome(twin)) == (Outcome.MERGED, Outcome.RECEIVED)
    hub.publishes()
    hub.fetches()
    assert outcomes(hub.merges(other).receipts) == ["already-there"]
    other.receives(hub.sends())
    assert other.told(twin) is Outcome.ALREADY_THERE


def test_the_second_of_two_same_changes_takes_the_place_of_a_declined_first(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    one, other = hub.kit("school"), hub.kit("library")
    first, twin = one.changes(ngozi, "a market", "a large market"), other.changes(ngozi, "a market", "a large market")
    hub.receives(one.sends())
    hub.receives(other.sends())
    hub.merges(one, other)
    hub.declines(first)
    assert outcomes(hub.merges(other).receipts) == ["merged"]
    assert hub.queue() == [twin.id]


HELP = 12


@pytest.mark.parametrize("namespaces", [(), (HELP,)])
@pytest.mark.parametrize("redirect", [True, False])
def test_edits_follow_a_page_that_is_moved_on_the_wiki(
    somewhere: Somewhere, namespaces: tuple[int, ...], redirect: bool
) -> None:
    somewhere.prefix = f"Help:{somewhere.prefix} {len(namespaces)} {redirect}"
    old, passing, new = somewhere.page("Ngozi", NGOZI), somewhere.page("Passing"), somewhere.page("Town")
    hub = somewhere.hub(*namespaces)
    kit = hub.kit("school")
    accepted = kit.changes(old, "a market", "a large market")
    hub.receives(kit.sends())
    hub.merges(kit)
    late = kit.changes(old, "a school", "two schools", by="Jean")
    somewhere.people.edits(old, NGOZI + "\n\nIt has a lake.")
    somewhere.people.moves(old, passing, redirect=redirect)
    somewhere.people.moves(passing, new, redirect=redirect)
    assert hub.fetches().removed == ()
    hub.fetches()
    assert hub.page(new) == NGOZI.replace("a market", "a large market") + "\n\nIt has a lake."
    assert (hub.page(old) is not None) is redirect
    hub.receives(kit.sends())
    told = hub.merges(kit).receipts
    assert [(receipt.outcome, receipt.code) for receipt in told] == [(Outcome.MERGED, "followed")]
    assert outcomes(hub.publishes()) == ["published", "published"]
    assert somewhere.head(new).wikitext == hub.page(new)
    assert len(somewhere.history(new)) == 6
    kit.receives(hub.sends())
    assert [kit.told(edit) for edit in (accepted, late)] == [Outcome.PUBLISHED] * 2
    assert kit.page(new) == somewhere.head(new).wikitext
    assert all(finding.state is State.OK for finding in verify(hub.store))
