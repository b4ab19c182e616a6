"""Whose parcels are believed: keys that are enrolled, replaced, revoked, stolen and forged; heirs and forks."""

from __future__ import annotations

import io
import shutil
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journey import DAY, NGOZI, Hub, Kit, Stick, draw_again_from, kit_send, make_key, outcomes, signs
from wikigit.cli import here, main
from wikigit.core import enrolment, identity, keys
from wikigit.core.errors import ParcelError, RepoError, WikigitError
from wikigit.core.receipt import Outcome
from wikigit.hub import enrol, forks, receive
from wikigit.hub.forks import Standing
from wikigit.kit import pinned, renew
from wikigit.kit import receive as kit_receive
from wikigit.repo import enrolled, keyring, layout, overview, parcel, signature
from wikigit.repo.outgoing import How
from wikigit.repo.store import Store


def manifest_of(stick: Stick) -> Path:
    (file,) = [file for file in stick.files if file.suffix == ".json"]
    return file


def refused(hub: Hub, stick: Stick, words: str) -> str:
    """The hub refuses a stick, and nothing of it stays; returns what to do next."""
    before = hub.store.refs("refs/")
    with pytest.raises(WikigitError, match=words) as told:
        hub.receives(stick)
    assert Store(hub.store.path).refs("refs/") == before
    return told.value.hint


def copied(kit: Kit, name: str) -> Kit:
    """A copy of the kit's card, as it is now."""
    shutil.copytree(kit.store.path, kit.folder.parent / name / "kit.git")
    return kit.moved(kit.folder.parent / name)


# What a key is


def test_a_key_is_read_out_as_words_or_digits() -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO4x+DyIpxIZpvz5vuDam8ImIFiPWhWmFFVTUE35ZJ5c"
    assert keys.words(key) == "duyi-muku-runi-topi-kura-roma-zatu"
    assert keys.digits(key) == "79438 19480 83608 24289 04438"
    assert keys.kit_id(key) == "k-3ybd77ev"
    for heard in ("Duyi muku RUNI topi, kura roma zatu", "7943819480 83608-24289-04438", keys.fingerprint(key)):
        assert keys.agrees(key, heard)
    for wrong in ("", "duyi-muku", "duyi-muku-runi-topi-kura-roma-zato", keys.fingerprint(key).lower()):
        assert not keys.agrees(key, wrong)


@pytest.mark.parametrize(
    "line", ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAAB3NzaC1yc2E=", "k* ssh-ed25519 AAAA"]
)
def test_what_is_no_key_is_none(line: str) -> None:
    assert not keys.is_key(line)
    with pytest.raises(WikigitError):
        keys.parsed(line)


def test_the_private_key_is_its_owners_alone_and_leaves_in_no_parcel(kit: Kit, hub: Hub) -> None:
    for store in (kit.store, hub.store):
        file = store.path / keyring.FILE
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    private = (kit.store.path / keyring.FILE).read_text().split("\n")[3].encode()
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    assert all(private not in file.read_bytes() for file in kit.sends().files)
    (kit.store.path / keyring.FILE).chmod(0o644)
    with pytest.raises(RepoError, match="too open"):
        kit.sends()


def test_a_key_is_made_by_ssh_keygen(tmp_path: Path) -> None:
    signature.make(tmp_path / "key")
    assert [file.name for file in tmp_path.iterdir()] == ["key"]
    key, signed = signature.public(tmp_path / "key"), signature.sign(tmp_path / "key", b"words", signature.MANIFEST)

    def verified(data: bytes = b"words", by: str = identity.HUB, namespace: str = signature.MANIFEST) -> bool:
        return signature.verified(data, signed, by=by, key=key, namespace=namespace)

    assert verified()
    assert not verified(b"word")
    assert not verified(namespace=signature.SUCCESSION)
    for pattern in ("*", "k-*", "hub,k-00000000", "k-0000000?", 'hub namespaces="x"'):
        assert not verified(by=pattern)


# Who is believed


