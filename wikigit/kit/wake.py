"""A kit wakes up: what a power cut left is put in order before anybody works, and no person is needed for it.

Edits that nothing names any more come back onto the desk, or their words are kept for their authors. Nothing here
knows how a ref is mended.
"""

from __future__ import annotations

from dataclasses import dataclass

from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError
from wikigit.kit import back
from wikigit.kit.start import day as kit_day
from wikigit.repo import heal, layout, mainline
from wikigit.repo.heal import Healed
from wikigit.repo.refs import Move
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Woken:
    """What had to be put in order: refs that went back, edits that came back, edits whose words are kept aside."""

    healed: tuple[Healed, ...] = ()
    back: tuple[Edit, ...] = ()
    aside: tuple[Edit, ...] = ()


def wake(store: Store, today: str) -> Woken:
    """Put a kit in order; cheap where nothing is wrong. Raises RepoError where only a backup helps."""
    if heal.sound(store.path):
        return Woken()
    before = len(heal.record(store.path))
    with store.writing(alone=True):
        heal.heal(store.path)
        store.git.free()
        healed = heal.record(store.path)[before:]
        _need_main(store)
        _agree(store)
        broken = any(each.ref == layout.DESK for each in healed)
        again, put = back.bring(store, kit_day(store, today)) if broken else ((), ())
        return Woken(tuple(healed), tuple(again), tuple(put))


def _need_main(store: Store) -> None:
    if store.tip(layout.MAIN) is None:
        raise RepoError(
            "The pages of this kit cannot be read any more.",
            hint="Keep this folder, and make a kit of the newest backup: wikigit kit restore FILE FOLDER",
        )


def _agree(store: Store) -> None:
    """Let upstream be what main says it is made of, and let there be a desk."""
    main, moves = mainline.read(store), []
    if store.tip(layout.UPSTREAM) != main.upstream:
        moves.append(Move(layout.UPSTREAM, store.tip(layout.UPSTREAM), main.upstream))
    if store.tip(layout.DESK) is None:
        moves.append(Move(layout.DESK, None, main.tip))
    store.move(moves)
