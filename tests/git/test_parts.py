"""Parcels in parts, and on their way over a bad link: joined where they are whole, else a sentence."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from contextlib import nullcontext, suppress
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.journey import DAY, NGOZI, Hub, Kit, Stick, hub_send, kit_send, much_text, signs
from wikigit.core.errors import ParcelError
from wikigit.repo import parcel
from wikigit.repo.outgoing import How
from wikigit.repo.store import Store


def in_parts(kit: Kit, most: int = 700) -> Stick:
    found = Stick(kit.folder / "parts")
    list(kit_send.send(kit.store, found.folder, day=DAY, approve_all=True, how=How(most=most)))
    return found


def test_a_parcel_in_parts_is_joined(kit: Kit, hub: Hub) -> None:
    edit = kit.writes("Ngozi", NGOZI + much_text(200))
    found = in_parts(kit)
    parts = sorted(found.folder.glob("*.bundle.*"))
    assert len(parts) > 2
    assert max(part.stat().st_size for part in parts) == 700
    assert [e.id for came in hub.receives(found) for e in came.edits] == [edit.id]


def test_a_missing_part_is_named(kit: Kit, hub: Hub) -> None:
    edit = kit.writes("Ngozi", NGOZI + much_text(200))
    found = in_parts(kit)
    second = found.folder / next(file.name for file in found.files if file.name.endswith(".002"))
    second.rename(kit.folder / second.name)
    with pytest.raises(ParcelError, match=r"up-000001\.bundle\.002 is missing") as told:
        hub.receives(found)
    assert "one folder" in told.value.hint
    shutil.copy(kit.folder / second.name, second)
    assert [e.id for came in hub.receives(found) for e in came.edits] == [edit.id]


def test_parts_that_are_damaged_or_changed_about_are_refused(kit: Kit, hub: Hub) -> None:
    kit.writes("Ngozi", NGOZI + much_text(200))
    found = in_parts(kit)
    one, two, *_ = sorted(found.folder.glob("*.bundle.*"))
    before, first, second = hub.store.refs("refs/"), one.read_bytes(), two.read_bytes()
    for damaged in (second, first[:-1], first[:-1] + b"x", b""):
        one.write_bytes(damaged)
        with pytest.raises(ParcelError, match=r"\.001 is not what its manifest says"):
            hub.receives(found)
    assert Store(hub.store.path).refs("refs/") == before


def test_a_full_parcel_in_parts_starts_a_kit(hub: Hub, tmp_path: Path) -> None:
    found = Stick(tmp_path / "down")
    list(hub_send.send(hub.store, found.folder, day=DAY, new=True, how=How(most=500)))
    assert len(list(found.folder.glob("*.bundle.*"))) > 1
    assert Kit(tmp_path / "library", found).page("Ngozi") == NGOZI


def test_the_last_format_is_read_and_a_newer_one_refused_with_a_sentence(kit: Kit, hub: Hub) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    found = kit.sends()
    (file,) = found.folder.glob("*.json")
    told = parcel.read(file).manifest
    for version, words in ((parcel.FORMAT + 1, "newer wikigit"), (parcel.FORMAT - 2, "too old")):
        file.write_text(replace(told, format=version).to_json())
        with pytest.raises(ParcelError, match=words):
            hub.receives(found)
    old = replace(told, format=parcel.FORMAT - 1)
    assert "parts" not in old.to_json()
    signs(kit.store, file, old)
    assert [e.id for came in hub.receives(found) for e in came.edits] == [edit.id]


STRANGE = (None, 5, -1, True, 1.5, "x", "k-", [], [5], {}, {"x": 5}, {"refs/heads/x": "x"}, "\u0661", "a" * 64)


def test_a_field_of_another_kind_makes_no_manifest(kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    (file,) = kit.sends().folder.glob("*.json")
    written, told = json.loads(file.read_bytes()), parcel.manifest_in(file)
    for name, strange in itertools.product(written, STRANGE):
        with suppress(ParcelError):
            read = parcel.from_json(json.dumps({**written, name: strange}).encode(), file.name)
            assert type(getattr(read, name)) is type(getattr(told, name)), (name, strange)


# Over a bad link


@pytest.mark.parametrize("tenth", range(10))
def test_a_transfer_broken_at_any_tenth_is_refused_and_goes_on(kit: Kit, hub: Hub, tenth: int) -> None:
    """Any dumb transport that goes on where it broke will do."""
    edit = kit.writes("Ngozi", NGOZI + much_text(200))
    sent, arrived = kit.sends(), Stick(kit.folder / "arrived")
    before = hub.store.refs("refs/")
    for source in sorted(sent.files, key=lambda file: file.suffix, reverse=True):
        target, whole = arrived.folder / source.name, source.read_bytes()
        target.write_bytes(whole[: len(whole) * tenth // 10])
        if source.suffix == ".json":
            with pytest.raises(ParcelError):
                hub.receives(arrived)
            assert Store(hub.store.path).refs("refs/") == before
        resume(source, target)
    assert [e.id for came in hub.receives(arrived) for e in came.edits] == [edit.id]


def resume(source: Path, target: Path) -> None:
    """What curl does over HTTP: it asks for the bytes that are lacking."""
    if shutil.which("curl"):
        subprocess.run(["curl", "-sS", "-C", "-", "-o", target, source.as_uri()], check=True)
    else:
        target.write_bytes(target.read_bytes() + source.read_bytes()[target.stat().st_size :])


def test_a_bundle_on_its_way_is_refused_with_a_sentence(kit: Kit, hub: Hub) -> None:
    kit.writes("Ngozi", NGOZI + much_text(200))
    sent = kit.sends()
    (packed,) = sent.folder.glob("*.bundle")
    whole = packed.read_bytes()
    for tenth in range(10):
        packed.write_bytes(whole[: len(whole) * tenth // 10])
        with pytest.raises(ParcelError, match="is not what its manifest says"):
            hub.receives(sent)
    packed.write_bytes(whole)
    assert hub.receives(sent)


class Breaking(SimpleHTTPRequestHandler):
    """A web server at the end of a bad line: it sends a tenth of a file, from where it is asked, and hangs up."""

    def do_GET(self) -> None:
        data = Path(self.translate_path(self.path)).read_bytes()
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        if start == len(data):
            self.send_error(416)
            return
        self.send_response(206 if asked else 200)
        self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self.wfile.write(data[start : start + len(data) // 10 + 1])

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@pytest.mark.skipif(not shutil.which("curl"), reason="There is no curl here.")
def test_curl_brings_a_parcel_over_a_line_that_breaks_at_every_tenth(kit: Kit, hub: Hub) -> None:
    edit = kit.writes("Ngozi", NGOZI + much_text(200))
    sent, arrived = kit.sends(), Stick(kit.folder / "arrived")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Breaking, directory=str(sent.folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        for file in sent.files:
            address = f"http://127.0.0.1:{server.server_address[1]}/{file.name}"
            broken = 0
            command = ["curl", "--noproxy", "*", "-sfS", "-C", "-", "-O", address]
            while subprocess.run(command, cwd=arrived.folder, capture_output=True).returncode:
                broken += 1
                with pytest.raises(ParcelError) if file.suffix != ".bundle" else nullcontext():
                    hub.receives(arrived)
            assert broken == 9
        server.shutdown()
    assert [e.id for came in hub.receives(arrived) for e in came.edits] == [edit.id]
