"""What has to go from every copy goes: from the hub, the kits, their parcels; and everything else goes on."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from testing.memory_wiki import Killed, MemoryWiki
from tests.clone import Clone
from tests.git.test_declines import wikigit
from tests.journey import DAY, NGOZI, Hub, Kit, Stick, merged, outcomes
from wikigit.core.errors import ParcelError, RepoError, WikigitError
from wikigit.core.receipt import Outcome
from wikigit.hub import going, hooks, redact
from wikigit.hub.going import Wanted
from wikigit.hub.redact import Redacted
from wikigit.kit import erase
from wikigit.repo import bundle, git, hidden, layout, parcel, verify
from wikigit.repo.store import Store
from wikigit.wikitext.resolve import Choice

SECRET = "Mister Buyoya of the third house owes money to all of them."
NAME = "Jane Q Public"
SALT = b"0" * 32
HIDDEN = Wanted()


def redacts(hub: Hub, wanted: Wanted = HIDDEN) -> Redacted:
    return redact.redact(hub.store, going.plan(hub.store, wanted, SALT), DAY)


def everything(store: Store) -> bytes:
    """All that a repository's folder holds: every object, reached or not, and every file beside them as it is."""
    listed = git.run(store.path, "cat-file", "--batch", "--batch-all-objects", "--unordered")
    files = [file for file in store.path.rglob("*") if file.is_file() and "objects" not in file.parts]
    return listed + b"".join(file.read_bytes() for file in files)


def on_stick(stick: Stick, hub: Hub, folder: Path) -> bytes:
    """All that a stick's parcels hold, each unpacked beside what the hub holds, which has been looked through."""
    told = b""
    for file in parcel.files(stick.folder, parcel.DOWN):
        told += file.read_bytes()
        for packed in parcel.read(file).files:
            place = Store.create(folder / packed.name)
            git.run(place.path, "fetch", "--quiet", str(hub.store.path), "refs/*:refs/hub/*")
            git.run(place.path, "fetch", "--quiet", str(packed), "refs/*:refs/*")
            told += everything(place)
    return told


def hidden_here(hub: Hub) -> list[hidden.Held]:
    return list(hidden.held(hub.store, hub.store.need(layout.UPSTREAM, "")))


def is_sound(store: Store) -> bool:
    return {finding.state for finding in verify.verify(store)} <= {verify.State.OK}


@pytest.fixture
def story(hub: Hub, wiki: MemoryWiki, kit: Kit) -> int:
    """A secret was on the wiki; the kit has it, an edit stands on it, one is published, and the wiki hides it now."""
    kit.writes("Lake", "A deep lake.", by="Aline", credit="Aline")
    merged(hub, kit)
    hub.publishes()
    hub.fetches()
    told = wiki.person_edits("Ngozi", f"{NGOZI}\n\n{SECRET}", account=NAME)
    hub.fetches()
    kit.receives(hub.sends())
    return told


def hides(hub: Hub, wiki: MemoryWiki, told: int) -> None:
    back = wiki.undoes(told, summary=f"Undid the edit of {NAME}")
    wiki.hides(told, name=True)
    hub.fetches()
    assert back


def test_a_hidden_text_and_name_go_from_hub_kit_and_parcels(
    hub: Hub, wiki: MemoryWiki, kit: Kit, story: int, tmp_path: Path
) -> None:
    on_secret = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    waits = kit.changes("Ngozi", "a school", "two schools")
    hides(hub, wiki, story)
    assert SECRET.encode() in everything(hub.store)
    assert NAME.encode() in everything(hub.store)
    before, queue, receipt = hub.page("Ngozi"), hub.queue(), hub.receipt(on_secret)

    assert redacts(hub).epoch == 1

    stick = hub.sends(new=True)
    for words in (SECRET, NAME):
        assert words.encode() not in everything(hub.store)
        assert words.encode() not in on_stick(stick, hub, tmp_path / words[:4])
    assert (hub.page("Ngozi"), hub.queue(), hub.receipt(on_secret)) == (before, queue, receipt)
    assert is_sound(hub.store)
    assert hidden_here(hub) == []

    assert SECRET.encode() in everything(kit.store)
    kit.receives(stick)
    for words in (SECRET, NAME):
        assert words.encode() not in everything(kit.store)
    assert is_sound(kit.store)
    assert kit.page("Ngozi") == NGOZI.replace("a market", "a large market").replace("a school", "two schools")
    assert not (kit.store.path / "wikigit.forgetting").exists()

    merged(hub, kit)
    assert outcomes(hub.publishes()) == ["published", "published"]
    hub.fetches()
    kit.receives(hub.sends())
    assert {edit.id: kit.told(edit) for edit in (on_secret, waits)} == {
        on_secret.id: Outcome.PUBLISHED,
        waits.id: Outcome.PUBLISHED,
    }


