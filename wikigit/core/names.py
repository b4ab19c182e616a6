"""Names of people in texts: found however they are written, so that none leaves unseen.

Case, accents and what stands between two names make no difference, and the family's name may come first. A
text is read once, however many there are. Nothing here knows whose names they are.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import regex

SHORTEST = 3
"""Letters of a name at the least: shorter ones stand in every text. In scripts without blanks 2."""

ADDRESS = "address"
NAME = "name"
SAID = {NAME: "the name of somebody at this kit", ADDRESS: "an e-mail address"}

_MARKS = regex.compile(r"[\p{Mn}\p{Cf}]+")
_WORD = regex.compile(r"[^\W_]+")
_APART = regex.compile(r"[\W_]+")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]")
_ADDRESS = regex.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,9}[\w-]{2,63}")
_OURS = ".invalid"
"""The end of the addresses that stand in commits: they belong to nobody."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names to look for, made ready once: by their first words, and those that are written without blanks."""

    spaced: Mapping[str, Collection[tuple[str, ...]]]
    unspaced: Collection[str]

    @classmethod
    def of(cls, names: Iterable[str]) -> Names:
        """Each as it is said, and with its last word first."""
        spaced: dict[str, set[tuple[str, ...]]] = {}
        unspaced = set[str]()
        for words in (tuple(_WORD.findall(_folded(name))) for name in names):
            letters = "".join(words)
            if _UNSPACED.search(letters):
                unspaced |= {letters} if len(letters) > 1 else set()
            elif len(letters) >= SHORTEST:
                for form in (words, (words[-1], *words[:-1])):
                    spaced.setdefault(form[0], set()).add(form)
        return cls(spaced, unspaced)

    def found(self, text: str) -> Counter[str]:
        """The names and e-mail addresses that stand in a text, folded, each with how often it does."""
        folded = _folded(text)
        found = Counter(address for address in _ADDRESS.findall(folded) if not address.endswith(_OURS))
        words = _WORD.findall(folded) if self.spaced else []
        for place, word in enumerate(words):
            for form in self.spaced.get(word, ()):
                if tuple(words[place : place + len(form)]) == form:
                    found[" ".join(form)] += 1
        close = _APART.sub("", folded) if self.unspaced else ""
        return found + Counter({name: close.count(name) for name in self.unspaced})

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
    wanted = Names.of([name])
    return bool(wanted.found(said)) or not (wanted.spaced or wanted.unspaced)


def _alike(one: list[str], other: list[str]) -> int:
    """How many lines both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _folded(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()
