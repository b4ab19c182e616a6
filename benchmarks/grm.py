"""The peer: git-remote-mediawiki, which makes a Git remote of a wiki, on the same wiki in the same run.

Debian's version asks for a page's revisions from number 1 on, which only that page has, and finds none of most
pages when it fetches by page, its default; by revision it finds them. Both are measured.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost import cost
from benchmarks.igbo import RealPage
from benchmarks.programs import Failed, Programs
from testing.mediawiki import MediaWiki

_WHO = ("-c", "user.name=Peer", "-c", "user.email=peer@wiki.invalid")
PACKAGES = Path("scripts", "debian-packages-bench.txt")


@dataclass(frozen=True, slots=True)
class Way:
    """What one way of fetching cost and brought; -1 where it was not measured."""

    requests: int = -1
    seconds: float = -1.0
    files: int = -1
    idle: int = -1  # requests of a further fetch that finds nothing new


@dataclass(frozen=True, slots=True)
class Peer:
    """Its figures; `trouble` says what went wrong, if anything did."""

    by_page: Way = Way()
    by_revision: Way = Way()
    pushed: int = -1
    push_requests: int = -1
    trouble: str = ""


def installed() -> bool:
    """Whether it is there, after an attempt to install it."""
    subprocess.run(["scripts/setup", str(PACKAGES)], check=False)
    where = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True).stdout.strip()
    return Path(where, "git-remote-mediawiki").is_file()


def figures(peer: Peer) -> dict[str, int | float]:
    """What goes into the figures; -1 where it was not measured."""
    return {
        "grm_fetch_requests": peer.by_page.requests,
        "grm_fetch_seconds": round(peer.by_page.seconds, 2),
        "grm_files": peer.by_page.files,
        "grm_idle_fetch_requests": peer.by_page.idle,
        "grm_by_revision_requests": peer.by_revision.requests,
        "grm_by_revision_seconds": round(peer.by_revision.seconds, 2),
        "grm_by_revision_files": peer.by_revision.files,
        "grm_by_revision_idle_fetch_requests": peer.by_revision.idle,
        "grm_pushed": peer.pushed,
        "grm_push_requests": peer.push_requests,
    }


def measure(wiki: MediaWiki, programs: Programs, work: Path, spare: Sequence[RealPage]) -> Peer:
    """Clone the wiki by page and by revision, fetch again, and push an edit of each spare page."""
    if not installed():
        return Peer(trouble="git-remote-mediawiki cannot be installed here, so there is nothing to compare with.")
    peer = Peer()
    try:
        by_page = _fetched(wiki, programs, work / "by-page", "by_page")
        peer = Peer(by_page)
        by_revision = _fetched(wiki, programs, work / "by-revision", "by_rev")
        peer = Peer(by_page, by_revision)
        requests = _pushed(wiki, programs, work / "by-revision", spare)
        return Peer(by_page, by_revision, len(spare), requests)
    except Failed as failed:
        lines = str(failed).splitlines()
        return Peer(peer.by_page, peer.by_revision, trouble=f"git-remote-mediawiki failed: {lines[-1]}")


def _fetched(wiki: MediaWiki, programs: Programs, clone: Path, strategy: str) -> Way:
    took = cost(wiki, lambda: clones(wiki, programs, clone, strategy))
    idle = cost(wiki, lambda: programs.git("-C", clone, "fetch", "--quiet"))
    return Way(took.requests, took.seconds, len(list(clone.glob("*.mw"))), idle.requests)


def clones(wiki: MediaWiki, programs: Programs, clone: Path, strategy: str, namespaces: Sequence[str] = ()) -> None:
    """Clone the wiki: the main namespace, or those that are named."""
    settings = {"fetchStrategy": strategy, "mwLogin": programs.login, "mwPassword": programs.password}
    if namespaces:
        settings["namespaces"] = " ".join(namespaces)
    options = [option for key, value in settings.items() for option in ("-c", f"remote.origin.{key}={value}")]
    programs.git("clone", "--quiet", *options, f"mediawiki::{wiki.url}", clone)


def _pushed(wiki: MediaWiki, programs: Programs, clone: Path, spare: Sequence[RealPage]) -> int:
    """Push one commit for each page; returns the requests."""
    for page in spare:
        file = clone / page.file
        file.write_text(f"{file.read_text(encoding='utf-8').rstrip()}\n\nIhe a sitere na git.\n", encoding="utf-8")
        commits(programs, clone, page.file)
    return cost(wiki, lambda: pushes(programs, clone)).requests


def commits(programs: Programs, clone: Path, file: str) -> None:
    """Commit what was written into a page's file."""
    programs.git("-C", clone, *_WHO, "commit", "--quiet", "--message=A sentence more.", "--", file)


def pulls(programs: Programs, clone: Path) -> None:
    """Bring what is new on the wiki into the files."""
    programs.git("-C", clone, *_WHO, "pull", "--quiet", "--no-rebase", "--no-edit")


def pushes(programs: Programs, clone: Path) -> None:
    """Push what was committed."""
    programs.git("-C", clone, "push", "--quiet", "origin", "HEAD")
