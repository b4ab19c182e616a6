"""Main is a function of upstream and the queue: who forges it is found out, who adds files of their own is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from testing.memory_wiki import Killed, MemoryWiki
from tests.journey import DAY, NGOZI, VOLUNTEER, Hub, Kit, merged, outcomes
from wikigit.bridge import publish
from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.site import Site
from wikigit.repo import edits, layout, mainline, queue, receipts, tables
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.repo.verify import State, verify
from wikigit.wikitext import replay as replaying
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.replay import Replayed, Waiting


def states(store: Store) -> dict[str, State]:
    return {finding.check: finding.state for finding in verify(store)}


def commits(hub: Hub, ref: str, files: dict[str, bytes | None], text: str = "By hand\n") -> str:
    """Somebody commits files to a ref with plain Git."""
    tip = hub.store.need(ref, "")
    tree = hub.store.tree_with(hub.store.read(tip).tree, files)
    commit = hub.store.commit(tree, [tip], text, author=edits.signature("hub", DAY))
    hub.store.move([Move(ref, tip, commit)])
    return commit


def computed(hub: Hub) -> str:
    """The message of main's tip, with all that wikigit writes into it."""
    return hub.store.read(mainline.read(hub.store).tip).text


# What verify finds


def test_main_that_nobody_forged_is_right(hub: Hub, kit: Kit) -> None:
    kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    kit.receives(hub.sends())
    for store in (hub.store, kit.store):
        assert set(states(store).values()) == {State.OK}


def forge_a_page(hub: Hub) -> None:
    commits(hub, layout.MAIN, {layout.page(hub.title("Ngozi")): b"Ngozi is mine."}, computed(hub))


def forge_a_page_by_hand(hub: Hub) -> None:
    commits(hub, layout.MAIN, {layout.page(hub.title("Ngozi")): b"Ngozi is mine."})


def forge_a_page_that_nobody_wrote(hub: Hub) -> None:
    commits(hub, layout.MAIN, {layout.page(hub.title("Gitega")): b"Gitega is mine."}, computed(hub))


def remove_a_page(hub: Hub) -> None:
    commits(hub, layout.MAIN, {layout.page(hub.title("Lake")): None}, computed(hub))


def remove_a_row(hub: Hub) -> None:
    commits(hub, layout.MAIN, {layout.queue(hub.title("Ngozi")): None}, computed(hub))


def forge_a_row(hub: Hub) -> None:
    """Name another commit, which says that it is this edit."""
    main = mainline.read(hub.store)
    entry = main.entries[0]
    edit = edits.read(hub.store, entry.commit, main.site)
    forged = edits.write(hub.store, edit, main.tip, wikitext="Ngozi is mine.", committer="hub")
    row = tables.write([(entry.title, entry.place, entry.edit, forged)])
    commits(hub, layout.MAIN, {layout.queue(entry.title): row}, computed(hub))


def rename_a_row(hub: Hub) -> None:
    """Let a row say that its commit is another edit than the commit says."""
    entry = mainline.read(hub.store).entries[0]
    row = tables.write([(entry.title, entry.place, "e-" + "0" * 16, entry.commit)])
    commits(hub, layout.MAIN, {layout.queue(entry.title): row}, computed(hub))


def move_a_row(hub: Hub) -> None:
    """Let a row stand for a page that its commit does not change."""
    main = mainline.read(hub.store)
    entry, lake = main.entries[0], hub.title("Lake")
    row = tables.write([(lake, entry.place, entry.edit, entry.commit)])
    upstream_page = hub.store.wikitext(main.upstream, entry.title) or ""
    files = {
        layout.queue(entry.title): None,
        layout.queue(lake): row,
        layout.page(entry.title): upstream_page.encode(),
    }
    commits(hub, layout.MAIN, files, computed(hub))


