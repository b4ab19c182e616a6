"""A CI job works in a mirror of the hub: what it moves stands at the hub first, and two jobs cannot both be first."""

from __future__ import annotations

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import DAY, VOLUNTEER, Hub, outcomes
from wikigit.bridge import fetch, publish
from wikigit.core.errors import Locked, RepoError
from wikigit.repo import edits, git, layout
from wikigit.repo.refs import Move
from wikigit.repo.store import Store


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", "Ngozi is a town.")
    return wiki


def mirror(hub: Hub, name: str) -> Store:
    git.run(hub.store.path, "clone", "--quiet", "--mirror", str(hub.store.path), str(hub.folder / name))
    return Store(hub.folder / name)


def test_a_run_in_a_mirror_publishes_and_the_hub_has_it_all(hub: Hub, wiki: MemoryWiki) -> None:
    kit = hub.kit("school")
    kit.changes("Ngozi", "a town", "a large town")
    hub.receives(kit.sends())
    hub.merges(kit)
    job = mirror(hub, "job.git")
    assert outcomes(publish.publish(job, wiki, by=VOLUNTEER, day=DAY)) == ["published"]
    fetch.fetch(job, wiki, DAY)
    assert job.refs("refs/") == Store(hub.store.path).refs("refs/")
    assert hub.queue() == []


def test_of_two_jobs_the_slower_is_told_and_moves_nothing(hub: Hub) -> None:
    one, other = mirror(hub, "one.git"), mirror(hub, "other.git")
    tip = one.need(layout.MAIN, "")

    def commit(store: Store, text: str) -> str:
        return store.commit(store.read(tip).tree, [tip], text, author=edits.signature("hub", DAY))

    moved = commit(one, "One\n")
    one.move([Move(layout.MAIN, tip, moved), Move("refs/heads/wikigit/runs", None, moved)])
    with pytest.raises(Locked):
        other.move([Move("refs/heads/wikigit/runs", None, commit(other, "Other\n"))])
    assert one.tip(layout.MAIN) == hub.store.tip(layout.MAIN) == moved
    assert other.tip("refs/heads/wikigit/runs") is None


def test_a_hub_that_refuses_is_not_taken_for_somebody_faster(hub: Hub) -> None:
    hook = hub.store.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'error: Not today.' >&2\nexit 1\n")
    hook.chmod(0o755)
    job = mirror(hub, "job.git")
    tip = job.need(layout.MAIN, "")
    with pytest.raises(RepoError, match=r"The hub refuses .*Not today") as refused:
        job.move([Move("refs/heads/wikigit/runs", None, tip)])
    assert not isinstance(refused.value, Locked)
    assert hub.store.tip("refs/heads/wikigit/runs") is None
