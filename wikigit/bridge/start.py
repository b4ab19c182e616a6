"""Begin a repository for a wiki: its facts on upstream, its settings on main. No page yet."""

from __future__ import annotations

from wikigit.core import config
from wikigit.core.config import Config
from wikigit.core.errors import RepoError
from wikigit.core.site import Site
from wikigit.repo import layout, queue, upstream
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

ATTRIBUTES = "*.wiki text eol=lf diff=wikitext merge=wikitext linguist-language=Wikitext linguist-detectable\n"

EDITOR_CONFIG = "[*.wiki]\ncharset = utf-8\nend_of_line = lf\ninsert_final_newline = false\n"
"""The wiki keeps no newline at the end of a page: editors must not add one."""


def start(store: Store, site: Site, settings: Config, day: str) -> None:
    """Make upstream and main. Raises RepoError where the repository has a main already."""
    with store.writing():
        if store.tip(layout.MAIN):
            raise RepoError("This repository belongs to a wiki already.", hint="Fetch with `wikigit bridge fetch`.")
        first = upstream.start(store, site, day)
        texts = {layout.CONFIG: config.write(settings), ".gitattributes": ATTRIBUTES, ".editorconfig": EDITOR_CONFIG}
        people = store.tree_with(None, {name: text.encode() for name, text in texts.items()})
        made = queue.compute(store, first, [], people)
        main = queue.write(store, made, [first], f"Begin {site.name}", day)
        store.move([Move(layout.UPSTREAM, None, first), Move(layout.MAIN, None, main)])
