"""The vocabulary of our stories: a wiki, its bridge and hub, kits, and sticks between them.

Everything is real but the wiki, which may be the one in memory.
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from testing import keys as made_keys
from wikigit.bridge import fetch, publish, revisit, start
from wikigit.bridge import talk as bridge_talk
from wikigit.bridge.fetch import EVERYDAY, Fetched, How
from wikigit.bridge.gate import ALONE, Ways
from wikigit.core import config, identity
from wikigit.core.config import OWN_WIKI, Config, Policy, Selection
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.talk import TalkMessage
from wikigit.core.title import Title
from wikigit.hub import accept, decline, enrol, merge, receive, resolve
from wikigit.hub import send as hub_send
from wikigit.hub.enrol import Candidate
from wikigit.hub.merge import Result
from wikigit.hub.resolve import Decision
from wikigit.hub.waiting import Waiting
from wikigit.kit import desk, erase, people, review
from wikigit.kit import receive as kit_receive
from wikigit.kit import send as kit_send
from wikigit.kit import start as kit_start
from wikigit.kit import talk as kit_talk
from wikigit.kit.desk import Mine
from wikigit.kit.review import Asked
from wikigit.repo import edits, git, keyring, layout, mainline, receipts
from wikigit.repo.parcel import Manifest
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.wiki.door import Wiki
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.resolve import Choice, chosen, closest, words

API = "https://wiki.example/api.php"
DAY = "2026-03-01"
VOLUNTEER = "Vera"
NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."

_drawn = itertools.count()


def drawn(size: int) -> bytes:
    """Bytes that differ each time and are the same in each run."""
    return hashlib.sha256(b"%d" % next(_drawn)).digest()[:size]


def draw_again_from(seed: int) -> None:
    """Let a story that begins with `seed` draw the same ids in whatever order stories are told."""
    global _drawn
    _drawn = itertools.count(seed * 1_000_000)


def much_text(words: int = 4000) -> str:
    """Text that does not pack well."""
    chance = random.Random(7)
    return "\n\n".join(" ".join(f"{chance.randrange(10**8)}" for _ in range(20)) for _ in range(words // 20))


def make_key(file: Path) -> None:
    """A private key that is the same in each run."""
    made_keys.write(file, drawn(32))


class Stick:
    """A folder that travels."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())


