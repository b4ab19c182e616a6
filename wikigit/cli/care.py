"""`wikigit kit wake`, `maintain`: what a kit needs at each start, and at night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from wikigit.cli import here, output, own_key

if TYPE_CHECKING:
    from wikigit.kit.wake import Woken
    from wikigit.repo.store import Store

_NOT_BEFORE = ("init", "restore", "wake")


def add(app: typer.Typer) -> None:
    """Put these commands among the kit's, and wake the kit before each of the others."""
    app.callback()(awake)
    app.command()(wake)
    app.command()(maintain)


def awake(context: typer.Context) -> None:
    """Where people write: save, send, receive."""
    from wikigit.core.errors import RepoError
    from wikigit.kit import start

    if context.invoked_subcommand in _NOT_BEFORE:
        return
    try:
        store = here.store()
        start.kit_of(store)
    except RepoError:
        return  # the command itself says what is missing
    _wake(store)


def wake() -> None:
    """Look through the kit after the machine was started, and mend what a power cut left. Run it at each start."""
    woken = _wake(here.store())
    for one in woken.healed:
        output.tell(one, f"{one.ref} could not be read and went back to {one.commit[:10] or 'nothing'}.")
    if not woken.healed:
        output.talk("All is whole.")


def _wake(store: Store) -> Woken:
    """Wake a kit, and tell the facilitator what became of edits."""
    from wikigit.kit import wake as waking

    woken = waking.wake(store, here.today())
    own_key.settled(store)
    for edit in woken.back:
        output.talk(f"{edit.id} came back: {edit.title}.")
    for edit in woken.aside:
        output.talk(f"{edit.id} fits {edit.title} no more; its author finds the words: wikigit kit words {edit.id}")
    if woken.healed:
        output.talk("A power cut left something that could not be read; it was mended.")
        output.talk("Look whether the last edits are there; save again what is missing. wikigit kit mine")
    return woken


def maintain() -> None:
    """Pack what was saved, so that the kit stays quick and its disk has room. Nothing is thrown away."""
    from wikigit.repo import maintain as maintaining

    before, after = maintaining.maintain(here.store())
    output.tell(after, f"{before.size // 1000} kB became {after.size // 1000} kB.")
