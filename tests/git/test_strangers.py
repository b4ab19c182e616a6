"""What strangers put on sticks: refused, each with a sentence, without a trace; and what is honest is not."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests import honest, hostile, torn
from tests.bombs import BOMBS
from tests.hostile import Attempt, Objects, Village
from tests.hostile_cases import GROUPS, leaves_the_branch
from tests.journey import NGOZI, Hub, Kit
from wikigit.core.errors import ParcelError
from wikigit.repo import layout, lock, quarantine
from wikigit.repo.store import Store


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Village:
    """One for all: what is refused leaves it as it was."""
    return Village(tmp_path_factory.mktemp("village"))


@pytest.mark.parametrize("group", GROUPS)
def test_a_hostile_parcel_leaves_nothing_but_a_sentence(village: Village, group: str) -> None:
    taken = [name for name, case in GROUPS[group].items() if not village.refuses(village.stick(case(village)))]
    assert taken == []


def test_a_bomb_does_not_go_off(village: Village) -> None:
    taken = [name for name, case in BOMBS.items() if not village.refuses(village.stick(case(village)))]
    assert taken == []


def test_the_same_parcel_without_the_hostile_thing_is_taken(tmp_path: Path) -> None:
    village = Village(tmp_path)
    assert village.refuses(village.stick(hostile.honest(village))) == ""
    assert village.store.tip(village.ref) != village.tip


def test_what_is_torn_or_flipped_brings_in_nothing_else(tmp_path: Path, much: int) -> None:
    assert torn.damaged(tmp_path, 60 * much, seed=1).accepted == []


@pytest.mark.parametrize("size", [0, 1, 255, 65_535, 65_536, 200_000, 2_000_000])
def test_what_is_large_and_honest_is_taken(hub: Hub, kit: Kit, size: int) -> None:
    """However well or badly it can be compressed."""
    for name, wikitext in (("Same", "a" * size), ("Mixed", Random(size).randbytes(size // 2).hex())):
        kit.writes(name, wikitext + "b")
    kit.writes("Mixed", "Another beginning. " + (kit.page("Mixed") or ""))
    ((found),) = hub.receives(kit.sends())
    assert len(found.edits) == 3


# What a stranger does with honest parcels


def test_an_old_parcel_rolls_nothing_back(hub: Hub, kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    old = kit.sends()
    hub.receives(old)
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.\n\nTwo.")
    hub.receives(kit.sends())
    before = hub.store.refs("refs/")
    (again,) = hub.receives(old)
    assert again.already
    assert Store(hub.store.path).refs("refs/") == before


def test_a_fork_is_kept_aside_and_moves_nothing(tmp_path: Path) -> None:
    village = Village(tmp_path)
    before = village.store.refs("refs/")
    (found,) = village.hub.receives(village.stick(leaves_the_branch(village)))
    after = Store(village.store.path).refs("refs/")
    assert (found.aside != "", found.edits) == (True, ())
    assert {ref: tip for ref, tip in after.items() if not ref.startswith(layout.FORKS)} == before


# What is left behind


def test_a_killed_receive_is_cleared_at_the_next_start(hub: Hub, kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = kit.sends()
    before = hostile.footprint(hub.store)
    program = (
        "import os, signal, sys; from pathlib import Path; from wikigit.hub import check, receive;"
        "from wikigit.repo.store import Store;"
        "check.kit_edits = lambda *_: os.kill(os.getpid(), signal.SIGKILL);"
        "list(receive.receive(Store(Path(sys.argv[1])), Path(sys.argv[2]), '2026-03-01'))"
    )
    words = [sys.executable, "-c", program, str(hub.store.path), str(stick.folder)]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    assert any((hub.store.path / lock.QUARANTINE).rglob("*.idx"))
    with hub.store.writing():
        pass
    assert hostile.footprint(hub.store) == before
    assert hub.receives(stick)


def test_what_is_in_quarantine_nobody_else_sees(hub: Hub, kit: Kit) -> None:
    edit = kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    found = torn.parcel_on(kit.sends())
    tip = found.manifest.tips[layout.kit(kit.id)]
    with hub.store.writing(), quarantine.held(hub.store, found, quarantine.FROM_KITS) as held:
        assert held.view.has(tip)
        assert not Store(hub.store.path).has(tip)
        assert edit.id in held.view.read(tip).text
    assert not Store(hub.store.path).has(tip)
    with hub.store.writing(), quarantine.held(hub.store, found, quarantine.FROM_KITS) as held:
        held.admit()
    assert Store(hub.store.path).has(tip)


def test_a_kit_takes_no_main_that_is_not_what_it_is_made_of(hub: Hub, kit: Kit) -> None:
    hub.receives(kit.sends())
    stick = hub.sends()
    told = torn.parcel_on(stick)
    before = hostile.footprint(kit.store)
    made = Objects()
    store, main = hub.store, hub.store.need(layout.MAIN, "")
    village = Village.__new__(Village)
    village.store, village.hub, village.tree = store, hub, store.read(main).tree
    tree = village.page(made, b"Forged.")
    tip = made.commit(tree, [main], store.read(main).text.encode(), b"hub <hub@wikigit.invalid> 1772323200 +0000")
    tips = {**told.manifest.tips, layout.MAIN: tip}
    header = village.header({layout.MAIN: tip}, [main])
    torn.lay(hub.store, stick, replace(told.manifest, tips=tips), Attempt(tips, header + made.pack()).bundle)
    with pytest.raises(ParcelError, match="is not what its upstream and its queue make"):
        kit.receives(stick)
    assert hostile.footprint(kit.store) == before


def test_a_copy_is_made_on_our_disk_and_gone(hub: Hub, kit: Kit) -> None:
    kit.writes("Ngozi", f"{NGOZI}\n\nOne.")
    stick = kit.sends()
    found = torn.parcel_on(stick)
    with hub.store.writing(), quarantine.held(hub.store, found, quarantine.FROM_KITS):
        shutil.rmtree(stick.folder)  # it is taken out
    assert not (hub.store.path / lock.QUARANTINE).exists()


# What is honest


@pytest.mark.parametrize("story", range(4))
def test_nothing_honest_is_refused(tmp_path: Path, story: int) -> None:
    assert honest.told(tmp_path, story).refused == []
