"""What a command says: the result on stdout (for people or as JSON), the talk on stderr.

Nothing here knows what a command does. With `--json` each result is one object a line whose keys are the
field names of the values, and on an error stdout stays empty.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from wikigit.core.errors import WikigitError
    from wikigit.core.talk import TalkMessage
    from wikigit.repo.stick import Progress
    from wikigit.wikitext.changes import Piece

T = TypeVar("T")

as_json = False
"""Set once by the command line's own `--json`."""


def tell(value: object, sentence: str) -> None:
    """One result: the value as JSON, or a sentence for people."""
    if as_json:
        sys.stdout.write(json.dumps(plain(value), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(printable(sentence) + "\n")
    sys.stdout.flush()


def tell_exactly(value: object, wikitext: str) -> None:
    """One result that is a page's text: its exact characters, but for a terminal, which they could confuse."""
    if as_json or sys.stdout.isatty():
        tell(value, wikitext)
    else:
        sys.stdout.buffer.write(wikitext.encode() + b"\n")
        sys.stdout.buffer.flush()


def marked(pieces: Iterable[Piece]) -> str:
    """A line's changes as plain text: `[-gone-]` and `{+new+}`, as git writes them."""
    signs = {"gone": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(signs.get(piece.change, "{}").format(piece.wikitext) for piece in pieces)


def message(told: TalkMessage) -> str:
    """A talk message for people: who wrote it where and when, about what; and the words, set in."""
    place = f"{told.page}, “{told.section}”" if told.section else str(told.page)
    head = f"{told.id} {told.day} {told.account} on {place}, about {told.edit or 'no edit'}:"
    return "\n".join([head, *(f"  {line}" for line in told.wikitext.split("\n"))])


def several(count: int, what: str) -> str:
    """`1 edit`, `2 edits`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def talk(sentence: str) -> None:
    """A word beside the result, on stderr."""
    sys.stderr.write(printable(sentence) + "\n")


def ask(question: str) -> str:
    """What a person at the terminal answers; the question goes to stderr. Raises WikigitError where nobody does."""
    from wikigit.core.errors import WikigitError

    sys.stderr.write(f"{question} ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise WikigitError("Nobody answered; nothing was changed.", hint="Run the command again at a terminal.")
    return answer.strip()


def refuse(wrong: Sequence[WikigitError]) -> None:
    """Say all that is wrong; the last as the command's own failure. Nothing where nothing is."""
    for found in wrong[:-1]:
        talk(f"error: {found.message}\n next: {found.hint}")
    if wrong:
        raise wrong[-1]


def plain(value: object) -> Any:
    """A value as JSON takes it: dataclasses become objects, titles their full text."""
    from wikigit.core.title import Title

    if isinstance(value, Title | Path):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def printable(text: str) -> str:
    """The text without characters that could move a terminal's cursor or turn its direction."""
    return "".join(c if c.isprintable() or c in "\n\t\u200c\u200d" else f"\\u{ord(c):04x}" for c in text)


def progress(items: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """Pass items on, with a bar on stderr where that is a terminal."""
    if as_json or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, total=total, console=Console(stderr=True), transient=True)


def watched(work: Iterator[Progress | T], what: str) -> Iterator[T]:
    """Pass results on, with a bar on stderr that shows how far the work says it is, where that is a terminal."""
    from wikigit.repo.stick import Progress

    if as_json or not sys.stderr.isatty():
        yield from (each for each in work if not isinstance(each, Progress))
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        for each in work:
            if isinstance(each, Progress):
                bar.update(task, completed=each.done, total=each.total)
            else:
                yield each


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Something long that cannot say how far it is: a sign of life on stderr, where that is a terminal."""
    if as_json or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
