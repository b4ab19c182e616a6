"""The real program publishes to a real wiki from a mirror of the hub, and is killed: by the wiki's side, or the hub's.

A series is one hub, one wiki and one kit that go on and on; at each point somebody writes, a run is killed, others
edit and revert, and the next run ends what it began.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from testing.cutting_proxy import Cut, CuttingProxy, Heard
from testing.mediawiki import MediaWiki as Server
from tests import importers, journey
from tests.chance import steps
from tests.journey import Hub
from tests.killed import Fault, Wrong, judged
from wikigit.core import attribution
from wikigit.core.config import OWN_WIKI, Selection
from wikigit.core.edit import Edit
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.repo import mainline, receipts, runs
from wikigit.repo.verify import State, verify
from wikigit.wiki.client import MediaWiki
from wikigit.wiki.login import BotPassword

ACCOUNT = "Bridge that is killed"
GRANTS = ("basic", "highvolume", "editpage", "createeditmovepage")
WIKIGIT = Path(sys.executable).with_name("wikigit")
PERSON_NEEDED = 4
PARTS = 6
HOOK = """#!/bin/sh
count=$(($(cat {folder}/count) + 1))
echo $count > {folder}/count
[ $count = {at} ] || exit 0
kill -KILL $(cat {folder}/victim)
exit {status}
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a program is killed: at which request or push, counted from 0. `how` is a cut, or a hook's name.

    `writes`: of the requests only those that write count, as for a delayed one they always do.
    """

    number: int
    how: str
    writes: bool = False


HOWS = (*map(str, Cut), "pre-receive", "post-receive")


class Series:
    """One hub and what was killed at it. Where `importing`, the server has the settings of `importers`."""

    def __init__(self, folder: Path, server: Server, seed: int, *, importing: bool = False) -> None:
        self.importing = importing
        journey.draw_again_from(seed)
        self.chance, self.folder, self.server = Random(seed), folder, server
        self.said: list[str] = []
        self.name = f"Series {seed}{' imports' if importing else ''}"
        self.ngozi, self.lake = f"{self.name} Ngozi", f"{self.name} Lake"
        for title in (self.ngozi, self.lake):
            server.edit(title, "\n\n".join(f"{title} has Old{n}x to tell of." for n in range(PARTS)), user="Somebody")
        login = importers.login(server, ACCOUNT) if importing else _login(server)
        self.secrets = {"WIKIGIT_LOGIN": login.login, "WIKIGIT_PASSWORD": login.password}
        self.proxy = CuttingProxy(server.url.removeprefix("http://"))
        self.proxy.__enter__()
        api = f"{self.proxy.url}/api.php"
        wiki = MediaWiki(
            api, contact="t@example.org", version="0",
            credentials=login, cookies=folder / "cookies",
        )  # fmt: skip
        policy = importers.POLICY if importing else OWN_WIKI
        self.hub = Hub(folder, wiki, selection=Selection(titles=(self.ngozi, self.lake)), policy=policy, api=api)
        self.hub.works_in_mirrors()
        self.kit = self.hub.kit("school")
        self.count = self.words = self.ended = 0

    def close(self) -> None:
        """Listen no more."""
        self.proxy.__exit__(None, None, None)

    def points(self, hows: tuple[str, ...] = HOWS) -> Iterator[tuple[Place, list[Wrong]]]:
        """Kill at every place, in every way, until a run has no such place any more; what was wrong at each."""
        for how in hows:
            for number in itertools.count():
                found = self.killed(Place(number, how))
                if found is None:
                    break
                yield found

    def killed(self, place: Place) -> tuple[Place, list[Wrong]] | None:
        """Somebody writes, a run is killed, others edit, the next run ends it. None where no run came so far."""
        since = self._heads()
        edits = self._people_write()
        self._time_passes()
        happened = self._first_run(place)
        if self.importing and self.chance.random() < 0.5:
            self.proxy.release()
        for _ in range(self.chance.randrange(3)):
            self._somebody_edits()
        self._time_passes()
        self._next_run()
        wrong = list(self._faults(edits, since))
        return (place, wrong) if happened or wrong else None

    # People

    def _people_write(self) -> list[Edit]:
        """Two people write on each other's edits of one page, another on a second one, and a page is new."""
        self.count += 1
        one = self._changes(self.ngozi, "Aline", self.chance.randrange(PARTS))
        two = self._changes(self.ngozi, "Jean", self.chance.randrange(PARTS))
        three = self._changes(self.lake, "Jean", self.chance.randrange(PARTS))
        edits = [one, two, three]
        if self.chance.random() < 0.3:
            new = f"{self.name} Village {self.count}"
            edits.append(self.kit.writes(new, f"Here New{self.count}x is put in.", by="Aline"))
        self.hub.receives(self.kit.sends())
        self.hub.merges()
        self.said = [f"{edit.id} {edit.title} by {edit.name}: {self.hub.outcome(edit)}" for edit in edits]
        return edits

    def _changes(self, title: str, by: str, place: int) -> Edit:
        parts = (self.kit.page(title) or "").split("\n\n")
        self.words += 1
        parts[place % len(parts)] = f"{title} has Word{self.words}x to tell of."
        return self.kit.writes(title, "\n\n".join(parts), by=by, credit=f"{by} N." if by == "Jean" else "")

    def _somebody_edits(self) -> None:
        """Somebody reverts our newest revision, or changes a part of a page."""
        title = self.chance.choice((self.ngozi, self.lake))
        head = self._ours(self.server.history(title))
        if head and self.chance.random() < 0.6:
            self.server.undo(title, int(head["revid"]), user="Somebody")  # the newest can always be undone
            self.said.append(f"somebody reverts {head['revid']} of {title}")
            return
        now = self.server.page(title)
        assert now is not None
        parts, here = now[0].split("\n\n"), self.chance.randrange(PARTS)
        parts[here % len(parts)] = f"{title} has Person{self.chance.randrange(10**9)}x to tell of."
        self.server.edit(title, "\n\n".join(parts), user="Somebody")
        self.said.append(f"somebody changes part {here} of {title}")

    @staticmethod
    def _ours(history: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The newest revision if it is ours; of an import, the one below that the wiki put on top."""
        *_, below, head = [{"user": ""}, *history]
        if head["user"] != ACCOUNT:
            return None
        return below if attribution.is_author(below["user"]) else head

    # Runs

    def _time_passes(self) -> None:
        """Where a run imports, pages rest before it, and what was under way has arrived."""
        if self.importing:
            self.proxy.release()
            self.server.time_passes(4)

    def _first_run(self, place: Place) -> bool:
        """Run the program, to be killed at a place; returns whether it was."""
        mirror = self.hub.mirror()
        if place.how in list(Cut):
            cut = Cut(place.how)
            counts = _writes if cut is Cut.DELAYED or place.writes else _everything
            self.proxy.cut(place.number, cut, counts, self.chance.randrange(12))
            ended = self._program(mirror.path)
            happened = self.proxy.mend()
        else:
            with self._hook(place):
                ended = self._program(mirror.path)
            happened = int((self.folder / "count").read_text()) > place.number
        self.said.append(f"the first run, killed at {place}: {ended}")
        return happened

    def _next_run(self) -> None:
        """Run the program to its end, from a fresh mirror, and let receipts go home."""
        ended = self._program(self.hub.mirror().path, "--take-over")
        self.said.append(f"the next run: {ended}")
        self.proxy.release()
        self.ended = ended
        self.hub.fetches()
        self.kit.receives(self.hub.sends())

    def _program(self, mirror: Path, *options: str) -> int:
        """`wikigit bridge publish`; returns how it ended, the signal below zero."""
        command = [str(WIKIGIT), "-C", str(mirror), "bridge", "publish", "--by", journey.VOLUNTEER, *options]
        with (self.folder / "said.txt").open("ab") as said:
            process = subprocess.Popen(
                command, env={**os.environ, **self.secrets}, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
            self.proxy.victim = process
            (self.folder / "victim").write_text(str(process.pid))
            return process.wait()

    @contextmanager
    def _hook(self, place: Place) -> Iterator[None]:
        """The hub kills who pushes, before it accepts the push, and refuses that; or after it."""
        hook = self.hub.store.path / "hooks" / place.how
        hook.parent.mkdir(exist_ok=True)
        status = 1 if place.how == "pre-receive" else 0
        hook.write_text(HOOK.format(folder=self.folder, at=place.number + 1, status=status))
        hook.chmod(0o755)
        (self.folder / "count").write_text("0")
        try:
            yield
        finally:
            hook.unlink()

    # What must be true

    def _faults(self, edits: list[Edit], since: int) -> Iterator[Wrong]:
        store = self.hub.store
        standing = receipts.standing(store)
        yield from judged(edits, steps(store), self._revisions(edits, since), standing, ACCOUNT)
        if self.ended not in (0, PERSON_NEEDED):
            yield Wrong(Fault.UNSOUND, f"the next run ended with {self.ended}")
        if runs.turn(store) or runs.read(store, mainline.read(store).site):
            yield Wrong(Fault.UNSOUND, "a run is open")
        for edit in edits:
            if self.kit.receipt(edit).outcome is not standing[edit.id].outcome:
                yield Wrong(Fault.LOST, f"{edit.id} is told otherwise at the kit: {self.kit.receipt(edit)}")
        for finding in verify(store):
            if finding.state is not State.OK:
                yield Wrong(Fault.UNSOUND, f"{finding}")

    def _heads(self) -> int:
        """The newest revision of our pages."""
        found = self.hub.wiki.heads([self.hub.title(self.ngozi), self.hub.title(self.lake)])
        return max(head.id for head in found.values() if head)

    def _revisions(self, edits: list[Edit], since: int) -> list[Revision]:
        """All revisions of the edits' pages with their texts, beginning at the one before this point."""
        titles: set[Title] = {edit.title for edit in edits}
        ids = [revision.id for title in titles for revision in self.hub.wiki.history(title, since, 1)]
        return sorted(self.hub.wiki.revisions(ids).values(), key=lambda revision: revision.id)


def _everything(heard: Heard) -> bool:
    return True


def _writes(heard: Heard) -> bool:
    return heard.method == "POST" and (b"action=edit" in heard.body or b"\r\n\r\nimport\r\n" in heard.body)


def _login(server: Server) -> BotPassword:
    server.add_account(ACCOUNT)
    return BotPassword(f"{ACCOUNT}@wikigit", server.bot_password(ACCOUNT, "wikigit", GRANTS))
