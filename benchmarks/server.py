"""What the wiki's own database holds, read with other eyes than wikigit's and without any request."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from testing.mediawiki import MediaWiki

_NEWEST = """
    SELECT page_namespace, page_title, old_text FROM page
    JOIN slots ON slot_revision_id = page_latest
    JOIN content ON content_id = slot_content_id
    JOIN text ON old_id = CAST(substr(content_address, 4) AS INTEGER)
"""


def texts(wiki: MediaWiki) -> dict[tuple[int, str], str]:
    """Every page's newest wikitext, by namespace id and name."""
    where = f"file:{wiki.folder / 'data' / 'wiki.sqlite'}?mode=ro"
    with closing(sqlite3.connect(where, uri=True)) as database:
        database.text_factory = bytes
        rows = database.execute(_NEWEST).fetchall()
    return {(namespace, name.decode().replace("_", " ")): text.decode() for namespace, name, text in rows}


def revisions(wiki: MediaWiki) -> int:
    """How many revisions there are, those of deleted pages not counted."""
    where = f"file:{wiki.folder / 'data' / 'wiki.sqlite'}?mode=ro"
    with closing(sqlite3.connect(where, uri=True)) as database:
        return int(database.execute("SELECT COUNT(*) FROM revision").fetchone()[0])
