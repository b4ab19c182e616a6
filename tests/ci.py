"""The hub on a forge whose jobs are those of `ci/`: their own lines, run here, with the hub and the wiki real.

Only what belongs to a forge is played: its API, and pip, which would ask the network for this very wikigit.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from testing import runtime
from testing.jobs import CI, Done, Runner, program
from tests.forge import Forge
from tests.journey import Hub
from wikigit.core.config import Config
from wikigit.repo import layout, mainline

FORGES = ("github", "gitlab", "forgejo")
NUMBER = "7"
WIKIGIT = str(Path(sys.executable).parent / "wikigit")


@dataclass(frozen=True, slots=True)
class Ran:
    """A job: the step that ended it ("" for none), its exit code, and all that was said."""

    failed: str
    status: int
    said: str
    steps: tuple[str, ...] = ()


class Jobs(Protocol):
    """What a keeper of a hub has on every forge."""

    runner: Runner

    def checks(self) -> Ran: ...
    def prepares(self, before: str, by: str) -> tuple[Ran, str]: ...
    def publishes(self, planned: str, by: str, login: Mapping[str, str]) -> Ran: ...
    def fetches(self) -> Ran: ...


class Keeper(Forge):
    """Somebody who keeps the hub: in a clone, with plain git and the forge's buttons."""

    def sets_up(self, api: str) -> None:
        """Put the wiki's address and the jobs' requirements on main."""
        self.begins()
        settings = self.folder / layout.CONFIG
        settings.write_text(settings.read_text().replace("https://wiki.example/api.php", api))
        (self.folder / "ci").mkdir()
        (self.folder / "ci/requirements.txt").write_text(runtime.text() + f"wikigit==0 --hash=sha256:{'0' * 64}\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "-m", "Settings and jobs")
        self.pushes()

    def proposes(self, title: str, old: str, new: str, *words: str) -> None:
        """Change a page on a branch of one's own, push it, and open a merge request."""
        self.begins("vera")
        file = self.file(title)
        file.write_bytes(file.read_bytes().replace(old.encode(), new.encode()))
        self.git("commit", "--quiet", *words, "-am", "size")
        self.pushes("--force", "vera")
        for ref in (f"refs/pull/{NUMBER}/head", f"refs/merge-requests/{NUMBER}/head"):
            self.git("push", "--quiet", "--force", "origin", f"vera:{ref}")

    def accepts(self) -> str:
        """Press the merge button; the commit that main was before."""
        before = self.git("rev-parse", "origin/main")
        self.merges("origin/vera")
        return before


class _Actions:
    """Jobs in files of their own, as GitHub and Forgejo have them."""

    def __init__(self, runner: Runner, hub: Hub, name: str, key: str) -> None:
        self.runner, self.files, self.key = runner, CI / name, key
        self.told = {
            "github.server_url": str(hub.folder),
            "github.repository": hub.store.path.stem,
            "github.token": "a-token-that-reads",
            "github.ref": "refs/heads/main",
            "github.run_id": "1",
            "github.event_name": "push",
            "github.event.before": "",
            "github.event.pull_request.number": NUMBER,
            "github.event.pull_request.user.login": "vera",
            "github.event.pull_request.head.repo.full_name": hub.store.path.stem,
            "vars.HUB_SSH": "",
            "vars.HUB_HOST_KEYS": "forge.example ssh-ed25519 AAAA",
        }
        runner.instead = {**runner.instead, "PUSH": str(hub.store.path)}

    def checks(self) -> Ran:
        ran, _ = self._run("wikigit-check", "check")
        return ran

    def comments(self) -> Ran:
        ran, _ = self._run("wikigit-check", "comment")
        return ran

    def fetches(self) -> Ran:
        ran, _ = self._run("wikigit-fetch", "fetch", {"secrets.DEPLOY_KEY": self.key})
        return ran

    def _run(self, file: str, job: str, more: Mapping[str, str] | None = None) -> tuple[Ran, dict[str, str]]:
        done, outputs = self.runner.job(self.files / f"{file}.yml", job, {**self.told, **(more or {})})
        return _ran(done), outputs


class GitHub(_Actions):
    """GitHub: the environment's reviewer publishes."""

    def prepares(self, before: str, by: str) -> tuple[Ran, str]:
        more = {"secrets.DEPLOY_KEY": self.key, "github.event.before": before, "github.actor": by}
        ran, outputs = self._run("wikigit-publish", "prepare", more)
        if "Main was reconciled" in self.runner.artifacts.get("summary", ""):
            self.runner.artifacts.clear()
            return self.prepares(before, by)  # its push begins a run of its own
        return ran, outputs["queue"]

    def publishes(self, planned: str, by: str, login: Mapping[str, str]) -> Ran:
        program(self.runner.programs, "gh", f"echo '{by}'")
        secrets = {"secrets.DEPLOY_KEY": self.key, **{f"secrets.{name}": value for name, value in login.items()}}
        told = {"needs.prepare.outputs.queue": planned, **secrets}
        ran, _ = self._run("wikigit-publish", "publish", told)
        return ran


class Forgejo(_Actions):
    """Forgejo: whoever starts the workflow, with the queue's id that the plan showed."""

    def prepares(self, before: str, by: str) -> tuple[Ran, str]:
        more = {"secrets.DEPLOY_KEY": self.key, "github.actor": by}
        ran, _ = self._run("wikigit-publish", "prepare", more)
        last = ran.said.strip().splitlines()[-1] if not ran.failed else ""
        return ran, last.removeprefix("Queue: ")

    def publishes(self, planned: str, by: str, login: Mapping[str, str]) -> Ran:
        secrets = {"secrets.DEPLOY_KEY": self.key, **{f"secrets.{name}": value for name, value in login.items()}}
        told = {"inputs.queue": planned, "github.actor": by, "github.event_name": "workflow_dispatch", **secrets}
        ran, _ = self._run("wikigit-publish", "publish", told)
        return ran


class GitLab:
    """GitLab: one file; the plan hands the queue on, and whoever presses the button publishes."""

    def __init__(self, runner: Runner, hub: Hub) -> None:
        self.runner, self.file = runner, CI / "gitlab/wikigit.yml"
        address = str(hub.store.path.with_suffix("")).rstrip("/")
        self.told = {
            "CI_PROJECT_URL": address,
            "CI_MERGE_REQUEST_PROJECT_URL": address,
            "CI_MERGE_REQUEST_REF_PATH": f"refs/merge-requests/{NUMBER}/head",
            "CI_JOB_TOKEN": "a-token-that-reads",
            "GITLAB_USER_LOGIN": "vera",
        }
        hub.store.git.config["receive.advertisePushOptions"] = "true"

    def checks(self) -> Ran:
        ran, _ = self._run("check")
        return ran

    def prepares(self, before: str, by: str) -> tuple[Ran, str]:
        ran, handed = self._run("prepare", {"GITLAB_USER_LOGIN": by, "PUSH_TOKEN": "a-token-that-writes"})
        return ran, handed.get("PLANNED", "")

    def publishes(self, planned: str, by: str, login: Mapping[str, str]) -> Ran:
        more = {"GITLAB_USER_LOGIN": by, "PUSH_TOKEN": "a-token-that-writes", "PLANNED": planned, **login}
        ran, _ = self._run("publish", more)
        return ran

    def fetches(self) -> Ran:
        ran, _ = self._run("fetch", {"PUSH_TOKEN": "a-token-that-writes"})
        return ran

    def _run(self, job: str, more: Mapping[str, str] | None = None) -> tuple[Ran, dict[str, str]]:
        done, handed = self.runner.gitlab(self.file, job, {**self.told, **(more or {})})
        return _ran([done]), handed


def jobs(name: str, hub: Hub, key: str, *, wikigit: str = WIKIGIT) -> Jobs:
    """The jobs of one forge, on machines that have git, Python, and pip as it would be with wikigit's wheel."""
    runner = Runner(hub.folder, hub.folder / f"programs-of-{name}", {"PAUSES": "0 0"})
    program(runner.programs, "apt-get", "true")
    program(runner.programs, "python3", _VENV.format(wikigit=wikigit))
    program(runner.programs, "gh", 'for last in "$@"; do :; done; echo "$@" > commented; cat "$last" >> commented')
    if name == "gitlab":
        return GitLab(runner, hub)
    return GitHub(runner, hub, name, key) if name == "github" else Forgejo(runner, hub, name, key)


def deploy_key(folder: Path) -> str:
    """A new key pair's private half."""
    if not shutil.which("ssh-agent"):
        pytest.skip("The jobs need ssh-agent, which is not here: Debian's openssh-client has it.")
    words = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key"))
    subprocess.run(words, check=True)
    return (folder / "key").read_text()


def settings_of(hub: Hub) -> Config:
    """The settings on main."""
    return hub.store.config(mainline.read(hub.store).tip)


_VENV = """\
# python3 -m venv DIR: a pip that looks at what it is to install, and the wikigit under test.
[ "$1 $2" = "-m venv" ] || exit 2
mkdir -p "$3/bin"
ln -s '{wikigit}' "$3/bin/wikigit"
cat > "$3/bin/python" <<'END'
#!/bin/sh
for requirements in "$@"; do :; done
grep -q '^wikigit==.* --hash=sha256:' "$requirements"
END
chmod +x "$3/bin/python"\
"""


def _ran(done: list[Done]) -> Ran:
    last = done[-1] if done else Done("", 0, "")
    failed = last.name if last.status else ""
    return Ran(failed, last.status, "".join(step.said for step in done), tuple(step.name for step in done))
