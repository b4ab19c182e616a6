"""`wikigit status`, `log`, `verify`: look at a repository, whichever it is, and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wikigit.cli import here, output

if TYPE_CHECKING:
    from wikigit.repo.verify import Share


def add(app: typer.Typer) -> None:
    """Put these commands at the top of the command line."""
    app.command()(status)
    app.command()(log)
    app.command()(verify)


def status() -> None:
    """Say where this repository stands: wiki, queue, edits by outcome."""
    from wikigit.repo import overview

    for line in overview.status(here.store()):
        output.tell(line, f"{line.what}: {line.value}")


def log(
    waiting: Annotated[bool, typer.Option("--waiting", help="Only edits that need a person.")] = False,
    title: Annotated[str, typer.Option(help="Only edits of this page.")] = "",
) -> None:
    """List the edits that are known here, oldest first, and what became of each."""
    from wikigit.repo import overview

    for line in overview.log(here.store()):
        if (not waiting or line.receipt.outcome.waits) and title in ("", str(line.title)):
            told = line.receipt
            details = " ".join(filter(None, (told.code, told.ref, told.by)))
            said = f": {told.said}" if told.said else ""
            output.tell(line, f"{told.edit} {told.outcome} {line.title or ''} {details}{said}")


def verify(
    deep: Annotated[bool, typer.Option("--deep", help="Read every object; once a month, it may take long.")] = False,
    share: Annotated[str, typer.Option(help="Read a part of the objects: 3/30 is the third of thirty.")] = "",
) -> None:
    """Check the repository: Git's objects, main computed anew, revisions, receipts. Quick unless told otherwise."""
    from wikigit.core.errors import RepoError
    from wikigit.repo import verify as verifying

    wrong = 0
    for finding in verifying.verify(here.store(), share=_share(share) if share else None, deep=deep):
        wrong += finding.state is verifying.State.WRONG
        output.tell(finding, f"{finding.check}: {finding.state}. {finding.sentence}")
        if finding.hint:
            output.talk(finding.hint)
    if wrong:
        raise RepoError("The repository is not as it should be.", hint="Keep a copy as it is and ask for help.")


def _share(told: str) -> Share:
    """`3/30` as a share. Raises ConfigError."""
    from wikigit.core.errors import ConfigError
    from wikigit.repo.verify import Share

    number, _, of = told.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of) <= 1000):
        raise ConfigError(f"{told!r} is no share.", hint="For example --share 3/30.")
    return Share(int(number), int(of))
