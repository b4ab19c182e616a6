"""The merge benchmark's figures for people: every merger beside the others, and what of ours deserves a look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Shares = dict[str, float]
Figures = dict[str, int | float | Shares]

OURS, GIT, MERGE3 = "wikigit", "git", "merge3"
MERGERS = {
    OURS: "wikigit",
    GIT: "git merge-file",
    "diff3": "MediaWiki's diff3",
    MERGE3: "merge3 on tokens",
}
KINDS = {
    "replay": "replayed edits",
    "human": "  of people, both",
    "disjoint": "disjoint forks",
}
WORST = 20


def table(
    figures: Figures,
    languages: Mapping[str, Shares],
    causes: str,
    worst: Sequence[str],
    wrong: Sequence[str],
    beyond: Sequence[str],
) -> str:
    """Everything on a page."""
    f = {key: value for key, value in figures.items() if not isinstance(value, dict)}
    rows = [("right / clean but wrong / conflict", *MERGERS.values()), *_rows(f)]
    lines = [
        f"{f['cases']} pages that two changed, and every merger's text. White space at the end does not count.",
        "",
        *_columns(rows),
        "",
        *_columns([("wikigit", "measured", "promised"), *_promises(f)]),
        "",
        "A needs no look, B is a proposal, C a conflict; percent of all cases.",
        "",
        *_columns([("", "A", "B", "C"), *_levels(figures, languages)]),
        "",
        f"Conflicts of wikigit by cause: {causes}.",
        f"The worst {min(WORST, len(worst))}:",
        *(f"  {line}" for line in worst[:WORST]),
        f"Clean but wrong: {_names(wrong)}.",
        f"Overlapping forks merged where git does not, and not the same change on both sides: {_names(beyond)}.",
    ]
    return "\n".join(lines)


def _rows(f: Mapping[str, float]) -> Iterator[tuple[str, ...]]:
    for kind, name in KINDS.items():
        cells = []
        for merger in MERGERS:
            keys = [_key(f"{kind}_{what}", merger) for what in ("right", "wrong", "conflict", "conflict_pct")]
            known = [f[key] for key in keys if key in f]
            cells.append("{} / {} / {} ({:.1f} %)".format(*known) if known else "not installed")
        yield f"{name}: {f[f'{kind}_cases']}", *cells
    what = f"overlapping forks: {f['overlapping_cases']}, clean"
    yield what, *(str(f.get(_key("overlapping_clean", merger), "not installed")) for merger in MERGERS)
    yield "mean milliseconds", *(str(f.get(_key("mean_ms", merger), "not installed")) for merger in MERGERS)


def _promises(f: Mapping[str, float]) -> Iterator[tuple[str, ...]]:
    yield _most("clean but wrong", f["wrong"], 0)
    yield _most("conflicts of replayed edits, percent", f["replay_conflict_pct"], 4.0)
    yield _most("conflicts of disjoint forks, percent", f["disjoint_conflict_pct"], 5)
    yield _most("time, as a multiple of git merge-file's as a process", f["time_ratio_git_merge_file"], 5)
    yield _most("a page of 180 kB, changed in 100 places by each: seconds", f["big_page_seconds"], 0.3)


def _levels(figures: Figures, languages: Mapping[str, Shares]) -> Iterator[tuple[str, ...]]:
    everything = figures["levels"]
    for name, shares in (*languages.items(), *((("all", everything),) if isinstance(everything, dict) else ())):
        yield name, *(f"{share:.1f}" for share in shares.values())


def _key(what: str, merger: str) -> str:
    return what if merger == OURS else f"{what}_{merger}"


def _most(what: str, measured: float, most: float) -> tuple[str, ...]:
    return what, f"{measured}", f"≤ {most}" + ("" if measured <= most else " MISSED")


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
