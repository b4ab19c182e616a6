"""The tutorial and the bridge keeper's how-to, typed as they stand, on a real MediaWiki with the sample's pages."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from testing import docs, playground, sample
from testing.mediawiki import MediaWiki

pytestmark = pytest.mark.wiki


@pytest.fixture
def terminal(new_wiki: Callable[..., MediaWiki], tmp_path: Path) -> dict[str, str]:
    """What the playground sets: a wiki with the sample's pages, its address, a login, wikigit on the PATH."""
    wiki = new_wiki(extra_settings="$wgSitename = 'Rwibindo';")
    wiki.start()
    (tmp_path / "sample").mkdir()
    sample.load(wiki, tmp_path / "sample")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**playground.environment(wiki), "PATH": path}


@pytest.mark.parametrize("page", ["tutorial/one-evening.md", "how-to/bridge-keeper.md"])
def test_every_command_of_the_page_does_what_it_shows(page: str, terminal: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "evening"
    folder.mkdir()
    text = (docs.DOCS / page).read_text(encoding="utf-8")
    assert docs.run(text, folder, terminal, {}) > 8
