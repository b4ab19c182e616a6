"""`wikigit hub reconcile`, `check`: what people bring to main by other ways, afterwards and before."""

from __future__ import annotations

from typing import Annotated

import typer

from wikigit.cli import here, output


def add(app: typer.Typer) -> None:
    """Put these commands among the hub's."""
    app.command()(reconcile)
    app.command()(check)


def reconcile(
    by: Annotated[
        str, typer.Option(help="Your name as a volunteer; words that are nobody's edit are published under it.")
    ] = "",
) -> None:
    """Take in what came to main by a forge's button or plain git, give each edit its receipt, and compute main."""
    from wikigit.core.errors import ConflictsRemain
    from wikigit.hub import reconcile as reconciling

    done = reconciling.reconcile(here.store(), by=by, day=here.today())
    for receipt in done.receipts:
        output.tell(receipt, f"{receipt.edit} {receipt.outcome} {done.titles.get(receipt.edit, '')}".rstrip())
    for file in done.restored:
        output.talk(f"{file} was changed on main without wikigit; it is as computed again.")
    for title in done.unclear:
        output.talk(f"{title} could not be told apart; see what stood there: git show {done.tip[:10]}")
    for edit in done.turned_away:
        output.talk(f"{edit} was declined: it is in no page, but in main's history; `wikigit hub check` refuses it.")
    for sentence in done.doubted:
        output.talk(sentence)
    if not done.tip:
        output.talk("Nothing to reconcile: main is as wikigit computed it.")
    if done.waiting:
        raise ConflictsRemain(f"What needs a person: {done.waiting}.", hint="Look at them: wikigit hub conflicts")


def check(
    tip: Annotated[str, typer.Argument(help="What is to be merged: a branch or a commit.")] = "HEAD",
    base: Annotated[str, typer.Option(help="The branch that it is to be merged into.")] = "main",
) -> None:
    """Look through a merge request, in CI: refuse what would lose trailers, or bring declined words into main."""
    from wikigit.hub import request

    store = here.store()
    looked = request.look(store, request.named(store, tip), base)
    output.refuse(looked.wrong)
    for edit in looked.edits:
        output.tell(edit, f"{edit.id} {edit.title}, by {edit.name}")
