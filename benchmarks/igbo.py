"""The pages of a real Wikipedia, as a Git bundle holds them at its tip."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pygit2

from benchmarks.programs import Programs

BUNDLE = Path("wikis", "ig.bundle")
TIP = "refs/mediawiki/origin/master"


@dataclass(frozen=True, slots=True)
class RealPage:
    """A page; `file` is its name in the bundle, which git-remote-mediawiki gave it."""

    title: str
    wikitext: str
    file: str


def bundle() -> Path:
    """Where the bundle is; without it the program ends, with a sentence and no figures."""
    folder = os.environ.get("WIKIGIT_DATA")
    if not folder:
        _skip("This benchmark needs the larger test wikis: set WIKIGIT_DATA to their folder.")
    found = Path(folder, BUNDLE)
    if not found.is_file():
        _skip(f"This benchmark needs {BUNDLE}, and the folder that WIKIGIT_DATA names does not hold it.")
    return found


def pages(programs: Programs, bundle: Path, work: Path) -> list[RealPage]:
    """Every page at the tip, without the newline that the exporter put at each text's end."""
    programs.git("init", "--quiet", "--bare", work)
    programs.git("-C", work, "fetch", "--quiet", bundle.absolute(), "refs/*:refs/*")
    repository = pygit2.Repository(str(work))
    tree = repository.revparse_single(TIP).peel(pygit2.Tree)
    return [
        RealPage(_title(str(entry.name)), entry.data.decode().removesuffix("\n"), str(entry.name))
        for entry in tree
        if isinstance(entry, pygit2.Blob)
    ]


def _title(file: str) -> str:
    return file.removesuffix(".mw").replace("_", " ").replace("%2F", "/")


def _skip(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(0)
