"""`wikigit kit backup`, `restore`: a whole kit in one file, and a kit of such a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wikigit.cli import here, output, own_key

Passphrase = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="A file with the passphrase in its first line; else you are asked."),
]


def add(app: typer.Typer) -> None:
    """Put these commands among the kit's."""
    app.command()(backup)
    app.command()(restore)


def backup(
    file: Annotated[Path, typer.Argument(help="A new file, best on another disk.")],
    shareable: Annotated[
        bool, typer.Option("--shareable", help="Leave out people, keys, decisions, and what has not left.")
    ] = False,
    encrypt: Annotated[bool, typer.Option("--encrypt", help="Close it with a passphrase.")] = False,
    passphrase_file: Passphrase = None,
) -> None:
    """Write the whole kit into one file. It is as private as the kit, but with --shareable."""
    from wikigit.kit import backup as backing

    closing = encrypt or passphrase_file is not None
    passphrase = _passphrase(passphrase_file, twice=True) if closing else ""
    with output.busy("Writing the backup"):
        made = backing.backup(here.store(), file, shareable=shareable, passphrase=passphrase)
    size = file.stat().st_size
    output.tell({"kit": made.kit, "file": file, "size": size}, f"{file} holds the kit {made.kit}, {size} bytes.")
    if not shareable:
        output.talk("It holds who your people are. Keep it where nobody else reads it, and delete older ones.")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    folder: Annotated[Path, typer.Argument(help="A new folder for the kit.")],
    passphrase_file: Passphrase = None,
) -> None:
    """Make a kit of a backup. It goes on as a new kit, the heir of the one that it was."""
    from wikigit.kit import backup as backing
    from wikigit.repo import archive

    passphrase = _passphrase(passphrase_file) if archive.is_closed(file) else ""
    with backing.restoring(file, folder, passphrase) as store:
        here.place = store.path
        own_key.renewed()
    output.talk(f"It is ready in {folder}. Do not go on writing on the old one.")


def _passphrase(file: Path | None, *, twice: bool = False) -> str:
    """The passphrase, from a file or from a person. Raises WikigitError where it is empty or cannot be read."""
    from wikigit.core.errors import WikigitError

    try:
        lines = file.read_text("utf-8").splitlines() if file else []
    except (OSError, UnicodeDecodeError) as exc:
        raise WikigitError(f"{file} cannot be read.", hint="Write the passphrase on its first line.") from exc
    asked = "" if file else typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
    passphrase = (lines[0] if lines else str(asked)).strip()
    if not passphrase:
        raise WikigitError("There is no passphrase.", hint="Choose one of several words, and write it down.")
    return passphrase
