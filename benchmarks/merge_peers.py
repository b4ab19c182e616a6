"""The merges that people have today: of lines, by git and by MediaWiki; of tokens, by the package merge3.

Each returns the merged text, or None for a conflict.
"""

from __future__ import annotations

import importlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.merge_cases import Case
from wikigit.wikitext.tokens import tokens


class Files:
    """The three texts of a case, as files that programs take; each ends in a newline, as git likes them."""

    def __init__(self, folder: Path) -> None:
        self.base, self.ours, self.theirs = (folder / name for name in ("base", "ours", "theirs"))

    def write(self, case: Case) -> None:
        """Lay out a case."""
        for path, text in zip((self.base, self.ours, self.theirs), case.texts, strict=True):
            path.write_bytes((text.rstrip() + "\n").encode())

    def git(self) -> str | None:
        """`git merge-file`, one process."""
        status, text = _run("git", "merge-file", "-p", self.ours, self.base, self.theirs)
        if status > 127:
            raise RuntimeError("git merge-file failed")
        return None if status else text

    def diff3(self) -> str | None:
        """As MediaWiki does at an edit conflict: one run asks whether there is an overlap, a second merges."""
        three = (self.ours, self.base, self.theirs)
        status, overlap = _run("diff3", "-a", "--overlap-only", *three)
        if status > 1:
            raise RuntimeError("diff3 failed")
        _, text = _run("diff3", "-a", "-e", "--merge", *three)
        return None if status or overlap or not text else text


def merge3() -> Callable[[Case], str | None] | None:
    """The package's merge on our tokens, None where it is not installed."""
    try:
        package: Any = importlib.import_module("merge3")
    except ImportError:
        return None

    def merged(case: Case) -> str | None:
        found: list[str] = []
        for group in package.Merge3(*(tokens(text.rstrip()) for text in case.texts)).merge_groups():
            if group[0] == "conflict":
                return None
            found += group[1]
        return "".join(found)

    return merged


def _run(*command: str | Path) -> tuple[int, str]:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode, done.stdout.decode()