def test_every_kit_comes_to_the_same_histories_as_the_hub(hub: Hub, wiki: MemoryWiki, kit: Kit, story: int) -> None:
    other = hub.kit("library")
    one = other.changes("Lake", "A deep lake.", "A very deep lake.", by="Ines")
    mine = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, other)
    merged(hub, kit)
    for each in (kit, other):
        each.receives(hub.sends())
    hides(hub, wiki, story)
    last = other.changes("Ngozi", "a school", "two schools", by="Ines")
    redacts(hub)
    stick = hub.sends()
    for each in (kit, other):
        each.receives(stick)
        assert each.store.tip(layout.MAIN) == hub.store.tip(layout.MAIN)
        assert each.store.tip(layout.kit(each.id)) == hub.store.tip(layout.kit(each.id))
        assert SECRET.encode() not in everything(each.store)
        assert is_sound(each.store)
    hub.receives(other.sends())
    assert [got.edits for got in hub.receives(kit.sends())] == [()]
    assert set(outcomes(hub.merges().receipts)) == {"merged"}
    assert set(hub.queue()) == {one.id, mine.id, last.id}


def test_what_was_on_its_way_comes_one_parcel_later(hub: Hub, wiki: MemoryWiki, kit: Kit, story: int) -> None:
    new = hub.kit("new")
    edits = [each.changes("Lake", "deep", f"deep, {each.id}", by="Ines") for each in (kit, new)]
    sticks = [each.sends() for each in (kit, new)]
    hides(hub, wiki, story)
    redacts(hub)
    for stick in sticks:
        with pytest.raises(ParcelError, match="has to go from every copy"):
            hub.receives(stick)
    assert SECRET.encode() not in everything(hub.store)
    down = hub.sends()
    for each, edit in zip((kit, new), edits, strict=True):
        each.receives(down)
        (got,) = hub.receives(each.sends())
        assert [found.id for found in got.edits] == [edit.id]


def test_what_was_on_its_way_comes_at_once_where_it_holds_nothing_of_it(hub: Hub, kit: Kit) -> None:
    other = hub.kit("library")
    bad = kit.writes("Ngozi", f"{NGOZI}\n\n{SECRET}")
    hub.receives(kit.sends())
    hub.declines(bad)
    edit = other.changes("Lake", "A lake.", "A deep lake.")
    sticks = other.sends(), kit.sends(full=True)
    redacts(hub, Wanted(edits=[bad.id]))
    (got,) = hub.receives(sticks[0])
    assert [found.id for found in got.edits] == [edit.id]
    with pytest.raises(ParcelError, match="has to go from every copy"):
        hub.receives(sticks[1])
    down = hub.sends()
    for each in (kit, other):
        each.receives(down)
        hub.receives(each.sends())
        assert SECRET.encode() not in everything(each.store)
    assert SECRET.encode() not in everything(hub.store)


def test_an_older_parcel_brings_nothing_back(hub: Hub, wiki: MemoryWiki, kit: Kit, story: int) -> None:
    old = hub.sends(full=True)
    hides(hub, wiki, story)
    redacts(hub)
    new = hub.sends()
    kit.receives(new)
    for stick in (old, old):
        with pytest.raises(ParcelError, match="taken out of every copy"):
            kit.receives(stick)
    assert SECRET.encode() not in everything(kit.store)


def test_an_edit_whose_own_words_had_to_go_waits_and_never_goes_out(
    hub: Hub, wiki: MemoryWiki, kit: Kit, story: int
) -> None:
    longer = kit.changes("Ngozi", SECRET, f"{SECRET} Ask him!")
    also = kit.changes("Ngozi", "a market", "a large market")
    hides(hub, wiki, story)
    redacts(hub)
    kit.receives(hub.sends())
    assert SECRET.encode() not in everything(kit.store)
    assert kit.page("Ngozi") == NGOZI.replace("a market", "a large market")
    assert {mine.edit.id: mine.place for mine in kit.mine()}[longer.id] == "beside"
    hub.receives(kit.sends())
    told = {receipt.edit: receipt.outcome for receipt in hub.merges(kit).receipts}
    assert told[also.id] is Outcome.MERGED
    assert told.get(longer.id, kit.told(longer)) in (Outcome.MERGE_CONFLICT, Outcome.DEPENDS_ON)
    assert outcomes(hub.publishes()) == ["published"]
    assert "redacted" not in (hub.page("Ngozi") or "")