def double_a_row(hub: Hub) -> None:
    """Let an edit stand in the queue twice: the second time it changes nothing."""
    entry = mainline.read(hub.store).entries[0]
    rows = [(entry.title, place, entry.edit, entry.commit) for place in (1, 2)]
    commits(hub, layout.MAIN, {layout.queue(entry.title): tables.write(rows)}, computed(hub))


def forge_upstream(hub: Hub) -> None:
    commits(hub, layout.UPSTREAM, {layout.page(hub.title("Ngozi")): b"Ngozi is mine."})


def forge_sites_facts(hub: Hub) -> None:
    site = hub.store.file(mainline.read(hub.store).tip, layout.SITE) or b""
    commits(hub, layout.MAIN, {layout.SITE: site + b"\n"}, computed(hub))


@pytest.mark.parametrize(
    "forge",
    [
        forge_a_page,
        forge_a_page_by_hand,
        forge_a_page_that_nobody_wrote,
        remove_a_page,
        remove_a_row,
        forge_a_row,
        rename_a_row,
        move_a_row,
        double_a_row,
        forge_upstream,
        forge_sites_facts,
    ],
)
def test_a_forged_main_is_wrong(hub: Hub, kit: Kit, forge: Callable[[Hub], None]) -> None:
    kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    assert states(hub.store)["main"] is State.OK
    forge(hub)
    assert states(hub.store)["main"] is State.WRONG


def test_a_forged_accepted_commit_of_another_page_is_refused_before_the_wiki_sees_it(
    hub: Hub, kit: Kit, wiki: MemoryWiki
) -> None:
    kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    move_a_row(hub)
    with pytest.raises(RepoError, match="says that the commit"):
        hub.publishes()
    assert wiki.requests == []


def test_nothing_is_fetched_onto_a_forged_upstream(hub: Hub, wiki: MemoryWiki) -> None:
    forge_upstream(hub)
    wiki.person_edits("Lake", "A large lake.")
    with pytest.raises(RepoError, match="upstream without wikigit"):
        hub.fetches()


def test_another_merge_version_is_not_checked_and_no_error(hub: Hub, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "VERSION", "another-1")
    kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    assert states(hub.store)["main"] is State.NOT_CHECKED
    done = wikigit(hub.store.path, "verify")
    assert done.returncode == 0, done.stderr
    assert "main: not checked. main was made by merge version another-1;" in done.stdout


def test_verify_says_wrong_and_what_next(hub: Hub, kit: Kit) -> None:
    kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    forge_a_page(hub)
    done = wikigit(hub.store.path, "verify")
    assert done.returncode == 1
    assert "main: wrong. pages/" in done.stdout
    assert "\n next: " in done.stderr


