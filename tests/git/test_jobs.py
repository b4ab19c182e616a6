"""What the jobs of `ci/` do with an exit code, and with who pressed the button; wikigit itself only answers here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from testing.jobs import program
from testing.memory_wiki import MemoryWiki
from tests import ci
from tests.ci import FORGES, GitHub, Jobs, Keeper, Ran
from tests.clone import git
from tests.journey import Hub

LOGIN = {"WIKIGIT_LOGIN": "Bridge@wikigit", "WIKIGIT_PASSWORD": "not-to-be-seen"}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> str:
    return ci.deploy_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", "It has a market.")
    hub = Hub(tmp_path, wiki)
    kit = hub.kit("school")
    kit.changes("Ngozi", "a market", "a large market")
    hub.receives(kit.sends())
    hub.merges(kit)
    Keeper(hub).sets_up("https://wiki.example/api.php")
    return hub


@dataclass
class Answers:
    """A wikigit that was asked, and what it is to answer next; nothing more to say is 0."""

    folder: Path
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        log, codes = self.folder / "asked", self.folder / "codes"
        program(
            self.folder, "wikigit",
            f'echo "$@" >> {log}; env >> {self.folder}/seen\n'
            f'code=$(sed -n 1p {codes} 2>/dev/null); sed -i 1d {codes} 2>/dev/null; exit "${{code:-0}}"',
        )  # fmt: skip

    def will(self, *codes: int) -> None:
        (self.folder / "codes").write_text("".join(f"{code}\n" for code in codes))

    def commands(self) -> list[str]:
        log = self.folder / "asked"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line.removeprefix("-C hub.git ") for line in lines]


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    return Answers(tmp_path / "answers")


@pytest.fixture(params=FORGES)
def jobs(request: pytest.FixtureRequest, hub: Hub, key: str, answers: Answers) -> Iterator[Jobs]:
    jobs = ci.jobs(request.param, hub, key, wikigit=str(answers.folder / "wikigit"))
    yield jobs
    jobs.runner.close()


@pytest.fixture
def github(hub: Hub, key: str, answers: Answers) -> Iterator[GitHub]:
    jobs = ci.jobs("github", hub, key, wikigit=str(answers.folder / "wikigit"))
    assert isinstance(jobs, GitHub)
    yield jobs
    jobs.runner.close()


def publishes(jobs: Jobs, hub: Hub, by: str = "Paul") -> Ran:
    return jobs.publishes(git(hub.store.path, "rev-parse", "main:queue"), by, LOGIN)


NIGHTLY = ["bridge fetch", "bridge fate", "bridge messages"]
AFTERWARDS = ["bridge fetch", "bridge credits"]


def test_all_is_well(jobs: Jobs, hub: Hub, answers: Answers) -> None:
    ran = publishes(jobs, hub)
    assert (ran.failed, ran.status) == ("", 0), ran.said
    assert answers.commands() == ["bridge publish --by Paul", *AFTERWARDS]


def test_a_needed_person_is_a_warning_and_the_job_goes_on(jobs: Jobs, hub: Hub, answers: Answers) -> None:
    answers.will(4)
    ran = publishes(jobs, hub)
    assert answers.commands() == ["bridge publish --by Paul", *AFTERWARDS]
    if isinstance(jobs, ci.GitLab):
        assert ran.status == 4  # which the file allows
    else:
        assert (ran.failed, "::warning" in ran.said) == ("", True)


def test_later_is_tried_again(jobs: Jobs, hub: Hub, answers: Answers) -> None:
    answers.will(5, 5)
    ran = publishes(jobs, hub)
    if isinstance(jobs, ci.GitLab):
        assert ran.status == 5  # GitLab runs the job again
    else:
        assert ran.failed == ""
        assert answers.commands() == ["bridge publish --by Paul"] * 3 + AFTERWARDS


def test_later_and_later_ends_as_later(jobs: Jobs, hub: Hub, answers: Answers) -> None:
    answers.will(*[5] * 9)
    ran = publishes(jobs, hub)
    assert ran.status == 5
    assert set(answers.commands()) == {"bridge publish --by Paul"}


def test_a_failure_fails_at_once(jobs: Jobs, hub: Hub, answers: Answers) -> None:
    answers.will(1)
    assert publishes(jobs, hub).status == 1
    assert answers.commands() == ["bridge publish --by Paul"]


@pytest.mark.parametrize("code", [0, 4, 5, 1])
def test_the_nightly_job_ends_likewise(jobs: Jobs, answers: Answers, code: int) -> None:
    answers.will(*[code] * 9)
    ran = jobs.fetches()
    assert set(answers.commands()) == ({*NIGHTLY} if code == 0 else {"bridge fetch"})
    assert ran.status == (0 if code == 4 and not isinstance(jobs, ci.GitLab) else code)


def test_a_merge_request_that_is_refused_is_not_planned(jobs: Jobs, hub: Hub, answers: Answers) -> None:
    keeper = Keeper(hub, name="Other")
    keeper.proposes("Ngozi", "a large market", "a small market")
    answers.will(1)
    assert jobs.checks().status == 1
    assert answers.commands() == ["hub check --base main merge-request"]


def test_a_wiki_that_does_not_answer_does_not_hold_up_a_merge_request(jobs: Jobs, hub: Hub, answers: Answers) -> None:
    keeper = Keeper(hub, name="Other")
    keeper.proposes("Ngozi", "a large market", "a small market")
    answers.will(0, 0, 5)
    ran = jobs.checks()
    assert (ran.failed, ran.status) == ("", 0), ran.said
    assert "there is no plan" in ran.said + jobs.runner.artifacts.get("plan.md", "")
    assert [command.split(" --")[0] for command in answers.commands()] == ["hub check", "hub reconcile", "bridge plan"]


def test_a_branch_that_conflicts_is_not_merged_for_the_plan(jobs: Jobs, hub: Hub, answers: Answers) -> None:
    keeper = Keeper(hub, name="Other")
    keeper.begins("vera", "origin/upstream")
    keeper.git("checkout", "--quiet", "origin/main", "--", "wikigit.toml", ".gitattributes")
    keeper.commits("Ngozi", lambda text: text.replace("a market", "no market"), "size")
    keeper.git("push", "--quiet", "origin", f"vera:refs/pull/{ci.NUMBER}/head")
    keeper.git("push", "--quiet", "origin", f"vera:refs/merge-requests/{ci.NUMBER}/head")
    ran = jobs.checks()
    assert (ran.failed, ran.status) == ("", 0), ran.said
    assert "conflicts with main" in ran.said
    assert [command.split(" --")[0] for command in answers.commands()] == ["hub check", "bridge plan"]


def test_the_secrets_are_seen_by_the_one_command_that_needs_them(jobs: Jobs, hub: Hub, answers: Answers) -> None:
    publishes(jobs, hub)
    assert LOGIN["WIKIGIT_PASSWORD"] in (answers.folder / "seen").read_text()
    (answers.folder / "seen").unlink()
    jobs.prepares("", "vera")
    jobs.fetches()
    assert LOGIN["WIKIGIT_PASSWORD"] not in (answers.folder / "seen").read_text()


# GitHub alone


def test_without_anybody_who_agreed_no_name_is_given(github: GitHub, hub: Hub, answers: Answers) -> None:
    """Then wikigit itself refuses, where the policy wants a volunteer's name."""
    publishes(github, hub, by="")
    assert answers.commands()[0] == "bridge publish --by "


