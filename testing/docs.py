r"""The documentation as something that can be run and followed: its console blocks and its links.

In a ```console block a line that begins with `$ ` is typed, `> ` goes on with it, and every other line must
be among what it prints, in this order: ids, numbers and days may differ, `…` stands for anything. A command that
prints `error:` in the page is meant to fail, every other one to succeed. `<!-- meanwhile: NAME -->`
between two blocks is where somebody else does something. Nothing here knows what a page is about.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

TOP = Path(__file__).parents[1]
DOCS = TOP / "docs"

_MEANWHILE = re.compile(r"<!-- meanwhile: ([a-z-]+) -->")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^()\s]+)\)")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_VARIES = re.compile(r"…|\d{4}-\d\d-\d\d|\b(?:[eckmrv]-|wg:)[0-9a-z]+\b|\d+")
_DONE = "@@@ done"


@dataclass
class Command:
    """What is typed, and what the page shows of its output."""

    typed: str
    shown: list[str] = field(default_factory=list)

    @property
    def fails(self) -> bool:
        return any(line.startswith("error: ") for line in self.shown)


def pages() -> list[Path]:
    """Every page of the documentation, and those at the top of the project."""
    return sorted([*TOP.glob("*.md"), *DOCS.rglob("*.md"), *TOP.glob("sample-repo/*.md")])


def script(page: str) -> Iterator[Command | str]:
    """What happens on a page, in order: commands, and the names of what others do meanwhile."""
    inside, command = False, None
    for line in page.split("\n"):
        if line.startswith("```"):
            inside, command = line == "```console", None
        elif not inside:
            yield from _MEANWHILE.findall(line)
        elif line.startswith("$ "):
            command = Command(line[2:])
            yield command
        elif command is None:
            raise ValueError(f"A console block begins with no command: {line}")
        elif line.startswith("> "):
            command.typed += "\n" + line[2:]
        elif line.strip():
            command.shown.append(line)


def run(page: str, folder: Path, environment: Mapping[str, str], meanwhile: Mapping[str, Callable[[], object]]) -> int:
    """Do in `folder` what a page shows; return how many commands there were. Raise AssertionError."""
    happenings = list(script(page))
    count = 0
    with _Shell(folder, environment) as shell:
        for what in happenings:
            if isinstance(what, str):
                meanwhile[what]()
                continue
            count += 1
            status, said = shell.enter(what.typed)
            assert (status != 0) == what.fails, f"$ {what.typed}\n{said}[{status}]"
            assert _shows(said, what.shown), f"$ {what.typed}\n{said}\nThe page shows:\n" + "\n".join(what.shown)
    return count


def broken_links(page: Path) -> list[str]:
    """Links inside the project that lead nowhere."""
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    found = [link for link in _LINK.findall(text) if not re.match(r"[a-z]+:", link)]
    return [link for link in found if not leads(page, link)]


def leads(page: Path, link: str) -> bool:
    """Whether a link inside the project leads somewhere."""
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists() or not target.is_relative_to(TOP):
        return False
    return not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


def anchors(page: str) -> set[str]:
    """The names of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _shows(said: str, shown: list[str]) -> bool:
    """Whether each line of the page is among those said, in the same order."""
    lines = iter(said.split("\n"))
    return all(any(_pattern(line).fullmatch(told.rstrip()) for told in lines) for line in shown)


def _pattern(shown: str) -> re.Pattern[str]:
    """What varies from run to run may differ, all else must be as shown."""
    pieces, end = [], 0
    for match in _VARIES.finditer(shown.rstrip()):
        pieces += [re.escape(shown[end : match.start()]), _like(match[0])]
        end = match.end()
    return re.compile("".join(pieces) + re.escape(shown.rstrip()[end:]))


def _like(varying: str) -> str:
    if varying == "…":
        return ".*"
    if varying[:2] == "wg":
        return "wg:[0-9a-z]+"
    return rf"{varying[:2]}[0-9a-z]+" if varying[1:2] == "-" else r"[\d-]+"


class _Shell:
    """A terminal: folder and variables last from one command to the next."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, **environment},
            text=True,
            encoding="utf-8",
        )

    def enter(self, command: str) -> tuple[int, str]:
        """Run one command; return its exit code and all that it printed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{{ {command}\n}} </dev/null; printf '\\n{_DONE} %s\\n' $?\n")
        self._process.stdin.flush()
        said: list[str] = []
        for line in self._process.stdout:
            if line.startswith(_DONE):
                return int(line.removeprefix(_DONE)), "".join(said)
            said.append(line)
        raise AssertionError(f"The terminal closed after: {command}\n{''.join(said)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