def wikigit(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The program itself."""
    command = [sys.executable, "-c", "from wikigit.cli.main import main; main()", "-C", str(place), *words]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)


# People's own files


def test_peoples_own_files_on_main_stay(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    attributes = hub.store.file(hub.store.need(layout.MAIN, ""), ".gitattributes")
    assert attributes
    commits(hub, layout.MAIN, {"README.md": b"# Our wiki\n", "docs/how.md": b"So.\n"})
    kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    wiki.person_edits("Lake", "A large lake.")
    hub.fetches()
    commits(hub, layout.MAIN, {".gitattributes": attributes + b"*.md text\n"})
    assert outcomes(hub.publishes()) == ["published"]
    hub.fetches()
    main = hub.store.need(layout.MAIN, "")
    assert hub.store.file(main, "README.md") == b"# Our wiki\n"
    assert hub.store.file(main, "docs/how.md") == b"So.\n"
    assert hub.store.file(main, ".gitattributes") == attributes + b"*.md text\n"
    assert set(states(hub.store).values()) == {State.OK}
    kit.receives(hub.sends())
    assert set(states(kit.store).values()) == {State.OK}


def test_a_page_committed_on_main_by_hand_is_refused_with_a_sentence(hub: Hub, kit: Kit) -> None:
    kit.changes("Ngozi", "a market", "a large market")
    hub.receives(kit.sends())
    page, good = layout.page(hub.title("Ngozi")), hub.store.need(layout.MAIN, "")
    forge_a_page_by_hand(hub)
    for does in (lambda: hub.merges(kit), hub.fetches, hub.publishes, hub.sends):
        with pytest.raises(RepoError, match=r"Somebody changed pages/.* on main without wikigit\.") as refused:
            does()
        assert "wikigit hub reconcile --by NAME" in refused.value.hint
    commits(hub, layout.MAIN, {page: NGOZI.encode()}, 'Revert "By hand"\n')
    assert outcomes(hub.merges(kit).receipts) == ["merged"]
    assert hub.store.contains(hub.store.need(layout.MAIN, ""), good)


def test_what_another_merge_no_longer_takes_is_answered(hub: Hub, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    second = kit.writes("Lake", "A large lake.")
    real = replaying.replay

    def stricter(wikitext: str | None, edits: list[queue.Accepted], site: Site) -> Replayed[queue.Accepted]:
        done = real(wikitext, [e for e in edits if e.edit.id != first.id], site)
        return replace(done, waiting=tuple(Waiting(e, Conflict()) for e in edits if e.edit.id == first.id))

    monkeypatch.setattr(replaying, "replay", stricter)
    hub.receives(kit.sends())
    told = {receipt.edit: receipt.outcome for receipt in hub.merges(kit).receipts}
    assert told == {second.id: Outcome.MERGED, first.id: Outcome.MERGE_CONFLICT}
    assert hub.queue() == [second.id]
    assert hub.outcome(first) is Outcome.MERGE_CONFLICT


# Declining: more in test_declines


def test_nothing_is_declined_while_it_is_on_its_way(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    first = kit.changes("Ngozi", "a market", "a large market", by="Jean")
    second = kit.changes("Ngozi", "a school", "two schools", by="Aline")
    merged(hub, kit)
    run = publish.publish(hub.store, wiki, by=VOLUNTEER, day=DAY)
    assert next(run).edit == first.id
    with pytest.raises(RepoError, match="The bridge has begun to publish"):
        hub.declines(second)
    assert outcomes(run) == ["published"]
    with pytest.raises(RepoError, match="answered already: published"):
        hub.declines(second)


# What the wiki's people do in between


def test_an_answer_that_comes_after_the_next_run_began_is_still_ours(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market", by="Jean")
    merged(hub, kit)
    wiki.stop_after(0, late=True)
    with pytest.raises(Killed):
        hub.publishes()
    assert outcomes(hub.publishes()) == ["published"]
    assert [(r.account, r.id) for r in wiki.saved][-1] == ("Bridge", int(standing(hub, edit).ref))
    hub.fetches()
    assert edits.published(hub.store, hub.store.need(layout.UPSTREAM, "")) == {edit.id}


def test_what_an_administrator_undid_is_not_sent_again(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market", by="Jean")
    merged(hub, kit)
    assert outcomes(hub.publishes()) == ["published"]
    wiki.deletes("Ngozi")
    wiki.restores("Ngozi", 1)
    assert hub.publishes() == []
    assert (hub.queue(), hub.page("Ngozi")) == ([], NGOZI)
    assert len(wiki.requests) == 1
    assert hub.outcome(edit) is Outcome.PUBLISHED


def test_a_page_brought_back_without_its_newest_revision_is_fetched_as_it_is(
    hub: Hub, kit: Kit, wiki: MemoryWiki
) -> None:
    wiki.person_edits("Ngozi", "Somebody's nonsense.")
    hub.fetches()
    wiki.deletes("Ngozi")
    wiki.restores("Ngozi", 1)
    hub.fetches()
    assert hub.page("Ngozi") == NGOZI
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    assert outcomes(hub.publishes()) == ["published"]
    assert hub.outcome(edit) is Outcome.PUBLISHED


def standing(hub: Hub, edit: Edit) -> Receipt:
    return receipts.standing(hub.store)[edit.id]
