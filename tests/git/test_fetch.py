"""A fetch misses nothing, and does not believe everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from testing.memory_wiki import START, Killed, MemoryWiki
from testing.sites import ENGLISH
from tests.journey import NGOZI, Hub, merged, outcomes
from wikigit.bridge import selected
from wikigit.bridge.fetch import Fetched, How
from wikigit.core.config import Selection
from wikigit.core.errors import WikiError
from wikigit.core.receipt import Outcome
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.repo import git, hidden, layout, mainline, upstream
from wikigit.repo.store import Store
from wikigit.repo.verify import State, verify
from wikigit.wiki.door import Changes

LARGE = NGOZI.replace("a market", "a large market")
SECRET = "The nurse's number is 79 555 123."
ALL_PAGES, DESPITE_LOSSES = How(all_pages=True), How(despite_losses=True)
WHOLE, NAMED = Selection(), Selection(titles=("Ngozi", "Lake"))
carried = pytest.mark.parametrize("selection", [WHOLE, NAMED], ids=["the whole wiki", "a few pages"])


def on_upstream(hub: Hub, title: str) -> str | None:
    return hub.page(title, layout.UPSTREAM)


def refs(hub: Hub) -> bytes:
    return git.run(hub.store.path, "for-each-ref")


def authors(hub: Hub) -> list[str]:
    return git.run(hub.store.path, "log", "--format=%an", layout.UPSTREAM).decode().split("\n")


def is_sound(hub: Hub) -> bool:
    return all(finding.state is State.OK for finding in verify(hub.store))


def is_as_on(hub: Hub, wiki: MemoryWiki) -> bool:
    """Whether upstream holds the wiki's pages, text by text."""
    tip = hub.store.need(layout.UPSTREAM, "")
    heads = {head.title: head for namespace in wiki.namespaces_in_use() for head in wiki.pages(namespace)}
    rows = {row.title: row.revision for row in upstream.rows(hub.store, tip, wiki.site())}
    assert rows == {title: head.id for title, head in heads.items()}
    return all(on_upstream(hub, str(title)) == head.wikitext for title, head in heads.items())


# What is not to be believed


def many(wiki: MemoryWiki, number: int) -> list[str]:
    titles = [f"Village {n}" for n in range(number)]
    for title in titles:
        wiki.person_edits(title, f"{title} is a village.")
    return titles


def test_a_fetch_in_which_many_pages_would_go_asks_first(tmp_path: Path, wiki: MemoryWiki) -> None:
    villages = many(wiki, 38)
    hub = Hub(tmp_path, wiki)
    before = refs(hub)
    for title in villages[:11]:
        wiki.deletes(title)
    with pytest.raises(WikiError, match="Of 40 pages 11 would go") as told:
        hub.fetches()
    assert "--despite-losses" in told.value.hint
    assert refs(hub) == before
    assert len(hub.fetches(how=DESPITE_LOSSES).removed) == 11
    assert is_as_on(hub, wiki)


@pytest.mark.parametrize(("pages", "gone"), [(38, 10), (58, 12)])
def test_a_few_or_a_small_share_may_go(tmp_path: Path, wiki: MemoryWiki, pages: int, gone: int) -> None:
    villages = many(wiki, pages)
    hub = Hub(tmp_path, wiki)
    for title in villages[:gone]:
        wiki.deletes(title)
    assert len(hub.fetches().removed) == gone


def test_a_wiki_that_suddenly_has_none_of_our_pages_is_not_believed(tmp_path: Path, wiki: MemoryWiki) -> None:
    titles = ("Ngozi", "Lake", *many(wiki, 2))
    hub = Hub(tmp_path, wiki, selection=Selection(titles=titles))
    before = refs(hub)
    hub.wiki = MemoryWiki()
    hub.wiki.days_pass(1)
    with pytest.raises(WikiError, match="Of 4 pages 4 would go"):
        hub.fetches()
    assert refs(hub) == before


