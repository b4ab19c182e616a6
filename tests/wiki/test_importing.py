"""Mode `import`: everybody's edit in everybody's name and time, and nobody's words lost, on three wikis."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from testing.mediawiki import MediaWiki as Server
from testing.memory_wiki import Killed, MemoryWiki
from testing.template import DEBIAN_ROOT
from tests import importers
from tests.conftest import real_wiki
from tests.journey import DAY, Hub, Kit, outcomes
from wikigit.bridge import credits
from wikigit.core.config import Selection
from wikigit.core.edit import Edit
from wikigit.core.errors import ConfigError, EnoughForNow, WikiError, WikiUnreachable
from wikigit.core.receipt import Outcome
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.repo import edits as commits
from wikigit.repo import layout, mainline, runs
from wikigit.repo.verify import State, verify
from wikigit.wiki.client import MediaWiki
from wikigit.wiki.door import Answer, Block, Import, Wiki
from wikigit.wiki.login import BotPassword

NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."
ACCOUNT, HELP = "Importer", 12


class Somewhere:
    """A wiki of one's own, and those who edit on it."""

    def __init__(self, wiki: Wiki, server: Server | None, folder: Path, prefix: str) -> None:
        self.wiki, self.server, self.folder, self.prefix = wiki, server, folder, prefix

    def page(self, name: str, wikitext: str = "") -> str:
        """The title that a story's page has here; with a text, somebody wrote it an hour ago."""
        title = f"{self.prefix} {name}"
        if wikitext:
            self.edits(title, wikitext)
            self.rests()
        return title

    def edits(self, title: str, wikitext: str) -> None:
        """Somebody saves a page just now."""
        if self.server:
            self.server.edit(title, wikitext, user="Somebody")
        else:
            self.memory.person_edits(title, wikitext, account="Somebody")

    def deletes(self, title: str) -> None:
        if self.server:
            self.server.delete(title)
        else:
            self.memory.deletes(title)

    def undoes(self, revision: int) -> None:
        """Somebody takes one revision out of its page, by the link beside it in the history."""
        if self.server:
            title = str(self.wiki.revisions([revision])[revision].title)
            self.server.undo(title, revision, user="Somebody")
        else:
            self.memory.undoes(revision, account="Somebody")

    def rests(self) -> None:
        """Nobody does anything for an hour."""
        if self.server:
            self.server.time_passes(60)
        else:
            self.memory.minutes_pass(60)

    @property
    def memory(self) -> MemoryWiki:
        assert isinstance(self.wiki, MemoryWiki)
        return self.wiki

    def hub(self, *titles: str) -> Hub:
        """A hub for these pages; for all pages of help if none is named."""
        selection = Selection(titles=titles) if titles else Selection((HELP,))
        return Hub(self.folder, self.wiki, selection=selection, policy=importers.POLICY)

    def history(self, title: str) -> list[Revision]:
        """A page's revisions, oldest first, with their texts."""
        ids = [revision.id for revision in self.wiki.history(Title.parse(title, self.wiki.site()), 0)][::-1]
        found = self.wiki.revisions(ids)
        return [found[number] for number in ids]

    def meanwhile(self, happens: Callable[[], None]) -> None:
        """Let something happen when the next import is on its way, after the look at the page and before it arrives."""
        send = self.wiki.import_page

        def sent(request: Import) -> Answer:
            self.wiki.import_page = send  # type: ignore[method-assign]
            happens()
            return send(request)

        self.wiki.import_page = sent  # type: ignore[method-assign]


MEMORY, DEBIANS = pytest.param("memory", id="memory"), pytest.param("", id="Debian's", marks=pytest.mark.wiki)
LTS = pytest.param("1.43", id="1.43", marks=pytest.mark.wiki)
EVERYWHERE = pytest.mark.parametrize("server", [MEMORY, DEBIANS, LTS], indirect=True)


@pytest.fixture(scope="module", params=[MEMORY, DEBIANS])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server | None]:
    """A real wiki that lets the bridge import; None for the one in memory."""
    if request.param == "memory":
        yield None
        return
    wiki = real_wiki(tmp_path_factory.mktemp("own"), version=request.param, extra_settings=importers.SETTINGS)
    if request.param and wiki.root == DEBIAN_ROOT:
        pytest.skip(f"Debian's MediaWiki is {wiki.version} already.")
    with wiki:
        yield wiki


@cache
def _login(server: Server) -> BotPassword:
    return importers.login(server, ACCOUNT)


