"""An edit's id belongs to the kit that signed it first; no commit passes for one of the hub's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.forge import Forge, reconciles
from tests.journey import DAY, NGOZI, Hub, Kit, Stick, outcomes
from wikigit.core import message
from wikigit.core.edit import Edit
from wikigit.core.errors import MessageError, RepoError
from wikigit.core.receipt import Outcome
from wikigit.hub import check
from wikigit.kit import desk, people
from wikigit.repo import edits, git, layout, mainline
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.repo.verify import State, computed
from wikigit.wikitext.merge import VERSION


def saves(kit: Kit, old: str, new: str, *, drawn: bytes = b"0123456789") -> Edit:
    """Save with dice that fall as they are told."""
    person = people.person(kit.store.path, "Aline", drawn=b"01234", credit=None)
    title, text = kit.title("Ngozi"), NGOZI.replace(old, new)
    edit = desk.save(kit.store, title, text, seen=NGOZI, by=person, summary="", day=DAY, drawn=drawn)
    assert isinstance(edit, Edit)
    return edit


def commits_again(kit: Kit, edit: Edit, day: str = "2026-03-02") -> Stick:
    """The kit commits an edit a second time, as after a backup was restored, and sends."""
    store, branch = kit.store, layout.kit(kit.id)
    tip, main = store.need(branch, ""), mainline.read(kit.store)
    again = edits.write(store, replace(edit, day=day), main.tip, wikitext=edit.after, committer=kit.id)
    signed = edits.signature(kit.id, day)
    joined = store.commit(store.read(tip).tree, [tip, again], message.compose("Join", {}), author=signed)
    store.move([Move(branch, tip, joined)])
    kit.writes("Lake", "A blue lake.")
    return kit.sends()


def test_an_id_belongs_to_the_kit_that_signed_it_first(hub: Hub) -> None:
    one, other = hub.kit("school"), hub.kit("library")
    edit, copy = saves(one, "a market", "a large market"), saves(other, "a school", "two schools")
    assert edit.id == copy.id
    hub.receives(one.sends())
    with pytest.raises(RepoError) as refused:
        hub.receives(other.sends())
    assert refused.value.message == f"{other.id} sends {edit.id} as its own; {one.id} signed it first."
    assert hub.store.tip(layout.kit(other.id)) is None
    assert hub.receipt(edit).kit == one.id


def test_the_same_edit_again_is_had_already(hub: Hub) -> None:
    kit = hub.kit("school")
    edit = saves(kit, "a market", "a large market")
    hub.receives(kit.sends())
    (came,) = hub.receives(commits_again(kit, edit))
    assert [str(new.title) for new in came.edits] == ["Lake"]
    hub.merges(kit)
    assert len(hub.queue()) == 2


def test_the_same_id_with_other_words_is_a_question_for_a_person(hub: Hub) -> None:
    kit = hub.kit("school")
    edit = saves(kit, "a market", "a large market")
    hub.receives(kit.sends())
    with pytest.raises(RepoError) as refused:
        hub.receives(commits_again(kit, replace(edit, after=NGOZI.replace("a market", "a small market"))))
    assert refused.value.message == f"{kit.id} sends {edit.id} again, with other words than before."
    hub.merges(kit)
    assert hub.page("Ngozi") == edit.after


def test_a_push_of_a_kits_branch_is_looked_at_likewise(hub: Hub) -> None:
    one, other = hub.kit("school"), hub.kit("library")
    edit = saves(one, "a market", "a large market")
    saves(other, "a school", "two schools")
    hub.receives(one.sends())
    other.sends()
    ref = layout.kit(other.id)
    git.run(hub.store.path, "fetch", "--quiet", str(other.store.path), ref)
    (wrong,) = check.pushed(Store(hub.store.path), ref, "0" * 40, other.store.need(ref, ""))
    assert f"{one.id} signed it first" in wrong.message
    assert edit.id in wrong.message


def test_a_volunteer_cannot_take_a_kits_id(hub: Hub) -> None:
    kit, forge = hub.kit("school"), Forge(hub)
    edit = saves(kit, "a market", "a large market")
    hub.receives(kit.sends())
    forge.begins("vera")
    own = forge.edits("Lake", "A lake", "A blue lake")
    forge.git("commit", "--quiet", "--no-verify", "--amend", "-m", forge.message().replace(own.id, edit.id))
    forge.git("push", "--quiet", "origin", "vera")
    store = Store(hub.store.path)
    tip = store.need("refs/heads/vera", "")
    (wrong,) = check.pushed(store, "refs/heads/vera", "0" * 40, tip)
    assert wrong.message == f"{edit.id} is an edit of {kit.id}."
    forge.merges("origin/vera")
    done = reconciles(hub)
    (doubted,) = done.doubted
    assert f"says that it is {edit.id}; it is of {kit.id}, not of hub. Its words are left out." in doubted
    assert (hub.page("Lake"), hub.queue(), hub.outcome(edit)) == ("A lake.", [], Outcome.RECEIVED)
    hub.merges(kit)
    assert hub.queue() == [edit.id]


def test_a_kit_does_not_pass_for_the_hub(hub: Hub) -> None:
    kit = hub.kit("school")
    saves(kit, "a market", "a large market")
    hub.receives(kit.sends())
    branch = layout.kit(kit.id)
    tip, main = kit.store.need(branch, ""), mainline.read(kit.store)
    text = message.compose("Merge 1 edit", {"Upstream": main.upstream, "Merge": VERSION})
    author = edits.signature("hub", DAY)
    forged = kit.store.commit(kit.store.read(tip).tree, [tip, main.tip], text, author=author)
    kit.store.move([Move(branch, tip, forged)])
    kit.writes("Lake", "A blue lake.")
    with pytest.raises(MessageError) as refused:
        hub.receives(kit.sends())
    assert "passes for main as the hub computes it" in refused.value.message


def test_a_commit_that_says_it_is_main_is_somebodys_words(hub: Hub) -> None:
    """Whoever may push can write any message; it is believed only where main can be computed so."""
    forge = Forge(hub)
    forge.begins()
    forge.write("Lake", "A rude lake.")
    upstream = hub.store.need(layout.UPSTREAM, "")
    text = message.compose("Merge 1 edit", {"Upstream": upstream, "Merge": VERSION})
    who = {f"GIT_{who}_{what}": "hub" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    forge.git("commit", "--quiet", "--no-verify", "-am", text, **who)
    forge.pushes()
    assert computed(Store(hub.store.path)).state is State.WRONG
    assert outcomes(reconciles(hub, by="Vera").receipts) == ["merged"]
    store = Store(hub.store.path)
    assert computed(store).state is State.OK
    (entry,) = mainline.read(store).entries
    assert edits.read(store, entry.commit, mainline.read(store).site).credit == "Vera"


def test_a_forged_main_with_a_queue_of_its_own_does_not_pass(hub: Hub) -> None:
    """An edit that no receipt tells of is in no queue; one that a receipt tells of is not missing."""
    kit = hub.kit("school")
    edit = saves(kit, "a market", "a large market")
    hub.receives(kit.sends())
    hub.merges(kit)
    store = Store(hub.store.path)
    genuine = mainline.read(store)
    moves, _ = mainline.rebuilt(store, genuine, [], on=genuine.upstream, subject="Forged", day=DAY)
    store.move(moves)
    assert mainline.last(store, store.need(layout.MAIN, "")) == genuine.tip
    reconciles(hub, by="Vera")
    assert hub.queue()[0] == edit.id
    assert hub.outcome(edit) is Outcome.MERGED
