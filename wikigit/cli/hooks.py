"""`wikigit hooks …`: install the hooks, and what they call."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from wikigit.cli import here, output

app = typer.Typer(help="Checks that Git's hooks call.", no_args_is_help=True)


@app.command()
def install(
    hub: Annotated[bool, typer.Option("--hub", help="The hooks of a hub, for pushes, not a volunteer's.")] = False,
) -> None:
    """Put wikigit's hooks into this repository, and its merge for plain git."""
    from wikigit.hub import hooks

    store = here.store()
    if not hub:
        hooks.configure(store)
    for hook in hooks.install(store.hooks, hooks.HUB if hub else hooks.VOLUNTEER):
        output.tell(hook, str(hook))


@app.command("pre-receive")
def pre_receive() -> None:
    """Check a push: reads `old new ref` lines from Git."""
    _check([line.split() for line in sys.stdin.read().splitlines()])


@app.command()
def update(
    ref: Annotated[str, typer.Argument(help="The ref's full name.")],
    old: Annotated[str, typer.Argument(help="The commit id before, 40 zeros for none.")],
    new: Annotated[str, typer.Argument(help="The commit id after, 40 zeros for none.")],
) -> None:
    """Check one ref of a push."""
    _check([[old, new, ref]])


@app.command()
def merge(
    base: Annotated[Path, typer.Argument(help="The file with the common ancestor's text.")],
    ours: Annotated[Path, typer.Argument(help="The file with our text; it gets the result.")],
    theirs: Annotated[Path, typer.Argument(help="The file with their text.")],
) -> None:
    """Merge a page for git: what fits is merged, a disputed spot keeps our words and the page stays unmerged."""
    from wikigit.core.errors import ConflictsRemain
    from wikigit.hub import volunteer

    texts = [_text(file) for file in (base, ours, theirs)]
    merged, spots = volunteer.merged(here.store_in_hook(), *texts)
    ours.write_bytes(merged.encode())
    for spot in spots:
        where = f"section {spot.section}, " if spot.section else ""
        output.talk(f"{where}line {spot.line}:\n  ours:   {spot.ours.strip()}\n  theirs: {spot.theirs.strip()}")
    if spots:
        raise ConflictsRemain(
            f"Places that need you: {len(spots)}.", hint="Write each as it should be, then git add the page."
        )


def _text(file: Path) -> str:
    from wikigit.core.errors import RepoError

    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError as exc:
        raise RepoError(f"{file} is not UTF-8.", hint="Merge this page by hand.") from exc


@app.command("pre-commit")
def pre_commit() -> None:
    """Check the pages about to be committed: their paths, and that the wiki would store them so."""
    from wikigit.hub import volunteer

    output.refuse(volunteer.staged(here.store_in_hook()))


@app.command("commit-msg")
def commit_msg(file: Annotated[Path, typer.Argument(help="The file with the message, as Git gives it.")]) -> None:
    """Give a volunteer's own commit of a page its trailers."""
    from wikigit.core import identity
    from wikigit.core.errors import MessageError
    from wikigit.hub import volunteer

    try:
        text = file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as exc:
        raise MessageError(f"{file} cannot be read as UTF-8 text.", hint="Write the message in UTF-8.") from exc
    completed = volunteer.completed(
        here.store_in_hook(),
        text,
        edited=here.in_editor(),
        by=here.author(),
        drawn=here.drawn(identity.EDIT_BYTES),
        day=here.today(),
    )
    if completed != text:
        file.write_bytes(completed.encode())


def _check(moves: list[list[str]]) -> None:
    from wikigit.hub import check

    store = here.store_in_hook()
    output.refuse([wrong for old, new, ref in moves for wrong in check.pushed(store, ref, old, new)])