@pytest.fixture
def somewhere(request: pytest.FixtureRequest, server: Server | None, tmp_path: Path) -> Somewhere:
    if server is None:
        wiki = MemoryWiki(account=ACCOUNT)
        wiki.lets_import()
        wiki.days_pass(90)
        return Somewhere(wiki, None, tmp_path, "Story")
    client = MediaWiki(
        server.api, contact="t@example.org", version="0", credentials=_login(server), cookies=tmp_path / "cookies"
    )
    return Somewhere(client, server, tmp_path, f"Story {abs(hash(request.node.name))}")


def merged(hub: Hub, *kits: Kit) -> None:
    for kit in kits:
        hub.receives(kit.sends())
    assert set(outcomes(hub.merges(*kits).receipts)) == {"merged"}


def sha1(wikitext: str) -> str:
    return hashlib.sha1(wikitext.encode()).hexdigest()


@EVERYWHERE
def test_the_road_with_true_authors_times_and_texts(somewhere: Somewhere) -> None:
    gitega = somewhere.page("Gitega")
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub(ngozi)
    kit, other = hub.kit("school"), hub.kit("library")
    named = kit.writes(ngozi, NGOZI.replace("a market", "a large market"), summary="size", credit="Aline N.")
    nameless = other.changes(ngozi, "a school", "two schools", by="Jean")
    new = kit.writes(gitega, "Gitega is a city.", by="Aline")
    merged(hub, kit, other)
    assert set(outcomes(hub.publishes())) == {"published"}
    old, *ours, top = somewhere.history(ngozi)
    by = {revision.account: revision for revision in ours}
    assert set(by) == {"wikigit>Aline N.", f"wikigit>{nameless.contributor}"}
    assert by["wikigit>Aline N."].summary.startswith("Aline N. (offline): size #wikigit wg:")
    assert [revision.sha1 for revision in ours] == [sha1(revision.wikitext or "") for revision in ours]
    assert ours[1].wikitext == top.wikitext == hub.page(ngozi)
    assert old.time < ours[0].time < ours[1].time < top.time
    assert (ours[0].parent, ours[1].parent, top.parent, top.account) == (old.id, ours[0].id, ours[1].id, ACCOUNT)
    made = somewhere.history(gitega)[0]
    assert (made.account, made.time[:10], made.wikitext) == ("wikigit>Aline N.", DAY, new.after)
    hub.fetches()
    assert hub.queue() == []
    landed = commits.landed(hub.store, hub.store.need(layout.UPSTREAM, ""))
    assert {named.id, nameless.id, new.id} <= set(landed)
    for its in (kit, other):
        its.receives(hub.sends())
    assert [kit.told(named), other.told(nameless), kit.told(new)] == [Outcome.PUBLISHED] * 3
    assert kit.page(ngozi) == top.wikitext
    assert all(credit.right for credit in credits.read_back(hub.store, somewhere.wiki))
    assert all(finding.state is State.OK for finding in verify(hub.store))
    assert hub.publishes() == []


def lands_below(somewhere: Somewhere) -> tuple[Hub, str, Edit]:
    """Somebody saves the page when our import is on its way."""
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub(ngozi)
    kit = hub.kit("school")
    edit = kit.changes(ngozi, "a market", "a large market")
    merged(hub, kit)
    somewhere.meanwhile(lambda: somewhere.edits(ngozi, NGOZI.replace("a school", "two schools")))
    hub.publishes()
    return hub, ngozi, edit


@EVERYWHERE
def test_somebody_between_look_and_import_is_not_covered_and_a_person_decides(somewhere: Somewhere) -> None:
    hub, ngozi, edit = lands_below(somewhere)
    _, ours, theirs, top = somewhere.history(ngozi)
    assert top.wikitext == theirs.wikitext == NGOZI.replace("a school", "two schools")
    assert (theirs.account, ours.wikitext) == ("Somebody", edit.after)
    receipt = hub.receipt(edit)
    assert (receipt.outcome, receipt.code, receipt.ref) == (Outcome.HELD, "imported-below", str(theirs.id))
    hub.fetches()
    assert hub.page(ngozi, layout.UPSTREAM) == hub.page(ngozi) == top.wikitext
    assert (hub.queue(), hub.publishes()) == ([], [])
    assert len(somewhere.history(ngozi)) == 4


