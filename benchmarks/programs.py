"""Programs as people start them: each a process of its own, without anybody's configuration."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testing.mediawiki import MediaWiki

GRANTS = ("basic", "editpage", "createeditmovepage")  # without `highvolume`, which brings `apihighlimits`
WIKIGIT = Path(sys.executable).with_name("wikigit")
PERSON_NEEDED = 4  # wikigit's exit code


class Failed(Exception):
    """A program ended otherwise than it should have; the message holds its last words."""


@dataclass(frozen=True, slots=True)
class Programs:
    """A home without settings, in which wikigit and Git run. `login` and `password` are for the bridge alone."""

    home: Path
    login: str = ""
    password: str = ""

    def wikigit(self, repository: Path, *arguments: str | Path) -> list[dict[str, Any]]:
        """Run a command in a repository; returns what it told, one object a line. Raises Failed.

        That some edits wait for a person is no failure: the figures tell.
        """
        secrets = {"WIKIGIT_LOGIN": self.login, "WIKIGIT_PASSWORD": self.password} if arguments[0] == "bridge" else {}
        said = self._run([WIKIGIT, "-C", repository, "--json", *arguments], secrets, PERSON_NEEDED)
        return [json.loads(line) for line in said.splitlines() if line.startswith("{")]

    def git(self, *arguments: str | Path) -> str:
        """Run Git; returns what it wrote on stdout. Raises Failed."""
        return self._run(["git", *arguments], {})

    def fsck(self, repository: Path) -> list[str]:
        """Everything that `git fsck --full --strict` finds wrong in a repository."""
        done = self._start(
            ["git", "-C", repository, "fsck", "--full", "--strict", "--no-dangling", "--no-progress"], {}
        )
        told = [line for line in (done.stdout + done.stderr).decode(errors="replace").splitlines() if line]
        return told or ([f"git fsck ended with {done.returncode}"] if done.returncode else [])

    def _run(self, command: Sequence[str | Path], secrets: Mapping[str, str], *allowed: int) -> str:
        done = self._start(command, secrets)
        if done.returncode not in (0, *allowed):
            shown = " ".join(map(str, command))
            raise Failed(f"{shown} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')[-2000:]}")
        return done.stdout.decode()

    def _start(self, command: Sequence[str | Path], secrets: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "WIKIGIT_"))}
        ours = {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
        }
        return subprocess.run(
            command, env={**inherited, **ours, **secrets}, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )


def for_account(wiki: MediaWiki, home: Path, name: str) -> Programs:
    """Programs that work for an ordinary account, made if need be, by a bot password."""
    wiki.add_account(name)
    return Programs(home, f"{name}@wikigit", wiki.bot_password(name, "wikigit", GRANTS))
