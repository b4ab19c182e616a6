"""Kits where many things must not be told: rounds made by chance, each searched byte by byte for what got out.

A canary is a word that stands nowhere else. It is looked for as it is, and as it would look in UTF-16 and in base 64,
in files, in all that can be unpacked of them, and in what commands print.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

from testing.memory_wiki import MemoryWiki
from tests import journey
from tests.journey import NGOZI, Hub, Stick
from wikigit.core.edit import Edit
from wikigit.core.errors import WikigitError
from wikigit.kit import backup, people
from wikigit.kit.desk import Place
from wikigit.repo import git

ZONE, COUNTRY = "Africa/Bujumbura", "Bujumbura"
TITLES = ("Ngozi", "Lake", "Gitega")
TURNS = 14
WIKIGIT = Path(sys.executable).with_name("wikigit")
DAY = 86400

_EPOCH = re.compile(rb"(?<![0-9])1[0-9]{9}(?![0-9])")
_CLOCK = re.compile(rb"20[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]")
_OFFSET = re.compile(rb" [+-](?!0000)[01][0-9](?:00|30|45)\n")


def rounds(count: int, *, seed: int = 0) -> Mapping[str, int]:
    """The figures of so many rounds, and on stderr what got out and in which round."""
    leaked = searched = 0
    with _elsewhere():
        for number in range(seed, seed + count):
            with tempfile.TemporaryDirectory() as folder:
                told = Round(Path(folder), number)
                told.happens()
                searched += told.searched
                leaked += len(told.found)
                for place, canary in told.found:
                    lines = (f"canary round {number}: {canary!r} in {place}", *told.said)
                    sys.stderr.write("\n  ".join(lines) + "\n")
    return {"canary_rounds": count, "canary_bytes": searched, "leaked_canaries": leaked}


@contextmanager
def _elsewhere() -> Iterator[None]:
    """This machine's clock is a place's own, as a kit's is."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = ZONE
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


