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
from tests import journey
from tests.journey import Hub
from wikigit.core import identity
from wikigit.hub import hooks, merge, receive, send

LINES = "It is a {}.\n\nIt has a {}.\n\nIt has a school."
DAY = "2026-03-01"
SEED = 2
"""With these ids the kits are merged in the order that the pages show."""


@pytest.fixture
def wiki() -> MemoryWiki:
    journey.draw_again_from(SEED)
    wiki = MemoryWiki(replace(ENGLISH, wiki="rnwiki"))
    for title, what in (("Cassava", "shrub"), ("Lake", "lake"), ("Ngozi", "town")):
        wiki.person_edits(title, LINES.format(what, "market"))
    return wiki


@pytest.fixture
def hub(tmp_path: Path, wiki: MemoryWiki) -> Hub:
    hub = Hub(tmp_path, wiki)
    hooks.install(hub.store.hooks, hooks.HUB)
    (tmp_path / "stick").mkdir()
    return hub


def terminal() -> dict[str, str]:
    """wikigit is on the PATH."""
    return {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def test_a_facilitator_starts_a_kit_writes_sends_and_receives(hub: Hub, wiki: MemoryWiki, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    list(send.send(hub.store, stick, day=DAY, new=True))

    def answers() -> None:
        hub.enrols_all(stick)
        list(receive.receive(hub.store, stick, DAY))
        merge.merge(hub.store, [], by="Vera", day=DAY)
        list(send.send(hub.store, stick, day=DAY))

    def somebody_asks() -> None:
        published = hub.publishes()
        step = identity.step_id([published[0].edit])
        question = f"== Goats ==\nWhere is this known from? ({step})"
        wiki.person_edits("Talk:Cassava", question, account="Wikipedian")
        hub.fetches()
        hub.listens()
        list(send.send(hub.store, stick, day=DAY))

    text = (docs.DOCS / "how-to/facilitator.md").read_text(encoding="utf-8")
    others = {"the-hub-answers": answers, "somebody-asks": somebody_asks}
    assert docs.run(text, tmp_path, terminal(), others) > 10


def test_a_volunteer_receives_merges_declines_and_writes(hub: Hub, tmp_path: Path) -> None:
    for name, words in (("school", "large market"), ("library", "small market")):
        kit = hub.kit(name)
        kit.changes("Lake", "a school", f"a school with a {name}")
        kit.changes("Ngozi", "a market", f"a {words}")
        for file in kit.sends().files:
            file.rename(tmp_path / "stick" / file.name)
    text = (docs.DOCS / "how-to/volunteer.md").read_text(encoding="utf-8")
    assert docs.run(text, tmp_path, terminal(), {}) > 20


def test_a_volunteer_merges_with_a_forges_buttons(hub: Hub, tmp_path: Path) -> None:
    """A forge runs no hooks."""
    for hook in hub.store.hooks.iterdir():
        hook.unlink()
    kit = hub.kit("school")
    kit.changes("Lake", "a school", "two schools")
    kit.changes("Ngozi", "a market", "a large market")
    hub.receives(kit.sends())
    text = (docs.DOCS / "how-to/forge.md").read_text(encoding="utf-8")
    assert docs.run(text, tmp_path, terminal(), {}) > 8
