"""What leaves a kit was shown to its facilitator first, word by word, and approved."""

from __future__ import annotations

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import DAY, NGOZI, Hub, Kit, kit_send
from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError
from wikigit.core.receipt import Outcome


def left(hub: Hub, kit: Kit, *, approve: bool = False) -> list[str]:
    """Send what is approved (or all); the ids of the edits that come to the hub."""
    return [edit.id for came in hub.receives(kit.sends(approve=approve)) for edit in came.edits]


def fits(kit: Kit) -> list[bool]:
    return [asked.fits for asked in kit.queue()]


def test_only_what_is_approved_leaves(hub: Hub, kit: Kit) -> None:
    yes = kit.changes("Ngozi", "a market", "a large market")
    no = kit.writes("Gitega", "A town.")
    assert left(hub, kit) == []
    kit.approves(yes)
    assert [kit.told(edit) for edit in (yes, no)] == [Outcome.APPROVED, Outcome.SAVED]
    assert left(hub, kit) == [yes.id]
    assert [asked.edit.id for asked in kit.queue()] == [no.id]


def test_an_approval_never_leaves_the_kit(hub: Hub, kit: Kit) -> None:
    kit.approves(kit.changes("Ngozi", "a market", "a large market"))
    left(hub, kit)
    assert not hub.holds("--all", "approved")


def test_the_words_that_would_leave_are_shown_without_those_that_stay(kit: Kit) -> None:
    kit.writes("Ngozi", NGOZI + "\n\nNot yet approved.", by="Jean")
    kit.changes("Ngozi", "a market", "a large market")
    _, asked = kit.queue()
    assert asked.edit.pair == (NGOZI, NGOZI.replace("a market", "a large market"))


def test_an_edit_that_stands_on_another_is_approved_together_with_it(hub: Hub, kit: Kit) -> None:
    below = kit.changes("Ngozi", "a market", "a large market", by="Jean")
    above = kit.changes("Ngozi", "a large market", "a large old market")
    assert fits(kit) == [True, False]
    (asked,) = kit.approves(above)
    assert (asked.fits, asked.receipt.outcome) == (False, Outcome.SAVED)
    assert left(hub, kit) == []
    kit.approves(below, above)
    assert left(hub, kit) == [below.id, above.id]


def test_approving_one_does_not_take_back_the_approval_of_its_neighbour(hub: Hub, kit: Kit) -> None:
    first = kit.changes("Ngozi", "a market", "a large market", by="Jean")
    second = kit.writes("Ngozi", (kit.page("Ngozi") or "") + "\n\nIt has a well.")
    kit.approves(second)
    kit.approves(first)
    assert left(hub, kit) == [first.id, second.id]


def test_where_the_page_changed_elsewhere_the_same_words_leave(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    left(hub, kit)
    edit = kit.changes("Ngozi", "a market", "a large market")
    kit.approves(edit)
    wiki.person_edits("Ngozi", "See also Gitega.\n\n" + NGOZI)
    hub.fetches()
    kit.receives(hub.sends())
    assert left(hub, kit) == [edit.id]


def test_where_other_words_would_leave_it_must_be_approved_again(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    """Somebody on the wiki has made half of the same change meanwhile."""
    left(hub, kit)
    half = NGOZI.replace("a town", "a large town")
    edit = kit.writes("Ngozi", half.replace("a school", "two schools"))
    kit.approves(edit)
    wiki.person_edits("Ngozi", half)
    hub.fetches()
    kit.receives(hub.sends())
    assert [(asked.again, asked.fits) for asked in kit.queue()] == [(True, True)]
    assert left(hub, kit) == []
    kit.approves(edit)
    assert left(hub, kit) == [edit.id]


def test_an_edit_sent_back_stays_until_it_is_approved_by_its_name(hub: Hub, kit: Kit) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    kit.sends_back(edit, "Who told you?")
    assert (kit.told(edit), kit.receipt(edit).said) == (Outcome.SENT_BACK, "Who told you?")
    assert left(hub, kit, approve=True) == []
    kit.approves(edit)
    assert left(hub, kit) == [edit.id]
    assert not hub.holds("--all", "Who told you?")


def test_what_has_left_or_is_not_here_cannot_be_approved_or_sent_back(hub: Hub, kit: Kit) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    left(hub, kit, approve=True)
    for decide in (lambda: kit.approves(edit), lambda: kit.sends_back(edit, "Too late")):
        with pytest.raises(RepoError):
            decide()


# Names


def stays_for(kit: Kit, edit: Edit) -> tuple[str, ...]:
    """What kinds of things an edit is held back for, by the facilitator's word "all"."""
    *_, sent = kit_send.send(kit.store, kit.sends(hold=[edit]).folder, day=DAY, approve_all=True)
    return next((leak.holds for leak in sent.leaks if leak.edit == edit.id), ())


@pytest.mark.parametrize(
    ("typed", "summary", "holds"),
    [
        ("It has a market, says Amina Ndayizeye.", "", ("name",)),
        ("It has a market, says NDAYIZEYE   amina.", "", ("name",)),
        ("It has a market.", "Amína\u00a0Ndayizeye told me", ("name",)),
        ("Ask me: amina@example.org", "", ("address",)),
        ("A market is held by the Aminas.", "", ()),
    ],
)
def test_a_name_does_not_leave_unseen(kit: Kit, typed: str, summary: str, holds: tuple[str, ...]) -> None:
    kit.saves("Lake", "A lake.", seen=None, by="Amina Ndayizeye")
    edit = kit.writes("Ngozi", f"{NGOZI}\n\n{typed}", summary=summary)
    assert stays_for(kit, edit) == holds


def test_a_facilitator_may_let_a_name_leave(hub: Hub, kit: Kit) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nAline is its mayor.", by="Aline")
    (asked,) = kit.approves(edit)
    assert asked.leak is not None
    assert "Aline" not in asked.leak.sentence
    assert left(hub, kit, approve=True) == []
    kit.approves(edit, names=True)
    assert left(hub, kit) == [edit.id]


def test_a_name_that_its_owner_publishes_or_that_the_page_holds_is_no_secret(hub: Hub, kit: Kit) -> None:
    one = kit.writes("Ngozi", f"{NGOZI}\n\nAline is its mayor.", by="Aline", credit="Aline N.")
    assert left(hub, kit, approve=True) == [one.id]
    other = kit.writes("Ngozi", f"{NGOZI}\n\nAline was its mayor.", by="Jean")
    assert left(hub, kit, approve=True) == [other.id]
