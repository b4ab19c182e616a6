"""`wikigit hub redact`: take words and names out of every history, once a person has seen which."""

from __future__ import annotations

from typing import Annotated

import typer

from wikigit.cli import here, output


def add(app: typer.Typer) -> None:
    """Give an app the command."""
    app.command()(redact)


def redact(
    revision: Annotated[list[int] | None, typer.Option(help="A revision of the wiki whose words must go.")] = None,
    page: Annotated[list[str] | None, typer.Option(help="A page that the wiki deleted: all that it said.")] = None,
    edit: Annotated[list[str] | None, typer.Option(help="An answered edit, e-…: the words that it brought.")] = None,
    account: Annotated[list[str] | None, typer.Option(help="An account of the wiki that nothing may name.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without it you are shown what would go.")] = False,
) -> None:
    """Take out of every history here, for good, what `hub hidden` lists or what you name; kits follow by parcel."""
    from wikigit.hub import going
    from wikigit.hub import redact as redacting

    store = here.store()
    wanted = going.Wanted(revision or [], page or [], edit or [], account or [])
    planned = going.plan(store, wanted, here.drawn(going.SALT_BYTES))
    for each in planned.goes:
        accounts = f" (by {', '.join(each.accounts)})" if each.accounts else ""
        output.tell(each, "\n".join([f"{each.page}{accounts}", *(f"  {line}" for line in each.lines)]))
    if not yes:
        output.talk("Nothing was changed. With --yes this goes from every history here; it cannot be undone.")
        return
    done = redacting.redact(store, planned, here.today())
    output.tell(done, f"Epoch {done.epoch}; branches written anew: {done.branches}.")
    output.talk("Send every kit a parcel, and wipe sticks, backups and mirrors: see the how-to for bridge keepers.")
