"""`wikigit hub …`: whose parcels are believed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wikigit.cli import fingerprints, here, output

if TYPE_CHECKING:
    from wikigit.hub.enrol import Candidate

By = Annotated[str, typer.Option(help="Your name as a volunteer; it stands in the table of keys.")]
Kit = Annotated[str, typer.Argument(help="The kit's id, k-….")]


def add(app: typer.Typer) -> None:
    """Give the hub its commands about keys."""
    app.command("enrol")(enrol)
    app.command("keys")(table)
    app.command("revoke")(revoke)
    app.command("rotate-key")(rotate_key)
    app.command("forks")(forks)
    app.command("take")(take)


def enrol(
    stick: Annotated[
        Path | None, typer.Argument(help="The folder that the stick appears as; none: the only stick inserted.")
    ] = None,
    kit: Annotated[str, typer.Option(help="Only this kit.")] = "",
    by: By = "",
    fingerprint: Annotated[
        str, typer.Option(help="What the people at the kit read out: words, digits or SHA256:….")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="You have compared the key already: ask nothing.")] = False,
    second_heir: Annotated[
        bool, typer.Option("--second-heir", help="The kit may follow one that another kit follows already.")
    ] = False,
) -> None:
    """Make the kits on a stick known by their keys, once you have compared each with the people there."""
    from wikigit.hub import enrol as enrolling

    store = here.store()
    found = [who for who in enrolling.candidates(store, here.stick(stick)) if kit in ("", who.kit)]
    if not found:
        output.talk("There is no parcel of an unknown kit on the stick.")
    for who in found:
        if _agreed(who, fingerprint, yes=yes):
            enrolling.enrol(store, who, by=by, day=here.today(), again=second_heir)
            output.tell(who, f"{who.kit} is enrolled{f' as the heir of {who.heir_of}' if who.heir_of else ''}.")


def _agreed(who: Candidate, fingerprint: str, *, yes: bool) -> bool:
    """Whether a person says that this is the kit's key."""
    from wikigit.core import keys
    from wikigit.core.errors import ParcelError

    if fingerprint and not keys.agrees(who.key, fingerprint):
        raise ParcelError(
            f"The key of {who.kit} on this stick is another: {keys.words(who.key)}.",
            hint="Read it out with the people at the kit once more: wikigit kit key",
        )
    fingerprints.say(f"The key of {who.kit}", who.key)
    fingerprints.show(who.kit, who.key)
    if who.heir_of:
        signed = "has signed this key" if who.proven else "has NOT signed this key: ask the people there what happened"
        output.talk(f"It says that it goes on as {who.heir_of}, whose key {signed}.")
    if yes or fingerprint:
        return True
    if not sys.stdin.isatty():
        output.talk("Nothing was enrolled: compare the words with the people at the kit, then say --fingerprint WORDS.")
        return False
    return output.ask("Do the people at the kit read out the same words? (yes/no)").casefold() in ("yes", "y")


def table() -> None:
    """List the keys that are known here: the hub's own, and each kit's."""
    from wikigit.repo import enrolled

    for holder in enrolled.holders(here.store()).values():
        heir = f"heir of {holder.heir_of}" if holder.heir_of else ""
        fingerprints.tell(holder.who, holder.key, "revoked" if holder.revoked else heir)


def revoke(kit: Kit, by: By = "") -> None:
    """Believe no parcel any more that is signed with this kit's key: it was lost or stolen."""
    from wikigit.hub import enrol as enrolling

    enrolling.revoke(here.store(), kit, by=by, day=here.today())
    output.tell({"kit": kit}, f"The key of {kit} is revoked.")


def rotate_key(
    lost: Annotated[
        bool, typer.Option("--lost", help="The old key is lost: every kit has to be told by telephone.")
    ] = False,
) -> None:
    """Take a new key for the hub, signed by the one until now. The kits learn of it with their next parcel."""
    from wikigit.hub import enrol as enrolling

    fingerprints.tell("hub", (enrolling.begin_anew if lost else enrolling.rotate)(here.store(), here.today()))
    if lost:
        output.talk("Read the words to the people at each kit: wikigit kit receive STICK --hub-key WORDS")


def forks() -> None:
    """List what is kept aside, edit by edit: of kits that did not go on from what is here, or say something else."""
    from wikigit.hub import forks as aside

    count = 0
    for one in aside.listed(here.store()):
        count += 1
        output.tell(one, f"{one.fork} {one.edit.id} {one.standing} {one.edit.title}: {one.edit.summary}")
    if not count:
        output.talk("Nothing is kept aside.")


def take(fork: Annotated[str, typer.Argument(help="The fork's name, as `wikigit hub forks` says it.")]) -> None:
    """Take in those edits of a fork that are new. You have asked the people at the kit what happened."""
    from wikigit.hub import forks as aside

    told = aside.take(here.store(), fork, here.today())
    for receipt in told:
        output.tell(receipt, f"{receipt.edit} {receipt.outcome}")
    if not told:
        output.talk("Nothing in it is new.")
