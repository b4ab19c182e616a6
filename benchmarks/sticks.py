"""A kit's month and its years on a stick, in a wiki of 100,000 pages: bytes and seconds, beside bare git's.

`make bench-sticks`. The table goes to stderr, the figures as one JSON object to stdout. Sent is the whole parcel:
packed, hashed, signed, written with every fsync, read back. Received is all that a hub does with it. Beside them,
in turn: `git bundle create` as small and fast as it goes; `git index-pack` and `git fsck`, both as people call them
and on what came alone. Each receive is a process of its own on a fresh copy of one repository.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks import large
from benchmarks.large import DAY, PAGES
from testing import keys as made_keys
from wikigit.core import identity, keys, message
from wikigit.hub import enrol, receive
from wikigit.hub.enrol import Candidate
from wikigit.repo import bundle, edits, git, keyring, layout, mainline, outgoing, parcel, refs
from wikigit.repo.parcel import Manifest
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

ROUNDS = 5
MONTH, YEARS = 1_000, 10_000
BYTES, SEND, RECEIVE = 1.10, 1.5, 3
BARE = ("git", "-c", "pack.useBitmaps=false", "-c", "core.hooksPath=/dev/null")

Figures = dict[str, int | float]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds, and the most memory in MB, ours or git's under us."""

    seconds: float
    peak: float = 0


class Kit:
    """A kit with so many edits on its branch, each of another page, and the hub that is to receive them."""

    def __init__(self, hub: Path, folder: Path, count: int) -> None:
        self.folder, self.count = folder, count
        self.hub, place = folder / "hub.git", folder / "kit.git"
        for copy in (self.hub, place):
            _copied(hub, copy)
        self.store = Store(place)
        for file in (keyring.FILE, keyring.LINEAGE):
            (place / file).unlink(missing_ok=True)
        self.id = keyring.begin(self.store, keys.kit_id, lambda file: made_keys.write(file, b"%032d" % count))
        enrol.enrol(Store(self.hub), Candidate(self.id, keyring.own(self.store)), by="Vera", day=DAY)
        self.main = mainline.read(self.store)
        git.feed(self.store.path, "fast-import", "--quiet", chunks=self._branch())
        self.tip = self.store.need(layout.kit(self.id), "")
        self.known = [self.main.tip, self.main.upstream]

    def _branch(self) -> Iterator[bytes]:
        step, tip = PAGES // self.count, self.main.tip
        for number, (page, _) in enumerate(itertools.islice(large.pages(), 0, self.count * step, step)):
            edit = replace(large.edit(number, page), id=identity.edit_id(b"%010d" % (5_000_000 + number)), kit=self.id)
            author, committer = (edits.signature(who, DAY) for who in (edit.contributor, self.id))
            yield large.commit(layout.kit(self.id), tip, message.of_edit(edit), committer, author)
            yield large.file(layout.page(edit.title), edit.after.encode())
            tip = ""

    def sent(self, stick: Path) -> float:
        """Write the parcel."""
        stick.mkdir(parents=True)
        manifest = Manifest(
            repository=self.store.config(self.main.tip).repository, wiki=self.main.site.wiki, direction=parcel.UP,
            sender=self.id, to=identity.HUB, number=1, tips={layout.kit(self.id): self.tip},
        )  # fmt: skip
        began = time.perf_counter()
        with self.store.writing(alone=True):
            outgoing.write(self.store, stick, manifest, self.known)
        return time.perf_counter() - began

    def bare(self, file: Path) -> float:
        """What git alone makes of it."""
        words: tuple[str | Path, ...] = (
            "bundle",
            "create",
            "--quiet",
            file,
            layout.kit(self.id),
            *(f"^{known}" for known in self.known),
        )
        return _seconds(lambda: _git(self.store.path, *words))


