"""Two people change one sentence in different places: a proposal, which a volunteer looks at."""

from __future__ import annotations

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import Hub, Kit, outcomes
from wikigit.core import attribution
from wikigit.core.edit import Edit
from wikigit.core.errors import ConflictsRemain, RepoError
from wikigit.core.receipt import Outcome
from wikigit.hub import waiting
from wikigit.repo.verify import State, verify

NGOZI = (
    "Ngozi is a town.\n\nThe large market of the town is open on every Saturday and people come from far away."
    "\n\nIt has a school."
)
BOTH = NGOZI.replace("large", "old").replace("far away", "all hills")


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    return wiki


def proposed(hub: Hub) -> tuple[Kit, Edit]:
    """Two kits change one sentence, far apart; the second edit waits."""
    one, other = hub.kit("school"), hub.kit("library")
    one.changes("Ngozi", "large", "old")
    edit = other.changes("Ngozi", "far away", "all hills", by="Jean")
    hub.receives(one.sends())
    hub.receives(other.sends())
    assert outcomes(hub.merges(one, other).receipts) == ["merged", "proposal"]
    return other, edit


def test_an_accepted_proposal_is_published_and_credited(hub: Hub, wiki: MemoryWiki) -> None:
    kit, edit = proposed(hub)
    assert hub.page("Ngozi") != BOTH
    assert outcomes(hub.accepts(edit)) == ["merged"]
    assert hub.page("Ngozi") == BOTH
    assert outcomes(hub.publishes()) == ["published", "published"]
    head = wiki.heads([edit.title])[edit.title]
    assert head is not None
    assert head.wikitext == BOTH
    said = attribution.parse(head.summary)
    assert said is not None
    assert said.names == (edit.contributor,)
    hub.fetches()
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.PUBLISHED


def test_an_accepted_proposal_survives_fifty_fetches_that_change_the_rest_of_the_page(
    hub: Hub, wiki: MemoryWiki
) -> None:
    _, edit = proposed(hub)
    hub.accepts(edit)
    for number in range(50):
        wiki.person_edits("Ngozi", NGOZI.replace("It has a school.", f"It has {number} schools."))
        hub.fetches()
        assert edit.id in hub.queue()
        assert hub.page("Ngozi") == BOTH.replace("It has a school.", f"It has {number} schools.")
    assert all(finding.state is State.OK for finding in verify(hub.store))


def test_what_really_conflicts_cannot_be_accepted(hub: Hub) -> None:
    one, other = hub.kit("school"), hub.kit("library")
    one.changes("Ngozi", "large", "old")
    edit = other.changes("Ngozi", "large", "new")
    hub.receives(one.sends())
    hub.receives(other.sends())
    hub.merges(one, other)
    with pytest.raises(ConflictsRemain, match="different things in the same place"):
        hub.accepts(edit)
    assert hub.outcome(edit) is Outcome.MERGE_CONFLICT


def test_only_what_waits_can_be_accepted(hub: Hub) -> None:
    kit = hub.kit("school")
    edit = kit.changes("Ngozi", "large", "old")
    with pytest.raises(RepoError, match="never received"):
        hub.accepts(edit)
    hub.receives(kit.sends())
    hub.merges(kit)
    with pytest.raises(RepoError, match="it is merged"):
        hub.accepts(edit)


def test_an_edit_whose_rival_was_declined_can_be_accepted(hub: Hub) -> None:
    one, other = hub.kit("school"), hub.kit("library")
    first = one.changes("Ngozi", "large", "old")
    second = other.changes("Ngozi", "large", "new")
    hub.receives(one.sends())
    hub.receives(other.sends())
    hub.merges(one, other)
    hub.declines(first)
    assert outcomes(hub.accepts(second)) == ["merged"]
    assert hub.page("Ngozi") == NGOZI.replace("large", "new")


def test_what_waits_is_shown_with_its_author_its_place_and_its_words(hub: Hub) -> None:
    one, other = hub.kit("school"), hub.kit("library")
    one.changes("Ngozi", "a school", "two schools")
    edit = other.writes("Ngozi", NGOZI.replace("a school", "one school"), by="Jean", credit="Jean B.", summary="count")
    hub.receives(one.sends())
    hub.receives(other.sends())
    hub.merges(one, other)
    (found,) = waiting.everything(hub.store)
    spots = found.conflict.spots if found.conflict else ()
    assert (found.edit.id, found.edit.name, found.receipt.outcome) == (edit.id, "Jean B.", Outcome.MERGE_CONFLICT)
    assert [(spot.line, spot.ours, spot.theirs) for spot in spots] == [(5, "two schools", "one school")]
    assert [[(p.change, p.wikitext) for p in line] for line in found.changed] == [
        [("same", "It has "), ("gone", "a"), ("new", "one"), ("same", " school.")]
    ]
