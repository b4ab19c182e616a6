"""Git on a stranger's bytes: with little memory, little time, and no larger a file than need be.

Nothing here knows what the bytes are.
"""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wikigit.core.errors import RepoError
from wikigit.repo import git

_FRUGAL = (
    "pack.threads=1",
    "core.bigFileThreshold=1m",
    "core.deltaBaseCacheLimit=32m",
    "core.packedGitWindowSize=1m",
    "core.packedGitLimit=64m",
)
"""Where git sees so little memory, it must not map whole packs of ours."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one call of git may use: bytes of memory, seconds of the processor, bytes in one file."""

    memory: int
    seconds: int
    file: int

    @property
    def patience(self) -> int:
        """Seconds until it is stopped, however little it has done: the disk may be slow."""
        return 4 * self.seconds + 60


def call(repository: Path, *words: str, source: BinaryIO, bounds: Bounds) -> subprocess.CompletedProcess[bytes] | None:
    """Run `git <words>` with the open file `source` as its input; None where it ran out of time.

    Its exit status is for the caller to look at.
    """

    def confine() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (bounds.memory, bounds.memory))
        resource.setrlimit(resource.RLIMIT_CPU, (bounds.seconds, bounds.seconds + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (bounds.file, bounds.file))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    try:
        return subprocess.run(
            git.command(repository, (*_settings(_FRUGAL), *words)),
            stdin=source,
            capture_output=True,
            env=git.surroundings(),
            check=False,
            timeout=bounds.patience,
            preexec_fn=confine,
        )
    except subprocess.TimeoutExpired:
        return None
    except FileNotFoundError as exc:
        raise RepoError("The program git was not found.", hint="Install git 2.39 or newer.") from exc


def _settings(settings: Sequence[str]) -> list[str]:
    return [flag for setting in settings for flag in ("-c", setting)]
