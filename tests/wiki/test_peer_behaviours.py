r"""What git-remote-mediawiki's own tests ask of a bridge between Git and a wiki, those included that it fails.

Each story is named after the behaviour. Where the two differ in kind, the story tells what people get here:

| there | here |
|---|---|
| a clone has a commit for each revision | `bridge fetch --history` |
| a shallow clone | `bridge fetch` |
| pages and categories in the clone's configuration | `[selection]` in `wikigit.toml` |
| pull, push | fetch; save, merge, publish |
| titles are escaped into file names, `[` as `_%_5b` | a path that every title has; nothing is to be escaped by people |

What does not apply:

| behaviour there | why not |
|---|---|
| a push of a deletion deletes the page, or marks its text | wikigit never deletes on a wiki: an edit is text |
| files that begin with `{` or `[` are pushed | no title holds these: the desk refuses such a title in words |
| two files that differ in the case of the first letter are two pages | they are one page, where the wiki says so |
| media files: upload, download, old versions, renaming, deletion, `mediaimport` (13 tests) | no media are carried |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from testing.mediawiki import MediaWiki as Server
from testing.memory_wiki import MemoryWiki
from testing.xmldump import Version, history
from tests.journey import Hub, Kit, outcomes
from tests.wiki.conftest import Place, Somewhere
from wikigit.core.config import Selection
from wikigit.core.edit import Edit
from wikigit.core.errors import TitleError
from wikigit.core.receipt import Outcome
from wikigit.core.title import Title
from wikigit.repo import layout, mainline, upstream
from wikigit.wiki.client import MediaWiki

TOWN = "A town.\n\nIt has a market.\n\nIt has a school."
ODD = {
    "accents": "Été à Besançon",
    "first letter accented": "Éclair",
    "accents and spaces": "É à î ô ù",
    "dollar": "$ and $dollar",
    "colon that is no namespace": "Nowhere:colon",
    "slash": "Sub/page",
    "slashes": "A/b//c",
    "backslash": "Back\\slash",
    "control character spelt out": "New\\nline\\ttab",
    "double quotes": '"quoted" "twice',
    "single quotes": "'quoted' ''twice",
    "what the peer's escapes look like": "Char % 7b 1",
    "what the peer's escapes look like, for a bracket": "Char % 5b",
    "what stands in addresses": "A&b=c?d+e",
}
KINDS = ("old", "new", "late")


def log(hub: Hub) -> list[tuple[str, str]]:
    """Upstream's revisions, oldest first: the page, and the summary."""
    ids = hub.store.ask("rev-list", "--reverse", layout.UPSTREAM).decode().split()
    told = [hub.store.read(commit).message for commit in ids]
    return [(message.get("Page"), message.subject) for message in told if message.get("Revision")]


def carried(hub: Hub) -> list[str]:
    """The titles of the pages that upstream holds."""
    main = mainline.read(hub.store)
    return sorted(str(row.title) for row in upstream.rows(hub.store, main.upstream, main.site))


def goes(hub: Hub, kit: Kit) -> list[str]:
    """What a kit has written goes to the wiki."""
    hub.receives(kit.sends())
    hub.merges(kit)
    return outcomes(hub.publishes())


def called(somewhere: Somewhere, name: str) -> str:
    """A title that begins with this name."""
    title = f"{name} {somewhere.prefix}"
    somewhere.titles.append(title)
    return title


# Clone


def test_clone_of_one_page_has_the_expected_log(somewhere: Somewhere) -> None:
    page = somewhere.page("Foo", "Hello.")
    hub = somewhere.hub(history=True)
    assert log(hub) == [(page, somewhere.history(page)[0].summary or "(no summary)")]


def test_clone_of_several_pages_has_all_revisions_in_order_with_their_summaries(somewhere: Somewhere) -> None:
    foo, bar = somewhere.page("Foo", "One."), somewhere.page("Bar", "Two.")
    for title, text in ((foo, "One, again."), (bar, "Two, again."), (foo, "One, and again.")):
        somewhere.people.edits(title, text)
    revisions = [r for title in (foo, bar) for r in somewhere.history(title)]
    expected = [(str(r.title), r.summary or "(no summary)") for r in sorted(revisions, key=lambda r: r.id)]
    assert log(somewhere.hub(history=True)) == expected
    assert [page for page, _ in expected] == [foo, bar, foo, bar, foo]


