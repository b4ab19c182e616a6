"""What wikigit needs where it runs, without what only its tests need: a part of requirements.lock, for jobs and images.

`python -m testing.runtime` writes ci/requirements.txt. Given a wheel of wikigit, it prints the same with the
wheel's own line: what a job installs. Nothing here asks the network.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

TOP = Path(__file__).parents[1]
FILE = TOP / "ci/requirements.txt"

_HEAD = """\
# What wikigit needs where it runs, with the hashes that pip checks: requirements.lock without the tests' packages.
# Made by `python -m testing.runtime`; a test fails when it is out of date.
"""


def needed(package: str = "wikigit") -> set[str]:
    """The names of all packages that one needs on a Linux machine, and theirs; without its own."""
    found: set[str] = set()
    todo = [package]
    while todo:
        for line in importlib.metadata.requires(todo.pop()) or []:
            requirement = Requirement(line)
            name = canonicalize_name(requirement.name)
            if name not in found and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
                found.add(name)
                todo.append(name)
    return found


def locked() -> dict[str, str]:
    """The lines of requirements.lock for each package, with its hashes."""
    blocks: dict[str, str] = {}
    name = ""
    for line in (TOP / "requirements.lock").read_text(encoding="utf-8").splitlines(keepends=True):
        if not line.startswith((" ", "#")):
            name = line.partition("==")[0]
        if name:
            blocks[name] = blocks.get(name, "") + line
    return blocks


def text() -> str:
    """The requirements, as pip reads them."""
    blocks = locked()
    return _HEAD + "".join(blocks[name] for name in sorted(needed()))


def of_wheel(wheel: Path) -> str:
    """The requirement that only this wheel meets."""
    name, version, *_ = parse_wheel_filename(wheel.name)
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def main() -> None:
    """Write the file, or print it for a wheel."""
    if len(sys.argv) > 1:
        sys.stdout.write(text() + of_wheel(Path(sys.argv[1])))
    else:
        FILE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
