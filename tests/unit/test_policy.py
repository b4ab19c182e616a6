"""What the policy allows, as a function of values: no wiki, no clock, no sleep."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testing.memory_wiki import RIGHTS
from testing.sites import ENGLISH
from wikigit.bridge import policy as policies
from wikigit.bridge.policy import Reverted
from wikigit.core import identity
from wikigit.core.config import IMPORT, OWN_WIKI, Config, Policy
from wikigit.core.errors import ConfigError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision
from wikigit.core.site import Namespace, Site
from wikigit.core.title import Title

TODAY, YESTERDAY = "2026-03-01", "2026-02-28"
RUNDI = "https://rn.wikipedia.org/w/api.php"
SITE = replace(
    ENGLISH,
    namespaces=(
        *ENGLISH.namespaces,
        Namespace(118, "Draft"),
        Namespace(119, "Draft talk"),
        Namespace(486, "Data", content_model="JsonConfig"),
        Namespace(828, "Module"),
        Namespace(829, "Module talk"),
    ),
)


def settings(policy: Policy, api: str = ENGLISH.api) -> Config:
    return Config("r-00000000", api, "bridge@wiki.example", policy=policy)


def title(name: str) -> Title:
    return Title.parse(name, SITE)


# Who publishes


def test_in_mode_assisted_a_volunteer_gives_a_name() -> None:
    with pytest.raises(ConfigError, match="wants a volunteer's name") as told:
        policies.check(settings(Policy()), SITE, "")
    assert "--by NAME" in told.value.hint
    policies.check(settings(Policy()), SITE, "Vera")
    policies.check(settings(Policy(mode="bot")), SITE, "")


def test_a_run_that_stands_on_a_persons_word_wants_the_name_in_either_mode() -> None:
    with pytest.raises(ConfigError, match="wants a volunteer's name"):
        policies.check(settings(Policy(mode="bot")), SITE, "", personal=True)


WMF = replace(SITE, generator="MediaWiki 1.46.0-wmf.5")


@pytest.mark.parametrize(("api", "site"), [(RUNDI, SITE), (ENGLISH.api, WMF)])
def test_a_bot_needs_an_approval_on_a_wiki_of_the_wikimedia_movement(api: str, site: Site) -> None:
    with pytest.raises(ConfigError, match="needs its community's approval") as told:
        policies.check(settings(Policy(mode="bot"), api), site, "Vera")
    assert "[policy] approval" in told.value.hint
    policies.check(settings(Policy(mode="bot", approval="https://rn.wikipedia.org/wiki/Bots"), api), site, "")


@pytest.mark.parametrize(("api", "site"), [(RUNDI, SITE), (ENGLISH.api, WMF)])
def test_nothing_is_ever_imported_to_a_wiki_of_the_wikimedia_movement(api: str, site: Site) -> None:
    with pytest.raises(ConfigError, match="never for a wiki of the Wikimedia movement"):
        policies.check(settings(Policy(mode=IMPORT, owner="Us", approval="https://x.example"), api), site, "Vera")


def test_who_imports_says_whose_wiki_it_is() -> None:
    with pytest.raises(ConfigError, match="does not say whose wiki"):
        policies.check(settings(replace(OWN_WIKI, mode=IMPORT)), SITE, "Vera")
    policies.check(settings(replace(OWN_WIKI, mode=IMPORT, owner="The school of Ngozi")), SITE, "")


@pytest.mark.parametrize(("api", "site"), [(RUNDI, SITE), (ENGLISH.api, WMF)])
def test_nobody_hurries_on_a_wiki_of_the_wikimedia_movement(api: str, site: Site) -> None:
    with pytest.raises(ConfigError, match="seconds is 0: too fast"):
        policies.check(settings(OWN_WIKI, api), site, "Vera")
    policies.check(settings(OWN_WIKI), SITE, "Vera")


@pytest.mark.parametrize("policy", [Policy(stop_page="[stop]"), Policy(drafts="Drafts|")])
def test_a_title_in_the_policy_that_is_none_is_named(policy: Policy) -> None:
    with pytest.raises(ConfigError, match=r"\[policy\] (stop_page|drafts) is no title"):
        policies.check(settings(policy), SITE, "Vera")


# Which pages


@pytest.mark.parametrize(
    ("name", "policy", "code"),
    [
        ("MediaWiki:Sitenotice", Policy(), "interface-page"),
        ("MediaWiki:Sitenotice", Policy(namespaces=(8,)), "interface-page"),
        ("MediaWiki talk:Sitenotice", Policy(), ""),
        ("User:Vera/common.js", Policy(), "interface-page"),
        ("User talk:Vera/common.js", Policy(), ""),
        ("Template:Box/styles.css", Policy(namespaces=(10,)), "interface-page"),
        ("Project:Table.json", Policy(), "interface-page"),
        ("Node.js", Policy(), ""),
        ("Module:Box/doc", Policy(), "interface-page"),
        ("Module:Box/doc", Policy(namespaces=(828,)), ""),
        ("Module talk:Box", Policy(), ""),
        ("Data:Rain", Policy(), "interface-page"),
        ("Template:Box", Policy(namespaces=(0,)), "namespace-not-agreed"),
        ("Template:Box", Policy(), ""),
        ("Ngozi", Policy(namespaces=(0,)), ""),
    ],
)
def test_some_pages_are_never_written(name: str, policy: Policy, code: str) -> None:
    assert policies.forbidden(title(name), policy, SITE) == code


def test_no_page_is_made_in_a_namespace_of_scripts() -> None:
    policy = Policy(namespaces=(0, 828))
    assert policies.forbidden(title("Module:Box/doc"), policy, SITE, new=True) == "interface-page"
    assert policies.forbidden(title("Ngozi"), policy, SITE, new=True) == ""


@pytest.mark.parametrize(
    ("name", "drafts", "held"),
    [
        ("Ngozi", "", False),
        ("Ngozi", "Draft:", True),
        ("Draft:Ngozi", "Draft:", False),
        ("Draft:Ngozi", "draft:", False),
        ("Template:Box", "Draft:", True),
        ("Talk:Ngozi", "Draft:", False),
        ("Testwiki:Drafts/Ngozi", "Project:Drafts/", False),
        ("Testwiki:Drafts", "Project:Drafts/", True),
        ("Drafts/Ngozi", "Project:Drafts/", True),
        ("User:Bridge/drafts/Ngozi", "User:Bridge/drafts/", False),
    ],
)
def test_new_pages_belong_to_the_drafts(name: str, drafts: str, held: bool) -> None:
    assert policies.belongs_to_drafts(title(name), Policy(drafts=drafts), SITE) is held


# With which rights


def test_an_account_that_may_do_harm_is_known_by_its_rights() -> None:
    assert policies.dangerous(RIGHTS) == []
    assert policies.dangerous([*RIGHTS, "delete", "editinterface", "apihighlimits"]) == ["delete", "editinterface"]
    both = [*RIGHTS, "import", "importupload"]
    assert policies.dangerous(both) == ["import", "importupload"]
    assert policies.dangerous(both, Policy(mode=IMPORT)) == ["import"]


# The stop page


def stop_page(wikitext: str | None) -> Revision:
    return Revision(7, 7, title("User:Bridge/stop"), wikitext, "Person", "2026-03-01T00:00:00Z")


@pytest.mark.parametrize(
    ("wikitext", "stops"),
    [
        ("", False),
        (" \n", False),
        ("<!-- Write anything below to stop the bridge. -->\n", False),
        ("<!-- Write below. -->\nstop", True),
        ("<!-- never closed, so nothing stands on the page", False),
        ("run", True),
        ("#REDIRECT [[User:Bridge/Stop]]", True),
        ("{{blocked}}", True),
        ("توقف", True),
        (None, True),
    ],
)
def test_whatever_stands_on_the_stop_page_stops_the_bridge(wikitext: str | None, stops: bool) -> None:
    assert policies.says_stop(stop_page(wikitext)) is stops


def test_a_stop_page_that_is_not_there_lets_the_bridge_go_on() -> None:
    assert not policies.says_stop(None)


# How many, and how fast


def line(edit: int, outcome: Outcome, ref: str = "", day: str = TODAY, writer: str = identity.BRIDGE) -> Receipt:
    return Receipt(f"e-{edit:016}", outcome, ref=ref, day=day, kit="k-00000000", writer=writer)


def told(*lines: Receipt) -> list[Receipt]:
    return [replace(receipt, seq=number) for number, receipt in enumerate(lines, start=1)]


def test_revisions_of_a_day_are_counted_once_each() -> None:
    lines = told(
        line(1, Outcome.PUBLISHED, "50", YESTERDAY),
        line(2, Outcome.PUBLISHED, "51"),
        line(3, Outcome.PUBLISHED, "51"),  # two edits in one revision
        line(4, Outcome.PUBLISHED, "52"),
        line(5, Outcome.HELD),
        line(6, Outcome.ALREADY_THERE, "60"),
        line(7, Outcome.MERGED, writer=identity.HUB),
    )
    assert policies.published_on(lines, TODAY) == 2


@pytest.mark.parametrize(
    ("policy", "run", "day", "left"),
    [
        (OWN_WIKI, 500, 500, None),
        (Policy(), 0, 0, 20),
        (Policy(), 3, 19, 1),
        (Policy(), 0, 25, 0),
        (Policy(per_run=5), 2, 2, 3),
        (Policy(per_run=5), 2, 18, 2),
        (Policy(per_run=5, per_day=0), 5, 100, 0),
    ],
)
def test_caps_leave_room_for_so_many_more(policy: Policy, run: int, day: int, left: int | None) -> None:
    assert policies.room(policy, run=run, day=day) == left


@pytest.mark.parametrize(("since", "wait"), [(0.0, 10), (4.0, 6), (10.0, 0), (99.0, 0)])
def test_the_next_edit_waits_for_the_rest_of_the_pause(since: float, wait: float) -> None:
    assert policies.wait(Policy(), since) == wait
    assert policies.wait(OWN_WIKI, since) == 0


# Reverts


def published(count: int, reverted: int) -> list[Receipt]:
    """So many published edits, of which the last ones were reverted."""
    lines = [line(number, Outcome.PUBLISHED, str(number)) for number in range(count)]
    return told(*lines, *(line(number, Outcome.REVERTED, str(number)) for number in range(count - reverted, count)))


@pytest.mark.parametrize(
    ("count", "reverted", "pauses"),
    [(0, 0, False), (1, 1, False), (2, 2, True), (50, 5, False), (50, 6, True), (500, 5, False), (500, 6, True)],
)
def test_many_reverts_pause_the_bridge(count: int, reverted: int, pauses: bool) -> None:
    policy = Policy()
    share = policies.reverted(published(count, reverted), policy.pause_last)
    assert share == Reverted(reverted, min(count, policy.pause_last))
    assert share.pauses(policy) is pauses


def test_old_reverts_and_other_peoples_lines_do_not_count() -> None:
    lines = told(
        line(1, Outcome.PUBLISHED, "1"),
        line(1, Outcome.REVERTED, "1"),
        line(2, Outcome.PUBLISHED, "2"),
        line(2, Outcome.REVERTED, "2"),
        line(2, Outcome.PUBLISHED, "9"),  # a volunteer took it up again, and it was published anew
        line(3, Outcome.PUBLISHED, "3"),
        line(3, Outcome.DECLINED, writer=identity.HUB),
        line(4, Outcome.PUBLISHED, "4"),
        line(4, Outcome.SUPPRESSED, "4"),  # the page was deleted
    )
    assert policies.reverted(lines, 3) == Reverted(1, 3)
    assert policies.reverted(lines, 50) == Reverted(2, 4)
    assert policies.reverted(lines, 0) == Reverted(0, 0)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 100))
def test_more_reverts_never_end_a_pause(count: int, of: int, percent: int) -> None:
    policy = Policy(pause_percent=percent)
    if Reverted(min(count, of), of).pauses(policy):
        assert Reverted(min(count + 1, of), of).pauses(policy)
    assert not Reverted(0, of).pauses(policy)
