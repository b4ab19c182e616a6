"""Parcels on sticks: lost, doubled, in any order, cut off, damaged, strange. Nothing half-true gets in."""

from __future__ import annotations

import getpass
import random
import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import DAY, Hub, Kit, Stick, kit_send, outcomes, signs
from wikigit.core.errors import ParcelError, WikigitError
from wikigit.core.receipt import Outcome
from wikigit.repo import bundle, edits, git, layout, outgoing, parcel
from wikigit.repo import stick as stick_of
from wikigit.repo.parcel import Manifest
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    return Hub(tmp_path, wiki)


def file(stick: Stick, ending: str) -> Path:
    (found,) = [file for file in stick.files if file.suffix == ending]
    return found


def manifest(stick: Stick) -> Manifest:
    return parcel.read(file(stick, ".json")).manifest


def rewrite(kit: Kit, stick: Stick, told: Manifest) -> None:
    """Somebody with the kit's key writes the manifest anew, to fit what they did to the bundle."""
    packed = [file for file in stick.files if file.suffix == ".bundle"]
    if packed and told.sha256:
        told = replace(told, sha256=stick_of.digest(packed[0]), size=packed[0].stat().st_size)
    signs(kit.store, file(stick, ".json"), told)


def both(one: Stick, other: Stick) -> Stick:
    """One stick with the parcels of two."""
    for source in other.files:
        shutil.copy(source, one.folder)
    return one


def refused(hub: Hub, stick: Stick, words: str = ".") -> None:
    """The hub refuses a stick with a sentence, and nothing has changed."""
    before = hub.store.refs("refs/")
    with pytest.raises(WikigitError, match=words) as told:
        hub.receives(stick)
    assert told.value.hint
    assert Store(hub.store.path).refs("refs/") == before


# Order


def test_lost_and_doubled_parcels_lose_and_double_nothing(hub: Hub, kit: Kit) -> None:
    sticks = []
    made = []
    for turn in range(5):
        made.append(kit.writes("Ngozi", f"{NGOZI}\n\nLine {turn}."))
        sticks.append(kit.sends())
    (fifth,) = hub.receives(sticks[4])  # one to four are lost
    assert [edit.id for edit in fifth.edits] == [edit.id for edit in made]
    assert fifth.missing == (1, 2, 3, 4)
    for late in (sticks[1], sticks[4], sticks[0]):
        (found,) = hub.receives(late)
        assert (found.already, found.edits) == (True, ())
    assert outcomes(hub.merges(kit).receipts) == ["merged"] * 5