def test_another_wiki_is_not_taken_for_ours(tmp_path: Path, wiki: MemoryWiki, hub: Hub) -> None:
    before = refs(hub)
    hub.wiki = MemoryWiki(replace(ENGLISH, wiki="otherwiki"))
    hub.wiki.days_pass(1)
    with pytest.raises(WikiError, match="Another wiki answers: otherwiki"):
        hub.fetches()
    assert refs(hub) == before


def test_nothing_is_published_on_a_wiki_that_is_not_believed(hub: Hub, wiki: MemoryWiki) -> None:
    kit = hub.kit("school")
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    ours, wiki._site = wiki._site, replace(ENGLISH, wiki="otherwiki")
    with pytest.raises(WikiError, match="Another wiki"):
        hub.publishes()
    assert (wiki.requests, hub.queue()) == ([], [edit.id])
    wiki._site = ours
    assert outcomes(hub.publishes()) == ["published"]


def test_a_wiki_that_has_moved_house_is_compared_page_by_page(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.person_edits("Ngozi", LARGE)
    wiki._site = replace(ENGLISH, api="https://new.example/api.php")
    with pytest.raises(WikiError, match="at https://new"):
        hub.fetches()
    hub.fetches(how=ALL_PAGES)
    assert is_as_on(hub, wiki)
    assert hub.fetches() == Fetched()


def test_a_clock_that_went_back_tells_nothing(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.days_pass(3)
    wiki.person_edits("Lake", "A deep lake.")
    hub.fetches()
    before = refs(hub)
    wiki.days_pass(-2)
    wiki.person_edits("Lake", "A deep, cold lake.")
    with pytest.raises(WikiError, match="clock") as told:
        hub.fetches()
    assert ("--all-pages" in told.value.hint, refs(hub)) == (True, before)
    hub.fetches(how=ALL_PAGES)
    assert on_upstream(hub, "Lake") == "A deep, cold lake."
    assert hub.fetches() == Fetched()


def test_a_clock_that_is_a_little_late_is_no_matter(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.minutes_pass(3)
    wiki.person_edits("Lake", "A deep lake.")
    hub.fetches()
    wiki.minutes_pass(-1)
    assert hub.fetches() == Fetched()


# Pages that are not ours any more


@carried
def test_a_page_that_is_no_wikitext_any_more_leaves_until_it_is(
    tmp_path: Path, wiki: MemoryWiki, selection: Selection
) -> None:
    hub = Hub(tmp_path, wiki, selection=selection)
    kit = hub.kit("school")
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.turns_into("Ngozi", "json", "{}")
    told = hub.fetches()
    assert [str(title) for title in told.removed] == ["Ngozi"]
    assert [(r.edit, r.outcome, r.code) for r in told.receipts] == [(edit.id, Outcome.HELD, "contentmodel-mismatch")]
    assert (on_upstream(hub, "Ngozi"), hub.page("Ngozi"), hub.queue()) == (None, None, [])
    assert hub.fetches() == Fetched()
    wiki.turns_into("Ngozi", "wikitext", NGOZI)
    hub.fetches()
    assert on_upstream(hub, "Ngozi") == NGOZI
    assert is_sound(hub)


@carried
def test_a_page_whose_text_is_hidden_leaves_until_one_is_to_be_seen(
    tmp_path: Path, wiki: MemoryWiki, selection: Selection
) -> None:
    hub = Hub(tmp_path, wiki, selection=selection)
    kit = hub.kit("school")
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.hides(wiki.saved[0].id)
    told = hub.fetches()
    assert [(r.edit, r.outcome, r.code) for r in told.receipts] == [(edit.id, Outcome.HELD, "hidden-text")]
    assert (on_upstream(hub, "Ngozi"), hub.page("Ngozi")) == (None, None)
    assert hub.fetches() == Fetched()
    wiki.shows(wiki.saved[0].id)
    hub.fetches()
    assert on_upstream(hub, "Ngozi") == NGOZI
    wiki.hides(wiki.saved[0].id)
    hub.fetches()
    wiki.person_edits("Ngozi", "Ngozi is a town.")
    hub.fetches()
    assert on_upstream(hub, "Ngozi") == "Ngozi is a town."
    assert is_sound(hub)


def test_of_a_hidden_text_that_somebody_took_out_before_nothing_stands_at_hub_or_kit(
    hub: Hub, wiki: MemoryWiki
) -> None:
    kit = hub.kit("school")
    hub.receives(kit.sends())
    told = wiki.person_edits("Ngozi", f"{NGOZI}\n\n{SECRET}")
    hub.fetches()
    kit.receives(hub.sends())
    assert kit.page("Ngozi") == f"{NGOZI}\n\n{SECRET}"
    wiki.undoes(told)
    wiki.hides(told)
    hub.fetches()
    kit.receives(hub.sends())
    assert (hub.page("Ngozi"), kit.page("Ngozi")) == (NGOZI, NGOZI)


def test_a_hidden_text_that_still_stands_leaves_the_kits_desk(hub: Hub, wiki: MemoryWiki) -> None:
    told = wiki.person_edits("Ngozi", f"{NGOZI}\n\n{SECRET}")
    hub.fetches()
    kit = hub.kit("school")
    hub.receives(kit.sends())
    wiki.hides(told)
    hub.fetches()
    kit.receives(hub.sends())
    assert (hub.page("Ngozi"), kit.page("Ngozi")) == (None, None)


# Names


@carried
def test_a_hidden_name_is_told_by_no_later_commit(tmp_path: Path, wiki: MemoryWiki, selection: Selection) -> None:
    hub = Hub(tmp_path, wiki, selection=selection)
    told = wiki.person_edits("Ngozi", LARGE, account="Her full name")
    wiki.hides(told, text=False, name=True)
    hub.fetches()
    assert on_upstream(hub, "Ngozi") == LARGE
    assert ("hidden" in authors(hub), "Her full name" in authors(hub)) == (True, False)
    assert not hub.holds(layout.UPSTREAM, "Her full name")


@carried
def test_a_name_that_is_hidden_later_leaves_the_table(tmp_path: Path, wiki: MemoryWiki, selection: Selection) -> None:
    hub = Hub(tmp_path, wiki, selection=selection)
    told = wiki.person_edits("Ngozi", LARGE, account="Her full name")
    hub.fetches()
    wiki.hides(told, text=False, name=True)
    hub.fetches()
    tip = hub.store.need(layout.UPSTREAM, "")
    row = upstream.row(hub.store, tip, hub.title("Ngozi"))
    assert row is not None
    assert (row.revision, row.account) == (told, "")
    assert hub.fetches() == Fetched()
    assert hub.store.need(layout.UPSTREAM, "") == tip
    assert is_sound(hub)


# Old revisions that come late


@carried
def test_a_page_brought_back_in_part_is_what_the_wiki_shows(
    tmp_path: Path, wiki: MemoryWiki, selection: Selection
) -> None:
    for word in ("old", "large", "small"):
        wiki.person_edits("Ngozi", NGOZI.replace("a market", f"a {word} market"))
    hub = Hub(tmp_path, wiki, selection=selection)
    wiki.deletes("Ngozi")
    wiki.restores("Ngozi", 2)
    hub.fetches()
    assert on_upstream(hub, "Ngozi") == NGOZI.replace("a market", "a old market")
    assert is_as_on(hub, wiki)


def test_an_imported_page_comes_though_its_revisions_are_old(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.days_pass(30)
    hub.fetches()
    wiki.imports("Gitega", "Gitega is a city.", "2019-05-01T12:00:00Z")
    hub.fetches()
    assert on_upstream(hub, "Gitega") == "Gitega is a city."


def test_a_revision_imported_below_the_one_we_hold_does_not_cover_it(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.imports("Lake", "An old lake.", (START.replace(second=1)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    hub.fetches()
    assert on_upstream(hub, "Lake") == "A lake."
    assert is_as_on(hub, wiki)


def test_what_no_list_tells_is_found_by_comparing_all_pages(hub: Hub, wiki: MemoryWiki) -> None:
    kit = hub.kit("school")
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.imports("Gitega", "Gitega is a city.", "2019-05-01T12:00:00Z")
    wiki.deletes("Lake")
    wiki.moves("Ngozi", "Ngozi town", redirect=False)
    wiki.days_pass(30)
    wiki._events = [event for event in wiki._events if event.type == "move"]
    everyday = wiki.changes
    wiki.changes = lambda since: Changes((), (), everyday(since).until)  # type: ignore[method-assign]
    assert hub.fetches() == Fetched()
    assert [str(title) for title in hub.fetches(how=ALL_PAGES).removed] == ["Lake"]
    assert is_as_on(hub, wiki)
    assert [(entry.edit, str(entry.title)) for entry in mainline.read(hub.store).entries] == [(edit.id, "Ngozi town")]


def test_where_the_log_hides_a_page_all_are_compared(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.deletes("Lake")
    wiki._events.clear()
    everyday = wiki.changes
    wiki.changes = lambda since: replace(everyday(since), untold=True)  # type: ignore[method-assign]
    assert [str(title) for title in hub.fetches().removed] == ["Lake"]


class Lagging(MemoryWiki):
    """A wiki whose lists do not show the newest revisions yet: a replica that is behind."""

    def __init__(self) -> None:
        super().__init__()
        self.behind: set[int] = set()

    def changes(self, since: str) -> Changes:
        told = super().changes(since)
        return replace(told, revisions=tuple(r for r in told.revisions if r.id not in self.behind))

    def heads(self, titles: object) -> dict[Title, Revision | None]:
        return {t: h and self._seen(t) for t, h in super().heads(titles).items()}  # type: ignore[arg-type]

    def _seen(self, title: Title) -> Revision | None:
        return next((r for r in reversed(self._pages[title]) if r.id not in self.behind), None)


@carried
def test_a_revision_that_is_seen_late_is_fetched_late_and_once(tmp_path: Path, selection: Selection) -> None:
    wiki = Lagging()
    wiki.person_edits("Ngozi", NGOZI)
    wiki.person_edits("Lake", "A lake.")
    hub = Hub(tmp_path, wiki, selection=selection)
    wiki.behind = {wiki.person_edits("Ngozi", LARGE)}
    wiki.person_edits("Lake", "A deep lake.")
    wiki._seconds += int(selected.OVERLAP.total_seconds()) - 10
    assert hub.fetches().revisions == 1
    assert on_upstream(hub, "Ngozi") == NGOZI
    wiki.behind = set()
    assert hub.fetches().revisions == 1
    assert is_as_on(hub, wiki)
    tip = hub.store.need(layout.UPSTREAM, "")
    assert hub.fetches() == Fetched()
    assert hub.store.need(layout.UPSTREAM, "") == tip


# Killed


def much_happens(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.person_edits("Ngozi", LARGE)
    wiki.moves("Ngozi", "Ngozi town")
    wiki.person_edits("Ngozi town", f"{LARGE}\n\n{SECRET}")
    wiki.deletes("Lake")
    wiki.person_edits("Gitega", "Gitega is a city.")


@pytest.mark.parametrize("how", [How(), ALL_PAGES], ids=["what changed", "all pages"])
@carried
def test_a_fetch_killed_at_any_request_counts_for_nothing(
    tmp_path: Path, wiki: MemoryWiki, selection: Selection, how: How
) -> None:
    hub = Hub(tmp_path, wiki, selection=selection)
    before = refs(hub)
    much_happens(hub, wiki)
    kills = _killed_at_each_request(wiki, lambda: hub.fetches(how=how), lambda: refs(hub) == before)
    assert kills > 1
    assert on_upstream(hub, "Ngozi town") == f"{LARGE}\n\n{SECRET}"
    assert on_upstream(hub, "Lake") is None
    assert is_sound(hub)
    assert hub.fetches() == Fetched()


@carried
def test_a_fetch_killed_when_all_is_ready_is_done_once_more(
    tmp_path: Path, wiki: MemoryWiki, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Hub(tmp_path, wiki, selection=selection)
    before = refs(hub)
    much_happens(hub, wiki)
    with monkeypatch.context() as patched:
        patched.setattr(Store, "move", _killed)
        with pytest.raises(Killed):
            hub.fetches()
    assert refs(hub) == before
    assert hub.fetches().revisions > 1
    assert hub.fetches() == Fetched()
    assert is_sound(hub)


def _killed(*_: object) -> None:
    raise Killed


def test_the_first_fetch_killed_at_any_request_begins_anew(tmp_path: Path, wiki: MemoryWiki) -> None:
    wiki.person_edits("Help:Writing", "How to write.")
    hub = Hub.__new__(Hub)
    fetch, hub.fetches = hub.fetches, lambda **_: Fetched()  # type: ignore[method-assign]
    hub.__init__(tmp_path, wiki)  # type: ignore[misc]
    hub.fetches = fetch  # type: ignore[method-assign]
    before = refs(hub)
    assert _killed_at_each_request(wiki, hub.fetches, lambda: refs(hub) == before) > 1
    assert is_as_on(hub, wiki)
    assert on_upstream(hub, "Help:Writing") == "How to write."


def _killed_at_each_request(wiki: MemoryWiki, fetch: Callable[[], Fetched], unchanged: Callable[[], bool]) -> int:
    """Kill the fetch at its first request, then at its second, until one gets through; returns how often."""
    for number in range(1, 100):
        wiki.stop_at_read(number)
        try:
            fetch()
        except Killed:
            assert unchanged()
        else:
            wiki.stop_at_read(0)
            return number - 1
    raise AssertionError("It never ends.")


def test_of_a_page_that_came_and_lost_its_text_between_two_fetches_nothing_is_taken(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.person_edits("Gitega", "Gitega is a city.")
    wiki.turns_into("Gitega", "json", "{}")
    wiki.person_edits("Rutana", SECRET)
    wiki.hides(wiki.person_edits("Rutana", f"{SECRET} Call her."))
    hub.fetches()
    assert (on_upstream(hub, "Gitega"), on_upstream(hub, "Rutana")) == (None, None)


# What histories still hold


def hidden_here(hub: Hub) -> list[tuple[int, str, list[str]]]:
    """Revision, what of it is hidden, and the branches that hold it."""
    held = hidden.held(hub.store, hub.store.need(layout.UPSTREAM, ""))
    return [(h.hidden.revision, h.hidden.what, [ref.removeprefix(layout.HEADS) for ref in h.refs]) for h in held]


def test_it_is_known_which_branches_hold_what_the_wiki_hides_by_now(hub: Hub, wiki: MemoryWiki) -> None:
    kit = hub.kit("school")
    hub.receives(kit.sends())
    told = wiki.person_edits("Ngozi", f"{NGOZI}\n\n{SECRET}")
    hub.fetches()
    kit.receives(hub.sends())
    kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.undoes(told)
    wiki.hides(told)
    hub.fetches()
    assert hidden_here(hub) == [(told, "text", [f"kits/{kit.id}", "main", "upstream"])]
    assert hub.page("Ngozi") == LARGE
    kit.receives(hub.sends())
    assert hidden.read(kit.store, kit.store.need(layout.UPSTREAM, "")).keys() == {told}
    assert is_sound(hub)
    assert hub.fetches() == Fetched()
    wiki.shows(told)
    hub.fetches()
    assert hidden_here(hub) == []


def test_what_came_with_the_first_import_is_found_too(hub: Hub, wiki: MemoryWiki) -> None:
    wiki.person_edits("Lake", "A deep lake.")
    wiki.hides(wiki.saved[1].id, name=True)
    hub.fetches()
    assert hidden_here(hub) == [(wiki.saved[1].id, "text name", ["main", "upstream"])]


def test_what_was_hidden_before_it_was_fetched_is_not_here(hub: Hub, wiki: MemoryWiki) -> None:
    told = wiki.person_edits("Ngozi", f"{NGOZI}\n\n{SECRET}")
    wiki.undoes(told)
    wiki.hides(told)
    hub.fetches()
    assert hidden_here(hub) == []
    assert not hub.holds(layout.UPSTREAM, SECRET)
