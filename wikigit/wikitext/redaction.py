"""A redaction: what has to go from every copy, told so that whoever reads it cannot tell the words themselves.

Words are known by salted fingerprints, four in a row, so that they are found too where an edit changed the line
around them. A line of a page that holds them becomes a mark of its own: what were two lines stay two lines, and the
difference between two texts stays the same. Nothing here knows where texts are kept.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import regex

from wikigit.wikitext.tokens import UNSPACED, is_word, tokens

ENOUGH = 8
"""Four words, each counted twice; letters of a script without blanks count once."""

GONE = "(redacted)"
"""What stands instead of a line that is no page's."""

_MARK = re.compile(r"<!-- redacted [0-9a-f]{16} -->")
_UNSPACED = regex.compile(UNSPACED)


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Redaction:
    """What goes: words of some pages, names, and whose name was at some revisions.

    `pages`: title → file of each page whose texts are looked through. `runs`, `names`: fingerprints of words that no
    line there may hold, and of accounts that nothing may name, the latter with their number of words. `revisions`:
    those whose texts the words were taken from; `authors`: those that nobody may be named as the author of. `moved`:
    commits that another history names, and what became of them. `kept`: commits that a kit acknowledged and that are
    gone, each with the newest ones in its history that are not.
    """

    salt: bytes
    pages: Mapping[str, str] = field(default_factory=_none)
    runs: frozenset[str] = frozenset()
    names: frozenset[tuple[int, str]] = frozenset()
    revisions: frozenset[int] = frozenset()
    authors: frozenset[int] = frozenset()
    moved: Mapping[str, str] = field(default_factory=_none)
    kept: frozenset[tuple[str, str]] = frozenset()

    def page(self, wikitext: str) -> str:
        """A page's text with a mark for each line that holds what goes."""
        lines = wikitext.split("\n")
        return "\n".join(self._mark(line) if self.hides_words(line) else line for line in lines)

    def line(self, said: str, *, about_page: bool) -> str:
        """A line that is no page's; `about_page`: it is about one of the pages."""
        return GONE if self.hides_name(said) or (about_page and self.hides_words(said)) else said

    def hides_words(self, line: str) -> bool:
        """Whether a line holds words that go."""
        return bool(self.runs) and any(fingerprint(self.salt, run) in self.runs for run in runs(line))

    def hides_name(self, line: str) -> bool:
        """Whether a line names an account that goes."""
        words = _words(line) if self.names else []
        return any(
            (count, fingerprint(self.salt, " ".join(words[start : start + count]))) in self.names
            for count in {count for count, _ in self.names}
            for start in range(len(words) - count + 1)
        )

    def is_name(self, account: str) -> bool:
        """Whether this is an account that goes, and no more than its name."""
        return name(self.salt, account) in self.names

    def _mark(self, line: str) -> str:
        return f"<!-- redacted {fingerprint(self.salt, line)[:16]} -->"


def fingerprint(salt: bytes, words: str) -> str:
    """What words are known by; only who holds the salt can try others against it."""
    return hmac.digest(salt, words.encode(), hashlib.sha256).hex()[:32]


def name(salt: bytes, account: str) -> tuple[int, str]:
    """What an account is known by: how many words its name has, and their fingerprint."""
    words = _words(account)
    return len(words), fingerprint(salt, " ".join(words))


def runs(line: str) -> set[str]:
    """The runs of four words in a line; all its words where they are fewer. A mark has none."""
    words = [] if _MARK.fullmatch(line) else _words(line)
    found = set(_runs(words))
    return found or ({" ".join(words)} if words else set())


def runs_in(wikitext: str | None) -> set[str]:
    """The runs of every line of a text."""
    return {run for line in (wikitext or "").split("\n") for run in runs(line)}


def marks_in(wikitext: str | None) -> set[str]:
    """The marks that stand in a text for lines that are gone."""
    return set(_MARK.findall(wikitext or ""))


def _runs(words: list[str]) -> Iterator[str]:
    for start in range(len(words)):
        weight = 0
        for end in range(start, len(words)):
            weight += 1 if _UNSPACED.match(words[end]) else 2
            if weight >= ENOUGH:
                yield " ".join(words[start : end + 1])
                break


def _words(line: str) -> list[str]:
    return [word.casefold() for token in tokens(line) if is_word(token) for word in _parts(token)]


def _parts(token: str) -> Iterable[str]:
    """A token's words: a name is written with `_` in a link, and inside an address."""
    return regex.findall(r"[\p{L}\p{M}\p{N}]+", token)