class Hub:
    """The hub's repository, with the bridge to one wiki beside it."""

    def __init__(
        self, folder: Path, wiki: Wiki, *, selection: Selection | None = None, policy: Policy = OWN_WIKI,
        api: str = API, history: bool = False, repository: str = "r-00000000",
    ) -> None:  # fmt: skip
        self.folder, self.wiki = folder, wiki
        self.store = Store.create(folder / "hub.git")
        self.bridge: Callable[[], Store] = lambda: self.store
        self._mirrored = False
        self._sticks = itertools.count()
        self._killed = False
        settings = Config(repository, api, "bridge@wiki.example", selection or Selection(), policy)
        start.start(self.store, wiki.site(), settings, DAY)
        keyring.begin(self.store, lambda _: identity.HUB, make_key)
        self.fetches(history=history)

    def moved(self, folder: Path, wiki: Wiki) -> Hub:
        """This hub once more, copied to another folder; its bridge sees another wiki."""
        other = copy.copy(self)
        other.folder, other.wiki, other.store = folder, wiki, Store(folder / "hub.git")
        other.bridge = lambda: other.store
        if self._mirrored:
            other.works_in_mirrors()
        return other

    # the bridge

    def works_in_mirrors(self) -> None:
        """From now on each run of the bridge works in a mirror of its own, as a CI job does."""
        self._mirrored, self.bridge = True, self.mirror

    def mirror(self) -> Store:
        """A fresh mirror of the hub."""
        place = self.folder / f"mirror-{next(self._sticks)}.git"
        git.run(self.store.path, "clone", "--quiet", "--mirror", str(self.store.path), str(place))
        return Store(place)

    def fetches(self, *, history: bool = False, how: How = EVERYDAY) -> Fetched:
        return fetch.fetch(self.bridge(), self.wiki, DAY, history=history, how=how)

    def looks_again(self, day: str) -> list[Receipt]:
        """The bridge looks what became of published edits, on a day."""
        return list(revisit.look_again(self.store, self.wiki, day))

    def listens(self, day: str = DAY) -> list[TalkMessage]:
        """The bridge brings what people wrote on talk pages."""
        return bridge_talk.bring(self.store, self.wiki, day)

    def publishes(
        self, *, stop_after: int | None = None, by: str = VOLUNTEER, day: str = DAY, ways: Ways = ALONE
    ) -> list[Receipt]:
        """Publish the queue, or walk away after so many receipts; the next run knows that this one is dead."""
        ways = replace(ways, take_over=ways.take_over or self._killed)
        self._killed = True
        told = list(itertools.islice(publish.publish(self.bridge(), self.wiki, by=by, day=day, ways=ways), stop_after))
        self._killed = stop_after is not None
        return told

    def agrees_on(self, policy: Policy) -> None:
        """People change the policy in `wikigit.toml` on main."""
        self._settles(policy=policy)

    def asks_for_sealed_parcels(self) -> None:
        """People have all kits seal their parcels."""
        self._settles(encrypt=True)

    def _settles(self, **settings: Any) -> None:
        tip = self.store.need(layout.MAIN, "")
        written = config.write(replace(self.store.config(tip), **settings)).encode()
        tree = self.store.tree_with(self.store.read(tip).tree, {layout.CONFIG: written})
        commit = self.store.commit(tree, [tip], "Agree on settings\n", author=edits.signature(identity.HUB, DAY))
        self.store.move([Move(layout.MAIN, tip, commit)])

    # the hub

    def receives(self, stick: Stick) -> list[receive.Received]:
        return list(receive.receive(self.store, stick.folder, DAY))

    def merges(self, *kits: Kit) -> Result:
        return merge.merge(self.store, [kit.id for kit in kits], by=VOLUNTEER, day=DAY)

    def accepts(self, edit: Edit) -> list[Receipt]:
        return accept.accept(self.store, edit.id, by=VOLUNTEER, day=DAY)

    def resolves(self, edit: Edit, *choices: Choice | str, by: str = VOLUNTEER) -> list[Receipt]:
        """A volunteer chooses at each spot, or writes the spot's words."""
        seen = resolve.look(self.store, edit.id)
        assert seen.conflict is not None
        pairs = list(zip(seen.conflict.spots, choices, strict=True))
        texts = [words(spot, choice) if isinstance(choice, Choice) else choice for spot, choice in pairs]
        options = [
            text if isinstance(choice, Choice) else closest(spot, text)
            for (spot, choice), text in zip(pairs, texts, strict=True)
        ]
        return self._decides(seen, chosen(seen.conflict, texts), by, chosen(seen.conflict, options))

    def rewrites(self, edit: Edit, wikitext: str, by: str = VOLUNTEER) -> list[Receipt]:
        """A volunteer writes the page as it shall be with a waiting edit."""
        return self._decides(resolve.look(self.store, edit.id), wikitext, by)

    def _decides(self, seen: Waiting, wikitext: str, by: str, authors: str | None = None) -> list[Receipt]:
        return resolve.resolve(self.store, seen, Decision(wikitext, by, DAY, drawn(10), authors))

    def declines(self, edit: Edit, reason: str = "off-topic", *, say: str = "") -> list[Receipt]:
        return decline.decline(self.store, edit.id, reason=reason, by=VOLUNTEER, day=DAY, say=say)

    def sends(self, stick: Stick | None = None, *, new: bool = False, full: bool = False) -> Stick:
        """Write the kits' parcels, onto a new stick where none is named."""
        stick = stick or Stick(self.folder / f"stick-down-{next(self._sticks)}")
        list(hub_send.send(self.store, stick.folder, day=DAY, new=new, full=full))
        return stick

    def kit(self, name: str) -> Kit:
        """A new kit, made of a full parcel, and enrolled."""
        kit = Kit(self.folder / name, self.sends(new=True))
        self.enrols(kit)
        return kit

    def enrols(self, kit: Kit) -> None:
        """The people at the hub compare a kit's key with those at the kit, and enrol it."""
        enrol.enrol(self.store, Candidate(kit.id, keyring.own(kit.store)), by=VOLUNTEER, day=DAY)

    def enrols_all(self, stick: Path) -> None:
        """The people at the hub enrol every kit whose first parcel is on a stick."""
        for candidate in list(enrol.candidates(self.store, stick)):
            enrol.enrol(self.store, candidate, by=VOLUNTEER, day=DAY)

    def page(self, title: str, ref: str = layout.MAIN) -> str | None:
        tip = self.store.need(ref, "")
        return self.store.wikitext(tip, self.title(title))

    def title(self, title: str) -> Title:
        return Title.parse(title, mainline.read(self.store).site)

    def queue(self) -> list[str]:
        return [entry.edit for entry in mainline.read(self.store).entries]

    def receipt(self, edit: Edit) -> Receipt:
        """The receipt that holds."""
        return receipts.standing(self.store)[edit.id]

    def outcome(self, edit: Edit) -> Outcome:
        return self.receipt(edit).outcome

    def holds(self, ref: str, words: str) -> bool:
        """Whether any object reachable from a ref holds these words."""
        return holds(self.store, words, ref)


