"""Parcels that only the hub opens: who finds the stick learns where it goes, and nothing of what is written."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from tests.journey import DAY, NGOZI, Hub, Kit, Stick, kit_send, outcomes
from wikigit.core.edit import Edit
from wikigit.core.errors import ParcelError
from wikigit.hub import receive
from wikigit.kit import relay
from wikigit.repo import layout, parcel
from wikigit.repo import stick as stick_of
from wikigit.repo.outgoing import How
from wikigit.repo.store import Store


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The hub's private key; the public one lies beside it."""
    return new_key(tmp_path / "hub-key")


def new_key(file: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "hub", "-f", file], check=True)
    return file


def to(key: Path) -> str:
    return key.with_name(f"{key.name}.pub").read_text()


def sealed(kit: Kit, key: Path, **how: int) -> Stick:
    stick = Stick(kit.folder / "sealed")
    kit_send.send(kit.store, stick.folder, day=DAY, approve_all=True, how=How(to_key=to(key), **how))
    return stick


def opens(hub: Hub, stick: Stick, key: Path) -> list[str]:
    """The ids of the edits that the hub finds."""
    found = receive.receive(hub.store, stick.folder, DAY, key.read_bytes())
    return [edit.id for came in found for edit in came.edits]


def refused(hub: Hub, stick: Stick, key: Path, words: str) -> None:
    before = hub.store.refs("refs/")
    with pytest.raises(ParcelError, match=words):
        opens(hub, stick, key)
    assert Store(hub.store.path).refs("refs/") == before


@pytest.fixture
def edit(kit: Kit) -> Edit:
    return kit.writes("Ngozi", f"{NGOZI}\n\nThe market is closed.", summary="no market", credit="Aline N.")


def test_only_the_hub_opens_it(kit: Kit, hub: Hub, key: Path, edit: Edit) -> None:
    stick = sealed(kit, key)
    assert [file.suffix for file in stick.files] == [".age", ".json"]
    refused(hub, stick, new_key(key.with_name("other")), "closed to another key")
    assert opens(hub, stick, key) == [edit.id]
    (again,) = receive.receive(hub.store, stick.folder, DAY, key.read_bytes())
    assert again.already
    assert outcomes(hub.merges(kit).receipts) == ["merged"]


def test_outside_stands_where_it_goes_and_nothing_else(kit: Kit, key: Path, edit: Edit) -> None:
    stick = sealed(kit, key)
    (file,) = stick.folder.glob("*.json")
    told = json.loads(file.read_text())
    known = {"repository", "wiki", "direction", "sender", "to", "number", "sha256", "size", "format", "sealed"}
    assert {name for name, value in told.items() if value} == known | {"acknowledges"}
    assert told["acknowledges"] == {"number": 0, "tips": {}}
    everything = b"".join(file.read_bytes() for file in stick.files)
    for tip in kit.store.refs(layout.HEADS).values():
        assert tip.encode() not in everything
    for words in (b"market", b"Aline", edit.id.encode(), edit.contributor.encode(), b"PACK", b"# v2 git bundle"):
        assert words not in everything


def test_the_kit_knows_what_it_sent_and_the_hub_acknowledges(kit: Kit, hub: Hub, key: Path, edit: Edit) -> None:
    opens(hub, sealed(kit, key), key)
    hub.merges()
    kit.receives(hub.sends())
    assert kit.told(edit) == "merged"
    second = kit.writes("Ngozi", f"{NGOZI}\n\nThe market is closed on Sundays.")
    kit.sends()  # lost
    shutil.rmtree(kit.folder / "sealed")
    assert opens(hub, sealed(kit, key), key) == [second.id]


def test_it_travels_in_parts_and_over_other_kits(kit: Kit, hub: Hub, key: Path, edit: Edit, tmp_path: Path) -> None:
    first, second, other = sealed(kit, key, most=600), Stick(tmp_path / "second"), hub.kit("other")
    for stick in (first, second):
        list(relay.relay(other.store, stick.folder, stick.folder))
    assert len(list(second.folder.glob("*.age.*"))) > 1
    assert opens(hub, second, key) == [edit.id]


