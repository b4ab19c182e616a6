"""A whole kit in one file: everything comes back, nothing half, and what is shared names nobody."""

from __future__ import annotations

import sys
import tarfile
from pathlib import Path

import pytest

from tests.journey import DAY, Hub, Kit, make_key, merged
from tests.processes import fsck
from wikigit.cli import here, main
from wikigit.core.errors import RepoError
from wikigit.core.receipt import Outcome
from wikigit.kit import backup, people, renew, wake
from wikigit.repo import keyring, layout
from wikigit.repo.store import Store

WORDS = "seven goats eat slowly"


def restored(kit: Kit, file: Path, place: Path, passphrase: str = "") -> Kit:
    """The kit as it was in a backup, in another folder."""
    with backup.restoring(file, place / "kit.git", passphrase):
        pass
    return kit.moved(place)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "new").mkdir()
    return tmp_path / "new"


def test_everything_comes_back(hub: Hub, kit: Kit, tmp_path: Path, place: Path) -> None:
    sent = kit.changes("Ngozi", "a town", "a city")
    merged(hub, kit)
    kit.receives(hub.sends())
    waits = kit.writes("School", "A school.", by="Godelieve")
    hidden = kit.writes("Pascal", "Pascal lives here.")
    kit.hides(hidden)
    file = tmp_path / "kit.backup"
    told = backup.backup(kit.store, file)
    assert file.stat().st_mode & 0o777 == 0o600
    other = restored(kit, file, place)
    assert told.kit == kit.id
    assert {ref: tip for ref, tip in other.store.refs("refs/").items() if not ref.startswith(layout.KEPT)} == told.refs
    assert [(m.edit.id, m.receipt) for m in other.mine()] == [(m.edit.id, m.receipt) for m in kit.mine()]
    assert {sent.id, waits.id, hidden.id} == {m.edit.id for m in other.mine()}
    assert people.known(other.store.path, "Godelieve") == people.known(kit.store.path, "Godelieve")
    assert keyring.own(other.store) == keyring.own(kit.store)
    assert other.writes("School", "A large school.")
    fsck(other.store)
    assert not list(place.glob("*.half"))
    assert not (kit.store.path / backup.PACKING).exists()


def test_the_restored_kit_goes_on_as_an_heir(hub: Hub, kit: Kit, tmp_path: Path, place: Path) -> None:
    sent = kit.changes("Ngozi", "a town", "a city")
    merged(hub, kit)
    unsent = kit.writes("School", "A school.")
    backup.backup(kit.store, tmp_path / "kit.backup")
    other = restored(kit, tmp_path / "kit.backup", place)
    other.id = renew.begin_as_heir(other.store, DAY, make=make_key)
    assert other.id != kit.id
    assert keyring.own(other.store) != keyring.own(kit.store)
    assert {m.edit.id for m in other.mine()} == {sent.id, unsent.id}
    later = other.writes("Market", "A market.")
    stick = other.sends()
    hub.enrols_all(stick.folder)
    hub.receives(stick)
    hub.merges()
    assert [hub.page(title) for title in ("School", "Market")] == ["A school.", "A market."]
    other.receives(hub.sends())
    assert [other.told(edit) for edit in (sent, unsent, later)] == [Outcome.MERGED] * 3
    assert wake.wake(other.store, DAY) == wake.Woken()


def test_a_shareable_backup_names_nobody_and_holds_no_draft(hub: Hub, kit: Kit, tmp_path: Path, place: Path) -> None:
    kit.changes("Ngozi", "a town", "a city", by="Godelieve")
    merged(hub, kit)
    kit.receives(hub.sends())
    kit.writes("School", "Word7001x.", by="Godelieve")
    file = tmp_path / "kit.backup"
    backup.backup(kit.store, file, shareable=True)
    with tarfile.open(file) as archive:
        told = archive.getmembers()
    assert [each.name for each in told] == ["backup.json", "objects.pack"]
    assert {(each.mtime, each.uid, each.uname, each.gname) for each in told} == {(0, 0, "", "")}
    other = restored(kit, file, place)
    assert other.page("Ngozi") == kit.page("Ngozi")
    assert other.page("School") is None
    assert not keyring.has_key(other.store)
    every = b"".join(f.read_bytes() for f in [file, *other.store.path.rglob("*")] if f.is_file())
    assert b"Godelieve" not in every
    blob = kit.store.blob(b"Word7001x.")
    assert not other.store.git.get(blob)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_torn_backup_makes_no_kit(kit: Kit, tmp_path: Path, place: Path, share: float) -> None:
    kit.changes("Ngozi", "a town", "a city")
    file = tmp_path / "kit.backup"
    backup.backup(kit.store, file)
    whole = file.read_bytes().rstrip(b"\0")
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(RepoError) as refused:
        restored(kit, file, place)
    assert refused.value.hint
    assert not list(place.iterdir())


def test_one_bit_in_the_objects_is_found(kit: Kit, tmp_path: Path, place: Path) -> None:
    file = tmp_path / "kit.backup"
    backup.backup(kit.store, file)
    data = bytearray(file.read_bytes())
    data[data.index(b"PACK") + 1500] ^= 4
    file.write_bytes(data)
    with pytest.raises(RepoError, match="damaged"):
        restored(kit, file, place)
    assert not list(place.iterdir())


def test_only_its_own_passphrase_opens_one(kit: Kit, tmp_path: Path, place: Path) -> None:
    file = tmp_path / "kit.backup"
    backup.backup(kit.store, file, passphrase=WORDS)
    assert b"backup.json" not in file.read_bytes()
    with pytest.raises(RepoError, match="does not open"):
        restored(kit, file, place, "six goats")
    assert not list(place.iterdir())
    assert restored(kit, file, place, WORDS).page("Ngozi") == kit.page("Ngozi")


def test_nothing_is_written_over(kit: Kit, tmp_path: Path) -> None:
    file = tmp_path / "kit.backup"
    file.write_text("Mine.")
    with pytest.raises(RepoError, match="there already"):
        backup.backup(kit.store, file)
    with pytest.raises(RepoError, match="there already"), backup.restoring(file, tmp_path):
        pass
    assert file.read_text() == "Mine."


def test_a_file_that_is_no_backup_is_refused(kit: Kit, tmp_path: Path, place: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff" * 500)
    for file in (tmp_path / "photo.jpg", tmp_path / "none", tmp_path):
        with pytest.raises(RepoError):
            restored(kit, file, place)
    assert not list(place.iterdir())


def test_at_a_terminal(
    kit: Kit, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, folder = tmp_path / "kit.backup", tmp_path / "new"
    monkeypatch.setattr(here, "place", kit.store.path)
    for asked in (["backup", str(file)], ["restore", str(file), str(folder)]):
        monkeypatch.setattr(sys, "argv", ["wikigit", "-C", str(kit.store.path), "kit", *asked])
        with pytest.raises(SystemExit) as ended:
            main.main()
        assert ended.value.code == 0, capsys.readouterr()
    said = capsys.readouterr()
    assert f"holds the kit {kit.id}" in said.out
    assert "This is the kit k-" in said.out
    assert Store(folder).git.config["wikigit.kit"] != kit.id
