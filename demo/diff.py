"""What an edit changed, word by word, for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
AROUND = 12
"""So many words and signs around a change are shown; further ones become an ellipsis."""


@dataclass(frozen=True, slots=True)
class Bit:
    """A piece of a line: `same`, `ins`, `del`, or `gap` where unchanged words are left out."""

    kind: str
    words: str


def lines(before: str | None, after: str) -> list[list[Bit]]:
    """The changed lines, each in bits. A new page is all inserted."""
    old, new = (before or "").split("\n") if before else [], after.split("\n")
    found = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for number in range(max(j - i, m - k)):
            one = old[i + number] if i + number < j else ""
            other = new[k + number] if k + number < m else ""
            if bits := list(_trimmed(list(_bits(one, other)))):
                found.append(bits)
    return found


def _bits(old: str, new: str) -> Iterator[Bit]:
    one, other = _TOKEN.findall(old), _TOKEN.findall(new)
    for tag, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Bit("same", "".join(one[i:j]))
        else:
            yield from (
                Bit(kind, words) for kind, words in (("del", "".join(one[i:j])), ("ins", "".join(other[k:m]))) if words
            )


def _trimmed(bits: list[Bit]) -> Iterator[Bit]:
    """Long unchanged stretches shortened to what stands next to a change."""
    for place, bit in enumerate(bits):
        tokens = _TOKEN.findall(bit.words)
        head = tokens[:AROUND] if place else []
        tail = tokens[-AROUND:] if place < len(bits) - 1 else []
        if bit.kind != "same" or len(tokens) <= len(head) + len(tail):
            yield bit
            continue
        yield from (
            Bit(kind, words)
            for kind, words in (("same", "".join(head)), ("gap", "…"), ("same", "".join(tail)))
            if words
        )