def test_a_parcel_that_only_acknowledges_is_sealed_too(kit: Kit, hub: Hub, key: Path) -> None:
    hub.receives(kit.sends())
    kit.receives(hub.sends())
    opens(hub, sealed(kit, key), key)
    shutil.rmtree(kit.folder / "sealed")
    stick = sealed(kit, key)
    assert [file.suffix for file in stick.files] == [".age", ".json"]
    assert opens(hub, stick, key) == []


def test_without_a_key_it_stays_closed(kit: Kit, hub: Hub, key: Path, edit: Edit) -> None:
    with pytest.raises(ParcelError, match="another key") as told:
        hub.receives(sealed(kit, key))
    assert "without --encrypt" in told.value.hint


def test_a_kit_that_was_given_no_key_says_so(kit: Kit, edit: Edit) -> None:
    for words in ("ssh-rsa AAAA", "nonsense", "ssh-ed25519 AAAA"):
        with pytest.raises(ParcelError, match="none that wikigit can close a parcel to"):
            kit_send.send(kit.store, Stick(kit.folder / "none").folder, day=DAY, how=How(to_key=words))


# Strangers


def damaged(stick: Stick, data: bytes) -> None:
    """Somebody writes what is closed, and the manifest outside, anew."""
    (file,), (closed,) = stick.folder.glob("*.json"), stick.folder.glob("*.age")
    closed.write_bytes(data)
    told = replace(parcel.manifest_in(file), sha256=stick_of.digest(closed), size=len(data))
    file.write_text(told.to_json())


def test_damage_inside_is_noticed(kit: Kit, hub: Hub, key: Path, edit: Edit) -> None:
    stick = sealed(kit, key)
    (closed,) = stick.folder.glob("*.age")
    whole = closed.read_bytes()
    for place in range(0, len(whole), len(whole) // 12):
        changed = bytearray(whole)
        changed[place] ^= 1
        damaged(stick, bytes(changed))
        refused(hub, stick, key, "could not be opened|another key")
        damaged(stick, whole[:place])
        refused(hub, stick, key, "could not be opened|another key|not a manifest|not what its manifest|holds no parcel")
    damaged(stick, whole)
    assert opens(hub, stick, key) == [edit.id]


def closed(key: Path, data: bytes) -> bytes:
    return pyrage.encrypt(data, [pyrage.ssh.Recipient.from_str(to(key))])


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (b"", "holds no parcel"),
        (b"wikigit sealed 2 1 1 1\n", "holds no parcel"),
        (b"wikigit sealed 1 999999 0 0\n", "too long"),
        (b"wikigit sealed 1 2 9999 0\n{}", "too long"),
        (b"wikigit sealed 1 2 0 0\n{}", "is not a manifest"),
        (b"wikigit sealed 1 2 0 0\n" + bytes(10**6), "is not a manifest"),
    ],
)
def test_what_a_stranger_closes_is_looked_at_as_strictly(
    kit: Kit, hub: Hub, key: Path, edit: Edit, inside: bytes, words: str
) -> None:
    stick = sealed(kit, key)
    damaged(stick, closed(key, inside))
    refused(hub, stick, key, words)


def test_what_is_inside_is_what_is_told_outside(kit: Kit, hub: Hub, key: Path, edit: Edit) -> None:
    stick, other = sealed(kit, key), hub.kit("other")
    other.writes("Ngozi", f"{NGOZI}\n\nAnother.")
    theirs = sealed(other, key)
    damaged(stick, next(theirs.folder.glob("*.age")).read_bytes())
    refused(hub, stick, key, "calls itself|another parcel")


def test_nothing_is_left_lying_about(kit: Kit, hub: Hub, key: Path, edit: Edit, tmp_path: Path) -> None:
    stick = sealed(kit, key)
    opens(hub, stick, key)
    assert not (kit.store.path / "outgoing").exists()
    assert not list(kit.store.path.rglob("*.plain"))
