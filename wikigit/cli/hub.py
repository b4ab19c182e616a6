"""`wikigit hub …`: where the kits' branches meet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wikigit.cli import here, output

app = typer.Typer(help="Where the kits' branches meet: receive, merge, decline, send.", no_args_is_help=True)

Stick = Annotated[Path, typer.Argument(help="The folder that the stick appears as.")]


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="A new folder, for example hub.git.")]) -> None:
    """Make an empty hub: an ordinary bare Git repository with safe settings and wikigit's hooks."""
    from wikigit.hub import hooks
    from wikigit.repo.store import Store

    store = Store.create(folder)
    hooks.install(store.hooks, hooks.HUB)
    output.tell(folder, f"{folder} is ready. Next: wikigit -C {folder} bridge init URL --contact ADDRESS")


@app.command()
def receive(stick: Stick) -> None:
    """Take in the kits' parcels from a stick."""
    from wikigit.hub import receive as receiving

    count = 0
    for got in receiving.receive(here.store(), stick, here.today()):
        count += 1
        if got.already:
            output.tell(got, f"{got.parcel} was here already.")
        else:
            output.tell(got, f"{got.parcel}: {output.several(len(got.edits), 'edit')}.")
        if got.missing:
            output.talk(
                f"Parcels {', '.join(map(str, got.missing))} of {got.kit} never came; this one holds their edits."
            )
    if not count:
        output.talk("There is no parcel for this hub on the stick.")


@app.command()
def merge(
    branch: Annotated[
        list[str] | None, typer.Argument(help="Only these kits, or a branch of a volunteer's own edits.")
    ] = None,
    by: Annotated[str, typer.Option(help="Your name as a volunteer; it goes to the contributors.")] = "",
) -> None:
    """Merge all new edits; those that do not fit wait for a person and hold nothing else up."""
    from wikigit.core.errors import ConflictsRemain
    from wikigit.hub import merge as merging

    result = merging.merge(here.store(), branch or [], by=by, day=here.today())
    titles = {edit.id: edit.title for edit in result.edits}
    for receipt in result.receipts:
        output.tell(receipt, f"{receipt.edit} {receipt.outcome} {titles.get(receipt.edit, '')}")
    if not result.receipts:
        output.talk("Nothing new to merge.")
    if result.waiting:
        raise ConflictsRemain(
            f"Edits that need a person: {result.waiting}.", hint="Look at them: wikigit log --waiting"
        )


@app.command()
def conflicts() -> None:
    """List the edits that wait for a person: whose, on which page and where, and what they change."""
    from wikigit.hub import conflicts as reading

    for found in reading.waiting(here.store()):
        receipt = found.receipt
        lines = [f"{receipt.edit} {receipt.outcome} {found.edit.title}, by {found.edit.name}: {found.edit.summary}"]
        lines += [f"  {output.marked(line)}" for line in found.changed]
        for spot in found.spots:
            where = f"section {spot.section}, " if spot.section else ""
            lines += [
                f"  {where}line {spot.line}:",
                f"    page: {spot.ours.strip()}",
                f"    edit: {spot.theirs.strip()}",
            ]
        output.tell(found, "\n".join(lines))


@app.command()
def accept(
    edit: Annotated[str, typer.Argument(help="The edit's id, e-….")],
    by: Annotated[str, typer.Option(help="Your name as a volunteer; it goes to the contributor.")] = "",
) -> None:
    """Accept an edit that waits as a proposal, after you have looked at it."""
    from wikigit.hub import accept as accepting

    for receipt in accepting.accept(here.store(), edit, by=by, day=here.today()):
        output.tell(receipt, f"{receipt.edit} {receipt.outcome} {receipt.code}".rstrip())


@app.command()
def decline(
    edit: Annotated[str, typer.Argument(help="The edit's id, e-….")],
    reason: Annotated[str, typer.Option(help="Why, as a code that kits can translate; see the reference.")],
    by: Annotated[str, typer.Option(help="Your name as a volunteer; it goes to the contributor.")] = "",
) -> None:
    """Decline an edit, before or after merging; its author is told."""
    from wikigit.hub import decline as declining

    for receipt in declining.decline(here.store(), edit, reason=reason, by=by, day=here.today()):
        output.tell(receipt, f"{receipt.edit} {receipt.outcome} {receipt.code}")


@app.command()
def send(
    stick: Stick,
    new: Annotated[bool, typer.Option("--new", help="Also write a full parcel that a new kit can start from.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Write everything, as if nothing had been acknowledged.")
    ] = False,
) -> None:
    """Write a parcel for each kit: the new main, and the receipts of its own edits."""
    from wikigit.hub import send as sending

    for manifest in sending.send(here.store(), stick, day=here.today(), new=new, full=full):
        output.tell(manifest, f"{manifest.name}: {manifest.size} bytes for {manifest.to}")
