"""Main, where 1,000 pages of 100,000 changed on both sides: recomputed, and merged at the hub, beside git merge-tree.

`make bench-mainline`. The table goes to stderr, the figures as one JSON object to stdout. Each measurement is a
process of its own on a fresh copy of one repository. Git merges the same two trees, by lines, without looking for
renames and without an fsync; ours have the edits' commits, their tables and receipts and every fsync in them.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from benchmarks import large
from benchmarks.large import CHANGED, DAY, KIT, NEWER, PAGES
from wikigit.hub import merge
from wikigit.repo import compared, layout, mainline, objects, trees
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

ROUNDS = 5
MOST_SECONDS, MOST_RATIO = 5, 2
TREE_WORK = (
    (compared, ("changes",)),
    (trees, ("changed", "changes", "find", "graft", "tree_with", "walk")),
    (objects, ("flush",)),
)
"""All that reads, compares or writes trees; a flush writes the blobs and commits with them."""

Figures = dict[str, int | float]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of a piece of work, those of its work on trees, and the most memory of its process, in MiB."""

    seconds: float
    trees: float = 0
    peak: float = 0


def recomputed(folder: Path) -> Took:
    """Main with all edits in its queue, made anew on the newer upstream: from the first read to the refs' move."""
    store = Store(folder)
    old, newer = store.need(layout.UPSTREAM, ""), store.need(NEWER, "")

    def work() -> None:
        with store.writing():
            main = mainline.read(store)
            moves, _ = mainline.rebuilt(store, main, main.entries, on=newer, subject="Fetch", day=DAY)
            store.move([Move(layout.UPSTREAM, old, newer), *moves])

    return _timed(store, work)


def merged(folder: Path) -> Took:
    """`hub merge` of the kit's branch."""
    store = Store(folder)
    return _timed(store, lambda: merge.merge(store, [KIT], by="Vera", day=DAY))


def _timed(store: Store, work: Callable[[], object]) -> Took:
    with _trees_watched() as spent:
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    main = mainline.read(store)
    right = sum(store.wikitext(main.tip, page.title) == page.wikitext(kit=True, wiki=True) for page in large.changed())
    if (right, len(main.entries)) != (CHANGED, CHANGED):
        raise RuntimeError(f"{right} pages hold what both wrote, {len(main.entries)} edits are in the queue")
    return Took(seconds, sum(spent), peak)


@contextmanager
def _trees_watched() -> Iterator[list[float]]:
    """The seconds of every piece of work on trees; one inside another counts once."""
    spent: list[float] = []
    inside: list[str] = []

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(real)
        def work(*arguments: Any) -> Any:
            if inside:
                return real(*arguments)
            inside.append(name)
            began = time.perf_counter()
            try:
                found = real(*arguments)
                return list(found) if isinstance(found, Iterator) else found
            finally:
                inside.pop()
                spent.append(time.perf_counter() - began)

        return work

    with ExitStack() as stack:
        for module, names in TREE_WORK:
            for name in names:
                stack.enter_context(patch.object(module, name, watched(name, getattr(module, name))))
        yield spent


def by_git(folder: Path, ours: str, theirs: str, beside: Path) -> Took:
    """`git merge-tree` of two refs, into a repository beside theirs. That it conflicts by lines is no failure."""
    store = Store(folder)
    subprocess.run(["git", "clone", "--quiet", "--bare", "--shared", folder, beside], check=True)
    tips = store.need(ours, ""), store.need(theirs, "")
    options = ("-c", "merge.renames=false", "merge-tree", "--write-tree", "--no-messages")
    began = time.perf_counter()
    done = subprocess.run(["git", "-C", beside, *options, *tips], capture_output=True, check=False)
    seconds = time.perf_counter() - began
    if not done.stdout or done.returncode not in (0, 1):
        raise RuntimeError(f"git merge-tree: {done.stderr.decode(errors='replace')}")
    shutil.rmtree(beside)
    return Took(seconds)


