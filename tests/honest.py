"""Honest stories told by chance: kits with good clocks and bad ones, sticks that are late, lost and doubled.

Nobody here does anything that a person would not; so whatever is refused is refused wrongly. Nothing here looks
at what becomes of the edits; others do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from testing.memory_wiki import MemoryWiki
from tests import journey
from tests.journey import NGOZI, Hub, Kit, Stick
from wikigit.core.errors import WikigitError

CLOCKS = ("1970-01-01", "1980-01-01", "2026-03-01", "2026-03-02", "2038-01-20")
TITLES = ("Ngozi", "Lake", "Gitega", "Talk:Lake", "Ikirundi", "Ωμέγα: 50 %", "À propos")
LETTERS = ("Hēllo wōrld", "市場", "السوق", "Urukundo", "🦩 🦩", "{{unité|12|km}}", "== H ==", "* a\n* b", "e\u0301")


@dataclass
class Tally:
    """How many parcels were taken, and what was refused, each with the story's number."""

    tried: int = 0
    refused: list[str] = field(default_factory=list)


def told(folder: Path, seed: int, steps: int = 14) -> Tally:
    """Tell one story."""
    return _Story(folder, seed).told(steps)


class _Story:
    def __init__(self, folder: Path, seed: int) -> None:
        self.chance, self.seed, self.tally = Random(seed), seed, Tally()
        self.wiki = MemoryWiki()
        for title, wikitext in (("Ngozi", NGOZI), ("Lake", "A lake.")):
            self.wiki.person_edits(title, wikitext)
        self.hub = Hub(folder, self.wiki)
        self.clocks = dict[str, str]()
        self.kits = [self._kit(name) for name in ("school", "library")]
        self.up: list[Stick] = []
        self.down: list[Stick] = []

    def told(self, steps: int) -> Tally:
        ways: list[tuple[Callable[[], None], int]] = [
            (self._somebody_writes, 6),
            (self._a_kit_sends, 4),
            (self._the_hub_receives, 4),
            (self._the_hub_merges, 2),
            (self._the_wiki_goes_on, 2),
            (self._the_hub_sends, 3),
            (self._a_kit_receives, 4),
        ]
        for way in self.chance.choices([way for way, _ in ways], [weight for _, weight in ways], k=steps):
            way()
        for last in (self._all_send, self._the_hub_merges, self._the_hub_sends, self._all_receive, self._all_send):
            last()
        return self.tally

    def _kit(self, name: str) -> Kit:
        clock = self.chance.choice(CLOCKS)
        with _clock(clock):
            kit = self.hub.kit(name)
        self.clocks[kit.id] = clock
        return kit

    def _somebody_writes(self) -> None:
        kit = self.chance.choice(self.kits)
        title = self.chance.choice(TITLES)
        parts = (kit.page(title) or "").split("\n\n")
        at = self.chance.randrange(len(parts) + 1)
        words = " ".join(self.chance.choices(LETTERS, k=self.chance.randint(1, 40)))
        words = " ".join(self.chance.choices(LETTERS, k=self.chance.randint(1, 40)))
        parts[at : at + self.chance.randrange(2)] = [words]
        by = self.chance.choice(("Aline", "Jean"))
        summary = self.chance.choice(("", "one\ntwo", "x" * 30_000, "Wikigit-Edit: e", "---", "# 1", "\u202eback"))
        with _clock(self.clocks[kit.id]):
            kit.saves(title, "\n\n".join(parts), seen=kit.page(title), by=by, summary=summary)

    def _a_kit_sends(self) -> None:
        self._sends(self.chance.choice(self.kits), full=self.chance.random() < 0.2)

    def _sends(self, kit: Kit, *, full: bool = False) -> None:
        with _clock(self.clocks[kit.id]):
            self.up.append(kit.sends(full=full))

    def _the_hub_receives(self) -> None:
        """Some stick, perhaps once more; others never come."""
        if self.up:
            stick = self.chance.choice(self.up)
            self._tried(lambda: list(self.hub.receives(stick)))

    def _the_hub_merges(self) -> None:
        self.hub.merges()

    def _the_wiki_goes_on(self) -> None:
        self.wiki.person_edits(self.chance.choice(("Ngozi", "Lake")), f"{NGOZI}\n\nOn the wiki {self.chance.random()}.")
        self.hub.fetches()

    def _the_hub_sends(self) -> None:
        self.down.append(self.hub.sends(full=self.chance.random() < 0.2))

    def _a_kit_receives(self) -> None:
        kit = self.chance.choice(self.kits)
        for stick in [s for s in self.down if any(kit.id in f.name for f in s.files)][-2:]:
            self._receives(kit, stick)

    def _receives(self, kit: Kit, stick: Stick) -> None:
        with _clock(self.clocks[kit.id]):
            self._tried(lambda: kit.receives(stick))

    def _all_send(self) -> None:
        for kit in self.kits:
            self._sends(kit)
            stick = self.up[-1]
            self._tried(lambda stick=stick: list(self.hub.receives(stick)))  # type: ignore[misc]

    def _all_receive(self) -> None:
        for kit in self.kits:
            self._receives(kit, self.down[-1])

    def _tried(self, what: Callable[[], object]) -> None:
        self.tally.tried += 1
        try:
            what()
        except WikigitError as exc:
            self.tally.refused.append(f"story {self.seed}: {exc.message}")


@contextmanager
def _clock(day: str) -> Iterator[None]:
    """A machine's own idea of the day."""
    before, journey.DAY = journey.DAY, day
    try:
        yield
    finally:
        journey.DAY = before
