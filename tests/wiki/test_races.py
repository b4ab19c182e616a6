"""Somebody on the wiki is faster than we are: nothing of theirs is overwritten, and everybody is answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journey import DAY, Hub, Kit, outcomes
from tests.wiki.conftest import Somewhere
from wikigit.core.config import Selection
from wikigit.core.receipt import Outcome
from wikigit.core.revision import Row
from wikigit.repo import layout, mainline, upstream
from wikigit.repo.refs import Move

NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."


def merged(hub: Hub, kit: Kit) -> None:
    hub.receives(kit.sends())
    assert set(outcomes(hub.merges(kit).receipts)) == {"merged"}


def test_an_edit_elsewhere_between_plan_and_publish_stays(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    kit = hub.kit("school")
    edit = kit.changes(ngozi, "a market", "a large market")
    merged(hub, kit)
    somewhere.meanwhile(lambda: somewhere.people.edits(ngozi, NGOZI.replace("a school", "two schools")))
    assert outcomes(hub.publishes()) == ["published"]
    assert somewhere.head(ngozi).wikitext == "Ngozi is a town.\n\nIt has a large market.\n\nIt has two schools."
    assert len(somewhere.history(ngozi)) == 3
    hub.fetches()
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.PUBLISHED
    assert kit.page(ngozi) == somewhere.head(ngozi).wikitext


def test_a_wiki_on_which_every_page_went_on_since_the_fetch_gets_every_edit(somewhere: Somewhere) -> None:
    """None is held for that alone: the bridge replays each onto its page as it is by then."""
    pages = [somewhere.page(f"Ngozi {number}", NGOZI) for number in range(6)]
    hub = somewhere.hub()
    kit = hub.kit("school")
    edits = [kit.changes(page, "a market", "a large market") for page in pages]
    merged(hub, kit)
    for page in pages:
        somewhere.people.edits(page, NGOZI.replace("a school", "two schools"))
    assert outcomes(hub.publishes()) == ["published"] * len(pages)
    both = "Ngozi is a town.\n\nIt has a large market.\n\nIt has two schools."
    assert [somewhere.head(page).wikitext for page in pages] == [both] * len(pages)
    assert [len(somewhere.history(page)) for page in pages] == [3] * len(pages)
    hub.fetches()
    kit.receives(hub.sends())
    assert {kit.told(edit) for edit in edits} == {Outcome.PUBLISHED}


def test_the_same_sentence_between_plan_and_publish_is_an_edit_conflict(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    kit = hub.kit("school")
    edit = kit.changes(ngozi, "a market", "a large market")
    merged(hub, kit)
    theirs = NGOZI.replace("a market", "an old market")
    somewhere.meanwhile(lambda: somewhere.people.edits(ngozi, theirs))
    assert outcomes(hub.publishes()) == ["edit-conflict"]
    assert somewhere.head(ngozi).wikitext == theirs
    assert hub.queue() == []
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.EDIT_CONFLICT
    assert [(m.place, m.edit.after) for m in kit.mine()] == [("beside", edit.after)]


def test_a_page_made_between_plan_and_publish_is_an_edit_conflict(somewhere: Somewhere) -> None:
    somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    kit = hub.kit("school")
    title = somewhere.page("Gitega")
    edit = kit.writes(title, "Gitega is a city.")
    merged(hub, kit)
    somewhere.meanwhile(lambda: somewhere.people.edits(title, "Gitega is the capital."))
    assert outcomes(hub.publishes()) == ["edit-conflict"]
    assert somewhere.head(title).wikitext == "Gitega is the capital."
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.EDIT_CONFLICT


def test_a_page_deleted_between_plan_and_publish_is_not_brought_back(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    kit = hub.kit("school")
    edit = kit.changes(ngozi, "a market", "a large market")
    merged(hub, kit)
    somewhere.meanwhile(lambda: somewhere.people.deletes(ngozi))
    assert outcomes(hub.publishes()) == ["held"]
    assert somewhere.wiki.heads([edit.title])[edit.title] is None
    hub.fetches()
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.HELD


@pytest.mark.parametrize("lie", ["newer", "older", "missing"])
def test_a_repository_whose_revisions_lie_overwrites_nothing(somewhere: Somewhere, lie: str) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    kit = hub.kit("school")
    kit.changes(ngozi, "a market", "a large market")
    merged(hub, kit)
    theirs = NGOZI.replace("a market", "an old market")
    somewhere.people.edits(ngozi, theirs)
    head = somewhere.head(ngozi).id
    lies: dict[str, Callable[[int], int]] = {"newer": lambda n: n, "older": lambda n: n - 1, "missing": lambda n: 0}
    forge_row(hub, ngozi, lies[lie](head))
    hub.publishes()
    assert somewhere.head(ngozi).wikitext == theirs
    assert len(somewhere.history(ngozi)) == 2


def forge_row(hub: Hub, title: str, revision: int) -> None:
    """Make the table say that upstream holds another revision than it does, and main with it."""
    main = mainline.read(hub.store)
    tip = hub.store.need(layout.UPSTREAM, "")
    row = upstream.row(hub.store, tip, hub.title(title))
    assert row is not None
    forged = Row(row.title, revision, row.page_id, row.time, row.account)
    new = upstream.close(hub.store, tip, [forged], [], upstream.cursor(hub.store, tip), DAY, main.site)
    moves, _ = mainline.rebuilt(hub.store, main, main.entries, on=new, subject="Forged", day=DAY)
    hub.store.move([Move(layout.UPSTREAM, tip, new), *moves])


def test_a_selection_of_a_few_pages_reads_nothing_of_the_others(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    other = f"{somewhere.prefix} Elsewhere"
    for number in range(3):
        somewhere.people.edits(other, f"Text {number}.")
    assert hub.fetches().revisions == 0
    assert hub.page(other, layout.UPSTREAM) is None
    somewhere.people.edits(ngozi, NGOZI + " One.")
    somewhere.people.edits(ngozi, NGOZI + " Two.")
    assert hub.fetches().revisions == 2
    assert hub.page(ngozi) == NGOZI + " Two."
    somewhere.people.deletes(ngozi)
    assert [str(title) for title in hub.fetches().removed] == [ngozi]
    assert hub.page(ngozi) is None


def test_a_page_that_joins_the_category_is_fetched(somewhere: Somewhere) -> None:
    category = f"Category:{somewhere.prefix} towns"
    ngozi = somewhere.page("Ngozi", f"{NGOZI}\n\n[[{category}]]")
    gitega = somewhere.page("Gitega", "Gitega is a city.")
    hub = Hub(somewhere.folder, somewhere.wiki, selection=Selection(category=category))
    assert (hub.page(ngozi) is not None, hub.page(gitega)) == (True, None)
    somewhere.people.edits(gitega, f"Gitega is a city.\n\n[[{category}]]")
    hub.fetches()
    assert hub.page(gitega) == f"Gitega is a city.\n\n[[{category}]]"
