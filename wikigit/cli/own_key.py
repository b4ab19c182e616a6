"""`wikigit kit …`: the kit's own key, and what it knows the hub by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from wikigit.cli import fingerprints, here, output

if TYPE_CHECKING:
    from wikigit.repo.store import Store


def add(app: typer.Typer) -> None:
    """Give the kit its commands about keys."""
    app.command("key")(show)
    app.command("rotate-key")(rotate)
    app.command("renew")(renewed)


def show() -> None:
    """Show this kit's key and the hub's, to be read out over a telephone."""
    from wikigit.kit import pinned
    from wikigit.kit.start import kit_of
    from wikigit.repo import keyring

    store = here.store()
    fingerprints.tell(kit_of(store), keyring.own(store), qr=True)
    fingerprints.tell("hub", pinned.key_of_hub(store))


def rotate() -> None:
    """Take a new key, signed by the one until now. The hub learns of it with the next parcel."""
    from wikigit.kit import renew
    from wikigit.kit.start import kit_of
    from wikigit.repo import keyring

    store = here.store()
    renew.rotate(store)
    fingerprints.tell(kit_of(store), keyring.own(store))


def renewed() -> None:
    """Go on as a new kit, the heir of the one that this was: after a restore, or on another machine."""
    from wikigit.kit import renew
    from wikigit.repo import keyring

    store = here.store()
    kit = renew.begin_as_heir(store, here.today())
    output.tell({"kit": kit}, f"This is the kit {kit} from now on.")
    _say_so(keyring.own(store))


def settled(store: Store) -> None:
    """See to it that this kit's key is used on the machine that it was made on: elsewhere it is a copy, and an heir."""
    from wikigit.kit import renew
    from wikigit.repo import keyring

    if kit := renew.settle(store, here.machine(), here.today()):
        output.talk(f"This is another machine than before, so this is another kit, {kit}, from now on.")
        _say_so(keyring.own(store))


def _say_so(key: str) -> None:
    fingerprints.say("Its key", key)
    output.talk("Read it to the people at the hub, who enrol it: wikigit hub enrol STICK")
