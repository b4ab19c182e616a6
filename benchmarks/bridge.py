"""The bridge beside git-remote-mediawiki, on one real MediaWiki in one run: what each step costs, and a race.

`make bench-bridge`. The table goes to stderr, the figures as one JSON object to stdout. Requests are counted
at the server, logins and tokens too; both have ordinary accounts, which get 50 revisions a request. The peer
fetches by revision: by page, its default, Debian's version misses most pages. Whose pushes and publications
follow each other have pages of their own.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from benchmarks import edits, grm, server, village
from benchmarks.cost import Cost, cost
from benchmarks.igbo import RealPage
from benchmarks.person import NAME, Person
from benchmarks.programs import Failed, Programs, for_account
from benchmarks.repository import held
from benchmarks.table import Row, aligned, exactly, most, seen
from testing.mediawiki import MediaWiki, MissingComponent, install
from wikigit.repo import mainline
from wikigit.repo.store import Store

FEW = 20
STEPS = ("clone", "noop", "changed20", "publish20")

Figures = dict[str, int | float]


class Side(Protocol):
    """One of the two who carry edits between Git and the wiki."""

    def clones(self) -> None: ...
    def fetches(self) -> None: ...
    def writes(self, pages: Sequence[RealPage]) -> None: ...
    def publishes(self) -> None: ...


@dataclass(slots=True)
class Wikigit:
    """A hub with its bridge, and a kit."""

    wiki: MediaWiki
    programs: Programs
    work: Path
    sticks: int = 0

    @property
    def hub(self) -> Path:
        return self.work / "hub.git"

    def clones(self) -> None:
        self.programs.wikigit(self.work, "hub", "init", self.hub)
        self._bridge("init", self.wiki.api, "--contact", "bench@wikigit.example", "--own-wiki")
        self._bridge("fetch", "--history")

    def fetches(self) -> None:
        self._bridge("fetch")

    def writes(self, pages: Sequence[RealPage]) -> None:
        """Somebody at a new kit adds a sentence to each page; a volunteer merges it all."""
        kit, down, up = self.work / f"kit-{self.sticks}.git", self._stick(), self._stick()
        self.programs.wikigit(self.hub, "hub", "send", down, "--new")
        self.programs.wikigit(self.work, "kit", "init", down, kit)
        seen_at, typed = self.work / "seen.wiki", self.work / "typed.wiki"
        for page in pages:
            seen_at.write_text(page.wikitext, encoding="utf-8")
            typed.write_text(with_a_sentence(page, page.wikitext), encoding="utf-8")
            self.programs.wikigit(kit, "kit", "save", "--seen", seen_at, "--by", "amina", "--", page.title, typed)
        self.programs.wikigit(kit, "kit", "send", up, "--approve-all")
        self.programs.wikigit(self.hub, "hub", "enrol", up, "--yes")
        self.programs.wikigit(self.hub, "hub", "receive", up)
        self.programs.wikigit(self.hub, "hub", "merge", "--by", "Vera")

    def publishes(self) -> None:
        self._bridge("publish", "--by", "Vera")

    def _bridge(self, *arguments: str) -> None:
        self.programs.wikigit(self.hub, "bridge", *arguments)

    def _stick(self) -> Path:
        self.sticks += 1
        folder = self.work / f"stick-{self.sticks}"
        folder.mkdir()
        return folder


@dataclass(slots=True)
class Peer:
    """A clone by git-remote-mediawiki."""

    wiki: MediaWiki
    programs: Programs
    clone: Path

    def clones(self) -> None:
        grm.clones(self.wiki, self.programs, self.clone, "by_rev", village.NAMESPACES)

    def fetches(self) -> None:
        grm.pulls(self.programs, self.clone)

    def writes(self, pages: Sequence[RealPage]) -> None:
        """Somebody adds a sentence to each page, one commit each."""
        for page in pages:
            file = self.clone / page.file
            file.write_text(with_a_sentence(page, file.read_text(encoding="utf-8")), encoding="utf-8")
            grm.commits(self.programs, self.clone, page.file)

    def publishes(self) -> None:
        grm.pushes(self.programs, self.clone)


@dataclass(slots=True)
class Bench:
    """The wiki, a person on it, and what was measured."""

    wiki: MediaWiki
    person: Person
    pages: list[RealPage]
    figures: Figures = field(default_factory=dict)

    def counted(self, what: str, work: Callable[[], None]) -> None:
        self._keep(what, cost(self.wiki, work))

    def publishes(self, side: Side, suffix: str, pages: Sequence[RealPage]) -> None:
        """Twenty edits of twenty pages go to the wiki."""
        before = self.revisions()
        side.writes(pages)
        self.counted(f"publish20{suffix}", side.publishes)
        self.figures[f"published20{suffix}"] = self.revisions() - before

    def races(self, side: Side, suffix: str, pages: Sequence[RealPage]) -> None:
        """Twenty more; when ten have gone, a person on the wiki changes the twentieth page."""
        side.writes(pages)
        self.wiki.reset_requests()
        coming = self.person.comes_in(pages[-1:])
        side.publishes()
        coming.join()
        said = self.person.wrote[-1]
        late = max(int(r["revid"]) for r in self.wiki.history(said.page.title) if r["user"] != NAME)
        text = server.texts(self.wiki)[0, said.page.title]
        self.figures[f"race_met{suffix}"] = int(said.revision < late)
        self.figures[f"race_overwritten{suffix}"] = int(said.words not in text)

    def revisions(self) -> int:
        """How many revisions the wiki has, of pages that are not deleted."""
        return server.revisions(self.wiki)

    def _keep(self, what: str, took: Cost) -> None:
        name, _, suffix = what.partition("_")
        end = f"_{suffix}" if suffix else ""
        self.figures[f"{name}_requests{end}"] = took.requests
        self.figures[f"{name}_seconds{end}"] = round(took.seconds, 2)


def with_a_sentence(page: RealPage, wikitext: str) -> str:
    """The page with a sentence more, far from the lines that the person on the wiki changes."""
    place = edits.places(page.wikitext)[0]
    return edits.by_person(wikitext, page.wikitext.split("\n")[place], "It was written far away.")


def measured(work: Path) -> tuple[Figures, str, str]:
    """Go through all steps: the figures, MediaWiki's version, and why the peer's are missing, if they are."""
    with install(work / "wiki", version=os.environ.get("WIKI", "")) as wiki:
        ours = Wikigit(wiki, for_account(wiki, work, "Bridge"), work)
        theirs = Peer(wiki, for_account(wiki, work, "Peer"), work / "clone")
        pages = village.pages()
        village.settle(wiki, pages, work / "village.xml")
        bench = Bench(wiki, Person(wiki), village.articles(pages))
        _ours_reads(bench, ours)
        trouble = _beside(bench, ours, theirs)
        return bench.figures, wiki.version, trouble


def _ours_reads(bench: Bench, ours: Wikigit) -> None:
    bench.counted("clone", ours.clones)
    store = Store(ours.hub)
    main, there = mainline.read(store), server.texts(bench.wiki)
    told = store.ask("log", "--format=%(trailers:key=Wikigit-Revision,valueonly)", main.upstream).split()
    bench.figures |= {
        "pages": len(there),
        "revisions": bench.revisions(),
        "commits": len(set(told)),
        "texts_equal": sum(held(store, main, main.upstream, key) == wikitext for key, wikitext in there.items()),
    }


def _beside(bench: Bench, ours: Wikigit, theirs: Peer) -> str:
    """Everything that both do, in turns; returns what went wrong with the peer, "" if nothing did."""
    sides: list[tuple[Side, str]] = [(ours, "")]
    trouble = _peer_begins(bench, theirs)
    if not trouble:
        sides.append((theirs, "_grm"))
    for side, suffix in sides:
        bench.counted(f"noop{suffix}", side.fetches)
    bench.person.writes(bench.pages[:FEW])
    for side, suffix in sides:
        bench.counted(f"changed20{suffix}", side.fetches)
    groups = [bench.pages[start : start + FEW] for start in range(FEW, 5 * FEW, FEW)]
    for number, (side, suffix) in enumerate(sides):
        try:
            side.fetches()
            bench.publishes(side, suffix, groups[2 * number])
            bench.races(side, suffix, groups[2 * number + 1])
        except Failed as failed:
            if side is ours:
                raise
            trouble = _said(failed)
    return trouble


def _peer_begins(bench: Bench, theirs: Peer) -> str:
    if not grm.installed():
        return "git-remote-mediawiki cannot be installed here, so there is nothing to compare with."
    try:
        bench.counted("clone_grm", theirs.clones)
    except Failed as failed:
        return _said(failed)
    bench.figures["files_grm"] = len(list(theirs.clone.glob("*.mw")))
    return ""


def _said(failed: Failed) -> str:
    told = [line for line in str(failed).splitlines() if line.startswith(("error:", "fatal:"))]
    return f"git-remote-mediawiki failed: {(told or str(failed).splitlines())[-1]}"


def rows(f: Figures) -> list[Row]:
    """The figures for people."""
    what = {
        "clone": (f"the whole history, {f['pages']} pages with {f['revisions']} revisions", 30),
        "noop": ("a fetch that finds nothing new", 4),
        "changed20": (f"a fetch of {FEW} changed pages", 6),
        "publish20": (f"{FEW} edits to the wiki", 48),
    }
    told: list[Row] = []
    for step in STEPS:
        sentence, limit = what[step]
        told.append(most(f"{sentence}: requests", f[f"{step}_requests"], limit, _peer(f, f"{step}_requests")))
        told.append(seen("  seconds", f[f"{step}_seconds"], _peer(f, f"{step}_seconds")))
    told.insert(2, exactly("  texts byte for byte as on the wiki", f["texts_equal"], f["pages"]))
    told.insert(3, exactly("  revisions that are a commit", f["commits"], f["revisions"]))
    told.append(exactly("  that are on the wiki", f["published20"], FEW, _peer(f, "published20")))
    told.append(exactly("an edit meanwhile, before ours came", f["race_met"], 1, _peer(f, "race_met")))
    told.append(exactly("  overwritten", f["race_overwritten"], 0, _peer(f, "race_overwritten")))
    return told


def _peer(f: Figures, key: str) -> str:
    return f"{f[f'{key}_grm']}" if f"{key}_grm" in f else "–"


def main() -> None:
    """Measure, tell, and print the figures."""
    with tempfile.TemporaryDirectory(prefix="wikigit-bridge-") as folder:
        try:
            figures, version, trouble = measured(Path(folder))
        except (MissingComponent, Failed) as exc:
            sys.exit(f"error: {exc}")
    head = f"The bridge, on MediaWiki {version}; requests are counted at the server."
    print("\n".join([head, "", *aligned(rows(figures)), *(["", trouble] if trouble else [])]), file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
