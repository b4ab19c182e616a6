"""A volunteer decides where two people say different things; everybody keeps the credit for their words."""

from __future__ import annotations

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import VOLUNTEER, Hub, Kit, outcomes
from wikigit.core import attribution
from wikigit.core.edit import Edit
from wikigit.core.errors import ConfigError, Locked, RepoError
from wikigit.core.receipt import Outcome
from wikigit.hub import resolve
from wikigit.repo import edits, mainline, queue
from wikigit.repo.verify import State, verify
from wikigit.wikitext.resolve import Choice

NGOZI = "Ngozi is a town.\n\nIt has one school.\n\n== Market ==\nThe market opens on Saturday.\n\nMany people come."
ONE = NGOZI.replace("one school", "two schools").replace("Saturday", "Sunday")


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    return wiki


def disputed(hub: Hub) -> tuple[Kit, Edit]:
    """Two kits change the same two places of a page, and the second also writes of a lake."""
    one, other = hub.kit("school"), hub.kit("library")
    one.writes("Ngozi", ONE)
    text = "There is a lake.\n\n" + NGOZI.replace("one school", "three schools").replace("Saturday", "Monday")
    edit = other.writes("Ngozi", text, by="Jean", credit="Jean B.", summary="count")
    brought(hub, one, other)
    assert hub.outcome(edit) is Outcome.MERGE_CONFLICT
    return other, edit


def brought(hub: Hub, *kits: Kit) -> None:
    """The kits' edits reach the hub, which merges what fits."""
    for kit in kits:
        hub.receives(kit.sends())
    hub.merges(*kits)


def test_what_is_chosen_at_each_spot_stands_on_main_and_the_author_stays(hub: Hub, wiki: MemoryWiki) -> None:
    kit, edit = disputed(hub)
    assert outcomes(hub.resolves(edit, Choice.THEIRS, Choice.OURS)) == ["merged"]
    assert hub.page("Ngozi") == "There is a lake.\n\n" + ONE.replace("two", "three")
    assert outcomes(hub.publishes()) == ["published", "published"]
    assert credits_of(wiki, edit) == ("Jean B.",)
    hub.fetches()
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.PUBLISHED
    assert all(finding.state is State.OK for finding in verify(hub.store))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [(Choice.BOTH, "two schools three schools."), (Choice.THEIRS_FIRST, "three schools two schools.")],
)
def test_both_may_stand_in_one_order_or_the_other(hub: Hub, choice: Choice, expected: str) -> None:
    _, edit = disputed(hub)
    hub.resolves(edit, choice, Choice.OURS)
    assert expected in (hub.page("Ngozi") or "")


def test_a_volunteers_own_words_are_an_edit_of_their_own_in_the_same_revision(hub: Hub, wiki: MemoryWiki) -> None:
    kit, edit = disputed(hub)
    assert outcomes(hub.resolves(edit, "two or three schools", Choice.OURS)) == ["merged", "merged"]
    main = mainline.read(hub.store)
    *_, theirs, own = [row.edit for row in queue.accepted(hub.store, main.entries, main.upstream)]
    assert (theirs.id, theirs.name, theirs.contributor) == (edit.id, "Jean B.", edit.contributor)
    assert "lake" in theirs.after
    assert (own.resolves, own.name, own.kit) == (edit.id, VOLUNTEER, "hub")
    assert "It has two or three schools." in own.after
    assert outcomes(hub.publishes()) == ["published", "published", "published"]
    assert credits_of(wiki, edit) == ("Jean B.", VOLUNTEER)
    head = wiki.heads([edit.title])[edit.title]
    assert head is not None
    assert head.wikitext == own.after
    kit.receives(hub.sends())
    assert [mine.edit.id for mine in kit.mine()] == [edit.id]


def test_a_page_may_be_written_as_a_whole(hub: Hub) -> None:
    _, edit = disputed(hub)
    page = "There is a large lake.\n\n" + ONE.replace("two", "three")
    hub.rewrites(edit, page)
    assert hub.page("Ngozi") == page
    main = mainline.read(hub.store)
    theirs, own = [row.edit for row in queue.accepted(hub.store, main.entries, main.upstream)][-2:]
    assert theirs.after == page.replace("large ", "")
    assert own.pair == (theirs.after, page)


def test_a_resolved_conflict_survives_fifty_fetches_that_change_the_rest_of_the_page(
    hub: Hub, wiki: MemoryWiki
) -> None:
    _, edit = disputed(hub)
    hub.resolves(edit, Choice.BOTH, "Friday")
    resolved = hub.page("Ngozi") or ""
    queued = hub.queue()
    for number in range(50):
        wiki.person_edits("Ngozi", NGOZI.replace("Many", f"{number} or more"))
        hub.fetches()
        assert hub.queue() == queued
        assert hub.page("Ngozi") == resolved.replace("Many", f"{number} or more")
    assert all(finding.state is State.OK for finding in verify(hub.store))


def test_where_nothing_of_the_edit_is_left_it_is_declined_instead(hub: Hub) -> None:
    one, other = hub.kit("school"), hub.kit("library")
    one.changes("Ngozi", "one school", "two schools")
    edit = other.changes("Ngozi", "one school", "three schools")
    brought(hub, one, other)
    with pytest.raises(RepoError, match=r"Nothing of e-\w+ would be left"):
        hub.resolves(edit, Choice.OURS)
    assert hub.outcome(edit) is Outcome.MERGE_CONFLICT


