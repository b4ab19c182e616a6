"""A canary for a whole run: no password, token or cookie in what is said, in arguments, in Git, or in a file."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from testing.mediawiki import MediaWiki as Server
from tests.journey import Hub, holds, outcomes
from wikigit.core.config import Selection
from wikigit.repo.store import Store
from wikigit.wiki.client import MediaWiki

pytestmark = pytest.mark.wiki

ACCOUNT, GRANTS = "Keeper of secrets", ("basic", "editpage", "createeditmovepage")
TOKEN = "canary-token-0123456789abcdef"
WRONG = "canary-password-0123456789abcdef"
WITNESS = """#!/bin/sh
{{ echo "$@"; env; }} >> {log}
exec {git} "$@"
"""


@dataclass
class Terminal:
    """A bridge keeper's terminal, where everything that is said, and every call of git, is kept."""

    folder: Path
    login: dict[str, str]
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        git, witness = shutil.which("git"), self.folder / "bin" / "git"
        witness.parent.mkdir()
        witness.write_text(WITNESS.format(log=self.folder / "calls", git=git))
        witness.chmod(0o755)

    def wikigit(self, repository: Path, *words: str, status: int = 0, **login: str) -> None:
        """Type a command, with all that can be said about it."""
        line = [str(Path(sys.executable).parent / "wikigit"), "-v", "-C", str(repository), *words]
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        surroundings = {**os.environ, "PATH": path, **(login or self.login)}
        done = subprocess.run(line, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.said.append((done.stdout + done.stderr).decode())
        assert done.returncode == status, self.said[-1]

    @property
    def calls(self) -> str:
        """How git was called, and with which environment."""
        return (self.folder / "calls").read_text()

    def files(self) -> Iterator[Path]:
        """All files that the run has left, but for the login's own."""
        return (file for file in self.folder.rglob("*") if file.is_file() and file.name != "wikigit-cookies")


@pytest.fixture
def hub(mediawiki: Server, tmp_path: Path) -> Hub:
    mediawiki.edit("Canary", "A canary is a bird.")
    reader = MediaWiki(mediawiki.api, contact="t@example.org", version="0")
    return Hub(tmp_path / "work", reader, selection=Selection(titles=("Canary",)), api=mediawiki.api)


@pytest.fixture
def terminal(mediawiki: Server, tmp_path: Path) -> Terminal:
    mediawiki.add_account(ACCOUNT)
    secret = mediawiki.bot_password(ACCOUNT, "wikigit", GRANTS)
    return Terminal(tmp_path, {"WIKIGIT_LOGIN": f"{ACCOUNT}@wikigit", "WIKIGIT_PASSWORD": secret})


def write(hub: Hub, old: str, new: str) -> None:
    kit = hub.kit(f"kit-{new}")
    kit.changes("Canary", old, new)
    hub.receives(kit.sends())
    assert outcomes(hub.merges(kit).receipts) == ["merged"]


def cookies(jar: Path) -> list[str]:
    """The values of the cookies in a file."""
    assert stat.S_IMODE(jar.stat().st_mode) == 0o600
    lines = [line for line in jar.read_text().splitlines() if line.startswith("Set-Cookie3: ")]
    values = [line.split("=", 1)[1].split(";")[0].strip('"') for line in lines]
    return [value for value in values if len(value) > 12]


def test_secrets_show_nowhere(hub: Hub, terminal: Terminal) -> None:
    write(hub, "a bird", "a yellow bird")
    for words in (["doctor"], ["plan"], ["publish", "--by", "Vera"], ["fetch"], ["credits"]):
        terminal.wikigit(hub.store.path, "bridge", *words)
    write(hub, "yellow", "green")
    job = terminal.folder / "job.git"
    subprocess.run(["git", "clone", "--quiet", "--mirror", str(hub.store.path), str(job)], check=True)
    terminal.wikigit(job, "bridge", "publish", "--by", "Vera")
    wrong = {"WIKIGIT_LOGIN": f"{ACCOUNT}@wikigit", "WIKIGIT_PASSWORD": WRONG}
    for login in (wrong, {"WIKIGIT_ACCOUNT": ACCOUNT, "WIKIGIT_TOKEN": TOKEN}):
        (job / "wikigit-cookies").unlink(missing_ok=True)
        terminal.wikigit(job, "bridge", "doctor", status=1, **login)
        assert "account: wrong" in terminal.said[-1]
    kept = cookies(hub.store.path / "wikigit-cookies")
    secrets = [terminal.login["WIKIGIT_PASSWORD"], WRONG, TOKEN, *kept]
    assert kept
    for secret in (*secrets, "+\\"):  # an edit token ends so
        assert [said for said in terminal.said if secret in said] == []
        assert secret not in terminal.calls
    for secret in secrets:
        assert [file for file in terminal.files() if secret.encode() in file.read_bytes()] == []
        assert not holds(hub.store, secret)
        assert not holds(Store(job), secret)
    assert any("logged in as" in said for said in terminal.said)
    assert "push --porcelain" in terminal.calls
