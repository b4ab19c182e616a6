"""What was agreed with the wiki's people is kept: told on a wiki in memory and on a real one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from testing.mediawiki import MediaWiki as Server
from testing.memory_wiki import Killed, MemoryWiki
from tests.journey import DAY, Hub, Kit, outcomes
from tests.wiki.conftest import Somewhere
from wikigit.bridge.gate import Ways
from wikigit.bridge.plan import Publish
from wikigit.core import attribution, identity
from wikigit.core.config import OWN_WIKI, Policy
from wikigit.core.edit import Edit
from wikigit.core.errors import ConfigError, EnoughForNow, Stopped, WikiError
from wikigit.core.receipt import Outcome
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.repo import layout, receipts
from wikigit.wiki.client import MediaWiki
from wikigit.wiki.login import BotPassword

NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."
NEXT_DAY = "2026-03-02"

real = pytest.mark.parametrize("somewhere", [pytest.param("mediawiki", marks=pytest.mark.wiki)], indirect=True)
in_memory = pytest.mark.parametrize("somewhere", ["memory"], indirect=True)


@dataclass
class Watch:
    """A clock that goes on only while somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def time(self) -> float:
        return self.now

    @property
    def ways(self) -> Ways:
        return Ways(sleep=self.sleep, clock=self.time)


@dataclass
class Story:
    """A hub with edits of a few pages in its queue, one of each page."""

    somewhere: Somewhere
    hub: Hub
    kit: Kit
    edits: list[Edit]

    def sent(self) -> int:
        """How many edits the wiki has got from the bridge."""
        return self.somewhere.people.heard()

    def revisions(self) -> list[int]:
        """How many revisions each page has; one was there before us."""
        return [len(self.somewhere.history(str(edit.title))) for edit in self.edits]


def story(somewhere: Somewhere, *names: str, policy: Policy) -> Story:
    titles = [somewhere.page(name, NGOZI) for name in names]
    hub = somewhere.hub(policy=policy)
    kit = hub.kit("school")
    edits = [kit.changes(title, "a market", "a large market") for title in titles]
    hub.receives(kit.sends())
    assert set(outcomes(hub.merges(kit).receipts)) == {"merged"}
    return Story(somewhere, hub, kit, edits)


def stop_page(somewhere: Somewhere) -> str:
    return f"User:{somewhere.prefix}/stop"


# The stop page


def test_no_edit_is_sent_after_the_stop_page_says_stop(somewhere: Somewhere) -> None:
    stop = stop_page(somewhere)
    told = story(somewhere, "Ngozi", "Lake", "Gitega", policy=replace(OWN_WIKI, stop_page=stop))
    before = told.sent()
    somewhere.meanwhile(lambda: somewhere.meanwhile(lambda: somewhere.people.edits(stop, "Please stop!")))
    with pytest.raises(Stopped, match="is not blank") as stopped:
        told.hub.publishes()
    assert stopped.value.exit_code == 1
    assert told.sent() - before == 2  # the second was on its way when somebody wrote
    assert told.revisions() == [2, 2, 1]
    assert [told.hub.outcome(edit) for edit in told.edits] == [Outcome.PUBLISHED, Outcome.PUBLISHED, Outcome.MERGED]
    with pytest.raises(Stopped):
        told.hub.publishes()
    assert told.sent() - before == 2
    somewhere.people.edits(stop, "<!-- Write here what is wrong, and the bridge stops. -->")
    assert outcomes(told.hub.publishes()) == ["published"]
    assert told.revisions() == [2, 2, 2]


def test_who_writes_on_the_stop_page_in_the_pause_between_two_edits_is_heeded(somewhere: Somewhere) -> None:
    stop = stop_page(somewhere)
    told = story(somewhere, "Ngozi", "Lake", policy=Policy(stop_page=stop))
    before, watch = told.sent(), Watch()

    def pauses(seconds: float) -> None:
        watch.sleep(seconds)
        if len(watch.slept) == 2:
            somewhere.people.edits(stop, "Stop.")

    ways = Ways(sleep=pauses, clock=watch.time)
    with pytest.raises(Stopped):
        told.hub.publishes(ways=ways)
    assert (told.sent() - before, sum(told.revisions())) == (1, 3)


