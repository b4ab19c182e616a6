"""The last look before a parcel: nothing that says who, where or when leaves a kit, whatever went wrong before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.journey import DAY, NGOZI, Hub, Kit, Stick, kit_send
from wikigit.core.errors import RepoError
from wikigit.core.receipt import Receipt
from wikigit.kit import leaks
from wikigit.kit import send as sending
from wikigit.repo import edits, layout, objects
from wikigit.repo.objects import Signature


def sends(kit: Kit) -> list[str]:
    """Send everything; the names of the files on the stick."""
    stick = Stick(kit.folder / "stick")
    try:
        list(kit_send.send(kit.store, stick.folder, day=DAY, approve_all=True))
    finally:
        kit.files = [file.name for file in stick.files]  # type: ignore[attr-defined]
    return kit.files  # type: ignore[attr-defined]


def refused(kit: Kit, why: str) -> None:
    """Nothing leaves, and nothing is written down as sent."""
    with pytest.raises(RepoError, match=why):
        sends(kit)
    assert kit.files == []  # type: ignore[attr-defined]
    assert kit.store.tip(layout.kit(kit.id)) is None


@pytest.mark.parametrize(
    "signature",
    [
        Signature("Aline", "c-00000000@kit.invalid", 0),
        Signature("c-00000000", "root@school-laptop", 0),
        Signature("c-00000000", "c-00000000@kit.invalid", objects.day_time(DAY) + 8 * 3600),
    ],
)
def test_a_commit_that_says_who_where_or_when_stops_the_parcel(
    kit: Kit, signature: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.changes("Ngozi", "a market", "a large market")
    monkeypatch.setattr(edits, "signature", lambda *_: signature)
    refused(kit, "not as a kit's wikigit writes")


def test_a_name_that_slipped_through_stops_the_parcel(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nAline wrote this.", by="Aline")
    found = iter([None])
    true = leaks.of_edit
    monkeypatch.setattr(leaks, "of_edit", lambda *words: next(found, true(*words)))
    refused(kit, "holds a name")


def test_a_receipt_with_words_of_its_own_stops_the_parcel(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.changes("Ngozi", "a market", "a large market")
    true = sending._told

    def told(*words: object) -> list[Receipt]:
        return [replace(receipt, by="Aline") for receipt in true(*words)]  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "_told", told)
    refused(kit, "no kit says")


def test_names_that_somebody_allowed_or_that_are_public_pass_once_more(hub: Hub, kit: Kit) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nAline wrote this.", by="Aline")
    kit.approves(edit, names=True)
    hub.receives(kit.sends())
    hub.merges(kit)
    kit.receives(hub.sends())
    later = kit.changes("Ngozi", "Aline wrote this.", "Aline wrote this, and more.", by="Jean")
    (came,) = hub.receives(kit.sends())
    assert [e.id for e in came.edits] == [later.id]
