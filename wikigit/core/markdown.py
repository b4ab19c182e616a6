"""What strangers typed, made safe to stand in Markdown that a forge shows to everybody.

In a code span no forge looks for links, images, HTML, mentions or numbers of issues. Two characters could end
the span or the table's cell around it, the backquote and the bar: they are shown as `ˋ` and `¦`, since forges
do not agree on how to escape them. Nothing here knows what the words are, or which forge shows them.
"""

from __future__ import annotations

from collections.abc import Iterable

from wikigit.core import words

ROOM = 120
"""Code points of a title, a name or a summary that are shown."""

_ALIKE = str.maketrans({"`": "ˋ", "|": "¦"})


def code(typed: str, room: int = ROOM) -> str:
    """`typed` as a code span on one line, cut to `room` code points; "" where there is nothing to show."""
    shown = words.shorten(words.one_line(typed).translate(_ALIKE), room)
    return f"`{shown}`" if shown else ""


def row(cells: Iterable[str]) -> str:
    """One row of a table, without its end. The cells are ours, or come from `code`."""
    return f"| {' | '.join(cells)} |"


def table(*heads: str) -> list[str]:
    """The first two rows of a table."""
    return [row(heads), row("---" for _ in heads)]