def test_between_two_edits_of_one_page_the_stop_page_is_heeded_too(somewhere: Somewhere) -> None:
    stop, ngozi = stop_page(somewhere), somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub(policy=replace(OWN_WIKI, stop_page=stop))
    school, library = hub.kit("school"), hub.kit("library")
    edits = school.changes(ngozi, "a market", "a large market"), library.changes(ngozi, "a school", "two schools")
    for kit in (school, library):
        hub.receives(kit.sends())
    hub.merges(school, library)
    somewhere.meanwhile(lambda: somewhere.people.edits(stop, "Stop."))
    with pytest.raises(Stopped):
        hub.publishes()
    assert sorted(hub.outcome(edit) for edit in edits) == [Outcome.MERGED, Outcome.PUBLISHED]
    somewhere.people.edits(stop, "")
    assert outcomes(hub.publishes()) == ["published"]
    assert len(somewhere.history(ngozi)) == 3
    assert somewhere.head(ngozi).wikitext == NGOZI.replace("a market", "a large market").replace(
        "a school", "two schools"
    )


def test_what_a_killed_run_has_sent_is_found_when_the_bridge_may_go_on(tmp_path: Path) -> None:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    hub = Hub(tmp_path, wiki, policy=replace(OWN_WIKI, stop_page="User:Bridge/stop"))
    kit = hub.kit("school")
    edit = kit.changes("Ngozi", "a market", "a large market")
    hub.receives(kit.sends())
    hub.merges(kit)
    wiki.stop_after(0, landed=True)
    with pytest.raises(Killed):
        hub.publishes()
    wiki.person_edits("User:Bridge/stop", "Stop.")
    with pytest.raises(Stopped):
        hub.publishes()
    wiki.person_edits("User:Bridge/stop", "")
    assert [(r.outcome, r.code) for r in hub.publishes()] == [(Outcome.PUBLISHED, "found")]
    assert (len(wiki.history(edit.title, 0)), hub.queue()) == (2, [])


@real
@pytest.mark.parametrize(("stop", "more"), [("", 0), ("User:Nobody/stop", 6)])
def test_the_stop_page_costs_one_request_an_edit_and_one_before(
    somewhere: Somewhere, mediawiki: Server, stop: str, more: int
) -> None:
    """Without one: a login (2), the preflight, what is new, the heads; for each edit itself, and what was stored."""
    told = story(somewhere, *map(str, range(5)), policy=replace(OWN_WIKI, stop_page=stop))
    mediawiki.reset_requests()
    assert outcomes(told.hub.publishes()) == ["published"] * 5
    assert len(mediawiki.asked()) == 2 + 1 + 1 + 1 + 5 * 2 + more


@real
def test_a_stopped_run_asks_the_wiki_nothing_more(somewhere: Somewhere, mediawiki: Server) -> None:
    stop = stop_page(somewhere)
    told = story(somewhere, "Ngozi", "Lake", policy=replace(OWN_WIKI, stop_page=stop))
    somewhere.meanwhile(lambda: somewhere.people.edits(stop, "Stop."))
    mediawiki.reset_requests()
    with pytest.raises(Stopped):
        told.hub.publishes()
    after = mediawiki.asked()[mediawiki.asked().index("POST api.php edit") + 1 :]
    assert after == ["GET api.php query", "GET api.php query"]  # what was stored, and the stop page


# So many, so fast


