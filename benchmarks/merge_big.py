"""One big page that two people changed in a hundred places each."""

from __future__ import annotations

import random
import time

from wikigit.core.site import Site
from wikigit.wikitext.merge import Merged, merge

SIZE, PLACES, RUNS = 180_000, 100, 5

WORDS = """
the river market school of and in valley was old year people [[town]] mountain built where first two '''name'''
village from bridge their which {{convert|3|km}} north long after song teacher harvest rain
"""


def seconds(site: Site) -> float:
    """How long the slowest of some merges took."""
    base, ours, theirs, expected = texts()
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        result = merge(base, ours, theirs, site)
        took.append(time.perf_counter() - began)
        if not isinstance(result, Merged) or result.wikitext != expected:
            raise RuntimeError("the big page is not merged as it should be")
    return max(took)


def texts() -> tuple[str, str, str, str]:
    """The page, as either left it, and with both one's changes: each changes other paragraphs, spread over it."""
    dice = random.Random(180)
    lines: list[str] = []
    size = 0
    while size < SIZE:
        lines.append(f"== Part {len(lines)} ==" if len(lines) % 12 == 0 else _paragraph(dice))
        size += len(lines[-1]) + 1
    paragraphs = [number for number, line in enumerate(lines) if not line.startswith("=")]
    changed = dice.sample(paragraphs, 2 * PLACES)
    sides = [lines.copy(), lines.copy()]
    both = lines.copy()
    for count, number in enumerate(changed):
        words = lines[number].split(" ")
        words.insert(len(words) // 2, f"change{count}")
        sides[count % 2][number] = both[number] = " ".join(words)
    base, ours, theirs, expected = ("\n".join(text) for text in (lines, *sides, both))
    return base, ours, theirs, expected


def _paragraph(dice: random.Random) -> str:
    sentences = (
        " ".join(dice.choices(WORDS.split(), k=dice.randint(8, 20))).capitalize() for _ in range(dice.randint(2, 6))
    )
    return ". ".join(sentences) + "."
