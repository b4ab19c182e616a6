"""An invented wiki with a past: 300 pages in eleven namespaces, four revisions each, by three people.

All words are ours, and the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.igbo import RealPage
from benchmarks.person import NAME
from testing import xmldump
from testing.mediawiki import MediaWiki
from testing.xmldump import Version

ARTICLES, OTHERS, REVISIONS = 200, 10, 4
LINES = 24
PEOPLE = ("Aline", "Jean", "Thérèse")
SPACES = (
    "", "Talk", "User", "User_talk", "Project", "Help", "Help_talk",
    "Template", "Template_talk", "Category", "Category_talk",
)  # fmt: skip
NAMESPACES = ("(Main)", *SPACES[1:])
"""As git-remote-mediawiki wants them named."""

LONG_AGO = datetime(2019, 3, 1, tzinfo=UTC)


def pages() -> list[RealPage]:
    """Every page as it is in the end."""
    titles = [f"Hill {number}" for number in range(ARTICLES)]
    titles += [f"{space.replace('_', ' ')}:Hill {number}" for space in SPACES[1:] for number in range(OTHERS)]
    return [RealPage(title, _text(title, LINES), f"{title.replace(' ', '_')}.mw") for title in titles]


def articles(there: Sequence[RealPage]) -> list[RealPage]:
    """Those in the main namespace."""
    return [page for page in there if ":" not in page.title]


def settle(wiki: MediaWiki, there: Iterable[RealPage], dump: Path) -> None:
    """Store the pages with their past, as if it had been written there; then one living edit.

    The peer takes the number of the wiki's last revision from recent changes, so there has to be one.
    """
    for name in PEOPLE:
        wiki.add_account(name)
    past = {page.title: list(_versions(page.title, number)) for number, page in enumerate(there)}
    dump.write_text("".join(xmldump.history(past)), encoding="utf-8")
    wiki.load_history(dump)
    wiki.edit("Project:Village pump", "Welcome.", user=NAME)


def _versions(title: str, number: int) -> Iterable[Version]:
    """A page grows by five lines with each revision; those of all pages are mixed in time."""
    for revision in range(REVISIONS):
        when = LONG_AGO + timedelta(days=30 * revision, minutes=number)
        lines = LINES - 5 * (REVISIONS - 1 - revision)
        yield Version(
            _text(title, lines), PEOPLE[(number + revision) % len(PEOPLE)], f"Five lines on {title}.",
            when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        )  # fmt: skip


def _text(title: str, lines: int) -> str:
    return "\n".join(
        f"Line {line} says what {title} looks like from there, who lives on it, and when the road was made."
        for line in range(1, lines + 1)
    )
