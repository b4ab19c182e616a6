"""`wikigit hub check`: what a merge request may bring onto main, and what is refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests.clone import call, git
from tests.forge import Forge, checked
from tests.journey import DAY, Hub, Kit
from wikigit.core import message
from wikigit.hub import merge
from wikigit.repo import layout
from wikigit.repo.store import Store

NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."
LAKE = "A lake.\n\nIt is deep."


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    wiki.person_edits("Lake", LAKE)
    return Hub(tmp_path, wiki)


@pytest.fixture
def forge(hub: Hub) -> Forge:
    forge = Forge(hub)
    forge.begins("request")
    return forge


def refused(hub: Hub, forge: Forge) -> str:
    """What is said of the branch `request`, which must be one thing."""
    forge.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/request")
    (wrong,) = checked(hub, "request").wrong
    return wrong.message


def fine(hub: Hub, forge: Forge) -> list[str]:
    forge.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/request")
    looked = checked(hub, "request")
    assert looked.wrong == ()
    return [edit.id for edit in looked.edits]


def sent(hub: Hub, kit: Kit) -> None:
    hub.receives(kit.sends())


# What is fine


def test_a_kits_branch_and_a_volunteers_commits_are_fine(hub: Hub, kit: Kit, forge: Forge) -> None:
    edits = [kit.changes("Ngozi", "a market", "a large market"), kit.changes("Lake", "A lake", "A blue lake")]
    sent(hub, kit)
    assert [edit.id for edit in checked(hub, f"kits/{kit.id}").edits] == [edit.id for edit in edits]
    own = forge.edits("Lake", "deep", "very deep")
    (forge.folder / "README.md").write_text("Hello.")
    forge.git("add", ".")
    forge.git("commit", "--quiet", "-m", "A readme", "-m", "Not a page.")
    assert fine(hub, forge) == [own.id]


@pytest.mark.parametrize("words", [(), ("-x",), ("--signoff",)], ids=["plain", "-x", "signed off"])
def test_a_true_copy_of_an_edit_is_fine(hub: Hub, kit: Kit, forge: Forge, words: tuple[str, ...]) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    own = forge.edits("Ngozi", "a school", "two schools")
    forge.git("cherry-pick", *words, forge.commit_of(edit))
    assert fine(hub, forge) == [own.id, edit.id]


def test_a_merge_resolved_by_hand_is_fine(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    own = forge.edits("Ngozi", "a market", "a small market")
    forge.git("fetch", "--quiet")
    assert not forge.tries("merge", "--quiet", f"origin/kits/{kit.id}")
    forge.write("Ngozi", NGOZI.replace("a market", "a large or small market"))
    forge.git("commit", "--quiet", "-am", "Merge the school")
    assert fine(hub, forge) == [own.id, edit.id]


# What would lose who wrote it


def test_a_squash_is_refused(hub: Hub, kit: Kit, forge: Forge) -> None:
    kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    forge.git("fetch", "--quiet")
    forge.git("merge", "--squash", f"origin/kits/{kit.id}")
    forge.git("commit", "--quiet", "--no-verify", "--no-edit")
    assert "are damaged" in refused(hub, forge)


def test_a_page_without_trailers_is_refused(hub: Hub, forge: Forge) -> None:
    forge.commits("Lake", lambda text: text.replace("deep", "very deep"), "Depth")
    assert "changes Lake and has no trailers" in refused(hub, forge)


def test_two_pages_in_one_edit_are_refused(hub: Hub, forge: Forge) -> None:
    forge.edits("Lake", "deep", "very deep")
    forge.write("Ngozi", NGOZI.replace("a market", "a large market"))
    forge.git("commit", "--quiet", "--no-verify", "-a", "--amend", "--no-edit")
    assert "does not change Lake alone" in refused(hub, forge)


def test_a_copy_that_says_something_else_is_refused(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    forge.git("cherry-pick", forge.commit_of(edit))
    forge.write("Ngozi", NGOZI.replace("a market", "a Rude market"))
    forge.git("commit", "--quiet", "-a", "--amend", "--no-edit")
    assert f"changes Ngozi otherwise than {edit.id} does" in refused(hub, forge)


def test_a_copy_with_another_credit_is_refused(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    forge.git("cherry-pick", forge.commit_of(edit))
    text = forge.message().replace("Wikigit-License", "Wikigit-Credit: Vera\nWikigit-License")
    forge.git("commit", "--quiet", "--no-verify", "--amend", "-m", text)
    assert f"otherwise than {edit.id} does" in refused(hub, forge)


def test_an_edit_that_was_taken_is_not_amended(hub: Hub, forge: Forge) -> None:
    edit = forge.edits("Lake", "deep", "very deep").id
    forge.git("push", "--quiet", "origin", "request")
    merge.merge(Store(hub.store.path), ["request"], by="Vera", day=DAY)
    forge.write("Lake", LAKE.replace("deep", "most deep"))
    forge.git("commit", "--quiet", "-a", "--amend", "--no-edit")
    assert f"changes Lake otherwise than {edit} does" in refused(hub, forge)


# What would bring in what must not come


def test_a_branch_with_a_declined_edit_is_refused(hub: Hub, kit: Kit) -> None:
    out = kit.changes("Ngozi", "a market", "a Secret market")
    stays = kit.changes("Lake", "A lake", "A blue lake")
    sent(hub, kit)
    hub.declines(out)
    looked = checked(hub, f"kits/{kit.id}")
    assert [edit.id for edit in looked.edits] == [stays.id]
    (wrong,) = looked.wrong
    assert wrong.message == f"{out.id} was declined; its words would stay in main's history."
    assert wrong.hint == "Merge without it: wikigit hub merge KIT"
    hub.merges(kit)
    assert not hub.holds(layout.MAIN, "Secret")


def test_a_branch_with_an_edit_that_waits_is_refused(hub: Hub, kit: Kit) -> None:
    other = hub.kit("library")
    kit.changes("Ngozi", "a market", "a large market")
    edit = other.changes("Ngozi", "a market", "a small market")
    sent(hub, kit)
    sent(hub, other)
    hub.merges(kit, other)
    (wrong,) = checked(hub, f"kits/{other.id}").wrong
    assert wrong.message == f"{edit.id} waits for a person: merge-conflict."
    assert f"wikigit hub resolve {edit.id}" in wrong.hint


def test_an_edit_that_was_never_received_is_refused(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    kit.sends()
    forge.git("fetch", "--quiet", str(kit.store.path), f"kits/{kit.id}")
    forge.git("reset", "--quiet", "--hard", "FETCH_HEAD")
    assert refused(hub, forge) == f"{edit.id} was never received from {kit.id}."


def test_the_id_of_another_kits_edit_is_refused(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    own = forge.edits("Lake", "deep", "very deep")
    forge.git("commit", "--quiet", "--no-verify", "--amend", "-m", forge.message().replace(own.id, edit.id))
    assert refused(hub, forge) == f"{edit.id} is of {kit.id}, not of hub."


@pytest.mark.parametrize("words", [("--allow-empty",), ("-a",)], ids=["empty", "with a page"])
def test_a_commit_that_passes_for_main_is_refused(hub: Hub, forge: Forge, words: tuple[str, ...]) -> None:
    forge.write("Lake", LAKE.replace("deep", "very deep"))
    upstream = hub.store.need(layout.UPSTREAM, "")
    text = message.compose("Merge 1 edit", {"Upstream": upstream, "Merge": "tokens-1"})
    hub_ = {f"GIT_{who}_{what}": "hub" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    forge.git("commit", "--quiet", "--no-verify", *words, "-m", text, **hub_)
    assert "passes for main as wikigit computes it" in refused(hub, forge)


def test_what_wikigit_writes_is_left_alone(hub: Hub, forge: Forge) -> None:
    (forge.folder / "site.json").write_text("{}")
    forge.git("commit", "--quiet", "--no-verify", "-am", "Facts")
    assert "changes site.json, which is written by wikigit alone" in refused(hub, forge)


def test_a_revert_is_refused_in_favour_of_declining(hub: Hub, kit: Kit, forge: Forge) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    hub.merges(kit)
    forge.begins("request")
    forge.commits("Ngozi", lambda _: NGOZI, "Not large")
    forge.git("push", "--quiet", "--force", "origin", "request")
    (wrong,) = checked(hub, "request").wrong
    assert wrong.message.endswith(f"takes {edit.id} out of Ngozi.")
    assert wrong.hint == f"Decline it instead: wikigit hub decline {edit.id} --reason CODE"


@pytest.mark.parametrize("what", ["marks", "away", "table"])
def test_a_merge_makes_nothing_by_hand_that_the_wiki_would_not_take(
    hub: Hub, kit: Kit, forge: Forge, what: str
) -> None:
    kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    forge.git("fetch", "--quiet")
    forge.git("merge", "--quiet", "--no-ff", "--no-commit", f"origin/kits/{kit.id}")
    if what == "marks":
        forge.write("Lake", "<<<<<<< HEAD\nA lake.\n=======\nA pond.\n>>>>>>> other")
    elif what == "away":
        forge.git("rm", "--quiet", str(forge.file("Lake")))
    else:
        (forge.folder / "site.json").write_text("{}")
    forge.git("commit", "--quiet", "--no-verify", "-am", "Merge")
    said = {"marks": "marks of a merge conflict", "away": "would be removed", "table": "written by wikigit alone"}
    assert said[what] in refused(hub, forge)


# The command


def test_the_command_in_ci(hub: Hub, kit: Kit, forge: Forge) -> None:
    """A job works in a mirror, and has fetched the request's commit."""
    edit = kit.changes("Ngozi", "a market", "a large market")
    sent(hub, kit)
    git(hub.folder, "clone", "--quiet", "--mirror", str(hub.store.path), "ci.git")
    done = call(hub.folder, "wikigit", "-C", "ci.git", "hub", "check", f"kits/{kit.id}")
    assert (done.returncode, done.stdout) == (0, f"{edit.id} Ngozi, by {edit.name}\n")
    done = call(hub.folder, "wikigit", "-C", "ci.git", "--json", "hub", "check", f"kits/{kit.id}")
    assert json.loads(done.stdout)["id"] == edit.id
    forge.commits("Lake", lambda text: text.replace("deep", "very deep"), "Depth")
    forge.commits("Ngozi", lambda text: text.replace("a school", "two schools"), "Schools")
    git(hub.folder / "ci.git", "fetch", "--quiet", str(forge.folder), "request")
    done = call(hub.folder, "wikigit", "-C", "ci.git", "hub", "check", "--base", "main", forge.git("rev-parse", "HEAD"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("error: ") == done.stderr.count(" next: ") == 2
    done = call(hub.folder, "wikigit", "-C", "ci.git", "hub", "check", "0" * 40)
    assert (done.returncode, "There is no commit" in done.stderr) == (1, True)
