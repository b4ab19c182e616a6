"""Two at once: runs of the bridge, and a volunteer who declines while one begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from testing.memory_wiki import Killed, MemoryWiki
from tests.journey import DAY, VOLUNTEER, Hub, Kit, merged, outcomes
from wikigit.bridge import publish
from wikigit.bridge.gate import Ways
from wikigit.bridge.run import Run
from wikigit.core.edit import Edit
from wikigit.core.errors import Locked
from wikigit.core.receipt import Outcome, Receipt
from wikigit.hub import decline
from wikigit.repo import git, runs
from wikigit.repo.refs import Move
from wikigit.repo.store import Store


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let something happen after a run's plan is made, before it is written down."""

    def happens(what: Callable[[], object]) -> None:
        opens = Run.open

        def open_(run: Run, pages: object) -> None:
            monkeypatch.setattr(Run, "open", opens)
            what()
            opens(run, pages)  # type: ignore[arg-type]

        monkeypatch.setattr(Run, "open", open_)

    return happens


def test_a_run_does_not_open_if_the_queue_changed(
    hub: Hub, kit: Kit, wiki: MemoryWiki, between: Callable[[Callable[[], object]], None]
) -> None:
    bad = kit.changes("Ngozi", "a market", "a bad market", by="Jean")
    merged(hub, kit)
    between(lambda: hub.declines(bad))
    with pytest.raises(Locked):
        hub.publishes()
    assert wiki.requests == []
    assert hub.outcome(bad) is Outcome.DECLINED
    assert hub.publishes() == []


def test_a_run_in_a_mirror_does_not_open_while_the_hub_declines(
    hub: Hub, kit: Kit, wiki: MemoryWiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = kit.changes("Ngozi", "a market", "a bad market", by="Jean")
    good = kit.changes("Ngozi", "a school", "two schools", by="Aline")
    merged(hub, kit)
    git.run(hub.folder, "clone", "--quiet", "--mirror", str(hub.store.path), str(hub.folder / "ci.git"))
    mirror = Store(hub.folder / "ci.git")
    real = runs.hand

    def slow(store: Store, *words: object) -> Move:
        if store is mirror:
            monkeypatch.setattr(runs, "hand", real)
            decline.decline(hub.store, bad.id, reason="vandalism", by=VOLUNTEER, day=DAY)
        return real(store, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "hand", slow)
    with pytest.raises(Locked):
        list(publish.publish(mirror, wiki, by=VOLUNTEER, day=DAY))
    assert wiki.requests == []
    assert outcomes(publish.publish(mirror, wiki, by=VOLUNTEER, day=DAY)) == ["published"]
    assert [hub.outcome(edit) for edit in (bad, good)] == [Outcome.DECLINED, Outcome.PUBLISHED]


@pytest.fixture
def four(hub: Hub, kit: Kit) -> list[Edit]:
    """Four accepted edits."""
    made = [
        kit.changes("Ngozi", "a market", "a large market", by="Jean"),
        kit.changes("Ngozi", "a school", "two schools", by="Aline"),
        kit.changes("Ngozi", "a town", "a city", by="Jean"),
        kit.writes("Lake", "A large lake.", by="Jean"),
    ]
    merged(hub, kit)
    return made


def published_once(hub: Hub, wiki: MemoryWiki, made: list[Edit]) -> bool:
    """Whether each is in a revision of its own, and nothing is left to do."""
    hub.fetches()
    told = [hub.outcome(edit) for edit in made] == [Outcome.PUBLISHED] * len(made)
    once = len([r for r in wiki.saved if r.account == "Bridge"]) == len(made)
    return told and once and hub.queue() == [] and hub.publishes() == []


@pytest.mark.parametrize("head_start", range(1, 4))
def test_one_run_at_a_time(hub: Hub, wiki: MemoryWiki, four: list[Edit], head_start: int) -> None:
    one = publish.publish(hub.store, wiki, by=VOLUNTEER, day=DAY)
    for _ in range(head_start):
        next(one)
    with pytest.raises(Locked, match="Another run is publishing"):
        list(publish.publish(hub.store, wiki, by="Second", day=DAY))
    list(one)
    assert runs.turn(hub.store) is None
    assert published_once(hub, wiki, four)


@pytest.mark.parametrize("head_start", range(1, 4))
def test_a_run_whose_turn_was_taken_over_sends_nothing_more(
    hub: Hub, wiki: MemoryWiki, four: list[Edit], head_start: int
) -> None:
    one = publish.publish(hub.store, wiki, by=VOLUNTEER, day=DAY)
    for _ in range(head_start):
        next(one)
    other = publish.publish(hub.store, wiki, by="Second", day=DAY, ways=Ways(take_over=True))
    some(other)
    sent = len(wiki.requests)
    with pytest.raises(Locked, match="Another run has taken the turn"):
        list(one)
    assert len(wiki.requests) == sent
    list(other)
    assert published_once(hub, wiki, four)


def test_a_killed_runs_turn_ends_by_the_wikis_clock(hub: Hub, wiki: MemoryWiki, four: list[Edit]) -> None:
    wiki.stop_after(1)
    with pytest.raises(Killed):
        hub.publishes()
    with pytest.raises(Locked, match="Another run is publishing"):
        list(publish.publish(hub.store, wiki, by=VOLUNTEER, day=DAY))
    wiki.minutes_pass(16)
    assert "published" in outcomes(publish.publish(hub.store, wiki, by=VOLUNTEER, day=DAY))
    assert published_once(hub, wiki, four)


def test_a_long_run_keeps_its_turn(hub: Hub, wiki: MemoryWiki, four: list[Edit]) -> None:
    one = publish.publish(hub.store, wiki, by=VOLUNTEER, day=DAY)
    for _ in range(3):
        next(one)
        wiki.minutes_pass(10)
        with pytest.raises(Locked):
            list(publish.publish(hub.store, wiki, by="Second", day=DAY))
    list(one)
    assert published_once(hub, wiki, four)


def test_a_run_that_slept_long_looks_whose_turn_it_is(hub: Hub, wiki: MemoryWiki, four: list[Edit]) -> None:
    one = publish.publish(hub.store, wiki, by=VOLUNTEER, day=DAY)
    next(one)
    wiki.minutes_pass(16)
    other = publish.publish(hub.store, wiki, by="Second", day=DAY)
    some(other)
    sent = len(wiki.requests)
    with pytest.raises(Locked, match="Another run has taken the turn"):
        list(one)
    assert len(wiki.requests) == sent
    list(other)
    assert published_once(hub, wiki, four)


def some(run: Iterator[Receipt]) -> list[Receipt]:
    return [receipt for receipt in [next(run, None)] if receipt]
