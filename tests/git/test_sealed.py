"""Parcels that only the hub opens: who finds the stick learns where it goes, and nothing of what is written."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from tests.journey import DAY, NGOZI, Hub, Kit, Stick, kit_send, make_key, outcomes
from wikigit.core.edit import Edit
from wikigit.core.errors import ParcelError
from wikigit.kit import pinned, relay
from wikigit.repo import keyring, layout, lock, outgoing, parcel, sealing, signature
from wikigit.repo import stick as stick_of
from wikigit.repo.outgoing import How
from wikigit.repo.store import Store


def sealed(kit: Kit, key: str, most: int = outgoing.MOST) -> Stick:
    stick = Stick(kit.folder / "sealed")
    list(kit_send.send(kit.store, stick.folder, day=DAY, approve_all=True, how=How(most, key)))
    return stick


def opens(hub: Hub, stick: Stick) -> list[str]:
    """The ids of the edits that the hub finds."""
    return [edit.id for came in hub.receives(stick) for edit in came.edits]


def refused(hub: Hub, stick: Stick, words: str) -> None:
    before = hub.store.refs("refs/")
    with pytest.raises(ParcelError, match=words):
        opens(hub, stick)
    assert Store(hub.store.path).refs("refs/") == before


@pytest.fixture
def key(kit: Kit) -> str:
    """The hub's public key, as the kit knows it."""
    return pinned.key_of_hub(kit.store)


@pytest.fixture
def others_key(tmp_path: Path) -> str:
    make_key(tmp_path / "other-key")
    return signature.public(tmp_path / "other-key")


@pytest.fixture
def edit(kit: Kit) -> Edit:
    return kit.writes("Ngozi", f"{NGOZI}\n\nThe market is closed.", summary="no market", credit="Aline N.")


def test_only_the_hub_opens_it(kit: Kit, hub: Hub, key: str, others_key: str, edit: Edit) -> None:
    stick = sealed(kit, others_key)
    refused(hub, stick, "sealed to another key")
    shutil.rmtree(stick.folder)
    stick = sealed(kit, key)
    assert [file.suffix for file in stick.files] == [".age", ".json"]
    assert opens(hub, stick) == [edit.id]
    (again,) = hub.receives(stick)
    assert again.already
    assert outcomes(hub.merges(kit).receipts) == ["merged"]


def test_what_is_inside_is_signed(kit: Kit, hub: Hub, key: str, edit: Edit) -> None:
    """Everybody can seal a parcel to the hub's key."""
    other = hub.kit("other")
    keyring_of(other).replace(keyring_of(kit))
    refused(hub, sealed(kit, key), "signed with another key|signature")


def keyring_of(kit: Kit) -> Path:
    return kit.store.path / keyring.FILE


def test_a_hub_may_ask_it_of_all_its_kits(kit: Kit, hub: Hub, edit: Edit) -> None:
    hub.asks_for_sealed_parcels()
    hub.receives(kit.sends())
    kit.receives(hub.sends())
    edit = kit.changes("Ngozi", "closed", "open")
    stick = kit.sends()
    assert [file.suffix for file in stick.files] == [".age", ".json"]
    assert opens(hub, stick) == [edit.id]


def test_a_kit_that_knows_no_key_says_so(kit: Kit) -> None:
    del kit.store.git.config[pinned.SETTING]
    with pytest.raises(ParcelError, match="does not know the hub's key"):
        pinned.sealed(kit.store, How())


def test_outside_stands_where_it_goes_and_nothing_else(kit: Kit, key: str, edit: Edit) -> None:
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


def test_the_kit_knows_what_it_sent_and_the_hub_acknowledges(kit: Kit, hub: Hub, key: str, edit: Edit) -> None:
    opens(hub, sealed(kit, key))
    hub.merges()
    kit.receives(hub.sends())
    assert kit.told(edit) == "merged"
    second = kit.writes("Ngozi", f"{NGOZI}\n\nThe market is closed on Sundays.")
    kit.sends()  # lost
    shutil.rmtree(kit.folder / "sealed")
    assert opens(hub, sealed(kit, key)) == [second.id]


