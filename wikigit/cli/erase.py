"""`wikigit kit hide`, `withdraw`, `erase` and `forget`: take out of a kit what has not left it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wikigit.cli import here, output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wikigit.core.receipt import Receipt

Edit = Annotated[str, typer.Argument(help="The edit's id, e-….")]
Author = Annotated[str, typer.Option(help="The author's name on this kit.")]


def add(app: typer.Typer) -> None:
    """Put these commands beside the kit's others."""
    for command in (hide, withdraw, erase, forget):
        app.command()(command)


def hide(
    edit: Edit, say: Annotated[str, typer.Option(help="Words for its author, on one line; they stay on this kit.")] = ""
) -> None:
    """Take an edit off the kit for everybody but its author, who keeps the words."""
    from wikigit.kit import erase as erasing

    _tell(erasing.hide(here.store(), edit, here.today(), say=say))


def withdraw(edit: Edit, by: Author) -> None:
    """Take back an edit of one's own before it leaves; its author keeps the words."""
    from wikigit.kit import erase as erasing
    from wikigit.kit import people

    store = here.store()
    _tell(erasing.withdraw(store, edit, people.known(store.path, by).contributor, here.today()))


def erase(edit: Edit, by: Author = "") -> None:
    """Erase an edit that has not left, or was hidden or withdrawn: nothing of its words is kept anywhere here."""
    from wikigit.kit import erase as erasing
    from wikigit.kit import people

    store = here.store()
    contributor = people.known(store.path, by).contributor if by else ""
    _tell(erasing.erase(store, edit, here.today(), contributor=contributor))


def forget(
    name: Annotated[str, typer.Argument(help="The person's name on this kit.")],
    keep_edits: Annotated[
        bool, typer.Option("--keep-edits", help="What has not left may still leave, under the person's id.")
    ] = False,
) -> None:
    """Erase a person, and what they wrote that has not left; what has left keeps an id that leads to nobody."""
    from wikigit.kit import erase as erasing
    from wikigit.kit import people

    store = here.store()
    contributor = people.known(store.path, name).contributor
    told = erasing.forget(store, contributor, here.today(), keep_edits=keep_edits)
    _tell(told)
    for edit in erasing.naming(store, name):
        output.talk(f"{edit} names this person. Hide or erase it: wikigit kit erase {edit}")
    output.talk(f"{contributor} leads to nobody now. Erase it from your backups too: make a new one, delete the old.")


def _tell(told: Sequence[Receipt]) -> None:
    for receipt in told:
        said = f": {receipt.said}" if receipt.said else ""
        code = f" {receipt.code}" if receipt.code else ""
        output.tell(receipt, f"{receipt.edit} {receipt.outcome}{code}{said}")
