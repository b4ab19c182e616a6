"""The mouth: the command line, its errors and exit codes. The only room that prints or reads the environment.

0 done · 1 foreseen failure · 2 wrong arguments · 3 our bug · 4 done, but a person is needed
5 try again later, nothing lost · 130 interrupted
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from wikigit.cli import output

app = typer.Typer(
    name="wikigit",
    help="Edit a wiki's pages offline, carry the edits on sticks, publish them with credit, bring the answers home.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from wikigit import __version__

        output.tell({"version": __version__}, f"wikigit {__version__}")
        raise typer.Exit


@app.callback()
def options(
    repository: Annotated[Path, typer.Option("-C", "--repository", help="The repository to work in.")] = Path("."),
    json: Annotated[bool, typer.Option("--json", help="Print results as JSON, one object a line.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Say what is asked of Git and of the wiki.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version of wikigit, and end.")
    ] = False,
) -> None:
    """Settings that hold for every command."""
    from wikigit.cli import here

    here.place = repository
    output.as_json = json
    if verbose:
        import logging

        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, format="%(name)s: %(message)s")
        logging.getLogger("urllib3").setLevel(logging.WARNING)


def main() -> None:
    """Run the command line and leave with its exit code."""
    whole()
    sys.exit(run())


@cache
def whole() -> typer.Typer:
    """The command line with all its commands."""
    from wikigit.cli import bridge, hooks, hub, kit, look

    app.add_typer(bridge.app, name="bridge")
    app.add_typer(hub.app, name="hub")
    app.add_typer(kit.app, name="kit")
    app.add_typer(hooks.app, name="hooks")
    look.add(app)
    return app


def run() -> int:
    """Run the command line; returns the exit code."""
    from wikigit.core.errors import WikigitError

    try:
        result = app(standalone_mode=False)
        return result if isinstance(result, int) else 0
    except WikigitError as exc:
        output.talk(f"error: {exc.message}\n next: {exc.hint}")
        return exc.exit_code
    except KeyboardInterrupt:
        output.talk("error: Interrupted.\n next: Run the command again; nothing is half-done.")
        return 130
    except BrokenPipeError:
        return 1
    except Exception as exc:
        return _refused(exc) if type(exc).__module__.startswith(("click", "typer")) else _bug(exc)


def _refused(exc: Exception) -> int:
    """Wrong arguments, as typer tells them."""
    show = getattr(exc, "show", None)
    if show is not None:
        show(file=sys.stderr)
    return int(getattr(exc, "exit_code", 1))


def _bug(exc: Exception) -> int:
    """Our mistake: keep what is needed to mend it, without any page's text."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="wikigit-report-", suffix=".txt", delete=False) as report:
        report.write("".join(traceback.format_exception(exc)))
    output.talk(f"error: wikigit made a mistake: {type(exc).__name__}.\n next: Send {report.name} to its makers.")
    return 3
