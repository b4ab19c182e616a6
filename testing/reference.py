"""The reference of the command line, made from the command line itself: `python -m testing.reference`.

It knows how typer describes a command, and nothing of what the commands do.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from wikigit.cli.main import whole

FILE = Path(__file__).parents[1] / "docs/reference/cli.md"

_HEAD = """# The command line

Made by `python -m testing.reference` from the commands' own help; a test fails when it is out of date.
What `--json` prints stands in [json.md](json.md), what the exit code means in [exit-codes.md](exit-codes.md).
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Every command and group, as (what is typed, click's command), `wikigit` itself first."""
    yield from _below("wikigit", get_command(whole()))


def text() -> str:
    """The reference, as Markdown."""
    return "\n".join([_HEAD, *(_section(typed, command) for typed, command in commands())])


def _below(typed: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield typed, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _below(f"{typed} {name}", inner)


def _section(typed: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    lines = [f"{'#' * min(2 + typed.count(' '), 4)} {typed}", "", " ".join(command.help.split()), ""]
    if not hasattr(command, "commands"):
        usage = [*(["[OPTIONS]"] if options else []), *map(_placeholder, arguments)]
        lines += ["```text", " ".join([typed, *usage]), "```", ""]
    rows = [(f"`{_placeholder(p)}`", p.help) for p in arguments]
    rows += [(", ".join(f"`{name}`" for name in p.opts) + _value(p), p.help) for p in options]
    if rows:
        lines += ["| | |", "|---|---|", *(f"| {name} | {_sentence(said)} |" for name, said in rows), ""]
    return "\n".join(lines)


def _placeholder(argument: Any) -> str:
    name = argument.name.upper()
    if argument.nargs == -1 or argument.multiple:
        return f"[{name}]..."
    return name if argument.required else f"[{name}]"


def _value(option: Any) -> str:
    if option.is_flag:
        return ""
    return " VALUE (needed)" if option.required else " VALUE"


def _sentence(said: str | None) -> str:
    return " ".join((said or "").replace("|", "\\|").split())


def main() -> None:
    """Write the file."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
