"""Damaged parcels by the thousand: a part of `make torture`."""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

from tests import torn

TRIED, AT_ONCE = 2_400, 100


def figures(folder: Path, share: float) -> dict[str, int | float]:
    """How many damaged parcels were tried, and how many were taken in with other content than was sent."""
    rounds = [(folder / str(seed), seed) for seed in range(max(1, round(TRIED * share / AT_ONCE)))]
    with multiprocessing.Pool() as pool:
        tallies = pool.starmap(_round, rounds)
    for how in (how for tally in tallies for how in tally.accepted):
        print(f"taken in: {how}", file=sys.stderr)
    same = sum(tally.same for tally in tallies)
    print(f"{same} were taken in and are what was sent: the damage said nothing", file=sys.stderr)
    return {
        "torn_tried": sum(tally.tried for tally in tallies),
        "torn_accepted": sum(len(tally.accepted) for tally in tallies),
    }


def _round(folder: Path, seed: int) -> torn.Tally:
    return torn.damaged(folder, AT_ONCE, seed)
