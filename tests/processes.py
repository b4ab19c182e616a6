"""Other processes in our stories: they work beside us, are killed at any moment, or find the disk full."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from wikigit.core.errors import WikigitError
from wikigit.repo import git
from wikigit.repo.store import Store

DONE, REFUSED = 0, 1

TOUCHES = ("open", "os.mkdir", "os.rename", "os.remove", "os.symlink")
"""What Python tells of, of all that changes a folder."""


def beside(work: Callable[[int], None]) -> tuple[int, int]:
    """Let another process do something; returns its id and the end of a pipe that `work` may write to."""
    told, tells = os.pipe()
    process = os.fork()
    if process:
        os.close(tells)
        return process, told
    os.close(told)
    os.setpgid(0, 0)
    try:
        work(tells)
    except WikigitError:
        os._exit(REFUSED)
    except BaseException:
        os._exit(2)
    os._exit(DONE)


def status(process: int) -> int:
    """How it ended: what `work` came to, or the signal below zero."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def kill(process: int) -> None:
    """End it at once, with the programs that it runs."""
    os.killpg(process, signal.SIGKILL)


def no_file_grows_past(room: int) -> None:
    """What a full disk is like, for this process and the programs that it runs."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))


def fsck(store: Store) -> None:
    git.run(store.path, "fsck", "--full", "--strict", "--no-dangling")


def killed_at(place: int, folder: Path) -> None:
    """Let this process die before it touches a folder for the n-th time: opens, renames or removes something there."""
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in TOUCHES and any(str(argument).startswith(str(folder)) for argument in arguments):
            count += 1
            if count == place:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
