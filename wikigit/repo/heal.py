"""Mend what a power cut left: objects and refs whose tip cannot be read any more.

A ref goes back to the newest commit that can be read, as its log and the tips that were kept tell them. Nothing is
thrown away that holds anything: a broken ref's old words are kept in a table beside the refs, objects that cannot be
read in a folder. Nothing here knows what a ref means, or writes a commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wikigit.core import identity
from wikigit.repo import disk, git, layout, tables, whole
from wikigit.repo.objects import Repository

BOOT = "wikigit.boot"
"""Names the start of the machine since which this repository was looked through."""

RECORD = "healed.tsv"
"""What was mended ever: ref, what stood in it, the commit that it went back to ("" where there was none)."""

BROKEN = "broken-objects"
"""The folder of objects' files that nobody can read: git believes of each that it has it."""

KEPT_TIPS = 2
"""So many former tips of each ref are kept, beside its log, which may be torn."""

_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)
_LOG_LINE = re.compile(rb"([0-9a-f]{40}) ([0-9a-f]{40}) [^\x00\n]*\n")
_NOTHING = "0" * 40
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Healed:
    """A ref that was mended. `commit`: where it went back to, "" where nothing of it could be read."""

    ref: str
    was: str
    commit: str


def once(repository: Path) -> list[Healed]:
    """Mend a repository once since the machine was started; only ever under the repository's exclusive lock.

    A program that is killed spoils nothing that was written: only a power cut can.
    """
    file, now = repository / BOOT, _boot()
    if now and file.is_file() and file.read_text() == now:
        return []
    healed = heal(repository)
    file.write_text(now)
    return healed


def _boot() -> str:
    """A word that is another one each time this machine was started; "" where that is not to be known."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


def heal(repository: Path) -> list[Healed]:
    """Mend a repository, under its exclusive lock; returns what was mended, mostly nothing."""
    _drop_empty_objects(repository)
    here = Repository(str(repository))
    broken = [(ref, was) for ref, was in _refs(repository) if not readable(here, was)]
    if not broken:
        return []
    _set_unreadable_aside(here)
    mend_logs(repository)
    healed = [_mended(here, repository, ref, was) for ref, was in broken]
    _record(repository, healed)
    return healed


def sound(repository: Path) -> bool:
    """Whether the newest of every ref can be read. Cheap, and needs no lock."""
    here = Repository(str(repository))
    return all(readable(here, was) for _, was in _refs(repository))


def record(repository: Path) -> list[Healed]:
    """All that was ever mended here. Raises RepoError where the record is damaged."""
    file = repository / RECORD
    return [Healed(*row) for row in tables.parse(file.read_bytes(), 3, RECORD)] if file.exists() else []


def _drop_empty_objects(repository: Path) -> None:
    """Remove objects' files without a byte: whoever writes such an object again would take them for it."""
    for file in (repository / "objects").glob("??/*"):
        if file.stat().st_size == 0:
            file.unlink()


def _refs(repository: Path) -> Iterator[tuple[str, str]]:
    """The refs that have a file, or should, and what stands in it; what is only packed was not written lately."""
    files = {str(file.relative_to(repository)): file for file in _below(repository / "refs") if file.suffix != ".lock"}
    for ref, file in files.items():
        yield ref, file.read_bytes().decode("ascii", "replace").strip()
    packed = {line[41:] for line in _lines(repository / "packed-refs")}
    for log in _below(repository / "logs" / "refs"):
        ref, moves = str(log.relative_to(repository / "logs")), _LOG_LINE.findall(log.read_bytes())
        if ref not in files and ref not in packed and moves and moves[-1][1].decode() != _NOTHING:
            yield ref, ""


def _mended(here: Repository, repository: Path, ref: str, was: str) -> Healed:
    """Let a ref go back to the newest commit that can be read."""
    file = repository / ref
    commit = next((old for old in _earlier(repository, ref) if readable(here, old)), "")
    if commit:
        file.parent.mkdir(parents=True, exist_ok=True)
        disk.put(file, f"{commit}\n".encode())
    elif file.exists():
        file.unlink()  # git reads no ref at all while one is broken
        disk.flush(file.parent)
    return Healed(ref, _printable(was), commit)


def _earlier(repository: Path, ref: str) -> Iterator[str]:
    """The commits that a ref pointed to, newest first: each line of its log begins with the old and the new one."""
    for line in reversed(_lines(repository / "logs" / ref)):
        yield from reversed(_COMMIT.findall(line[:82]))
    names = [ref, *(layout.kept(number, ref) for number in range(1, KEPT_TIPS + 1))]
    packed = _lines(repository / "packed-refs")
    for name in names:
        if name != ref:
            yield from _lines(repository / name)[:1]
        yield from (line[:40] for line in packed if line[41:] == name)


def _lines(file: Path) -> list[str]:
    return file.read_bytes().decode("utf-8", "replace").split("\n") if file.is_file() else []


def _below(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def readable(here: Repository, commit: str) -> bool:
    """Whether the newest commits of a line, their trees and what they changed can be read, each byte as its id says."""
    return identity.is_commit(commit) and whole.newest(here, commit)


def beyond(here: Repository) -> list[str]:
    """The commits that can be read and that no ref reaches, parents first."""
    folder = Path(here.path)
    listed = ("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)", "--unordered")
    every = {line[:40] for line in git.run(folder, *listed).decode().splitlines() if line.endswith(" commit")}
    left = every - set(git.run(folder, "rev-list", "--all", accept=range(256)).decode().split())
    ordered: dict[str, None] = {}
    for start in sorted(left):
        waiting = [start]
        while waiting:
            above = [p for p in whole.parents(here, waiting[-1]) if p in left and p not in ordered]
            if above:
                waiting.extend(above)
            else:
                ordered.setdefault(waiting.pop())
    return list(ordered)


def set_torn_aside(here: Repository, commits: Sequence[str]) -> None:
    """Move commits out of the way, parents first, that no ref reaches and that stand on what cannot be read."""
    for commit in commits:
        file = Path(here.path) / "objects" / commit[:2] / commit[2:]
        if file.exists() and not whole.newest(here, commit, chain=1):
            _move_aside(file)
    mend_logs(Path(here.path))


def mend_logs(repository: Path) -> None:
    """Take out of the refs' logs what is no line of one, or names a commit that cannot be read: git stumbles on it."""
    here = Repository(str(repository))
    for log in _below(repository / "logs"):
        data = log.read_bytes()
        kept = b"".join(line for line in data.splitlines(keepends=True) if _says_what_is(here, line))
        if kept != data:
            disk.put(log, kept)


def _says_what_is(here: Repository, line: bytes) -> bool:
    found = _LOG_LINE.fullmatch(line)
    ids = [commit.decode() for commit in found.groups()] if found else []
    return bool(found) and all(commit == _NOTHING or whole.readable(here, commit) for commit in ids)


def _set_unreadable_aside(here: Repository) -> None:
    for file in (Path(here.path) / "objects").glob("??/*"):
        name = file.parent.name + file.name
        if identity.is_commit(name) and not whole.readable(here, name):
            _move_aside(file)


def _move_aside(file: Path) -> None:
    folder = file.parents[2] / BROKEN
    folder.mkdir(exist_ok=True)
    file.replace(folder / (file.parent.name + file.name))


def _record(repository: Path, healed: list[Healed]) -> None:
    file = repository / RECORD
    known = file.read_bytes() if file.exists() else b""
    disk.put(file, known + (tables.write([(one.ref, one.was, one.commit) for one in healed]) or b""))


def _printable(was: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in was[:80])
