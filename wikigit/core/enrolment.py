"""Who is known by which key: events, one line each, and what they come to.

Nothing here decides whom to believe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from wikigit.core import identity, keys
from wikigit.core.errors import RepoError


class Event(StrEnum):
    """What happened to a key."""

    ENROLLED = "enrolled"
    FOLLOWED = "followed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Row:
    """One event: whose key, on which day, the key, the kit that this one is the heir of, the volunteer who said so."""

    day: str
    who: str
    event: Event
    key: str
    heir_of: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """A kit, or the hub, by its key now; `former`: those that it has replaced."""

    who: str
    key: str
    former: tuple[str, ...] = ()
    heir_of: str = ""
    revoked: bool = False


FIELDS = 6


def to_fields(row: Row) -> Sequence[str]:
    """A row as its table's fields."""
    return (row.day, row.who, row.event, row.key, row.heir_of, row.by)


def from_fields(fields: Sequence[str]) -> Row:
    """A row of the table. Raises RepoError."""
    day, who, event, key, heir_of, by = fields
    sound = (who == identity.HUB or identity.is_kit(who)) and (heir_of == "" or identity.is_kit(heir_of))
    if not sound or event not in list(Event) or not keys.is_key(key):
        raise RepoError(
            f"The table of keys has a line that wikigit does not write: {who[:20]!r}.", hint="Run `wikigit verify`."
        )
    return Row(day, who, Event(event), key, heir_of, by)


def holders(rows: Iterable[Row]) -> dict[str, Holder]:
    """Everybody who is or was known, by id."""
    found: dict[str, Holder] = {}
    for row in rows:
        match row.event, found.get(row.who):
            case Event.ENROLLED, _:
                found[row.who] = Holder(row.who, row.key, heir_of=row.heir_of)
            case Event.FOLLOWED, Holder() as holder:
                found[row.who] = replace(holder, key=row.key, former=(*holder.former, holder.key))
            case Event.REVOKED, Holder() as holder:
                found[row.who] = replace(holder, revoked=True)
    return found


def ancestors(known: dict[str, Holder], kit: str) -> list[str]:
    """The kits that this one is the heir of, the nearest first."""
    line: list[str] = []
    while (holder := known.get(kit)) and holder.heir_of and holder.heir_of not in line:
        kit = holder.heir_of
        line.append(kit)
    return line


def heirs(known: dict[str, Holder], kit: str) -> list[str]:
    """The kits that are heirs of this one, at any remove."""
    return [who for who in known if kit in ancestors(known, who)]