@pytest.mark.wiki
def test_clone_of_a_new_wiki_gives_the_main_page_only(new_wiki: object, tmp_path: Path) -> None:
    with new_wiki() as server:  # type: ignore[operator]
        hub = Hub(tmp_path, MediaWiki(server.api, contact="t@example.org", version="0"), history=True)
    assert carried(hub) == ["Main Page"]
    assert [page for page, _ in log(hub)] == ["Main Page"]


def test_clone_does_not_fetch_a_deleted_page(somewhere: Somewhere) -> None:
    foo, gone = somewhere.page("Foo", "Here."), somewhere.page("Gone", "Not here.")
    somewhere.people.deletes(gone)
    assert carried(somewhere.hub(history=True)) == [foo]


def test_clone_of_several_pages_some_of_them_deleted(somewhere: Somewhere) -> None:
    titles = [somewhere.page(name, f"{name}.") for name in ("A", "B", "C", "D")]
    for title in titles[1:3]:
        somewhere.people.deletes(title)
    hub = somewhere.hub(history=True)
    assert carried(hub) == [titles[0], titles[3]]
    assert not hub.holds(layout.UPSTREAM, "B.")


def test_clone_has_two_commits_of_a_page_that_was_edited(somewhere: Somewhere) -> None:
    foo = somewhere.page("Foo", "One.")
    somewhere.people.edits(foo, "Two.")
    hub = somewhere.hub(history=True)
    assert [page for page, _ in log(hub)] == [foo, foo]
    assert hub.page(foo) == "Two."


@pytest.mark.parametrize("number", [1, 2])
def test_clone_of_named_pages_only(somewhere: Somewhere, number: int) -> None:
    somewhere.prefix += f" {number}"
    titles = [somewhere.page(name, f"{name}.") for name in ("A", "B", "C")]
    somewhere.titles = titles[:number]
    hub = somewhere.hub(history=True)
    assert carried(hub) == titles[:number]
    settings = hub.store.config(mainline.read(hub.store).tip)
    assert settings.selection.titles == tuple(titles[:number])  # the configuration says so, for later fetches too


def test_shallow_clone_has_each_page_once(somewhere: Somewhere) -> None:
    foo, gone = somewhere.page("Foo", "One."), somewhere.page("Gone", "Not here.")
    somewhere.people.edits(foo, "Two.")
    somewhere.people.deletes(gone)
    hub = somewhere.hub()
    assert (carried(hub), hub.page(foo)) == ([foo], "Two.")
    assert not hub.holds(layout.UPSTREAM, "One.")


@pytest.mark.parametrize("whole", [False, True], ids=["shallow", "whole"])
def test_clone_by_category_takes_its_pages_of_that_day(somewhere: Somewhere, whole: bool) -> None:
    somewhere.prefix += f" {whole}"
    category = f"Category:{somewhere.prefix} places"
    stays, joins, leaves = (somewhere.page(name) for name in ("Stays", "Joins", "Leaves"))
    for title in (stays, leaves):
        somewhere.people.edits(title, f"A place. [[{category}]]")
    somewhere.people.edits(joins, "No place yet.")
    somewhere.people.edits(joins, f"A place. [[{category}]]")
    somewhere.people.edits(leaves, "No place any more.")
    somewhere.people.much_later()
    hub = Hub(somewhere.folder, somewhere.wiki, selection=Selection(category=category), history=whole)
    assert carried(hub) == sorted([stays, joins])
    assert len(log(hub)) == (3 if whole else 0)


# Pull and push


def test_pull_brings_a_new_page(somewhere: Somewhere) -> None:
    somewhere.page("Foo", "Here.")
    new = called(somewhere, "New")
    hub = somewhere.hub(history=True)
    somewhere.people.edits(new, "New.")
    assert hub.fetches().revisions == 1
    assert hub.page(new) == "New."


def test_pull_brings_an_edit(somewhere: Somewhere) -> None:
    foo = somewhere.page("Foo", "One.")
    hub = somewhere.hub(history=True)
    somewhere.people.edits(foo, "Two.")
    hub.fetches()
    assert hub.page(foo) == "Two."
    assert [page for page, _ in log(hub)] == [foo, foo]


def test_edits_on_both_sides_that_do_not_touch_merge_by_themselves(somewhere: Somewhere) -> None:
    foo = somewhere.page("Foo", TOWN)
    hub = somewhere.hub(history=True)
    kit = hub.kit("school")
    kit.changes(foo, "a market", "a large market")
    somewhere.people.edits(foo, TOWN.replace("a school", "two schools"))
    assert goes(hub, kit) == ["published"]
    assert somewhere.head(foo).wikitext == "A town.\n\nIt has a large market.\n\nIt has two schools."