def test_a_cap_of_a_day_counts_all_runs_of_the_day(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", "Lake", "Gitega", policy=replace(OWN_WIKI, per_day=2))
    with pytest.raises(EnoughForNow) as enough:
        told.hub.publishes()
    assert enough.value.exit_code == 5
    with pytest.raises(EnoughForNow):
        told.hub.publishes()
    assert sum(told.revisions()) == 3 + 2
    assert outcomes(told.hub.publishes(day=NEXT_DAY)) == ["published"]
    assert told.revisions() == [2, 2, 2]


def test_a_cap_of_a_run_may_end_it_between_two_edits_of_one_page(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    hub = somewhere.hub(policy=replace(OWN_WIKI, per_run=1))
    school, library = hub.kit("school"), hub.kit("library")
    school.changes(ngozi, "a market", "a large market")
    library.changes(ngozi, "a school", "two schools")
    for kit in (school, library):
        hub.receives(kit.sends())
    hub.merges(school, library)
    with pytest.raises(EnoughForNow):
        hub.publishes()
    assert (len(somewhere.history(ngozi)), len(hub.queue())) == (2, 2)  # the first leaves with the next fetch
    assert outcomes(hub.publishes()) == ["published"]
    assert len(somewhere.history(ngozi)) == 3
    hub.fetches()
    assert hub.queue() == []


@in_memory
def test_a_cap_of_a_run_holds_though_the_run_plans_again(somewhere: Somewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    told = story(somewhere, "Ngozi", "Lake", "Gitega", policy=replace(OWN_WIKI, per_run=2))
    heads, asked = somewhere.wiki.heads, itertools.count(1)

    def while_planning(titles: Sequence[Title]) -> dict[Title, Revision | None]:
        if next(asked) == 2:  # the fetch has asked before
            for edit in told.edits[1:]:
                somewhere.people.edits(str(edit.title), NGOZI.replace("a school", "two schools"))
        return heads(titles)

    monkeypatch.setattr(somewhere.wiki, "heads", while_planning)
    with pytest.raises(EnoughForNow):
        told.hub.publishes()
    assert sum(told.revisions()) == 3 + 2 + 2


def test_the_bridge_takes_its_time_between_edits(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", "Lake", "Gitega", policy=Policy())
    watch = Watch()
    assert outcomes(told.hub.publishes(ways=watch.ways)) == ["published"] * 3
    assert watch.slept == [10, 10, 10]  # before the first, too: another run may have ended a moment ago


def test_on_a_wiki_of_ones_own_nobody_waits(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", "Lake", policy=OWN_WIKI)
    watch = Watch()
    told.hub.publishes(ways=watch.ways)
    assert watch.slept == []


# Who


def test_without_a_name_nothing_is_asked_of_the_wiki(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", policy=OWN_WIKI)
    with pytest.raises(ConfigError, match="wants a volunteer's name"):
        told.hub.publishes(by="")
    assert told.revisions() == [1]
    assert [receipt.by for receipt in told.hub.publishes(by="Vera")] == ["Vera"]


def test_a_bot_publishes_without_a_name(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", policy=replace(OWN_WIKI, mode="bot"))
    assert [(str(receipt.outcome), receipt.by) for receipt in told.hub.publishes(by="")] == [("published", "")]


def test_an_account_with_dangerous_rights_publishes_nothing(tmp_path: Path) -> None:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    hub = Hub(tmp_path, wiki)
    kit = hub.kit("school")
    kit.changes("Ngozi", "a market", "a large market")
    hub.receives(kit.sends())
    hub.merges(kit)
    wiki.stands = replace(wiki.stands, rights=(*wiki.stands.rights, "delete", "protect"))
    with pytest.raises(WikiError, match="more than a bridge should: delete, protect") as told:
        hub.publishes()
    assert "fewer grants" in told.value.hint
    assert (wiki.requests, hub.store.tip(layout.RUNS)) == ([], None)


@real
def test_an_administrators_bot_password_is_safe_with_few_grants_only(somewhere: Somewhere, mediawiki: Server) -> None:
    told = story(somewhere, "Ngozi", policy=OWN_WIKI)
    mediawiki.add_account("Keeper of all", "a long and secret password", "sysop")
    few, many = ("basic", "editpage"), ("basic", "editpage", "delete", "editinterface")
    told.hub.wiki = logged_in(mediawiki, "Keeper of all", many)
    with pytest.raises(WikiError, match=r"more than a bridge should: .*delete.*editinterface"):
        told.hub.publishes()
    assert told.revisions() == [1]
    told.hub.wiki = logged_in(mediawiki, "Keeper of all", few)
    assert outcomes(told.hub.publishes()) == ["published"]


def logged_in(server: Server, account: str, grants: tuple[str, ...]) -> MediaWiki:
    login = BotPassword(f"{account}@with{len(grants)}", server.bot_password(account, f"with{len(grants)}", grants))
    return MediaWiki(server.api, contact="t@example.org", version="0", credentials=login)


# A volunteer is asked


def test_a_no_leaves_a_pages_edits_in_the_queue_untouched(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", "Lake", "Gitega", policy=OWN_WIKI)
    no = told.edits[1]
    asked: list[Publish] = []

    def agrees(page: Publish) -> bool:
        asked.append(page)
        return page.title != no.title

    receipt = told.hub.receipt(no)
    assert outcomes(told.hub.publishes(ways=Ways(agrees))) == ["published", "published"]
    assert sorted(page.title for page in asked) == sorted(edit.title for edit in told.edits)
    assert [page.before for page in asked] == [NGOZI] * 3
    assert (told.revisions(), told.hub.receipt(no)) == ([2, 1, 2], receipt)
    told.hub.fetches()
    assert told.hub.queue() == [no.id]
    assert outcomes(told.hub.publishes()) == ["published"]


def test_who_says_no_to_all_begins_nothing(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", "Lake", policy=OWN_WIKI)
    assert told.hub.publishes(ways=Ways(lambda page: False)) == []
    assert (told.revisions(), begun(told.hub)) == ([1, 1], 0)
    told.hub.publishes()
    assert begun(told.hub) == 1


def begun(hub: Hub) -> int:
    """How often a run has written down what it was about to send."""
    commits = hub.store.history(hub.store.need(layout.RUNS, ""))
    return sum(hub.store.read(commit).message.subject == "Begin to publish" for commit in commits)


@in_memory
def test_a_page_that_changed_meanwhile_is_asked_for_again_and_a_refused_one_is_not(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", "Lake", policy=OWN_WIKI)
    ngozi, lake = (edit.title for edit in told.edits)
    theirs = NGOZI.replace("a school", "two schools")
    asked: list[tuple[Title, str | None]] = []

    def agrees(page: Publish) -> bool:
        asked.append((page.title, page.before))
        return page.title == ngozi

    somewhere.meanwhile(lambda: somewhere.people.edits(str(ngozi), theirs))
    assert outcomes(told.hub.publishes(ways=Ways(agrees))) == ["published"]
    assert sorted(asked) == sorted([(ngozi, NGOZI), (lake, NGOZI), (ngozi, theirs)])


def test_a_cap_asks_for_no_more_pages_than_may_be_published(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", "Lake", "Gitega", policy=replace(OWN_WIKI, per_run=1))
    answers = iter([False, True])
    with pytest.raises(EnoughForNow):
        told.hub.publishes(ways=Ways(lambda page: next(answers)))
    assert sorted(told.revisions()) == [1, 1, 2]


# What is made, and where


def test_a_new_page_waits_unless_it_is_among_the_drafts(somewhere: Somewhere) -> None:
    somewhere.page("Ngozi", NGOZI)
    drafts = f"Project:{somewhere.prefix} drafts/"
    hub = somewhere.hub(policy=replace(OWN_WIKI, drafts=drafts))
    kit = hub.kit("school")
    lake, draft = somewhere.page("Lake"), f"{drafts}Lake"
    edit, other = kit.writes(lake, "A lake."), kit.writes(draft, "A lake.")
    hub.receives(kit.sends())
    hub.merges(kit)
    assert sorted((str(r.outcome), r.code) for r in hub.publishes()) == [
        ("held", "new-page-to-drafts"),
        ("published", ""),
    ]
    assert somewhere.history(lake) == []
    kit.receives(hub.sends())
    assert (kit.told(edit), kit.receipt(edit).code) == (Outcome.HELD, "new-page-to-drafts")
    assert kit.told(other) is Outcome.PUBLISHED
    hub.agrees_on(OWN_WIKI)
    hub.accepts(edit)
    assert outcomes(hub.publishes()) == ["published"]
    assert len(somewhere.history(lake)) == 1


def test_hashtags_stand_in_the_summary_and_our_revision_is_known_by_its_step(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", policy=replace(OWN_WIKI, hashtags=("#libraries", "#ኢትዮጵያ")))
    told.hub.publishes()
    head = somewhere.head(str(told.edits[0].title))
    assert " #wikigit #libraries #ኢትዮጵያ wg:" in head.summary
    said = attribution.parse(head.summary)
    assert said is not None
    assert said.names == (told.edits[0].contributor,)
    told.hub.fetches()
    assert told.hub.queue() == []


# Reverts


def test_the_bridge_pauses_where_much_of_what_it_published_was_reverted(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", "Lake", "Gitega", policy=replace(OWN_WIKI, per_run=2))
    with pytest.raises(EnoughForNow):
        told.hub.publishes()
    everything_is_reverted(told)
    with pytest.raises(Stopped, match="2 of the last 2 published edits were reverted") as paused:
        told.hub.publishes()
    assert "--despite-reverts" in paused.value.hint
    assert sum(told.revisions()) == 3 + 2
    with pytest.raises(ConfigError, match="wants a volunteer's name"):
        told.hub.publishes(by="", ways=Ways(despite_reverts=True))
    assert outcomes(told.hub.publishes(ways=Ways(despite_reverts=True))) == ["published"]


def everything_is_reverted(told: Story) -> None:
    """The bridge has fetched, and then seen that what it published was reverted."""
    told.hub.fetches()
    standing = [told.hub.receipt(edit) for edit in told.edits]
    done = [receipt for receipt in standing if receipt.outcome is Outcome.PUBLISHED]
    fates = [replace(receipt, outcome=Outcome.REVERTED, code="undo") for receipt in done]
    told.hub.store.move(receipts.append(told.hub.store, identity.BRIDGE, fates, DAY))


def test_one_revert_alone_pauses_nothing(somewhere: Somewhere) -> None:
    told = story(somewhere, "Ngozi", "Lake", policy=replace(OWN_WIKI, per_run=1))
    with pytest.raises(EnoughForNow):
        told.hub.publishes()
    everything_is_reverted(told)
    assert outcomes(told.hub.publishes()) == ["published"]