def test_own_words_want_a_name(hub: Hub) -> None:
    _, edit = disputed(hub)
    before = hub.page("Ngozi")
    with pytest.raises(ConfigError, match="carry your name"):
        hub.resolves(edit, "many", Choice.OURS, by="")
    assert hub.page("Ngozi") == before


def test_a_page_that_changed_meanwhile_is_looked_at_again(hub: Hub, wiki: MemoryWiki) -> None:
    _, edit = disputed(hub)
    seen = resolve.look(hub.store, edit.id)
    assert seen.conflict is not None
    wiki.person_edits("Ngozi", NGOZI.replace("a town", "a city"))
    hub.fetches()
    page = seen.conflict.wikitext(lambda spot: spot.theirs)
    with pytest.raises(Locked, match="changed meanwhile"):
        resolve.resolve(hub.store, seen, resolve.Decision(page, VOLUNTEER, "2026-03-01", bytes(10)))


def test_two_new_pages_of_one_title_are_put_together(hub: Hub) -> None:
    one, other = hub.kit("school"), hub.kit("library")
    one.writes("Gitega", "Gitega is a city.\n\nIt has a museum.")
    edit = other.writes("Gitega", "Gitega is the capital.\n\nIt has a museum.\n\nIt is old.")
    brought(hub, one, other)
    assert hub.outcome(edit) is Outcome.MERGE_CONFLICT
    spots = spots_of(hub, edit)
    assert spots == [("a city", "the capital"), ("", "\nIt is old.\n")]
    hub.resolves(edit, "a city and the capital", Choice.THEIRS)
    assert hub.page("Gitega") == "Gitega is a city and the capital.\n\nIt has a museum.\n\nIt is old."


@pytest.mark.parametrize(
    ("on_the_wiki", "code"),
    [("#REDIRECT [[Lake]]", "redirect"), ("Gone.", "blanked"), (None, "deleted")],
)
def test_a_page_made_a_redirect_or_empty_or_deleted_is_a_persons_decision(
    hub: Hub, wiki: MemoryWiki, on_the_wiki: str | None, code: str
) -> None:
    kit = hub.kit("school")
    edit = kit.changes("Ngozi", "one school", "two schools")
    if on_the_wiki is None:
        wiki.deletes("Ngozi")
    else:
        wiki.person_edits("Ngozi", on_the_wiki)
    hub.fetches()
    brought(hub, kit)
    assert hub.outcome(edit) is Outcome.MERGE_CONFLICT
    assert hub.page("Ngozi") == on_the_wiki
    found = resolve.look(hub.store, edit.id).conflict
    assert found is not None
    assert found.code == code
    assert outcomes(hub.resolves(edit, Choice.THEIRS)) == ["merged"]
    assert hub.page("Ngozi") == NGOZI.replace("one school", "two schools")
    assert "published" in outcomes(hub.publishes())


def test_a_line_that_was_declined_comes_back_only_by_a_persons_word(hub: Hub) -> None:
    kit = hub.kit("school")
    secret = "The teacher lives in the blue house behind the market."
    first = kit.writes("Ngozi", NGOZI + "\n\n" + secret)
    text = f"{secret}\n\n{NGOZI.replace('a town', 'a large town')}"
    second = kit.writes("Ngozi", text, by="Jean")
    hub.receives(kit.sends())
    hub.declines(first)
    hub.merges(kit)
    assert hub.outcome(second) is Outcome.DEPENDS_ON
    (spot,) = spots_of(hub, second)
    assert spot == ("", secret + "\n\n")
    assert outcomes(hub.resolves(second, Choice.OURS)) == ["merged"]
    assert hub.page("Ngozi") == NGOZI.replace("a town", "a large town")


def test_an_edit_that_is_held_though_it_fits_is_written_as_the_wiki_will_keep_it(hub: Hub, wiki: MemoryWiki) -> None:
    kit = hub.kit("school")
    edit = kit.changes("Ngozi", "one school", "two schools ~~~~", by="Jean")
    brought(hub, kit)
    hub.publishes()
    assert hub.outcome(edit) is Outcome.HELD
    assert hub.page("Ngozi") == NGOZI
    written = NGOZI.replace("one school", "two schools")
    assert outcomes(hub.rewrites(edit, written)) == ["merged", "merged"]
    assert set(outcomes(hub.publishes())) == {"published"}
    assert wiki.saved[-1].wikitext == written
    assert credits_of(wiki, edit) == (edit.contributor, VOLUNTEER)


def test_the_accepted_commit_changes_nobody_elses_words(hub: Hub) -> None:
    _, edit = disputed(hub)
    hub.resolves(edit, Choice.THEIRS, "Friday")
    main = mainline.read(hub.store)
    _, theirs, own = [edits.read(hub.store, entry.commit, main.site) for entry in main.entries]
    assert theirs.before == ONE
    assert (own.before, own.after) == (theirs.after, hub.page("Ngozi"))


def spots_of(hub: Hub, edit: Edit) -> list[tuple[str, str]]:
    found = resolve.look(hub.store, edit.id).conflict
    return [(spot.ours, spot.theirs) for spot in found.spots] if found else []


def credits_of(wiki: MemoryWiki, edit: Edit) -> tuple[str, ...]:
    """Whom the head of a page names."""
    head = wiki.heads([edit.title])[edit.title]
    said = attribution.parse(head.summary) if head else None
    return said.names if said else ()
