"""The how-tos of facilitators and volunteers: every command that they show is typed, in their order."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from testing import docs
from testing.memory_wiki import MemoryWiki
from testing.sites import ENGLISH
from tests.journey import Hub
from wikigit.hub import hooks, merge, receive, send

LINES = "It is a {}.\n\nIt has a {}.\n\nIt has a school."
DAY = "2026-03-01"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    wiki = MemoryWiki(replace(ENGLISH, wiki="rnwiki"))
    for title, what in (("Cassava", "shrub"), ("Lake", "lake"), ("Ngozi", "town")):
        wiki.person_edits(title, LINES.format(what, "market"))
    hub = Hub(tmp_path, wiki)
    hooks.install(hub.store.hooks, hooks.HUB)
    (tmp_path / "stick").mkdir()
    return hub


def terminal() -> dict[str, str]:
    """wikigit is on the PATH."""
    return {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def test_a_facilitator_starts_a_kit_writes_sends_and_receives(hub: Hub, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    list(send.send(hub.store, stick, day=DAY, new=True))

    def answers() -> None:
        list(receive.receive(hub.store, stick, DAY))
        merge.merge(hub.store, [], by="Vera", day=DAY)
        list(send.send(hub.store, stick, day=DAY))

    text = (docs.DOCS / "how-to/facilitator.md").read_text(encoding="utf-8")
    assert docs.run(text, tmp_path, terminal(), {"the-hub-answers": answers}) > 10


def test_a_volunteer_receives_merges_declines_and_writes(hub: Hub, tmp_path: Path) -> None:
    for name, words in (("school", "large market"), ("library", "small market")):
        kit = hub.kit(name)
        kit.changes("Lake", "a school", f"a school with a {name}")
        kit.changes("Ngozi", "a market", f"a {words}")
        for file in kit.sends().files:
            file.rename(tmp_path / "stick" / file.name)
    text = (docs.DOCS / "how-to/volunteer.md").read_text(encoding="utf-8")
    assert docs.run(text, tmp_path, terminal(), {}) > 20