def test_a_declined_edits_words_go_from_its_kits_branch_and_its_author_keeps_the_answer(hub: Hub, kit: Kit) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\n{SECRET}")
    kept = kit.changes("Lake", "A lake.", "A deep lake.")
    hub.receives(kit.sends())
    with pytest.raises(RepoError, match="has no answer yet"):
        redacts(hub, Wanted(edits=[edit.id]))
    hub.declines(edit, say=f"No: {SECRET}")
    redacts(hub, Wanted(edits=[edit.id]))
    assert SECRET.encode() not in everything(hub.store)
    kit.receives(hub.sends())
    assert SECRET.encode() not in everything(kit.store)
    assert (kit.told(edit), kit.receipt(edit).said) == (Outcome.DECLINED, "(redacted)")
    assert set(outcomes(hub.merges(kit).receipts)) == {"merged"}
    assert hub.queue() == [kept.id]


def test_what_is_said_and_what_is_put_aside_goes_too(hub: Hub, wiki: MemoryWiki, kit: Kit, story: int) -> None:
    aside = kit.changes("Ngozi", SECRET, f"{SECRET} Yes, to all of them, he does.")
    erase.hide(kit.store, aside.id, DAY, say=f"Not this: {SECRET}")
    (edit,) = [mine.edit for mine in kit.mine() if mine.edit.title == kit.title("Lake")]
    wiki.person_edits("Talk:Lake", f"About {edit.id}: {SECRET}", account=NAME)
    assert [message.account for message in hub.listens()] == [NAME]
    kit.receives(hub.sends())
    assert SECRET in kit.messages()[0].wikitext
    hides(hub, wiki, story)
    wiki.deletes("Talk:Lake")
    hub.fetches()
    redacts(hub, Wanted([story], ["Talk:Lake"], accounts=[NAME]))
    kit.receives(hub.sends())
    for store in (hub.store, kit.store):
        assert SECRET.encode() not in everything(store)
        assert NAME.encode() not in everything(store)
        assert is_sound(store)
    assert [(message.account, message.wikitext) for message in kit.messages()] == [("(redacted)", "(redacted)")]
    assert kit.told(aside) is Outcome.HIDDEN


def test_a_volunteer_cannot_choose_a_line_that_is_gone(hub: Hub, wiki: MemoryWiki, kit: Kit, story: int) -> None:
    edit = kit.changes("Ngozi", SECRET, f"{SECRET} Ask him!")
    hub.receives(kit.sends())
    assert hub.outcome(edit) is Outcome.RECEIVED
    hides(hub, wiki, story)
    redacts(hub)
    hub.merges(kit)
    assert hub.receipt(edit).outcome.waits
    with pytest.raises(RepoError, match="had to go from every copy"):
        hub.resolves(edit, Choice.THEIRS)
    hub.declines(edit, say="These words had to go.")
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.DECLINED
    assert SECRET.encode() not in everything(kit.store)


def test_the_first_parcel_of_an_epoch_brings_only_what_is_new_since_the_words_came(
    hub: Hub, wiki: MemoryWiki, kit: Kit, story: int
) -> None:
    hub.receives(kit.sends())  # it acknowledges what the words are in
    wiki.person_edits("Rutana", "Rutana is another town.")
    second = wiki.person_edits("Lake", f"A lake. {SECRET}")
    hub.fetches()
    kit.receives(hub.sends())
    hub.receives(kit.sends())
    for told in (second, story):
        hides(hub, wiki, told)
        redacts(hub, Wanted([told]))
    stick = hub.sends()
    (file,) = parcel.files(stick.folder, parcel.DOWN)
    (packed,) = parcel.read(file).files
    start = bundle.header(packed).prerequisites
    assert start
    assert all(kit.store.has(commit) for commit in start)
    kit.receives(stick)
    assert kit.store.tip(layout.MAIN) == hub.store.tip(layout.MAIN)
    assert SECRET.encode() not in everything(kit.store)


