"""A page is moved on the wiki: the edits of it go along, wherever they are just then."""

from __future__ import annotations

from pathlib import Path

import pytest

from testing.memory_wiki import Killed, MemoryWiki
from tests.journey import NGOZI, Hub, Kit, merged, outcomes
from wikigit.bridge import credits
from wikigit.core.config import Selection
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.title import Title
from wikigit.hub import waiting
from wikigit.kit.desk import Place
from wikigit.repo import edits as commits
from wikigit.repo import git, layout, mainline, receipts
from wikigit.repo.verify import State, verify
from wikigit.wiki.door import Changes

LARGE = NGOZI.replace("a market", "a large market")
REDIRECT = "#REDIRECT [[Ngozi town]]"


@pytest.fixture
def kit(hub: Hub) -> Kit:
    return a_kit(hub, "school")


def a_kit(hub: Hub, name: str) -> Kit:
    """A kit that the hub has heard of."""
    kit = hub.kit(name)
    hub.receives(kit.sends())
    return kit


def queued(hub: Hub) -> list[tuple[str, str]]:
    return [(entry.edit, str(entry.title)) for entry in mainline.read(hub.store).entries]


def upstream(hub: Hub, title: str) -> str | None:
    return hub.page(title, layout.UPSTREAM)


def moves_on_upstream(hub: Hub) -> list[str]:
    """Every move that upstream's history tells, newest first."""
    words = ("log", "--format=%an: %(trailers:key=Wikigit-Moved-From,valueonly)", "--grep=^Wikigit-Moved-From: ")
    return [line for line in git.run(hub.store.path, *words, layout.UPSTREAM).decode().split("\n") if line]


def is_sound(hub: Hub, *kits: Kit) -> bool:
    stores = [hub.store, *(kit.store for kit in kits)]
    return all(finding.state is State.OK for store in stores for finding in verify(store))


def standing(hub: Hub, edit: Edit) -> Receipt:
    return receipts.standing(hub.store)[edit.id]


# An edit in the queue


@pytest.mark.parametrize("redirect", [True, False])
def test_an_accepted_edit_is_published_on_the_page_where_it_stands_now(
    hub: Hub, kit: Kit, wiki: MemoryWiki, redirect: bool
) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.moves("Ngozi", "Ngozi town", redirect=redirect)
    assert hub.fetches().receipts == ()
    assert queued(hub) == [(edit.id, "Ngozi town")]
    assert (hub.page("Ngozi town"), hub.page("Ngozi")) == (LARGE, REDIRECT if redirect else None)
    assert is_sound(hub)
    assert outcomes(hub.publishes()) == ["published"]
    assert [request.title for request in wiki.requests] == [hub.title("Ngozi town")]
    hub.fetches()
    assert queued(hub) == []
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.PUBLISHED
    assert kit.page("Ngozi town") == LARGE
    assert is_sound(hub, kit)


