"""Other ways onto main, with real git: whatever people do there, each edit is taken once, and its author is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests.chance import told
from tests.clone import call, git
from tests.forge import Forge, checked, reconciles
from tests.journey import Hub, Kit, outcomes
from tests.ways import Ways
from wikigit.core import attribution
from wikigit.core.errors import ConfigError, RepoError
from wikigit.core.receipt import Outcome
from wikigit.repo import layout, mainline
from wikigit.repo.store import Store
from wikigit.repo.verify import State, verify

PARTS = ["Ngozi is a town.", "It has a market.", "It has a school.", "It has a river."]
NGOZI = "\n\n".join(PARTS)
LAKE = "A lake.\n\nIt is deep."


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    wiki.person_edits("Lake", LAKE)
    return Hub(tmp_path, wiki)


@pytest.fixture
def forge(hub: Hub) -> Forge:
    return Forge(hub)


def sent(hub: Hub, kit: Kit) -> None:
    hub.receives(kit.sends())


def all_is_sound(hub: Hub) -> None:
    found = list(verify(Store(hub.store.path)))
    assert [f for f in found if f.state is not State.OK] == []
    assert reconciles(hub).tip == ""


def credited(hub: Hub, title: str = "Ngozi") -> list[str]:
    """Everybody whom the wiki names in a page's history, oldest first."""
    told = [attribution.parse(r.summary) for r in hub.wiki.saved if str(r.title) == title]  # type: ignore[attr-defined]
    return [name for said in told if said for name in said.names]


# Each way


@pytest.mark.parametrize("words", [("--no-ff",), ("--ff-only",)], ids=["merge commit", "fast-forward"])
def test_edits_that_plain_git_merged_are_merged(hub: Hub, kit: Kit, forge: Forge, words: tuple[str, ...]) -> None:
    one = kit.changes("Ngozi", "a market", "a large market", by="Aline")
    other = kit.changes("Lake", "A lake", "A blue lake", by="Jean")
    sent(hub, kit)
    forge.merges(kit, *words)
    with pytest.raises(RepoError) as error:
        mainline.read(Store(hub.store.path))
    assert error.value.hint == "Take in what came by other ways: wikigit hub reconcile --by NAME"
    assert outcomes(reconciles(hub).receipts) == ["merged", "merged"]
    assert hub.queue() == [one.id, other.id]
    assert hub.page("Ngozi") == NGOZI.replace("a market", "a large market")
    all_is_sound(hub)
    assert outcomes(hub.publishes()) == ["published", "published"]
    assert credited(hub) == [one.name]


def test_a_squash_is_recognised_by_the_ids_in_its_message(hub: Hub, kit: Kit, forge: Forge) -> None:
    edits = [kit.changes("Ngozi", "a market", "a large market"), kit.changes("Lake", "A lake", "A blue lake")]
    sent(hub, kit)
    forge.squashes(kit)
    reconciles(hub)
    assert sorted(hub.queue()) == sorted(edit.id for edit in edits)
    all_is_sound(hub)


def test_a_squash_by_a_forge_is_recognised_by_its_list(hub: Hub, kit: Kit, forge: Forge) -> None:
    edits = [kit.changes("Ngozi", "a market", "a large market"), kit.changes("Lake", "A lake", "A blue lake")]
    sent(hub, kit)
    listed = [forge.git("show", "-s", "--format=* %B", forge.commit_of(edit)) for edit in edits]
    forge.squashes(kit, "What the school wrote (#7)\n\n" + "\n\n".join(listed))
    reconciles(hub)
    assert sorted(hub.queue()) == sorted(edit.id for edit in edits)
    assert outcomes(hub.publishes()) == ["published", "published"]
    assert credited(hub) == [edits[0].name]
    all_is_sound(hub)


def test_a_squash_that_says_nothing_is_recognised_by_its_text(hub: Hub, kit: Kit, forge: Forge) -> None:
    stacked = [
        kit.changes("Ngozi", "a market", "a large market"),
        kit.changes("Ngozi", "a large market", "two large markets"),
        kit.changes("Lake", "A lake", "A blue lake"),
    ]
    sent(hub, kit)
    forge.squashes(kit, "What the school wrote (#7)")
    assert outcomes(reconciles(hub).receipts) == ["merged"] * 3
    assert sorted(hub.queue()) == sorted(edit.id for edit in stacked)
    all_is_sound(hub)


