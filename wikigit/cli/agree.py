"""`wikigit bridge publish --interactive`: a volunteer looks at each page before anything of it is sent."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from wikigit.cli import output

if TYPE_CHECKING:
    from wikigit.bridge.plan import Publish

_QUESTION = "Publish this page? [y]es, [n]o, or [q]uit asking:"


class Volunteer:
    """Somebody at a terminal, who says yes or no to each page; after "quit" all further pages are a no."""

    def __init__(self) -> None:
        """Raises typer.BadParameter where nobody is there."""
        if not sys.stdin.isatty():
            raise typer.BadParameter("Nobody is there to ask: --interactive wants a terminal.")
        self._quit = False

    def agrees(self, page: Publish) -> bool:
        """Show the page's steps and ask."""
        if self._quit:
            return False
        output.talk("\n".join(_told(page)))
        answer = ""
        while answer not in ("y", "n", "q"):
            answer = output.ask(_QUESTION).lower()[:1]
        self._quit = answer == "q"
        return answer == "y"


def _told(page: Publish) -> Iterator[str]:
    from wikigit.wikitext.changes import changed_lines

    yield f"{page.title} (on revision {page.base})" if page.base else f"{page.title} (a new page)"
    before = page.before
    for step in page.steps:
        yield f"  {step.summary}"
        yield from (f"    {output.marked(line)}" for line in changed_lines(before, step.wikitext))
        before = step.wikitext
