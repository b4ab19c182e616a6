"""What later became of published edits comes home: on a wiki in memory and on a real one."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.journey import Hub, Kit, counted, outcomes
from tests.wiki.conftest import Somewhere
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.repo import edits, layout

NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."
BEANS = "Farmers from the hills sell cassava and beans there."
WEEK, MONTH, QUARTER = "2026-03-08", "2026-03-31", "2026-05-30"


@dataclass
class Story:
    """An edit of a school that is on the wiki, and the revision that it is in."""

    somewhere: Somewhere
    page: str
    hub: Hub
    kit: Kit
    edit: Edit
    revision: int = field(init=False)

    def __post_init__(self) -> None:
        self.hub.receives(self.kit.sends())
        self.hub.merges()
        assert set(outcomes(self.hub.publishes())) == {"published"}
        self.hub.fetches()
        self.revision = int(self.hub.receipt(self.edit).ref)
        self.somewhere.people.much_later()

    def somebody_edits(self, old: str, new: str) -> int:
        """A person changes a few words, and the wiki has a new revision."""
        wikitext = self.somewhere.head(self.page).wikitext or ""
        assert old in wikitext
        self.somewhere.people.edits(self.page, wikitext.replace(old, new))
        return self.somewhere.head(self.page).id

    def looks(self, day: str = WEEK) -> list[str]:
        """The bridge looks again; what it told, in words."""
        return list(map(told, self.hub.looks_again(day)))


def told(receipt: Receipt) -> str:
    return " ".join(filter(None, (receipt.outcome, receipt.code, receipt.ref)))


@pytest.fixture
def story(somewhere: Somewhere) -> Story:
    page = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    kit = hub.kit("school")
    return Story(somewhere, page, hub, kit, kit.changes(page, "a market.", f"a market. {BEANS}"))


def test_an_edit_that_stays_is_told_of_after_a_week_a_month_and_a_quarter(story: Story) -> None:
    ours = story.revision
    assert story.looks("2026-03-07") == []
    assert story.looks(WEEK) == [f"alive 7 {ours}"]
    assert story.looks(WEEK) == []
    story.somebody_edits("a school", "two schools")
    assert story.looks(MONTH) == [f"alive 30 {ours}"]
    assert story.looks(QUARTER) == [f"alive 90 {ours}"]
    assert story.looks("2026-12-01") == []
    story.kit.receives(story.hub.sends())
    receipt = story.kit.receipt(story.edit)
    assert (receipt.outcome, receipt.code, receipt.day) == (Outcome.ALIVE, "90", QUARTER)


def test_an_undo_by_another_account_is_a_revert(story: Story) -> None:
    undo = story.somewhere.people.undoes(story.page, story.revision)
    assert story.looks() == [f"reverted undo {undo}"]


def test_an_undo_after_others_wrote_on_is_a_revert(story: Story) -> None:
    story.somebody_edits("Ngozi is a town.", "Ngozi is a large town in the north.")
    undo = story.somewhere.people.undoes(story.page, story.revision)
    story.somebody_edits("a school", "two schools")
    assert story.looks() == [f"reverted undo {undo}"]


def test_a_rollback_is_a_revert(story: Story) -> None:
    rollback = story.somewhere.people.rolls_back(story.page)
    story.somebody_edits("a school", "two schools")
    assert story.looks() == [f"reverted rollback {rollback}"]


def test_the_old_text_put_back_by_hand_is_a_revert(story: Story) -> None:
    by_hand = story.somebody_edits(f" {BEANS}", "")
    assert story.looks() == [f"reverted manual-revert {by_hand}"]


def test_an_edit_that_was_brought_back_is_alive_again(story: Story) -> None:
    undo = story.somewhere.people.undoes(story.page, story.revision)
    assert story.looks() == [f"reverted undo {undo}"]
    story.somewhere.people.undoes(story.page, undo)
    assert story.looks(MONTH) == [f"alive 30 {story.revision}"]


def test_a_sentence_that_was_rewritten_lives_on_in_part(story: Story) -> None:
    head = story.somebody_edits("Farmers from the hills sell cassava and beans", "Many people sell cassava and beans")
    assert story.looks() == [f"reworked 7:55 {head}"]
    head = story.somebody_edits("Many people sell cassava and beans there.", "One can eat well.")
    assert story.looks(MONTH) == [f"reworked 30:0 {head}"]


def test_a_page_that_was_deleted_took_the_edit_along(story: Story) -> None:
    story.somewhere.people.deletes(story.page)
    assert story.looks() == [f"suppressed page-deleted {story.revision}"]


def test_a_page_made_anew_under_the_title_is_not_ours(story: Story) -> None:
    story.somewhere.people.deletes(story.page)
    story.somewhere.people.edits(story.page, "Another town.")
    assert story.looks() == [f"suppressed page-deleted {story.revision}"]


def test_a_text_that_was_hidden_is_suppressed(story: Story) -> None:
    story.somebody_edits(f" {BEANS}", "")
    story.somewhere.people.hides(story.revision)
    assert story.looks() == [f"suppressed hidden-text {story.revision}"]


@pytest.mark.parametrize("redirect", [True, False])
def test_a_page_that_was_moved_is_followed(story: Story, redirect: bool) -> None:
    story.somewhere.people.moves(story.page, moved := f"{story.page} (town)", redirect=redirect)
    assert story.looks() == [f"alive 7 {story.revision}"]
    undo = story.somewhere.people.undoes(moved, story.revision)
    assert story.looks(MONTH) == [f"reverted undo {undo}"]


def test_a_reverted_edit_is_final_and_never_comes_back_by_itself(story: Story) -> None:
    undo = story.somewhere.people.undoes(story.page, story.revision)
    story.looks()
    hub, kit = story.hub, story.kit
    for _ in range(2):
        kit.receives(hub.sends())
        assert kit.told(story.edit) is Outcome.REVERTED
        hub.receives(kit.sends(full=True))
        assert hub.merges().receipts == ()
        assert hub.publishes() == []
        hub.fetches()
    assert kit.page(story.page) == NGOZI == story.somewhere.head(story.page).wikitext
    assert story.somewhere.head(story.page).id == undo
    assert [mine.place for mine in kit.mine()] == ["answered"]


def test_the_revision_that_reverted_an_edit_is_not_taken_for_ours(story: Story) -> None:
    """The fate is told before the fetch has seen the revert."""
    story.somewhere.people.undoes(story.page, story.revision)
    story.looks()
    story.hub.fetches()
    upstream = story.hub.store.need(layout.UPSTREAM, "")
    commit = edits.landed(story.hub.store, upstream)[story.edit.id]
    assert story.hub.store.read(commit).message.get("Revision") == str(story.revision)


def test_a_revert_that_the_fetch_has_seen_is_told_at_once(story: Story) -> None:
    undo = story.somewhere.people.undoes(story.page, story.revision)
    assert story.looks("2026-03-02") == []
    story.hub.fetches()
    assert story.looks("2026-03-02") == [f"reverted undo {undo}"]
    assert story.looks("2026-03-02") == []


def test_each_edit_of_one_revision_has_a_fate_of_its_own(somewhere: Somewhere) -> None:
    page = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    kit = hub.kit("school")
    first = kit.changes(page, "a market.", f"a market. {BEANS}")
    second = kit.changes(page, "a school.", "a school. Children walk there from seven villages.")
    story = Story(somewhere, page, hub, kit, first)
    assert hub.receipt(second).ref == str(story.revision)
    head = story.somebody_edits(" Children walk there from seven villages.", "")
    assert story.looks() == [f"alive 7 {story.revision}", f"reworked 7:0 {head}"]
    assert (hub.outcome(first), hub.outcome(second)) == (Outcome.ALIVE, Outcome.REWORKED)


def test_a_look_at_several_pages_is_one_request_and_one_more_for_each_page_that_lost_words(
    somewhere: Somewhere,
) -> None:
    pages = [somewhere.page(name, NGOZI) for name in ("Ngozi", "Gitega", "Rumonge", "Muyinga")]
    hub = somewhere.hub()
    kit = hub.kit("school")
    written = [kit.changes(page, "a market.", f"a market. {BEANS}") for page in pages]
    story = Story(somewhere, pages[0], hub, kit, written[0])
    asked = counted(somewhere.wiki)
    assert len(hub.looks_again(WEEK)) == 4
    assert asked() == 1
    assert hub.looks_again(WEEK) == []
    assert asked() == 1
    story.somebody_edits(f" {BEANS}", "")
    somewhere.people.deletes(pages[1])
    asked = counted(somewhere.wiki)
    assert sorted(outcomes(hub.looks_again(MONTH))) == ["alive", "alive", "reverted", "suppressed"]
    assert asked() == 3  # the heads, a history, and where the deleted page is
