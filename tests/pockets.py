"""Stories of sticks in strangers' pockets: lost, doubled, late, torn, put together, read at the wrong place, relayed.

Each stick that was written lies in some pocket until it is lost; whoever reads one, and in whichever order, the
same edits arrive. Cards break, too, and a backup goes on as the kit's heir. What happens next is drawn by chance; where
something is wrong in a story, the shortest one is looked for in which it still is.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.chance import Story, said, told
from tests.journey import DAY, Hub, Kit, Stick, make_key
from wikigit.core.edit import Edit
from wikigit.core.errors import WikigitError
from wikigit.hub import forks
from wikigit.kit import relay, renew
from wikigit.kit.relay import Relayed
from wikigit.repo import layout, receipts
from wikigit.repo.store import Store

FULL = 0.1
"""How often somebody sends everything, as if nothing had been acknowledged."""


class Pockets(Story):
    """A hub, three kits, and sticks anywhere between them."""

    def __init__(self, folder: Path, seed: int, *, kits: int = 3) -> None:
        super().__init__(folder, seed, kits=kits)
        self.folder = folder
        self.sticks: list[Stick] = []
        self.torn: set[Path] = set()
        self._names = itertools.count(1)
        self._grown: dict[tuple[Path, str], str] = {}
        self.before: dict[str, set[str]] = {}  # by kit: those whose heir it is
        self.backups: dict[str, Path] = {}
        self.gone: set[str] = set()  # edits that were on a card alone when it broke, or on its sticks

    def ours(self, kit: Kit) -> list[Edit]:
        """What is in sight on a kit: saved there, or before it on the kit whose heir it is."""
        kits = {kit.id} | self.before.get(kit.id, set())
        return [edit for edit in self.edits if edit.kit in kits and edit.id not in self.gone]

    # cards

    def a_backup_is_made(self) -> None:
        kit = self.chance.choice(self.kits)
        self.backups[kit.id] = self.folder / f"backup-{next(self._names)}"
        shutil.copytree(kit.store.path, self.backups[kit.id] / "kit.git")
        self.say(f"{kit.folder.name} is copied to {self.backups[kit.id].name}")

    def a_card_breaks(self) -> None:
        """The backup goes on as the kit's heir, which the hub enrols; what was saved since is on no card any more."""
        broken = [kit for kit in self.kits if kit.id in self.backups]
        if not broken:
            return
        kit = self.chance.choice(broken)
        heir = kit.moved(self.backups.pop(kit.id))
        heir.id = renew.begin_as_heir(heir.store, DAY, make_key)
        self.before[heir.id] = {kit.id} | self.before.get(kit.id, set())
        self.kits[self.kits.index(kit)] = heir
        self.gone |= {edit.id for edit in self.ours(heir)} - {mine.edit.id for mine in heir.mine()}
        self.sticks.append(heir.sends())
        self.hub.enrols_all(self.sticks[-1].folder)
        self.say(
            f"the card of {kit.folder.name} breaks; {heir.folder.name} is its heir {heir.id}, {self.gone} are gone"
        )
        self.nothing_leaks(heir)

    def questions_are_answered(self) -> None:
        """A person looks at what was kept aside, and takes it."""
        for fork in sorted({one.fork for one in forks.listed(self.hub.store)}):
            self.say(f"a person takes {fork}: {said(forks.take(self.hub.store, fork, DAY))}")

    def heirs_hear_everything(self) -> None:
        """Whatever the hub knows of an edit its kit knows, or that one's heir, also of what is on no card any more."""
        standing = receipts.standing(self.hub.store)
        for kit in self.kits:
            here, kits = receipts.standing(kit.store), {kit.id} | self.before.get(kit.id, set())
            for edit in self.edits:
                if edit.kit in kits and edit.id in standing and standing[edit.id].outcome.final:
                    assert edit.id in here, f"{kit.folder.name} hears nothing of {edit.id}"
                    assert here[edit.id].outcome is standing[edit.id].outcome, here[edit.id]

    # sticks are written

    def a_kit_writes_a_stick(self) -> None:
        """On a new stick, or on one that holds other parcels; the facilitator may hold edits back."""
        kit = self.chance.choice(self.kits)
        held = [mine.edit for mine in kit.mine() if self.chance.random() < 0.1]
        stick, full = self._some_stick(), self.chance.random() < FULL
        all_of_it = ", everything" if full else ""
        self.say(f"{kit.folder.name} writes {stick.folder.name}{all_of_it}, holding {[edit.id for edit in held]}")
        self._tries(lambda: _names(kit.sends(stick, hold=held, full=full)))
        self.nothing_leaks(kit)

    def the_hub_writes_a_stick(self) -> None:
        stick, full = self._some_stick(), self.chance.random() < FULL
        self.say(f"the hub writes {stick.folder.name}{', everything' if full else ''}")
        self._tries(lambda: _names(self.hub.sends(stick, full=full)))

    def _tries(self, what: Callable[[], str]) -> bool:
        """Let somebody do something that may be refused with a sentence; whether it was not."""
        try:
            self.say(f"  {what()}")
        except WikigitError as exc:
            self.say(f"  {exc.message}")
            return False
        return True

    def _some_stick(self) -> Stick:
        if self.sticks and self.chance.random() < 0.3:
            return self.chance.choice(self.sticks)
        self.sticks.append(Stick(self.folder / f"stick-{next(self._names)}"))
        return self.sticks[-1]

    # what happens to sticks

    def a_stick_is_lost(self) -> None:
        if self.sticks:
            stick = self.chance.choice(self.sticks)
            self.sticks.remove(stick)
            self.say(f"{stick.folder.name} is lost")

    def a_stick_is_doubled(self) -> None:
        if self.sticks:
            stick = self.chance.choice(self.sticks)
            copy = Stick(self.folder / f"stick-{next(self._names)}")
            shutil.copytree(stick.folder, copy.folder, dirs_exist_ok=True)
            self.torn |= {copy.folder} if stick.folder in self.torn else set()
            self.sticks.append(copy)
            self.say(f"{stick.folder.name} is doubled as {copy.folder.name}")

    def a_stick_is_torn(self) -> None:
        """A file of it ends early, has another byte, or is gone."""
        files = [(stick, file) for stick in self.sticks for file in stick.files]
        if not files:
            return
        stick, file = self.chance.choice(files)
        data, at = file.read_bytes(), self.chance.random()
        self.torn.add(stick.folder)
        match self.chance.choice(("short", "other", "gone")):
            case "gone":
                file.unlink()
                self.say(f"{file.name} goes from {stick.folder.name}")
            case "short":
                file.write_bytes(data[: int(at * len(data))])
                self.say(f"{file.name} on {stick.folder.name} ends early")
            case _:
                place = int(at * len(data))
                other = data[place] ^ 1 << self.chance.randrange(8)
                file.write_bytes(data[:place] + bytes([other]) + data[place + 1 :])
                self.say(f"{file.name} on {stick.folder.name} has another byte")

    def sticks_are_put_together(self) -> None:
        """Somebody copies what is on one stick onto another."""
        if len(self.sticks) > 1:
            one, other = self.chance.sample(self.sticks, 2)
            for file in other.files:
                if not (one.folder / file.name).exists():
                    shutil.copy(file, one.folder)
            self.torn |= {one.folder} if other.folder in self.torn else set()
            self.say(f"what is on {other.folder.name} is put on {one.folder.name}")

    def a_kit_relays(self) -> None:
        if not self.sticks:
            return
        kit, stick = self.chance.choice(self.kits), self.chance.choice(self.sticks)
        self.say(f"{kit.folder.name} relays at {stick.folder.name}")
        assert self._tries(lambda: _relayed(kit, stick)) or self.torn, "a whole stick is not carried on"

    # sticks are read

    def somebody_reads_a_stick(self) -> None:
        """The hub or any kit, whether or not the stick has anything for it; it may be kept and read again."""
        if not self.sticks:
            return
        stick = self.chance.choice(self.sticks)
        readers: list[Hub | Kit] = [self.hub, self.hub, *self.kits]
        reader = self.chance.choice(readers)
        if self.chance.random() < 0.5:
            self.sticks.remove(stick)
        before = reader.store.refs(layout.HEADS)
        self.say(f"{reader.folder.name if isinstance(reader, Kit) else 'the hub'} reads {stick.folder.name}")
        if not self._tries(lambda: read(reader, stick)):
            assert stick.folder in self.torn or not self._has_for(reader, stick), "a whole parcel is refused"
            moved = isinstance(reader, Kit) and reader.store.refs(layout.HEADS) != before
            assert not moved, "refused, and all the same something moved"
        self.all_only_grows()

    def _has_for(self, reader: Hub | Kit, stick: Stick) -> bool:
        """Whether a stick has a parcel for this reader."""
        if isinstance(reader, Kit):
            return any(f"{reader.id}-" in file.name and "-down-" in file.name for file in stick.files)
        return True

    def all_only_grows(self) -> None:
        """No ref of hub or kit ever loses a commit that it had."""
        for store in self._stores():
            for ref, tip in store.refs(layout.HEADS).items():
                old = self._grown.get((store.path, ref))
                assert old is None or store.contains(tip, old), f"{ref} of {store.path} lost {old}"
                self._grown[store.path, ref] = tip

    def _stores(self) -> list[Store]:
        return [self.hub.store, *(kit.store for kit in self.kits)]

    def ends(self) -> None:
        """What must be true at last."""
        self.all_is_sound()
        self.edits_keep_to_their_own_words()
        self.all_arrives()
        self.all_only_grows()
        self.nothing_is_lost_from_view()
        self.everyone_is_answered()
        self.heirs_hear_everything()
        self.each_edit_is_published_once()