def prepared(work: Path) -> tuple[Path, Path]:
    """Two hubs: one has the edits in its queue and upstream to come, the other upstream and the edits to come."""
    queued, newer = work / "queued.git", work / "newer.git"
    store = large.built(newer)
    _copied(newer, queued)
    merge.merge(Store(queued), [KIT], by="Vera", day=DAY)
    main, old, tip = mainline.read(store), store.need(layout.UPSTREAM, ""), store.need(NEWER, "")
    moves, _ = mainline.rebuilt(store, main, (), on=tip, subject="Fetch", day=DAY)
    store.move([Move(layout.UPSTREAM, old, tip), *moves])
    return queued, newer


def apart(work: Callable[[Path], Took], source: Path, copy: Path) -> Took:
    """Do a piece of work in a new process, on a copy of a repository."""
    _copied(source, copy)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        took = pool.apply(work, (copy,))
    shutil.rmtree(copy)
    return took


def _copied(source: Path, target: Path) -> None:
    """A repository once more; its packs, which never change, are linked."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("pack"))
    shutil.copytree(source / "objects" / "pack", target / "objects" / "pack", copy_function=_linked)


def _linked(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def measured(work: Path) -> Figures:
    """All figures: medians of a few rounds, in which each takes its turn and is compared with git's; most memory."""
    queued, newer = prepared(work)
    rounds = [
        (
            apart(recomputed, queued, work / "copy.git"),
            by_git(queued, layout.MAIN, NEWER, work / "git.git"),
            apart(merged, newer, work / "copy.git"),
            by_git(newer, layout.MAIN, layout.kit(KIT), work / "git.git"),
        )
        for _ in range(ROUNDS)
    ]
    compute, compute_git, merging, merging_git = zip(*rounds, strict=True)
    return {
        "pages": PAGES,
        "changed": CHANGED,
        "compute_seconds": _middle(took.seconds for took in compute),
        "tree_seconds": _middle(took.trees for took in compute),
        "merge_tree_seconds": _middle(took.seconds for took in compute_git),
        "tree_ratio": _ratio(compute, compute_git),
        "compute_peak_mib": round(max(took.peak for took in compute)),
        "merge_seconds": _middle(took.seconds for took in merging),
        "hub_tree_seconds": _middle(took.trees for took in merging),
        "hub_merge_tree_seconds": _middle(took.seconds for took in merging_git),
        "hub_tree_ratio": _ratio(merging, merging_git),
        "merge_peak_mib": round(max(took.peak for took in merging)),
    }


def _middle(seconds: Iterable[float]) -> float:
    return round(median(seconds), 3)


def _ratio(ours: Iterable[Took], gits: Iterable[Took]) -> float:
    return round(median(our.trees / git.seconds for our, git in zip(ours, gits, strict=True)), 2)


def table(f: Figures) -> str:
    """The figures for people, beside what is promised."""
    rows = [
        (f"{f['changed']} of {f['pages']} pages changed on both sides", "recomputed", "hub merge", "promised"),
        ("seconds in all", *_most(f, MOST_SECONDS, "compute_seconds", "merge_seconds")),
        ("  of these on trees", f["tree_seconds"], f["hub_tree_seconds"], ""),
        ("seconds of git merge-tree with the same trees", f["merge_tree_seconds"], f["hub_merge_tree_seconds"], ""),
        ("ours on trees, as a multiple of that", *_most(f, MOST_RATIO, "tree_ratio", "hub_tree_ratio")),
        ("most memory, MiB", f["compute_peak_mib"], f["merge_peak_mib"], ""),
    ]
    return "\n".join(f"{what:<46}  {one!s:>10}  {other!s:>9}  {most}".rstrip() for what, one, other, most in rows)


def _most(f: Figures, most: float, one: str, other: str) -> tuple[float, float, str]:
    missed = max(f[one], f[other]) > most
    return f[one], f[other], f"≤ {most}" + (" MISSED" if missed else "")


def main() -> None:
    """Measure, tell, and print the figures."""
    with tempfile.TemporaryDirectory(prefix="wikigit-mainline-") as folder:
        figures = measured(Path(folder))
    print(table(figures), file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
