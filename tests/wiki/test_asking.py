"""`bridge publish --interactive`: a volunteer at a keyboard sees each page's changes and says yes, no or quit."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from testing.mediawiki import MediaWiki as Server
from tests.journey import Hub
from wikigit.core.config import Selection
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome
from wikigit.wiki.client import MediaWiki

pytestmark = pytest.mark.wiki

ACCOUNT, GRANTS = "Bridge that asks", ("basic", "editpage", "createeditmovepage")
NAMES = ("Asked Gitega", "Asked Lake", "Asked Ngozi")


@pytest.fixture
def hub(mediawiki: Server, tmp_path: Path) -> Hub:
    for name in NAMES:
        mediawiki.edit(name, "It is a town.")
    reader = MediaWiki(mediawiki.api, contact="t@example.org", version="0")
    return Hub(tmp_path, reader, selection=Selection(titles=NAMES), api=mediawiki.api)


@pytest.fixture
def edits(hub: Hub) -> list[Edit]:
    """An edit of each page, in the order in which they are asked for."""
    kit = hub.kit("school")
    made = [kit.changes(name, "a town", "a large town", summary=f"size of {name}") for name in NAMES]
    hub.receives(kit.sends())
    hub.merges(kit)
    order = hub.queue()
    return sorted(made, key=lambda edit: order.index(edit.id))


@pytest.fixture(scope="module")
def login(mediawiki: Server) -> dict[str, str]:
    mediawiki.add_account(ACCOUNT)
    secret = mediawiki.bot_password(ACCOUNT, "wikigit", GRANTS)
    return {"WIKIGIT_LOGIN": f"{ACCOUNT}@wikigit", "WIKIGIT_PASSWORD": secret}


def publish(hub: Hub, login: dict[str, str], *words: str, typed: str | None) -> subprocess.CompletedProcess[str]:
    """Run the command, with what a person types at a terminal, or without a terminal."""
    program = str(Path(sys.executable).parent / "wikigit")
    line = [program, "-C", str(hub.store.path), "bridge", "publish", "--interactive", *words]
    settings = {**os.environ, **login}
    if typed is None:
        return subprocess.run(line, env=settings, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, typed.encode())
        return subprocess.run(line, env=settings, stdin=terminal, capture_output=True, text=True, check=False)
    finally:
        os.close(keyboard)
        os.close(terminal)


def test_each_page_is_shown_and_asked_for(hub: Hub, edits: list[Edit], login: dict[str, str]) -> None:
    first, second, third = edits
    before = hub.receipt(second)
    done = publish(hub, login, "--by", "Vera", typed="perhaps\nyes\nn\nq\n")
    assert done.returncode == 0, done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [[first.id, "published"]]
    assert f"{first.title} (on revision " in done.stderr
    assert f"{first.contributor} (offline): size of {first.title} #wikigit wg:" in done.stderr
    assert "    It is a {+large +}town." in done.stderr
    assert hub.receipt(first).by == "Vera"
    assert [hub.receipt(edit).outcome for edit in (second, third)] == [Outcome.MERGED] * 2
    assert hub.receipt(second) == before
    again = publish(hub, login, "--by", "Vera", typed="y\ny\n")
    assert again.returncode == 0, again.stderr
    assert [hub.outcome(edit) for edit in edits] == [Outcome.PUBLISHED] * 3
    hub.fetches()
    assert hub.queue() == []


@pytest.mark.parametrize(
    ("words", "typed", "code", "said"),
    [
        (["--by", "Vera"], None, 2, "Nobody is there to ask"),
        ([], "y\ny\ny\n", 1, "wants a volunteer's name"),
    ],
)
def test_without_a_person_or_a_name_nothing_is_sent(
    hub: Hub, edits: list[Edit], login: dict[str, str], words: list[str], typed: str | None, code: int, said: str
) -> None:
    done = publish(hub, login, *words, typed=typed)
    assert done.returncode == code, done.stderr
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert {hub.outcome(edit) for edit in edits} == {Outcome.MERGED}