def _names(stick: Stick) -> str:
    """The parcels on a stick."""
    return ", ".join(file.stem for file in stick.files if file.suffix == ".json")


def read(reader: Hub | Kit, stick: Stick) -> str:
    """Let a hub or a kit read a stick; what came, in a few words."""
    if isinstance(reader, Kit):
        came = reader.receives(stick)
        return f"{came.parcel}{' already' if came.already else ''}: {said(came.receipts)}"
    parcels = ((c.parcel, [edit.id for edit in c.edits], c.already) for c in reader.receives(stick))
    return ", ".join(f"{name} {edits}{' already' if already else ''}" for name, edits, already in parcels)


def _relayed(kit: Kit, stick: Stick) -> str:
    """Let a kit carry on what is on a stick; what it took and gave."""
    came = relay.relay(kit.store, stick.folder, stick.folder)
    return ", ".join(f"{told.parcel} {told.way}" for told in came if isinstance(told, Relayed))


Turn = Callable[[Any], None]

TURNS: Sequence[Turn] = [
    *[Pockets.somebody_saves] * 6,
    *[Pockets.a_kit_writes_a_stick] * 4,
    *[Pockets.the_hub_writes_a_stick] * 3,
    *[Pockets.somebody_reads_a_stick] * 8,
    *[Pockets.a_kit_relays] * 2,
    Pockets.a_backup_is_made,
    Pockets.a_card_breaks,
    Pockets.a_stick_is_lost,
    *[Pockets.a_stick_is_doubled] * 2,
    *[Pockets.a_stick_is_torn] * 2,
    Pockets.sticks_are_put_together,
    *[Pockets.the_hub_merges] * 2,
    Pockets.the_hub_declines,
    Pockets.a_volunteer_resolves,
    Pockets.the_bridge_publishes,
    Pockets.the_bridge_fetches,
    Pockets.somebody_on_the_wiki,
]
"""What may happen next, as often as it stands here."""

