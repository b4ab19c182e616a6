"""What an edit makes of its page where that never held somebody else's words.

Unlike a merge of two people's changes this takes one back out, so what touches it may stay: only what was changed
inside it cannot. Nothing here knows whose words they are.
"""

from __future__ import annotations

from wikigit.wikitext.diff import Grid, hunks


def without(before: str | None, after: str, page: str | None) -> str | None:
    """`after` with all that makes `page` of `before`, None where both change the same words."""
    grid = Grid(before or "")
    changes = [(hunk.start, hunk.end, hunk.new) for other in (page or "", after) for hunk in hunks(grid, other)]
    parts: list[str] = []
    done = (0, 0)
    for start, end, new in sorted(changes):
        if start < done:
            return None
        parts += [grid.text(done, start), *new]
        done = end
    made = "".join([*parts, grid.text(done, grid.end)]).removesuffix("\n")
    return made.strip("\n") if page is None else made
