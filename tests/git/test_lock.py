"""A writer that is killed stands in nobody's way, and a git that outlives it is not disturbed."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from tests.journey import Hub
from tests.processes import beside, status
from wikigit.core.errors import Locked, RepoError
from wikigit.repo import git, layout, lock
from wikigit.repo.refs import Move

REF = f"{layout.KITS}k-00000000"


def dies_while_it_moves(hub: Hub, ref: str) -> None:
    """Let another process be killed when git has locked the ref, and not moved it."""

    def work(_: int) -> None:
        with lock.exclusive(hub.store.path, sweep=False), lock.moving(hub.store.path, [ref]):
            file = hub.store.path / f"{ref}.lock"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("half a commit's na")
            os.kill(os.getpid(), signal.SIGKILL)

    assert status(beside(work)[0]) == -signal.SIGKILL


def test_at_a_hub_the_locks_of_a_killed_one_are_removed_and_other_peoples_are_not(hub: Hub) -> None:
    dies_while_it_moves(hub, REF)
    pushed = hub.store.path / "refs/heads/somebody.lock"
    pushed.write_text("")
    tip = hub.store.need(layout.MAIN, "")
    with hub.store.writing():
        hub.store.move([Move(REF, None, tip)])
    assert hub.store.tip(REF) == tip
    assert pushed.exists()
    assert not (hub.store.path / lock.MOVING).exists()


def test_a_lock_that_somebody_takes_in_that_moment_is_theirs(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    dies_while_it_moves(hub, REF)
    file = hub.store.path / f"{REF}.lock"

    def somebody_pushes(_: float) -> None:
        file.unlink()
        file.with_suffix(".other").write_text("")  # so that it is another file, whatever number it gets
        file.write_text("somebody's")

    monkeypatch.setattr(lock.time, "sleep", somebody_pushes)
    with lock.exclusive(hub.store.path, sweep=False):
        assert file.read_text() == "somebody's"


def test_a_git_that_outlives_its_writer_is_waited_for(hub: Hub) -> None:
    """Killed alone, as by a system that is out of memory: its git goes on, and what it moves is moved."""
    commit = hub.store.need(layout.MAIN, "")
    asked, asks = os.pipe()
    told, tells = os.pipe()

    def work(_: int) -> None:
        with lock.exclusive(hub.store.path, sweep=True), lock.moving(hub.store.path, [REF]) as note:
            words = git.command(hub.store.path, ["update-ref", "--stdin"])
            subprocess.Popen(words, stdin=asked, stdout=tells, pass_fds=(note,))
            os.kill(os.getpid(), signal.SIGKILL)

    assert status(beside(work)[0]) == -signal.SIGKILL
    os.close(tells)
    with os.fdopen(told) as said:
        os.write(asks, f"start\ncreate {REF} {commit}\nprepare\n".encode())
        assert [said.readline(), said.readline()] == ["start: ok\n", "prepare: ok\n"]
        with pytest.raises(Locked), lock.exclusive(hub.store.path, sweep=True, patience=0.1):
            pass
        os.write(asks, b"commit\n")
        os.close(asks)
        assert said.readline() == "commit: ok\n"
    with lock.exclusive(hub.store.path, sweep=True):
        assert hub.store.tip(REF) == commit


def test_what_another_account_left_is_told_with_the_next_step(hub: Hub) -> None:
    (hub.store.path / lock.MOVING).mkdir()  # as unreadable here as somebody else's file
    with pytest.raises(RepoError, match="could not be cleared"), lock.exclusive(hub.store.path, sweep=False):
        pass
