"""`wikigit hub conflicts`, `accept`, `resolve`: a volunteer looks at edits that wait, and decides."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from wikigit.cli import here, output

if TYPE_CHECKING:
    from wikigit.hub.resolve import Decision
    from wikigit.hub.waiting import Waiting
    from wikigit.wikitext.conflict import Conflict, Spot

Id = Annotated[str, typer.Argument(help="The edit's id, e-….")]
By = Annotated[str, typer.Option(help="Your name as a volunteer; it goes to the contributor.")]

_KEYS = {"o": "ours", "t": "theirs", "b": "both", "f": "theirs-first"}
_QUESTION = "  Take [o]urs (the page), [t]heirs (the edit), [b]oth, theirs [f]irst, or [w]rite?"


def add(app: typer.Typer) -> None:
    """Put these commands among the hub's."""
    app.command()(conflicts)
    app.command()(accept)
    app.command()(resolve)


def conflicts() -> None:
    """List the edits that wait for a person: whose, on which page and where, and what they change."""
    from wikigit.hub import waiting

    for found in waiting.everything(here.store()):
        output.tell(found, "\n".join(_told(found)))


def accept(edit: Id, by: By = "") -> None:
    """Accept an edit that waits as a proposal, after you have looked at it."""
    from wikigit.hub import accept as accepting

    for receipt in accepting.accept(here.store(), edit, by=by, day=here.today()):
        output.tell(receipt, f"{receipt.edit} {receipt.outcome} {receipt.code}".rstrip())


def resolve(
    edit: Id,
    take: Annotated[
        list[str] | None,
        typer.Option(help="For each spot in order: ours (the page), theirs (the edit), both, or theirs-first."),
    ] = None,
    editor: Annotated[bool, typer.Option("--editor", help="Write the whole page in $EDITOR instead.")] = False,
    by: By = "",
    summary: Annotated[str, typer.Option(help="Why, where you add words of your own; it goes to the wiki.")] = "",
) -> None:
    """Choose what shall stand at each spot where an edit and the page disagree, and take the edit so.

    The words stay their author's; what you write yourself is an edit of your own beside it.
    """
    from wikigit.hub import resolve as resolving

    store = here.store()
    seen = resolving.look(store, edit)
    decision = _decision(seen, take or [], editor, by, summary)
    for receipt in resolving.resolve(store, seen, decision):
        output.tell(receipt, f"{receipt.edit} {receipt.outcome} {receipt.code}".rstrip())


def _decision(seen: Waiting, take: list[str], editor: bool, by: str, summary: str) -> Decision:
    from wikigit.core import identity
    from wikigit.hub.resolve import Decision
    from wikigit.wikitext.resolve import chosen

    assert seen.conflict is not None
    if editor:
        authors, wikitext = None, _written(seen, seen.conflict)
    else:
        choices, texts = _choices(seen.conflict, take) if take else _asked(seen)
        authors, wikitext = chosen(seen.conflict, choices), chosen(seen.conflict, texts)
    return Decision(wikitext, by, here.today(), here.drawn(identity.EDIT_BYTES), authors, summary)


def _choices(conflict: Conflict, take: list[str]) -> tuple[list[str], list[str]]:
    """The words of each spot as chosen on the command line."""
    from wikigit.wikitext.resolve import Choice, words

    if len(take) != len(conflict.spots):
        raise typer.BadParameter(f"The edit has {len(conflict.spots)} spots; --take is given {len(take)} times.")
    unknown = sorted(set(take) - set(Choice))
    if unknown:
        raise typer.BadParameter(f"--take {unknown[0]}: one of {', '.join(Choice)}.")
    texts = [words(spot, Choice(choice)) for spot, choice in zip(conflict.spots, take, strict=True)]
    return texts, texts


def _asked(seen: Waiting) -> tuple[list[str], list[str]]:
    """Ask at each spot; returns what is chosen of what is there, and what shall stand there."""
    from wikigit.cli.editor import edited
    from wikigit.wikitext.resolve import Choice, closest, words

    assert seen.conflict is not None
    if not sys.stdin.isatty():
        raise typer.BadParameter("Nobody is there to ask. Say --take for each spot, or --editor.")
    output.talk("\n".join(_told(seen)))
    choices, texts = [], []
    for number, spot in enumerate(seen.conflict.spots, start=1):
        output.talk(f"{number} of {len(seen.conflict.spots)}\n" + "\n".join(_spot(spot)))
        key = ""
        while key not in (*_KEYS, "w"):
            key = output.ask(_QUESTION).lower()
        if key == "w":
            texts.append(edited(words(spot, Choice.BOTH), str(seen.edit.title)))
            choices.append(closest(spot, texts[-1]))
        else:
            texts.append(words(spot, Choice(_KEYS[key])))
            choices.append(texts[-1])
    return choices, texts


def _written(seen: Waiting, conflict: Conflict) -> str:
    """The page as the volunteer writes it; the editor begins with both sides of each spot."""
    from wikigit.cli.editor import edited
    from wikigit.wikitext.resolve import Choice, words

    output.talk("\n".join(_told(seen)))
    return edited(conflict.wikitext(lambda spot: words(spot, Choice.BOTH)), str(seen.edit.title))


def _told(found: Waiting) -> Iterator[str]:
    receipt, edit = found.receipt, found.edit
    yield f"{receipt.edit} {receipt.outcome} {edit.title}, by {edit.name}: {edit.summary}".rstrip(": ")
    for line in found.changed:
        yield f"  {output.marked(line)}"
    for spot in found.conflict.spots if found.conflict else ():
        yield from _spot(spot)


def _spot(spot: Spot) -> Iterator[str]:
    where = f"section {spot.section}, " if spot.section else ""
    yield f"  {where}line {spot.line}:"
    yield f"    page: {spot.ours.strip()}"
    yield f"    edit: {spot.theirs.strip()}"
