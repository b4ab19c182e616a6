"""Software by stick: signed, tried beside the version that runs, and taken back where it does not work."""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from tests.journey import Kit
from wikigit.core.errors import RepoError
from wikigit.repo import install
from wikigit.repo.install import Step

SCRIPT = """
import sys

def main():
    if "--version" in sys.argv:
        print("wikigit {version}")
    elif "verify" in sys.argv:
        sys.exit({verify})
"""


def wheel(folder: Path, version: str, *, verify: int = 0) -> Path:
    """A tiny wikigit that knows two commands: its version, and whether all is well."""
    folder.mkdir(parents=True, exist_ok=True)
    about = f"wikigit-{version}.dist-info"
    files = {
        "wikigit.py": SCRIPT.format(version=version, verify=verify),
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: wikigit\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": "[console_scripts]\nwikigit = wikigit:main\n",
    }
    record = "".join(f"{name},sha256={_hash(text)},{len(text)}\n" for name, text in files.items())
    made = folder / f"wikigit-{version}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as packed:
        for name, text in {**files, f"{about}/RECORD": f"{record}{about}/RECORD,,\n"}.items():
            packed.writestr(name, text)
    return made


def _hash(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def in_use(place: Path) -> str:
    return (place / install.CURRENT).resolve().name


def test_a_version_is_tried_beside_the_one_that_runs_and_taken_back(kit: Kit, tmp_path: Path) -> None:
    place, good, bad = tmp_path / "opt", tmp_path / "good", tmp_path / "bad"
    wheel(good, "9.9.8")
    wheel(bad, "9.9.9", verify=1)
    assert list(install.update(place, "9.9.8", good, kit.store.path)) == [Step.BUILT, Step.TRIED, Step.IN_USE]
    assert os.popen(f"{place}/current/bin/wikigit --version").read() == "wikigit 9.9.8\n"
    with pytest.raises(RepoError, match="wikigit verify failed"):
        list(install.update(place, "9.9.9", bad, kit.store.path))
    assert in_use(place) == "9.9.8"
    assert [version.name for version in (place / install.VERSIONS).iterdir()] == ["9.9.8"]
    with pytest.raises(RepoError, match="in use already"):
        list(install.update(place, "9.9.8", good, kit.store.path))
    with pytest.raises(RepoError, match="no version before"):
        install.back(place)
