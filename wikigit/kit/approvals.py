"""Whether a person has agreed that an edit leaves, with the words that would leave now.

Nothing here knows of commits or of sticks.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from wikigit.core.edit import Edit
from wikigit.core.names import Names
from wikigit.core.receipt import Outcome
from wikigit.kit import decisions, leaks, people
from wikigit.kit.decisions import Decision
from wikigit.kit.leaks import Leak


class Approvals:
    """The decisions about edits, those that are being made now among them.

    `wanted`: who runs this approves these edits; None: all that were not sent back. `hold`: these stay, whatever was
    decided. `allows`: with the names in them. In the end `new` holds the approvals that were given, `again` the edits
    whose words are others than those approved, `leaks` those that stay for a name in them.
    """

    def __init__(
        self,
        folder: Path,
        day: str,
        *,
        wanted: Collection[str] | None = (),
        hold: Collection[str] = (),
        allows: bool = False,
    ) -> None:
        self.known, self.names = decisions.read(folder), Names.of(people.secret(folder))
        self._day, self._wanted, self._hold, self._allows = day, wanted, hold, allows
        self.new: list[Decision] = []
        self.again: list[str] = []
        self.leaks: list[Leak] = []

    def held(self, edit: str) -> bool:
        """Whether an edit stays without being looked at."""
        return edit in self._hold

    def agreed(self, edit: str, leaving: Edit | None) -> bool:
        """Whether an edit may leave as it would; `leaving` None: it does not fit, and is only asked for."""
        known, wanted = self._approved(edit), self._wants(edit)
        if leaving is None:
            return wanted or known is not None
        words = decisions.words(leaving)
        if known is not None and known.words != words and not wanted:
            self.again.append(edit)
            return False
        if not wanted and known is None:
            return False
        leak = leaks.of_edit(leaving, self.names)
        if leak is not None and not self._may_name(known, words, wanted):
            self.leaks.append(leak)
            return False
        if wanted:
            self.new.append(Decision(edit, Outcome.APPROVED, self._day, words, allows=leak is not None))
        return True

    @property
    def may_name(self) -> set[str]:
        """The edits in which names may stand."""
        return {decision.edit for decision in (*self.known.values(), *self.new) if decision.allows}

    def _may_name(self, known: Decision | None, words: str, wanted: bool) -> bool:
        """Whether somebody has said that the names in these words may leave."""
        return (wanted and self._allows) or (known is not None and known.allows and known.words == words)

    def _approved(self, edit: str) -> Decision | None:
        known = self.known.get(edit)
        return known if known is not None and known.outcome is Outcome.APPROVED else None

    def _wants(self, edit: str) -> bool:
        if self._wanted is not None:
            return edit in self._wanted
        return edit not in self.known or self.known[edit].outcome is not Outcome.SENT_BACK
