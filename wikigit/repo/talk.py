"""Talk messages in the repository: one file each, and how far each talk page was read.

The tree holds `<kit>/<id>.json` and `seen.tsv`; a kit gets a history of its own with its own messages only.
Nothing here knows what a message says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wikigit.core import identity, message, talk
from wikigit.core.site import Site
from wikigit.core.talk import TalkMessage
from wikigit.repo import edits, layout, objects, shares, tables, trees
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

SEEN = "seen.tsv"


def read(store: Store, site: Site, kit: str = "", tip: str | None = None) -> list[TalkMessage]:
    """All messages, or those for one kit, in the order in which they were written. Raises RepoError.

    `tip`: the commit to read, where the ref is about to be moved.
    """
    tip = tip or store.tip(layout.MESSAGES)
    if tip is None:
        return []
    found = []
    for path, blob in trees.walk(store.git, store.read(tip).tree):
        folder = path.split("/")[0]
        if path != SEEN and kit in ("", folder):
            found.append(talk.from_json(objects.read_blob(store.git, blob, path), folder, site))
    return sorted(found, key=lambda told: (told.revision, told.id))


def seen(store: Store) -> dict[str, int]:
    """Title of a talk page → the revision id up to which it was read."""
    tip = store.tip(layout.MESSAGES)
    rows = tables.parse(store.file(tip, SEEN) if tip else None, 2, SEEN)
    return {title: tables.number(revision, SEEN) for title, revision in rows}


def append(store: Store, new: Iterable[TalkMessage], read_to: Mapping[str, int], day: str) -> list[Move]:
    """Store further messages, and how far the talk pages were read; returns the move of the ref. None: no move."""
    old = store.tip(layout.MESSAGES)
    files = {f"{told.kit}/{told.id}.json": talk.to_json(told).encode() for told in new}
    there = seen(store)
    table = tables.write(sorted((there | dict(read_to)).items()))
    if not files and there | dict(read_to) == there:
        return []
    tree = store.tree_with(store.read(old).tree if old else None, {**files, SEEN: table})
    text = message.compose(f"{len(files)} messages", {})
    commit = store.commit(tree, [old] if old else [], text, author=edits.signature(identity.BRIDGE, day))
    return [Move(layout.MESSAGES, old, commit)]


def for_kit(store: Store, kit: str, day: str, line: Sequence[str] = ()) -> list[Move]:
    """Bring the messages for one kit, and for those that it is the heir of, into the history that this kit gets."""
    source = store.tip(layout.MESSAGES)
    if source is None:
        return []
    refs = [layout.messages(one) for one in (kit, *line)]
    return shares.move(store, source, refs, (kit, *line), (message.compose("Messages", {}), identity.BRIDGE, day))
