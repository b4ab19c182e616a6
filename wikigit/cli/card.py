"""What a person reads off the screen from two metres when a stick is done. Nothing here reads or writes one."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wikigit.cli import output

if TYPE_CHECKING:
    from wikigit.hub.receive import Received
    from wikigit.kit.receive import Received as Arrived
    from wikigit.kit.relay import Relayed
    from wikigit.kit.send import Sent
    from wikigit.repo.parcel import Manifest

OUT = "You may take the stick out now."


@dataclass(frozen=True, slots=True)
class Card:
    """A heading in large, what came or left in a line each, and what may be done now."""

    heading: str
    lines: tuple[str, ...]
    now: str = OUT


def sent(told: Sent) -> Card:
    """A kit has written a stick."""
    from wikigit.core.receipt import Outcome

    left = sum(receipt.outcome is Outcome.SENT for receipt in told.receipts)
    return Card(
        f"PARCEL {told.manifest.number}", (f"{output.several(left, 'edit')} newly sent.", _written(told.manifest))
    )


def sent_down(told: list[Manifest]) -> Card:
    """The hub has written a stick."""
    return Card(output.several(len(told), "parcel").upper(), tuple(f"{m.name}: {_written(m)}" for m in told))


def arrived(told: Arrived) -> Card:
    """A kit has read a stick."""
    if told.already:
        return Card(f"PARCEL {told.number}", ("It was here already.",))
    came = f"{output.several(len(told.receipts), 'answer')} and {output.several(len(told.messages), 'message')} came."
    return Card(f"PARCEL {told.number}", (came,))


def received(told: list[Received]) -> Card:
    """The hub has read a stick."""
    lines = (f"{r.parcel}: {'was here already' if r.already else output.several(len(r.edits), 'edit')}." for r in told)
    return Card(output.several(len(told), "parcel").upper(), tuple(lines))


def relayed(told: list[Relayed]) -> Card:
    """A kit has taken other kits' parcels off a stick, and put some onto it."""
    return Card(output.several(len(told), "parcel").upper(), tuple(f"{r.parcel}: {r.way}." for r in told))


def show(card: Card) -> None:
    """On a terminal in a frame, elsewhere only what may be done now; not beside JSON."""
    if output.as_json:
        return
    if not sys.stderr.isatty():
        output.talk(card.now)
        return
    from rich.align import Align
    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    lines = [Text(card.heading, style="bold reverse"), *map(Text, card.lines), Text(card.now, style="bold green")]
    Console(stderr=True).print(Panel(Align.center(Text("\n\n", justify="center").join(lines)), padding=(1, 2)))


def _written(manifest: Manifest) -> str:
    return f"{manifest.size:,} bytes, read back from the stick."
