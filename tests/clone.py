"""A volunteer's clone of the hub, and programs called as a volunteer calls them: nothing here is pretended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.journey import Hub
from wikigit.core import path
from wikigit.core.edit import Edit
from wikigit.core.title import Title
from wikigit.hub import hooks
from wikigit.repo import edits, mainline
from wikigit.repo.store import Store


class Clone:
    """A volunteer's clone of the hub, used with plain git."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        self.hub, self.folder = hub, folder
        self.site = mainline.read(hub.store).site
        git(hub.folder, "clone", "--quiet", str(hub.store.path), str(folder))
        self.git("config", "user.name", "Vera")
        self.git("config", "user.email", "vera@volunteers.example")
        self.git("config", "core.quotePath", "false")
        hooks.install(Store(folder).hooks, hooks.VOLUNTEER)
        hooks.configure(Store(folder))
        self.git("switch", "--quiet", "--create", "vera")

    def git(self, *words: str, **environment: str) -> str:
        return git(self.folder, *words, **environment)

    def refused(self, *words: str, **environment: str) -> str:
        """Run a git command that a hook stops, and return what is said."""
        done = call(self.folder, "git", *words, **environment)
        assert done.returncode != 0, done.stderr
        assert " next: " in done.stderr, done.stderr
        return done.stderr

    def file(self, title: str) -> Path:
        return self.folder / path.of(Title.parse(title, self.site))

    def write(self, title: str, wikitext: str) -> Path:
        file = self.file(title)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(wikitext.encode())
        return file

    def edit(self, commit: str = "HEAD") -> Edit:
        store, commit_id = Store(self.folder), self.git("rev-parse", commit)
        return edits.read(store, commit_id, store.site(commit_id))

    def message(self) -> str:
        return self.git("log", "-1", "--format=%B")


def call(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program as a volunteer does, with wikigit on the PATH."""
    here = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **environment}
    return subprocess.run(words, cwd=folder, env=here, capture_output=True, text=True, check=False)


def git(folder: Path, *words: str, **environment: str) -> str:
    done = call(folder, "git", *words, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def wikigit(folder: Path, *words: str) -> None:
    done = call(folder, "wikigit", *words)
    assert done.returncode == 0, done.stderr
