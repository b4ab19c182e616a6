"""The bridge is killed at every step, and everything still happens exactly once.

`make kill-bridge`. Stories in memory are published from a mirror of the hub, and the run is killed before and
inside each of its effects; then the same with the real program and a real MediaWiki. The figures go to stdout as
one JSON object, progress to stderr. Anything wrong is told with the words to make it happen again, and exits 1.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from testing.mediawiki import install
from tests import importers, killed
from tests.killed import Fault, How, Point, Wrong
from tests.killed_programs import Series

STORIES = 18
"""Stories in memory; each is killed at sixty or so points."""

RACES = 2
"""Stories in memory where at a hundred or more points others do something beside the run."""

IMPORTS = 4
"""So many more stories in memory whose run imports, and for four of them one with races and one on the real wiki."""

SERIES = 4
"""Series on the real wiki; each is killed at forty or so points."""


@dataclass(slots=True)
class Tally:
    """What was killed, and what was wrong then: (how to make it happen again, what)."""

    points: int = 0
    wrong: list[tuple[str, Wrong]] = field(default_factory=list)


def story(seed: int, only: Point | None = None, *, race: bool = False) -> Tally:
    """Kill a story's run everywhere, or at one point; with `race`, let others be beside it everywhere.

    Below zero, the run is one that imports.
    """
    tally = Tally()
    with _folder() as folder:
        told = killed.prepared(folder / "story", abs(seed), importing=seed < 0)
        effects = killed.effects_of(told, folder / "undisturbed")
        points = effects.races() if race else effects.points()
        for point in [only] if only else points:
            place = folder / "killed"
            again = killed.again(told, place, f"{seed} {point.number} {point.how}")
            for wrong in killed.ended(again, point):
                tally.wrong.append((f"--seed {seed} --point {point.number}:{point.how}", wrong))
                _say(f"{tally.wrong[-1][0]}: {wrong.fault}: {wrong.sentence}\n  " + "\n  ".join(again.said))
            tally.points += 1
            shutil.rmtree(place)
            if tally.points % 20 == 0:
                _say(f"story {seed}: {tally.points} of {len(points)} points, {len(tally.wrong)} wrong")
    return tally


def races(seed: int) -> Tally:
    """Let a volunteer decline, or a second run begin, at every step of a story's run."""
    return story(seed, race=True)


def series(seed: int) -> Tally:
    """Kill the real program everywhere, before a wiki of its own; below zero, it imports."""
    tally, settings = Tally(), importers.SETTINGS if seed < 0 else ""
    with _folder() as folder, install(folder / "wiki", extra_settings=settings) as server:
        place = folder / "series"
        place.mkdir()
        told = Series(place, server, abs(seed), importing=seed < 0)
        try:
            for point, wrong in told.points():
                tally.points += 1
                _say(f"series {seed}: {point.how} {point.number}, {len(wrong)} wrong")
                _blame(tally, seed, told, wrong)
        except Exception as exc:  # whatever ends it, it has not come to its end
            _blame(tally, seed, told, [Wrong(Fault.UNSOUND, f"{type(exc).__name__}: {exc}")])
        finally:
            told.close()
    return tally


def _blame(tally: Tally, seed: int, told: Series, wrong: Iterable[Wrong]) -> None:
    for what in wrong:
        tally.wrong.append((f"--series-seed {seed}", what))
        _say(f"{what.fault}: {what.sentence}\n  " + "\n  ".join(told.said))


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="wikigit-kill-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def all_of(what: Callable[[int], Tally], seeds: Sequence[int]) -> Iterator[Tally]:
    """Tell all stories or series, on all processors."""
    with multiprocessing.Pool() as pool:
        for number, tally in enumerate(pool.imap_unordered(what, seeds, chunksize=1), start=1):
            _say(f"{what.__name__} {number} of {len(seeds)}: {tally.points} points, {len(tally.wrong)} wrong")
            yield tally


def main() -> int:
    """Kill, count and tell."""
    asked = _arguments()
    os.environ.update(GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=os.devnull, GIT_TERMINAL_PROMPT="0")
    began = time.monotonic()
    memory, raced, real = list[Tally](), list[Tally](), list[Tally]()
    if asked.seed is not None:
        number, how = asked.point.split(":")
        memory.append(story(asked.seed, Point(int(number), How(how))))
    elif asked.series_seed is not None:
        real.append(series(asked.series_seed))
    else:
        memory += all_of(story, [*range(asked.stories), *range(-asked.imports, 0)])
        raced += all_of(races, [*range(asked.races), *range(-asked.imports // 4, 0)])
        real += all_of(series, [*range(asked.series), *range(-asked.imports // 4, 0)])
    wrong = [found for tally in (*memory, *raced, *real) for found in tally.wrong]
    count = Counter(what.fault for _, what in wrong)
    figures = {
        "crash_points": sum(tally.points for tally in memory),
        "real_crash_points": sum(tally.points for tally in real),
        "races": sum(tally.points for tally in raced),
        **{str(fault): count[fault] for fault in Fault},
        "seconds": round(time.monotonic() - began),
    }
    for again, what in wrong:
        _say(f'make kill-bridge ARGS="{again}": {what.fault}: {what.sentence}')
    print(json.dumps(figures))
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Kill the bridge at every step.")
    parser.add_argument("--stories", type=int, default=STORIES, help="How many stories in memory.")
    parser.add_argument("--races", type=int, default=RACES, help="How many stories in memory with others beside.")
    parser.add_argument("--imports", type=int, default=IMPORTS, help="How many more stories in memory that import.")
    parser.add_argument("--series", type=int, default=SERIES, help="How many series on a real wiki.")
    parser.add_argument("--series-seed", type=int, help="This series alone.")
    parser.add_argument("--seed", type=int, help="This story alone, at --point.")
    parser.add_argument("--point", default="0:before", help="Number of the effect, and how: 12:late.")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
