"""Sticks in strangers' pockets, by the hundred: a part of `make torture`."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path

from tests import pockets

STORIES = 500


def figures(_: Path, share: float) -> dict[str, int | float]:
    """How many stories of sticks were told, and in how many something was lost, doubled or left without an answer."""
    workers = os.cpu_count() or 1
    each = -(-max(1, round(STORIES * share)) // workers)
    with multiprocessing.Pool(workers) as pool:
        told = pool.starmap(_some, [(each, seed) for seed in range(workers)], chunksize=1)
    wrong = [what for _, what in told if what]
    for what in wrong:
        print(f"wrong: {what}", file=sys.stderr)
    return {"sequences": sum(count for count, _ in told), "sequences_wrong": len(wrong)}


def _some(stories: int, seed: int) -> tuple[int, str]:
    """Tell some stories, until one is wrong: how many were right, and what was wrong."""
    try:
        return pockets.tell(stories, seed), ""
    except AssertionError as exc:
        return 0, str(exc)
