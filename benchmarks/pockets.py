"""Sticks in strangers' pockets, by the hundred: a part of `make torture`."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from tests import pockets
from tests.forgotten import Forgetting
from tests.pockets import Month, Sticks

STORIES: Mapping[type[Month], int] = {Sticks: 500, Forgetting: 100}
"""How many stories of each kind."""


def figures(_: Path, share: float) -> dict[str, int | float]:
    """How many stories of sticks were told, and in how many something was lost, doubled or left without an answer.

    In the latter kind words have to go from every copy besides.
    """
    workers = os.cpu_count() or 1
    asked = [
        (kind, -(-max(1, round(stories * share)) // workers), seed)
        for kind, stories in STORIES.items()
        for seed in range(workers)
    ]
    with multiprocessing.Pool(workers) as pool:
        told = pool.starmap(_some, asked, chunksize=1)
    wrong = [what for _, what in told if what]
    for what in wrong:
        print(f"wrong: {what}", file=sys.stderr)
    return {"sequences": sum(count for count, _ in told), "sequences_wrong": len(wrong)}


def _some(kind: type[Month], stories: int, seed: int) -> tuple[int, str]:
    """Tell some stories, until one is wrong: how many were right, and what was wrong."""
    try:
        return pockets.tell(stories, seed, kind), ""
    except (AssertionError, ExceptionGroup) as exc:  # a group: several kinds of wrong
        return 0, str(exc)
