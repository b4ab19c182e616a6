"""The keys that the hub knows: a table in Git, to which lines are only ever added.

Nothing here decides whom to enrol.
"""

from __future__ import annotations

from collections.abc import Sequence

from wikigit.core import enrolment, identity, message
from wikigit.core.enrolment import Holder, Row
from wikigit.repo import edits, layout, tables
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

TABLE = "keys.tsv"


def rows(store: Store) -> list[Row]:
    """Every event, oldest first. Raises RepoError."""
    tip = store.tip(layout.KEYS)
    table = tables.parse(store.file(tip, TABLE) if tip else None, enrolment.FIELDS, TABLE)
    return [enrolment.from_fields(fields) for fields in table]


def holders(store: Store) -> dict[str, Holder]:
    """Everybody whose key is or was known here, by id."""
    return enrolment.holders(rows(store))


def ancestors(store: Store, kit: str) -> list[str]:
    """The kits that this one is the heir of, the nearest first."""
    return enrolment.ancestors(holders(store), kit)


def family(store: Store, kit: str) -> list[str]:
    """The kits that this one is the heir of, and those that are its heirs: one desk wrote for all of them."""
    known = holders(store)
    return [*enrolment.ancestors(known, kit), *enrolment.heirs(known, kit)]


def add(store: Store, new: Sequence[Row], day: str) -> list[Move]:
    """Add events; returns the move of the table's ref. None: no move."""
    if not new:
        return []
    old = store.tip(layout.KEYS)
    before = (store.file(old, TABLE) if old else None) or b""
    after = before + (tables.write(map(enrolment.to_fields, new)) or b"")
    tree = store.tree_with(store.read(old).tree if old else None, {TABLE: after})
    text = message.compose(", ".join(f"{row.who} {row.event}" for row in new), {})
    commit = store.commit(tree, [old] if old else [], text, author=edits.signature(identity.HUB, day))
    return [Move(layout.KEYS, old, commit)]