SEEDS = st.integers(0, 2**32 - 1)


class Month(RuleBasedStateMachine):
    """One story, turn by turn, and its end: all that was saved arrives, once, and everybody is answered."""

    kind: type[Pockets] = Pockets
    told = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="wikigit-pockets-"))
        self.story: Pockets | None = None

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        self.story = self.kind(self.folder, seed)

    def turn(self, turn: Turn, seed: int) -> None:
        with self._told() as story:
            story.chance.seed(seed)  # so that a turn is the same one, whatever came before it
            turn(story)
            story.nothing_is_lost_from_view()

    def teardown(self) -> None:
        try:
            if self.story:
                self._end()
        finally:
            shutil.rmtree(self.folder)

    def _end(self) -> None:
        with self._told() as story:
            story.ends()
        type(self).told += 1

    @contextmanager
    def _told(self) -> Iterator[Pockets]:
        """The story; once something was wrong in it it has no end."""
        story, self.story = self.story, None
        assert story
        with told(story):
            yield story
        self.story = story


class Sticks(Month):
    """What happens to sticks, thirty turns of it."""

    @rule(turn=st.sampled_from(TURNS), seed=SEEDS)
    def go_on(self, turn: Turn, seed: int) -> None:
        self.turn(turn, seed)


def tell(stories: int, seed: int | None = None, kind: type[Month] = Sticks) -> int:
    """Tell so many stories; returns how many were told. `seed`: which ones. Raises AssertionError."""

    class Counted(kind):  # type: ignore[misc, valid-type]
        told = 0

    asked = settings(
        max_examples=stories, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Counted if seed is None else hypothesis.seed(seed)(Counted), settings=asked)
    return Counted.told
