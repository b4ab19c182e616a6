"""The first fetch with the wiki's whole history: a commit for each revision, by whoever made it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from testing.mediawiki import MediaWiki as Server
from testing.memory_wiki import Killed, MemoryWiki
from testing.xmldump import Version, history
from tests.journey import DAY, Hub, outcomes
from tests.wiki.conftest import Somewhere
from wikigit.bridge import fetch
from wikigit.core.config import Selection
from wikigit.core.errors import RepoError, WikiError
from wikigit.core.receipt import Outcome
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.repo import layout, upstream
from wikigit.repo.store import Store
from wikigit.repo.verify import State, verify
from wikigit.wiki.client import MediaWiki

NGOZI = "Ngozi is a town.\n\nIt has a market."
HELP = 12


def commits(hub: Hub) -> list[tuple[str, str, str]]:
    """Upstream's commits, oldest first: author, page and revision; "" where there is none."""
    ids = hub.store.ask("rev-list", "--reverse", layout.UPSTREAM).decode().split()
    told = []
    for commit in ids:
        author = hub.store.ask("show", "--no-patch", "--format=%an", commit).decode().strip()
        trailers = hub.store.read(commit).message
        told.append((author, trailers.get("Page"), trailers.get("Revision")))
    return told


def texts(hub: Hub, title: str) -> list[str | None]:
    """A page after each of upstream's commits that are revisions."""
    ids = hub.store.ask("rev-list", "--reverse", layout.UPSTREAM).decode().split()
    revisions = [commit for commit in ids if hub.store.read(commit).message.get("Revision")]
    return [hub.store.wikitext(commit, hub.title(title)) for commit in revisions]


@pytest.mark.parametrize("namespaces", [(), (HELP,)], ids=["titles", "namespace"])
def test_each_revision_is_a_commit_by_its_account_oldest_first(
    somewhere: Somewhere, namespaces: tuple[int, ...]
) -> None:
    somewhere.prefix = f"Help:{somewhere.prefix} {len(namespaces)}"
    ngozi, lake = somewhere.page("Ngozi", "Ngozi."), somewhere.page("Lake", "A lake.")
    somewhere.people.edits(ngozi, NGOZI)
    hub = somewhere.hub(*namespaces, history=True)
    ids = [r.id for r in reversed(somewhere.history(ngozi))]
    alone = [told for told in commits(hub) if told[1] in (ngozi, lake)]
    assert alone == [
        ("Somebody", ngozi, str(ids[0])),
        ("Somebody", lake, str(somewhere.head(lake).id)),
        ("Somebody", ngozi, str(ids[1])),
    ]
    assert hub.page(ngozi) == NGOZI
    row = upstream.row(hub.store, hub.store.need(layout.UPSTREAM, ""), hub.title(ngozi))
    assert row is not None
    assert row.revision == ids[1]
    assert hub.fetches().revisions == 0
    assert all(finding.state is State.OK for finding in verify(hub.store))


