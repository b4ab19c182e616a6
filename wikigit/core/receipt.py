"""Receipts: what became of each edit, told by several writers who do not see one another for weeks.

A receipt is a line. Lines are only ever appended; `fold` says which of them holds now. Nothing here knows
where lines are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from wikigit.core import identity, words
from wikigit.core.errors import RepoError, WikigitError

UNDONE = "undone"
"""The code of an edit and its undo that leave together, before either came to the wiki."""

SAID_LENGTH = 500
"""Code points of what a volunteer may say beside a code."""

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NUMBER = re.compile("[1-9][0-9]{0,14}")


class Outcome(StrEnum):
    """The states of an edit, in the order of its way."""

    SAVED = "saved"
    SENT_BACK = "sent-back"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    SENT = "sent"
    RECEIVED = "received"
    PROPOSAL = "proposal"
    MERGE_CONFLICT = "merge-conflict"
    DEPENDS_ON = "depends-on"
    HELD = "held"
    MERGED = "merged"
    DECLINED = "declined"
    DECLINED_WITH = "declined-with"
    PUBLISHED = "published"
    EDIT_CONFLICT = "edit-conflict"
    REFUSED = "refused"
    ALREADY_THERE = "already-there"
    ALIVE = "alive"
    REVERTED = "reverted"
    REWORKED = "reworked"
    SUPPRESSED = "suppressed"

    @property
    def final(self) -> bool:
        """Whether this answers the contributor: such an edit is no longer replayed on a new main."""
        return self in _FINAL

    @property
    def turns_away(self) -> bool:
        """Whether this answers that the edit will not come to the wiki."""
        return self in _TURNS_AWAY

    @property
    def waits(self) -> bool:
        """Whether a person at the hub has to decide."""
        return self in _WAITS


_FINAL = frozenset(
    {
        Outcome.WITHDRAWN,
        Outcome.DECLINED,
        Outcome.DECLINED_WITH,
        Outcome.PUBLISHED,
        Outcome.REFUSED,
        Outcome.ALREADY_THERE,
        Outcome.ALIVE,
        Outcome.REVERTED,
        Outcome.REWORKED,
        Outcome.SUPPRESSED,
    }
)
_TURNS_AWAY = frozenset({Outcome.WITHDRAWN, Outcome.DECLINED, Outcome.DECLINED_WITH, Outcome.REFUSED})
_WAITS = frozenset({Outcome.PROPOSAL, Outcome.MERGE_CONFLICT, Outcome.DEPENDS_ON, Outcome.HELD, Outcome.EDIT_CONFLICT})


@dataclass(frozen=True, slots=True)
class Receipt:
    """One line about one edit.

    `code` refines the outcome (a reason, an API code), `ref` is what it points to (revision id, parcel
    number, edit id), `by` who decided, `kit` the kit that the edit belongs to. `seen` maps other writers to
    the last line of theirs that this writer had read. A receipt not yet written has `seq` 0. `said` is for the
    contributor alone: it stands beside the line, not in it, so that lines can be shown to everybody.
    """

    edit: str
    outcome: Outcome
    code: str = ""
    ref: str = ""
    day: str = ""
    by: str = ""
    kit: str = ""
    writer: str = ""
    seq: int = 0
    seen: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    said: str = ""


def check_said(typed: str) -> str:
    """Return what a person typed for a contributor as one line. Raises WikigitError over 500 code points."""
    said = words.one_line(typed)
    if len(said) > SAID_LENGTH:
        raise WikigitError(
            f"This says {len(said)} letters to the contributor; there is room for {SAID_LENGTH}.",
            hint="Say it shorter, or on the page's talk page.",
        )
    return said


def fold(receipts: Iterable[Receipt]) -> dict[str, Receipt]:
    """For each edit id the receipt that holds.

    A line beats every line that its writer had seen, and its writer's own earlier ones. Of lines that had
    not seen each other the bridge's beats the hub's, and the hub's a kit's.
    """
    by_edit: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        by_edit.setdefault(receipt.edit, []).append(receipt)
    return {edit: _standing(lines) for edit, lines in by_edit.items()}


def _standing(lines: list[Receipt]) -> Receipt:
    last: dict[str, Receipt] = {}
    for line in lines:
        if line.writer not in last or last[line.writer].seq < line.seq:
            last[line.writer] = line
    unbeaten = [a for a in last.values() if not any(_beats(b, a) for b in last.values())]
    return max(unbeaten or last.values(), key=lambda line: (_rank(line.writer), line.seq, line.writer))


def _beats(one: Receipt, other: Receipt) -> bool:
    return one.writer != other.writer and one.seen.get(other.writer, 0) >= other.seq


def _rank(writer: str) -> int:
    return {identity.BRIDGE: 2, identity.HUB: 1}.get(writer, 0)


def to_line(receipt: Receipt) -> str:
    """The receipt as one line of a receipts table, without its end: seq, edit, outcome, code, ref, day, by, seen."""
    seen = " ".join(f"{writer}:{seq}" for writer, seq in sorted(receipt.seen.items()))
    fields = (
        receipt.seq,
        receipt.edit,
        receipt.outcome,
        receipt.code,
        receipt.ref,
        receipt.day,
        receipt.by,
        seen,
    )
    return "\t".join(words.one_line(str(f)) for f in fields)


def said_line(receipt: Receipt) -> str:
    """What is said with a receipt as one line of the table beside, without its end: seq, text."""
    return f"{receipt.seq}\t{receipt.said}"


def from_said_line(line: str, writer: str) -> tuple[int, str]:
    """Read one line of the table beside `writer`'s lines: seq, text. Raises RepoError where nobody would write it."""
    seq, tab, said = line.partition("\t")
    try:
        if not (tab and said) or check_said(said) != said:
            raise ValueError(line)
        return _number(seq), said
    except (ValueError, WikigitError) as exc:
        raise RepoError(f"{writer} would not say this: {line[:80]!r}", hint="Run `wikigit verify`.") from exc


def from_line(line: str, writer: str, kit: str) -> Receipt:
    """Read one line of `writer`'s table for `kit`. Raises RepoError where it is not a receipt."""
    try:
        seq, edit, outcome, code, ref, day, by, seen = _fields(line)
        pairs = dict(map(_seen, seen.split(" "))) if seen else {}
        told = Receipt(edit, Outcome(outcome), code, ref, day, by, kit, writer, _number(seq), MappingProxyType(pairs))
    except ValueError as exc:
        raise RepoError(f"This line of {writer} is no receipt: {line[:80]!r}", hint="Run `wikigit verify`.") from exc
    return told


def numbered(receipts: Iterable[Receipt], writer: str, last: int, seen: Mapping[str, int]) -> list[Receipt]:
    """The receipts as `writer` will append them after its line number `last`."""
    others = MappingProxyType({w: s for w, s in seen.items() if w != writer and s})
    return [
        replace(receipt, writer=writer, seq=number, seen=others)
        for number, receipt in enumerate(receipts, start=last + 1)
    ]


def _fields(line: str) -> list[str]:
    fields = line.split("\t")
    if len(fields) != 8 or not identity.is_edit(fields[1]) or _CONTROLS.search("".join(fields)):
        raise ValueError(line)
    return fields


def _seen(pair: str) -> tuple[str, int]:
    writer, _, seq = pair.partition(":")
    if not identity.is_writer(writer):
        raise ValueError(pair)
    return writer, _number(seq)


def _number(digits: str) -> int:
    """A line's number, from 1, in the one way that we write it."""
    if not _NUMBER.fullmatch(digits):
        raise ValueError(digits)
    return int(digits)
