"""A run is killed at any step, or somebody is beside it: everything still happens exactly once.

Here it is a few of the points; `make kill-bridge` tells all of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from testing.memory_wiki import Killed, MemoryWiki
from tests import killed
from tests.chance import Story
from tests.journey import Hub, Kit, outcomes
from tests.killed import Effects, How, Point
from wikigit.core import attribution
from wikigit.core.receipt import Outcome
from wikigit.repo import layout, mainline, runs
from wikigit.wiki.door import Answer, Kind

SEED = 1
STRIDE = 37  # a prime, so that few points are spread over the whole run


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return killed.prepared(tmp_path_factory.mktemp("killed") / "story", SEED)


@pytest.fixture(scope="module")
def effects(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Effects:
    return killed.effects_of(story, tmp_path_factory.mktemp("undisturbed") / "story")


def nothing_is_wrong(story: Story, point: Point, folder: Path) -> None:
    other = killed.again(story, folder / "again", f"{SEED} {point.number} {point.how}")
    wrong = killed.ended(other, point)
    assert not wrong, (point, wrong, "\n".join(other.said))


def test_a_run_killed_at_any_step(story: Story, effects: Effects, tmp_path: Path, seed: int) -> None:
    points = effects.points()
    nothing_is_wrong(story, points[seed * STRIDE % len(points)], tmp_path)


@pytest.mark.parametrize("how", killed.RACES)
@pytest.mark.parametrize("when", [0.1, 0.4, 0.7])
def test_somebody_beside_a_run(story: Story, effects: Effects, tmp_path: Path, when: float, how: How) -> None:
    nothing_is_wrong(story, Point(int(when * len(effects.happened)), how), tmp_path)


@pytest.fixture(scope="module")
def importing(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return killed.prepared(tmp_path_factory.mktemp("importing") / "story", SEED, importing=True)


def test_a_run_that_imports_killed_at_any_step(importing: Story, tmp_path: Path, much: int) -> None:
    points = killed.effects_of(importing, tmp_path / "undisturbed").points()
    for number in range(3 * much):
        nothing_is_wrong(importing, points[number * STRIDE % len(points)], tmp_path / str(number))


@pytest.mark.parametrize("how", killed.RACES)
def test_somebody_beside_a_run_that_imports(importing: Story, tmp_path: Path, how: How) -> None:
    effects = killed.effects_of(importing, tmp_path / "undisturbed")
    nothing_is_wrong(importing, Point(effects.happened.index("import_page") + 1, how), tmp_path)


def test_a_bridge_that_looks_in_no_pages_history_is_found_out(
    importing: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that believes the list of changes, which passes over what bears an old time."""
    monkeypatch.setattr("wikigit.bridge.fetch.brought", lambda wiki, changes, *more: (changes, {}))
    effects = killed.effects_of(importing, tmp_path / "undisturbed")
    other = killed.again(importing, tmp_path / "again", "blind")
    assert killed.ended(other, Point(effects.happened.index("import_page"), How.ARRIVED))


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", "Ngozi is a town.")
    return wiki


def merged(hub: Hub, kit: Kit) -> None:
    hub.receives(kit.sends())
    assert outcomes(hub.merges(kit).receipts) == ["merged"]


def test_an_edit_that_may_still_arrive_does_not_leave_with_its_undo(hub: Hub, kit: Kit, wiki: MemoryWiki) -> None:
    edit = kit.changes("Ngozi", "a town", "a large town")
    merged(hub, kit)
    wiki.stop_after(0, late=True)
    with pytest.raises(Killed):
        hub.publishes()
    undo = kit.changes("Ngozi", "a large town", "a town")
    merged(hub, kit)
    hub.publishes()
    wiki.arrives()
    hub.fetches()
    assert [hub.outcome(e) for e in (edit, undo)] == [Outcome.PUBLISHED] * 2
    assert [r.wikitext for r in wiki.saved if r.account == "Bridge"] == ["Ngozi is a large town.", "Ngozi is a town."]
    assert hub.queue() == []


def test_a_request_that_arrives_after_its_edit_was_refused_is_published_all_the_same(
    hub: Hub, kit: Kit, wiki: MemoryWiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server was slow, and a filter was switched on between the two requests for one edit."""
    edit = kit.changes("Ngozi", "a town", "a large town")
    merged(hub, kit)
    wiki.stop_after(0, late=True)
    with pytest.raises(Killed):
        hub.publishes()
    monkeypatch.setattr(wiki, "publish", lambda request: Answer(Kind.REFUSED, "spamblacklist"))
    assert outcomes(hub.publishes()) == ["refused"]
    assert hub.outcome(edit) is Outcome.REFUSED
    wiki.arrives()
    assert outcomes(hub.fetches().receipts) == ["published"]
    assert (hub.outcome(edit), hub.receipt(edit).code, hub.queue()) == (Outcome.PUBLISHED, "found", [])
    assert hub.page("Ngozi") == "Ngozi is a large town."
    assert hub.fetches().receipts == ()
    kit.receives(hub.sends())
    assert kit.told(edit) is Outcome.PUBLISHED


@pytest.mark.parametrize("words", ["a large town", "a lake"], ids=["as sent", "their own"])
def test_a_strangers_summary_with_the_id_of_a_killed_step_proves_nothing(
    hub: Hub, kit: Kit, wiki: MemoryWiki, words: str
) -> None:
    edit = kit.changes("Ngozi", "a town", "a large town")
    merged(hub, kit)
    wiki.stop_after(0)
    with pytest.raises(Killed):
        hub.publishes()
    (intent,) = runs.read(hub.store, mainline.read(hub.store).site)
    wiki.person_edits("Ngozi", f"Ngozi is {words}.", summary=attribution.summary(["Jean"], "", intent.step))
    hub.publishes()
    assert (hub.outcome(edit), hub.receipt(edit).code) == (Outcome.HELD, "not-as-sent")
    assert hub.page("Ngozi", layout.UPSTREAM) == f"Ngozi is {words}."
    assert [revision.account for revision in wiki.saved] == ["Person", "Person"]
    assert runs.turn(hub.store) is None


def test_a_bridge_that_looks_for_nothing_is_found_out(
    story: Story, effects: Effects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does not search the wiki for what a killed run had sent."""
    monkeypatch.setattr("wikigit.bridge.settle._landed", lambda intent, revisions: None)
    first = effects.happened.index("publish")
    other = killed.again(story, tmp_path / "again", "blind")
    assert killed.ended(other, Point(first, How.ARRIVED))
