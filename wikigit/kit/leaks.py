"""Names that would leave the kit: those of its people who agreed to none, and e-mail addresses.

What was found is never said, only what kind of thing it is: what a kit says may be kept in a log. Nothing here
decides whether an edit leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

from wikigit.core import names
from wikigit.core.edit import Edit
from wikigit.core.names import Names


@dataclass(frozen=True, slots=True)
class Leak:
    """An edit that holds something of a person, and what kinds of things."""

    edit: str
    holds: tuple[str, ...]

    @property
    def sentence(self) -> str:
        told = [names.SAID[kind] for kind in self.holds]
        return f"{self.edit} stays here: it holds {' and '.join(told)}."


def of_edit(edit: Edit, secret: Names) -> Leak | None:
    """What an edit brings that its page does not hold yet; None where there is nothing."""
    found = secret.new(edit.before or "", edit.after)
    for told in (edit.summary, edit.credit, edit.translated_from, edit.copied_from, edit.affiliation):
        found += secret.found(told)
    if edit.before is None:
        found += secret.found(str(edit.title))
    return Leak(edit.id, tuple(sorted({names.kind(each) for each in found}))) if found else None