def test_the_road_goes_on_after_the_history(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", "Ngozi.")
    somewhere.people.edits(ngozi, NGOZI)
    hub = somewhere.hub(history=True)
    kit = hub.kit("school")
    edit = kit.changes(ngozi, "a market", "a large market")
    hub.receives(kit.sends())
    hub.merges(kit)
    somewhere.people.edits(ngozi, NGOZI.replace("a town", "a city"))
    assert outcomes(hub.publishes()) == ["published"]
    hub.fetches()
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.PUBLISHED
    assert kit.page(ngozi) == somewhere.head(ngozi).wikitext == "Ngozi is a city.\n\nIt has a large market."
    assert [told[0] for told in commits(hub)].count("Somebody") == 3


def test_hidden_deleted_and_moved_pages_in_a_history(somewhere: Somewhere) -> None:
    ngozi, gone = somewhere.page("Ngozi", "Ngozi."), somewhere.page("Gone", "Gone.")
    old, new = somewhere.page("Old", "Moved."), somewhere.page("New")
    somewhere.people.edits(ngozi, "Ngozi, and somebody's address.")
    somewhere.people.edits(ngozi, NGOZI)
    somewhere.people.hides(somewhere.history(ngozi)[1].id)
    somewhere.people.deletes(gone)
    somewhere.people.moves(old, new, redirect=False)
    somewhere.titles.append(new)
    hub = somewhere.hub(history=True)
    assert not hub.holds(layout.UPSTREAM, "address")
    assert list(dict.fromkeys(texts(hub, ngozi))) == ["Ngozi.", None, NGOZI]
    assert (hub.page(gone), hub.page(old), hub.page(new)) == (None, None, "Moved.")
    assert {told[1] for told in commits(hub)} == {"", ngozi, new}


def test_the_history_comes_with_the_first_fetch_only(tmp_path: Path) -> None:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    hub = Hub(tmp_path, wiki)
    with pytest.raises(RepoError, match="first fetch or not at all"):
        hub.fetches(history=True)


def test_a_wiki_without_pages_has_no_history(tmp_path: Path) -> None:
    with pytest.raises(WikiError, match="no such pages"):
        Hub(tmp_path, MemoryWiki(), history=True)


class Dying(MemoryWiki):
    """A wiki that is read to the second revision before the bridge's process ends, once."""

    died = False

    def all_revisions(self, namespaces: Collection[int] = ()) -> Iterator[Revision]:
        for number, revision in enumerate(super().all_revisions(namespaces)):
            if number == 2 and not self.died:
                self.died = True
                raise Killed
            yield revision


def test_a_history_that_broke_off_is_read_again_from_the_beginning(tmp_path: Path) -> None:
    wiki = Dying()
    for number in range(4):
        wiki.person_edits("Ngozi", f"Text {number}.")
    with pytest.raises(Killed):
        Hub(tmp_path, wiki, history=True)
    store = Store(tmp_path / "hub.git")
    assert upstream.cursor(store, store.need(layout.UPSTREAM, "")) == ""
    store.ask("update-ref", "refs/wikigit/import", store.need(layout.MAIN, ""))  # as an import leaves that ends later
    assert fetch.fetch(store, wiki, DAY, history=True).revisions == 4
    assert store.wikitext(store.need(layout.MAIN, ""), Title.parse("Ngozi", wiki.site())) == "Text 3."
    assert store.tip("refs/wikigit/import") is None


class Busy(MemoryWiki):
    """A wiki on which somebody moves and edits a page, and deletes another, while its history is read."""

    def all_revisions(self, namespaces: Collection[int] = ()) -> Iterator[Revision]:
        told = super().all_revisions(namespaces)
        yield next(told)
        self.moves("Ngozi", "Town")
        self.person_edits("Town", NGOZI.replace("a town", "a city"))
        self.deletes("Gone")
        town = Title.parse("Town", self.site())
        for revision in told:
            yield replace(revision, title=town) if str(revision.title) == "Ngozi" else revision


def test_what_changes_while_the_history_is_read_comes_with_the_next_fetch(tmp_path: Path) -> None:
    wiki = Busy()
    for title, text in (("Ngozi", "Ngozi."), ("Gone", "Gone."), ("Ngozi", NGOZI)):
        wiki.person_edits(title, text)
    hub = Hub(tmp_path, wiki, history=True)
    assert hub.page("Ngozi", layout.UPSTREAM) is None
    assert hub.page("Town", layout.UPSTREAM) == NGOZI
    hub.fetches()
    assert hub.page("Town") == NGOZI.replace("a town", "a city")
    assert hub.page("Ngozi") == "#REDIRECT [[Town]]"
    assert hub.page("Gone") is None
    assert hub.fetches().revisions == 0


@pytest.mark.wiki
def test_a_page_ends_as_the_wiki_shows_it_whatever_an_import_said_of_the_time(
    mediawiki: Server, tmp_path: Path
) -> None:
    title = "Imported from the future"
    versions = [
        Version(f"Text of {year}.", "imported>Kofi", "", f"{year}-01-01T00:00:00Z") for year in (2011, 2030, 2012)
    ]
    dump = tmp_path / "dump.xml"
    dump.write_text("".join(history({title: versions})), encoding="utf-8")
    mediawiki.load_history(dump)
    mediawiki.edit(title, "Text of today.")
    shown = mediawiki.session().get(action="parse", page=title, prop="wikitext")["parse"]["wikitext"]
    client = MediaWiki(mediawiki.api, contact="t@example.org", version="0")
    hub = Hub(tmp_path, client, selection=Selection(titles=(title,)), history=True)
    assert hub.page(title) == shown == "Text of today."
    assert set(texts(hub, title)) == {"Text of 2011.", "Text of 2012.", "Text of 2030.", "Text of today."}
    assert {told[0] for told in commits(hub)} >= {"importedKofi", "Someone"}
    assert hub.fetches().revisions == 0
