"""`wikigit kit relay` and `update`: what else a stick brings to a kit and takes along."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wikigit.cli import card, here, output

Stick = Annotated[
    Path | None, typer.Argument(help="The folder that the stick appears as; none: the only stick inserted.")
]

_STEPS = {
    "already": "is no newer than what runs here",
    "built": "is installed beside what runs",
    "tried": "works with this kit",
    "in-use": "is in use",
}


def add(app: typer.Typer) -> None:
    """Let an app have these commands."""
    app.command()(relay)
    app.command()(update)


def relay(stick: Stick = None) -> None:
    """Carry other kits' parcels: take those on a stick along, and write those that it lacks onto it."""
    from wikigit.kit import relay as relaying
    from wikigit.repo import sticks

    store, folder = here.store(), here.stick(stick)
    told = []
    for relayed in output.watched(relaying.relay(store, folder, sticks.prepare(folder)), "Carrying parcels"):
        output.tell(relayed, f"{relayed.parcel} {relayed.way}, {relayed.size} bytes.")
        told.append(relayed)
    if not told:
        output.talk("There is nothing on the stick that this kit does not carry, and nothing here that it lacks.")
    card.show(card.relayed(told))


def update(
    stick: Stick = None,
    place: Annotated[Path | None, typer.Option(help="Where wikigit is installed; none: where this one is.")] = None,
    back: Annotated[bool, typer.Option("--back", help="Use the version again that was used before.")] = False,
) -> None:
    """Take a new version of wikigit off a stick: the hub must have signed it, and it is tried before it is used."""
    from wikigit import __version__
    from wikigit.kit import pinned
    from wikigit.kit import update as updating
    from wikigit.repo import install

    store, home = here.store(), place or install.place()
    if back:
        version = install.back(home)
        output.tell({"version": version, "step": install.Step.IN_USE}, f"wikigit {version} is in use again.")
        return
    key = pinned.key_of_hub(store)
    work = updating.update(store, here.stick(stick), home, key=key, running=__version__)
    for told in output.watched(work, "Updating"):
        output.tell(told, f"wikigit {told.version} {_STEPS[told.step]}.")