def test_rebased_edits_are_believed_as_their_kit_made_them(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market", summary="How large")
    sent(hub, kit)
    forge.changes("Lake", lambda text: text.replace("deep", "very deep"), author="Vera")
    forge.rebases(kit)
    reconciles(hub)
    assert edit.id in hub.queue()
    accepted = forge.commit_of(edit)
    assert f"Wikigit-From: {accepted}" in "\n".join(
        Store(hub.store.path).read(entry.commit).text for entry in mainline.read(hub.store).entries
    )
    hub.publishes()
    assert credited(hub) == [edit.name]
    assert credited(hub, "Lake") == ["Vera"]
    all_is_sound(hub)


@pytest.mark.parametrize("words", [(), ("-x",), ("--signoff",)], ids=["plain", "-x", "signed off"])
def test_picked_edits_are_recognised(hub: Hub, kit: Kit, forge: Forge, words: tuple[str, ...]) -> None:
    kit.changes("Ngozi", "a market", "a large market")
    edit = kit.changes("Lake", "A lake", "A blue lake")
    sent(hub, kit)
    forge.picks(forge.commit_of(edit), words=words)
    assert outcomes(reconciles(hub).receipts) == ["merged"]
    assert hub.queue() == [edit.id]
    hub.merges(kit)
    assert len(hub.queue()) == 2
    all_is_sound(hub)


def test_a_volunteers_own_commits_are_edits_of_theirs(hub: Hub, forge: Forge) -> None:
    forge.begins("vera")
    forge.write("Lake", LAKE.replace("A lake", "A blue lake"))
    forge.git("commit", "--quiet", "-am", "Colour")
    edit = forge.edit()
    forge.pushes("vera")
    forge.merges("origin/vera")
    assert outcomes(reconciles(hub, by="Jean").receipts) == ["merged"]
    assert hub.queue() == [edit.id]
    hub.publishes()
    assert credited(hub, "Lake") == ["Vera"]
    assert hub.merges().receipts == ()
    all_is_sound(hub)


def test_a_squash_is_nobodys_signature(hub: Hub, forge: Forge) -> None:
    """A forge's list of one edit ends in that edit's trailers; on a later branch it must not pass for it."""
    forge.begins("vera")
    edit = forge.edits("Lake", "A lake", "A blue lake")
    listed = forge.git("show", "-s", "--format=* %B", "HEAD")
    forge.pushes("vera")
    forge.squashes("origin/vera", f"What she wrote (#7)\n\n{listed}")
    forge.begins("later")
    forge.edits("Lake", "deep", "very deep")
    forge.pushes("later")
    forge.merges("origin/later")
    assert outcomes(reconciles(hub, by="").receipts) == ["merged", "merged"]
    (found,) = [e for e in mainline.read(Store(hub.store.path)).entries if e.edit == edit.id]
    assert Store(hub.store.path).read(found.commit).message.get("From") == forge.git("rev-parse", "origin/vera")
    all_is_sound(hub)


def test_main_merged_into_a_branch_and_then_fast_forwarded(hub: Hub, kit: Kit, forge: Forge) -> None:
    forge.begins("vera")
    forge.write("Lake", LAKE.replace("A lake", "A blue lake"))
    forge.git("commit", "--quiet", "-am", "Colour")
    own = forge.edit()
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    hub.merges(kit)
    hub.wiki.person_edits("Ngozi", NGOZI.replace("a school", "two schools"))  # type: ignore[attr-defined]
    hub.fetches()
    forge.git("fetch", "--quiet")
    forge.git("merge", "--quiet", "--no-edit", "origin/main")
    forge.git("push", "--quiet", "origin", "vera:main")
    reconciles(hub)
    assert hub.queue() == [edit.id, own.id]
    all_is_sound(hub)


# What people decide in a merge


def two_in_one_place(hub: Hub) -> tuple[Kit, Kit]:
    """Two kits that say different things about the market."""
    one, other = hub.kit("school"), hub.kit("library")
    one.changes("Ngozi", "a market", "a large market", by="Aline")
    other.changes("Ngozi", "a market", "a small market", by="Jean")
    sent(hub, one)
    sent(hub, other)
    return one, other


def test_a_conflict_resolved_by_choosing_stays_its_authors(hub: Hub, forge: Forge) -> None:
    one, other = two_in_one_place(hub)
    hub.merges(one)
    both = NGOZI.replace("a market", "a large small market")
    forge.merges(other, resolved={"Ngozi": both})
    assert outcomes(reconciles(hub, by="").receipts) == ["merged"]
    assert hub.page("Ngozi") == both
    hub.publishes()
    assert credited(hub) == [mine.edit.name for kit in (one, other) for mine in kit.mine()]
    all_is_sound(hub)


def test_words_that_resolve_a_conflict_are_the_volunteers(hub: Hub, forge: Forge) -> None:
    one, other = two_in_one_place(hub)
    hub.merges(one)
    forge.merges(other, resolved={"Ngozi": NGOZI.replace("a market", "a large market, small on Mondays")})
    with pytest.raises(ConfigError) as error:
        reconciles(hub, by="")
    assert "On Ngozi stand words that are nobody's edit" in error.value.message
    assert outcomes(reconciles(hub, by="Vera").receipts)[0] == "merged"
    assert hub.page("Ngozi") == NGOZI.replace("a market", "a large market, small on Mondays")
    hub.publishes()
    assert credited(hub)[-1] == "Vera"
    assert len(set(credited(hub))) == 3
    all_is_sound(hub)


def test_an_edit_that_a_merge_left_out_waits_for_a_person(hub: Hub, forge: Forge) -> None:
    one, other = two_in_one_place(hub)
    hub.merges(one)
    edit = other.changes("Lake", "A lake", "A blue lake")
    sent(hub, other)
    forge.merges(other, resolved={"Ngozi": NGOZI.replace("a market", "a large market"), "Lake": LAKE})
    assert mainline.read(Store(hub.store.path)).tip  # nothing is to reconcile: the merge changed no page
    hub.merges()
    assert edit.id in hub.queue()
    all_is_sound(hub)


def test_of_several_edits_the_one_that_a_merge_left_out_waits(hub: Hub, kit: Kit, forge: Forge) -> None:
    stays = kit.changes("Ngozi", "a market", "a large market")
    out = kit.changes("Ngozi", "a river", "two wide rivers")
    sent(hub, kit)
    forge.begins()
    forge.git("merge", "--quiet", "--no-ff", "--no-commit", f"origin/kits/{kit.id}")
    forge.write("Ngozi", NGOZI.replace("a market", "a large market"))
    forge.git("commit", "--quiet", "--no-verify", "-am", "Merge what is right")
    forge.pushes()
    reconciles(hub, by="")
    assert (hub.queue(), hub.outcome(out)) == ([stays.id], Outcome.PROPOSAL)
    hub.accepts(out)
    assert hub.queue() == [stays.id, out.id]
    all_is_sound(hub)


def test_an_edit_that_waits_may_be_resolved_by_a_merge(hub: Hub, forge: Forge) -> None:
    one, other = two_in_one_place(hub)
    hub.merges(one, other)
    (waits,) = [mine.edit for mine in other.mine()]
    assert hub.outcome(waits) is Outcome.MERGE_CONFLICT
    forge.merges(other, resolved={"Ngozi": NGOZI.replace("a market", "a small market")})
    reconciles(hub, by="")
    assert waits.id in hub.queue()
    assert hub.page("Ngozi") == NGOZI.replace("a market", "a small market")
    all_is_sound(hub)


def test_words_by_hand_are_credited_to_who_committed_them(hub: Hub, forge: Forge) -> None:
    forge.changes("Lake", lambda text: text.replace("deep", "very deep") + "\n", "Depth", author="Paul")
    forge.changes("Ngozi", lambda text: text + "\n\nIt has a bank.\n", "Bank", author="Marie")
    with pytest.raises(ConfigError):
        reconciles(hub, by="")
    assert outcomes(reconciles(hub, by="Vera").receipts) == ["merged", "merged"]
    hub.publishes()
    assert (credited(hub, "Lake"), credited(hub)) == (["Paul"], ["Marie"])
    all_is_sound(hub)


def test_marks_of_a_conflict_never_get_into_a_page(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Lake", "deep", "very deep")
    sent(hub, kit)
    forge.merges(kit)
    marked = "<<<<<<< HEAD\nA lake.\n=======\nA pond.\n>>>>>>> vera\n\nIt is very deep."
    forge.changes("Lake", lambda _: marked)
    done = reconciles(hub)
    assert [str(title) for title in done.unclear] == ["Lake"]
    assert (hub.page("Lake"), hub.queue()) == ("A lake.\n\nIt is very deep.", [edit.id])
    all_is_sound(hub)


def test_what_wikigit_writes_is_as_it_was(hub: Hub, forge: Forge) -> None:
    forge.begins()
    forge.git("rm", "--quiet", str(forge.file("Lake")))
    (forge.folder / "site.json").write_text("{}")
    (forge.folder / "README.md").write_text("Hello.")
    forge.git("add", "--all")
    forge.git("commit", "--quiet", "--no-verify", "-m", "Tidy")
    forge.pushes()
    done = reconciles(hub, by="")
    assert sorted(done.restored) == sorted(["site.json", layout.page(hub.title("Lake"))])
    assert hub.page("Lake") == LAKE
    assert hub.store.file(hub.store.need(layout.MAIN, ""), "README.md") == b"Hello."
    all_is_sound(hub)


# Taken back


def test_reverting_a_merge_declines_what_it_brought(hub: Hub, kit: Kit, forge: Forge) -> None:
    edits = [kit.changes("Ngozi", "a market", "a large market"), kit.changes("Lake", "A lake", "A blue lake")]
    sent(hub, kit)
    forge.merges(kit)
    reconciles(hub)
    forge.reverts("origin/main^", "-m", "1")
    said = forge.git("log", "-1", "--format=%s")
    assert outcomes(reconciles(hub, by="Vera").receipts) == ["declined", "declined"]
    assert {(hub.receipt(edit).code, hub.receipt(edit).said) for edit in edits} == {("other", said)}
    assert (hub.queue(), hub.page("Ngozi"), hub.page("Lake")) == ([], NGOZI, LAKE)
    all_is_sound(hub)
    kit.receives(hub.sends())
    assert {kit.told(edit) for edit in edits} == {Outcome.DECLINED}


def test_a_merge_reverted_before_anybody_reconciled(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    forge.merges(kit)
    forge.changes("Lake", lambda text: text.replace("deep", "very deep"))
    forge.reverts("HEAD~", "-m", "1")
    reconciles(hub)
    assert (hub.outcome(edit), hub.page("Ngozi")) == (Outcome.DECLINED, NGOZI)
    assert len(hub.queue()) == 1
    all_is_sound(hub)


def test_a_revert_that_was_reverted_again(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    forge.merges(kit)
    reconciles(hub)
    forge.reverts("origin/main^", "-m", "1")
    forge.reverts("origin/main")
    reconciles(hub)
    assert (hub.queue(), hub.outcome(edit)) == ([edit.id], Outcome.MERGED)
    all_is_sound(hub)


def test_words_of_a_declined_edit_do_not_come_back_as_somebody_elses(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    forge.merges(kit)
    reconciles(hub)
    forge.reverts("origin/main^", "-m", "1")
    reconciles(hub)
    forge.reverts("origin/main^")
    reconciles(hub)
    assert (hub.queue(), hub.outcome(edit), hub.page("Ngozi")) == ([], Outcome.DECLINED, NGOZI)
    all_is_sound(hub)


def test_reverting_one_of_two_stacked_edits(hub: Hub, kit: Kit, forge: Forge) -> None:
    stays = kit.changes("Ngozi", "a market", "a large market")
    out = kit.changes("Ngozi", "a large market", "a large and old market")
    sent(hub, kit)
    forge.merges(kit)
    reconciles(hub)
    forge.reverts(forge.commit_of(out))
    reconciles(hub)
    assert (hub.queue(), hub.outcome(out)) == ([stays.id], Outcome.DECLINED)
    assert hub.page("Ngozi") == NGOZI.replace("a market", "a large market")
    all_is_sound(hub)


def test_reverting_an_edit_whose_own_undo_was_declined(hub: Hub, kit: Kit, forge: Forge) -> None:
    """The revert does what the declined undo did; all the same it stands."""
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    forge.merges(kit)
    reconciles(hub)
    undo = kit.writes("Ngozi", NGOZI)
    sent(hub, kit)
    hub.declines(undo)
    forge.reverts("origin/main^", "-m", "1")
    assert outcomes(reconciles(hub, by="").receipts) == ["declined"]
    assert (hub.queue(), hub.outcome(edit), hub.page("Ngozi")) == ([], Outcome.DECLINED, NGOZI)
    all_is_sound(hub)


def test_what_is_on_its_way_to_the_wiki_stays_and_is_taken_out_by_a_further_edit(
    hub: Hub, kit: Kit, forge: Forge
) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    forge.merges(kit)
    reconciles(hub)
    hub.wiki.stop_after(0, landed=True)  # type: ignore[attr-defined]
    with pytest.raises(BaseException):  # noqa: B017
        hub.publishes()
    forge.reverts("origin/main^", "-m", "1")
    reconciles(hub, by="Vera")
    assert hub.queue()[0] == edit.id
    assert hub.page("Ngozi") == NGOZI
    hub.publishes()
    assert credited(hub) == [edit.name, "Vera"]
    all_is_sound(hub)


def test_what_came_again_with_a_later_merge_is_its_authors(hub: Hub, kit: Kit, forge: Forge) -> None:
    """Left out the first time: its commit is in main's history, and only its words come with the next merge."""
    first = kit.changes("Ngozi", "a market", "a large market")
    out = kit.changes("Ngozi", "a river", "two wide rivers")
    sent(hub, kit)
    forge.begins()
    forge.git("merge", "--quiet", "--no-ff", "--no-commit", forge.branch(kit))
    forge.write("Ngozi", NGOZI.replace("a market", "a large market"))
    forge.git("commit", "--quiet", "--no-verify", "-am", "Merge what is right")
    forge.pushes()
    reconciles(hub)
    kit.receives(hub.sends())
    new = kit.changes("Lake", "A lake", "A blue lake")
    sent(hub, kit)
    forge.squashes(kit)
    assert outcomes(reconciles(hub, by="").receipts) == ["merged", "merged"]
    assert sorted(hub.queue()) == sorted([first.id, out.id, new.id])
    all_is_sound(hub)


def test_words_taken_out_since_do_not_come_back_as_somebody_elses(hub: Hub, kit: Kit, forge: Forge) -> None:
    """The same commit again, after its words were taken out by hand."""
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    forge.merges(kit)
    reconciles(hub)
    hub.publishes()
    forge.changes("Ngozi", lambda _: NGOZI, "Not large", author="Vera")
    reconciles(hub)
    forge.picks(forge.commit_of(edit), words=("--keep-redundant-commits",))
    assert outcomes(reconciles(hub).receipts) == []
    assert hub.page("Ngozi") == NGOZI
    all_is_sound(hub)


# Declined


def test_a_declined_edit_that_a_merge_brings_is_in_no_page(hub: Hub, kit: Kit, forge: Forge) -> None:
    out = kit.changes("Ngozi", "a market", "a Secret market")
    stays = kit.changes("Ngozi", "a river", "two wide rivers")
    sent(hub, kit)
    hub.declines(out)
    (wrong,) = checked(hub, f"kits/{kit.id}").wrong
    assert wrong.message == f"{out.id} was declined; its words would stay in main's history."
    forge.merges(kit)
    assert reconciles(hub, by="").turned_away == (out.id,)
    assert (hub.queue(), hub.outcome(out)) == ([stays.id], Outcome.DECLINED)
    assert hub.page("Ngozi") == NGOZI.replace("a river", "two wide rivers")
    all_is_sound(hub)


def test_what_stood_on_a_declined_edit_and_came_with_it_waits(hub: Hub, kit: Kit, forge: Forge) -> None:
    out = kit.changes("Ngozi", "It has a market.", "It has a Secret market with fish.")
    on_it = kit.changes("Ngozi", "with fish", "with many fish")
    stays = kit.changes("Lake", "A lake", "A blue lake")
    sent(hub, kit)
    hub.declines(out)
    forge.merges(kit)
    reconciles(hub, by="Vera")
    assert (hub.queue(), hub.outcome(on_it).waits) == ([stays.id], True)
    assert "Secret" not in (hub.page("Ngozi") or "")
    all_is_sound(hub)


def test_what_the_wiki_took_out_does_not_return_by_a_merge(hub: Hub, kit: Kit, forge: Forge) -> None:
    old = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    hub.merges(kit)
    hub.publishes()
    hub.wiki.person_edits("Ngozi", NGOZI, summary="Undo")  # type: ignore[attr-defined]
    hub.fetches()
    new = kit.changes("Ngozi", "a river", "two wide rivers")
    sent(hub, kit)
    forge.merges(kit)
    reconciles(hub, by="")
    assert (hub.queue(), hub.outcome(old)) == ([new.id], Outcome.PUBLISHED)
    assert hub.page("Ngozi") == NGOZI.replace("a river", "two wide rivers")
    all_is_sound(hub)


# The command


def test_a_job_reconciles_in_a_mirror(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    forge.merges(kit)
    git(hub.folder, "clone", "--quiet", "--mirror", str(hub.store.path), "ci.git")
    done = call(hub.folder, "wikigit", "-C", "ci.git", "hub", "reconcile", "--by", "Vera")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{edit.id} merged Ngozi\n", "")
    assert (hub.queue(), hub.receipt(edit).by) == ([edit.id], "Vera")
    done = call(hub.folder, "wikigit", "-C", "ci.git", "hub", "reconcile", "--by", "Vera")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Nothing to reconcile: main is as wikigit computed it.\n"
    all_is_sound(hub)


def test_the_command_says_what_people_have_to_know(hub: Hub, kit: Kit, forge: Forge) -> None:
    out = kit.changes("Ngozi", "a market", "a Secret market")
    sent(hub, kit)
    hub.declines(out)
    forge.merges(kit)
    forge.changes("Lake", lambda _: "<<<<<<< HEAD\nA lake.\n=======\nA pond.\n>>>>>>> vera")
    done = call(hub.folder, "wikigit", "-C", "hub.git", "hub", "reconcile")
    assert (done.returncode, done.stdout) == (4, "")
    assert f"{out.id} was declined: it is in no page, but in main's history" in done.stderr
    assert "Lake could not be told apart; see what stood there: git show " in done.stderr
    assert "error: What needs a person: 1." in done.stderr
    all_is_sound(hub)


def test_words_need_a_name_that_the_wiki_can_carry(hub: Hub, forge: Forge) -> None:
    forge.changes("Lake", lambda text: text.replace("deep", "very deep"), author="bot[7]")
    before = hub.store.tip(layout.MAIN)
    for by, said in (("", "stand words that are nobody's edit"), ("dependabot[bot]", "A credit cannot hold")):
        done = call(hub.folder, "wikigit", "-C", "hub.git", "hub", "reconcile", "--by", by)
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert Store(hub.store.path).tip(layout.MAIN) == before
    reconciles(hub, by="Vera")
    hub.publishes()
    assert credited(hub, "Lake") == ["Vera"]


# By chance


def test_whatever_way_edits_come_each_is_taken_once(tmp_path: Path, much: int) -> None:
    for seed in range(4 * much):
        tell(tmp_path / str(seed), seed)


def tell(folder: Path, seed: int) -> None:
    story = Ways(folder, seed)
    ways = {story.somebody_brings_a_branch: 6, story.somebody_brings_own_edits: 2}
    ways |= {story.somebody_writes_by_hand: 1, story.somebody_reverts: 1}
    with told(story):
        for _ in range(story.chance.randrange(3, 6)):
            for _ in range(story.chance.randrange(1, 5)):
                story.somebody_saves()
            story.sticks_travel()
            for happens, likely in (
                (story.a_new_edit_is_declined, 0.6), (story.the_hub_merges, 0.2), (story.the_hub_declines, 0.2)
            ):  # fmt: skip
                if story.chance.random() < likely:
                    happens()
            for way in story.chance.choices(list(ways), list(ways.values()), k=story.chance.randrange(1, 4)):
                way()
            story.somebody_reconciles()
            story.nobodys_words_are_anothers()
            story.declined_words_stand_nowhere()
            for happens, likely in ((story.the_hub_sends, 0.4), (story.the_bridge_publishes, 0.3)):
                if story.chance.random() < likely:
                    happens()
        story.all_arrives()
        story.main_is_sound()
        story.each_edit_is_published_once()
        story.everyone_is_answered()


@pytest.mark.parametrize("number", [84, 210])
def test_what_went_wrong_once(tmp_path: Path, number: int) -> None:
    """An honest stick was refused: its waiting edit stood in main's history. A reverted word came again in a squash."""
    tell(tmp_path, number)
