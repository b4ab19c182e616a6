"""Looking again: in few requests, once for each age, whatever is killed, and whatever clock is wrong."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests.chance import Story, added, marks, said, told
from tests.git.test_mirror import mirror
from tests.journey import DAY, Hub, Kit, counted, outcomes
from wikigit.bridge import credits, revisit
from wikigit.bridge.fate import published as published_edits
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome
from wikigit.repo import receipts

WEEK, MONTH, QUARTER = "2026-03-08", "2026-03-31", "2026-05-30"
PAGES = 51


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    for number in range(3):
        wiki.person_edits(f"Village {number}", "A village.")
    return wiki


def published(tmp_path: Path, wiki: MemoryWiki) -> tuple[Hub, Kit, list[Edit]]:
    """A hub whose kit has an edit on the wiki on every page there is; and a year has passed."""
    hub = Hub(tmp_path, wiki)
    kit = hub.kit("school")
    edits = [kit.changes(str(page.title), "A village.", "A village by the lake.") for page in wiki.pages(0)]
    hub.receives(kit.sends())
    hub.merges()
    assert set(outcomes(hub.publishes())) == {"published"}
    hub.fetches()
    wiki.days_pass(365)
    return hub, kit, edits


def test_the_heads_of_fifty_pages_are_one_request(tmp_path: Path, wiki: MemoryWiki) -> None:
    for number in range(3, PAGES):
        wiki.person_edits(f"Village {number}", "A village.")
    hub, _, edits = published(tmp_path, wiki)
    asked = counted(wiki)
    assert hub.looks_again("2026-03-07") == []
    assert asked() == 0
    assert outcomes(hub.looks_again(WEEK)) == ["alive"] * PAGES
    assert asked() == 2
    wiki.moves("Village 7", "Village by the lake")  # the redirect that is left holds all the edit's words
    told = hub.looks_again(MONTH)
    assert (set(outcomes(told)), len(told)) == ({"alive"}, PAGES)
    assert asked() == 2 + 2 + 2  # the heads, then where the page is now, and its head
    assert {hub.receipt(edit).code for edit in edits} == {"30"}


def test_a_look_that_is_killed_goes_on_where_it_was(
    tmp_path: Path, wiki: MemoryWiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisit, "TOGETHER", 1)
    hub, _, edits = published(tmp_path, wiki)
    first = itertools.islice(revisit.look_again(hub.store, wiki, WEEK), 1)
    assert [receipt.edit for receipt in first] == [edits[0].id]
    assert [receipt.edit for receipt in hub.looks_again(WEEK)] == [edit.id for edit in edits[1:]]
    assert hub.looks_again(WEEK) == []


def test_two_jobs_that_look_at_once_tell_once(tmp_path: Path, wiki: MemoryWiki) -> None:
    hub, _, edits = published(tmp_path, wiki)
    one, other = mirror(hub, "one.git"), mirror(hub, "other.git")
    assert outcomes(revisit.look_again(one, wiki, WEEK)) == ["alive"] * 3
    assert outcomes(revisit.look_again(other, wiki, WEEK)) == []
    lines = [line for line in receipts.read(hub.store) if line.outcome is Outcome.ALIVE]
    assert [line.edit for line in lines] == [edit.id for edit in edits]


def test_a_fast_clock_here_makes_nothing_older_than_it_is_for_the_wiki(tmp_path: Path) -> None:
    wiki = MemoryWiki()
    wiki.person_edits("Village", "A village.")
    wiki.days_pass(59)  # to the stories' first day
    hub = Hub(tmp_path, wiki)
    kit = hub.kit("school")
    kit.changes("Village", "A village.", "A village by the lake.")
    hub.receives(kit.sends())
    hub.merges()
    hub.publishes()
    hub.fetches()
    assert wiki.clock()[:10] == DAY
    assert hub.looks_again("2099-01-01") == []
    wiki.days_pass(8)
    (receipt,) = hub.looks_again("2099-01-01")
    assert (receipt.code, receipt.day) == ("7", "2026-03-09")
    assert hub.looks_again("1970-01-01") == []
    assert hub.looks_again("2099-01-01") == []


def test_an_edit_that_the_fetch_has_not_passed_yet_is_not_looked_at(tmp_path: Path, wiki: MemoryWiki) -> None:
    hub = Hub(tmp_path, wiki)
    kit = hub.kit("school")
    kit.changes("Village 1", "A village.", "A village by the lake.")
    hub.receives(kit.sends())
    hub.merges()
    hub.publishes()
    wiki.days_pass(365)
    assert hub.looks_again(WEEK) == []
    hub.fetches()
    assert outcomes(hub.looks_again(WEEK)) == ["alive"]


def test_what_a_kit_is_told_twice_is_news_once(tmp_path: Path, wiki: MemoryWiki) -> None:
    hub, kit, edits = published(tmp_path, wiki)
    wiki.rolls_back("Village 1")
    news = {}
    for day in (WEEK, MONTH):
        hub.looks_again(day)
        news[day] = {receipt.edit: receipt.outcome for receipt in kit.receives(hub.sends()).receipts}
    assert news[WEEK] == {e.id: Outcome.REVERTED if "1" in str(e.title) else Outcome.ALIVE for e in edits}
    assert news[MONTH] == {e.id: Outcome.ALIVE for e in edits if "1" not in str(e.title)}


def test_credits_are_read_back_of_edits_whose_fate_is_known_but_not_of_hidden_ones(
    tmp_path: Path, wiki: MemoryWiki
) -> None:
    hub, _, edits = published(tmp_path, wiki)
    wiki.deletes("Village 1")
    hub.looks_again(WEEK)
    found = {credit.edit: credit.right for credit in credits.read_back(hub.store, wiki)}
    assert found == {edits[0].id: True, edits[2].id: True}


# Whatever happens


def test_whatever_people_do_a_fate_tells_what_stands_on_the_page(tmp_path: Path, seed: int) -> None:
    story = Story(tmp_path, seed, kits=2)
    turns = [
        *[story.somebody_saves] * 6,
        *[story.edits_travel] * 4,
        *[lambda: story.the_bridge_publishes(trouble=0.2)] * 2,
        story.the_bridge_fetches,
        *[story.somebody_on_the_wiki] * 3,
    ]
    with told(story):
        for _ in range(18):
            story.chance.choice(turns)()
        story.all_arrives()
        story.wiki.days_pass(365)
        for day, age in ((WEEK, 7), (MONTH, 30), (QUARTER, 90)):
            for _ in range(4):
                story.somebody_on_the_wiki()
            if story.chance.random() < 0.5:
                story.the_bridge_fetches()
            story.say(f"after {age} days: {said(story.hub.looks_again(day))}")
            fates_are_true(story, age)
            assert story.hub.looks_again(day) == []
        story.the_bridge_fetches()
        assert story.hub.publishes() == []
        assert story.hub.queue() == []
        story.the_hub_sends()
        story.everyone_is_answered()
        story.all_is_sound()


def fates_are_true(story: Story, age: int) -> None:
    """Of each published edit: where its page stands, where its own words stand on it, and that it was told."""
    lines = receipts.read(story.hub.store)
    standing = receipts.standing(story.hub.store)
    by_id = {edit.id: edit for edit in story.edits}
    for one in published_edits(lines):
        receipt, where, edit = standing[one.edit], story.wiki.revisions([one.revision]), by_id[one.edit]
        coined = {word for word in added(edit) - set(marks(edit.before)) if word.startswith("Word")}
        if one.revision not in where:  # what only copied older words may stand there by another hand
            assert (receipt.outcome, receipt.code) == (Outcome.SUPPRESSED, "page-deleted") or not coined, one
            continue
        stored = next(r.wikitext for r in story.wiki.saved if r.id == one.revision)
        title = where[one.revision].title
        head = story.wiki.heads([title])[title]
        assert head is not None
        words = coined & set(marks(stored))
        if head.wikitext is None or not words:
            continue
        assert one.looked == age, one
        assert (receipt.outcome is Outcome.ALIVE) == (words <= set(marks(head.wikitext))), (receipt, head)
