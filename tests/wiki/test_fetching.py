"""What a fetch must not miss: the same stories on the wiki in memory and on a real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from testing import xmldump
from testing.mediawiki import MediaWiki as Server
from tests.journey import Hub, counted
from tests.wiki.conftest import Somewhere
from wikigit.bridge.fetch import Fetched, How
from wikigit.core.title import Title
from wikigit.repo import git, hidden, layout, upstream
from wikigit.repo.verify import State, verify
from wikigit.wiki.client import MediaWiki

carried = pytest.mark.parametrize("namespaces", [(0,), ()], ids=["a namespace", "a few pages"])


def on_upstream(hub: Hub, title: str) -> str | None:
    return hub.page(title, layout.UPSTREAM)


def is_sound(hub: Hub) -> bool:
    return all(finding.state is State.OK for finding in verify(hub.store))


@carried
def test_a_page_leaves_with_its_model_and_comes_back_with_it(somewhere: Somewhere, namespaces: tuple[int, ...]) -> None:
    title = somewhere.page(f"settings {len(namespaces)}", "Ngozi.")
    hub = somewhere.hub(*namespaces)
    somewhere.people.turns_into(title, "json", "{}")
    assert [str(gone) for gone in hub.fetches().removed] == [title]
    assert (on_upstream(hub, title), hub.fetches().removed, on_upstream(hub, title)) == (None, (), None)
    somewhere.people.turns_into(title, "wikitext", "Ngozi again.")
    hub.fetches()
    assert on_upstream(hub, title) == "Ngozi again."
    assert is_sound(hub)


@carried
def test_a_page_restored_in_part_is_what_readers_see(somewhere: Somewhere, namespaces: tuple[int, ...]) -> None:
    title = somewhere.page(f"restored {len(namespaces)}", "One.")
    for text in ("Two.", "Three."):
        somewhere.people.waits()
        somewhere.people.edits(title, text)
    hub = somewhere.hub(*namespaces)
    somewhere.people.deletes(title)
    somewhere.people.restores(title, 2)
    hub.fetches()
    assert on_upstream(hub, title) == "Two."
    assert is_sound(hub)


@carried
def test_a_name_that_the_wiki_hides_is_in_no_later_commit(somewhere: Somewhere, namespaces: tuple[int, ...]) -> None:
    title = somewhere.page(f"named {len(namespaces)}", "One.")
    hub = somewhere.hub(*namespaces)
    somewhere.people.edits(title, "Two.")
    told = somewhere.head(title).id
    somewhere.people.edits(title, "Three.")
    somewhere.people.hides_the_name(told)
    before = hub.store.need(layout.UPSTREAM, "")
    hub.fetches()
    words = ("log", "--format=%an", f"--grep=Wikigit-Revision: {told}", f"{before}..{layout.UPSTREAM}")
    assert git.run(hub.store.path, *words).decode().split() == ["hidden"]


@carried
def test_a_name_hidden_after_the_fetch_leaves_the_table(somewhere: Somewhere, namespaces: tuple[int, ...]) -> None:
    title = somewhere.page(f"named later {len(namespaces)}", "One.")
    hub = somewhere.hub(*namespaces)
    somewhere.people.hides_the_name(somewhere.head(title).id)
    hub.fetches()
    row = upstream.row(hub.store, hub.store.need(layout.UPSTREAM, ""), Title.parse(title, somewhere.wiki.site()))
    assert row is not None
    assert row.account == ""


def test_hidden_words_of_an_older_revision_are_not_fetched(somewhere: Somewhere) -> None:
    title = somewhere.page("words", "One.")
    hub = somewhere.hub(0)
    somewhere.people.edits(title, "Her number is 79 555 123.")
    told = somewhere.head(title).id
    somewhere.people.undoes(title, told)
    somewhere.people.hides(told)
    hub.fetches()
    assert on_upstream(hub, title) == "One."
    assert not hub.holds(layout.UPSTREAM, "79 555 123")


def test_a_fetch_of_a_few_pages_with_nothing_new_is_one_request(somewhere: Somewhere) -> None:
    somewhere.page("quiet", "Quiet.")
    hub = somewhere.hub()
    requests = counted(somewhere.wiki)
    assert hub.fetches() == Fetched()
    assert requests() == 1


@pytest.mark.wiki
def test_what_was_imported_at_the_server_is_found_by_comparing_all_pages(mediawiki: Server, tmp_path: Path) -> None:
    client = MediaWiki(mediawiki.api, contact="t@example.org", version="0")
    mediawiki.edit("Fetched long ago", "Here.")
    hub = Hub(tmp_path, client)
    dump = xmldump.dump(
        [("Imported at the server", "Old words.")], user="X", summary="", timestamp="2019-05-01T12:00:00Z"
    )
    (tmp_path / "old.xml").write_text("".join(dump))
    mediawiki.load_history(tmp_path / "old.xml")
    hub.fetches()
    assert on_upstream(hub, "Imported at the server") is None
    hub.fetches(how=How(all_pages=True))
    assert on_upstream(hub, "Imported at the server") == "Old words."
    assert is_sound(hub)


def test_what_the_wiki_hides_after_the_fetch_leaves_the_pages_and_is_known_to_be_held(somewhere: Somewhere) -> None:
    title = somewhere.page("held", "One.")
    somewhere.people.edits(title, "Her number is 79 555 123.")
    hub = somewhere.hub(0)
    told = somewhere.head(title).id
    somewhere.people.undoes(title, told)
    hub.fetches()
    somewhere.people.hides(told)
    hub.fetches()
    assert hub.page(title) == "One."
    listed = hidden.held(hub.store, hub.store.need(layout.UPSTREAM, ""))
    assert [held.refs for held in listed if held.hidden.revision == told] == [(layout.MAIN, layout.UPSTREAM)]
