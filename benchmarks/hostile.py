"""Hostile parcels and bombs, beside what plain git takes of them: a part of `make torture`.

Each bomb is received in a process of its own, so that its seconds and its most memory can be told. git fetches the
same bundles with `fetch.fsckObjects` into a copy of the hub, within a minute and 4 GB for each.
"""

from __future__ import annotations

import multiprocessing
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bombs import BOMBS, SLOW
from tests.hostile import Attempt, Village
from tests.hostile_cases import GROUPS

PATIENCE = 60
GIB = 1 << 30


def figures(folder: Path, share: float) -> dict[str, int | float]:
    """How many hostile parcels were tried and taken; the most memory that a receive needed, git's included."""
    village, rows = Village(folder / "village"), list[tuple[str, int, int, int]]()
    bombs = {**BOMBS, **(SLOW if share >= 1 else {})}
    for group, cases in {**GROUPS, "bombs": bombs}.items():
        attempts = {name: case(village) for name, case in cases.items()}
        taken = [] if group == "bombs" else list(_taken(village, attempts))
        git = [name for name, attempt in attempts.items() if _git_takes(folder, village, attempt)]
        rows.append((group, len(cases), len(taken), len(git)))
        for name in taken:
            print(f"taken: {name}", file=sys.stderr)
    measured = [_apart(folder / f"bomb-{number}", name) for number, name in enumerate(bombs)]
    went_off = sum(took for took, _, _ in measured)
    rows[-1] = (*rows[-1][:2], went_off, rows[-1][3])
    _tell(rows, dict(zip(bombs, measured, strict=True)))
    return {
        "hostile_tried": sum(tried for _, tried, _, _ in rows),
        "hostile_accepted": sum(taken for _, _, taken, _ in rows),
        "git_accepted": sum(taken for _, _, _, taken in rows),
        "bomb_seconds": round(max(seconds for _, seconds, _ in measured), 1),
        "peak_mb": round(max(peak for _, _, peak in measured)),
    }


def _taken(village: Village, attempts: dict[str, Attempt]) -> Iterator[str]:
    """The names of those that the hub takes, or leaves something of."""
    for name, attempt in attempts.items():
        try:
            if not village.refuses(village.stick(attempt)):
                yield name
        except AssertionError as exc:
            print(f"{name}: {exc}", file=sys.stderr)
            yield name


def _git_takes(folder: Path, village: Village, attempt: Attempt) -> bool:
    """Whether plain git fetches what a bundle names. What runs out of time or memory is not taken."""
    copy = folder / "git.git"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(village.store.path, copy)
    bundle = folder / "one.bundle"
    bundle.write_bytes(attempt.bundle)
    checks = ("-c", "fetch.fsckObjects=true", "-c", "transfer.fsckObjects=true", "-c", "core.hooksPath=/dev/null")
    try:
        words = ("git", "--git-dir", copy, *checks, "fetch", "--quiet", "--no-tags", bundle, "refs/*:refs/came/*")
        done = subprocess.run(words, capture_output=True, check=False, timeout=PATIENCE, preexec_fn=_confined)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _confined() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (4 * GIB, 4 * GIB))


def _apart(folder: Path, name: str) -> tuple[bool, float, float]:
    """Whether a bomb is taken, the seconds, and the most memory in MB, of ours or of git's under us."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_bomb, (folder, name))


def _bomb(folder: Path, name: str) -> tuple[bool, float, float]:
    village = Village(folder)
    stick = village.stick({**BOMBS, **SLOW}[name](village))
    Path("/proc/self/clear_refs").write_text("5")  # the most memory so far is forgotten
    began = time.perf_counter()
    taken = not village.refuses(stick)
    seconds = time.perf_counter() - began
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    ours = int(told["VmHWM"].split()[0])
    return taken, seconds, max(ours, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def _tell(rows: list[tuple[str, int, int, int]], bombs: dict[str, tuple[bool, float, float]]) -> None:
    print(f"{'hostile parcels':<20}{'tried':>8}{'wikigit took':>15}{'git fetch took':>17}", file=sys.stderr)
    for group, tried, ours, git in rows:
        print(f"{group:<20}{tried:>8}{ours:>15}{git:>17}", file=sys.stderr)
    print(f"\n{'bombs':<46}{'seconds':>8}{'peak MB':>9}", file=sys.stderr)
    for name, (taken, seconds, peak) in bombs.items():
        print(f"{name:<46}{seconds:>8.2f}{peak:>9.0f}{' TAKEN' if taken else ''}", file=sys.stderr)
