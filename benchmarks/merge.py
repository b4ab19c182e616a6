"""Our merge beside those that people have today, on real pages that two people changed.

`make bench-merge`. The table goes to stderr, the figures as one JSON object to stdout. The cases and their
known truths come with WIKIGIT_DATA; on overlapping forks no truth is known.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from benchmarks import merge_big, merge_cases, merge_peers
from benchmarks.merge_cases import DISJOINT, OVERLAPPING, REPLAY, Case
from benchmarks.merge_table import GIT, MERGE3, MERGERS, OURS, Figures, table
from wikigit.core.site import Site
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.merge import Merged, merge
from wikigit.wikitext.tokens import tokens

HUMAN = "human"  # the replays of one person's edit onto another's
MEET = "changes meet"
RIGHT, WRONG, CONFLICT, CLEAN = "right", "wrong", "conflict", "clean"


@dataclass(slots=True)
class Bench:
    """What every merger made of the cases so far."""

    site: Site
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # by merger, kind of case and verdict
    levels: Counter[tuple[str, str]] = field(default_factory=Counter)  # ours, by language
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    wrong: list[str] = field(default_factory=list)  # of ours, as all below
    conflicts: list[tuple[Case, Conflict, bool]] = field(default_factory=list)  # and whether git was right
    beyond_git: list[str] = field(default_factory=list)

    def run(self, cases: list[Case]) -> None:
        """Give every case to every merger; ours and git take turns in going first."""
        others = merge_peers.merge3()
        with tempfile.TemporaryDirectory(prefix="wikigit-merge-") as folder:
            files = merge_peers.Files(Path(folder))
            for number, case in enumerate(cases):
                files.write(case)
                git: str | None = None
                result: Merged | Conflict = Conflict()
                for turn in (0, 1):
                    began = time.perf_counter()
                    if (number + turn) % 2:
                        result, merger = merge(*case.texts, self.site), OURS
                    else:
                        git, merger = files.git(), GIT
                    self.seconds[merger] += time.perf_counter() - began
                self._keep(case, result, self._count(GIT, case, git))
                self._timed("diff3", case, lambda _: files.diff3())
                if others:
                    self._timed(MERGE3, case, others)

    def _timed(self, merger: str, case: Case, merged: Callable[[Case], str | None]) -> None:
        began = time.perf_counter()
        text = merged(case)
        self.seconds[merger] += time.perf_counter() - began
        self._count(merger, case, text)

    def _count(self, merger: str, case: Case, text: str | None) -> str:
        verdict = _verdict(case, text)
        for kind in (case.kind, *((HUMAN,) if case.kind == REPLAY and case.people else ())):
            self.counts[merger, kind, verdict] += 1
        return verdict

    def _keep(self, case: Case, result: Merged | Conflict, git: str) -> None:
        """What is told of our merge alone."""
        verdict = self._count(OURS, case, result.wikitext if isinstance(result, Merged) else None)
        self.levels[case.lang, result.level.value if isinstance(result, Merged) else "C"] += 1
        if verdict == WRONG:
            self.wrong.append(case.id)
        if isinstance(result, Conflict):
            self.conflicts.append((case, result, git == RIGHT))
        elif case.kind == OVERLAPPING and git == CONFLICT and not _alike(case):
            self.beyond_git.append(case.id)

    def figures(self, cases: list[Case]) -> Figures:
        """Everything as numbers."""
        n = len(cases)
        found: Figures = {"cases": n, "wrong": len(self.wrong), "overlap_clean_beyond_git": len(self.beyond_git)}
        for merger in MERGERS:
            if merger not in self.seconds:
                continue
            end = "" if merger == OURS else f"_{merger}"
            found[f"mean_ms{end}"] = round(1000 * self.seconds[merger] / n, 2)
            for kind in (REPLAY, HUMAN, DISJOINT, OVERLAPPING):
                of = sum(self.counts[merger, kind, verdict] for verdict in (RIGHT, WRONG, CONFLICT, CLEAN))
                found[f"{kind}_cases"] = of
                for verdict in (CLEAN,) if kind == OVERLAPPING else (RIGHT, WRONG, CONFLICT):
                    found[f"{kind}_{verdict}{end}"] = self.counts[merger, kind, verdict]
                found[f"{kind}_conflict_pct{end}"] = _percent(self.counts[merger, kind, CONFLICT], of)
        found["time_ratio_git_merge_file"] = round(self.seconds[OURS] / self.seconds[GIT], 2)
        found["levels"] = self._shares(case.lang for case in cases)
        return found

    def by_language(self, cases: list[Case]) -> dict[str, dict[str, float]]:
        """The shares of A, B and C in each language."""
        return {lang: self._shares([lang]) for lang in sorted({case.lang for case in cases})}

    def _shares(self, languages: Iterable[str]) -> dict[str, float]:
        known = set(languages)
        counts = {level: sum(self.levels[lang, level] for lang in known) for level in "ABC"}
        return {level: _percent(count, sum(counts.values())) for level, count in counts.items()}

    def causes(self) -> str:
        """How many conflicts have which cause, those of overlapping forks too."""
        found = Counter(result.code or MEET for _, result, _ in self.conflicts)
        return ", ".join(f"{cause} {count}" for cause, count in found.most_common()) or "none"

    def worst(self) -> list[str]:
        """Wrong ones first; then conflicts with a known truth, those first that git merges, then by disputed spots."""
        known = [found for found in self.conflicts if found[0].expected is not None]
        known.sort(key=lambda found: (not found[2], -len(found[1].spots), found[0].id))
        return [f"{name}: clean but wrong" for name in self.wrong] + [
            f"{case.id}: {result.code or MEET}, {len(result.spots)} spot{'s' * (len(result.spots) != 1)}"
            + (", git merges it" if git else "")
            for case, result, git in known
        ]


def _verdict(case: Case, text: str | None) -> str:
    """White space at a text's end does not count."""
    if text is None:
        return CONFLICT
    if case.expected is None:
        return CLEAN
    return RIGHT if text.rstrip() == case.expected.rstrip() else WRONG


def _alike(case: Case) -> bool:
    """Whether the sides' changes meet only where both made the same one, by a diff that is not our merge's own."""
    base = tokens(case.base.rstrip())
    ours, theirs = (_changes(base, tokens(text.rstrip())) for text in (case.ours, case.theirs))
    both = ours & theirs
    return bool(both) and not any(a <= d and c <= b for a, b, _ in ours - both for c, d, _ in theirs - both)


def _changes(base: list[str], text: list[str]) -> set[tuple[int, int, str]]:
    codes = SequenceMatcher(None, base, text, autojunk=False).get_opcodes()
    return {(a, b, "".join(text[c:d])) for tag, a, b, c, d in codes if tag != "equal"}


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def main() -> None:
    """Measure, tell, and print the figures."""
    cases = merge_cases.cases()
    for program in ("git", "diff3"):
        if not shutil.which(program):
            sys.exit(f"error: {program} is not installed.")
    bench = Bench(merge_cases.site())
    bench.run(cases)
    figures = bench.figures(cases) | {"big_page_seconds": round(merge_big.seconds(bench.site), 3)}
    told = table(figures, bench.by_language(cases), bench.causes(), bench.worst(), bench.wrong, bench.beyond_git)
    print(told, file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
