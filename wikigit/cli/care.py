"""`wikigit kit wake`, `maintain`: what a kit needs at each start, and at night."""

from __future__ import annotations

import typer

from wikigit.cli import here, output


def add(app: typer.Typer) -> None:
    """Put these commands among the kit's."""
    app.command()(wake)
    app.command()(maintain)


def wake() -> None:
    """Look through the kit after the machine was started, and mend what a power cut left. Run it at each start."""
    from wikigit.repo import heal

    store = here.store()
    before = len(heal.record(store.path))
    with store.writing(alone=True):
        mended = heal.record(store.path)[before:]
    for one in mended:
        output.tell(one, f"{one.ref} could not be read and went back to {one.commit[:10] or 'nothing'}.")
    if mended:
        output.talk("Look whether the last edits are there; save again what is missing. wikigit kit mine")
    else:
        output.talk("All is whole.")


def maintain() -> None:
    """Pack what was saved, so that the kit stays quick and its disk has room. Nothing is thrown away."""
    from wikigit.repo import maintain as maintaining

    before, after = maintaining.maintain(here.store())
    output.tell(after, f"{before.size // 1000} kB became {after.size // 1000} kB.")
