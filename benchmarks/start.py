"""How soon the command line answers: `wikigit --help` beside a Python that imports all that wikigit is made of.

`make bench-start`. Both are whole processes, in turns, so that a busy computer slows both; the ratio is what counts.
"""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median

import wikigit
from benchmarks.programs import WIKIGIT

PAIRS = 15
MOST = 0.5
LIBRARIES = ("jinja2", "mwclient", "mwparserfromhell", "pygit2", "regex", "rich.console", "rich.progress", "typer")


def seconds(command: Sequence[str]) -> float:
    """How long a program takes, from its start to its end."""
    began = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return time.perf_counter() - began


def main() -> None:
    """Measure, tell, and print the figures."""
    ours = [module.name for module in pkgutil.walk_packages(wikigit.__path__, "wikigit.")]
    everything = [sys.executable, "-c", "import " + ", ".join([*LIBRARIES, *ours])]
    helps = [str(WIKIGIT), "--help"]
    for warm_up in (helps, everything):
        seconds(warm_up)
    pairs = [(seconds(helps), seconds(everything)) for _ in range(PAIRS)]
    ratio = median(answer / imported for answer, imported in pairs)
    answer, imported = (median(column) for column in zip(*pairs, strict=True))
    print(
        f"wikigit --help {answer:.3f} s, importing everything {imported:.3f} s, medians of {PAIRS} pairs",
        file=sys.stderr,
    )
    print(f"ratio {ratio:.2f}, promised ≤ {MOST}" + ("" if ratio <= MOST else ": MISSED"), file=sys.stderr)
    print(json.dumps({"help_s": round(answer, 4), "import_all_s": round(imported, 4), "ratio": round(ratio, 3)}))


if __name__ == "__main__":
    main()
