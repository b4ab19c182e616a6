"""What sticks, strangers and failing machines do to parcels and kits, in the numbers that are promised.

`make torture`. Each part is a module with a function that takes a folder and how much is asked of it (1: all that
is promised) and returns its figures. Tables go to stderr, the last line on stdout is one JSON object. A figure
stands there only where its part ran; those that several parts tell are added up. What must not be and was makes
the exit status 1.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

Figures = dict[str, int | float]

PARTS: Mapping[str, str] = {
    "torn": "benchmarks.torn",
    "hostile": "benchmarks.hostile",
    "honest": "benchmarks.honest",
    "pockets": "benchmarks.pockets",
    "crashes": "benchmarks.crashes",
    "canaries": "benchmarks.canaries",
}
"""Each part by its name, and the module whose `figures(folder, share)` it is."""

NONE = (
    "torn_accepted",
    "hostile_accepted",
    "honest_refused",
    "sequences_wrong",
    "acknowledged_lost",
    "leaked_canaries",
)
"""Figures that must be nought."""

MOST = ("peak_mb",)
"""Figures of which the largest counts; others are added up."""


def figures(part: str, share: float) -> Figures:
    """One part's figures."""
    folder = Path(tempfile.mkdtemp(prefix="wikigit-torture-"))
    try:
        told: Figures = importlib.import_module(PARTS[part]).figures(folder, share)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return told


def together(all_told: Iterable[Figures]) -> Figures:
    """The figures of all parts in one."""
    sums: Figures = {}
    for told in all_told:
        for key, value in told.items():
            sums[key] = max(sums.get(key, 0), value) if key in MOST else sums.get(key, 0) + value
    return sums


def main() -> int:
    """Run every part, tell, and print the figures."""
    asked = _arguments()
    os.environ.update(GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=os.devnull, GIT_TERMINAL_PROMPT="0")
    told = list[Figures]()
    for part in asked.parts or PARTS:
        began = time.monotonic()
        told.append(figures(part, asked.share))
        print(f"{part}: {round(time.monotonic() - began)} s: {told[-1]}", file=sys.stderr, flush=True)
    all_told = together(told)
    wrong = [key for key in NONE if all_told.get(key)]
    for key in wrong:
        print(f"MISSED: {key} is {all_told[key]}", file=sys.stderr)
    print(json.dumps(all_told))
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Do to parcels and kits what sticks, strangers and machines do.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="These parts only.")
    parser.add_argument("--share", type=float, default=1.0, help="How much of what is promised, for a quick look.")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
