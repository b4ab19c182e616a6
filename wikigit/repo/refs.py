"""Refs, moved together or not at all.

A ref moves by compare-and-swap in one transaction and is read back. In a mirror of the hub (a CI job's
clone) the hub's own refs are moved first, by one atomic push that holds only if nobody else was faster.
Nothing here knows what a ref means.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pygit2

from wikigit.core.errors import Locked, RepoError
from wikigit.repo import disk, git, lock

NOTHING = "0" * 40


@dataclass(frozen=True, slots=True)
class Move:
    """One ref from an old commit to a new one. `old` None: it must not exist yet; `new` None: delete it."""

    ref: str
    old: str | None
    new: str | None


def move(repository: Path, moves: Sequence[Move], *, hub: str = "") -> None:
    """Move all refs or none. Raises Locked where one is no longer where its move begins: start the run again.

    `hub` names the remote whose refs are moved first; "" for none.
    """
    real = [m for m in moves if m.old != m.new]
    if not real:
        return
    if hub:
        _push(repository, real, hub)
    # In a mirror our refs are git's tracking refs of the hub's: the push has moved them already.
    left = [m for m in real if not hub or read(repository, m.ref) != m.new]
    commands = ["start", *(_command(m) for m in left), "prepare", "commit"]
    words = "\n".join(commands).encode() + b"\n"
    with lock.moving(repository, [m.ref for m in left]) as note:
        done = git.call(
            repository, "update-ref", "--stdin", stdin=words, accept=range(256), more=_today(), holding=(note,)
        )
    if done.returncode != 0:
        raise _refused(done.stderr)
    _fsync_folders(repository, real)
    here = pygit2.Repository(str(repository)).references
    for m in real:
        found = here.get(m.ref)
        if (found and str(found.target)) != m.new:
            raise RepoError(f"{m.ref} did not move.", hint="Check the disk, then run `wikigit verify`.")


def _fsync_folders(repository: Path, moves: Sequence[Move]) -> None:
    """Bring the new names to the disk: git fsyncs a ref's file before it renames it, and not the folder afterwards.

    Without this a power cut takes back moves of the last seconds, whatever was said of them.
    """
    try:
        for folder in {(repository / m.ref).parent for m in moves}:
            if folder.is_dir():
                disk.flush(folder)
    except OSError as exc:
        raise RepoError(f"The refs could not be written: {exc.strerror}.", hint="Check the disk.") from exc


def read(repository: Path, ref: str) -> str | None:
    """The commit a ref points to, None where there is no such ref."""
    done = git.call(repository, "rev-parse", "--verify", "--quiet", ref, accept=(0, 1))
    return done.stdout.decode().strip() or None


def pull(repository: Path, hub: str) -> None:
    """Make a mirror's refs those of the hub."""
    git.run(repository, "fetch", "--quiet", "--prune", "--no-auto-maintenance", hub, network=True)


def _push(repository: Path, moves: Sequence[Move], hub: str) -> None:
    leases = [f"--force-with-lease={m.ref}:{m.old or ''}" for m in moves]
    specs = [f"{m.new or ''}:{m.ref}" for m in moves]
    # A mirror's remote is set to push everything; only these refs may go.
    words = ("-c", f"remote.{hub}.mirror=false", "push", "--porcelain", "--atomic", *leases, hub, *specs)
    done = git.call(repository, *words, accept=range(256), network=True)
    if done.returncode != 0:
        raise _refused(done.stdout + done.stderr)


def _today() -> dict[str, str]:
    """What Git notes in a ref's log as the time: the day alone, for when somebody wrote is nobody's business."""
    return {"GIT_COMMITTER_DATE": f"@{int(time.time()) // 86400 * 86400} +0000"}


def _command(m: Move) -> str:
    if m.new is None:
        return f"delete {m.ref} {m.old}"
    return f"update {m.ref} {m.new} {m.old or NOTHING}"


def _refused(said: bytes) -> RepoError:
    text = said.decode("utf-8", "replace")
    if "hook declined" in text:
        words = [line.removeprefix("remote:").strip() for line in text.splitlines() if line.startswith("remote:")]
        why = next(filter(None, words), "it does not say why").removeprefix("error: ")[:300]
        return RepoError(f"The hub refuses what was to be pushed: {why!r}", hint="Ask who keeps the hub.")
    gone = "unable to resolve reference" in text and "reference broken" not in text
    if gone or any(words in text for words in ("but expected", "already exists", "stale info", "rejected")):
        return Locked("Somebody else was faster; nothing was changed.", hint="Run the command again.")
    if "Unable to create" in text and ".lock" in text:
        return Locked("A ref is locked by another git.", hint="Wait a moment and run the command again.")
    last = (text.strip().splitlines() or ["it said nothing"])[-1]
    return RepoError(f"git could not move the refs: {last[:300]!r}", hint="Run `wikigit verify`.")
