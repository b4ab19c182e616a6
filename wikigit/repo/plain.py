"""Whether a commit's head says nothing but ids and whole days: no name, no address, no machine, no time of day.

Nothing here knows what a commit is about.
"""

from __future__ import annotations

import re

from pygit2.enums import ObjectType

from wikigit.core.identity import ALPHABET
from wikigit.repo import objects
from wikigit.repo.store import Store

DAY = 86400

_ID = f"[ck]-[{ALPHABET}]{{8}}"
_HEAD = re.compile(
    rf"tree [0-9a-f]{{40}}\n(?:parent [0-9a-f]{{40}}\n)*"
    rf"author (?P<author>{_ID}) <(?P=author)@kit\.invalid> (?P<written>[0-9]+) \+0000\n"
    rf"committer (?P<committer>{_ID}) <(?P=committer)@kit\.invalid> (?P<committed>[0-9]+) \+0000\n\n"
)


def is_plain(store: Store, commit: str) -> bool:
    """Whether a commit was written as a kit writes one."""
    raw = objects.read(store.git, ObjectType.COMMIT, commit, f"The commit {commit[:10]}")
    head = _HEAD.match(raw.decode("utf-8", "replace"))
    return head is not None and all(int(head[time]) % DAY == 0 for time in ("written", "committed"))
