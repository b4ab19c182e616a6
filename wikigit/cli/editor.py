"""The person's own editor, for people at a keyboard."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from wikigit.core.errors import WikigitError


def edited(wikitext: str, title: str) -> str:
    """Open a text in $VISUAL or $EDITOR and return what the person made of it. Raises WikigitError."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    file = keep(wikitext)
    try:
        done = subprocess.run([*shlex.split(command), str(file)], check=False)
    except (FileNotFoundError, ValueError) as exc:
        raise WikigitError(f"The editor {command} was not found.", hint="Set EDITOR to the one you use.") from exc
    if done.returncode != 0:
        raise WikigitError(f"The editor ended with {done.returncode}; {title} is unchanged.", hint=f"See {file}.")
    try:
        typed = file.read_bytes().decode()
    except UnicodeDecodeError as exc:
        raise WikigitError("The text is not UTF-8.", hint=f"It is in {file}: save it as UTF-8.") from exc
    file.unlink()
    return typed


def keep(wikitext: str) -> Path:
    """Put a text into a file of its own, so that nothing typed is lost."""
    with tempfile.NamedTemporaryFile("wb", prefix="wikigit-", suffix=".wiki", delete=False) as file:
        file.write(wikitext.encode())
    return Path(file.name)
