"""Hooks, with real git: what a volunteer commits in a clone, and what a hub lets be pushed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests.clone import Clone, call, git, wikigit
from tests.journey import Hub, outcomes
from wikigit.core.receipt import Outcome
from wikigit.hub import hooks
from wikigit.repo import layout
from wikigit.repo.store import Store

NGOZI = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school."
TOP = Path(__file__).parents[2]


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    wiki.person_edits("Lake", "A lake.")
    hub = Hub(tmp_path, wiki)
    hooks.install(hub.store.hooks, hooks.HUB)
    return hub


@pytest.fixture
def clone(hub: Hub, tmp_path: Path) -> Clone:
    return Clone(hub, tmp_path / "clone")


def test_the_hooks_at_the_top_of_the_project_are_those_that_are_installed() -> None:
    for name in hooks.ALL:
        file = TOP / "hooks" / name
        assert file.read_text() == hooks.text(name)
        assert os.access(file, os.X_OK)


# A commit of a page


def test_a_commit_of_a_page_gets_its_trailers(clone: Clone) -> None:
    clone.write("Ngozi", NGOZI.replace("a market", "a large market"))
    clone.git("commit", "-am", "Say how large the market is")
    edit = clone.edit()
    assert (str(edit.title), edit.summary, edit.kit, edit.credit) == (
        "Ngozi",
        "Say how large the market is",
        "hub",
        "Vera",
    )
    assert (edit.before, edit.after) == (NGOZI, NGOZI.replace("a market", "a large market"))
    assert edit.base_revision == 1


def test_a_new_page_needs_only_the_right_path(clone: Clone) -> None:
    clone.write("Talk:Ngozi", "Which market?")
    clone.git("add", ".")
    clone.git("commit", "-m", "Ask")
    assert (str(clone.edit().title), clone.edit().before, clone.edit().base_revision) == ("Talk:Ngozi", None, None)


def test_further_commits_get_ids_of_their_own(clone: Clone) -> None:
    clone.write("Lake", "A deep lake.")
    clone.git("commit", "-am", "Depth")
    clone.write("Lake", "A deep, old lake.")
    clone.git("commit", "-am", "Age")
    assert clone.edit("HEAD").id != clone.edit("HEAD~").id
    assert clone.edit("HEAD").contributor == clone.edit("HEAD~").contributor


def test_a_volunteer_may_also_commit_on_the_clones_main(clone: Clone) -> None:
    clone.git("switch", "--quiet", "main")
    for wikitext in ("A deep lake.", "A deep, old lake."):
        clone.write("Lake", wikitext)
        clone.git("commit", "-am", "Lake")
    assert clone.edit().after == "A deep, old lake."


def test_only_what_is_committed_counts(clone: Clone) -> None:
    """`git commit -a` and `git commit PATH` each have an index of their own, which git names to its hooks."""
    lake, ngozi = clone.write("Lake", "A deep lake."), clone.write("Ngozi", "Ngozi is large.")
    clone.git("add", ".")
    clone.git("commit", "-m", "Only the lake", str(lake))
    assert str(clone.edit().title) == "Lake"
    clone.git("reset", "--quiet")
    clone.write("Lake", "A lake again.")
    assert "several pages" in clone.refused("commit", "-am", "Both")
    clone.git("commit", "-m", "Only Ngozi", str(ngozi))
    assert str(clone.edit().title) == "Ngozi"


def test_a_commit_in_a_second_worktree_is_checked_too(clone: Clone, tmp_path: Path) -> None:
    clone.git("worktree", "add", "--quiet", str(tmp_path / "second"), "-b", "second")
    clone.folder = tmp_path / "second"
    wikigit(clone.folder, "hooks", "install")
    clone.write("Lake", "A deep lake.")
    clone.git("commit", "-am", "Depth")
    assert clone.edit().after == "A deep lake."
    clone.write("Lake", "A deep lake. ")
    assert "would store Lake otherwise" in clone.refused("commit", "-am", "Space")


def test_two_pages_need_two_commits(clone: Clone) -> None:
    clone.write("Ngozi", "Ngozi.")
    clone.write("Lake", "Lake.")
    assert "error: This commit changes several pages." in clone.refused("commit", "-am", "Both")


@pytest.mark.parametrize("wikitext", ["A lake. ", "A lake.\n\nDeep.\n", "E\u0301tang"])
def test_a_text_that_the_wiki_would_change_is_refused(clone: Clone, wikitext: str) -> None:
    clone.write("Lake", wikitext)
    assert "error: The wiki would store Lake otherwise." in clone.refused("commit", "-am", "Lake")


def test_everything_that_is_wrong_is_said_at_once(clone: Clone) -> None:
    clone.write("Lake", "A lake. ")
    clone.write("Ngozi", "Ngozi. ")
    said = clone.refused("commit", "-am", "Spaces")
    assert "store Lake otherwise" in said
    assert "store Ngozi otherwise" in said


def test_windows_line_ends_become_line_feeds(clone: Clone) -> None:
    clone.write("Lake", "A lake.\r\nDeep.")
    clone.git("commit", "-am", "Lines")
    assert clone.edit().after == "A lake.\nDeep."


def test_a_path_made_by_hand_is_refused(clone: Clone) -> None:
    for name in ("pages/main/00/00/Lake.wiki", "pages/Lake.wiki", "pages/main/Notes.txt"):
        file = clone.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("A lake.")
        clone.git("add", ".")
        assert "is not the path of a page" in clone.refused("commit", "-m", "By hand")
        clone.git("rm", "--quiet", "-f", name)


def test_pages_are_neither_removed_nor_made_programs(clone: Clone) -> None:
    clone.git("rm", "--quiet", str(clone.file("Lake")))
    assert "Lake would be removed" in clone.refused("commit", "-m", "Away")
    clone.git("reset", "--quiet", "--hard")
    clone.file("Lake").chmod(0o755)
    assert "Lake would be no plain file" in clone.refused("commit", "-am", "Run")


def test_what_wikigit_computes_is_left_alone(clone: Clone) -> None:
    (clone.folder / "site.json").write_text("{}")
    assert "site.json is written by wikigit alone" in clone.refused("commit", "-am", "Facts")


def test_peoples_own_files_are_committed_as_they_are(clone: Clone) -> None:
    (clone.folder / "README.md").write_text("Hello. \n")
    clone.git("add", ".")
    clone.git("commit", "-m", "A readme", "-m", "Wikis are many.")
    assert clone.message() == "A readme\n\nWikis are many."


# Its message


def test_a_message_from_an_editor_loses_its_comments_and_its_diff(clone: Clone) -> None:
    clone.write("Lake", "A deep lake.")
    clone.git("commit", "-av", GIT_EDITOR='sh -c \'printf "Depth\\n" | cat - "$1" > m && cp m "$1"\' x')
    assert clone.edit().summary == "Depth"


def test_a_number_sign_from_the_command_line_is_no_comment(clone: Clone) -> None:
    clone.write("Lake", "A deep lake.")
    clone.git("commit", "-am", "#1 of the list")
    assert clone.edit().summary == "#1 of the list"


def test_an_empty_message_still_stops_the_commit(clone: Clone) -> None:
    clone.write("Lake", "A deep lake.")
    done = call(clone.folder, "git", "commit", "-a", GIT_EDITOR="sh -c ': > \"$1\"' x")
    assert done.returncode != 0
    assert clone.git("rev-parse", "vera") == clone.git("rev-parse", "main")


def test_words_that_an_edit_has_no_room_for_are_not_lost(clone: Clone) -> None:
    clone.write("Lake", "A deep lake.")
    assert "a message of one line" in clone.refused("commit", "-am", "Depth", "-m", "A long story.")
    clone.git("commit", "-a", "--signoff", "-m", "Depth")
    assert "Signed-off-by: Vera <vera@volunteers.example>" in clone.message()
    assert clone.edit().summary == "Depth"


def test_the_credit_is_the_commits_author(clone: Clone) -> None:
    clone.write("Lake", "A deep lake.")
    clone.git("commit", "-am", "Depth", "--author", "Jean <jean@volunteers.example>")
    assert clone.edit().credit == "Jean"
    clone.write("Lake", "An old lake.")
    refused = clone.refused("commit", "-am", "Age", "--author", "Jean (library) <jean@volunteers.example>")
    assert "A credit cannot hold ( )" in refused


def test_a_volunteer_may_say_more_in_trailers_but_not_who_somebody_is(clone: Clone) -> None:
    clone.write("Lake", "A deep lake.")
    clone.git("commit", "-am", "Depth", "-m", "Wikigit-Minor: yes\nWikigit-Translated-From: fr:Lac")
    assert (clone.edit().minor, clone.edit().translated_from) == (True, "fr:Lac")
    clone.write("Lake", "An old lake.")
    for line in (
        "Wikigit-Contributor: c-00000000",
        "Wikigit-Undoes: yesterday",
        "Wikigit-Minor: no",
        "wikigit-edit: x",
    ):
        clone.refused("commit", "-am", "Age", "-m", line)


def test_amending_keeps_the_edit_and_its_page(clone: Clone) -> None:
    clone.write("Lake", "A deep lake.")
    clone.git("commit", "-am", "Depth")
    first = clone.edit()
    clone.write("Lake", "A very deep lake.")
    clone.git("commit", "-a", "--amend", "--no-edit")
    assert (clone.edit().id, clone.edit().after) == (first.id, "A very deep lake.")
    clone.write("Ngozi", "Ngozi.")
    assert "These trailers are of Lake, not of Ngozi." in clone.refused("commit", "-a", "--amend", "--no-edit")


def test_a_merge_of_a_newer_main_is_no_edit(clone: Clone, hub: Hub) -> None:
    clone.write("Lake", "A deep lake.")
    clone.git("commit", "-am", "Depth")
    hub.wiki.person_edits("Ngozi", "Ngozi.")  # type: ignore[attr-defined]
    hub.wiki.person_edits("Lake", "A lake with fish.")  # type: ignore[attr-defined]
    hub.fetches()
    clone.git("fetch", "--quiet")
    assert call(clone.folder, "git", "merge", "--quiet", "origin/main").returncode != 0  # the lake
    clone.write("Lake", "A deep lake with fish.")
    clone.git("commit", "-am", "Merge main")
    clone.git("push", "--quiet", "origin", "vera")


# Installing


def branches(clone: Clone, ours: str, theirs: str) -> None:
    """Two branches that change the page of Ngozi; the clone stands on ours."""
    clone.git("branch", "theirs")
    clone.write("Ngozi", ours)
    clone.git("commit", "-am", "ours")
    clone.git("switch", "--quiet", "theirs")
    clone.write("Ngozi", theirs)
    clone.git("commit", "-am", "theirs")
    clone.git("switch", "--quiet", "vera")


def test_plain_git_merges_two_changes_of_one_line(clone: Clone) -> None:
    line = "The large market of the town is open on every Saturday and people come from far away."
    clone.write("Ngozi", line)
    clone.git("commit", "-am", "one line")
    branches(clone, line.replace("large", "old"), line.replace("far away", "all hills"))
    clone.git("merge", "--quiet", "theirs")
    both = line.replace("large", "old").replace("far away", "all hills")
    assert clone.file("Ngozi").read_text(encoding="utf-8") == both


def test_what_plain_git_cannot_merge_has_no_markers_and_stays_unmerged(clone: Clone) -> None:
    ours, theirs = NGOZI.replace("a market", "an old market"), NGOZI.replace("a market", "two markets")
    branches(clone, ours, theirs.replace("a school", "one school"))
    done = call(clone.folder, "git", "merge", "theirs")
    assert done.returncode != 0
    assert "Places that need you: 1." in done.stderr
    assert clone.file("Ngozi").read_text(encoding="utf-8") == ours.replace("a school", "one school")
    assert "UU" in clone.git("status", "--short")


def test_another_programs_hook_is_left_alone(clone: Clone) -> None:
    hook = clone.folder / ".git/hooks/commit-msg"
    hook.write_bytes(b"#!/bin/sh\nexit 0 # \xff\n")
    done = call(clone.folder, "wikigit", "hooks", "install")
    assert done.returncode == 1
    assert "There is a commit-msg hook already." in done.stderr
    assert hook.read_bytes().startswith(b"#!/bin/sh\nexit 0")


def test_hooks_that_git_would_not_look_at_are_not_installed(clone: Clone) -> None:
    clone.git("config", "core.hooksPath", ".husky")
    done = call(clone.folder, "wikigit", "hooks", "install")
    assert done.returncode == 1
    assert "core.hooksPath" in done.stderr


# A push to the hub


def test_a_volunteers_branch_is_pushed_merged_and_published_with_credit(clone: Clone, hub: Hub) -> None:
    clone.write("Ngozi", NGOZI.replace("a market", "a large market"))
    clone.git("commit", "-am", "Say how large the market is")
    clone.git("push", "--quiet", "origin", "vera")
    done = call(hub.folder, "wikigit", "-C", "hub.git", "hub", "merge", "vera", "--by", "Vera")
    assert done.returncode == 0, done.stderr
    edit = clone.edit()
    assert done.stdout == f"{edit.id} merged Ngozi\n"
    assert hub.page("Ngozi") == NGOZI.replace("a market", "a large market")
    assert outcomes(hub.publishes()) == ["published"]
    head = hub.wiki.heads([edit.title])[edit.title]
    assert head is not None
    assert head.summary.startswith("Vera (offline): Say how large the market is #wikigit wg:")
    assert call(hub.folder, "wikigit", "-C", "hub.git", "hub", "merge", "vera").stdout == ""
    hub.fetches()
    assert (hub.queue(), hub.outcome(edit)) == ([], Outcome.PUBLISHED)


def test_a_page_pushed_straight_to_main_is_refused(clone: Clone, hub: Hub) -> None:
    clone.write("Lake", "A deep lake.")
    clone.git("commit", "-am", "Depth")
    before = hub.store.tip(layout.MAIN)
    assert "on main without wikigit" in clone.refused("push", "origin", "vera:main")
    assert Store(hub.store.path).tip(layout.MAIN) == before


def test_peoples_files_are_pushed_to_main(clone: Clone, hub: Hub) -> None:
    clone.git("switch", "--quiet", "main")
    (clone.folder / "README.md").write_text("Hello.\n")
    clone.git("add", ".")
    clone.git("commit", "-m", "A readme")
    clone.git("push", "--quiet", "origin", "main")
    kit = hub.kit("school")
    edit = kit.writes("Lake", "A deep lake.")
    hub.receives(kit.sends())
    hub.merges(kit)
    assert hub.store.file(hub.store.need(layout.MAIN, ""), "README.md") == b"Hello.\n"
    assert hub.queue() == [edit.id]


def test_a_page_without_trailers_is_refused_rather_than_passed_over(clone: Clone) -> None:
    clone.write("Lake", "A deep lake.")
    clone.git("commit", "--no-verify", "-am", "Depth")
    assert "has no trailers" in clone.refused("push", "origin", "vera")
    clone.git("reset", "--quiet", "--soft", "main")
    clone.git("commit", "-m", "Depth")
    clone.git("push", "--quiet", "origin", "vera")


def test_a_kits_branch_is_neither_deleted_nor_rewound(clone: Clone, hub: Hub) -> None:
    branch, kit = kits_branch(hub)
    git(hub.folder, "--git-dir", str(hub.store.path), "config", "receive.denyDeletes", "false")
    git(hub.folder, "--git-dir", str(hub.store.path), "config", "receive.denyNonFastForwards", "false")
    clone.git("fetch", "--quiet")
    assert "is never deleted" in clone.refused("push", "origin", f":{branch}")
    assert "only ever grows" in clone.refused("push", "--force", "origin", f"main:{branch}")
    assert Store(hub.store.path).tip(layout.kit(kit)) is not None


def test_a_malformed_edit_on_a_kits_branch_is_refused(clone: Clone, hub: Hub) -> None:
    branch, kit = kits_branch(hub)
    clone.git("fetch", "--quiet")
    clone.git("switch", "--quiet", "--detach", f"origin/{branch}")
    clone.write("Lake", "A lake. Forged.")
    clone.git("commit", "--no-verify", "-am", "No trailers")
    assert "The trailer Wikigit-Page is missing" in clone.refused("push", "origin", f"HEAD:refs/heads/{branch}")
    clone.git("reset", "--quiet", "--soft", f"origin/{branch}")
    clone.git("commit", "-m", "As a volunteer")
    assert f"it is of hub, not of {kit}" in clone.refused("push", "origin", f"HEAD:refs/heads/{branch}")


def kits_branch(hub: Hub) -> tuple[str, str]:
    """A branch with one kit's edit at the hub: its short name, and the kit."""
    kit = hub.kit("school")
    kit.writes("Lake", "A deep lake.")
    hub.receives(kit.sends())
    return f"kits/{kit.id}", kit.id
