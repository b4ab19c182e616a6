"""Write MediaWiki's XML dump format, for importDump.php."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape

_HEAD = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" version="0.10" xml:lang="en">\n'
    "<siteinfo><sitename>Testwiki</sitename></siteinfo>\n"
)
_FOOT = "</mediawiki>\n"


class Version(NamedTuple):
    """One revision of a page; `timestamp` as in 2024-05-01T12:00:00Z."""

    wikitext: str
    user: str
    summary: str
    timestamp: str


def dump(pages: Iterable[tuple[str, str]], *, user: str, summary: str, timestamp: str) -> Iterator[str]:
    """Yield a dump of one revision for each (title, wikitext)."""
    yield from _pages((title, [Version(wikitext, user, summary, timestamp)]) for title, wikitext in pages)


def history(pages: Mapping[str, Iterable[Version]]) -> Iterator[str]:
    """Yield a dump of pages with all their revisions, oldest first."""
    yield from _pages(pages.items())


def _pages(pages: Iterable[tuple[str, Iterable[Version]]]) -> Iterator[str]:
    yield _HEAD
    for title, versions in pages:
        yield f"<page><title>{_exact(title)}</title>"
        yield from map(_revision, versions)
        yield "</page>\n"
    yield _FOOT


def _revision(version: Version) -> str:
    return (
        f"<revision><timestamp>{version.timestamp}</timestamp>"
        f"<contributor><username>{_exact(version.user)}</username></contributor>"
        f"<comment>{_exact(version.summary)}</comment><model>wikitext</model><format>text/x-wiki</format>"
        f'<text xml:space="preserve">{_exact(version.wikitext)}</text></revision>'
    )


def _exact(text: str) -> str:
    return escape(text, {"\r": "&#13;"})
