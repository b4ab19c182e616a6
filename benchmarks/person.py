"""A person on the wiki, who goes on writing on the very pages that the bridge is about to publish."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks import edits
from benchmarks.igbo import RealPage
from testing.mediawiki import ApiError, MediaWiki

NAME = "Ngozi"
UNDER_WAY = 10  # edits that the bridge has sent when the person comes in
PATIENCE = 120.0  # seconds to wait for that


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the person wrote: on which page, which words, in which revision."""

    page: RealPage
    words: str
    revision: int


@dataclass(slots=True)
class Person:
    """Somebody with an account, and all that they wrote."""

    wiki: MediaWiki
    wrote: list[Sentence] = field(default_factory=list)

    def writes(self, pages: Iterable[RealPage]) -> None:
        """Add a sentence to each page, at a place that no edit of a kit touches."""
        for page in pages:
            line = page.wikitext.split("\n")[edits.places(page.wikitext)[2]]
            words = f"Onye wiki dere ahịrịokwu {len(self.wrote) + 1}."
            self.wrote.append(Sentence(page, words, self._saves(page.title, line, words)))

    def comes_in(self, pages: Iterable[RealPage]) -> threading.Thread:
        """Wait until the bridge is at work, then write on what it has read but not yet sent."""
        waiting = threading.Thread(target=self._waits, args=(pages,), daemon=True)
        waiting.start()
        return waiting

    def _waits(self, pages: Iterable[RealPage]) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.wiki.asked().count("POST api.php edit") < UNDER_WAY and time.monotonic() < deadline:
            time.sleep(0.01)
        self.writes(pages)

    def _saves(self, title: str, line: str, words: str) -> int:
        """Save as the wiki's own form does, which overwrites nobody; returns the revision."""
        while True:
            now = self.wiki.page(title)
            assert now is not None
            text = edits.by_person(now[0], line, words)
            try:
                answer = self.wiki.session(NAME).post(action="edit", title=title, text=text, baserevid=now[1])
                return int(answer["edit"]["newrevid"])
            except ApiError as exc:
                if exc.code != "editconflict":
                    raise
