"""What a piece of work costs: requests, logins and tokens too, counted at the server; and seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from testing.mediawiki import MediaWiki


@dataclass(frozen=True, slots=True)
class Cost:
    """Requests to the wiki, and seconds."""

    requests: int
    seconds: float


def cost(wiki: MediaWiki, work: Callable[[], object]) -> Cost:
    """Do something, and say what it cost."""
    wiki.reset_requests()
    began = time.monotonic()
    work()
    return Cost(wiki.requests(), time.monotonic() - began)
