"""The part of a history that one kit gets: its own folder, and those of the kits that it is the heir of.

Nothing here knows what the folders hold.
"""

from __future__ import annotations

from collections.abc import Sequence

from wikigit.repo import edits, trees
from wikigit.repo.refs import Move
from wikigit.repo.store import Store


def move(store: Store, source: str, refs: Sequence[str], kits: Sequence[str], how: tuple[str, str, str]) -> list[Move]:
    """Bring what `source` holds of some kits into the first of the refs; returns its move, none for nothing new.

    Where that is not there yet it goes on from the next: what an heir holds of them is continued. `how`: the
    commit's message, who writes it, and the day.
    """
    text, writer, day = how
    folders = {kit: trees.find(store.git, store.read(source).tree, kit) for kit in kits}
    own = {kit: entry for kit, entry in folders.items() if entry is not None}
    tree = trees.graft(store.git, None, own)
    old = store.tip(refs[0])
    if tree is None or (old and store.read(old).tree == tree):
        return []
    before = next(filter(None, map(store.tip, refs)), None)
    commit = store.commit(tree, [before] if before else [], text, author=edits.signature(writer, day))
    return [Move(refs[0], old, commit)]