def test_edits_stacked_on_it_go_along_in_their_order(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    below = kit.changes("Ngozi", "a market", "a large market", by="Aline")
    above = kit.changes("Ngozi", "a large market", "a large old market", by="Jean")
    merged(hub, kit)
    wiki.moves("Ngozi", "Ngozi town")
    wiki.person_edits("Ngozi town", NGOZI.replace("a school", "two schools"))
    assert outcomes(hub.publishes()) == ["published", "published"]
    assert int(standing(hub, below).ref) < int(standing(hub, above).ref)
    head = wiki.heads([hub.title("Ngozi town")])[hub.title("Ngozi town")]
    assert head is not None
    assert head.wikitext == "Ngozi is a town.\n\nIt has a large old market.\n\nIt has two schools."


def test_a_page_moved_between_plan_and_publish_is_planned_again(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.meanwhile(lambda: wiki.moves("Ngozi", "Ngozi town"))
    assert outcomes(hub.publishes()) == ["published"]
    assert [revision.title for revision in wiki.saved if str(revision.id) == standing(hub, edit).ref] == [
        hub.title("Ngozi town")
    ]


def test_what_a_killed_run_sent_of_a_moved_page_is_for_a_person(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.stop_after(0, landed=True)
    with pytest.raises(Killed):
        hub.publishes()
    wiki.moves("Ngozi", "Ngozi town")
    assert [(r.outcome, r.code) for r in hub.fetches().receipts] == [(Outcome.HELD, "page-moved-or-deleted")]
    assert hub.outcome(edit) is Outcome.HELD
    assert len(wiki.requests) == 0
    assert hub.page("Ngozi town") == LARGE


def test_an_edit_follows_through_many_fetches(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    for number in range(5):
        wiki.moves(f"Ngozi {number}" if number else "Ngozi", f"Ngozi {number + 1}", redirect=number % 2 == 0)
        hub.fetches()
        assert queued(hub) == [(edit.id, f"Ngozi {number + 1}")]
        assert is_sound(hub)
    assert outcomes(hub.publishes()) == ["published"]


# What upstream tells of a move


def test_a_move_is_one_commit_with_two_paths(hub: Hub, wiki: MemoryWiki) -> None:
    before = hub.store.need(layout.UPSTREAM, "")
    wiki.moves("Ngozi", "Ngozi town", redirect=False, reason="There is a province of this name.")
    hub.fetches()
    first = hub.store.history(hub.store.need(layout.UPSTREAM, ""), before)[0]
    said = hub.store.read(first)
    assert (said.message.subject, said.author) == ("There is a province of this name.", "Admin")
    assert dict(said.message.trailers) == {"Page": "Ngozi town", "Moved-From": "Ngozi"}
    changed = git.run(hub.store.path, "show", "--format=", "--name-status", "-M", first).decode()
    titles = (layout.page(hub.title(name)) for name in ("Ngozi", "Ngozi town"))
    assert changed == "R100\t{}\t{}\n".format(*titles)


def test_a_move_that_is_read_twice_happens_once(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.moves("Ngozi", "Ngozi town")
    for _ in range(2):
        hub.fetches()
        wiki.person_edits("Lake", f"A lake, {hub.fetches()}.")
    assert (upstream(hub, "Ngozi"), upstream(hub, "Ngozi town")) == (REDIRECT, NGOZI)
    assert moves_on_upstream(hub) == ["Admin: Ngozi"]
    assert is_sound(hub)


def test_moved_and_moved_back_it_is_where_it_was(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.moves("Ngozi", "Ngozi town")
    wiki.moves("Ngozi town", "Ngozi")
    hub.fetches()
    assert queued(hub) == [(edit.id, "Ngozi")]
    assert (hub.page("Ngozi"), hub.page("Ngozi town")) == (LARGE, "#REDIRECT [[Ngozi]]")
    assert is_sound(hub)


def test_two_pages_that_change_places_keep_their_edits(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    town = kit.changes("Ngozi", "a market", "a large market")
    lake = kit.changes("Lake", "A lake", "A deep lake")
    merged(hub, kit)
    wiki.moves("Ngozi", "Elsewhere", redirect=False)
    wiki.moves("Lake", "Ngozi", redirect=False)
    wiki.moves("Elsewhere", "Lake", redirect=False)
    hub.fetches()
    assert sorted(queued(hub)) == sorted([(town.id, "Lake"), (lake.id, "Ngozi")])
    assert (hub.page("Lake"), hub.page("Ngozi"), hub.page("Elsewhere")) == (LARGE, "A deep lake.", None)
    assert is_sound(hub)


def test_a_page_moved_over_another_one_takes_its_place(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    town = kit.changes("Ngozi", "a market", "a large market")
    lake = kit.changes("Lake", "A lake", "A deep lake")
    merged(hub, kit)
    wiki.deletes("Lake")
    wiki.moves("Ngozi", "Lake", redirect=False)
    assert [(r.edit, r.outcome) for r in hub.fetches().receipts] == [(lake.id, Outcome.EDIT_CONFLICT)]
    assert queued(hub) == [(town.id, "Lake")]
    assert (hub.page("Lake"), hub.page("Ngozi")) == (LARGE, None)
    assert is_sound(hub)


def test_a_page_that_came_and_moved_between_two_fetches_is_no_move_for_us(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.person_edits("Gitega", "Gitega is a city.")
    wiki.moves("Gitega", "Gitega city", redirect=False)
    hub.fetches()
    assert (upstream(hub, "Gitega city"), upstream(hub, "Gitega")) == ("Gitega is a city.", None)
    assert moves_on_upstream(hub) == []
    assert is_sound(hub)


class Slow(MemoryWiki):
    """A wiki where somebody moves a page between two parts of one answer: after the log, before the revisions."""

    def changes(self, since: str) -> Changes:
        log = super().changes(since)
        if not list(self.listed([Title.parse("Ngozi town", self.site())])):
            self.moves("Ngozi", "Ngozi town")
        return Changes(super().changes(since).revisions, log.events, log.until)


def test_a_page_that_is_moved_while_we_read_is_followed_the_next_time(tmp_path: Path) -> None:
    wiki = Slow()
    wiki.person_edits("Ngozi", NGOZI)
    hub = Hub(tmp_path, wiki)
    kit = hub.kit("school")
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    hub.fetches()
    assert queued(hub) == [(edit.id, "Ngozi")]
    hub.fetches()
    assert queued(hub) == [(edit.id, "Ngozi town")]
    assert (hub.page("Ngozi"), hub.page("Ngozi town")) == (REDIRECT, LARGE)
    assert is_sound(hub)


def test_edits_before_and_after_the_move_come_in_their_order(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.person_edits("Ngozi", NGOZI + "\n\nOne.", summary="before")
    wiki.moves("Ngozi", "Ngozi town")
    wiki.person_edits("Ngozi town", NGOZI + "\n\nTwo.", summary="after")
    before = hub.store.need(layout.UPSTREAM, "")
    assert hub.fetches().removed == ()
    came = hub.store.history(hub.store.need(layout.UPSTREAM, ""), before)
    subjects = [hub.store.read(commit).message.subject for commit in came]
    assert subjects[:2] == ["Moved from Ngozi", "before"]
    assert subjects[-2:] == ["after", "Fetch 2 pages"]
    assert upstream(hub, "Ngozi town") == NGOZI + "\n\nTwo."


# Gone


def test_an_edit_of_a_deleted_page_is_a_question_for_a_person(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    accepted = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    late = kit.changes("Ngozi", "a school", "two schools")
    wiki.deletes("Ngozi")
    assert [(r.edit, r.outcome, r.code) for r in hub.fetches().receipts] == [
        (accepted.id, Outcome.EDIT_CONFLICT, "deleted")
    ]
    hub.receives(kit.sends())
    assert [(r.edit, r.outcome, r.code) for r in hub.merges(kit).receipts] == [
        (late.id, Outcome.MERGE_CONFLICT, "deleted")
    ]
    assert hub.page("Ngozi") is None
    kit.receives(hub.sends())
    assert {mine.place for mine in kit.mine()} == {Place.BESIDE}


def test_a_page_moved_and_then_deleted_is_gone(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.moves("Ngozi", "Ngozi town", redirect=False)
    wiki.deletes("Ngozi town")
    told = hub.fetches()
    assert [(r.edit, r.outcome, r.code) for r in told.receipts] == [(edit.id, Outcome.EDIT_CONFLICT, "deleted")]
    assert [str(title) for title in told.removed] == ["Ngozi town"]
    assert (upstream(hub, "Ngozi"), upstream(hub, "Ngozi town")) == (None, None)
    assert is_sound(hub)


def test_who_wrote_on_a_page_does_not_write_on_another_that_took_its_new_title(
    hub: Hub, kit: Kit, wiki: MemoryWiki
) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.moves("Ngozi", "Ngozi town", redirect=False)
    wiki.deletes("Ngozi town")
    wiki.person_edits("Ngozi town", NGOZI)
    assert [(r.edit, r.code) for r in hub.fetches().receipts] == [(edit.id, "deleted")]
    assert hub.page("Ngozi town") == NGOZI


# An edit on its way to the hub


def test_an_edit_written_before_the_move_is_merged_where_the_page_stands(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    wiki.moves("Ngozi", "Ngozi town")
    hub.fetches()
    hub.receives(kit.sends())
    assert [(r.outcome, r.code) for r in hub.merges(kit).receipts] == [(Outcome.MERGED, "followed")]
    assert queued(hub) == [(edit.id, "Ngozi town")]
    assert hub.page("Ngozi town") == LARGE
    assert outcomes(hub.publishes()) == ["published"]
    hub.fetches()
    assert [credit.right for credit in credits.read_back(hub.store, wiki)] == [True]
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.PUBLISHED
    assert is_sound(hub, kit)


def test_it_does_not_follow_the_new_page_that_somebody_made_under_the_old_title(
    hub: Hub, kit: Kit, wiki: MemoryWiki
) -> None:
    other = a_kit(hub, "library")
    old = kit.changes("Ngozi", "a market", "a large market")
    wiki.moves("Ngozi", "Ngozi town", redirect=False)
    wiki.person_edits("Ngozi", "Ngozi is a province.")
    hub.fetches()
    other.receives(hub.sends())
    new = other.changes("Ngozi", "a province", "a large province")
    hub.receives(kit.sends())
    hub.receives(other.sends())
    assert set(outcomes(hub.merges().receipts)) == {"merged"}
    assert sorted(queued(hub)) == sorted([(old.id, "Ngozi town"), (new.id, "Ngozi")])
    assert (hub.page("Ngozi"), hub.page("Ngozi town")) == ("Ngozi is a large province.", LARGE)


def test_a_new_page_under_a_title_that_was_moved_away_stays_there(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    wiki.moves("Ngozi", "Ngozi town", redirect=False)
    hub.fetches()
    kit.receives(hub.sends())
    first = kit.writes("Ngozi", "Ngozi is a province.")
    second = kit.changes("Ngozi", "a province", "a large province", by="Jean")
    merged(hub, kit)
    assert queued(hub) == [(first.id, "Ngozi"), (second.id, "Ngozi")]
    assert hub.page("Ngozi town") == NGOZI


def test_a_new_page_does_not_go_where_another_of_its_title_went(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    kit.writes("Gitega", "Gitega is a city.")
    wiki.person_edits("Gitega", "Gitega is a river.")
    hub.fetches()
    wiki.moves("Gitega", "Gitega river", redirect=False)
    hub.fetches()
    wiki.deletes("Gitega river")
    wiki.person_edits("Gitega", "Gitega is a province.")
    hub.fetches()
    hub.receives(kit.sends())
    hub.merges(kit)
    assert queued(hub) == []
    assert [str(found.edit.title) for found in waiting.everything(hub.store)] == ["Gitega"]


def test_one_that_meets_others_there_is_shown_to_volunteers_with_that_page(
    hub: Hub, kit: Kit, wiki: MemoryWiki
) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    wiki.moves("Ngozi", "Ngozi town")
    wiki.person_edits("Ngozi town", NGOZI.replace("a market", "an old market"))
    hub.fetches()
    hub.receives(kit.sends())
    assert outcomes(hub.merges(kit).receipts) == ["merge-conflict"]
    (found,) = waiting.everything(hub.store)
    assert (str(found.edit.title), found.page) == ("Ngozi town", NGOZI.replace("a market", "an old market"))
    wiki.person_edits("Ngozi town", NGOZI)
    hub.fetches()
    assert [(r.outcome, r.code) for r in hub.accepts(edit)] == [(Outcome.MERGED, "followed")]
    assert hub.page("Ngozi town") == LARGE


# An edit at the kit


def test_an_edit_without_an_answer_is_seen_on_the_page_where_it_stands_now(
    hub: Hub, kit: Kit, wiki: MemoryWiki
) -> None:
    sent = kit.changes("Ngozi", "a market", "a large market")
    stick = kit.sends()
    unsent = kit.changes("Ngozi", "a school", "two schools", by="Jean")
    wiki.moves("Ngozi", "Ngozi town")
    hub.fetches()
    kit.receives(hub.sends())
    assert [(mine.edit.id, str(mine.edit.title), mine.place) for mine in kit.mine()] == [
        (sent.id, "Ngozi town", Place.PAGE),
        (unsent.id, "Ngozi town", Place.PAGE),
    ]
    assert (kit.page("Ngozi town"), kit.page("Ngozi")) == (LARGE.replace("a school", "two schools"), REDIRECT)
    later = kit.changes("Ngozi town", "two schools", "two old schools")
    hub.receives(stick)
    hub.receives(kit.sends())
    assert outcomes(hub.merges(kit).receipts) == ["merged", "merged", "merged"]
    assert queued(hub) == [(edit.id, "Ngozi town") for edit in (sent, unsent, later)]
    assert is_sound(hub, kit)


def test_an_edit_that_does_not_fit_there_leaves_on_the_text_that_it_was_written_on(
    hub: Hub, kit: Kit, wiki: MemoryWiki
) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    wiki.moves("Ngozi", "Ngozi town")
    wiki.person_edits("Ngozi town", NGOZI.replace("a market", "an old market"))
    hub.fetches()
    kit.receives(hub.sends())
    assert [(str(mine.edit.title), mine.place) for mine in kit.mine()] == [("Ngozi town", Place.BESIDE)]
    hub.receives(kit.sends())
    branch = hub.store.history(hub.store.need(layout.kit(kit.id), ""), hub.store.need(layout.MAIN, ""))
    left = [edit for _, edit in commits.among(hub.store, branch, mainline.read(hub.store).site)]
    assert [(str(e.title), e.before, e.after) for e in left] == [("Ngozi", NGOZI, LARGE)]
    assert outcomes(hub.merges(kit).receipts) == ["merge-conflict"]
    (found,) = waiting.everything(hub.store)
    assert (found.edit.id, str(found.edit.title)) == (edit.id, "Ngozi town")


# What is carried


def test_of_a_few_selected_pages_one_is_followed_to_a_title_that_nobody_selected(
    tmp_path: Path, wiki: MemoryWiki
) -> None:
    hub = Hub(tmp_path, wiki, selection=Selection(titles=("Ngozi",)))
    kit = hub.kit("school")
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.person_edits("Ngozi", NGOZI + "\n\nOne.")
    wiki.moves("Ngozi", "Ngozi town", redirect=False)
    wiki.moves("Ngozi town", "Ngozi", redirect=False)
    wiki.moves("Ngozi", "Ngozi (town)")
    wiki.person_edits("Ngozi (town)", NGOZI + "\n\nTwo.")
    assert hub.fetches().revisions == 6
    assert queued(hub) == [(edit.id, "Ngozi (town)")]
    assert (upstream(hub, "Ngozi"), upstream(hub, "Ngozi (town)")) == ("#REDIRECT [[Ngozi (town)]]", NGOZI + "\n\nTwo.")
    assert (upstream(hub, "Ngozi town"), upstream(hub, "Lake")) == (None, None)
    assert moves_on_upstream(hub) == ["Admin: Ngozi", "Admin: Ngozi town", "Admin: Ngozi"]
    assert outcomes(hub.publishes()) == ["published"]
    wiki.deletes("Ngozi (town)")
    assert [str(title) for title in hub.fetches().removed] == ["Ngozi (town)"]
    assert is_sound(hub)


def test_a_page_that_leaves_the_selected_namespace_is_followed_only_by_what_is_about_to_be_published(
    tmp_path: Path, wiki: MemoryWiki
) -> None:
    hub = Hub(tmp_path, wiki, selection=Selection(namespaces=(0,)))
    kit = hub.kit("school")
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.moves("Ngozi", "Help:Passing", redirect=False)
    wiki.moves("Help:Passing", "Help:Ngozi", redirect=False)
    wiki.moves("Lake", "Help:Lake", redirect=False)
    assert [str(title) for title in hub.fetches().removed] == ["Lake"]
    assert (upstream(hub, "Help:Ngozi"), upstream(hub, "Help:Lake")) == (NGOZI, None)
    assert queued(hub) == [(edit.id, "Help:Ngozi")]
    wiki.person_edits("Help:Ngozi", NGOZI + "\n\nOne.")
    hub.fetches()
    assert hub.page("Help:Ngozi") == LARGE + "\n\nOne."
    assert is_sound(hub)


def test_a_page_that_only_passes_through_a_foreign_namespace_is_followed(tmp_path: Path, wiki: MemoryWiki) -> None:
    hub = Hub(tmp_path, wiki, selection=Selection(namespaces=(0,)))
    kit = a_kit(hub, "school")
    kit.changes("Ngozi", "a market", "a large market")
    wiki.moves("Ngozi", "Help:Passing", redirect=False)
    wiki.moves("Help:Passing", "Ngozi town", redirect=False)
    assert hub.fetches().removed == ()
    merged(hub, kit)
    assert (hub.page("Ngozi town"), upstream(hub, "Help:Passing")) == (LARGE, None)
    assert is_sound(hub)