def test_a_parcel_is_complete_since_the_last_that_was_acknowledged(hub: Hub, kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nBefore.")
    hub.receives(kit.sends())
    kit.receives(hub.sends())
    made = []
    for turn in range(4):
        made.append(kit.writes("Ngozi", f"{NGOZI}\n\nBefore.\n\nLine {turn}."))
        stick = kit.sends()
    (found,) = hub.receives(stick)  # three between are lost
    assert [edit.id for edit in found.edits] == [edit.id for edit in made]
    assert found.missing == (2, 3, 4)
    assert bundle.header(file(stick, ".bundle")).prerequisites


def test_parcels_out_of_order_on_one_stick_come_in_by_number(hub: Hub, kit: Kit) -> None:
    one = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    first = kit.sends()
    two = kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.")
    found = hub.receives(both(kit.sends(), first))
    assert [[edit.id for edit in came.edits] for came in found] == [[one.id], [two.id]]


def test_going_down_the_same_holds(hub: Hub, kit: Kit) -> None:
    hub.receives(kit.sends())
    sticks = []
    for turn in range(4):
        hub.wiki.person_edits("Ngozi", f"{NGOZI}\n\nLine {turn}.")  # type: ignore[attr-defined]
        hub.fetches()
        sticks.append(hub.sends())
    assert not kit.receives(sticks[3]).already
    assert kit.page("Ngozi") == f"{NGOZI}\n\nLine 3."
    assert kit.receives(sticks[3]).already
    assert kit.receives(sticks[1]).already
    assert kit.page("Ngozi") == f"{NGOZI}\n\nLine 3."


def test_a_parcel_with_nothing_new_still_acknowledges(hub: Hub, kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    hub.receives(kit.sends())
    kit.receives(hub.sends())
    hub.receives(kit.sends())
    stick = kit.sends()
    assert [f.suffix for f in stick.files] == [".json", ".sig"]
    assert manifest(stick).acknowledges.number == 1
    (found,) = hub.receives(stick)
    assert (found.edits, found.already) == ((), False)


def test_a_number_that_was_used_twice_brings_what_is_new(hub: Hub, kit: Kit) -> None:
    """The power went after the stick was written, before the kit knew: the next parcel has the same number."""
    one = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    parcels = kit.store.tip(layout.parcels(kit.id))
    stick = kit.sends()
    git.run(kit.store.path, "update-ref", layout.parcels(kit.id), parcels or "")
    two = kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.")
    again = kit.sends()
    assert manifest(again).number == manifest(stick).number
    assert [edit.id for came in hub.receives(stick) for edit in came.edits] == [one.id]
    (came,) = hub.receives(again)
    assert ([edit.id for edit in came.edits], came.already) == ([two.id], False)
    (came,) = hub.receives(stick)
    assert came.already


def test_what_a_restored_kit_wrote_another_way_is_kept_aside(hub: Hub, kit: Kit) -> None:
    shutil.copytree(kit.store.path, kit.folder / "backup.git")
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    hub.receives(kit.sends())
    kit.store = Store(kit.folder / "backup.git")
    kit.writes("Ngozi", f"{NGOZI}\n\nAnother.")
    (came,) = hub.receives(kit.sends())
    assert (came.edits, came.aside) == ((), f"{kit.id}/1")


# What else is on a stick


def test_other_files_and_half_written_ones_are_passed_over(hub: Hub, kit: Kit) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = kit.sends()
    name = manifest(stick).name.replace("000001", "000002")
    (stick.folder / f"{name}.part").write_bytes(b"half")
    (stick.folder / f"{name}.bundle").write_bytes(b"no manifest yet")
    (stick.folder / "my-holiday-photos.json").write_text("[]")
    (stick.folder / "a-b-c.json").write_bytes(b"\xff")
    (stick.folder / "System Volume Information").mkdir()
    (stick.folder / "a-folder-here.json").mkdir()
    (found,) = hub.receives(stick)
    assert [e.id for e in found.edits] == [edit.id]


def test_what_a_killed_send_left_on_the_stick_is_not_in_the_way(kit: Kit, hub: Hub) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = Stick(kit.folder / "stick")
    name = f"{kit.id}-testwiki-up-000001"
    for ending in (".part", ".part.lock", ".bundle.part", ".json.part"):
        (stick.folder / f"{name}{ending}").write_bytes(b"half")
    list(kit_send.send(kit.store, stick.folder, day=DAY, approve_all=True))
    assert [f.name for f in stick.files] == [f"{name}.bundle", f"{name}.json", f"{name}.json.sig"]
    assert [e.id for found in hub.receives(stick) for e in found.edits] == [edit.id]


def test_a_damaged_parcel_keeps_no_other_kit_back(hub: Hub, kit: Kit) -> None:
    other = hub.kit("library")
    kits = sorted((kit, other), key=lambda k: k.id)
    made = [k.writes("Ngozi", f"{NGOZI}\n\nFrom {n}.") for n, k in enumerate(kits)]
    bad, good = kits[0].sends(), kits[1].sends()
    file(bad, ".bundle").write_bytes(b"damaged")
    with pytest.raises(ParcelError, match="is not what its manifest says"):
        hub.receives(both(bad, good))
    assert hub.outcome(made[1]) is Outcome.RECEIVED
    hub.receives(kits[0].sends())
    assert hub.outcome(made[0]) is Outcome.RECEIVED
    hub_stick = hub.sends()
    file_of(hub_stick, kits[0]).write_bytes(b"{}")
    kits[1].receives(hub_stick)
    assert kits[1].told(made[1]) is Outcome.RECEIVED


def file_of(stick: Stick, kit: Kit) -> Path:
    (found,) = [file for file in stick.files if kit.id in file.name and file.suffix == ".json"]
    return found


# Damage


@pytest.mark.parametrize("ending", [".bundle", ".json", ".sig"])
@pytest.mark.parametrize("kept", [0, 1, 0.5, 0.9, -1])
def test_a_cut_parcel_is_refused(hub: Hub, kit: Kit, ending: str, kept: float) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = kit.sends()
    cut = file(stick, ending)
    whole = cut.read_bytes()
    cut.write_bytes(whole[: int(kept if kept in (0, 1, -1) else len(whole) * kept)])
    if ending == ".sig" and kept == -1:
        assert hub.receives(stick)  # it lacks its last line end and is all there
    else:
        refused(hub, stick)


def test_a_missing_bundle_is_refused(hub: Hub, kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = kit.sends()
    file(stick, ".bundle").unlink()
    refused(hub, stick, "is missing beside its manifest")


def test_a_flipped_bit_anywhere_brings_in_nothing_else(hub: Hub, kit: Kit, much: int) -> None:
    """First the manifest notices; then somebody makes the manifest fit, and Git has to."""
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.", by="Aline")
    kit.writes("Gitega", "Gitega is a city.", by="Jean")
    stick = kit.sends()
    packed, told = file(stick, ".bundle"), manifest(stick)
    whole = packed.read_bytes()
    signed = {beside: beside.read_bytes() for beside in (file(stick, ".json"), file(stick, ".sig"))}
    before = hub.store.refs("refs/")
    chance = random.Random(200)
    places = [chance.randrange(len(whole) * 8) for _ in range(200 * much)]
    real, trial = hub.store, copy_of(hub)
    for place in places:
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        packed.write_bytes(damaged)
        for beside, written in signed.items():
            beside.write_bytes(written)
        refused(hub, stick, "is not what its manifest says")
        rewrite(kit, stick, told)
        hub.store = trial
        try:
            hub.receives(stick)
        except ParcelError:
            assert trial.refs("refs/") == before
        else:  # the damage is in a part of the header that says nothing
            assert place // 8 < bundle.header(packed).pack
            assert trial.tip(layout.kit(kit.id)) == kit.store.tip(layout.kit(kit.id)), place
            trial = copy_of(hub)
        hub.store = real
    assert hub.store.refs("refs/") == before
    packed.write_bytes(whole)
    signs(kit.store, file(stick, ".json"), told)
    assert hub.receives(stick)


def copy_of(hub: Hub) -> Store:
    """Another hub, as this one is."""
    place = hub.folder / "trial.git"
    shutil.rmtree(place, ignore_errors=True)
    copy = Store.create(place)
    git.run(copy.path, "fetch", "--quiet", str(hub.folder / "hub.git"), "refs/*:refs/*")
    return copy


# Strangers


def test_a_parcel_of_another_repository_is_not_taken(hub: Hub, kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = kit.sends()
    rewrite(kit, stick, replace(manifest(stick), repository="r-zzzzzzzz"))
    assert hub.receives(stick) == []


@pytest.mark.parametrize(
    "ref",
    [
        layout.MAIN,
        layout.UPSTREAM,
        layout.RUNS,
        layout.receipts("hub"),
        layout.receipts("bridge"),
        "refs/heads/kits/k-zzzzzzzz",
        "refs/heads/kits/../main",
        "refs/heads/wikigit/receipts/k-zzzzzzzz",
        "refs/heads/vera",
    ],
)
def test_a_kit_moves_its_own_refs_only(hub: Hub, kit: Kit, ref: str) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = kit.sends()
    told = manifest(stick)
    rewrite(kit, stick, replace(told, tips={**told.tips, ref: told.tips[layout.kit(kit.id)]}))
    refused(hub, stick, "wants to move")


@pytest.mark.parametrize("ref", ["refs/tags/v1", "refs/replace/x", "HEAD", "refs/wikigit/desk"])
def test_refs_that_are_no_branches_are_no_manifest(hub: Hub, kit: Kit, ref: str) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = kit.sends()
    told = manifest(stick)
    rewrite(kit, stick, replace(told, tips={**told.tips, ref: told.tips[layout.kit(kit.id)]}))
    refused(hub, stick, "does not write")


def test_a_kit_cannot_send_as_another(hub: Hub, kit: Kit) -> None:
    other = hub.kit("library")
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = kit.sends()
    told = manifest(stick)
    tips = {ref.replace(kit.id, other.id): tip for ref, tip in told.tips.items()}
    forged = replace(told, sender=other.id, tips=tips)
    for old in stick.files:
        old.rename(old.with_name(old.name.replace(kit.id, other.id)))
    rewrite(kit, stick, forged)
    refused(hub, stick)


def test_a_kits_receipts_can_be_read(hub: Hub, kit: Kit) -> None:
    """A line that nobody can read would stop every merge at the hub."""
    refused(hub, with_receipts(kit, f"{kit.id}/2026-03.tsv", "no receipt at all\n"), "is no receipt")
    refused(hub, with_receipts(kit, "2026-03.tsv", "no receipt at all\n"), "is no receipt")
    refused(hub, with_receipts(kit, f"{kit.id}/2026-03.said.tsv", "1\tNo line.\n"), "line 1, which is missing")


def test_a_kit_answers_for_its_own_edits_only(hub: Hub, kit: Kit) -> None:
    other = hub.kit("library")
    edit = other.writes("Ngozi", f"{NGOZI}\n\nOne.")
    hub.receives(other.sends())
    line = f"9\t{edit.id}\twithdrawn\t\t\t2026-03-01\t\thub:1\n"
    refused(hub, with_receipts(kit, f"{other.id}/2026-03.tsv", line), "writes receipts of")
    assert hub.outcome(edit) is Outcome.RECEIVED


def test_a_kit_cannot_have_seen_what_was_not_written(hub: Hub, kit: Kit) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    hub.receives(kit.sends())
    line = f"9\t{edit.id}\tpublished\t\t7\t2026-03-01\t\tbridge:999999 hub:999999\n"
    refused(hub, with_receipts(kit, f"{kit.id}/2026-03.tsv", line), "has seen receipts that were not written")
    assert hub.outcome(edit) is Outcome.RECEIVED


def with_receipts(kit: Kit, path: str, line: str) -> Stick:
    """A parcel whose receipts somebody wrote by hand."""
    stick = kit.sends()
    told, ref = manifest(stick), layout.receipts(kit.id)
    old = kit.store.tip(ref)
    tree = kit.store.tree_with(None, {path: line.encode()})
    author = edits.signature(kit.id, DAY)
    forged = kit.store.commit(tree, [old] if old else [], "Receipts\n\nWikigit-Seq: 9\n", author=author)
    kit.store.move([Move(ref, old, forged)])
    for old_file in stick.files:
        old_file.unlink()
    outgoing.write(kit.store, stick.folder, replace(told, tips={**told.tips, ref: forged}), [])
    kit.store.move([Move(ref, forged, old)])
    return stick


def test_a_missing_prerequisite_is_said_and_a_full_parcel_helps(hub: Hub, kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    hub.receives(kit.sends())
    kit.receives(hub.sends())
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.")
    stick = kit.sends()
    hub.store = Store.create(hub.folder / "anew.git")  # set up again, without the kits' branches
    for refs in ("main", "upstream", "wikigit/*"):
        git.run(hub.store.path, "fetch", "-q", str(hub.folder / "hub.git"), f"refs/heads/{refs}:refs/heads/{refs}")
    refused(hub, stick, r"starts after commit [0-9a-f]{10}, which is not here")
    hub.receives(kit.sends(full=True))
    assert outcomes(hub.merges(kit).receipts) == ["merged", "merged"]


# What leaves


def test_a_bundle_stays_thin_beside_bitmaps(hub: Hub, kit: Kit) -> None:
    chance = random.Random(3)
    long = "\n\n".join(" ".join(chance.choices("abcdefghijkl", k=60)) for _ in range(60))
    for n in range(8):
        hub.wiki.person_edits(f"Page {n}", f"{long}\n\nThis is {n}.")  # type: ignore[attr-defined]
    hub.fetches()
    hub.receives(kit.sends())
    kit.receives(hub.sends())
    hub.receives(kit.sends())
    git.run(hub.store.path, "repack", "-a", "-d", "-q")
    for n in range(8):
        hub.wiki.person_edits(f"Page {n}", f"{long}\n\nThis is {n} again.")  # type: ignore[attr-defined]
    hub.fetches()
    without = file(hub.sends(), ".bundle").stat().st_size
    git.run(hub.store.path, "-c", "repack.writeBitmaps=true", "repack", "-a", "-d", "-q", "--write-bitmap-index")
    assert list((hub.store.path / "objects/pack").glob("*.bitmap"))
    with_bitmaps = file(hub.sends(), ".bundle").stat().st_size
    assert with_bitmaps <= without * 1.3, (with_bitmaps, without)


def test_nothing_about_a_person_leaves_the_kit(hub: Hub, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a name without consent, nor host, address, time zone or the second, in any byte on the stick."""
    there = copy_of(hub)
    monkeypatch.setenv("TZ", "Africa/Bujumbura")
    monkeypatch.setenv("EMAIL", "canary@example.org")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Canary Ntwari")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "canary@example.org")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "1234567891 +0200")
    for key, value in (("user.name", "Canary Ntwari"), ("user.email", "canary@example.org")):
        kit.store.git.config[key] = value
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.", by="Canary Ntwari", summary="one")
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.", by="Jean Canary", credit="Jean N.")
    stick = kit.sends()
    hub.receives(stick)
    kit.receives(hub.sends())
    kit.writes("Gitega", "Gitega is a city.", by="Canary Ntwari")
    stick = both(kit.sends(full=True), stick)
    secrets = [b"Canary", b"canary", b"example.org", b"+02", b"Bujumbura", b"@" + socket.gethostname().encode()]
    secrets += [str(kit.folder).encode(), b"/home/", b"@" + getpass.getuser().encode()]
    exported = b"".join(f.read_bytes() for f in stick.files)
    for packed in (f for f in stick.files if f.suffix == ".bundle"):
        exported += inflated(there, packed)
    assert b"Jean N." in exported
    assert kit.mine()[0].edit.contributor.encode() in exported
    for secret in secrets:
        assert secret not in exported, secret
    times = {int(line.split()[-2]) for line in exported.split(b"\n") if line.startswith((b"author ", b"committer "))}
    assert times
    kits = [line for line in exported.split(b"\n") if line.startswith((b"author c-", b"committer k-"))]
    assert kits
    for line in kits:
        assert int(line.split()[-2]) % 86_400 == 0, line
        assert line.endswith(b" +0000"), line


def inflated(there: Store, packed: Path) -> bytes:
    """Every object that a bundle brings, unpacked."""
    with packed.open("rb", buffering=0) as opened:
        opened.seek(bundle.header(packed).pack)
        said = git.call(there.path, "index-pack", "--stdin", "--fix-thin", source=opened).stdout.decode()
    with (there.path / "objects/pack" / f"pack-{said.split()[1]}.idx").open("rb") as opened:
        rows = git.call(there.path, "show-index", source=opened).stdout.decode().splitlines()
    return git.run(there.path, "cat-file", "--batch", stdin="\n".join(row.split()[1] for row in rows).encode())
