"""`bridge doctor`: what is not fit to publish is found before anything is sent, and said with what to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import Hub, outcomes
from tests.wiki.conftest import Somewhere
from wikigit.bridge import doctor
from wikigit.bridge.doctor import Here
from wikigit.core.config import IMPORT, OWN_WIKI, Policy
from wikigit.core.errors import WikiError, WikiUnreachable
from wikigit.repo.verify import Finding, State
from wikigit.wiki.door import Block, Preflight

TOLD = ["contact", "mode", "pace", "reverts", "branches", "account", "rights", "block", "limits", "read-only", "tags",
        "namespaces", "drafts", "stop page", "clock"]  # fmt: skip


@pytest.fixture
def wiki() -> MemoryWiki:
    """A wiki with a page."""
    made = MemoryWiki()
    made.person_edits("Ngozi", "It is a town.")
    return made


def found(hub: Hub, *, login: str = "a bot password", time: str = "") -> dict[str, Finding]:
    here = Here(login, time or hub.wiki.clock())
    return {finding.check: finding for finding in doctor.examine(hub.store, hub.wiki, here)}


def wrong(findings: dict[str, Finding]) -> list[str]:
    return [check for check, finding in findings.items() if finding.state is State.WRONG]


def test_a_bridge_that_is_fit_has_nothing_wrong(somewhere: Somewhere) -> None:
    stop = f"User:{somewhere.prefix}/stop"
    somewhere.page("Ngozi", "Ngozi.")
    hub = somewhere.hub(policy=Policy(stop_page=stop, namespaces=(0, 2), drafts="User:Bridge/drafts/"))
    findings = found(hub)
    assert list(findings) == TOLD
    assert wrong(findings) == []
    assert findings["account"].sentence.startswith(f"{somewhere.wiki.account()}, by a bot password; groups: ")
    assert findings["stop page"].sentence == f"{stop} is not there: the bridge may go on."
    assert findings["pace"].sentence == "0 revisions today; at most 20 a day, 10 s between two."
    assert findings["branches"].state is State.NOT_CHECKED


def test_a_wiki_that_stops_us_blocks_us_and_is_closed_is_told(wiki: MemoryWiki, tmp_path: Path) -> None:
    wiki.person_edits("User:Bridge/stop", "Stop.")
    hub = Hub(tmp_path, wiki, policy=Policy(stop_page="User:Bridge/stop", tags=("offline",)))
    wiki.stands = replace(
        wiki.stands,
        rights=(*wiki.stands.rights, "delete"),
        block=Block(True, "Admin", "", "infinite"),
        read_only="Moving house.",
    )
    findings = found(hub)
    assert wrong(findings) == ["rights", "block", "read-only", "tags", "stop page"]
    assert all(findings[check].hint for check in wrong(findings))
    assert findings["rights"].sentence == "More than a bridge should have: delete."
    assert findings["block"].sentence == "Blocked on some pages by Admin until infinite: no reason given"
    assert findings["read-only"].sentence == "The wiki cannot be written: Moving house."
    assert findings["tags"].sentence == "Not a change tag that may be used here: offline."


@pytest.mark.parametrize(
    ("rights", "tags", "check", "sentence"),
    [
        (("read",), (), "rights", "The account may not edit."),
        (("read", "edit"), ("offline",), "tags", "The account may not apply change tags."),
    ],
)
def test_an_account_that_lacks_a_right_is_told(
    wiki: MemoryWiki, tmp_path: Path, rights: tuple[str, ...], tags: tuple[str, ...], check: str, sentence: str
) -> None:
    hub = Hub(tmp_path, wiki, policy=replace(OWN_WIKI, tags=tags))
    wiki.stands = replace(wiki.stands, rights=rights, tags=tags)
    findings = found(hub)
    assert (wrong(findings), findings[check].sentence) == ([check], sentence)


def test_an_account_that_may_not_make_pages_may_still_edit(wiki: MemoryWiki, tmp_path: Path) -> None:
    wiki.stands = replace(wiki.stands, rights=("read", "edit"), limits=((8, 60),))
    findings = found(Hub(tmp_path, wiki))
    assert wrong(findings) == []
    assert findings["rights"].sentence == "It may edit, but not make pages: new ones would be held."
    assert findings["limits"].sentence == "8 edits in 60 s; reads 50 pages a request."


@pytest.mark.parametrize(
    ("policy", "check", "sentence"),
    [
        (Policy(namespaces=(0, 118)), "namespaces", "The wiki has no namespace 118."),
        (Policy(drafts="Draft:"), "drafts", "The wiki has no namespace Draft."),
        (Policy(drafts="Project:[Drafts/"), "drafts", "holds"),
        (Policy(drafts="Project:Drafts/", namespaces=(0,)), "drafts", "(namespace-not-agreed)"),
        (Policy(stop_page="[stop]"), "stop page", "[policy] stop_page is no title here"),
    ],
)
def test_a_policy_that_does_not_suit_the_wiki_is_told(
    wiki: MemoryWiki, tmp_path: Path, policy: Policy, check: str, sentence: str
) -> None:
    findings = found(Hub(tmp_path, wiki, policy=policy))
    assert wrong(findings) == [check]
    assert sentence in findings[check].sentence
    assert "wikigit.toml" in findings[check].hint


def test_a_wiki_of_the_wikimedia_movement_wants_more(wiki: MemoryWiki, tmp_path: Path) -> None:
    hub = Hub(tmp_path, wiki, policy=replace(OWN_WIKI, mode="bot"), api="https://rn.wikipedia.org/w/api.php")
    findings = found(hub)
    assert wrong(findings) == ["mode", "stop page"]
    assert "approval" in findings["mode"].hint


IMPORTING = replace(OWN_WIKI, mode=IMPORT, owner="The school", tags=("offline",))


def test_an_account_that_imports_wants_one_right_more_and_no_other(wiki: MemoryWiki, tmp_path: Path) -> None:
    hub = Hub(tmp_path, wiki, policy=IMPORTING)
    wiki.stands = replace(wiki.stands, tags=("offline",))
    findings = found(hub)
    assert (wrong(findings), findings["rights"].hint[:14]) == (["rights"], "Give a group o")
    wiki.lets_import()
    findings = found(hub)
    assert wrong(findings) == []
    assert (
        findings["mode"].sentence == "import: with true authors and times, past the wiki's filters. Owner: The school."
    )
    assert findings["rights"].sentence == "It may edit, make pages and import, and nothing else that does harm."
    assert findings["tags"].sentence == "The revisions on top of ours get offline."
    wiki.stands = replace(wiki.stands, rights=(*wiki.stands.rights, "import"))
    assert found(hub)["rights"].sentence == "More than a bridge should have: import."


@pytest.mark.parametrize(("policy", "api"), [(replace(IMPORTING, owner=""), ""), (IMPORTING, "rn.wikipedia.org")])
def test_importing_to_a_wiki_that_is_not_ones_own_is_told(
    wiki: MemoryWiki, tmp_path: Path, policy: Policy, api: str
) -> None:
    wiki.lets_import()
    hub = Hub(tmp_path, wiki, policy=policy, api=f"https://{api or 'wiki.example'}/w/api.php")
    assert "mode" in wrong(found(hub))


@pytest.mark.parametrize(
    ("time", "sentence"),
    [("2026-01-01T02:00:00Z", "120 minutes ahead of"), ("2025-12-31T23:00:00Z", "60 minutes behind")],
)
def test_a_clock_that_is_wrong_is_told(wiki: MemoryWiki, tmp_path: Path, time: str, sentence: str) -> None:
    findings = found(Hub(tmp_path, wiki), time=time)
    assert wrong(findings) == ["clock"]
    assert sentence in findings["clock"].sentence


def test_who_is_not_logged_in_is_told(wiki: MemoryWiki, tmp_path: Path) -> None:
    wiki.stands = replace(wiki.stands, account="")
    findings = found(Hub(tmp_path, wiki), login="")
    assert "account" in wrong(findings)
    assert "WIKIGIT_LOGIN" in findings["account"].hint


def refuses(wiki: MemoryWiki, error: WikiError, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wiki does not let us in."""

    def preflight() -> Preflight:
        raise error

    monkeypatch.setattr(wiki, "preflight", preflight)


