"""What a manifest may say, field by field, by an allow-list: what is on a stick is a stranger's.

Nothing here reads a file, or believes anybody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wikigit.core import identity, keys
from wikigit.core.keys import Link

if TYPE_CHECKING:
    from wikigit.repo.parcel import Manifest

UP, DOWN = "up", "down"
ANYBODY = "new"
"""Who a full parcel is for that any new kit may start from."""

PARTS_LIMIT = 999
SOFTWARE_LIMIT = 40


def manifest(m: Manifest) -> bool:
    """Whether each field holds what wikigit writes. Raises TypeError or AttributeError where one is of another kind."""
    ends = {UP: (m.sender, m.to), DOWN: (m.to, m.sender)}.get(m.direction)
    if (
        ends is None
        or ends[1] != identity.HUB
        or not (identity.is_kit(ends[0]) or (m.direction, ends[0]) == (DOWN, ANYBODY))
    ):
        return False
    return (
        identity.is_repository(m.repository)
        and m.wiki.isascii()
        and m.wiki.replace("_", "").isalnum()
        and all(_count(n) for n in (m.number, m.size, m.acknowledges.number))
        and _tips(m.tips)
        and _tips(m.acknowledges.tips)
        and all(t == "" or _hash(t) for t in (m.sha256, m.previous))
        and _parts(m)
        and isinstance(m.software, str)
        and len(m.software) <= SOFTWARE_LIMIT
        and type(m.format) is int
        and isinstance(m.sealed, bool)
        and (m.sha256 != "" or not m.sealed)
        and (m.key == "" or keys.is_key(m.key))
        and len(m.lineage) <= keys.LINKS_LIMIT
        and all(map(_link, m.lineage))
    )


def _link(link: Link) -> bool:
    who = identity.is_kit(link.who) or link.who == identity.HUB
    return who and (link.key == "" or keys.is_key(link.key)) and isinstance(link.signature, str)


def _parts(m: Manifest) -> bool:
    sound = all(_hash(part.sha256) and _count(part.size) for part in m.parts)
    return not m.parts or (sound and len(m.parts) <= PARTS_LIMIT and sum(part.size for part in m.parts) == m.size)


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _hash(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _tips(tips: object) -> bool:
    return (
        isinstance(tips, dict)
        and len(tips) <= 100
        and all(
            isinstance(r, str) and r.startswith("refs/heads/") and isinstance(c, str) and identity.is_commit(c)
            for r, c in tips.items()
        )
    )
