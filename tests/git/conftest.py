"""Where most stories begin: a wiki in memory with two pages, its hub, and a kit at a school."""

from __future__ import annotations

from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import NGOZI, Hub, Kit


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    wiki.person_edits("Lake", "A lake.")
    return wiki


@pytest.fixture
def hub(tmp_path: Path, wiki: MemoryWiki) -> Hub:
    return Hub(tmp_path, wiki)


@pytest.fixture
def kit(hub: Hub) -> Kit:
    return hub.kit("school")