class Kit:
    """A kit, its people and their phones."""

    def __init__(self, folder: Path, stick: Stick, *, wiki: str = "") -> None:
        self.folder = folder
        self.id = kit_start.start(folder / "kit.git", stick.folder, day=DAY, wiki=wiki, make=make_key)
        self.store = Store(folder / "kit.git")
        self._sticks = itertools.count()

    def moved(self, folder: Path) -> Kit:
        """This kit once more, copied to another folder."""
        other = copy.copy(self)
        other.folder, other.store = folder, Store(folder / "kit.git")
        return other

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

    def sends(
        self, stick: Stick | None = None, *, hold: Iterable[Edit] = (), full: bool = False, approve: bool = True
    ) -> Stick:
        """Write a parcel, onto a new stick where none is named."""
        stick = stick or Stick(self.folder / f"stick-up-{next(self._sticks)}")
        held = [edit.id for edit in hold]
        list(kit_send.send(self.store, stick.folder, day=DAY, approve_all=approve, hold=held, full=full))
        return stick

    def queue(self) -> list[Asked]:
        """What the facilitator is shown."""
        return review.queue(self.store, DAY)

    def approves(self, *edits: Edit, names: bool = False) -> list[Asked]:
        return review.approve(self.store, [edit.id for edit in edits], DAY, allows=names)

    def sends_back(self, edit: Edit, say: str) -> Receipt:
        return review.send_back(self.store, edit.id, DAY, say=say)

    def hides(self, edit: Edit, say: str = "") -> list[Receipt]:
        return erase.hide(self.store, edit.id, DAY, say=say)

    def withdraws(self, edit: Edit) -> list[Receipt]:
        return erase.withdraw(self.store, edit.id, edit.contributor, DAY)

    def erases(self, edit: Edit) -> list[Receipt]:
        return erase.erase(self.store, edit.id, DAY)

    def forgets(self, name: str, *, keep_edits: bool = False) -> list[Receipt]:
        person = people.known(self.store.path, name)
        return erase.forget(self.store, person.contributor, DAY, keep_edits=keep_edits)

    def receives(self, stick: Stick) -> kit_receive.Received:
        return kit_receive.receive(self.store, stick.folder, DAY)

    def messages(self, by: str = "") -> list[TalkMessage]:
        contributor = people.person(self.store.path, by, drawn=drawn(5)).contributor if by else ""
        return kit_talk.messages(self.store, contributor)

    def answers(self, message: TalkMessage, typed: str, *, by: str = "Aline", credit: str = "") -> Edit:
        """Somebody answers a message."""
        person = people.person(self.store.path, by, drawn=drawn(5), credit=credit or None)
        saved = kit_talk.answer(self.store, message.id, typed, by=person, day=DAY, drawn=drawn(10))
        assert isinstance(saved, Edit), saved
        return saved

    def page(self, title: str) -> str | None:
        return desk.page(self.store, self.title(title))

    def mine(self, by: str = "") -> list[Mine]:
        contributor = people.person(self.store.path, by, drawn=drawn(5)).contributor if by else ""
        return desk.mine(self.store, contributor)

    def receipt(self, edit: Edit) -> Receipt:
        """The receipt that this kit shows."""
        (found,) = [mine for mine in self.mine() if mine.edit.id == edit.id]
        return found.receipt

    def told(self, edit: Edit) -> Outcome:
        """What this kit says became of an edit."""
        return self.receipt(edit).outcome

    def title(self, title: str) -> Title:
        return Title.parse(title, mainline.read(self.store).site)


def merged(hub: Hub, kit: Kit) -> None:
    """A kit's edits reach the hub, and every one is merged."""
    hub.receives(kit.sends())
    assert set(outcomes(hub.merges(kit).receipts)) == {"merged"}


def signs(store: Store, file: Path, told: Manifest) -> None:
    """Whoever holds this place's key writes a manifest anew, and signs it."""
    file.write_text(told.to_json())
    file.with_name(f"{file.name}.sig").write_bytes(keyring.sign(store, told.to_json().encode()))


def holds(store: Store, words: str, *refs: str) -> bool:
    """Whether any object reachable from these refs (none: in the whole repository) holds these words."""
    from wikigit.repo import git

    listed = git.run(store.path, "rev-list", "--objects", *(refs or ["--all"])).decode().split("\n")
    ids = "\n".join(line[:40] for line in listed if line).encode()
    return words.encode() in git.run(store.path, "cat-file", "--batch", stdin=ids)


def outcomes(told: Iterable[Receipt]) -> list[str]:
    """The outcomes of receipts, in order."""
    return [str(receipt.outcome) for receipt in told]


def counted(wiki: Wiki) -> Callable[[], int]:
    """How many requests for pages a wiki gets from now on, a batch of fifty being one."""
    if hasattr(wiki, "requests_sent"):
        before = wiki.requests_sent
        return lambda: int(wiki.requests_sent) - before
    count = 0
    for name in ("heads", "revisions", "history"):
        ask = getattr(wiki, name)

        def asked(what: object, *more: object, ask: Callable[..., object] = ask, **options: object) -> object:
            nonlocal count
            count += -(-len(what) // 50) if isinstance(what, list) else 1
            return ask(what, *more, **options)

        setattr(wiki, name, asked)
    return lambda: count