def test_it_travels_in_parts_and_over_other_kits(kit: Kit, hub: Hub, key: str, edit: Edit, tmp_path: Path) -> None:
    first, second, other = sealed(kit, key, most=600), Stick(tmp_path / "second"), hub.kit("other")
    for stick in (first, second):
        list(relay.relay(other.store, stick.folder, stick.folder))
    assert len(list(second.folder.glob("*.age.*"))) > 1
    assert opens(hub, second) == [edit.id]


def test_a_parcel_that_only_acknowledges_is_sealed_too(kit: Kit, hub: Hub, key: str) -> None:
    hub.receives(kit.sends())
    kit.receives(hub.sends())
    opens(hub, sealed(kit, key))
    shutil.rmtree(kit.folder / "sealed")
    stick = sealed(kit, key)
    assert [file.suffix for file in stick.files] == [".age", ".json"]
    assert opens(hub, stick) == []


def test_what_is_no_key_closes_nothing(kit: Kit, edit: Edit) -> None:
    for words in ("ssh-rsa AAAA", "nonsense", "ssh-ed25519 AAAA"):
        with pytest.raises(ParcelError, match="none that wikigit can seal a parcel to"):
            sealed(kit, words)


# Strangers


def damaged(stick: Stick, data: bytes) -> None:
    """Somebody writes what is closed, and the manifest outside, anew."""
    (file,), (closed,) = stick.folder.glob("*.json"), stick.folder.glob("*.age")
    closed.write_bytes(data)
    told = replace(parcel.manifest_in(file), sha256=stick_of.digest(closed), size=len(data))
    file.write_text(told.to_json())


def test_damage_inside_is_noticed(kit: Kit, hub: Hub, key: str, edit: Edit) -> None:
    stick = sealed(kit, key)
    (closed,) = stick.folder.glob("*.age")
    whole = closed.read_bytes()
    for place in range(0, len(whole), len(whole) // 12):
        changed = bytearray(whole)
        changed[place] ^= 1
        damaged(stick, bytes(changed))
        refused(hub, stick, "could not be opened|another key|not sealed as")
        damaged(stick, whole[:place])
        refused(
            hub,
            stick,
            "could not be opened|another key|not sealed as|not a manifest|not what its manifest|holds no parcel",
        )
    damaged(stick, whole)
    assert opens(hub, stick) == [edit.id]


def closed(key: str, data: bytes) -> bytes:
    return pyrage.encrypt(data, [pyrage.ssh.Recipient.from_str(key)])


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
    kit: Kit, hub: Hub, key: str, edit: Edit, inside: bytes, words: str
) -> None:
    stick = sealed(kit, key)
    damaged(stick, closed(key, inside))
    refused(hub, stick, words)


@pytest.mark.parametrize("header", [b"-> X25519 " + b"a" * 10**6, 10**5 * b"-> X25519 abc\n\n", b"a\n" * 10**6])
def test_a_header_without_end_costs_nothing(kit: Kit, hub: Hub, key: str, edit: Edit, header: bytes) -> None:
    stick = sealed(kit, key)
    damaged(stick, b"age-encryption.org/v1\n" + header)
    refused(hub, stick, "not sealed as wikigit seals")


def test_a_sealed_parcel_has_a_limit(kit: Kit, hub: Hub, key: str, edit: Edit, monkeypatch: pytest.MonkeyPatch) -> None:
    stick = sealed(kit, key)
    monkeypatch.setattr(sealing, "MOST", 100)
    refused(hub, stick, "larger than a sealed parcel may be")


def test_what_is_inside_is_what_is_told_outside(kit: Kit, hub: Hub, key: str, edit: Edit) -> None:
    stick, other = sealed(kit, key), hub.kit("other")
    other.writes("Ngozi", f"{NGOZI}\n\nAnother.")
    theirs = sealed(other, key)
    damaged(stick, next(theirs.folder.glob("*.age")).read_bytes())
    refused(hub, stick, "calls itself|another parcel")


def test_nothing_is_left_lying_about(kit: Kit, hub: Hub, key: str, edit: Edit, tmp_path: Path) -> None:
    stick = sealed(kit, key)
    opens(hub, stick)
    for folder in (lock.OUTGOING, lock.UNSEALED):
        for store in (kit.store, hub.store):
            assert not (store.path / folder).exists()
            (store.path / folder).mkdir()  # of one who was killed
    kit.sends()
    assert hub.receives(stick)
    assert not (kit.store.path / lock.OUTGOING).exists()
    assert not (hub.store.path / lock.UNSEALED).exists()
