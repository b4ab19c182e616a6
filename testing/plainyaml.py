"""The plain part of YAML that our workflows are written in: maps, lists, blocks of text (`|`), short lists `[a, b]`.

Whatever else YAML has (anchors, folded text, maps on one line, several documents) is refused, so that nothing is
read otherwise than a forge reads it. All values are text; `yes` and `no` stay what they are. Nothing here knows
what a workflow is.
"""

from __future__ import annotations

import re
from typing import Any

_KEY = re.compile(r"""(?P<key>"[^"]*"|[\w.-]+):(?: (?P<value>.*))?""")
_QUOTED = re.compile(r'"([^"\\]*)"')
_PLAIN = re.compile(r"""[^\s"'&*!|>%@`{}\[\],#:-](?:[^#:]|(?<! )#|:(?! |$))*|-?[0-9]+""")


class NotPlain(ValueError):
    """A line of YAML that this reader does not know; its number from 1."""

    def __init__(self, number: int, line: str) -> None:
        super().__init__(f"line {number}: {line}")


def parse(text: str) -> Any:
    """The document as maps, lists and texts. Raises NotPlain."""
    return _Reader(text).document()


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.at = 0

    def document(self) -> Any:
        self._skip()
        found = self._node(self._indent())
        self._skip()
        if self.at < len(self.lines):
            raise self._not_plain()
        return found

    def _node(self, indent: int) -> Any:
        """The map or list whose lines begin at this column."""
        return self._list(indent) if self._line().startswith("- ") else self._map(indent)

    def _list(self, indent: int) -> list[Any]:
        found: list[Any] = []
        while self._here(indent) and self._line().startswith("- "):
            inside = indent + 2
            if self._line() == "- |":
                self.at += 1
                found.append(self._block(indent))
            elif _KEY.fullmatch(self._line()[2:]):
                self.lines[self.at] = " " * inside + self._line()[2:]  # the first key of a map
                found.append(self._map(inside))
            else:
                found.append(self._scalar(self._line()[2:]))
                self.at += 1
        return found

    def _map(self, indent: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._here(indent):
            match = _KEY.fullmatch(self._line())
            if match is None or match["key"].strip('"') in found:
                raise self._not_plain()
            found[match["key"].strip('"')] = self._value(match["value"] or "", indent)
        return found

    def _value(self, written: str, indent: int) -> Any:
        """What stands behind a key, or on the lines below it."""
        written = _without_comment(written)
        if written == "|":
            self.at += 1
            return self._block(indent)
        if written:
            found = self._scalar(written)
            self.at += 1
            return found
        self.at += 1
        self._skip()
        return self._node(self._indent()) if self.at < len(self.lines) and self._indent() > indent else ""

    def _block(self, indent: int) -> str:
        """Text whose lines stand further in than `indent`, as they are."""
        taken: list[str] = []
        while self.at < len(self.lines) and (not self._line() or self._indent() > indent):
            taken.append(self.lines[self.at])
            self.at += 1
        while taken and not taken[-1].strip():
            taken.pop()
        margin = min((len(line) - len(line.lstrip(" ")) for line in taken if line.strip()), default=0)
        return "\n".join(line[margin:] for line in taken) + "\n"

    def _scalar(self, written: str) -> Any:
        if written == "{}":
            return {}
        if written.startswith("[") and written.endswith("]"):
            return [self._scalar(item.strip()) for item in written[1:-1].split(",")]
        if quoted := _QUOTED.fullmatch(written):
            return quoted[1]
        if _PLAIN.fullmatch(written) or re.fullmatch(r"\$[^#]*", written):
            return written
        raise self._not_plain()

    def _here(self, indent: int) -> bool:
        """Whether a line at this column is next. Raises NotPlain where it stands further in."""
        self._skip()
        if self.at < len(self.lines) and self._indent() > indent:
            raise self._not_plain()
        return self.at < len(self.lines) and self._indent() == indent

    def _skip(self) -> None:
        """Pass over empty lines and comments."""
        while self.at < len(self.lines) and (not self._line() or self._line().startswith("#")):
            self.at += 1

    def _line(self) -> str:
        return self.lines[self.at].strip(" ")

    def _indent(self) -> int:
        return len(self.lines[self.at]) - len(self.lines[self.at].lstrip(" "))

    def _not_plain(self) -> NotPlain:
        return NotPlain(self.at + 1, self.lines[self.at])


def _without_comment(written: str) -> str:
    """The value without what follows ` #`, where it is not quoted."""
    return written if written.startswith('"') else re.split(r"\s+#", written, maxsplit=1)[0]
