"""Which keys follow one that is believed: each signed by the key before it.

Nothing here decides what follows from that.
"""

from __future__ import annotations

from collections.abc import Sequence

from wikigit.core import keys
from wikigit.core.keys import Link
from wikigit.repo import signature


def proven(links: Sequence[Link], who: str, key: str) -> list[Link]:
    """The links after the key of `who`, as far as each is signed by the key before it."""
    found: list[Link] = []
    for link in keys.lineage(links, key):
        if not signature.verified(
            link.statement, link.signature.encode(), by=who, key=key, namespace=signature.SUCCESSION
        ):
            break
        found.append(link)
        who, key = link.who, link.key
    return found


def leads_to(links: Sequence[Link], who: str, key: str, wanted: Link) -> list[Link]:
    """The proven links from a key of `who` to another of the same; none where they do not lead there."""
    found = proven(links, who, key)
    place = next((n for n, link in enumerate(found) if (link.who, link.key) == (wanted.who, wanted.key)), -1)
    return found[: place + 1] if all(link.who == who for link in found[: place + 1]) else []
