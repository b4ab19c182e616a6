"""A revision: one version of a page, as the wiki tells it.

Nothing here knows how a revision was read or where it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from wikigit.core.title import Title

WIKITEXT = "wikitext"
"""The content model of the pages that we carry; others are Lua, JSON, CSS."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of a page on the wiki.

    `time` is the wiki's own, `YYYY-MM-DDTHH:MM:SSZ`. `wikitext` is None where there is none to be had: the wiki
    hides it (`hidden`), it is of another content `model`, or it was not asked for; that is not the same as empty.
    `account` and `summary` are "" where hidden. `sha1` is MediaWiki's: 40 lower-case hex digits of the stored
    UTF-8 bytes, "" where hidden.
    `parent` is the revision id before this one on the page, 0 for a page's first.
    """

    id: int
    page_id: int
    title: Title
    wikitext: str | None
    account: str
    time: str
    summary: str = ""
    minor: bool = False
    parent: int = 0
    sha1: str = ""
    tags: tuple[str, ...] = ()
    hidden: bool = False
    model: str = WIKITEXT


@dataclass(frozen=True, slots=True)
class Row:
    """A row of `revisions/`: which revision `pages/` on upstream holds for a page."""

    title: Title
    revision: int
    page_id: int
    time: str
    account: str
