"""The hooks that call wikigit's checks: put into a repository, each three lines of shell.

Nothing here checks anything; see `check`.
"""

from __future__ import annotations

from pathlib import Path

from wikigit.core.errors import RepoError
from wikigit.repo.store import Store

HUB = ("pre-receive",)
VOLUNTEER = ("pre-commit", "commit-msg")
ALL = (*VOLUNTEER, *HUB, "update")

_TEXT = """#!/bin/sh
# Written by `wikigit hooks install`: the same check as in the library and in CI.
exec wikigit hooks {name} "$@"
"""


SETTINGS = {
    "merge.wikitext.name": "wikitext, by words",
    "merge.wikitext.driver": "wikigit hooks merge %O %A %B",
    "diff.wikitext.xfuncname": "^(=+[^=].*=+)[[:space:]]*$",
    "diff.wikitext.wordRegex": r"\[\[|\]\]|\{\{|\}\}|'''?|<[^>]+>|[[:alnum:]_]+|[^[:space:]]",
}
"""What `.gitattributes` on main asks for: the merge that hub and bridge use, and differences by word and section."""


def configure(store: Store) -> None:
    """Let plain git in this repository merge and show wikitext as wikigit does."""
    for key, value in SETTINGS.items():
        store.git.config[key] = value


def text(name: str) -> str:
    """A hook's text."""
    return _TEXT.format(name=name)


def install(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """Write hooks into a repository's folder of hooks. Raises RepoError where somebody else's hook is there."""
    folder.mkdir(exist_ok=True)
    for name in names:
        hook = folder / name
        if hook.exists() and b"wikigit" not in hook.read_bytes():
            raise RepoError(f"There is a {name} hook already.", hint=f"Call `wikigit hooks {name}` from {hook}.")
    for name in names:
        (folder / name).write_text(text(name))
        (folder / name).chmod(0o755)
    return [folder / name for name in names]
