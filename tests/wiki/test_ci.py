"""The jobs of `ci/`, line by line as they stand there: from a merge request to the wiki, on each forge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from testing.mediawiki import MediaWiki as Server
from tests import ci
from tests.ci import FORGES, Jobs, Keeper
from tests.clone import git
from tests.forge import reconciles
from tests.journey import Hub
from tests.wiki.conftest import GRANTS
from wikigit.core import attribution
from wikigit.core.config import Selection
from wikigit.core.receipt import Outcome
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.repo import receipts
from wikigit.wiki.client import MediaWiki

pytestmark = pytest.mark.wiki

LOGIN = "Bridge of the jobs"
TEXT = "It is a town.\n\nIt has a market.\n\nIt has a school."


@pytest.fixture(scope="module")
def login(mediawiki: Server) -> dict[str, str]:
    """What stands among a forge's secrets."""
    mediawiki.add_account(LOGIN)
    password = mediawiki.bot_password(LOGIN, "wikigit", GRANTS)
    return {"WIKIGIT_LOGIN": f"{LOGIN}@wikigit", "WIKIGIT_PASSWORD": password}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> str:
    return ci.deploy_key(tmp_path_factory.mktemp("key"))


@dataclass
class Place:
    """A hub on a forge, its keeper, its jobs, and the wiki's page that they are about."""

    title: str
    server: Server
    hub: Hub
    keeper: Keeper
    jobs: Jobs

    def head(self) -> Revision:
        page = Title.parse(self.title, self.hub.wiki.site())
        head = self.hub.wiki.heads([page])[page]
        assert head is not None
        return head

    def merged(self) -> str:
        """Somebody merges, and the hub is reconciled; the queue's id, as a plan would tell it."""
        self.keeper.accepts()
        reconciles(self.hub)
        return git(self.hub.store.path, "rev-parse", "main:queue")

    def edited(self, old: str, new: str) -> None:
        """Somebody edits the page on the wiki."""
        self.server.edit(self.title, (self.head().wikitext or "").replace(old, new), user="Somebody")


@pytest.fixture(params=FORGES)
def place(request: pytest.FixtureRequest, tmp_path: Path, mediawiki: Server, key: str) -> Iterator[Place]:
    title = f"Jobs on {request.param}: {request.node.originalname}".replace("_", " ")
    mediawiki.edit(title, TEXT, user="Somebody")
    wiki = MediaWiki(mediawiki.api, contact="t@example.org", version="0")
    hub = Hub(tmp_path, wiki, selection=Selection(titles=(title,)))
    keeper = Keeper(hub)
    keeper.sets_up(mediawiki.api)
    jobs = ci.jobs(request.param, hub, key)
    yield Place(title, mediawiki, hub, keeper, jobs)
    jobs.runner.close()


def test_a_merge_request_is_checked_and_planned_without_any_login(place: Place) -> None:
    place.keeper.proposes(place.title, "a market", "a large market")
    before = place.hub.store.refs("refs/")
    ran = place.jobs.checks()
    assert (ran.failed, ran.status) == ("", 0), ran.said
    plan = place.jobs.runner.artifacts.get("plan.md") or ran.said
    assert "Publishing would make 1 revision of 1 page." in plan
    assert f"| `{place.title}` | `Vera` | `size` | +6 −0 |" in plan
    assert place.hub.store.refs("refs/") == before
    assert place.head().wikitext == TEXT


def test_a_merge_request_without_trailers_is_refused(place: Place) -> None:
    place.keeper.proposes(place.title, "a market", "a large market", "--no-verify")
    ran = place.jobs.checks()
    assert (ran.failed, ran.status) in {("Check", 1), ("check", 1)}
    assert "has no trailers" in ran.said


def test_what_was_merged_is_published_under_the_name_of_who_agreed(place: Place, login: dict[str, str]) -> None:
    place.keeper.proposes(place.title, "a market", "a large market")
    ran, planned = place.jobs.prepares(place.keeper.accepts(), "vera")
    assert (ran.failed, len(planned)) == ("", 40), ran.said
    (edit,) = place.hub.queue()
    assert place.head().wikitext == TEXT
    ran = place.jobs.publishes(planned, "paul", login)
    assert (ran.failed, ran.status) == ("", 0), ran.said
    said = attribution.parse(place.head().summary)
    assert said is not None
    assert (place.head().account, said.names, said.words) == (LOGIN, ("Vera",), "size")
    assert place.hub.queue() == []
    told = receipts.standing(place.hub.store)[edit]
    assert (told.outcome, told.by) == (Outcome.PUBLISHED, "paul")
    assert login["WIKIGIT_PASSWORD"] not in ran.said
    _, nothing = place.jobs.prepares(place.keeper.git("rev-parse", "origin/main"), "vera")
    assert nothing in ("", "empty")


def test_a_queue_that_changed_after_the_plan_is_not_published(place: Place, login: dict[str, str]) -> None:
    place.keeper.proposes(place.title, "a market", "a large market")
    planned = place.merged()
    place.keeper.proposes(place.title, "a school", "two schools")
    place.merged()
    ran = place.jobs.publishes(planned, "paul", login)
    assert ran.status == 1
    assert "queue" in ran.said
    assert place.head().wikitext == TEXT


def test_an_edit_that_no_longer_fits_is_a_warning_and_the_job_goes_on(place: Place, login: dict[str, str]) -> None:
    place.keeper.proposes(place.title, "a market", "a large market")
    planned = place.merged()
    place.edited("a market", "an old market")
    ran = place.jobs.publishes(planned, "paul", login)
    assert ran.status in (0, 4), ran.said
    assert "Edits that need a person: 1." in ran.said
    assert ran.status == 4 or "::warning" in ran.said
    assert place.hub.queue() == []
    assert "an old market" in (place.hub.page(place.title) or "")


def test_what_changed_on_the_wiki_comes_to_the_hub(place: Place) -> None:
    place.edited("a school", "two schools")
    ran = place.jobs.fetches()
    assert (ran.failed, ran.status) == ("", 0), ran.said
    assert "two schools" in (place.hub.page(place.title) or "")
