"""The whole road on one real MediaWiki with the pages of a real Wikipedia: requests, losses, answers.

`make bench-road`. The table goes to stderr, the figures as one JSON object to stdout. Requests are counted
at the server, logins and tokens too. What is promised are requests and losses; seconds are a hint.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import edits, grm, igbo, person, server
from benchmarks.cost import cost
from benchmarks.edits import Written
from benchmarks.igbo import RealPage
from benchmarks.person import Person
from benchmarks.programs import Failed, Programs, for_account
from benchmarks.repository import held
from benchmarks.table import table
from testing.mediawiki import MediaWiki, MissingComponent, install
from wikigit.core.receipt import Outcome
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import mainline
from wikigit.repo.store import Store

ACCOUNT = "Bridge"  # an ordinary account: 50 pages a request, not 500
PEER = "Peer"
LONG_AGO = "2009-02-11T00:00:00Z"  # the bundle's last day; a first fetch must not find the pages again as news
SETTINGS = "$wgMetaNamespace = 'Wikipedia';"  # as there, or some titles would be another wiki's
PAGES, SPARE = 40, 5

Figures = dict[str, int | float]


@dataclass(slots=True)
class Road:
    """One wiki, one hub, two kits, and what was measured so far."""

    wiki: MediaWiki
    programs: Programs
    work: Path
    pages: list[RealPage]
    chosen: list[RealPage]
    person: Person
    figures: Figures = field(default_factory=dict)
    edits: dict[str, Written] = field(default_factory=dict)  # by edit id

    @property
    def hub(self) -> Path:
        return self.work / "hub.git"

    @property
    def kits(self) -> tuple[Path, Path]:
        return self.work / "school.git", self.work / "library.git"

    def stick(self, name: str) -> Path:
        folder = self.work / name
        folder.mkdir()
        return folder

    def counted(self, what: str, work: Callable[[], object]) -> None:
        """Do something and keep its requests and seconds."""
        took = cost(self.wiki, work)
        self.figures[f"{what}_seconds"] = round(took.seconds, 2)
        self.figures[f"{what}_requests"] = took.requests

    def bridge(self, *arguments: str) -> None:
        """`wikigit bridge …`"""
        self.programs.wikigit(self.hub, "bridge", *arguments)

    def titled(self, site: Site) -> list[tuple[Title, RealPage]]:
        return [(Title.parse(page.title, site), page) for page in self.pages]

    # the road

    def fetches(self) -> None:
        """Everything comes down, from nothing."""
        self.programs.wikigit(self.work, "hub", "init", self.hub)

        def everything() -> None:
            self.bridge("init", self.wiki.api, "--contact", "bench@wikigit.example", "--own-wiki")
            self.bridge("fetch")

        self.counted("fetch", everything)
        there, store = server.texts(self.wiki), Store(self.hub)
        main = mainline.read(store)
        loaded = {(title.namespace, title.name): page.wikitext for title, page in self.titled(main.site)}
        self.figures |= {
            "pages": len(there),
            "texts_equal": sum(held(store, main, main.upstream, key) == text for key, text in there.items()),
            "missing_from_wiki": len(loaded.keys() - there.keys()),
            "altered_by_import": sum(there[key] != text for key, text in loaded.items() if key in there),
        }

    def writes(self) -> None:
        """Two kits begin, and their people save."""
        for number, kit in enumerate(self.kits):
            stick = self.stick(f"stick-new-{number}")
            self.programs.wikigit(self.hub, "hub", "send", stick, "--new")
            self.programs.wikigit(self.work, "kit", "init", stick, kit)
        at = {page.title: edits.places(page.wikitext) for page in self.chosen}
        lines = [{page.title: page.wikitext.split("\n") for page in self.chosen} for _ in self.kits]
        seen, typed = self.work / "seen.wiki", self.work / "typed.wiki"
        for edit in edits.written():
            title = self.chosen[edit.page].title
            seen.write_text("\n".join(lines[edit.kit][title]), encoding="utf-8")
            edits.after(lines[edit.kit][title], at[title], edit)
            typed.write_text("\n".join(lines[edit.kit][title]), encoding="utf-8")
            named = ("--credit", edit.credit) if edit.credit else ()
            options = ("--seen", seen, "--by", edit.name, *named, "--summary", edit.words)
            (saved,) = self.programs.wikigit(self.kits[edit.kit], "kit", "save", *options, "--", title, typed)
            self.edits[str(saved["id"])] = edit
        self.figures |= {"edits": len(self.edits), "edited_pages": len({e.page for e in self.edits.values()})}

    def travels(self) -> None:
        """On sticks to the hub, where a volunteer merges."""
        for number, kit in enumerate(self.kits):
            stick = self.stick(f"stick-up-{number}")
            self.programs.wikigit(kit, "kit", "send", stick, "--approve-all")
            self.programs.wikigit(self.hub, "hub", "enrol", stick, "--yes")
            self.programs.wikigit(self.hub, "hub", "receive", stick)
        self.programs.wikigit(self.hub, "hub", "merge", "--by", "Vera")

    def publishes(self) -> None:
        """The bridge publishes, while a person on the wiki goes on writing on the same pages."""
        self.counted("plan", lambda: self.bridge("plan"))
        self.person.writes(self.chosen[number] for number in edits.AFTER_PLAN)
        self.wiki.reset_requests()
        coming = self.person.comes_in([self.chosen[number] for number in edits.WHILE_PUBLISHING])
        self.counted("publish", lambda: self.bridge("publish", "--by", "Vera"))
        coming.join()

    def comes_home(self) -> None:
        """The answers go back on sticks; then everything is done once more, and there is nothing to do."""
        self.counted("last_fetch", lambda: self.bridge("fetch"))
        stick = self.stick("stick-down")
        self.programs.wikigit(self.hub, "hub", "send", stick)
        home: dict[str, Outcome] = {}
        for kit in self.kits:
            self.programs.wikigit(kit, "kit", "receive", stick)
            for mine in self.programs.wikigit(kit, "kit", "mine"):
                home[str(mine["edit"]["id"])] = Outcome(str(mine["receipt"]["outcome"]))
        answers = [home[edit] for edit in self.edits if edit in home]
        self.figures["receipts_home"] = sum(outcome.final for outcome in answers)
        self.figures["published"] = answers.count(Outcome.PUBLISHED)

        def again() -> None:
            self.bridge("publish", "--by", "Vera")
            self.bridge("fetch")

        self.counted("second_run", again)

    def is_checked(self) -> None:
        """Whose words are on the wiki, how many races there were, and whether the repositories are sound."""
        there = {title: text for (namespace, title), text in server.texts(self.wiki).items() if namespace == 0}
        ours = {page.title: self.our_revisions(page.title) for page in self.chosen}
        wrote = self.person.wrote
        self.figures |= {
            "revisions": sum(map(len, ours.values())),
            "edits_on_the_wiki": sum(
                there[self.chosen[edit.page].title].count(edit.words) == len(edit.places)
                for edit in self.edits.values()
            ),
            "persons_edits": len(wrote),
            "persons_edits_before_ours": sum(said.revision < max(ours[said.page.title], default=0) for said in wrote),
            "overwritten": sum(said.words not in there[said.page.title] for said in wrote),
            "kit_pages_equal": self.kit_pages_equal(),
            "fsck_errors": sum(len(self.programs.fsck(repository)) for repository in (self.hub, *self.kits)),
        }

    def our_revisions(self, title: str) -> list[int]:
        return [int(revision["revid"]) for revision in self.wiki.history(title) if revision["user"] == ACCOUNT]

    def kit_pages_equal(self) -> int:
        """Pages that both kits now show as the wiki does."""
        kits = [(store, mainline.read(store)) for store in map(Store, self.kits)]
        return sum(
            all(held(store, main, main.tip, key) == text for store, main in kits)
            for key, text in server.texts(self.wiki).items()
        )


def measured(bundle: Path, work: Path) -> tuple[Figures, grm.Peer, str]:
    """Set up the wiki and go the whole road; the peer comes right after our first fetch, to the same wiki."""
    with _wiki(work / "wiki") as wiki:
        ours, theirs = (for_account(wiki, work, name) for name in (ACCOUNT, PEER))
        pages = igbo.pages(ours, bundle, work / "igbo.git")
        wiki.load([(page.title, page.wikitext) for page in pages], timestamp=LONG_AGO)
        _edit_something(wiki)
        chosen = edits.chosen(pages, PAGES + SPARE)
        road = Road(wiki, ours, work, pages, chosen[:PAGES], Person(wiki))
        road.fetches()
        peer = grm.measure(wiki, theirs, work, chosen[PAGES:])
        road.writes()
        road.travels()
        road.publishes()
        road.comes_home()
        road.is_checked()
        return road.figures | grm.figures(peer), peer, wiki.version


def _wiki(folder: Path) -> MediaWiki:
    """A wiki in Igbo: Debian's MediaWiki, or the version that the environment names."""
    return install(folder, version=os.environ.get("WIKI", ""), language="ig", extra_settings=SETTINGS)


def _edit_something(wiki: MediaWiki) -> None:
    """One living edit: the peer takes the number of the wiki's last revision from recent changes."""
    texts = server.texts(wiki)
    title = wiki.session().get(action="query", meta="siteinfo")["query"]["general"]["mainpage"]
    wiki.edit(title, texts[0, title] + "\n\nNnọọ.", user=person.NAME)


def main() -> None:
    """Measure, tell, and print the figures."""
    bundle = igbo.bundle()
    with tempfile.TemporaryDirectory(prefix="wikigit-road-") as folder:
        try:
            figures, peer, version = measured(bundle, Path(folder))
        except (MissingComponent, Failed) as exc:
            sys.exit(f"error: {exc}")
    print(table(figures, version, peer.trouble), file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
