"""A volunteer at a keyboard is asked at each spot, or writes the page in an editor."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import Hub
from wikigit.core.edit import Edit

NGOZI = "Ngozi is a town.\n\nIt has one school.\n\nThe market opens on Saturday."


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    return Hub(tmp_path, wiki)


@pytest.fixture
def edit(hub: Hub) -> Edit:
    """An edit that meets another at two spots."""
    one, other = hub.kit("school"), hub.kit("library")
    one.writes("Ngozi", NGOZI.replace("one", "two").replace("Saturday", "Sunday"))
    edit = other.writes("Ngozi", NGOZI.replace("one", "three").replace("Saturday", "Monday"))
    for kit in (one, other):
        hub.receives(kit.sends())
    hub.merges(one, other)
    return edit


def resolve(hub: Hub, *words: str, typed: str | None, editor: str = "false") -> subprocess.CompletedProcess[str]:
    """Run the command, with what a person types at a terminal, or without a terminal."""
    line = [
        str(Path(sys.executable).parent / "wikigit"),
        "-C",
        str(hub.store.path),
        "hub",
        "resolve",
        *words,
        "--by",
        "Vera",
    ]
    settings = {**os.environ, "EDITOR": editor}
    if typed is None:
        return subprocess.run(line, env=settings, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, typed.encode())
        return subprocess.run(line, env=settings, stdin=terminal, capture_output=True, text=True, check=False)
    finally:
        os.close(keyboard)
        os.close(terminal)


def test_each_spot_is_shown_and_asked_for(hub: Hub, edit: Edit) -> None:
    done = resolve(hub, edit.id, typed="what\nt\nb\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{edit.id} merged\n"
    assert "line 3:\n    page: two\n    edit: three" in done.stderr
    assert hub.page("Ngozi") == "Ngozi is a town.\n\nIt has three school.\n\nThe market opens on Sunday Monday."


def test_own_words_for_a_spot_are_written_in_an_editor(hub: Hub, edit: Edit) -> None:
    done = resolve(hub, edit.id, typed="w\nt\n", editor="sed -i s/.*/many/")
    assert done.returncode == 0, done.stderr
    assert hub.page("Ngozi") == "Ngozi is a town.\n\nIt has many school.\n\nThe market opens on Monday."
    assert len(done.stdout.splitlines()) == 2


def test_the_whole_page_is_written_in_an_editor(hub: Hub, edit: Edit) -> None:
    done = resolve(hub, edit.id, "--editor", typed=None, editor="sed -i -e 's/two three school/three schools/'")
    assert done.returncode == 0, done.stderr
    assert hub.page("Ngozi") == "Ngozi is a town.\n\nIt has three schools.\n\nThe market opens on Sunday Monday."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Nobody is there to ask"),
        (["--take", "both"], "has 2 spots; --take is given 1"),
        (["--take", "mine", "--take", "both"], "one of ours, theirs, both, theirs-first"),
    ],
)
def test_what_cannot_be_understood_changes_nothing(hub: Hub, edit: Edit, words: list[str], said: str) -> None:
    before = hub.page("Ngozi")
    done = resolve(hub, edit.id, *words, typed=None)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert done.stdout == ""
    assert hub.page("Ngozi") == before
