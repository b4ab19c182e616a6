"""`wikigit hub …`: where the kits' branches meet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wikigit.cli import card, here, history, keys, output, redact, resolve

app = typer.Typer(help="Where the kits' branches meet: receive, merge, decline, send.", no_args_is_help=True)

resolve.add(app)
keys.add(app)
history.add(app)
redact.add(app)

Stick = Annotated[
    Path | None, typer.Argument(help="The folder that the stick appears as; none: the only stick inserted.")
]
MaxSize = Annotated[str, typer.Option(help="Bytes in one file, such as 700M: what is larger is written in parts.")]


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="A new folder, for example hub.git.")]) -> None:
    """Make an empty hub: an ordinary bare Git repository with safe settings and wikigit's hooks."""
    from wikigit.hub import enrol, hooks
    from wikigit.repo.store import Store

    store = Store.create(folder)
    hooks.install(store.hooks, hooks.HUB)
    with store.writing():
        enrol.own_key(store, here.today())
    output.tell(folder, f"{folder} is ready. Next: wikigit -C {folder} bridge init URL --contact ADDRESS")


@app.command()
def receive(
    stick: Stick = None,
    unsigned: Annotated[
        bool, typer.Option("--unsigned", help="Keep parcels without a signature aside; they are never merged.")
    ] = False,
) -> None:
    """Take in the kits' parcels from a stick."""
    from wikigit.hub import receive as receiving

    came = []
    work = receiving.receive(here.store(), here.stick(stick), here.today(), unsigned=unsigned)
    for got in output.progress(work, "Reading the stick"):
        came.append(got)
        if got.aside and not got.already:
            output.tell(got, f"{got.parcel} is kept aside as {got.aside}.")
            output.talk("Ask the people at that kit what happened, then look: wikigit hub forks")
        elif got.already:
            output.tell(got, f"{got.parcel} was here already.")
        else:
            output.tell(got, f"{got.parcel}: {output.several(len(got.edits), 'edit')}.")
        if not got.chained:
            output.talk(f"The parcel of {got.kit} before this one was another than came here. Are there two such kits?")
        if got.missing:
            output.talk(
                f"Parcels {', '.join(map(str, got.missing))} of {got.kit} never came; this one holds their edits."
            )
    if came:
        card.show(card.received(came))
    else:
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
def decline(
    edit: Annotated[str, typer.Argument(help="The edit's id, e-….")],
    reason: Annotated[str, typer.Option(help="Why, as a code that kits can translate; see the reference.")],
    by: Annotated[str, typer.Option(help="Your name as a volunteer; it goes to the contributor.")] = "",
    say: Annotated[str, typer.Option(help="Words for its author, on one line; nobody else gets them.")] = "",
) -> None:
    """Decline an edit, before or after merging; its author is told. What has nothing of its own goes with it."""
    from wikigit.hub import decline as declining

    for receipt in declining.decline(here.store(), edit, reason=reason, by=by, day=here.today(), say=say):
        output.tell(receipt, f"{receipt.edit} {receipt.outcome} {receipt.code or receipt.ref}")


@app.command()
def send(
    stick: Stick = None,
    new: Annotated[bool, typer.Option("--new", help="Also write a full parcel that a new kit can start from.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Write everything, as if nothing had been acknowledged.")
    ] = False,
    max_size: MaxSize = "",
) -> None:
    """Write a parcel for each kit: the new main, and the receipts of its own edits."""
    from wikigit.hub import send as sending
    from wikigit.repo import sticks

    store, how, folder = here.store(), here.how(max_size), sticks.prepare(here.stick(stick))
    told = []
    work = sending.send(store, folder, day=here.today(), new=new, full=full, how=how)
    for manifest in output.watched(work, "Writing the stick"):
        output.tell(manifest, f"{manifest.name}: {manifest.size} bytes for {manifest.to}")
        told.append(manifest)
    card.show(card.sent_down(told))


@app.command()
def software(
    wheels: Annotated[Path, typer.Argument(help="A folder with the wheels of wikigit and of all that it needs.")],
    stick: Stick = None,
) -> None:
    """Write a version of wikigit to a stick, signed with the hub's key, for kits to update themselves."""
    from wikigit.repo import keyring, sticks
    from wikigit.repo import software as versions

    store = here.store()
    work = versions.write(wheels, sticks.prepare(here.stick(stick)), store.path / keyring.FILE)
    for told in output.watched(work, "Writing the stick"):
        output.tell(told, f"wikigit {told.version}: {output.several(len(told.files), 'file')}, {told.size} bytes.")
    output.talk(card.OUT)


@app.command()
def hidden() -> None:
    """List the revisions that the wiki hides by now and that histories here still hold, and the branches."""
    from wikigit.repo import hidden as hiding
    from wikigit.repo import layout

    store = here.store()
    count = 0
    for held in hiding.held(store, store.need(layout.UPSTREAM, "Run `wikigit bridge init URL`.")):
        count += 1
        branches = ", ".join(ref.removeprefix(layout.HEADS) for ref in held.refs)
        output.tell(held, f"{held.hidden.revision} {held.hidden.title} ({held.hidden.what}): {branches}")
    if not count:
        output.talk("No history here holds anything that the wiki is known to hide.")


@app.command()
def messages() -> None:
    """Show what people on the wiki wrote about the kits' edits, and to the bridge's account."""
    from wikigit.repo import mainline, talk

    store = here.store()
    for message in talk.read(store, mainline.read(store).site):
        output.tell(message, output.message(message))