def test_a_parcel_cannot_set_a_kit_back_by_naming_an_epoch(hub: Hub, wiki: MemoryWiki, kit: Kit, story: int) -> None:
    forger = hub.moved(shutil.copytree(hub.folder, hub.folder.with_name("forger")), wiki)
    kit.changes("Lake", "deep", "very deep")
    merged(hub, kit)
    hides(hub, wiki, story)
    kit.receives(hub.sends())
    forger.fetches()
    redacts(forger)
    before = kit.store.refs("refs/")
    with pytest.raises(WikigitError, match="does not continue what is here"):
        kit.receives(forger.sends(full=True))
    assert Store(kit.store.path).refs("refs/") == before
    assert is_sound(kit.store)


def test_a_page_that_the_wiki_deleted_goes_with_all_it_said(hub: Hub, wiki: MemoryWiki, kit: Kit) -> None:
    hub.receives(kit.sends())
    wiki.person_edits("Rutana", SECRET)
    hub.fetches()
    kit.receives(hub.sends())
    with pytest.raises(RepoError, match="still has Rutana"):
        redacts(hub, Wanted(pages=["Rutana"]))
    wiki.deletes("Rutana")
    hub.fetches()
    redacts(hub, Wanted(pages=["Rutana"]))
    kit.receives(hub.sends())
    for store in (hub.store, kit.store):
        assert SECRET.encode() not in everything(store)
        assert is_sound(store)


def test_a_name_that_is_hidden_for_one_revision_is_kept_where_it_is_a_credit(
    hub: Hub, wiki: MemoryWiki, kit: Kit
) -> None:
    hub.receives(kit.sends())
    wiki.person_edits("Lake", "A deep lake.", account=NAME)
    told = wiki.person_edits("Ngozi", f"{NGOZI} It has a bank.", account=NAME)
    hub.fetches()
    wiki.hides(told, text=False, name=True)
    hub.fetches()
    redacts(hub)
    kit.receives(hub.sends())
    for store in (hub.store, kit.store):
        told_by = git.run(store.path, "log", "--format=%an %s", layout.UPSTREAM, "--", "pages").decode()
        assert told_by.count(NAME) == 1
        assert is_sound(store)


def test_two_redactions_and_a_kit_that_missed_the_first(hub: Hub, wiki: MemoryWiki, kit: Kit, story: int) -> None:
    edit = kit.changes("Lake", "deep", "very deep")
    hides(hub, wiki, story)
    redacts(hub)
    second = "And the fourth house has no door at all these days."
    told = wiki.person_edits("Ngozi", f"{NGOZI}\n\n{second}")
    hub.fetches()
    hub.sends()
    hides(hub, wiki, told)
    assert redacts(hub).epoch == 2
    kit.receives(hub.sends())
    for store in (hub.store, kit.store):
        assert SECRET.encode() not in everything(store)
        assert second.encode() not in everything(store)
    assert kit.store.tip(layout.MAIN) == hub.store.tip(layout.MAIN)
    merged(hub, kit)
    assert hub.queue() == [edit.id]


def test_what_is_still_to_be_seen_is_not_taken_out(hub: Hub, wiki: MemoryWiki, kit: Kit, story: int) -> None:
    before = hub.store.refs("refs/")
    with pytest.raises(RepoError, match="still shows it"):
        redacts(hub, Wanted(revisions=[story]))
    with pytest.raises(RepoError, match="still shows it"):
        redacts(hub, Wanted(accounts=[NAME]))
    kit.changes("Ngozi", SECRET, f"{SECRET} Ask him!")
    merged(hub, kit)
    with pytest.raises(RepoError, match="No history here holds"):
        redacts(hub, Wanted(revisions=[99999]))
    with pytest.raises(RepoError, match="nothing to take out"):
        redacts(hub)
    assert before.keys() <= hub.store.refs("refs/").keys()


STEPS = [*(("update-ref", how) for how in ("before", "middle", "after")), ("repack", "before"), ("prune", "after")]