def test_whoever_runs_the_workflow_is_named_where_nobody_has_to_agree(
    github: GitHub, hub: Hub, answers: Answers
) -> None:
    github.told |= {"github.event_name": "workflow_dispatch", "github.triggering_actor": "Vera"}
    publishes(github, hub, by="")
    assert answers.commands()[0] == "bridge publish --by Vera"


def test_nobody_is_asked_where_the_queue_is_what_it_was(github: GitHub, hub: Hub, answers: Answers) -> None:
    now = git(hub.store.path, "rev-parse", "main")
    ran, planned = github.prepares(now, "vera")
    assert (ran.failed, planned) == ("", "")
    _, planned = github.prepares("", "vera")
    assert planned == git(hub.store.path, "rev-parse", "main:queue")


def test_on_another_branch_nothing_is_done(github: GitHub, hub: Hub, answers: Answers) -> None:
    github.told["github.ref"] = "refs/heads/vera"
    ran = publishes(github, hub)
    assert ran.steps == ()
    assert github.fetches().steps == ()
    assert answers.commands() == []


def test_the_plan_becomes_a_comment_of_a_merge_request_from_here_only(github: GitHub, hub: Hub) -> None:
    github.runner.artifacts["plan.md"] = "The plan."
    ran = github.comments()
    assert (ran.failed, ran.steps) == ("", ("Comment",)), ran.said
    (said,) = hub.folder.glob("job-*/commented")
    words = f"pr comment {ci.NUMBER} --repo {hub.store.path.stem} --edit-last --create-if-none --body-file plan.md"
    assert said.read_text() == f"{words}\nThe plan."
    github.told["github.event.pull_request.head.repo.full_name"] = "somebody/fork"
    assert github.comments().steps == ()