def test_push_makes_a_new_page(somewhere: Somewhere) -> None:
    somewhere.page("Foo", "Here.")
    new = called(somewhere, "New")
    hub = somewhere.hub()
    kit = hub.kit("school")
    kit.writes(new, "Written far away.", summary="a beginning")
    assert goes(hub, kit) == ["published"]
    assert somewhere.head(new).wikitext == "Written far away."
    assert "a beginning" in somewhere.head(new).summary


def test_push_brings_an_edit(somewhere: Somewhere) -> None:
    foo = somewhere.page("Foo", TOWN)
    hub = somewhere.hub()
    kit = hub.kit("school")
    kit.changes(foo, "A town", "A city")
    assert goes(hub, kit) == ["published"]
    assert somewhere.head(foo).wikitext == TOWN.replace("A town", "A city")


def test_a_real_conflict_waits_for_a_person_who_solves_it_and_it_is_published(somewhere: Somewhere) -> None:
    foo = somewhere.page("Foo", TOWN)
    hub = somewhere.hub()
    kit = hub.kit("school")
    edit = kit.changes(foo, "a market", "a large market")
    somewhere.people.edits(foo, TOWN.replace("a market", "an old market"))
    hub.fetches()
    assert goes(hub, kit) == []
    assert hub.outcome(edit) is Outcome.MERGE_CONFLICT
    hub.rewrites(edit, TOWN.replace("a market", "a large old market"))
    hub.publishes()
    assert hub.outcome(edit) is Outcome.PUBLISHED
    assert somewhere.head(foo).wikitext == TOWN.replace("a market", "a large old market")


def test_pull_after_a_deletion_on_the_wiki_removes_the_page(somewhere: Somewhere) -> None:
    foo, gone = somewhere.page("Foo", "Here."), somewhere.page("Gone", "Here, too.")
    hub = somewhere.hub(history=True)
    somewhere.people.deletes(gone)
    assert [str(title) for title in hub.fetches().removed] == [gone]
    assert (carried(hub), hub.page(gone)) == ([foo], None)


# Titles and UTF-8


@dataclass(frozen=True, slots=True)
class OddTitles:
    """What became of pages with odd titles that came down and went up together, once for all stories."""

    somewhere: Somewhere
    hub: Hub
    came_down: Mapping[str, str | None]
    outcomes: Mapping[str, Outcome]

    def title(self, name: str, kind: str) -> str:
        return f"{name} {kind} {self.somewhere.prefix}"


@pytest.fixture(scope="module", params=["memory", pytest.param("mediawiki", marks=pytest.mark.wiki)])
def odd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, place: Place) -> OddTitles:
    """The wiki's old pages are edited at a kit, new ones are made there, and others on the wiki afterwards."""
    somewhere = place(request, tmp_path_factory.mktemp("odd"), "Odd")
    titles = {(name, kind): f"{name} {kind} {somewhere.prefix}" for name in ODD.values() for kind in KINDS}
    somewhere.titles = list(titles.values())
    for name in ODD.values():
        somewhere.people.edits(titles[name, "old"], f"{name} comes down.")
    hub = somewhere.hub(history=True)
    kit = hub.kit("school")
    came_down = {title: kit.page(title) for title in somewhere.titles}
    edits = [kit.changes(titles[name, "old"], "comes down", "goes up") for name in ODD.values()]
    edits += [kit.writes(titles[name, "new"], f"{name} is new, ゴ.") for name in ODD.values()]
    goes(hub, kit)
    for name in ODD.values():
        somewhere.people.edits(titles[name, "late"], f"{name} comes later.")
    hub.fetches()
    return OddTitles(somewhere, hub, came_down, {str(edit.title): hub.outcome(edit) for edit in edits})


@pytest.mark.parametrize("name", ODD.values(), ids=ODD)
def test_an_odd_title_comes_down(odd: OddTitles, name: str) -> None:
    assert odd.came_down[odd.title(name, "old")] == f"{name} comes down."
    assert odd.hub.page(odd.title(name, "late")) == f"{name} comes later."