def test_a_login_that_fails_is_a_finding_and_the_rest_is_not_checked(
    wiki: MemoryWiki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuses(wiki, WikiError("The wiki did not let Bridge log in.", hint="Check the bot password."), monkeypatch)
    findings = found(Hub(tmp_path, wiki))
    assert wrong(findings) == ["account"]
    assert findings["account"].hint == "Check the bot password."
    assert findings["wiki"].state is State.NOT_CHECKED


def test_a_wiki_that_does_not_answer_ends_it(wiki: MemoryWiki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuses(wiki, WikiUnreachable("The wiki cannot be reached.", hint="Later."), monkeypatch)
    with pytest.raises(WikiUnreachable):
        found(Hub(tmp_path, wiki))


def test_reverts_that_pause_the_bridge_are_told(wiki: MemoryWiki, tmp_path: Path) -> None:
    wiki.person_edits("Lake", "It is a town.")
    hub = Hub(tmp_path, wiki)
    kit = hub.kit("school")
    for title in ("Lake", "Ngozi"):
        kit.changes(title, "a town", "a large town")
    hub.receives(kit.sends())
    hub.merges(kit)
    hub.publishes()
    assert wrong(found(hub)) == []
    for title in ("Lake", "Ngozi"):
        wiki.person_edits(title, "It is a town.")
    wiki.days_pass(365)
    hub.fetches()
    assert outcomes(hub.looks_again("2026-03-31")) == ["reverted", "reverted"]
    findings = found(hub)
    assert wrong(findings) == ["reverts"]
    assert findings["reverts"].sentence == "2 of the last 2 published edits were reverted or deleted."
