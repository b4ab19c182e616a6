"""Software by stick: signed, tried beside the version that runs, and taken back where it does not work."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import os
import zipfile
from pathlib import Path

import pytest

from tests import processes
from tests.journey import Kit
from wikigit.core.errors import ParcelError, RepoError
from wikigit.kit import update
from wikigit.kit.update import Updated
from wikigit.repo import install, signature, software
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


# Whose software


@pytest.fixture
def key(tmp_path: Path) -> Path:
    signature.make(tmp_path / "hub-key")
    return tmp_path / "hub-key"


@pytest.fixture
def stick(tmp_path: Path, key: Path) -> Path:
    """A stick with a version that the hub has signed."""
    wheel(tmp_path / "wheels", "9.9.9")
    return on_stick(tmp_path / "stick", tmp_path / "wheels", key)


def on_stick(stick: Path, wheels: Path, key: Path) -> Path:
    (stick / "wikigit").mkdir(parents=True, exist_ok=True)
    list(software.write(wheels, stick / "wikigit", key))
    return stick


def updates(kit: Kit, stick: Path, key: Path, *, running: str = "0.1.0") -> list[Updated]:
    place, public = stick.with_name("place"), signature.public(key)
    told = update.update(kit.store, stick, place, key=public, running=running)
    return [each for each in told if isinstance(each, Updated)]


def folder(stick: Path, version: str = "9.9.9") -> Path:
    return stick / "wikigit" / software.SOFTWARE / version


def test_a_kit_takes_what_its_hub_has_signed(kit: Kit, stick: Path, key: Path) -> None:
    assert sorted(file.name for file in folder(stick).iterdir()) == [
        "software.json",
        "software.json.sig",
        "wikigit-9.9.9-py3-none-any.whl",
    ]
    assert [each.step for each in updates(kit, stick, key)] == [Step.BUILT, Step.TRIED, Step.IN_USE]
    assert in_use(stick.with_name("place")) == "9.9.9"
    assert sorted(file.name for file in stick.with_name("place").iterdir()) == ["current", "versions"]


def test_what_is_no_newer_is_left(kit: Kit, stick: Path, key: Path) -> None:
    """An old version with a known hole is signed, too."""
    for running in ("9.9.9", "10.0", "9.10.0"):
        assert updates(kit, stick, key, running=running) == [Updated("9.9.9", Step.ALREADY)]
    assert not stick.with_name("place").exists()


def test_of_several_the_newest_that_is_signed_counts(kit: Kit, stick: Path, key: Path, tmp_path: Path) -> None:
    wheel(tmp_path / "newer", "9.10.0")
    wheel(tmp_path / "strange", "99.0")
    on_stick(stick, tmp_path / "newer", key)
    signature.make(tmp_path / "strangers-key")
    on_stick(stick, tmp_path / "strange", tmp_path / "strangers-key")
    told, place = software.newest(stick, signature.public(key))
    assert (told.version, place) == ("9.10.0", folder(stick, "9.10.0"))


@pytest.mark.parametrize("name", ["software.json", "software.json.sig"])
@pytest.mark.parametrize("change", ["flip", "cut", "gone", "link"])
def test_what_the_hub_has_not_signed_is_no_software(kit: Kit, stick: Path, key: Path, name: str, change: str) -> None:
    file = folder(stick) / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    match change:
        case "flip":
            file.write_bytes(data)
        case "cut":
            file.write_bytes(data[:-9])
        case "gone":
            file.unlink()
        case "link":
            file.rename(stick / name)
            file.symlink_to(stick / name)
    with pytest.raises(ParcelError, match="no software here that the hub has signed"):
        updates(kit, stick, key)


def test_a_parcels_signature_is_none_for_software(kit: Kit, stick: Path, key: Path) -> None:
    told = (folder(stick) / "software.json").read_bytes()
    (folder(stick) / "software.json.sig").write_bytes(signature.sign(key, told, signature.MANIFEST))
    with pytest.raises(ParcelError, match="no software"):
        updates(kit, stick, key)


def test_a_changed_or_missing_wheel_stops_it(kit: Kit, stick: Path, key: Path) -> None:
    (file,) = folder(stick).glob("*.whl")
    whole = file.read_bytes()
    for data in (whole[:-1], whole[:-1] + b"x", whole + b"x"):
        file.write_bytes(data)
        with pytest.raises(ParcelError, match="is not what"):
            updates(kit, stick, key)
    file.unlink()
    with pytest.raises(ParcelError, match="is missing"):
        updates(kit, stick, key)
    assert list(stick.with_name("place").iterdir()) == []


@pytest.mark.parametrize("name", ["../evil-1.0-py3-none-any.whl", "/etc/evil-1.0-py3-none-any.whl", "evil.sh", "x.whl"])
def test_even_a_signed_list_names_wheels_only(kit: Kit, stick: Path, key: Path, name: str) -> None:
    file = folder(stick) / "software.json"
    told = json.loads(file.read_bytes())
    told["files"][name] = {"sha256": "0" * 64, "size": 1}
    file.write_text(json.dumps(told))
    (folder(stick) / "software.json.sig").write_bytes(signature.sign(key, file.read_bytes(), software.NAMESPACE))
    with pytest.raises(ParcelError, match="a list that wikigit does not write"):
        updates(kit, stick, key)


def test_without_the_hubs_key_nobody_is_believed(kit: Kit, stick: Path) -> None:
    with pytest.raises(ParcelError, match="does not know the hub's key"):
        list(update.update(kit.store, stick, stick.with_name("place"), key="", running="0.1.0"))


def test_a_folder_of_wheels_holds_one_wikigit(stick: Path, key: Path, tmp_path: Path) -> None:
    wheel(tmp_path / "wheels", "9.9.8")
    for wheels, words in ((tmp_path / "wheels", "2 wheels of wikigit"), (tmp_path, "0 wheels of wikigit")):
        with pytest.raises(ParcelError, match=words):
            on_stick(stick, wheels, key)


def test_the_version_before_is_used_again(tmp_path: Path) -> None:
    for version in ("1.0", "1.1"):
        (tmp_path / "versions" / version).mkdir(parents=True)
    (tmp_path / "current").symlink_to("versions/1.1")
    (tmp_path / "before").symlink_to("versions/1.0")
    assert install.back(tmp_path) == "1.0"
    assert (in_use(tmp_path), (tmp_path / "before").resolve().name) == ("1.0", "1.1")
    assert install.back(tmp_path) == "1.1"


def test_whenever_the_power_goes_a_version_that_worked_is_in_use(tmp_path: Path) -> None:
    for version in ("1.0", "1.1"):
        (tmp_path / "versions" / version).mkdir(parents=True)
    (tmp_path / "current").symlink_to("versions/1.1")
    (tmp_path / "before").symlink_to("versions/1.0")
    for place in itertools.count(1):

        def goes_back(tells: int, place: int = place) -> None:
            processes.killed_at(place, tmp_path)
            install.back(tmp_path)

        ended = processes.status(processes.beside(goes_back)[0])
        assert (tmp_path / "current").is_dir()
        assert (tmp_path / "before").is_dir()
        if ended == processes.DONE:
            break
    assert place > 6
