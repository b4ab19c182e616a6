"""One line of what a person typed, made safe to stand in a commit, a table or a summary.

Nothing here knows where the line goes; see `message` and `attribution` for their own rules.
"""

from __future__ import annotations

import unicodedata

import regex

JOINERS = "\u200c\u200d"
"""Format characters that Persian, Indic scripts and emoji need; all others are dropped."""


def one_line(typed: str) -> str:
    """`typed` as one line: NFC, without control and format characters, blanks folded to one.

    Categories Cc, Cf, Cs, Zl and Zp can end a line for one reader and not for another, or turn the
    direction of what follows. What has no width leaves no blank: it stands inside words.
    """
    kept = unicodedata.normalize("NFC", "".join(map(_kept, typed)))
    return " ".join(kept.split()).strip(JOINERS + " ")


def shorten(words: str, room: int) -> str:
    """`words`, cut to at most `room` code points: between two words if it can, never inside a letter."""
    if len(words) <= room:
        return words
    if room < 1:
        return ""
    kept = ""
    for cluster in regex.findall(r"\X", words):
        if len(kept) + len(cluster) + 1 > room:
            break
        kept += cluster
    blank = kept.rfind(" ")
    if blank > room // 2:
        kept = kept[:blank]
    return kept.rstrip(" " + JOINERS) + "…"


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" and character not in JOINERS:
        return ""
    return " " if category in ("Cc", "Cs", "Zl", "Zp") else character
