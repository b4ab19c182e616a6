"""Where things live in a repository: names of refs and files, format version 1. Nothing here opens one."""

from __future__ import annotations

from wikigit.core import path
from wikigit.core.title import Title

UPSTREAM = "refs/heads/upstream"
MAIN = "refs/heads/main"
PRIVATE = "refs/wikigit/"
"""What never leaves a repository."""
DESK = "refs/wikigit/desk"
KEPT = "refs/wikigit/kept/"
"""Where refs were lately: the way back where one cannot be read."""
RUNS = "refs/heads/wikigit/runs"
KEYS = "refs/heads/wikigit/keys"
FORKS = "refs/heads/wikigit/forks/"
UNSIGNED = "refs/heads/wikigit/unsigned/"

CONFIG = "wikigit.toml"
SITE = "site.json"
PAGES = "pages"
REVISIONS = "revisions"
QUEUE = "queue"
HIDDEN = "hidden.tsv"
DESK_TABLE = "desk.tsv"
MANAGED = frozenset({PAGES, REVISIONS, QUEUE, SITE, HIDDEN, "expansions"})
"""The top of main's tree that is computed; everything else there belongs to people."""

HEADS = "refs/heads/"
OURS = "refs/heads/wikigit/"
KITS = "refs/heads/kits/"
RECORDS = "refs/heads/wikigit/"
RECEIPTS = "refs/heads/wikigit/receipts/"
LINES = "refs/heads/wikigit/lines/"
PARCELS = "refs/heads/wikigit/parcels/"
MESSAGES = "refs/heads/wikigit/messages"
REDACTIONS = "refs/heads/wikigit/redactions"


def kit(kit_id: str) -> str:
    """The branch of a kit's sent edits."""
    return KITS + kit_id


def receipts(writer: str) -> str:
    """The receipts that one writer has written."""
    return RECEIPTS + writer


def lines(kit_id: str, writer: str) -> str:
    """The part of a writer's receipts that one kit gets: a history of its own, without the other kits' lines."""
    return f"{LINES}{kit_id}/{writer}"


def messages(kit_id: str) -> str:
    """The talk messages that one kit gets: a history of its own, without the other kits' messages."""
    return f"{LINES}{kit_id}/messages"


def parcels(kit_id: str) -> str:
    """The manifests of the parcels sent to and received from one kit."""
    return PARCELS + kit_id


def page(title: Title) -> str:
    """The file of a page."""
    return path.of(title)


def revisions(title: Title) -> str:
    """The table with the row of a page's revision."""
    return f"{REVISIONS}/{path.shard(title)}.tsv"


def revisions_beside(page: str) -> str:
    """The table with the row of the page in this file."""
    return f"{REVISIONS}/{'/'.join(page.split('/')[1:4])}.tsv"


def queue(title: Title) -> str:
    """The table with the rows of a page's accepted, not yet published edits."""
    return f"{QUEUE}/{path.shard(title)}.tsv"


def kept(number: int, ref: str) -> str:
    """Where a ref's last tip but `number` is kept."""
    return f"{KEPT}{number}/{ref.removeprefix('refs/')}"