@contextmanager
def killed_at(step: str, how: str) -> Iterator[None]:
    """Kill whoever comes to a step of git's, before it, in its middle or after it."""
    real = git.call

    def call(repository: Path, *words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        if words[0] == step and how != "before":
            if how == "middle" and step == "update-ref":
                first, *lines, prepare, commit, _ = options["stdin"].split(b"\n")
                options["stdin"] = b"\n".join([first, *lines[: len(lines) // 2], prepare, commit, b""])
            real(repository, *words, **options)
        if words[0] == step:
            raise Killed
        return real(repository, *words, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(git, "call", call)
        with suppress(Killed):
            yield


@pytest.mark.parametrize(("step", "how"), STEPS)
def test_killed_anywhere_all_is_old_or_all_is_new(
    hub: Hub, wiki: MemoryWiki, kit: Kit, story: int, step: str, how: str
) -> None:
    hides(hub, wiki, story)
    main = hub.store.tip(layout.MAIN)
    with killed_at(step, how):
        redacts(hub)
    hub = hub.moved(hub.folder, wiki)
    with hub.store.writing():
        new = hub.store.tip(layout.REDACTIONS) is not None
    assert is_sound(hub.store)
    assert (hub.store.tip(layout.MAIN) == main) is not new
    assert (SECRET.encode() in everything(hub.store)) is not new
    if not new:
        redacts(hub)
    stick = hub.sends()
    with killed_at(step, how):
        kit.receives(stick)
    kit = kit.moved(kit.folder)
    kit.receives(stick)
    assert is_sound(kit.store)
    assert kit.store.tip(layout.MAIN) == hub.store.tip(layout.MAIN)
    assert SECRET.encode() not in everything(kit.store)


def test_what_came_with_the_first_import_goes_too(hub: Hub, wiki: MemoryWiki, kit: Kit) -> None:
    hub.receives(kit.sends())
    edit = kit.changes("Ngozi", "a market", "a large market")
    wiki.person_edits("Lake", "A deep lake.", account="Somebody")
    wiki.hides(wiki.saved[1].id, name=True)
    git.run(hub.store.path, "tag", "--annotate", "--message=Before", "before", "main")
    git.run(hub.store.path, "symbolic-ref", "refs/remotes/newest", layout.MAIN)
    hub.fetches()
    redacts(hub)
    assert b"A lake." not in everything(hub.store)
    assert hidden_here(hub) == []
    kit.receives(hub.sends())
    assert b"A lake." not in everything(kit.store)
    merged(hub, kit)
    assert hub.queue() == [edit.id]
    assert is_sound(hub.store)


def test_a_clone_from_before_cannot_push_it_back(hub: Hub, wiki: MemoryWiki, kit: Kit, story: int) -> None:
    clone = Clone(hub, hub.folder / "clone")
    hooks.install(hub.store.hooks, hooks.HUB)
    hides(hub, wiki, story)
    redacts(hub)
    assert "taken out of every copy" in clone.refused("push", "origin", "HEAD:refs/heads/vera")
    assert "only ever grows" in clone.refused("push", "--force", "origin", "HEAD:refs/heads/main")
    assert SECRET.encode() not in everything(hub.store)


def test_a_mirror_of_a_forge_pushes_it_all_at_once(hub: Hub, wiki: MemoryWiki, kit: Kit, story: int) -> None:
    hides(hub, wiki, story)
    hub.store.git.config["receive.denyNonFastForwards"] = "false"  # a forge, for that minute
    mirror = hub.mirror()
    redact.redact(mirror, going.plan(mirror, HIDDEN, SALT), DAY)
    git.run(hub.store.path, "reflog", "expire", "--expire=now", "--all")
    git.run(hub.store.path, "gc", "--prune=now", "--quiet")  # what its people are asked for
    forge = Store(hub.store.path)
    assert forge.refs("refs/") == mirror.refs("refs/")
    for store in (mirror, forge):
        assert SECRET.encode() not in everything(store)
    hub.works_in_mirrors()
    kit.receives(hub.sends())
    merged_before = hub.queue()
    kit.changes("Lake", "deep", "very deep")
    merged(hub, kit)
    assert merged_before == []
    assert outcomes(hub.publishes()) == ["published"]


def test_a_person_is_shown_what_would_go_and_says_yes(hub: Hub, wiki: MemoryWiki, kit: Kit, story: int) -> None:
    hides(hub, wiki, story)
    main = hub.store.tip(layout.MAIN)
    assert wikigit(hub.store, "hub", "redact") == [f"Ngozi (by {NAME})", f"  {SECRET}"]
    assert Store(hub.store.path).tip(layout.MAIN) == main
    (going_, done) = map(json.loads, wikigit(hub.store, "--json", "hub", "redact", "--revision", f"{story}", "--yes"))
    assert going_ == {"page": "Ngozi", "lines": [SECRET], "accounts": [NAME]}
    assert done == {"epoch": 1, "branches": 2}
    assert SECRET.encode() not in everything(hub.store)
