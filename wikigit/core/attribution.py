"""The summary that a revision carries: who wrote it, what for, and the step's id to find it by.

    Amina B. (offline): corrected the year of the market #wikigit wg:7m2q9kx4t1vbn8rc

MediaWiki cuts a summary at 500 code points, from the end and without a word, so the credit stands first,
the contributor's words are cut by us, and at most 480 code points are used. A policy's own hashtags stand behind
`#wikigit`. Nothing here knows how a summary is sent. A summary proves nothing about who wrote it: see `bridge.settle`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wikigit.core import identity, words

LIMIT = 480
WORDS_ROOM = 80
"""Code points that are kept for the contributor's words before a step takes a further name."""
ORIGIN = "wikigit"
"""What stands before the name of whoever wrote an imported revision: `wikigit>Amina B.` is no account of the wiki."""
HASHTAGS_ROOM = 60
"""Code points of all the policy's hashtags: kept free also without any, so that no step depends on them."""

_GRAMMAR = re.compile(
    rf"(?P<names>[^()]+) \(offline\)(?:: (?P<words>.*))? #wikigit(?: #\S+)* (?P<step>wg:[{identity.ALPHABET}]{{16}})"
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a summary of ours says."""

    names: tuple[str, ...]
    words: str
    step: str


def summary(names: Sequence[str], said: str, step: str, hashtags: Sequence[str] = ()) -> str:
    """The summary of a step that holds edits by `names` (credits or contributor ids), in at most 480 code points.

    Raises ValueError where the names do not fit: ask `fits` first, and split the step.
    """
    head, tail = f"{', '.join(names)} (offline)", " ".join(["", "#wikigit", *hashtags, step])
    room = LIMIT - len(head) - len(tail) - 2
    if room < 0:
        raise ValueError("the names do not fit into a summary")
    kept = words.shorten(_harmless(words.one_line(said)), room)
    return f"{head}: {kept}{tail}" if kept else head + tail


def fits(names: Sequence[str]) -> bool:
    """Whether a summary can carry all these names and some words."""
    signs = len(" (offline):  #wikigit  wg:0123456789abcdef")
    return len(", ".join(names)) + WORDS_ROOM + HASHTAGS_ROOM + signs <= LIMIT


def author(name: str) -> str:
    """Whom an imported revision is by. `>` is in no account's name, so that nobody can be taken for an account."""
    return f"{ORIGIN}>{name}"


def is_author(account: str) -> bool:
    """Whether a revision's account is somebody whose edit was imported, by whoever may import there."""
    return account.startswith(f"{ORIGIN}>")


def parse(text: str) -> Attribution | None:
    """What a summary says, or None where it is not one of ours."""
    found = _GRAMMAR.fullmatch(text)
    if found is None:
        return None
    return Attribution(tuple(found["names"].split(", ")), found["words"] or "", found["step"])


def _harmless(said: str) -> str:
    """The words without live links, templates or section marks: `[[` `{{` `/*` are parsed in summaries."""
    for mark in ("[[", "]]", "{{", "}}", "/*", "*/"):
        while mark in said:
            said = said.replace(mark, " ".join(mark))
    return said
