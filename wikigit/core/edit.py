"""An edit: one person's saved change to one page, with the page's text before and after.

Nothing here knows of commits: an edit keeps its id wherever it travels, a commit does not.
"""

from __future__ import annotations

from dataclasses import dataclass

from wikigit.core import identity, words
from wikigit.core.errors import WikigitError
from wikigit.core.title import Title

LICENSE = "CC-BY-SA-4.0 AND GFDL-1.3-or-later"
CONSENT = 1
"""Version of the sentence that a contributor agrees to when saving."""

CREDIT_LENGTH = 80
SUMMARY_LENGTH = 2000
"""Code points of a summary that a kit keeps: four times what the wiki shows, and a commit of at most 16 KiB."""

_NOT_IN_CREDITS = frozenset('[]{}|<>#~,():;="\\/*')


@dataclass(frozen=True, slots=True)
class Edit:
    """What a contributor did.

    `before` is None where the page did not exist. `day` is `YYYY-MM-DD`. `base_revision` says which
    revision the person was looking at, for people only: no request takes its base from it. `credit` is
    the name that the person agreed to publish; without one the contributor id stands for them.
    """

    id: str
    title: Title
    before: str | None
    after: str
    summary: str
    kit: str
    contributor: str
    day: str
    credit: str = ""
    base_revision: int | None = None
    license: str = LICENSE
    consent: int = CONSENT
    minor: bool = False
    undoes: str = ""
    resolves: str = ""
    translated_from: str = ""
    copied_from: str = ""
    affiliation: str = ""

    @property
    def name(self) -> str:
        """What the wiki is told: the credit, or the contributor id."""
        return self.credit or self.contributor

    @property
    def pair(self) -> tuple[str | None, str]:
        """What is replayed: the page's text before and after."""
        return self.before, self.after


def check_credit(typed: str) -> str:
    """Return `typed` as a credit that summaries can carry and be read back from.

    Raises WikigitError where it is empty, over 80 code points, or holds a character with a meaning in
    wikitext or in the summary's grammar.
    """
    credit = words.one_line(typed)
    bad = sorted(set(credit) & _NOT_IN_CREDITS)
    if bad:
        raise WikigitError(f"A credit cannot hold {' '.join(bad)}", hint="Write the name with letters and spaces.")
    if identity.is_contributor(credit):
        raise WikigitError("This name looks like a contributor's id.", hint="Choose another name.")
    if not credit or len(credit) > CREDIT_LENGTH:
        raise WikigitError(f"A credit has 1 to {CREDIT_LENGTH} letters.", hint="Choose a shorter name.")
    return credit
