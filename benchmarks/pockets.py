"""Sticks in strangers' pockets, by the hundred: a part of `make torture`."""

from __future__ import annotations

import multiprocessing
import shutil
import sys
from pathlib import Path

from tests import pockets

STORIES = 500


def figures(folder: Path, share: float) -> dict[str, int | float]:
    """How many stories of sticks were told, and in how many something was lost, doubled or left without an answer."""
    stories = [(folder / str(seed), seed) for seed in range(max(1, round(STORIES * share)))]
    with multiprocessing.Pool() as pool:
        wrong = [what for what in pool.starmap(_story, stories, chunksize=1) if what]
    for what in wrong:
        print(f"wrong: {what}", file=sys.stderr)
    return {"sequences": len(stories), "sequences_wrong": len(wrong)}


def _story(folder: Path, seed: int) -> str:
    """Tell one story; what was wrong in it, or nothing."""
    try:
        pockets.tell(folder, seed)
    except AssertionError as exc:
        return str(exc)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return ""
