"""Honest stories by the hundred, in which nothing may be refused: a part of `make torture`."""

from __future__ import annotations

import multiprocessing
import shutil
import sys
from pathlib import Path

from tests import honest

STORIES = 500


def figures(folder: Path, share: float) -> dict[str, int | float]:
    """How many honest stories were told, and how many parcels were refused in them."""
    stories = [(folder / str(seed), seed) for seed in range(max(1, round(STORIES * share)))]
    with multiprocessing.Pool() as pool:
        tallies = pool.starmap(_story, stories, chunksize=1)
    refused = [what for tally in tallies for what in tally.refused]
    for what in refused:
        print(f"refused: {what}", file=sys.stderr)
    parcels = sum(tally.tried for tally in tallies)
    print(f"{parcels} parcels in {len(stories)} stories", file=sys.stderr)
    return {"honest_tried": len(stories), "honest_refused": len(refused)}


def _story(folder: Path, seed: int) -> honest.Tally:
    try:
        return honest.told(folder, seed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
