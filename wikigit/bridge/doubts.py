"""When not to believe a wiki: it is another one, its clock went back, or many pages are gone at once.

Pure. A fetch that stops here has changed nothing. Nothing here knows how the wiki was read.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from wikigit.core.errors import WikiError
from wikigit.core.site import Site

FEW = 10
"""So many pages may go in one fetch without a question, unless they are all there were."""

SHARE = 0.2
"""Of the pages that upstream holds, so many may go in one fetch."""

ALL_PAGES = "wikigit bridge fetch --all-pages"
DESPITE_LOSSES = "--despite-losses"


def check_site(known: Site, told: Site) -> None:
    """Raise WikiError where another wiki answers than the one that was fetched before."""
    if (known.wiki, _host(known)) != (told.wiki, _host(told)):
        raise WikiError(
            f"Another wiki answers: {told.wiki} at {told.api}, not {known.wiki} at {known.api}.",
            hint=f"Check `api` in wikigit.toml. If the wiki has moved, compare all pages: {ALL_PAGES}",
        )


def check_clock(since: str, until: str) -> None:
    """Raise WikiError where the wiki's clock stands before the time from which its changes are asked for."""
    if until < since:
        raise WikiError(
            f"The wiki's clock says {until}, and the wiki was read up to a time after {since} before.",
            hint=f"Was it set back, or restored from a backup? Compare all pages: {ALL_PAGES}",
        )


def check_losses(lost: int, known: int) -> None:
    """Raise WikiError where so many pages of those that upstream holds would go that something else is the matter."""
    if (lost > FEW and lost > known * SHARE) or lost == known > 2:
        raise WikiError(
            f"Of {known} pages {lost} would go in one fetch.",
            hint=f"Look at the wiki. If they are gone indeed: wikigit bridge fetch {DESPITE_LOSSES}",
        )


def _host(site: Site) -> str:
    """Where a wiki is: not by which protocol and port."""
    return urlsplit(site.api).hostname or ""