@pytest.mark.parametrize("server", [DEBIANS], indirect=True)
def test_who_saves_at_the_very_moment_loses_no_word(somewhere: Somewhere) -> None:
    server = somewhere.server
    assert server is not None
    titles = [somewhere.page(f"Village {number}") for number in range(4)]
    server.load([(title, NGOZI) for title in titles], timestamp="2026-01-01T00:00:00Z")
    hub = somewhere.hub(*titles)
    kit = hub.kit("school")
    edits = [kit.changes(title, "a market", "a large market") for title in titles]
    merged(hub, kit)
    send, person = somewhere.wiki.import_page, server.session("Somebody")
    with ThreadPoolExecutor(1) as beside:

        def both(request: Import) -> Answer:
            beside.submit(person.post, action="edit", title=str(request.title), appendtext="\n\nAnd a lake.")
            return send(request)

        somewhere.wiki.import_page = both  # type: ignore[method-assign]
        hub.publishes()
    for title, edit in zip(titles, edits, strict=True):
        shown = somewhere.history(title)[-1].wikitext or ""
        assert "And a lake." in shown
        assert ("a large market" in shown) is (hub.outcome(edit) is Outcome.PUBLISHED)
        assert hub.receipt(edit).code in ("", "imported-below")


def test_what_went_below_is_published_when_a_volunteer_accepts_it_again(somewhere: Somewhere) -> None:
    hub, ngozi, edit = lands_below(somewhere)
    hub.fetches()
    somewhere.rests()
    assert outcomes(hub.accepts(edit)) == ["merged"]
    assert outcomes(hub.publishes()) == ["published"]
    both = NGOZI.replace("a market", "a large market").replace("a school", "two schools")
    assert somewhere.history(ngozi)[-1].wikitext == both
    hub.fetches()
    assert (hub.queue(), hub.page(ngozi)) == ([], both)


