"""Write MediaWiki's XML dump format, for importDump.php."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

_HEAD = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" version="0.10" xml:lang="en">\n'
    "<siteinfo><sitename>Testwiki</sitename></siteinfo>\n"
)
_FOOT = "</mediawiki>\n"


def dump(pages: Iterable[tuple[str, str]], *, user: str, summary: str, timestamp: str) -> Iterator[str]:
    """Yield a dump of one revision for each (title, wikitext); `timestamp` as in 2024-05-01T12:00:00Z."""
    yield _HEAD
    for title, wikitext in pages:
        yield (
            f"<page><title>{_exact(title)}</title><revision><timestamp>{timestamp}</timestamp>"
            f"<contributor><username>{_exact(user)}</username></contributor>"
            f"<comment>{_exact(summary)}</comment><model>wikitext</model><format>text/x-wiki</format>"
            f'<text xml:space="preserve">{_exact(wikitext)}</text></revision></page>\n'
        )
    yield _FOOT


def _exact(text: str) -> str:
    return escape(text, {"\r": "&#13;"})
