"""Names of people in texts: found however they are written, so that none leaves unseen.

Case, accents and what stands between two names make no difference, and the family's name may come first. All
names are sought in one pass. Nothing here knows whose names they are.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import regex

SHORTEST = 3
"""Letters of a name at the least: shorter ones stand in every text. In scripts without blanks 2."""

ADDRESS = "address"
NAME = "name"
SAID = {NAME: "the name of somebody at this kit", ADDRESS: "an e-mail address"}

_MARKS = regex.compile(r"[\p{Mn}\p{Cf}]+")
_WORD = regex.compile(r"[^\W_]+")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]")
_ADDRESS = regex.compile(r"[\w.+-]+@(?:[\w-]+\.)+[\w-]{2,}")
_OURS = ".invalid"
"""The end of the addresses that stand in commits: they belong to nobody."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names to look for, made ready once."""

    pattern: regex.Pattern[str] | None

    @classmethod
    def of(cls, names: Iterable[str]) -> Names:
        """Each as it is said, and with its last word first."""
        found = {form for name in names for form in _forms(_WORD.findall(_folded(name)))}
        return cls(regex.compile("|".join(sorted(found, key=len, reverse=True))) if found else None)

    def found(self, text: str) -> Counter[str]:
        """The names and e-mail addresses that stand in a text, folded, each with how often it does."""
        folded = _folded(text)
        names = self.pattern.findall(folded) if self.pattern else []
        addresses = [address for address in _ADDRESS.findall(folded) if not address.endswith(_OURS)]
        return Counter(" ".join(_WORD.findall(name)) for name in names) + Counter(addresses)

    def new(self, before: str, after: str) -> Counter[str]:
        """Those that stand in `after` more often than in `before`; only what differs is read."""
        old, fresh = before.split("\n"), after.split("\n")
        head = _alike(old, fresh)
        tail = _alike(old[head:][::-1], fresh[head:][::-1])
        old, fresh = (lines[max(head - 1, 0) : len(lines) - max(tail - 1, 0)] for lines in (old, fresh))
        return self.found("\n".join(fresh)) - self.found("\n".join(old))


def kind(found: str) -> str:
    """What kind of thing was found: it is not said itself."""
    return ADDRESS if "@" in found else NAME


def within(name: str, said: str) -> bool:
    """Whether a name is part of what is said; so a published credit makes the name in it no secret."""
    pattern = Names.of([name]).pattern
    return pattern is None or pattern.search(_folded(said)) is not None


def _forms(words: list[str]) -> Iterable[str]:
    letters = "".join(words)
    unspaced = bool(_UNSPACED.search(letters))
    if len(letters) < (2 if unspaced else SHORTEST):
        return
    for order in (words, [words[-1], *words[:-1]]):
        form = r"[\W_]+".join(map(regex.escape, order))
        yield form if unspaced else rf"(?<![^\W_]){form}(?![^\W_])"


def _alike(one: list[str], other: list[str]) -> int:
    """How many lines both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _folded(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()