def test_somebody_before_the_look_makes_a_new_plan_and_a_page_at_work_rests(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub(ngozi)
    kit = hub.kit("school")
    edit = kit.changes(ngozi, "a market", "a large market")
    merged(hub, kit)
    somewhere.edits(ngozi, NGOZI.replace("a school", "two schools"))
    with pytest.raises(EnoughForNow, match="left in peace"):
        hub.publishes()
    assert len(somewhere.history(ngozi)) == 2
    somewhere.rests()
    assert outcomes(hub.publishes()) == ["published"]
    assert [r.account for r in somewhere.history(ngozi)][1:3] == ["Somebody", f"wikigit>{edit.contributor}"]
    assert somewhere.history(ngozi)[-1].wikitext == hub.page(ngozi)


def test_a_page_deleted_between_look_and_import_is_made_anew_and_a_person_is_told(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub(ngozi)
    kit = hub.kit("school")
    edit = kit.changes(ngozi, "a market", "a large market")
    merged(hub, kit)
    somewhere.meanwhile(lambda: somewhere.deletes(ngozi))
    hub.publishes()
    assert (hub.outcome(edit), hub.receipt(edit).code) == (Outcome.HELD, "imported-after-deletion")
    hub.fetches()
    assert hub.queue() == []


def dies_when_it_landed(somewhere: Somewhere, hub: Hub) -> None:
    """The bridge is killed when the wiki has imported, before it hears of it."""
    send = somewhere.wiki.import_page

    def lost(request: Import) -> Answer:
        send(request)
        raise Killed

    somewhere.wiki.import_page = lost  # type: ignore[method-assign]
    with pytest.raises(Killed):
        hub.publishes()
    somewhere.wiki.import_page = send  # type: ignore[method-assign]


@pytest.mark.parametrize("all_pages", [False, True], ids=["one page", "a namespace"])
def test_what_landed_unheard_is_found_in_the_history(somewhere: Somewhere, all_pages: bool) -> None:
    somewhere.prefix = f"Help:{somewhere.prefix}"
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub(*[] if all_pages else [ngozi])
    kit = hub.kit("school")
    edit = kit.changes(ngozi, "a market", "a large market")
    merged(hub, kit)
    dies_when_it_landed(somewhere, hub)
    somewhere.edits(ngozi, edit.after + "\n\nMore.")
    assert outcomes(hub.publishes()) == ["published"]
    assert (hub.outcome(edit), hub.receipt(edit).code) == (Outcome.PUBLISHED, "found")
    assert len(somewhere.history(ngozi)) == 4
    assert (hub.queue(), runs.read(hub.store, mainline.read(hub.store).site)) == ([], [])
    assert edit.id in commits.landed(hub.store, hub.store.need(layout.UPSTREAM, ""))


def test_a_revision_of_old_time_is_found_by_the_log_where_a_namespace_is_carried(somewhere: Somewhere) -> None:
    somewhere.prefix = f"Help:{somewhere.prefix}"
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    kit = hub.kit("school")
    edit, new = kit.changes(ngozi, "a market", "a large market"), kit.writes(f"{ngozi}/history", "It is old.")
    merged(hub, kit)
    somewhere.rests()
    hub.fetches()
    somewhere.rests()
    assert outcomes(hub.publishes()) == ["published", "published"]
    assert hub.fetches().removed == ()
    landed = commits.landed(hub.store, hub.store.need(layout.UPSTREAM, ""))
    authors = [hub.store.read(landed[its.id]).author for its in (edit, new)]
    assert authors == [f"wikigit{edit.contributor}"] * 2  # Git knows no ">" in a name
    assert (hub.queue(), hub.page(ngozi)) == ([], edit.after)


def test_who_takes_an_imported_edit_out_is_seen_and_its_writer_is_told(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub(ngozi)
    kit = hub.kit("school")
    first, second = (
        kit.changes(ngozi, "a market", "a large market"),
        kit.changes(ngozi, "a school", "two schools", by="Jean"),
    )
    merged(hub, kit)
    assert outcomes(hub.publishes()) == ["published", "published"]
    hub.fetches()
    somewhere.undoes(int(hub.receipt(second).ref))
    somewhere.rests()
    hub.fetches()
    told = {receipt.edit: (receipt.outcome, receipt.code) for receipt in hub.looks_again("2026-03-09")}
    assert told == {first.id: (Outcome.ALIVE, "7"), second.id: (Outcome.REVERTED, "undo")}
    kit.receives(hub.sends())
    assert kit.told(second) is Outcome.REVERTED
    assert hub.publishes() == []


@pytest.fixture
def memory(tmp_path: Path) -> Somewhere:
    wiki = MemoryWiki(account=ACCOUNT)
    wiki.lets_import()
    wiki.days_pass(90)
    return Somewhere(wiki, None, tmp_path, "Help:Story")


def waiting(somewhere: Somewhere) -> tuple[Hub, str, Edit]:
    """An edit that may be published."""
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub()
    kit = hub.kit("school")
    edit = kit.changes(ngozi, "a market", "a large market")
    merged(hub, kit)
    return hub, ngozi, edit


def test_a_killed_run_that_may_still_arrive_is_not_sent_again_at_once(memory: Somewhere) -> None:
    hub, ngozi, edit = waiting(memory)
    memory.memory.stop_after(0, late=True)
    with pytest.raises(Killed):
        hub.publishes()
    with pytest.raises(EnoughForNow):
        hub.publishes()
    memory.memory.person_edits(ngozi, NGOZI.replace("a school", "two schools"))
    memory.memory.arrives()
    memory.rests()
    hub.publishes()
    assert (hub.outcome(edit), hub.receipt(edit).code) == (Outcome.HELD, "imported-below")
    assert sum(r.account == f"wikigit>{edit.contributor}" for r in memory.memory.saved) == 1


def test_a_save_that_took_longer_than_any_does_is_covered_and_a_person_is_told(memory: Somewhere) -> None:
    hub, ngozi, edit = waiting(memory)
    theirs = NGOZI.replace("a school", "two schools")
    memory.meanwhile(lambda: memory.memory.person_edits(ngozi, theirs, minutes=60) and None)
    hub.publishes()
    _, covered, ours, _top = memory.history(ngozi)
    assert (covered.wikitext, ours.wikitext) == (theirs, edit.after)
    receipt = hub.receipt(edit)
    assert (receipt.outcome, receipt.code, receipt.ref) == (Outcome.HELD, "imported-over", str(covered.id))


def test_an_account_that_may_not_import_or_is_blocked_publishes_nothing(memory: Somewhere) -> None:
    hub, ngozi, edit = waiting(memory)
    may = memory.memory.stands
    memory.memory.stands = replace(may, rights=("edit",))
    with pytest.raises(WikiError, match="may not import"):
        hub.publishes()
    memory.memory.stands = replace(may, rights=(*may.rights, "import"))
    with pytest.raises(WikiError, match="more than a bridge should: import"):
        hub.publishes()
    memory.memory.stands = replace(may, block=Block(False, "Admin", "Too fast.", "infinite"))
    with pytest.raises(WikiError, match="Too fast"):
        hub.publishes()
    memory.memory.stands = may
    memory.rests()
    memory.memory.protected.add(edit.title)
    assert outcomes(hub.publishes()) == ["held"]
    assert len(memory.history(ngozi)) == 1


def test_nobody_imports_to_a_wiki_that_is_nobodys_own(memory: Somewhere) -> None:
    hub, _, _ = waiting(memory)
    hub.agrees_on(replace(importers.POLICY, owner=" "))
    with pytest.raises(ConfigError, match="does not say whose wiki"):
        hub.publishes()


def test_a_broken_answer_is_looked_into(memory: Somewhere) -> None:
    hub, _, edit = waiting(memory)
    memory.memory.lose_reply(1)
    with pytest.raises(WikiUnreachable):
        hub.publishes()
    hub.publishes()
    assert (hub.outcome(edit), hub.receipt(edit).code) == (Outcome.PUBLISHED, "found")
