"""What became of each edit, as the kit that it was written on can tell in the end.

Nothing here asks the hub or the wiki: this is what a contributor may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demo import story
from demo.road import Road
from demo.story import Writing
from wikigit.core.receipt import Outcome, Receipt
from wikigit.repo import receipts
from wikigit.repo.store import Store


@dataclass(frozen=True, slots=True)
class Told:
    """One edit: what was meant, the edit as `kit mine` gives it, and all its receipts in order."""

    writing: Writing
    mine: dict[str, Any]
    receipts: tuple[Receipt, ...]

    @property
    def id(self) -> str:
        return str(self.mine["edit"]["id"])

    @property
    def author(self) -> str:
        """Who wrote it, as published: the credit, or the contributor id."""
        return str(self.mine["edit"]["credit"] or self.mine["edit"]["contributor"])

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.mine["receipt"]["outcome"])

    @property
    def code(self) -> str:
        return str(self.mine["receipt"]["code"])

    @property
    def before(self) -> str | None:
        before = self.mine["edit"]["before"]
        return None if before is None else str(before)

    @property
    def after(self) -> str:
        return str(self.mine["edit"]["after"])

    @property
    def day(self) -> str:
        return str(self.mine["edit"]["day"])

    @property
    def revisions(self) -> list[int]:
        """The revisions that receipts say it is in."""
        return sorted({int(r.ref) for r in self.receipts if r.outcome is Outcome.PUBLISHED})

    @property
    def accepted(self) -> bool:
        return any(r.outcome is Outcome.MERGED for r in self.receipts)


def tell(road: Road) -> list[Told]:
    """Ask the kits what became of everything that was written there; in the order of the story."""
    found: dict[str, Told] = {}
    keys = {edit: key for key, edit in road.edits.items()}
    by_key = {writing.key: writing for writing in story.ALL}
    for kit, kit_id in road.kits.items():
        lines = sorted(receipts.read(Store(road.folder / kit), kit_id), key=_clock)
        for mine in road.at(kit, "kit", "mine"):
            edit = mine["edit"]["id"]
            about = tuple(line for line in lines if line.edit == edit)
            found[keys[edit]] = Told(by_key[keys[edit]], mine, about)
    return [found[writing.key] for writing in story.ALL]


def _clock(line: Receipt) -> int:
    """A line comes after every line that its writer had seen."""
    return line.seq + sum(line.seen.values())
