"""A volunteer says no: the words reach the author alone, and what hung on the edit leaves with it or waits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests import chance
from tests.journey import DAY, NGOZI, VOLUNTEER, Hub, Kit, holds, merged, outcomes
from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError, WikigitError
from wikigit.core.receipt import SAID_LENGTH, Outcome
from wikigit.repo import edits, layout, receipts
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.repo.verify import State, verify
from wikigit.wikitext.resolve import Choice

CANARY = "Canary: who told you that, and when?"


def sound(store: Store) -> bool:
    return {finding.state for finding in verify(store)} == {State.OK}


def wikigit(store: Store, *words: str) -> list[str]:
    """What a command prints about a repository."""
    command = [sys.executable, "-c", "from wikigit.cli.main import main; main()", "-C", str(store.path), *words]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ, check=True).stdout.splitlines()


# The words


def test_what_a_volunteer_says_reaches_the_contributor(hub: Hub, kit: Kit) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    other = kit.writes("Lake", "A large lake.")
    hub.receives(kit.sends())
    (told,) = hub.declines(edit, "no-source", say="  Where did you\nread this? \u202e Ask again. ")
    hub.declines(other, "no-source")
    assert told.said == "Where did you read this? Ask again."
    kit.receives(hub.sends())
    assert kit.receipt(edit) == hub.receipt(edit)
    assert (kit.receipt(edit).code, kit.receipt(edit).said) == ("no-source", told.said)
    assert kit.receipt(other).said == ""
    assert sound(hub.store)
    assert sound(kit.store)


def test_the_words_stand_where_people_look_for_them(hub: Hub, kit: Kit) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    hub.receives(kit.sends())
    (said,) = wikigit(hub.store, "hub", "decline", edit.id, "--reason", "no-source", "--by", "Vera", "--say", CANARY)
    kit.receives(hub.sends())
    assert said == f"{edit.id} declined no-source"
    assert wikigit(hub.store, "log") == [f"{edit.id} declined Ngozi no-source Vera: {CANARY}"]
    assert wikigit(kit.store, "kit", "mine") == [f"{edit.id} declined no-source Ngozi: {CANARY}"]
    (line,) = wikigit(kit.store, "--json", "kit", "mine")
    assert json.loads(line)["receipt"]["said"] == CANARY


def test_the_words_are_the_authors_alone(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    other = hub.kit("library")
    edit = kit.changes("Ngozi", "a market", "a large market")
    above = kit.changes("Ngozi", "a school", "two schools", by="Jean")
    theirs = other.writes("Lake", "A large lake.")
    for sender in (kit, other):
        merged(hub, sender)
    hub.declines(edit, say=CANARY)
    hub.declines(theirs, say="Something else.")
    hub.publishes()
    hub.fetches()
    stick = hub.sends()
    kit.receives(stick)
    other.receives(stick)
    for sender in (kit, other):
        hub.receives(sender.sends())
    public = [ref for ref in hub.store.refs(layout.HEADS) if not ref.startswith((layout.RECEIPTS, layout.LINES))]
    assert layout.MAIN in public
    assert not holds(hub.store, CANARY, *public)
    assert not any(CANARY in (revision.wikitext or "") + revision.summary for revision in wiki.saved)
    assert holds(kit.store, CANARY)
    assert not holds(other.store, CANARY)
    assert kit.receipt(above).said == ""


def test_lines_can_be_published_without_the_words(hub: Hub, kit: Kit) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    hub.receives(kit.sends())
    hub.declines(edit, say=CANARY)
    tip = hub.store.need(layout.receipts("hub"), "")
    told = receipts.of(hub.store, tip, "hub")
    said = [path for path, _ in hub.store.files(tip, kit.id) if path.endswith(receipts.SAID)]
    assert said == [f"{kit.id}/{DAY[:7]}.said.tsv"]
    tree = hub.store.tree_with(hub.store.read(tip).tree, dict.fromkeys(said))
    public = hub.store.commit(tree, [], hub.store.read(tip).text, author=edits.signature("hub", DAY))
    assert not holds(hub.store, CANARY, public)
    assert [line.outcome for line in receipts.of(hub.store, public, "hub")] == [line.outcome for line in told]


def test_too_many_words_are_refused_and_nothing_is_declined(hub: Hub, kit: Kit) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    hub.receives(kit.sends())
    with pytest.raises(WikigitError, match="501 letters") as refused:
        hub.declines(edit, say="ɛ" * (SAID_LENGTH + 1))
    assert refused.value.hint
    assert hub.outcome(edit) is Outcome.RECEIVED
    assert hub.declines(edit, say="ɛ" * SAID_LENGTH)[0].said == "ɛ" * SAID_LENGTH


@pytest.mark.parametrize(
    "said",
    ["9\tWords without a line.\n", "2\t\n", "2\tTwo\x1b[31m words.\n", "2\tOne.\n2\tTwo.\n", "two\tOne.\n", "2\n"],
)
def test_words_that_nobody_said_are_found(hub: Hub, kit: Kit, said: str) -> None:
    edit = kit.changes("Ngozi", "a market", "a large market")
    hub.receives(kit.sends())
    hub.declines(edit, say=CANARY)
    tip = hub.store.need(layout.receipts("hub"), "")
    tree = hub.store.tree_with(hub.store.read(tip).tree, {f"{kit.id}/{DAY[:7]}.said.tsv": said.encode()})
    forged = hub.store.commit(tree, [tip], hub.store.read(tip).text, author=edits.signature("hub", DAY))
    hub.store.move([Move(layout.receipts("hub"), tip, forged)])
    assert [found.check for found in verify(hub.store) if found.state is State.WRONG] == ["receipts"]


# What hung on it


def test_whatever_is_declined_or_taken_back_the_rest_stands(tmp_path: Path, seed: int) -> None:
    story = chance.Story(tmp_path, seed, kits=2)
    turns = [
        *[story.somebody_saves] * 5,
        *[story.somebody_takes_it_back] * 3,
        *[story.edits_travel] * 4,
        *[story.the_hub_declines] * 4,
        story.the_bridge_publishes,
        story.the_bridge_fetches,
        *[story.the_hub_sends] * 2,
        *[story.somebody_on_the_wiki] * 2,
    ]
    with chance.told(story):
        for _ in range(24):
            story.chance.choice(turns)()
            story.main_is_a_function()
            story.nothing_is_lost_from_view()
        story.all_arrives()
        story.all_is_sound()
        story.edits_keep_to_their_own_words()
        story.each_edit_is_published_once()
        story.everyone_is_answered()


def test_an_edit_declined_after_merging_leaves_the_tip(hub: Hub, kit: Kit) -> None:
    bad = kit.writes("Lake", "A lake. Unwanted words here.", by="Jean")
    good = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, kit)
    assert outcomes(hub.declines(bad)) == ["declined"]
    assert (hub.page("Lake"), hub.queue()) == ("A lake.", [good.id])
    assert sound(hub.store)
    assert outcomes(hub.publishes()) == ["published"]
    kit.receives(hub.sends())
    assert (kit.told(bad), kit.page("Lake")) == (Outcome.DECLINED, "A lake.")


def test_an_edit_of_declined_words_is_declined_with_them(hub: Hub, kit: Kit) -> None:
    below = kit.changes("Ngozi", "a market", "a large market", by="Jean")
    above = kit.changes("Ngozi", "a large market", "a large old market", by="Aline")
    beside = kit.changes("Ngozi", "a school", "two schools", by="Aline")
    merged(hub, kit)
    told = {receipt.edit: receipt for receipt in hub.declines(below, say=CANARY)}
    assert {edit: receipt.outcome for edit, receipt in told.items()} == {
        below.id: "declined",
        above.id: "declined-with",
    }
    assert (told[above.id].ref, told[above.id].by, told[above.id].said) == (below.id, VOLUNTEER, "")
    assert hub.queue() == [beside.id]
    kit.receives(hub.sends())
    assert [kit.told(edit) for edit in (below, above, beside)] == ["declined", "declined-with", "merged"]
    assert kit.page("Ngozi") == NGOZI.replace("a school", "two schools")
    with pytest.raises(RepoError, match="answered already: declined-with"):
        hub.declines(above)


def test_an_edit_with_words_elsewhere_waits_and_is_decided_per_spot(hub: Hub, kit: Kit) -> None:
    below = kit.changes("Ngozi", "a market", "a large market", by="Jean")
    text = NGOZI.replace("a market", "a large old market").replace("a school", "two schools")
    above = kit.writes("Ngozi", text, by="Aline")
    merged(hub, kit)
    declined, waits = hub.declines(below)
    assert (declined.outcome, waits.outcome, waits.ref) == (Outcome.DECLINED, Outcome.DEPENDS_ON, below.id)
    assert hub.page("Ngozi") == NGOZI
    kit.receives(hub.sends())
    assert [m.edit.id for m in kit.mine() if m.place == "beside"] == [above.id]
    assert outcomes(hub.resolves(above, Choice.OURS)) == ["merged"]
    assert hub.page("Ngozi") == NGOZI.replace("a school", "two schools")


def test_an_edit_that_only_moves_declined_words_is_declined_with_them(hub: Hub, kit: Kit) -> None:
    bad = kit.writes("Ngozi", NGOZI + "\n\nUnwanted words stand in here.", by="Jean")
    mover = kit.writes("Ngozi", "Unwanted words stand in here.\n\n" + NGOZI, by="Aline")
    merged(hub, kit)
    told = {receipt.edit: receipt.outcome for receipt in hub.declines(bad)}
    assert told == {bad.id: Outcome.DECLINED, mover.id: Outcome.DECLINED_WITH}
    assert hub.page("Ngozi") == NGOZI


def test_a_whole_tower_of_edits_goes_with_the_lowest(hub: Hub, kit: Kit) -> None:
    below = kit.writes("Gitega", "Gitega is a town.", by="Jean")
    tower = [kit.writes("Gitega", f"Gitega is a {what} town.", by="Aline") for what in ("large", "large, old", "grey")]
    merged(hub, kit)
    assert outcomes(hub.declines(below)) == ["declined", *["declined-with"] * 3]
    assert {hub.receipt(edit).ref for edit in tower} == {below.id}
    assert (hub.page("Gitega"), hub.queue()) == (None, [])
    assert sound(hub.store)


def test_what_may_stand_on_a_waiting_edit_waits_too(hub: Hub, kit: Kit) -> None:
    below = kit.changes("Ngozi", "a market", "a large market", by="Jean")
    text = NGOZI.replace("a market", "a large old market").replace("a school", "two schools")
    above = kit.writes("Ngozi", text, by="Aline")
    top = kit.changes("Ngozi", "two schools", "two new schools", by="Aline")
    merged(hub, kit)
    assert outcomes(hub.declines(below)) == ["declined", "depends-on", "depends-on"]
    hub.resolves(above, Choice.OURS)
    assert outcomes(hub.accepts(top)) == ["merged"]
    assert hub.page("Ngozi") == NGOZI.replace("a school", "two new schools")


def test_where_nearly_the_whole_page_goes_a_person_decides_about_the_rest(hub: Hub, kit: Kit) -> None:
    long = kit.writes("Lake", "A lake.\n\n" + "\n\n".join(f"It is {n} metres deep." for n in range(30)), by="Jean")
    own = kit.writes("Lake", (kit.page("Lake") or "").replace("A lake.", "A large lake in Burundi."), by="Aline")
    merged(hub, kit)
    declined, waits = hub.declines(long)
    assert (declined.outcome, waits.outcome, waits.code) == (Outcome.DECLINED, Outcome.DEPENDS_ON, "blanked")
    assert waits.edit == own.id


def test_words_that_resolved_an_edit_are_declined_with_it(hub: Hub, kit: Kit) -> None:
    edit = waiting(hub, kit)
    resolved, theirs = hub.rewrites(
        edit, NGOZI.replace("a market", "a large market").replace("a school", "two schools")
    )
    assert (resolved.outcome, theirs.outcome) == (Outcome.MERGED, Outcome.MERGED)
    own = theirs.edit
    declined = {receipt.edit: receipt for receipt in hub.declines(edit)}
    assert {e: r.outcome for e, r in declined.items()} == {edit.id: Outcome.DECLINED, own: Outcome.DECLINED_WITH}
    assert declined[own].ref == edit.id
    assert own not in hub.queue()
    assert sound(hub.store)


def waiting(hub: Hub, kit: Kit) -> Edit:
    """An edit in conflict with one of another kit."""
    other = hub.kit("library")
    other.changes("Ngozi", "a market", "a small market", by="Jean")
    edit = kit.changes("Ngozi", "a market", "a large market")
    merged(hub, other)
    hub.receives(kit.sends())
    assert outcomes(hub.merges(kit).receipts) == ["merge-conflict"]
    return edit


def test_what_was_not_merged_yet_is_left_alone(hub: Hub, kit: Kit) -> None:
    below = kit.changes("Ngozi", "a market", "a large market", by="Jean")
    merged(hub, kit)
    above = kit.changes("Ngozi", "a large market", "a large old market", by="Aline")
    hub.receives(kit.sends())
    assert outcomes(hub.declines(below)) == ["declined"]
    assert hub.outcome(above) is Outcome.RECEIVED
    (told,) = hub.merges(kit).receipts
    assert told.outcome.waits
