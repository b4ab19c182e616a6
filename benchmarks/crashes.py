"""A kit and its hub are killed, their disk becomes full, their power is cut: what was acknowledged is counted after it.

One part of `make torture`; by itself: `.venv/bin/python -m benchmarks.crashes`. Disks of their own need root;
without it only the kills are tried, and a line says so.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests import crashes
from tests.crashes import Crashed
from tests.journey import Hub, Kit

Figures = dict[str, int | float]

KILLS, FULL_DISKS, CUTS = 1000, 240, 50


def figures(folder: Path, share: float = 1.0, seed: int = 1) -> Figures:
    """Try it all, or a share of it. Raises AssertionError where a kit does not go on by itself."""
    chance, wrong = random.Random(seed), list[str]()
    parts = {"kills": crashes.killed(*_village(folder, "kills"), chance, _part(KILLS, share))}
    if _own_disks():
        hub, kit = _village(folder, "disks")
        parts["full_disk_rounds"] = crashes.filled(hub, kit, chance, _part(FULL_DISKS, share), hub.folder / "small")
        hub, kit = _village(folder, "cuts")
        parts["power_cuts"] = crashes.cut(hub, kit, chance, _part(CUTS, share), hub.folder)
    else:
        print("Full disks and power cuts need root, mount and mkfs.ext4; they were not tried.", file=sys.stderr)
    for what, found in parts.items():
        _tell(what, found)
        wrong += found.wrong
    assert not wrong, wrong
    told: Figures = {what: found.crashes for what, found in parts.items()}
    told["acknowledged"] = sum(found.acknowledged for found in parts.values())
    told["acknowledged_lost"] = sum(found.lost for found in parts.values())
    return told


def _village(folder: Path, name: str) -> tuple[Hub, Kit]:
    return crashes.village(folder / name)


def _part(number: int, share: float) -> int:
    return max(1, round(number * share))


def _own_disks() -> bool:
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    return os.geteuid() == 0 and all(shutil.which(tool, path=path) for tool in ("mount", "mkfs.ext4"))


def _tell(what: str, found: Crashed) -> None:
    told = f"{found.crashes} times, {found.acknowledged} edits acknowledged, {found.lost} lost"
    print(f"{what}: {told}, {len(found.wrong)} times a person was needed", file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.environ.update(GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=os.devnull)
    with tempfile.TemporaryDirectory(prefix="wikigit-crashes-") as place:
        told = figures(Path(place), float(sys.argv[1]) if sys.argv[1:] else 1.0)
    print(json.dumps(told))
