"""`wikigit kit relay`: what else a stick brings to a kit and takes along."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wikigit.cli import card, here, output

Stick = Annotated[
    Path | None, typer.Argument(help="The folder that the stick appears as; none: the only stick inserted.")
]


def add(app: typer.Typer) -> None:
    """Put these commands among the kit's."""
    app.command()(relay)


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
