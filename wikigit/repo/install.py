"""Put a version of this software beside the one that runs, try it, and only then let it be the one that is used.

    <place>/versions/0.2.0/      a Python environment each
    <place>/current              a symbolic link to the one that is used, only ever replaced in one step
    <place>/before               the one that was used before it

Whatever fails, and whenever the power goes, `current` is a version that worked. Nothing here knows where the
wheels come from.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from wikigit.core.errors import RepoError
from wikigit.repo import disk, stick

log = logging.getLogger(__name__)

CURRENT, BEFORE, VERSIONS = "current", "before", "versions"
_UNCHANGED = "The version that runs is still in use; tell its makers what was said."


class Step(StrEnum):
    """How far an update has come."""

    ALREADY = "already"
    BUILT = "built"
    TRIED = "tried"
    IN_USE = "in-use"


def place() -> Path:
    """Where the software that runs is installed. Raises RepoError where it is not installed in this way."""
    prefix = Path(sys.prefix)
    if prefix.parent.name != VERSIONS:
        raise RepoError(
            f"The wikigit in {prefix} was not installed in a way that can be updated.",
            hint="Name a folder for it: --place /opt/wikigit",
        )
    return prefix.parent.parent


def update(place: Path, version: str, wheels: Path, repository: Path) -> Iterator[Step]:
    """Install a version from a folder of wheels, without any network; it is tried on a repository first.

    Raises RepoError, and then nothing has changed.
    """
    home = place / VERSIONS / version
    used = _target(place / CURRENT)
    if used == home.resolve():
        raise RepoError(f"Version {version} is in use already.", hint="There is nothing to do.")
    try:
        _build(home, version, wheels)
        yield Step.BUILT
        _try(home, version, repository)
        yield Step.TRIED
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    if used:
        _point(place / BEFORE, used)
    _point(place / CURRENT, home)
    try:
        _run(place / CURRENT / "bin/wikigit", "--version")
    except RepoError:
        if used:
            _point(place / CURRENT, used)
        raise
    yield Step.IN_USE


def back(place: Path) -> str:
    """Use the version again that was used before; returns it. Raises RepoError where there is none."""
    used, before = _target(place / CURRENT), _target(place / BEFORE)
    if before is None or not before.is_dir():
        raise RepoError("There is no version before this one here.", hint="Update from a stick first.")
    _point(place / CURRENT, before)
    if used:
        _point(place / BEFORE, used)
    return before.name


def _build(home: Path, version: str, wheels: Path) -> None:
    """A Python environment with this version in it, at the place where it stays: its scripts name it."""
    shutil.rmtree(home, ignore_errors=True)  # of an update that was killed
    home.parent.mkdir(parents=True, exist_ok=True)
    here, there = Path(sys.executable), home / "bin/python"
    own_pip = find_spec("pip") is not None  # else Python's copy of it, which takes longer
    _run(here, "-m", "venv", *(["--without-pip"] if own_pip else []), str(home))
    pip = (here, "-m", "pip", "--isolated", "--python", str(there)) if own_pip else (there, "-m", "pip", "--isolated")
    offline = ("--no-index", "--find-links", str(wheels), "--only-binary", ":all:", "--no-cache-dir", "--no-input")
    _run(*pip, "install", "--quiet", *offline, f"wikigit=={version}")
    _run(*pip, "check")


def _try(home: Path, version: str, repository: Path) -> None:
    """Raises RepoError where the new version does not run, or finds the repository wrong."""
    told = _run(home / "bin/wikigit", "--version").split()
    if told[-1:] != [version]:
        raise RepoError(f"What was installed calls itself {told[-1:]}, not {version}.", hint=_UNCHANGED)
    _run(home / "bin/wikigit", "-C", str(repository), "verify")


def _target(link: Path) -> Path | None:
    return link.resolve() if link.is_symlink() else None


def _point(link: Path, target: Path) -> None:
    """Let a symbolic link lead to another folder, in one step."""
    new = link.with_name(link.name + stick.PART)
    new.unlink(missing_ok=True)
    new.symlink_to(Path(VERSIONS) / target.name)
    new.replace(link)
    disk.flush(link.parent)


def _run(program: Path, *words: str) -> str:
    """What a program prints, without anything of the caller's Python or pip. Raises RepoError where it fails."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    surroundings = {**kept, "LC_ALL": "C.UTF-8", "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    try:
        done = subprocess.run(
            [program, *words], capture_output=True, text=True, env=surroundings, stdin=subprocess.DEVNULL, check=False
        )
    except OSError as exc:
        raise RepoError(f"{program.name} could not be started: {exc.strerror}.", hint=_UNCHANGED) from exc
    log.debug("%s %s: %d", program.name, words[0], done.returncode)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines() or ["it said nothing"]
        raise RepoError(f"{program.name} {words[-1]} failed: {said[-1][:300]}", hint=_UNCHANGED)
    return done.stdout
