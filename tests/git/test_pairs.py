"""Somebody saves, and takes it back: where the edit cannot stand, it leaves together with its undo."""

from __future__ import annotations

from dataclasses import replace

import pytest

from testing.memory_wiki import Killed, MemoryWiki
from testing.sites import ENGLISH
from tests.journey import Hub, Kit, outcomes
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome
from wikigit.hub.merge import Result
from wikigit.kit.desk import Place
from wikigit.repo import edits, layout
from wikigit.repo.refs import Move
from wikigit.repo.verify import State, verify
from wikigit.wikitext.replay import replay_one

MARKET = "The market of the town is open on every Saturday."
NGOZI = f"Ngozi is a town.\n\n{MARKET}\n\nMany people come.\n\nIt has a school."
WITHOUT = "Ngozi is a town.\n\nMany people come.\n\nIt has a school."
CHANGED = NGOZI.replace("Saturday", "Sunday")
"""The sentence otherwise: who removes it meets a conflict, and so does who puts it back."""
MOVED = f"{WITHOUT}\n\n{MARKET.replace('Saturday', 'Sunday')}"
"""The sentence otherwise, elsewhere: who removes it changes nothing, who puts it back doubles it."""


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    return wiki


def arrives(hub: Hub, kit: Kit) -> Result:
    hub.receives(kit.sends())
    return hub.merges(kit)


def removed_and_put_back(kit: Kit) -> tuple[Edit, Edit]:
    """Somebody removes a sentence and thinks again."""
    return kit.writes("Ngozi", WITHOUT), kit.writes("Ngozi", NGOZI)


def undone(hub: Hub, *pair: Edit) -> bool:
    """Whether these edits are answered as an edit and its undo."""
    return {(hub.outcome(e), hub.receipt(e).code) for e in pair} == {(Outcome.ALREADY_THERE, "undone")}


def is_right(hub: Hub) -> bool:
    return {finding.state for finding in verify(hub.store)} == {State.OK}


# At the kit


def test_a_save_that_takes_one_back_says_so(kit: Kit) -> None:
    first, undo = removed_and_put_back(kit)
    again = kit.writes("Ngozi", WITHOUT, by="Jean")
    assert (first.undoes, undo.undoes, again.undoes) == ("", first.id, undo.id)


def test_only_an_exact_undo_of_what_made_the_page_is_one(kit: Kit) -> None:
    kit.changes("Ngozi", "a school", "two schools")
    between = kit.changes("Ngozi", "a town", "a large town", by="Jean")
    partly = kit.writes("Ngozi", NGOZI.replace("a town", "a large town"))
    both = kit.writes("Ngozi", NGOZI)
    assert (between.undoes, partly.undoes, both.undoes) == ("", "", "")


def test_a_new_page_that_is_emptied_again_is_taken_back(kit: Kit) -> None:
    first = kit.writes("Gitega", "Test.")
    assert kit.writes("Gitega", "").undoes == first.id


def test_an_answered_edit_is_not_taken_back_but_changed(hub: Hub, kit: Kit) -> None:
    kit.changes("Ngozi", "a school", "two schools")
    arrives(hub, kit)
    hub.publishes()
    hub.fetches()
    kit.receives(hub.sends())
    assert kit.writes("Ngozi", NGOZI).undoes == ""


# At the hub


def test_alone_an_undo_would_bring_its_words_in_beside_what_others_made_of_them() -> None:
    """Why all this is needed."""
    assert replay_one(MOVED, (NGOZI, WITHOUT), ENGLISH) == MOVED
    result = replay_one(MOVED, (WITHOUT, NGOZI), ENGLISH)
    assert isinstance(result, str)
    assert result.count("The market of the town is open") == 2


