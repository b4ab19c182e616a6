"""The demo, run as people run it: it ends well, tells of each edit, and names nobody who did not agree."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo import checks, story
from testing.mediawiki import MediaWiki
from testing.phpserver import group_lives
from wikigit.repo import edits
from wikigit.repo.store import Store

ROOT = Path(__file__).parents[2]


def command(page: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "demo", "--page", str(page), *words]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, mediawiki: MediaWiki) -> tuple[str, str]:
    """What one run said, and its page. (`mediawiki` is asked for because it skips where there is none.)"""
    page = tmp_path_factory.mktemp("demo") / "demo.html"
    done = subprocess.run(command(page), cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, page.read_text(encoding="utf-8")


@pytest.mark.wiki
def test_every_edit_is_in_the_table_with_what_became_of_it(told: tuple[str, str]) -> None:
    said, _ = told
    rows = re.findall(r"^e-[0-9a-z]{16} .*$", said, re.MULTILINE)
    assert len(rows) == len(story.ALL)
    for row, writing in zip(rows, story.ALL, strict=True):
        assert writing.kit in row
        assert writing.title in row
        assert writing.by.credit in row
        assert f"{writing.outcome} {writing.code}".strip() in row
    assert "WRONG" not in said
    assert "wikigit -C hub.git bridge publish --by Vera" in said


@pytest.mark.wiki
def test_the_page_shows_each_edit_and_names_nobody_who_did_not_agree(told: tuple[str, str]) -> None:
    _, page = told
    for writing in story.ALL:
        assert f'id="{writing.key}"' in page
        assert writing.by.credit in page
    assert not checks.found_in(page.encode(), checks.private_names(story.PEOPLE))


@pytest.mark.wiki
def test_the_page_fetches_nothing_and_says_that_the_wiki_is_gone(told: tuple[str, str]) -> None:
    _, page = told
    assert not re.search(r"""(src|href|action)=["']?(https?:)?//|url\(|@import|<script|<link rel="style""", page)
    assert "The wiki was stopped with the demo" in page


@pytest.mark.wiki
@pytest.mark.parametrize("seconds", [0.5, 5])
def test_nothing_is_left_after_an_interruption(tmp_path: Path, mediawiki: MediaWiki, seconds: float) -> None:
    page, home = tmp_path / "demo.html", tmp_path / "tmp"
    home.mkdir()
    running = subprocess.Popen(
        command(page),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(home)},
        process_group=0,
    )
    time.sleep(seconds)
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait(20) == 130
    assert not group_lives(running.pid)
    assert list(home.iterdir()) == []
    assert not page.exists()
    servers = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/environ") if _readable(file)]
    assert not any(str(home).encode() in surroundings for surroundings in servers)


def _readable(file: Path) -> bool:
    try:
        return bool(file.read_bytes())
    except OSError:
        return False


def test_a_name_in_any_object_is_found(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "hub.git")
    names = checks.private_names([story.Person("Espérance Ntakarutimana"), story.DIEUDONNE])
    assert names >= {"Espérance", "Ntakarutimana", "Hakizimana-Buyoya"}
    assert "Dieudonné" not in names
    tree = store.tree_with(None, {"a.txt": b"A text of Ntakarutimana."})
    store.commit(tree, [], "Words of Dieudonné H.\n", author=edits.signature("hub", "2026-03-01"))
    assert checks.found_in(checks.objects(store.path), names) == {"Ntakarutimana"}
