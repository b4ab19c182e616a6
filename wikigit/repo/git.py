"""The `git` process, called with nothing of the caller's surroundings.

A hook's or a person's GIT_* variables, hooks, filters, aliases and replace refs must not change what we
read or write (inside a hook they point into another repository). Every exit status is checked. Nothing
here knows what a commit means.
"""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from wikigit.core.errors import RepoError

log = logging.getLogger(__name__)

_SAFE = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.fsync=all",
    "core.bigFileThreshold=4m",
    "protocol.ext.allow=never",
    "gc.auto=0",
    "pack.useBitmaps=false",
)
"""`pack.useBitmaps=false`: on the bitmap path git drops the bases of thin packs, and bundles grow 3 to 8 times."""

_NOTHING_MORE: Mapping[str, str] = MappingProxyType({})

_NAME, _MAIL = "wikigit", "wikigit@wikigit.invalid"


def run(
    repository: Path,
    *words: str,
    stdin: bytes | None = None,
    accept: Sequence[int] = (0,),
    network: bool = False,
    more: Mapping[str, str] = _NOTHING_MORE,
) -> bytes:
    """Run `git <words>` in a repository and return what it printed.

    Raises RepoError with git's own last line where it ends with a status not in `accept`. With `network`
    the person's own git configuration is read, for their keys and credential helpers. `more`: further
    variables for its environment.
    """
    return call(repository, *words, stdin=stdin, accept=accept, network=network, more=more).stdout


def call(
    repository: Path,
    *words: str,
    stdin: bytes | None = None,
    source: BinaryIO | None = None,
    accept: Sequence[int] = (0,),
    network: bool = False,
    more: Mapping[str, str] = _NOTHING_MORE,
    holding: Sequence[int] = (),
) -> subprocess.CompletedProcess[bytes]:
    """Like `run`, for callers that also need the exit status or what git said.

    Its standard input is `stdin`, or the open file `source` from where it stands. `holding`: descriptors that stay
    open as long as it runs, whatever becomes of us.
    """
    given: dict[str, Any] = {"pass_fds": holding, **({"input": stdin or b""} if source is None else {"stdin": source})}
    environment = {**surroundings(network), **more}
    begun = time.monotonic()
    try:
        done = subprocess.run(command(repository, words), **given, capture_output=True, env=environment, check=False)
    except FileNotFoundError as exc:
        raise RepoError("The program git was not found.", hint="Install git 2.39 or newer.") from exc
    log.debug("git %s: %d in %.3f s", _verb(words), done.returncode, time.monotonic() - begun)
    if done.returncode not in accept:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
        raise RepoError(f"git {_verb(words)} failed: {_printable(said[-1])}", hint="Run `wikigit verify`.")
    return done


def command(repository: Path, words: Sequence[str]) -> list[str]:
    """What is run for `git <words>`: with nothing switched on that a repository could bring along."""
    return ["git", f"--git-dir={repository}", *(flag for setting in _SAFE for flag in ("-c", setting)), *words]


def feed(repository: Path, *words: str, chunks: Iterable[bytes]) -> None:
    """Run a git command that reads `chunks` on its standard input, as they come. Raises RepoError."""
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command(repository, words),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=surroundings(False),
        ) as process,
    ):
        assert process.stdin is not None
        try:
            for chunk in chunks:
                process.stdin.write(chunk)
            process.stdin.close()
        except BrokenPipeError:
            pass  # its exit status and last words say why
        except BaseException:
            process.kill()
            raise
        status = process.wait()
        said.seek(0)
        last = (said.read().decode("utf-8", "replace").strip().splitlines() or ["it said nothing"])[-1]
    if status != 0:
        raise RepoError(f"git {_verb(words)} failed: {_printable(last)}", hint="Is the disk full or read-only?")


def surroundings(network: bool = False) -> dict[str, str]:
    """The environment that git gets: no GIT_* variable, no secret of ours, English, a fixed identity, no questions."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "WIKIGIT_"))}
    kept |= {key: os.environ[key] for key in ("GIT_SSH_COMMAND",) if key in os.environ}
    if not network:
        kept |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    return kept | {
        "LC_ALL": "C",
        "TZ": "UTC",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_AUTHOR_NAME": _NAME,
        "GIT_AUTHOR_EMAIL": _MAIL,
        "GIT_COMMITTER_NAME": _NAME,
        "GIT_COMMITTER_EMAIL": _MAIL,
    }


def _verb(words: Sequence[str]) -> str:
    return words[2] if words[0] == "-c" else words[0]


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)[:300]
