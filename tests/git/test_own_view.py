"""What a contributor sees: nothing they saved disappears from their own view, whatever gets lost on the way.

Each story is made by chance from its seed; `make stories` tells four hundred.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests.chance import Story, told
from tests.journey import Hub, Kit, outcomes
from wikigit.core.receipt import Outcome

NGOZI = "Ngozi is a town.\n\nIt has a market."


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    return Hub(tmp_path, wiki)


def test_what_somebody_saved_is_in_sight_until_it_is_answered(tmp_path: Path, seed: int) -> None:
    story = Story(tmp_path, seed, kits=2)
    turns = [
        *[story.somebody_saves] * 6,
        *[lambda: story.a_kit_sends(hold=0.3, lost=0.3)] * 4,
        *[lambda: story.the_hub_receives(again=0.3)] * 4,
        *[story.the_hub_merges] * 2,
        story.the_hub_declines,
        *[story.a_volunteer_resolves] * 2,
        story.the_bridge_publishes,
        story.the_bridge_fetches,
        *[lambda: story.the_hub_sends(lost=0.3)] * 4,
        story.somebody_on_the_wiki,
    ]
    with told(story):
        for _ in range(24):
            story.chance.choice(turns)()
            story.nothing_is_lost_from_view()
        story.all_is_sound()
        story.edits_keep_to_their_own_words()
        story.all_arrives()
        story.nothing_is_lost_from_view()
        story.everyone_is_answered()
        story.each_edit_is_published_once()


def test_an_edit_that_waited_for_another_to_leave_arrives_with_it(hub: Hub, kit: Kit) -> None:
    below = kit.changes("Ngozi", "a market", "a large market", by="Jean")
    above = kit.changes("Ngozi", "a large market", "a large old market", by="Aline")
    hub.receives(kit.sends(hold=[below]))
    assert [kit.told(edit) for edit in (below, above)] == [Outcome.SAVED, Outcome.DEPENDS_ON]
    hub.receives(kit.sends())
    assert outcomes(hub.merges(kit).receipts) == ["merged", "merged"]


def test_who_undid_a_held_edit_is_not_told_that_all_is_done(hub: Hub, kit: Kit) -> None:
    held = kit.changes("Ngozi", "a market", "a large market", by="Jean")
    undo = kit.changes("Ngozi", "a large market", "a market", by="Aline")
    hub.receives(kit.sends(hold=[held]))
    assert kit.told(undo) is Outcome.DEPENDS_ON
    kit.receives(hub.sends())
    assert kit.page("Ngozi") == NGOZI
    hub.receives(kit.sends())
    assert outcomes(hub.merges(kit).receipts) == ["merged", "merged"]
    assert outcomes(hub.publishes()) == ["published", "published"]
    assert hub.page("Ngozi") == NGOZI
