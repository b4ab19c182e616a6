"""What is hidden, withdrawn or erased before it left is in no byte of the kit, and everything else is whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import NGOZI, Hub, Kit
from tests.processes import fsck
from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError
from wikigit.core.receipt import Outcome
from wikigit.kit import aside, erase, takeout
from wikigit.kit.desk import Place
from wikigit.repo import git, layout, purge
from wikigit.repo.verify import State, verify

SECRET = "Nobody may ever read these words again."


def readable(kit: Kit) -> Iterator[bytes]:
    """All bytes of a kit: each file as it is, loose objects unpacked, and every object that Git finds."""
    for file in kit.store.path.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            yield data
            if data[:1] == b"\x78":
                yield zlib.decompress(data)
    yield git.run(kit.store.path, "cat-file", "--batch-all-objects", "--batch", "--unordered")


def holds(kit: Kit, words: str) -> bool:
    return any(words.encode() in data for data in readable(kit))


def whole(kit: Kit) -> bool:
    fsck(kit.store)
    return all(finding.state is State.OK for finding in verify(kit.store))


def places(kit: Kit) -> dict[str, Place]:
    return {mine.edit.id: mine.place for mine in kit.mine()}


def adds(kit: Kit, words: str, *, to: str = "Ngozi", by: str = "Jean") -> Edit:
    """Somebody adds a paragraph at the end of a page."""
    return kit.writes(to, f"{kit.page(to) or ''}\n\n{words}".strip(), by=by)


def packed(kit: Kit) -> None:
    git.run(kit.store.path, "repack", "-a", "-d", "-q")


@pytest.mark.parametrize("pack", [False, True])
def test_an_erased_edit_is_in_no_byte_and_its_neighbours_are_whole(hub: Hub, kit: Kit, pack: bool) -> None:
    before = kit.changes("Ngozi", "a market", "a large market")
    secret = adds(kit, SECRET)
    after = kit.changes("Ngozi", "a town", "an old town")
    elsewhere = adds(kit, "Fish live in it.", to="Lake")
    if pack:
        packed(kit)
    assert [(r.edit, r.outcome, r.code) for r in kit.erases(secret)] == [(secret.id, Outcome.WITHDRAWN, "erased")]
    assert not holds(kit, SECRET)
    assert places(kit) == dict.fromkeys([before.id, after.id, elsewhere.id], Place.PAGE)
    assert kit.page("Ngozi") == NGOZI.replace("a market", "a large market").replace("a town", "an old town")
    assert whole(kit)
    (came,) = hub.receives(kit.sends())
    assert [edit.id for edit in came.edits] == [before.id, after.id, elsewhere.id]
    hub.merges(kit)
    assert hub.page("Ngozi") == kit.page("Ngozi")


def test_what_is_hidden_is_read_by_its_author_alone_and_can_still_be_erased(hub: Hub, kit: Kit) -> None:
    secret = adds(kit, SECRET)
    kit.hides(secret, say="This tells who lives where.")
    assert kit.page("Ngozi") == NGOZI
    (mine,) = kit.mine("Jean")
    assert (mine.place, mine.edit.after, mine.receipt.outcome) == (Place.ASIDE, SECRET, Outcome.HIDDEN)
    assert mine.receipt.said == "This tells who lives where."
    assert SECRET.encode() not in git.run(kit.store.path, "cat-file", "--batch-all-objects", "--batch", "--unordered")
    assert [came.edits for came in hub.receives(kit.sends())] == [()]
    kit.erases(secret)
    assert (kit.mine(), holds(kit, SECRET), holds(kit, "who lives where")) == ([], False, False)


def test_an_author_takes_back_what_they_wrote_and_nobody_else_does(kit: Kit) -> None:
    mine, other = adds(kit, SECRET, by="Aline"), adds(kit, "It has a well.", by="Jean")
    kit.withdraws(mine)
    assert kit.told(mine) is Outcome.WITHDRAWN
    assert kit.page("Ngozi") == f"{NGOZI}\n\nIt has a well."
    with pytest.raises(RepoError, match="somebody else"):
        takeout_by(kit, other, by="Aline")


def takeout_by(kit: Kit, edit: Edit, *, by: str) -> None:
    """Somebody asks that an edit be taken back."""
    from tests.journey import DAY, erase, people

    erase.withdraw(kit.store, edit.id, people.known(kit.store.path, by).contributor, DAY)


def test_an_edit_that_cannot_stand_without_it_goes_back_to_its_author_with_its_own_words(kit: Kit) -> None:
    secret = adds(kit, SECRET)
    above = kit.changes("Ngozi", "words again.", "words again, said Jean's uncle.", by="Aline")
    further = kit.changes("Ngozi", "a market", "a large market", by="Aline")
    kit.erases(secret)
    assert places(kit) == {further.id: Place.PAGE, above.id: Place.ASIDE}
    assert kit.told(above) is Outcome.SENT_BACK
    (words,) = [mine.edit.after for mine in kit.mine() if mine.edit.id == above.id]
    assert "said Jean's uncle" in words
    assert not holds(kit, "Nobody may ever read")


def test_its_undo_goes_with_it(kit: Kit) -> None:
    secret = adds(kit, SECRET)
    undo = kit.writes("Ngozi", NGOZI, by="Aline")
    kit.erases(secret)
    assert not holds(kit, SECRET)
    assert kit.page("Ngozi") == NGOZI
    assert kit.told(undo) is Outcome.SENT_BACK


def test_who_removed_it_holds_nothing_of_it_either(kit: Kit) -> None:
    """Its neighbour went too, so that it cannot simply be undone below the edit that removed it."""
    secret = kit.changes("Ngozi", "It has a market.", f"{SECRET}\n\nIt has a market.")
    removed = kit.changes("Ngozi", "It has a market.\n\n", "", by="Aline")
    undo = kit.changes("Ngozi", f"{SECRET}\n\n", "", by="Aline")
    kit.erases(secret)
    assert not holds(kit, SECRET)
    assert kit.page("Ngozi") == removed.after.replace(f"{SECRET}\n\n", "")
    assert places(kit) == {removed.id: Place.PAGE, undo.id: Place.ASIDE}


def test_after_new_mains_and_sent_edits_it_is_as_thorough(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    secret = adds(kit, SECRET)
    sent = kit.changes("Ngozi", "a market", "a large market")
    hub.receives(kit.sends(hold=[secret]))
    for number in range(3):
        wiki.person_edits("Lake", f"A lake. Seen {number} times.")
        hub.fetches()
        hub.merges(kit)
        kit.receives(hub.sends())
    later = kit.changes("Ngozi", "a school", "two schools")
    assert holds(kit, SECRET)
    kit.erases(secret)
    assert not holds(kit, SECRET)
    assert places(kit) == {sent.id: Place.MAIN, later.id: Place.PAGE}
    assert kit.told(sent) is Outcome.MERGED
    hub.receives(kit.sends())
    assert [r.outcome for r in hub.merges(kit).receipts] == [Outcome.MERGED]
    assert [r.outcome for r in hub.publishes()] == [Outcome.PUBLISHED] * 2
    hub.fetches()
    kit.receives(hub.sends())
    assert [kit.told(edit) for edit in (sent, later)] == [Outcome.PUBLISHED] * 2
    assert whole(kit)


def test_what_has_left_is_not_taken_out(hub: Hub, kit: Kit) -> None:
    edit = adds(kit, "It has a well.")
    hub.receives(kit.sends())
    for take in (kit.hides, kit.withdraws, kit.erases):
        with pytest.raises(RepoError, match="has left"):
            take(edit)


@pytest.mark.parametrize("where", ["put", "moved", "purged"])
def test_a_kit_that_died_while_erasing_ends_it_at_the_next_word(
    kit: Kit, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, other = adds(kit, SECRET), adds(kit, "Fish live in it.", to="Lake")
    with monkeypatch.context() as patch:
        die_at(patch, where)
        with pytest.raises(Died):
            kit.erases(secret)
    assert holds(kit, SECRET) == (where != "purged")
    assert [asked.edit.id for asked in kit.queue()] == [other.id]
    assert not holds(kit, SECRET)
    assert whole(kit)


class Died(Exception):
    """The power went."""


def die_at(patch: pytest.MonkeyPatch, where: str) -> None:
    """The power goes at a place in the erasing."""

    def died(*_: object) -> None:
        raise Died

    if where == "put":
        patch.setattr(takeout, "_replace", died)
    elif where == "moved":
        patch.setattr(purge, "purge", died)
    else:
        patch.setattr(aside, "finished", died)


# People


def test_a_person_who_is_forgotten_is_in_no_byte_and_breaks_nothing(hub: Hub, kit: Kit) -> None:
    sent = adds(kit, "It has a well.", by="Godelieve Nshimirimana")
    hub.receives(kit.sends())
    unsent = adds(kit, SECRET, to="Lake", by="Godelieve Nshimirimana")
    hidden = adds(kit, "She lives by the lake.", to="Gitega", by="Godelieve Nshimirimana")
    kit.hides(hidden)
    other = adds(kit, "Fish live in it.", to="Lake", by="Jean")
    kit.forgets("Godelieve Nshimirimana")
    for gone in ("Godelieve", "Nshimirimana", SECRET, "She lives by the lake."):
        assert not holds(kit, gone), gone
    assert places(kit) == {sent.id: Place.PAGE, other.id: Place.PAGE}
    hub.merges(kit)
    kit.receives(hub.sends())
    assert kit.told(sent) is Outcome.MERGED
    again = adds(kit, "It has a road.", by="Godelieve Nshimirimana")
    assert again.contributor not in (sent.contributor, unsent.contributor)


def test_a_forgotten_persons_edits_may_go_on_under_their_id(hub: Hub, kit: Kit) -> None:
    edit = adds(kit, "It has a well.", by="Godelieve")
    kit.forgets("Godelieve", keep_edits=True)
    assert not holds(kit, "Godelieve")
    (came,) = hub.receives(kit.sends())
    assert [e.id for e in came.edits] == [edit.id]
    assert hub.holds(layout.kit(kit.id), f"Wikigit-Contributor: {edit.contributor}")


def test_the_facilitator_is_told_who_else_names_a_forgotten_person(kit: Kit) -> None:
    adds(kit, "It has a well.", by="Godelieve Nshimirimana")
    named, put = (adds(kit, f"Ask Nshimirimana Godelieve{end}", to=to) for to, end in (("Lake", "."), ("Gitega", "!")))
    kit.hides(put)
    kit.forgets("Godelieve Nshimirimana")
    assert erase.naming(kit.store, "Godelieve Nshimirimana") == [named.id, put.id]


def test_no_second_way_to_the_old_desk_is_left(kit: Kit) -> None:
    secret = adds(kit, SECRET)
    tip = kit.store.need(layout.DESK, "")
    git.run(kit.store.path, "update-ref", "refs/wikigit/backup/desk", tip)
    kit.erases(secret)
    assert not holds(kit, SECRET)
    assert not holds(kit, tip)
