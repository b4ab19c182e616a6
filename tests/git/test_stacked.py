"""Two people's stacked edits of one page; publishing is stopped anywhere, then fetch and publish go on.

Each story is made by chance from its seed; `make stories` tells four hundred.
"""

from __future__ import annotations

from pathlib import Path

from tests.chance import Story, told
from wikigit.core.receipt import Outcome
from wikigit.repo import receipts


def test_stopped_anywhere_everything_is_published_once(tmp_path: Path, seed: int) -> None:
    story = Story(tmp_path, seed, kits=2)
    turns = [
        *[story.somebody_saves] * 6,
        *[story.edits_travel] * 3,
        *[lambda: story.the_bridge_publishes(trouble=0.8)] * 4,
        story.the_bridge_fetches,
        *[story.a_volunteer_resolves] * 2,
        story.the_hub_sends,
        *[story.somebody_on_the_wiki] * 2,
    ]
    with told(story):
        for _ in range(24):
            story.chance.choice(turns)()
            story.main_is_a_function()
        story.all_arrives()
        story.all_is_sound()
        story.edits_keep_to_their_own_words()
        story.each_edit_is_published_once()
        story.everyone_is_answered()


def test_with_nobody_else_on_the_wiki_no_edit_conflicts_with_our_own(tmp_path: Path, seed: int) -> None:
    story = Story(tmp_path, seed, kits=1, strangers=False)
    turns = [
        *[story.somebody_saves] * 4,
        *[story.edits_travel] * 2,
        *[lambda: story.the_bridge_publishes(trouble=0.8)] * 2,
        story.the_hub_sends,
    ]
    with told(story):
        for _ in range(20):
            story.chance.choice(turns)()
            story.main_is_a_function()
        story.all_arrives()
        story.each_edit_is_published_once()
        told_at_last = receipts.standing(story.hub.store)
        for edit in story.edits:
            receipt = told_at_last[edit.id]
            undone = receipt.outcome is Outcome.ALREADY_THERE
            assert receipt.outcome is Outcome.PUBLISHED or undone, receipt