def received(hub: Path, stick: Path, count: int) -> Took:
    """All that the hub does with a parcel, in this process."""
    store = Store(hub)
    Path("/proc/self/clear_refs").write_text("5")  # the most memory so far is forgotten
    began = time.perf_counter()
    (found,) = receive.receive(store, stick, DAY)
    seconds = time.perf_counter() - began
    if len(found.edits) != count:
        raise RuntimeError(f"{len(found.edits)} edits came, not {count}")
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    ours, gits = int(told["VmHWM"].split()[0]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Took(seconds, max(ours, gits) / 1024)


def by_git(hub: Path, packed: Path, tip: str, main: str) -> tuple[float, float]:
    """`git index-pack` with `git fsck`; and what git does to a push: index-pack that checks, and what is reachable."""
    times = []
    checks: tuple[tuple[tuple[str, ...], Sequence[tuple[str, ...]]], ...] = (
        ((), (("fsck", "--no-progress"),)),
        (("--strict",), (("rev-list", "--objects", "--quiet", tip, f"^{main}"),)),
    )
    for flags, then in checks:
        place = hub.with_name("git.git")
        _copied(hub, place)
        began = time.perf_counter()
        with packed.open("rb", buffering=0) as opened:
            opened.seek(bundle.header(packed).pack)
            words: list[str | Path] = [*BARE, "--git-dir", place, "index-pack", "--stdin", "--fix-thin", *flags]
            subprocess.run(words, stdin=opened, check=True, capture_output=True)
        refs.move(place, [Move("refs/heads/came", None, tip)])
        for words_then in then:
            _git(place, *words_then)
        times.append(time.perf_counter() - began)
        shutil.rmtree(place)
    return times[0], times[1]


def _apart(hub: Path, stick: Path, count: int) -> Took:
    copy = hub.with_name("copy.git")
    _copied(hub, copy)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        took = pool.apply(received, (copy, stick, count))
    shutil.rmtree(copy)
    return took


def measured(work: Path) -> Figures:
    """All figures: medians of a few rounds in which each takes its turn; most memory."""
    base = work / "base.git"
    large.built(base)
    keyring.begin(Store(base), lambda _: identity.HUB, lambda file: made_keys.write(file, bytes(32)))
    month = Kit(base, work / "month", MONTH)
    for warming in (month.sent, month.bare):
        warming(work / f"warm-{warming.__name__}")
    sent, bare, took, gits = [], [], [], []
    for number in range(ROUNDS):
        stick, alone = work / f"stick-{number}", work / f"bare-{number}"
        sent.append(month.sent(stick))
        bare.append(month.bare(alone))
        (packed,) = stick.rglob("*.bundle")
        took.append(_apart(month.hub, stick, MONTH))
        gits.append(by_git(month.hub, packed, month.tip, month.main.tip))
    years = Kit(base, work / "years", YEARS)
    years.sent(work / "years-stick")
    long = _apart(years.hub, work / "years-stick", YEARS)
    ours, least = packed.stat().st_size, alone.stat().st_size
    return {
        "pages": PAGES,
        "edits": MONTH,
        "bytes": ours,
        "bytes_bare": least,
        "bytes_ratio": round(ours / least, 3),
        "send_seconds": round(median(sent), 3),
        "bare_seconds": round(median(bare), 3),
        "send_time_ratio": _ratio(sent, bare),
        "receive_seconds": round(median(t.seconds for t in took), 3),
        "git_seconds": round(median(whole for whole, _ in gits), 3),
        "receive_time_ratio": _ratio([t.seconds for t in took], [whole for whole, _ in gits]),
        "push_seconds": round(median(push for _, push in gits), 3),
        "push_time_ratio": _ratio([t.seconds for t in took], [push for _, push in gits]),
        "receive_peak_mb": round(max(t.peak for t in took)),
        "commits": YEARS,
        "commits_seconds": round(long.seconds, 1),
        "commits_peak_mb": round(long.peak),
    }


def _ratio(ours: Sequence[float], gits: Sequence[float]) -> float:
    """The median of the rounds' ratios: what else the machine does slows both in a round."""
    return round(median(our / git for our, git in zip(ours, gits, strict=True)), 2)


def table(f: Figures) -> str:
    """The figures for people, beside what is promised."""
    rows = [
        (f"{f['edits']} edits of {f['pages']} pages", "wikigit", "bare git", "promised"),
        ("a month's parcel, bytes", f["bytes"], f["bytes_bare"], _most(f["bytes_ratio"], BYTES)),
        ("  written, seconds", f["send_seconds"], f["bare_seconds"], _most(f["send_time_ratio"], SEND)),
        (
            "received; index-pack + fsck",
            f["receive_seconds"],
            f["git_seconds"],
            _most(f["receive_time_ratio"], RECEIVE),
        ),
        ("  beside what git does to a push", f["receive_seconds"], f["push_seconds"], f"{f['push_time_ratio']} ×"),
        ("  most memory, MB", f["receive_peak_mb"], "", ""),
        (f"{f['commits']} commits received, seconds", f["commits_seconds"], "", ""),
        ("  most memory, MB", f["commits_peak_mb"], "", ""),
    ]
    return "\n".join(f"{what:<36}  {one!s:>9}  {other!s:>9}  {most}".rstrip() for what, one, other, most in rows)


def _most(ratio: float, most: float) -> str:
    return f"{ratio} × ≤ {most}" + (" MISSED" if ratio > most else "")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _git(place: Path, *words: str | Path) -> None:
    subprocess.run([*BARE, "--git-dir", place, *words], check=True, capture_output=True)


def _copied(source: Path, target: Path) -> None:
    """A repository once more; its packs, which never change, are linked."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("pack"))
    shutil.copytree(source / "objects/pack", target / "objects/pack", copy_function=_linked)


def _linked(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def main() -> None:
    """Measure, tell, and print the figures."""
    with tempfile.TemporaryDirectory(prefix="wikigit-sticks-") as folder:
        figures = measured(Path(folder))
    print(table(figures), file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
