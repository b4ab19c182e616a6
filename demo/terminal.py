"""Run commands as people type them, and tell what was typed, step by step.

Nothing here knows the story. What is typed at a kit names people who want no name given: the form of a
command that is kept for the page leaves those words out.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Answer = list[dict[str, Any]]
NO_LOGIN: Mapping[str, str] = {}


class Failed(Exception):
    """Something was not as the demo expects it."""


@dataclass
class Step:
    """One step of the road: what, how long in seconds, and the commands as they may be shown to anybody."""

    number: int
    what: str
    seconds: float = 0.0
    commands: list[str] = field(default_factory=list)


class Terminal:
    """A shell in one folder, with nothing of the caller's Git settings; it numbers and times the steps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.steps: list[Step] = []
        self._typed: list[str] = []
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "WIKIGIT_"))}
        self._environment = {
            **kept,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}",  # hooks call wikigit
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / ".config"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    @contextlib.contextmanager
    def step(self, what: str) -> Iterator[Step]:
        """Number and time what happens inside; tell it in one line, with the commands below."""
        step = Step(len(self.steps) + 1, what)
        self.steps.append(step)
        self._typed.clear()
        begun = time.monotonic()
        try:
            yield step
        finally:
            step.seconds = time.monotonic() - begun
            print(f"{step.number:2}  {step.what}  ({step.seconds:.1f} s)")
            for command in self._typed:
                print(f"      $ {command}")
            sys.stdout.flush()

    def wikigit(
        self,
        place: str,
        *words: str,
        stdin: str = "",
        status: int = 0,
        login: Mapping[str, str] = NO_LOGIN,
    ) -> Answer:
        """Run `wikigit` and return its JSON lines. Raise Failed unless it ends with `status`."""
        short = ["wikigit", *(["-C", place] if place else []), *words]
        self._tell(short, " < page.wiki" if stdin else "")
        wide = ["wikigit", "--json", *(["-C", place] if place else []), *words]
        done = self._run(wide, stdin, login)
        if done.returncode != status:
            raise Failed(f"{shlex.join(short)} ended with {done.returncode}, not {status}: {done.stderr.strip()}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def git(self, *words: str) -> str:
        """Run plain git and return what it printed. Raise Failed where it fails."""
        self._tell(["git", *words], "")
        done = self._run(["git", *words], "", NO_LOGIN)
        if done.returncode != 0:
            raise Failed(f"git {shlex.join(words)} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def _run(self, words: Sequence[str], stdin: str, login: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            env={**self._environment, **login},
            check=False,
        )

    def _tell(self, words: Sequence[str], more: str) -> None:
        self._typed.append(_typed(words) + more)
        if self.steps:
            private = "kit" in words and "--by" in words
            shown = [w for i, w in enumerate(words) if not private or "--by" not in (w, words[i - 1])]
            self.steps[-1].commands.append(_typed(shown) + more)


def _typed(words: Sequence[str]) -> str:
    """The words as a person would type them: quoted only where a shell would want it."""
    return " ".join(word if _plain(word) else '"' + word.replace('"', '\\"') + '"' for word in words)


def _plain(word: str) -> bool:
    return bool(word) and all(c.isalnum() or c in "-_./:@=%+" for c in word)