class Round:
    """A hub, a kit and its people, who write, hide, erase and send; `found` is what got out, as (place, canary)."""

    def __init__(self, folder: Path, seed: int) -> None:
        journey.draw_again_from(seed)
        self.chance, self.folder = Random(seed), folder
        self.found: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.searched = 0
        self.begun = int(time.time())
        wiki = MemoryWiki()
        for title in TITLES[:2]:
            wiki.person_edits(title, NGOZI.replace("Ngozi", title))
        self.hub = Hub(folder, wiki)
        self.kit = self.hub.kit("school")
        self.people = [f"Zubeda{seed} Kwizera{n}x" for n in range(3)] + [f"zubeda{seed}@camp.example"]
        self.open: dict[str, Edit] = {}  # canary → its edit, which was not taken out
        self.approved: set[str] = set()  # ids of edits that somebody let leave
        self.gone: set[str] = set()  # canaries of hidden and withdrawn edits
        self.erased: set[str] = set()
        self.typed: set[str] = set()  # names that somebody typed into a page: they may stand in the kit
        self.spoken: list[str] = []  # canaries that the facilitator said to authors
        self.count = 0

    def happens(self) -> None:
        """Everybody does something at every turn, and everything is searched in the end."""
        for name in self.people:
            people.person(self.kit.store.path, name, drawn=journey.drawn(5))
        self._sends()  # the hub knows the kit from here on
        turns = [
            *[self._saves] * 6, self._names_somebody, self._approves, self._approves, self._sends_back,
            self._takes_out, self._takes_out, self._sends, self._travels, self._forgets, self._packs,
        ]  # fmt: skip
        for _ in range(TURNS):
            self._turn(self.chance.choice(turns))
        self._turn(self._takes_out)
        self._travels()
        self._search_kit()

    def _turn(self, turn: Callable[[], None]) -> None:
        self.said.append(turn.__name__)
        with suppress(WikigitError):  # an edit has left, or one below it is not approved
            turn()

    # What people do

    def _canary(self) -> str:
        self.count += 1
        return f"Canary{self.chance.randrange(10**9)}x{self.count}"

    def _saves(self) -> None:
        canary, title = self._canary(), self.chance.choice(TITLES)
        parts = (self.kit.page(title) or "").split("\n\n")
        place = self.chance.randrange(len(parts) + 1)
        if place < len(parts) and self.chance.random() < 0.3:
            parts[place] = f"{parts[place]} And {canary}."
        else:
            parts.insert(place, f"Here {canary} is told of.")
        self._save(canary, title, "\n\n".join(filter(None, parts)))

    def _save(self, canary: str, title: str, wikitext: str) -> None:
        by = self.chance.choice(self.people)
        self.open[canary] = self.kit.writes(title, wikitext, by=by, summary=f"About {canary}")

    def _names_somebody(self) -> None:
        """A name or an address is typed into a page; the facilitator approves all without looking."""
        canary, title = self._canary(), self.chance.choice(TITLES)
        told = self.chance.choice(self.people)
        self.typed.add(told)
        self._save(canary, title, f"{self.kit.page(title) or ''}\n\n{canary} is known to {told}.".strip())

    def _approves(self) -> None:
        some = [edit for edit in self.open.values() if self.chance.random() < 0.5]
        if some:
            asked = self.kit.approves(*some)
            self.approved |= {each.edit.id for each in asked if each.receipt.outcome == "approved"}

    def _sends_back(self) -> None:
        if self.open:
            self.spoken.append(self._canary())
            edit = self.chance.choice([*self.open.values()])
            self.kit.sends_back(edit, f"Why {self.spoken[-1]}?")
            self.approved.discard(edit.id)

    def _takes_out(self) -> None:
        if self.open:
            canary = self.chance.choice([*self.open])
            take = self.chance.choice((self.kit.hides, self.kit.withdraws, self.kit.erases))
            edit = self.open[canary]
            take(edit)
            del self.open[canary]
            (self.erased if take == self.kit.erases else self.gone).add(canary)
            self._tidy()

    def _forgets(self) -> None:
        name = self.people.pop(self.chance.randrange(len(self.people))) if len(self.people) > 2 else ""
        if name:
            theirs = {m.edit.id for m in self.kit.mine(name)}
            self.kit.forgets(name)
            self.erased |= {canary for canary, edit in self.open.items() if edit.id in theirs and self._unsent(edit)}
            self.erased.add(name)
            self._tidy()

    def _packs(self) -> None:
        git.run(self.kit.store.path, "repack", "-a", "-d", "-q")

    def _tidy(self) -> None:
        """Some edits went aside, or away, with what they stood on."""
        places = {mine.edit.id: mine.place for mine in self.kit.mine()}
        for canary, edit in [*self.open.items()]:
            if places.get(edit.id, Place.ASIDE) is Place.ASIDE:
                del self.open[canary]
                self.gone.add(canary)

    def _unsent(self, edit: Edit) -> bool:
        return edit.id in {asked.edit.id for asked in self.kit.queue()}

    # What leaves

    def _sends(self) -> None:
        """The kit sends, by the program; sometimes all is approved, unseen."""
        stick = Stick(self.folder / f"up-{self.count}-{len(self.said)}")
        words = ["--approve-all"] if self.chance.random() < 0.4 else []
        if words:
            asked = [each for each in self.kit.queue() if each.receipt.outcome != "sent-back" and not each.leak]
            self.approved |= {each.edit.id for each in asked}
        told = self._runs(self.kit.store.path, "kit", "send", stick.folder, *words)
        self._search_leaving(stick, told)
        self.hub.receives(stick)

    def _travels(self) -> None:
        """All the way to the wiki and back."""
        self._sends()
        self.hub.merges()
        self.hub.publishes()
        self.hub.fetches()
        stick = self.hub.sends()
        told = self._runs(self.hub.store.path, "log") + self._runs(self.hub.store.path, "status")
        told += self._runs(self.kit.store.path, "status") + self._runs(self.kit.store.path, "verify")
        self._search("what the hub tells", told, self._secrets())
        self._search_folder(stick.folder, self._secrets())
        self._search_folder(self.hub.store.path, self._secrets())
        self._search("the hub's objects", _objects(self.hub.store.path), self._secrets())
        self._search_backup()
        self.kit.receives(stick)

    def _runs(self, place: Path, *words: str | Path) -> bytes:
        """What a command says, on all its channels."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        surroundings = {**os.environ, "HOME": str(home)}
        done = subprocess.run(
            [WIKIGIT, "-v", "--json", "-C", place, *words], env=surroundings, capture_output=True, check=False
        )
        return done.stdout + done.stderr

    def _secrets(self) -> set[str]:
        """All that may be in nothing that leaves."""
        unsent = {canary for canary, edit in self.open.items() if edit.id not in self.approved}
        return {*self.people, *self.gone, *self.erased, *unsent, *self.spoken, COUNTRY, *_machine()}

    def _search_leaving(self, stick: Stick, told: bytes) -> None:
        secrets = self._secrets()
        self._search("what `kit send` tells", told, secrets)
        self._search_folder(stick.folder, secrets)
        scratch = self.folder / "scratch"
        shutil.copytree(self.hub.store.path, scratch)
        for bundle in stick.folder.rglob("*.bundle"):
            with suppress(WikigitError):
                git.run(scratch, "bundle", "unbundle", str(bundle.absolute()))
        objects = _objects(scratch)
        shutil.rmtree(scratch)
        self._search("the parcel's objects", objects, secrets)
        self._search_times("the parcel's objects", objects)
        for file in stick.folder.rglob("*"):
            if file.is_file() and file.suffix != ".txt":
                self._search("a file's name", file.name.encode(), secrets)
                if int(file.stat().st_mtime) % DAY:
                    self.found.append((file.name, "the time of day"))

    def _search_backup(self) -> None:
        """A backup that may be shown to others tells no more than what has left."""
        file = self.folder / f"{self._canary()}.backup"
        backup.backup(self.kit.store, file, shareable=True)
        with backup.restoring(file, self.folder / f"{file.name}.git") as restored:
            objects = _objects(restored.path)
        for place, told in (("the backup", file.read_bytes()), ("the backup's objects", objects)):
            self._search(place, told, self._secrets())
            self._search_times(place, told)

    def _search_kit(self) -> None:
        """What was erased is in no byte of the kit; what was put aside in no object of it."""
        self._search_folder(self.kit.store.path, self.erased - self.typed)
        objects = _objects(self.kit.store.path)
        self._search("the kit's objects", objects, {*self.erased, *self.gone, *self.people} - self.typed)
        for log in (self.kit.store.path / "logs").rglob("*"):
            if log.is_file():
                self._search(str(log), log.read_bytes(), {*self.people, *_machine()})
                self._search_times(str(log), log.read_bytes())

    # Searching

    def _search_folder(self, folder: Path, secrets: Collection[str]) -> None:
        for file in folder.rglob("*"):
            if file.is_file():
                data = file.read_bytes()
                self._search(str(file), data, secrets)
                if data[:1] == b"\x78":
                    with suppress(zlib.error):
                        self._search(str(file), zlib.decompress(data), secrets)

    def _search(self, place: str, data: bytes, secrets: Collection[str]) -> None:
        self.searched += len(data)
        lower = data.lower()
        for secret in secrets:
            if any(form in (lower if folded else data) for form, folded in forms(secret)):
                self.found.append((place, secret))

    def _search_times(self, place: str, data: bytes) -> None:
        """No moment of this round, no clock, and no time zone."""
        now = int(time.time()) + 1
        moments = [n for n in map(int, _EPOCH.findall(data)) if self.begun <= n <= now and n % DAY]
        zones = _OFFSET.findall(data)
        clocks = [c for c in _CLOCK.findall(data) if not _of_the_wiki(data, c)]
        self.found += [(place, str(told)) for told in (*moments, *zones, *clocks)]


def forms(secret: str) -> list[tuple[bytes, bool]]:
    """How a secret may stand in bytes, each with whether letter case makes no difference."""
    plain = secret.lower().encode()
    wide = secret.lower().encode("utf-16-le")
    hidden = [base64.b64encode(b"\0" * shift + secret.encode())[8 if shift else 0 : -4] for shift in range(3)]
    return [(plain, True), (wide, True), *((form, False) for form in hidden if len(form) > 7)]


def _machine() -> list[str]:
    """This machine's name, where it is a word of its own."""
    name = socket.gethostname()
    return [name] if len(name) > 5 else []


def _objects(place: Path) -> bytes:
    """All that Git can read in a repository."""
    return git.run(place, "cat-file", "--batch-all-objects", "--batch", "--unordered")


def _of_the_wiki(data: bytes, clock: bytes) -> bool:
    """Whether a time is that of a revision, which the wiki tells everybody."""
    line = data[data.rfind(b"\n", 0, data.index(clock)) + 1 : data.index(clock)]
    return b"\t" in line or b"Cursor" in line
