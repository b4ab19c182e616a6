"""`wikigit kit queue`, `approve` and `send-back`: the facilitator looks at what would leave, and says yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wikigit.cli import here, output

if TYPE_CHECKING:
    from wikigit.kit.review import Asked
    from wikigit.kit.send import Sent

EDIT = typer.Argument(help="The edit's id, e-….")


def add(app: typer.Typer) -> None:
    """Put these commands beside the kit's others."""
    for command in (queue, approve, send_back):
        app.command()(command)


def queue() -> None:
    """Show every edit that has not left, with the words that would leave, and whether it is approved."""
    from wikigit.kit import review

    asked = review.queue(here.store(), here.today())
    for each in asked:
        output.tell(each, "\n".join(_shown(each)))
    if not asked:
        output.talk("Every edit has left.")


def approve(
    edits: Annotated[list[str] | None, EDIT] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that were not sent back.")] = False,
    allow_name: Annotated[
        bool, typer.Option("--allow-name", help="Also with the names and addresses that stand in them.")
    ] = False,
) -> None:
    """Approve edits as `kit queue` shows them: they leave with the next `kit send`."""
    from wikigit.core.errors import ConflictsRemain
    from wikigit.kit import review

    if bool(edits) == everything or (everything and allow_name):
        raise typer.BadParameter("Name the edits, or --all; names are allowed for named edits only.")
    asked = review.approve(here.store(), None if everything else edits, here.today(), allows=allow_name)
    for each in asked:
        output.tell(each, _head(each))
    staying = [each for each in asked if each.receipt.outcome != "approved" and (edits or each.leak)]
    if staying:
        raise ConflictsRemain(
            f"{output.several(len(staying), 'edit')} could not be approved.",
            hint="Approve what they stand on too, or allow what they hold: --allow-name",
        )


def send_back(
    edit: Annotated[str, EDIT],
    say: Annotated[str, typer.Option(help="Words for its author, on one line; they stay on this kit.")],
) -> None:
    """Ask an edit's author for a better one: it does not leave, and its author reads why."""
    from wikigit.kit import review

    told = review.send_back(here.store(), edit, here.today(), say=say)
    output.tell(told, f"{told.edit} {told.outcome}: {told.said}")


def stayed(sent: Sent) -> None:
    """Say which approved edits did not leave, and what to do."""
    for edit in sent.again:
        output.talk(f"{edit} stays here: what would leave is not what was approved. Look again: wikigit kit queue")
    for leak in sent.leaks:
        output.talk(f"{leak.sentence} Send it back, or: wikigit kit approve {leak.edit} --allow-name")


def _head(each: Asked) -> str:
    said = f": {each.receipt.said}" if each.receipt.said else ""
    return f"{each.edit.id} {each.receipt.outcome} {each.edit.title}{said}"


def _shown(each: Asked) -> list[str]:
    """An edit for people: what was decided, by which id, why it was made, and each line that it changes."""
    from wikigit.wikitext import changes

    by = f"{each.edit.contributor} ({each.edit.credit})" if each.edit.credit else each.edit.contributor
    lines = [_head(each), f"  {by}: {each.edit.summary}"]
    lines += [f"  | {output.marked(line)}" for line in changes.changed_lines(*each.edit.pair)]
    if not each.fits:
        lines.append("  ! It stands on an edit that is not approved.")
    if each.again:
        lines.append("  ! It was approved with other words: the page has changed.")
    if each.leak:
        lines.append(f"  ! {each.leak.sentence}")
    return lines