@pytest.mark.parametrize("name", ODD.values(), ids=ODD)
@pytest.mark.parametrize(("kind", "wikitext"), [("old", "{} goes up."), ("new", "{} is new, ゴ.")])
def test_an_odd_title_goes_up(odd: OddTitles, name: str, kind: str, wikitext: str) -> None:
    title = odd.title(name, kind)
    assert odd.outcomes[title] is Outcome.PUBLISHED
    assert odd.somewhere.head(title).wikitext == wikitext.format(name)
    assert odd.hub.page(title, layout.UPSTREAM) == wikitext.format(name)


def test_every_odd_title_is_a_page_of_its_own(odd: OddTitles) -> None:
    assert carried(odd.hub) == sorted(odd.title(name, kind) for name in ODD.values() for kind in KINDS)


def test_two_titles_that_differ_in_the_first_letters_case_are_one_page(somewhere: Somewhere) -> None:
    title = called(somewhere, "Foo")
    somewhere.people.edits(title, TOWN)
    hub = somewhere.hub()
    kit = hub.kit("school")
    kit.changes("f" + title[1:], "a market", "a large market")
    kit.changes(title, "a school", "two schools", by="Jean")
    assert goes(hub, kit) == ["published", "published"]
    assert somewhere.head(title).wikitext == "A town.\n\nIt has a large market.\n\nIt has two schools."
    assert carried(hub) == [title]


def test_two_titles_that_differ_in_another_letters_case_are_two_pages(somewhere: Somewhere) -> None:
    lower, upper = called(somewhere, "Foo"), called(somewhere, "FOO")
    somewhere.people.edits(lower, "Lower.")
    hub = somewhere.hub()
    kit = hub.kit("school")
    kit.writes(upper, "Upper.")
    assert goes(hub, kit) == ["published"]
    assert (hub.page(lower), hub.page(upper)) == ("Lower.", "Upper.")
    assert somewhere.head(lower).wikitext == "Lower."


@pytest.mark.parametrize("title", ["{Foo", "[Foo", "Foo]", "Foo}", "a|b", "a<b"])
def test_a_title_that_no_wiki_takes_is_refused_at_the_desk(tmp_path: Path, title: str) -> None:
    wiki = MemoryWiki()
    wiki.person_edits("Foo", "Here.")
    kit = Hub(tmp_path, wiki).kit("school")
    with pytest.raises(TitleError) as refused:
        kit.writes(title, "Text.")
    assert refused.value.hint
    assert kit.mine() == []


# Rights


@pytest.mark.parametrize("somewhere", [pytest.param("mediawiki", marks=pytest.mark.wiki)], indirect=True)
def test_too_few_rights_are_told_and_the_other_edits_go_on(somewhere: Somewhere, mediawiki: Server) -> None:
    closed, free = somewhere.page("Closed", TOWN), somewhere.page("Open", TOWN)
    mediawiki.session().post(action="protect", title=closed, protections="edit=sysop", expiry="infinite")
    hub = somewhere.hub()
    kit = hub.kit("school")
    edits: list[Edit] = [kit.changes(title, "a market", "a large market") for title in (closed, free)]
    goes(hub, kit)
    assert hub.outcome(edits[0]).waits
    assert hub.receipt(edits[0]).code == "protectedpage"
    assert hub.outcome(edits[1]) is Outcome.PUBLISHED
    assert somewhere.head(closed).wikitext == TOWN


# Size


@pytest.mark.wiki
def test_a_page_with_more_than_five_hundred_revisions_is_complete(mediawiki: Server, tmp_path: Path) -> None:
    title = "Five hundred revisions"
    versions = [
        Version(f"Text {number}.", "Somebody", f"Edit {number}", f"2015-01-01T{number // 60:02}:{number % 60:02}:00Z")
        for number in range(510)
    ]
    dump = tmp_path / "dump.xml"
    dump.write_text("".join(history({title: versions})), encoding="utf-8")
    mediawiki.load_history(dump)
    client = MediaWiki(mediawiki.api, contact="t@example.org", version="0")
    assert Title.parse(title, client.site()).name == title
    hub = Hub(tmp_path, client, selection=Selection(titles=(title,)), history=True)
    assert log(hub) == [(title, f"Edit {number}") for number in range(510)]
    assert hub.page(title) == "Text 509."


def test_more_than_five_hundred_revisions_between_two_fetches_are_complete(tmp_path: Path) -> None:
    wiki = MemoryWiki()
    wiki.person_edits("Foo", "Text.")
    hub = Hub(tmp_path, wiki, history=True)
    for number in range(510):
        wiki.person_edits("Foo", f"Text {number}.")
    assert hub.fetches().revisions == 510
    assert len(log(hub)) == 511
