"""Stories in which words have to go from every copy, while edits and sticks are on their way.

Somebody on the wiki tells a secret; kits get it, write around it, carry it. Then the wiki hides it and the hub
takes it out. Whatever else happens to the sticks: at last it is in no copy, and every edit is answered.
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.chance import LAKE, NGOZI, everything, moved
from tests.journey import DAY, Stick
from tests.pockets import SEEDS, TURNS, Month, Pockets, Turn, read
from wikigit.core.errors import RepoError
from wikigit.hub import going, redact
from wikigit.hub.going import Wanted
from wikigit.repo import layout, redactions

SALT = b"0" * 32


class Secrets(Pockets):
    """A hub, kits and sticks, and a wiki on which secrets are told."""

    def __init__(self, folder: Path, seed: int, *, kits: int = 3) -> None:
        super().__init__(folder, seed, kits=kits)
        self.secrets: list[str] = []
        self.epochs: dict[Path, int] = {}
        self.taken_out: list[str] = []
        self.a_secret_is_told()
        for kit in self.kits:
            self.hub.receives(kit.sends())
        stick = self.hub.sends()
        for kit in self.kits:
            kit.receives(stick)

    def a_secret_is_told(self) -> None:
        number = len(self.secrets) + 1
        secret = " ".join(f"secret{number}{letter}" for letter in "abcdef")
        name = self.chance.choice((NGOZI, LAKE))
        head = self._head(name)
        parts = (head.wikitext or "").split("\n\n") if head else []
        at = self.chance.randrange(len(parts) + 1)
        self.wiki.person_edits(name, "\n\n".join([*parts[:at], f"{secret}.", *parts[at:]]))
        self.secrets.append(secret)
        self.say(f"a person tells {secret.split()[0]} on {name}")
        self.the_bridge_fetches()

    def what_is_secret_goes(self) -> None:
        """A person takes a secret off the wiki, an administrator hides its versions, the hub redacts."""
        left = [secret for secret in self.secrets if secret not in self.taken_out]
        if not left:
            return
        secret = self.chance.choice(left)
        self.say(f"{secret.split()[0]} has to go")
        for name in (NGOZI, LAKE, moved(NGOZI), moved(LAKE)):
            head = self._head(name)
            if head and secret in (head.wikitext or ""):
                kept = [part for part in (head.wikitext or "").split("\n\n") if secret not in part]
                self.wiki.person_edits(name, "\n\n".join(kept))
        for revision in self.wiki.saved:
            if secret in (revision.wikitext or ""):
                self.wiki.hides(revision.id)
        self.the_bridge_fetches()
        try:
            done = redact.redact(self.hub.store, going.plan(self.hub.store, Wanted(), SALT), DAY)
        except RepoError as exc:
            self.say(f"  {exc.message}")
        else:
            self.taken_out.append(secret)
            self.say(f"  epoch {done.epoch}")
            assert secret not in everything(self.hub.store, "--all")

    # what is otherwise once something was taken out

    def _has_for(self, reader: object, stick: Stick) -> bool:
        """A parcel from before is refused, and its edits come with the next one."""
        return not self.taken_out and super()._has_for(reader, stick)  # type: ignore[arg-type]

    def all_only_grows(self) -> None:
        """No ref ever loses a commit, but when the histories are written anew."""
        for store in self._stores():
            now = redactions.epoch(store, tip) if (tip := store.tip(layout.REDACTIONS)) else 0
            if now != self.epochs.get(store.path, 0):
                self.epochs[store.path] = now
                self._grown = {key: tip for key, tip in self._grown.items() if key[0] != store.path}
        super().all_only_grows()

    def all_arrives(self) -> None:
        """First everybody hears what has to go: whoever the hub knows, and whoever's parcel it refuses for that."""
        for kit in self.kits:
            self._tries(lambda kit=kit: read(self.hub, kit.sends()))  # type: ignore[misc]
        stick = self.hub.sends()
        for kit in self.kits:
            if any(kit.id in file.name for file in stick.files):
                kit.receives(stick)
        super().all_arrives()

    def ends(self) -> None:
        super().ends()
        self.nobody_holds_a_secret()

    def nobody_holds_a_secret(self) -> None:
        """What was taken out is in no history of anybody any more."""
        for store in self._stores():
            held = [secret for secret in self.taken_out if secret in everything(store, "--all")]
            assert not held, (store.path, held)


class Forgetting(Month):
    """What happens to sticks, and secrets that have to go."""

    kind = Secrets

    @rule(
        turn=st.sampled_from([*TURNS, *[Secrets.a_secret_is_told] * 3, *[Secrets.what_is_secret_goes] * 3]), seed=SEEDS
    )
    def go_on(self, turn: Turn, seed: int) -> None:
        self.turn(turn, seed)