def test_of_an_unknown_kit_nothing_comes_in(hub: Hub, kit: Kit) -> None:
    stranger = Kit(hub.folder / "stranger", hub.sends(new=True))
    edit = stranger.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = stranger.sends()
    assert "wikigit hub enrol" in refused(hub, stick, "is not enrolled here")
    (candidate,) = enrol.candidates(hub.store, stick.folder)
    assert (candidate.kit, candidate.key) == (stranger.id, keyring.own(stranger.store))
    hub.enrols_all(stick.folder)
    assert list(enrol.candidates(hub.store, stick.folder)) == []
    assert [e.id for came in hub.receives(stick) for e in came.edits] == [edit.id]
    tip = hub.store.need(layout.parcels(stranger.id), "")
    told = parcel.told_in(manifest_of(stick))
    assert dict(hub.store.files(tip, "signatures")) == {"signatures/up/000001.json.sig": told.signature}
    assert hub.store.file(tip, "up/000001.json") == told.data


def test_at_a_terminal_nobody_is_enrolled_unasked(
    hub: Hub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = Kit(hub.folder / "far", hub.sends(new=True))
    stick, key = kit.sends(), keyring.own(kit.store)
    monkeypatch.setattr(here, "place", hub.store.path)

    def enrols(*options: str) -> tuple[int, str]:
        words = ["wikigit", "-C", str(hub.store.path), "hub", "enrol", str(stick.folder), *options]
        monkeypatch.setattr(sys, "argv", words)
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        with pytest.raises(SystemExit) as ended:
            main.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    status, said = enrols()
    assert (status, f"The key of {kit.id}: {keys.words(key)}" in said, "Nothing was enrolled" in said) == (
        0,
        True,
        True,
    )
    status, said = enrols("--fingerprint", "duyi-muku-runi-topi-kura-roma-zatu")
    assert (status, "is another" in said) == (1, True)
    assert kit.id not in enrolled.holders(hub.store)
    assert enrols("--fingerprint", keys.words(key)) == (
        0,
        f"{kit.id} is enrolled.\nThe key of {kit.id}: {keys.words(key)} ({keys.digits(key)})\n",
    )
    assert enrolled.holders(hub.store)[kit.id].key == key


def test_an_enrolled_kit_cannot_be_another(hub: Hub, kit: Kit) -> None:
    other = hub.kit("library")
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = kit.sends()
    told = parcel.manifest_in(manifest_of(stick))
    tips = {ref.replace(kit.id, other.id): tip for ref, tip in told.tips.items()}
    for file in stick.files:
        file.rename(file.with_name(file.name.replace(kit.id, other.id)))
    for key in (told.key, keyring.own(other.store), ""):
        signs(kit.store, manifest_of(stick), replace(told, sender=other.id, tips=tips, key=key))
        refused(hub, stick, "signature|another key")


@pytest.mark.parametrize("what", ["manifest", "signature", "swapped", "none", "empty"])
def test_a_signature_is_of_these_very_bytes(hub: Hub, kit: Kit, what: str) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    first, second = kit.sends(), kit.sends()
    file = manifest_of(second)
    signed = file.with_name(f"{file.name}.sig")
    match what:
        case "manifest":
            file.write_text(file.read_text().replace('"software": "', '"software": "9'))
        case "signature":
            signed.write_bytes(signed.read_bytes().replace(b"A", b"B"))
        case "swapped":
            signed.write_bytes(manifest_of(first).with_name(f"{manifest_of(first).name}.sig").read_bytes())
        case "none":
            signed.unlink()
        case "empty":
            signed.write_bytes(b"")
    refused(hub, second, "signature")


def test_a_kit_believes_its_hub_alone(hub: Hub, kit: Kit, tmp_path: Path) -> None:
    hub.receives(kit.sends())
    stick, before = hub.sends(), kit.store.refs("refs/")
    told = parcel.manifest_in(manifest_of(stick))
    for key in (told.key, keyring.own(kit.store)):
        signs(kit.store, manifest_of(stick), replace(told, key=key))
        with pytest.raises(ParcelError, match=r"not the hub's|not signed with the hub's key"):
            kit.receives(stick)
    assert kit.store.refs("refs/") == before
    with pytest.raises(ParcelError, match="signed with another key"):
        kit_receive.receive(kit.store, hub.sends().folder, DAY, keys.words(keyring.own(kit.store)))
    assert not kit.receives(hub.sends()).already


def test_a_hub_that_lost_its_key_is_believed_again_after_a_telephone_call(hub: Hub, kit: Kit) -> None:
    hub.receives(kit.sends())
    (hub.store.path / keyring.FILE).unlink()
    with pytest.raises(RepoError, match="key is not in this copy"):
        hub.sends()
    keyring.begin(hub.store, lambda _: identity.HUB, make_key)
    with pytest.raises(RepoError, match="not the one that the kits know"):
        hub.sends()
    key = enrol.begin_anew(hub.store, DAY, make_key)
    stick = hub.sends()
    with pytest.raises(ParcelError, match="not signed with the hub's key"):
        kit.receives(stick)
    assert not kit_receive.receive(kit.store, stick.folder, DAY, keys.words(key)).already
    assert pinned.key_of_hub(kit.store) == key
    hub.receives(kit.sends())
    assert not kit.receives(hub.sends()).already


# Keys that follow


def test_a_replaced_key_is_followed_and_the_old_one_brings_nothing_more(hub: Hub, kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    old = kit.sends()
    hub.receives(old)
    thief = copied(kit, "thief")
    for _ in range(2):  # the hub hears of both at once
        renew.rotate(kit.store, make_key)
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.")
    assert [e.id for came in hub.receives(kit.sends()) for e in came.edits] == [edit.id]
    assert enrolled.holders(hub.store)[kit.id].key == keyring.own(kit.store)
    (late,) = hub.receives(old)
    assert late.already
    thief.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nA thief's.")
    refused(hub, thief.sends(), "replaced since")
    renew.rotate(thief.store, make_key)
    refused(hub, thief.sends(), "another key")


def test_the_hubs_new_key_is_followed(hub: Hub, kit: Kit) -> None:
    hub.receives(kit.sends())
    first = hub.sends()
    enrol.rotate(hub.store, DAY, make_key)
    kit.receives(hub.sends())
    with pytest.raises(ParcelError, match="not signed with the hub's key"):
        kit.receives(first)


def test_a_revoked_kit_is_believed_no_more_and_gets_nothing(hub: Hub, kit: Kit) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    hub.receives(kit.sends())
    enrol.revoke(hub.store, kit.id, by="Vera", day=DAY)
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.")
    refused(hub, kit.sends(), "was revoked")
    renew.rotate(kit.store, make_key)
    refused(hub, kit.sends(), "was revoked")
    assert hub.sends().files == []
    assert outcomes(hub.merges(kit).receipts) == ["merged"]
    assert hub.outcome(edit) is Outcome.MERGED


def test_the_table_of_keys_only_grows() -> None:
    key, other = ("ssh-ed25519 " + line for line in ("a", "b"))
    rows = [
        enrolment.Row(DAY, "k-00000000", enrolment.Event.ENROLLED, key),
        enrolment.Row(DAY, "k-00000000", enrolment.Event.FOLLOWED, other),
        enrolment.Row(DAY, "k-00000000", enrolment.Event.REVOKED, other),
    ]
    (holder,) = enrolment.holders(rows).values()
    assert (holder.key, holder.former, holder.revoked) == (other, (key,), True)
    with pytest.raises(RepoError, match="does not write"):
        enrolment.from_fields([DAY, "k-*", "enrolled", key, "", ""])


# Heirs


def test_an_heir_gets_every_answer_and_sends_what_never_arrived(hub: Hub, kit: Kit) -> None:
    one = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    hub.receives(kit.sends())
    kit.receives(hub.sends())
    two = kit.writes("Gitega", "Gitega is a city.")
    kit.sends()  # lost
    heir = copied(kit, "heir")
    three = kit.writes("Bururi", "Bururi is a town.")  # on the old card alone
    heir.id = renew.begin_as_heir(heir.store, DAY, make_key)
    four = heir.writes("Muyinga", "Muyinga is a town.")
    stick = heir.sends()
    (candidate,) = enrol.candidates(hub.store, stick.folder)
    assert (candidate.heir_of, candidate.proven, candidate.rival) == (kit.id, True, "")
    hub.enrols_all(stick.folder)
    assert [e.id for came in hub.receives(stick) for e in came.edits] == [two.id, four.id]
    hub.merges()
    heir.receives(hub.sends())
    assert [heir.told(edit) for edit in (one, two, four)] == [Outcome.MERGED] * 3
    assert [e.id for came in hub.receives(kit.sends()) for e in came.edits] == [three.id]
    assert set(outcomes(hub.merges().receipts)) == {"merged"}
    hub.publishes()
    heir.receives(hub.sends())
    assert [heir.told(edit) for edit in (one, two, four)] == [Outcome.PUBLISHED] * 3
    assert hub.page("Gitega") == "Gitega is a city."


def test_what_an_heir_sends_again_is_here_already(hub: Hub, kit: Kit) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    heir = copied(kit, "heir")
    hub.receives(kit.sends())
    heir.id = renew.begin_as_heir(heir.store, DAY, make_key)
    stick = heir.sends()
    hub.enrols_all(stick.folder)
    (came,) = hub.receives(stick)
    assert (came.edits, came.aside) == ((), "")
    assert outcomes(hub.merges().receipts) == ["merged"]
    heir.receives(hub.sends())
    assert heir.told(edit) is Outcome.MERGED
    assert heir.receives(hub.sends()).receipts == ()


def test_a_second_heir_needs_a_persons_word(hub: Hub, kit: Kit) -> None:
    heirs = [copied(kit, name) for name in ("one", "two")]
    sticks = []
    for heir in heirs:
        renew.begin_as_heir(heir.store, DAY, make_key)
        sticks.append(heir.sends())
    hub.enrols_all(sticks[0].folder)
    (rival,) = enrol.candidates(hub.store, sticks[1].folder)
    assert rival.rival == enrolled.holders(hub.store)[rival.rival].who
    with pytest.raises(RepoError, match="has an heir already"):
        enrol.enrol(hub.store, rival, by="Vera", day=DAY)
    enrol.enrol(hub.store, rival, by="Vera", day=DAY, again=True)
    assert not any(came.aside for came in hub.receives(sticks[1]))


def test_an_heir_without_the_old_key_is_not_proven(hub: Hub, kit: Kit) -> None:
    heir = copied(kit, "heir")
    (heir.store.path / keyring.FILE).unlink()
    renew.begin_as_heir(heir.store, DAY, make_key)
    (candidate,) = enrol.candidates(hub.store, heir.sends().folder)
    assert (candidate.heir_of, candidate.proven) == (kit.id, False)


def test_a_revoked_key_vouches_for_nobody(hub: Hub, kit: Kit) -> None:
    thief = copied(kit, "thief")
    renew.begin_as_heir(thief.store, DAY, make_key)
    stick = thief.sends()
    assert [one.proven for one in enrol.candidates(hub.store, stick.folder)] == [True]
    enrol.revoke(hub.store, kit.id, by="Vera", day=DAY)
    assert [one.proven for one in enrol.candidates(hub.store, stick.folder)] == [False]


def test_on_another_machine_a_kit_is_another(kit: Kit) -> None:
    assert renew.settle(kit.store, "first", DAY, make_key) == ""
    assert renew.settle(kit.store, "first", DAY, make_key) == ""
    assert renew.settle(kit.store, "", DAY, make_key) == ""
    heir = renew.settle(kit.store, "second", DAY, make_key)
    assert identity.is_kit(heir)
    assert heir != kit.id
    assert renew.settle(kit.store, "second", DAY, make_key) == ""
    assert parcel.manifest_in(manifest_of(kit.sends())).sender == heir


# Forks


def test_a_fork_is_kept_and_taken_edit_by_edit(hub: Hub, kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    twin = copied(kit, "twin")
    hub.receives(kit.sends())
    new = twin.writes("Gitega", "Gitega is a city.")
    stick = twin.sends()
    (came,) = hub.receives(stick)
    assert (came.edits, came.aside) == ((), f"{kit.id}/1")
    (again,) = hub.receives(stick)
    assert (again.already, again.aside) == (True, f"{kit.id}/1")
    assert outcomes(hub.merges(kit).receipts) == ["merged"]
    assert hub.page("Gitega") is None
    told = {one.edit.id: one.standing for one in forks.listed(hub.store)}
    assert told == {new.id: Standing.NEW}
    assert outcomes(forks.take(hub.store, f"{kit.id}/1", DAY)) == ["received"]
    assert [one.standing for one in forks.listed(hub.store)] == [Standing.HERE]
    assert [str(known.title) for known in overview.log(hub.store)] == ["Ngozi", "Gitega"]
    assert forks.take(hub.store, f"{kit.id}/1", DAY) == []
    assert outcomes(hub.merges().receipts) == ["merged"]
    assert hub.page("Gitega") == "Gitega is a city."
    later = kit.writes("Bururi", "Bururi is a town.")
    assert [e.id for came in hub.receives(kit.sends()) for e in came.edits] == [later.id]


def test_an_heir_that_says_something_else_is_a_question(hub: Hub, kit: Kit) -> None:
    """The same id, and other words: both are kept, and what else it sends comes in once somebody has looked."""
    heir = copied(kit, "heir")
    draw_again_from(77)
    theirs = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    draw_again_from(77)
    ours = heir.writes("Ngozi", f"{NGOZI}\n\nAnother.")
    assert ours.id == theirs.id
    more = heir.writes("Gitega", "Gitega is a city.")
    draw_again_from(78)
    heir.id = renew.begin_as_heir(heir.store, DAY, make_key)
    hub.receives(kit.sends())
    stick = heir.sends()
    hub.enrols_all(stick.folder)
    (came,) = hub.receives(stick)
    assert (came.edits, came.aside) == ((), f"{heir.id}/1")
    told = {one.edit.id: one.standing for one in forks.listed(hub.store)}
    assert told == {ours.id: Standing.DIFFERS, more.id: Standing.NEW}
    assert [told.edit for told in forks.take(hub.store, f"{heir.id}/1", DAY)] == [more.id]
    assert outcomes(hub.merges().receipts) == ["merged", "merged"]
    assert hub.page("Ngozi") == f"{NGOZI}\n\nOne."
    later = heir.writes("Bururi", "Bururi is a town.")
    assert [e.id for came in hub.receives(heir.sends()) for e in came.edits] == [later.id]


def test_a_broken_chain_of_manifests_is_told_and_refuses_nothing(hub: Hub, kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    (first,) = hub.receives(kit.sends())
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.")
    (second,) = hub.receives(kit.sends())
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.\n\nThree.")
    stick = kit.sends()
    told = parcel.manifest_in(manifest_of(stick))
    signs(kit.store, manifest_of(stick), replace(told, previous="0" * 64))
    (third,) = hub.receives(stick)
    assert [first.chained, second.chained, third.chained] == [True, True, False]
    assert [e.id for e in third.edits] == [edit.id]


def test_a_sealed_parcel_enrols_too(hub: Hub) -> None:
    kit, stick = Kit(hub.folder / "far", hub.sends(new=True)), Stick(hub.folder / "sealed")
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    how = How(to_key=keyring.own(hub.store))
    list(kit_send.send(kit.store, stick.folder, day=DAY, approve_all=True, how=how))
    refused(hub, stick, "is not enrolled here")
    hub.enrols_all(stick.folder)
    assert [e.id for came in hub.receives(stick) for e in came.edits] == [edit.id]


# Unsigned


def test_what_is_not_signed_is_kept_apart_and_never_merged(hub: Hub, kit: Kit) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = kit.sends()
    manifest_of(stick).with_name(f"{manifest_of(stick).name}.sig").unlink()
    assert "--unsigned" in refused(hub, stick, "has no signature")
    (came,) = receive.receive(hub.store, stick.folder, DAY, unsigned=True)
    assert (came.edits, came.aside) == ((), f"{kit.id}/1")
    assert list(forks.listed(hub.store)) == []
    assert hub.merges().receipts == ()
    with pytest.raises(RepoError, match="no fork"):
        forks.take(hub.store, f"{kit.id}/1", DAY)
    assert hub.page("Ngozi") == NGOZI
    assert [e.id for came in hub.receives(kit.sends()) for e in came.edits] == [edit.id]
