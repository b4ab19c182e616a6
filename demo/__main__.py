"""The demo's own command line: walk the road, check it, tell it. Leaves no process behind, whatever happens."""

from __future__ import annotations

import argparse
import datetime
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.table import Table

from demo import checks, page, story, told
from demo.checks import Finding
from demo.page import Facts
from demo.road import Road
from demo.terminal import Failed, Terminal
from demo.told import Told
from testing.mediawiki import ADMIN, PASSWORD, MissingComponent, install
from wikigit import __version__
from wikigit.core.errors import WikigitError

PAGE = Path("build/demo.html")
NAMELESS = "The page names nobody who did not agree."


def main() -> int:
    """Run the demo; returns 0 where everything is as it should be, 1 where not, 130 where interrupted."""
    parser = argparse.ArgumentParser(prog="demo", description="The whole road, from kit to wiki and back.")
    parser.add_argument("--keep", action="store_true", help="leave the wiki running until Ctrl-C")
    parser.add_argument("--page", type=Path, default=PAGE, help=f"where to write the page ({PAGE})")
    asked = parser.parse_args()
    for sign in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs deaf to the first
        signal.signal(sign, _interrupt)
    try:
        with tempfile.TemporaryDirectory(prefix="wikigit-demo-") as folder:
            return demo(Path(folder), asked.page, keep=asked.keep)
    except MissingComponent as missing:
        print(f"error: {missing}\n next: make setup", file=sys.stderr)
    except (Failed, WikigitError) as failed:
        print(f"error: {failed}\n next: Look at the last command above.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped; nothing is left running.", file=sys.stderr)
        return 130
    return 1


def demo(folder: Path, file: Path, *, keep: bool) -> int:
    """Walk the road in a folder and write the page to `file`; returns the exit status."""
    begun = time.monotonic()
    wiki = install(folder / "wiki", version=os.environ.get("WIKI", ""), extra_settings="$wgSitename = 'Rwibindo';")
    with wiki:
        road = Road(folder, wiki, Terminal(folder))
        road.walk()
        with road.terminal.step("Everything is checked, with plain git and the wiki's own words"):
            ends = told.tell(road)
            findings = list(checks.check(road, ends))
        facts = Facts(wiki.url, wiki.version, __version__, _today(), time.monotonic() - begun, len(road.sticks))
        findings.append(_write(file, road, ends, findings, facts if keep else _without_wiki(facts)))
        _tell(ends, findings)
        wrong = any(finding.against for finding in findings)
        print(f"\n{'Not as it should be' if wrong else 'All as it should be'}, in {time.monotonic() - begun:.0f} s.")
        print(f"Each edit's way: {file.absolute()}")
        if keep:
            try:
                _wait(wiki.url)
            finally:
                _write(file, road, ends, findings[:-1], _without_wiki(facts))
    return int(wrong)


def _write(file: Path, road: Road, ends: Sequence[Told], findings: Sequence[Finding], facts: Facts) -> Finding:
    """Write the page, once it is sure that it names nobody who did not agree; returns the finding about that."""
    names = checks.private_names(story.PEOPLE)
    draft = page.render(ends, road.terminal.steps, [*findings, Finding(NAMELESS)], facts)
    if named := checks.found_in(draft.encode(), names):
        return Finding(NAMELESS, (f"It was not written: it holds {len(named)} private names.",))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(draft, encoding="utf-8")
    return Finding(NAMELESS)


def _tell(ends: Sequence[Told], findings: Sequence[Finding]) -> None:
    """The table, and the checks."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in ("edit", "kit", "author, as published", "page", "what the kit is told"):
        table.add_column(heading, no_wrap=True)
    for one in ends:
        what = " ".join(filter(None, (str(one.outcome), one.code, " ".join(map(str, one.revisions)))))
        table.add_row(one.id, one.writing.kit, one.author, one.writing.title, what)
    print()
    Console(width=140).print(table)
    print()
    for finding in findings:
        print(f"{'WRONG' if finding.against else 'right'}  {finding.sentence}")
        for against in finding.against:
            print(f"       {against}")


def _wait(url: str) -> None:
    """Until Ctrl-C."""
    print(f"The wiki runs at {url} (log in as {ADMIN}, {PASSWORD!r}) until you press Ctrl-C.", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print("\nStopped; nothing is left running.")


def _without_wiki(facts: Facts) -> Facts:
    return Facts("", facts.wiki, facts.software, facts.day, facts.seconds, facts.sticks)


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
