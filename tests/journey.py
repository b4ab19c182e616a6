"""The vocabulary of our stories: a wiki, its bridge and hub, kits, and sticks between them.

Everything is real but the wiki, which may be the one in memory.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable
from pathlib import Path

from wikigit.bridge import fetch, publish, start
from wikigit.bridge.fetch import Fetched
from wikigit.core.config import Config, Policy, Selection
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.title import Title
from wikigit.hub import accept, decline, merge, receive, send
from wikigit.hub.merge import Result
from wikigit.kit import desk, people
from wikigit.kit import receive as kit_receive
from wikigit.kit import send as kit_send
from wikigit.kit import start as kit_start
from wikigit.kit.desk import Mine
from wikigit.repo import layout, mainline, receipts
from wikigit.repo.store import Store
from wikigit.wiki.door import Wiki
from wikigit.wikitext.merge import Conflict

DAY = "2026-03-01"
VOLUNTEER = "Vera"

_drawn = itertools.count()


def drawn(size: int) -> bytes:
    """Bytes that differ each time and are the same in each run."""
    return hashlib.sha256(b"%d" % next(_drawn)).digest()[:size]


def draw_again_from(seed: int) -> None:
    """Let a story that begins with `seed` draw the same ids in whatever order stories are told."""
    global _drawn
    _drawn = itertools.count(seed * 1_000_000)


class Stick:
    """A folder that travels."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())


class Hub:
    """The hub's repository, with the bridge to one wiki beside it."""

    def __init__(self, folder: Path, wiki: Wiki, *, selection: Selection | None = None) -> None:
        self.folder, self.wiki = folder, wiki
        self.store = Store.create(folder / "hub.git")
        self._sticks = itertools.count()
        settings = Config("r-00000000", "https://wiki.example/api.php", "bridge@wiki.example")
        settings = Config(settings.repository, settings.api, settings.contact, selection or Selection(), Policy())
        start.start(self.store, wiki.site(), settings, DAY)
        self.fetches()

    # the bridge

    def fetches(self) -> Fetched:
        return fetch.fetch(self.store, self.wiki, DAY)

    def publishes(self, *, stop_after: int | None = None, by: str = VOLUNTEER) -> list[Receipt]:
        """Publish the queue, or walk away after so many receipts."""
        return list(itertools.islice(publish.publish(self.store, self.wiki, by=by, day=DAY), stop_after))

    # the hub

    def receives(self, stick: Stick) -> list[receive.Received]:
        return list(receive.receive(self.store, stick.folder, DAY))

    def merges(self, *kits: Kit) -> Result:
        return merge.merge(self.store, [kit.id for kit in kits], by=VOLUNTEER, day=DAY)

    def accepts(self, edit: Edit) -> list[Receipt]:
        return accept.accept(self.store, edit.id, by=VOLUNTEER, day=DAY)

    def declines(self, edit: Edit, reason: str = "off-topic") -> list[Receipt]:
        return decline.decline(self.store, edit.id, reason=reason, by=VOLUNTEER, day=DAY)

    def sends(self, *, new: bool = False, full: bool = False) -> Stick:
        stick = Stick(self.folder / f"stick-down-{next(self._sticks)}")
        list(send.send(self.store, stick.folder, day=DAY, new=new, full=full))
        return stick

    def kit(self, name: str) -> Kit:
        """A new kit, made of a full parcel."""
        return Kit(self.folder / name, self.sends(new=True))

    def page(self, title: str, ref: str = layout.MAIN) -> str | None:
        tip = self.store.need(ref, "")
        return self.store.wikitext(tip, self.title(title))

    def title(self, title: str) -> Title:
        return Title.parse(title, mainline.read(self.store).site)

    def queue(self) -> list[str]:
        return [entry.edit for entry in mainline.read(self.store).entries]

    def outcome(self, edit: Edit) -> Outcome:
        return receipts.standing(self.store)[edit.id].outcome

    def holds(self, ref: str, words: str) -> bool:
        """Whether any object reachable from a ref holds these words."""
        from wikigit.repo import git

        listed = git.run(self.store.path, "rev-list", "--objects", ref).decode().split("\n")
        ids = "\n".join(line[:40] for line in listed if line).encode()
        return words.encode() in git.run(self.store.path, "cat-file", "--batch", stdin=ids)


class Kit:
    """A kit, its people and their phones."""

    def __init__(self, folder: Path, stick: Stick) -> None:
        self.folder = folder
        self.id = kit_start.start(folder / "kit.git", stick.folder, drawn=drawn(5), day=DAY)
        self.store = Store(folder / "kit.git")
        self._sticks = itertools.count()

    def writes(self, title: str, wikitext: str, *, by: str = "Aline", summary: str = "", credit: str = "") -> Edit:
        """Somebody replaces a page's text, having seen what the desk shows."""
        saved = self.saves(title, wikitext, seen=self.page(title), by=by, summary=summary, credit=credit)
        assert isinstance(saved, Edit), saved
        return saved

    def changes(self, title: str, old: str, new: str, *, by: str = "Aline", summary: str = "") -> Edit:
        """Somebody changes a few words of a page."""
        before = self.page(title)
        assert before is not None
        assert old in before, (old, before)
        return self.writes(title, before.replace(old, new), by=by, summary=summary)

    def saves(
        self, title: str, wikitext: str, *, seen: str | None, by: str, summary: str = "", credit: str = ""
    ) -> Edit | Conflict | None:
        person = people.person(self.store.path, by, drawn=drawn(5), credit=credit or None)
        return desk.save(
            self.store, self.title(title), wikitext, seen=seen, by=person, summary=summary, day=DAY, drawn=drawn(10)
        )

    def sends(self, *, hold: Iterable[Edit] = (), full: bool = False) -> Stick:
        stick = Stick(self.folder / f"stick-up-{next(self._sticks)}")
        kit_send.send(self.store, stick.folder, day=DAY, hold=[edit.id for edit in hold], full=full)
        return stick

    def receives(self, stick: Stick) -> kit_receive.Received:
        return kit_receive.receive(self.store, stick.folder, DAY)

    def page(self, title: str) -> str | None:
        return desk.page(self.store, self.title(title))

    def mine(self, by: str = "") -> list[Mine]:
        contributor = people.person(self.store.path, by, drawn=drawn(5)).contributor if by else ""
        return desk.mine(self.store, contributor)

    def told(self, edit: Edit) -> Outcome:
        """What this kit says became of an edit."""
        (found,) = [mine for mine in self.mine() if mine.edit.id == edit.id]
        return found.receipt.outcome

    def title(self, title: str) -> Title:
        return Title.parse(title, mainline.read(self.store).site)


def outcomes(told: Iterable[Receipt]) -> list[str]:
    """The outcomes of receipts, in order."""
    return [str(receipt.outcome) for receipt in told]
