"""One run at a time: whose turn it is to send, on a ref that every runner sees.

A run that sends on an older plan could bring back what a person reverted in between, and the wiki would not
refuse it. So the turn is taken before the plan is made, kept while edits are sent, and given back. One who is
killed keeps it until it is over, by the wiki's clock. Nothing here knows what is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from wikigit.core.errors import Locked
from wikigit.repo import layout, mainline, runs
from wikigit.repo.runs import Intent
from wikigit.repo.store import Store
from wikigit.wiki.door import Wiki

LEASE = timedelta(minutes=15)
"""So long a turn is kept without a sign of life; it is renewed when half of it is over."""

NONCE_BYTES = 8

_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(slots=True)
class Turn:
    """One run's turn.

    `nonce` is drawn for this run; `clock` counts seconds. `at` is the commit of the ref that this run wrote last.
    """

    store: Store
    wiki: Wiki
    nonce: str
    day: str
    clock: Callable[[], float]
    at: str = ""
    _until: str = ""
    _since: float = 0.0

    def take(self, *, over: bool = False) -> None:
        """Take the turn. `over`: the other run is known to be dead. Raises Locked where another one has it."""
        with self.store.writing():
            other = runs.turn(self.store)
            if other and not over and other.until > self.wiki.clock():
                raise Locked(
                    f"Another run is publishing; nothing was sent. Its turn ends at {other.until} (the wiki's clock).",
                    hint="Publish again after that; or, where it was killed: wikigit bridge publish --take-over",
                )
            self._write(runs.read(self.store, mainline.read(self.store).site), "Take the turn")

    def keep(self) -> None:
        """Make sure before an edit is sent that it still is our turn. Raises Locked where it is not.

        The wiki's clock is known from its last answer only, so that this run's own seconds count too.
        """
        self._ours()
        half = LEASE / 2
        if self.clock() - self._since >= half.total_seconds() or self.wiki.clock() >= _later(self._until, -half):
            with self.store.writing():
                self._ours()
                self._write(runs.read(self.store, mainline.read(self.store).site), "Keep the turn")

    def open(self, intents: list[Intent]) -> None:
        """Write down what is about to be sent; the caller holds the lock. Raises Locked where it is not our turn."""
        self._ours()
        self._write(intents, "Begin to publish")

    def give_back(self) -> None:
        """Let the next run begin, if it still is our turn."""
        with self.store.writing():
            held = runs.turn(self.store)
            if held and held.nonce == self.nonce:
                intents = runs.read(self.store, mainline.read(self.store).site)
                self.store.move([runs.hand(self.store, None, intents, "Give the turn back", self.day)])

    @property
    def alone(self) -> bool:
        """Whether nobody else has written to the ref since this run did."""
        return self.store.tip(layout.RUNS) == self.at

    def _ours(self) -> None:
        held = runs.turn(self.store)
        if held is None or held.nonce != self.nonce:
            raise Locked("Another run has taken the turn; this one stops.", hint="Publish again when it is done.")

    def _write(self, intents: list[Intent], subject: str) -> None:
        self._until, self._since = _later(self.wiki.clock(), LEASE), self.clock()
        mine = runs.Turn(self.nonce, self._until)
        move = runs.hand(self.store, mine, intents, subject, self.day)
        self.store.move([move])
        self.at = move.new or ""


def _later(time: str, by: timedelta) -> str:
    return (datetime.strptime(time, _TIME) + by).strftime(_TIME)