def test_an_edit_that_does_not_fit_leaves_with_its_undo(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    wiki.person_edits("Ngozi", CHANGED)
    hub.fetches()
    pair = removed_and_put_back(kit)
    result = arrives(hub, kit)
    assert (outcomes(result.receipts), result.waiting) == (["already-there"] * 2, 0)
    assert undone(hub, *pair)
    assert (hub.page("Ngozi"), hub.queue()) == (CHANGED, [])
    kit.receives(hub.sends())
    assert (kit.page("Ngozi"), [kit.told(edit) for edit in pair]) == (CHANGED, ["already-there"] * 2)


def test_an_edit_that_changes_nothing_leaves_with_its_undo(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    wiki.person_edits("Ngozi", MOVED)
    hub.fetches()
    _, undo = removed_and_put_back(kit)
    assert outcomes(arrives(hub, kit).receipts) == ["already-there"] * 2
    assert undone(hub, undo)
    assert (hub.page("Ngozi"), hub.queue()) == (MOVED, [])


def test_an_undo_follows_the_edit_that_left_beside_the_page(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    """Both wrote at the page's end: on the new page the undo has nothing to do, and its edit stands on an older one."""
    hub.receives(kit.sends())
    pair = kit.writes("Ngozi", f"{NGOZI}\n\nHere."), kit.writes("Ngozi", NGOZI)
    wiki.person_edits("Ngozi", f"{NGOZI}\n\nThere.")
    hub.fetches()
    kit.receives(hub.sends())
    result = arrives(hub, kit)
    assert (outcomes(result.receipts), result.waiting) == (["already-there"] * 2, 0)
    assert undone(hub, *pair)
    assert hub.page("Ngozi") == f"{NGOZI}\n\nThere."


def test_an_edit_that_waits_leaves_when_its_undo_comes(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    wiki.person_edits("Ngozi", CHANGED)
    hub.fetches()
    first = kit.writes("Ngozi", WITHOUT)
    assert outcomes(arrives(hub, kit).receipts) == ["merge-conflict"]
    undo = kit.writes("Ngozi", NGOZI)
    assert outcomes(arrives(hub, kit).receipts) == ["already-there"] * 2
    assert undone(hub, first, undo)
    assert hub.page("Ngozi") == CHANGED


def test_the_undo_of_a_declined_edit_has_nothing_to_do(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    first = kit.writes("Ngozi", WITHOUT)
    hub.receives(kit.sends())
    hub.declines(first)
    wiki.person_edits("Ngozi", CHANGED)
    hub.fetches()
    undo = kit.writes("Ngozi", NGOZI)
    assert outcomes(arrives(hub, kit).receipts) == ["already-there"]
    assert (hub.outcome(first), undone(hub, undo), hub.page("Ngozi")) == (Outcome.DECLINED, True, CHANGED)


def test_the_undo_of_an_edit_that_another_ones_words_stand_for_leaves_those(hub: Hub, kit: Kit) -> None:
    other = hub.kit("library")
    twin = other.changes("Ngozi", "a school", "two schools")
    arrives(hub, other)
    first = kit.changes("Ngozi", "a school", "two schools")
    assert arrives(hub, kit).receipts == ()
    undo = kit.writes("Ngozi", NGOZI)
    arrives(hub, kit)
    assert undone(hub, first, undo)
    assert (hub.queue(), hub.page("Ngozi")) == ([twin.id], NGOZI.replace("a school", "two schools"))


def test_an_edit_that_is_held_leaves_with_its_undo(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    first = kit.writes("Ngozi", WITHOUT)
    arrives(hub, kit)
    wiki.hides(wiki.saved[-1].id)
    assert outcomes(hub.publishes()) == ["held"]
    undo = kit.writes("Ngozi", NGOZI)
    arrives(hub, kit)
    assert undone(hub, first, undo)


def test_an_edit_that_may_be_on_the_wiki_stays_a_persons_to_decide(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    first = kit.writes("Ngozi", WITHOUT)
    arrives(hub, kit)
    wiki.stop_after(0, landed=True)
    with pytest.raises(Killed):
        hub.publishes()
    wiki.hides(wiki.saved[-1].id)
    assert outcomes(hub.fetches().receipts) == ["held"]
    kit.writes("Ngozi", NGOZI)
    arrives(hub, kit)
    assert hub.outcome(first) is Outcome.HELD


def test_who_takes_back_the_taking_back_is_asked_about(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    wiki.person_edits("Ngozi", CHANGED)
    hub.fetches()
    pair = removed_and_put_back(kit)
    again = kit.writes("Ngozi", WITHOUT)
    arrives(hub, kit)
    assert undone(hub, *pair)
    assert hub.outcome(again) is Outcome.MERGE_CONFLICT


def test_both_stay_where_the_edit_fits(hub: Hub, kit: Kit) -> None:
    pair = removed_and_put_back(kit)
    assert outcomes(arrives(hub, kit).receipts) == ["merged"] * 2
    assert hub.queue() == [edit.id for edit in pair]
    assert outcomes(hub.publishes()) == ["already-there"] * 2
    assert (hub.queue(), undone(hub, *pair)) == ([], True)


# In the queue


@pytest.mark.parametrize("meanwhile", [CHANGED, MOVED])
def test_a_fetch_takes_both_out_where_the_edit_does_nothing_any_more(
    hub: Hub, kit: Kit, wiki: MemoryWiki, meanwhile: str
) -> None:
    pair = removed_and_put_back(kit)
    beside = kit.changes("Ngozi", "a school", "two schools", by="Jean")
    arrives(hub, kit)
    wiki.person_edits("Ngozi", meanwhile)
    told = {receipt.edit: (receipt.outcome, receipt.code) for receipt in hub.fetches().receipts}
    assert told == {edit.id: (Outcome.ALREADY_THERE, "undone") for edit in pair}
    assert (hub.queue(), hub.page("Ngozi")) == ([beside.id], meanwhile.replace("a school", "two schools"))
    assert is_right(hub)


def test_they_find_each_other_with_somebody_elses_edit_between(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    first = kit.writes("Ngozi", WITHOUT)
    arrives(hub, kit)
    other = hub.kit("library")
    between = other.changes("Ngozi", "a school", "two schools")
    arrives(hub, other)
    undo = kit.writes("Ngozi", NGOZI)
    arrives(hub, kit)
    assert hub.queue() == [first.id, between.id, undo.id]
    wiki.person_edits("Ngozi", CHANGED)
    hub.fetches()
    assert undone(hub, first, undo)
    assert (hub.queue(), hub.page("Ngozi")) == ([between.id], CHANGED.replace("a school", "two schools"))


def test_a_published_edit_is_taken_back_by_an_ordinary_one(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    first = kit.writes("Ngozi", WITHOUT)
    arrives(hub, kit)
    assert outcomes(hub.publishes()) == ["published"]
    undo = kit.writes("Ngozi", NGOZI)
    assert undo.undoes == first.id
    assert outcomes(arrives(hub, kit).receipts) == ["merged"]
    assert outcomes(hub.publishes()) == ["published"]
    head = wiki.heads([undo.title])[undo.title]
    assert head is not None
    assert head.wikitext == NGOZI


def test_declining_an_edit_takes_its_undo_out(hub: Hub, kit: Kit) -> None:
    first, undo = removed_and_put_back(kit)
    beside = kit.changes("Ngozi", "a school", "two schools", by="Jean")
    arrives(hub, kit)
    assert outcomes(hub.declines(first)) == ["declined", "already-there"]
    assert (undone(hub, undo), hub.queue()) == (True, [beside.id])
    assert is_right(hub)


def test_a_new_page_and_its_emptying_leave_together(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    pair = kit.writes("Gitega", "Test."), kit.writes("Gitega", "")
    arrives(hub, kit)
    wiki.person_edits("Gitega", "Gitega is the capital.")
    hub.fetches()
    assert undone(hub, *pair)
    assert hub.page("Gitega") == "Gitega is the capital."


def test_words_that_resolve_an_edit_wait_with_it(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    other = hub.kit("library")
    other.changes("Ngozi", "a school", "a new school")
    edit = kit.changes("Ngozi", "a school", "a small school")
    arrives(hub, other)
    arrives(hub, kit)
    _, own = hub.rewrites(edit, NGOZI.replace("a school", "a small school").replace("a town", "a town of Burundi"))
    wiki.person_edits("Ngozi", NGOZI.replace("a school", "a high school"))
    told = {receipt.edit: receipt.outcome for receipt in hub.fetches().receipts}
    assert (told[edit.id].waits, told[own.edit]) == (True, Outcome.DEPENDS_ON)
    assert is_right(hub)


# Nobody is believed


def test_a_trailer_that_names_an_edit_which_it_does_not_take_back_is_not_believed(
    hub: Hub, kit: Kit, wiki: MemoryWiki
) -> None:
    first = kit.writes("Ngozi", WITHOUT)
    claims = claiming(kit, first, NGOZI.replace("a school", "two schools"))
    arrives(hub, kit)
    wiki.person_edits("Ngozi", CHANGED)
    told = {receipt.edit: receipt.outcome for receipt in hub.fetches().receipts}
    assert told[first.id] is Outcome.EDIT_CONFLICT
    assert told.get(claims.id) is not Outcome.ALREADY_THERE


def claiming(kit: Kit, undone: Edit, wikitext: str) -> Edit:
    """A kit saves a page and says of another edit that this takes it back."""
    made = kit.writes("Ngozi", wikitext)
    forged = replace(made, undoes=undone.id)
    tip = kit.store.need(layout.DESK, "")
    parent = kit.store.read(tip).parents[0]
    commit = edits.write(kit.store, forged, parent, wikitext=wikitext, committer=kit.id)
    kit.store.move([Move(layout.DESK, tip, commit)])
    return forged


def test_another_kit_cannot_take_an_edit_back(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    first = kit.writes("Ngozi", WITHOUT)
    arrives(hub, kit)
    other = hub.kit("library")
    claiming(other, first, NGOZI)
    arrives(hub, other)
    wiki.person_edits("Ngozi", CHANGED)
    told = {receipt.edit: receipt.outcome for receipt in hub.fetches().receipts}
    assert told[first.id] is Outcome.EDIT_CONFLICT


# Seen at the kit


@pytest.mark.parametrize(("meanwhile", "place"), [(CHANGED, Place.BESIDE), (MOVED, Place.PAGE)])
def test_on_a_new_main_neither_changes_the_page(
    hub: Hub, kit: Kit, wiki: MemoryWiki, meanwhile: str, place: Place
) -> None:
    pair = removed_and_put_back(kit)
    hub.receives(kit.sends())
    wiki.person_edits("Ngozi", meanwhile)
    hub.fetches()
    kit.receives(hub.sends())
    assert kit.page("Ngozi") == meanwhile
    assert [m.place for m in kit.mine()] == [place, Place.BESIDE]
    later = kit.changes("Ngozi", "a school", "two schools", by="Jean")
    arrives(hub, kit)
    assert (undone(hub, pair[1]), hub.queue()) == (True, [later.id])
    for store, ref in ((hub.store, layout.MAIN), (kit.store, layout.kit(kit.id))):
        assert store.wikitext(store.need(ref, ""), later.title) == meanwhile.replace("a school", "two schools")


def test_the_undo_of_a_declined_edit_changes_no_page_either(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    first, undo = removed_and_put_back(kit)
    hub.receives(kit.sends(hold=[undo]))
    hub.declines(first)
    wiki.person_edits("Ngozi", MOVED)
    hub.fetches()
    kit.receives(hub.sends())
    assert (kit.told(first), kit.page("Ngozi")) == (Outcome.DECLINED, MOVED)
    arrives(hub, kit)
    assert (undone(hub, undo), hub.page("Ngozi")) == (True, MOVED)


def test_an_edit_that_the_wiki_has_by_now_never_leaves_and_neither_does_its_undo(
    hub: Hub, kit: Kit, wiki: MemoryWiki
) -> None:
    kit.writes("Lake", "A lake.")
    hub.receives(kit.sends())
    pair = removed_and_put_back(kit)
    wiki.person_edits("Ngozi", MOVED)
    hub.fetches()
    kit.receives(hub.sends())
    hub.receives(kit.sends())
    assert [kit.told(edit) for edit in pair] == ["already-there"] * 2
    assert [kit.receipt(edit).code for edit in pair] == ["", "undone"]
    assert outcomes(hub.merges(kit).receipts) == ["merged"]
    assert hub.page("Ngozi") == MOVED


def test_an_edit_that_the_queue_has_by_now_stays_and_so_does_its_undo(hub: Hub, kit: Kit) -> None:
    other = hub.kit("library")
    twin = other.changes("Ngozi", "a school", "two schools")
    arrives(hub, other)
    kit.writes("Lake", "A lake.")
    hub.receives(kit.sends())
    pair = kit.changes("Ngozi", "a school", "two schools"), kit.writes("Ngozi", NGOZI)
    kit.receives(hub.sends())
    arrives(hub, kit)
    assert [kit.told(edit) for edit in pair] == ["approved"] * 2
    assert twin.id in hub.queue()
    assert hub.page("Ngozi") == twin.after
    hub.publishes()
    hub.fetches()
    kit.receives(hub.sends())
    kit.sends()
    assert [kit.told(edit) for edit in pair] == ["already-there"] * 2
