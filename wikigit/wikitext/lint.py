"""What the wiki would not store as it was written: signatures, `subst:`, pipe tricks. And comments without an end.

MediaWiki expands these when a page is saved (`Parser::preSaveTransform`), and signs as whoever saves it: for
us that is the bridge. Nothing here expands or mends anything, or knows what becomes of an edit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from wikigit.core.site import Site

SIGNATURE, SUBSTITUTION, PIPE_TRICK = "signature", "substitution", "pipe-trick"
UNCLOSED_COMMENT = "unclosed-comment"
CODES = (SIGNATURE, SUBSTITUTION, PIPE_TRICK, UNCLOSED_COMMENT)
ALTERED = frozenset({SIGNATURE, SUBSTITUTION, PIPE_TRICK})
"""Codes of what the wiki would write otherwise."""

_IN_TITLES = r"[ %!\"$&'()*,\-./0-9:;=?@A-Z\\^_`a-z~\x80-\U0010ffff+]"  # Title::legalChars
_SIGNATURE = re.compile("~{3,}")
_PIPE_TRICK = re.compile(rf"\[\[(?:{_IN_TITLES}+\|\]\]|\|{_IN_TITLES}+\]\])")

# Tags whose contents MediaWiki leaves alone: its own, and those of extensions that are found everywhere.
_TAGS = (
    "categorytree|ce|charinsert|chem|gallery|graph|hiero|imagemap|indicator|inputbox|langconvert|mapframe|maplink|math|"
    "nowiki|poem|pre|ref|references|score|section|source|syntaxhighlight|templatedata|templatestyles|timeline"
)
_INCLUDE_ONLY = "includeonly"
_OPENING = re.compile(rf"<(!--|(?:{_TAGS}|{_INCLUDE_ONLY})(?=\s|/?>))", re.IGNORECASE)
_HOLE = "\x7f"  # stands for what is left alone; a character that is in no title and no blank


@dataclass(frozen=True, slots=True)
class Finding:
    """One place: its code, its line (from 1), and the wikitext that is meant."""

    code: str
    line: int
    what: str


def findings(wikitext: str, site: Site) -> tuple[Finding, ...]:
    """All that is found in a page's text, by lines."""
    pieces = list(_pieces(wikitext))
    text = _joined(pieces, {_Piece.TEXT, _Piece.INCLUDE_ONLY})
    found = [*_each(SIGNATURE, _SIGNATURE, text), *_each(PIPE_TRICK, _PIPE_TRICK, text)]
    found += _each(SUBSTITUTION, _substitution(site), _joined(pieces, {_Piece.TEXT}))
    line = 1
    for kind, piece in pieces:
        if kind is _Piece.UNCLOSED:
            found.append(Finding(UNCLOSED_COMMENT, line, "<!--"))
        line += piece.count("\n")
    return tuple(sorted(found, key=lambda f: f.line))


def brought(before: str | None, after: str, site: Site) -> tuple[Finding, ...]:
    """What a change brings in: each finding of *after* that *before* has not, or not as often."""
    there = Counter((f.code, f.what) for f in findings(before or "", site))
    new = []
    for finding in findings(after, site):
        key = (finding.code, finding.what)
        there[key] -= 1
        if there[key] < 0:
            new.append(finding)
    return tuple(new)


def _each(code: str, pattern: re.Pattern[str], text: str) -> Iterator[Finding]:
    line, here = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", here, match.start())
        here = match.start()
        yield Finding(code, line, match[0])


def _substitution(site: Site) -> re.Pattern[str]:
    """`{{subst:`, in the wiki's own language too."""
    words = {"subst:", "safesubst:", *site.words("subst"), *site.words("safesubst")}
    return re.compile(rf"\{{\{{\s*(?:{'|'.join(map(re.escape, sorted(words)))})", re.IGNORECASE)


class _Piece(Enum):
    """How MediaWiki treats a stretch of the text: as text, without looking for `subst:`, or not at all."""

    TEXT = auto()
    INCLUDE_ONLY = auto()
    LEFT_ALONE = auto()
    UNCLOSED = auto()


def _pieces(wikitext: str) -> Iterator[tuple[_Piece, str]]:
    """The text cut as `Preprocessor_Hash` does it, from left to right; a tag that is not closed is text."""
    start = here = 0
    endless: set[str] = set()
    while opening := _OPENING.search(wikitext, here):
        name = opening[1].lower()
        kind, end = _kept(wikitext, opening.end(), name) if name not in endless else (_Piece.TEXT, -1)
        if end < 0:
            endless.add(name)
            here = opening.end()
            continue
        yield _Piece.TEXT, wikitext[start : opening.start()]
        yield kind, wikitext[opening.start() : end]
        start = here = end
    yield _Piece.TEXT, wikitext[start:]


def _kept(wikitext: str, here: int, name: str) -> tuple[_Piece, int]:
    """What begins here, and where it ends; -1 where it is only text."""
    if name == "!--":
        end = wikitext.find("-->", here)
        return (_Piece.LEFT_ALONE, end + 3) if end >= 0 else (_Piece.UNCLOSED, len(wikitext))
    opened = wikitext.find(">", here)
    if opened < 0 or wikitext[opened - 1] == "/":
        return _Piece.LEFT_ALONE, opened + 1 or -1
    kind = _Piece.INCLUDE_ONLY if name == _INCLUDE_ONLY else _Piece.LEFT_ALONE
    if closing := re.compile(rf"</{name}\s*>", re.IGNORECASE).search(wikitext, opened + 1):
        return kind, closing.end()
    return kind, len(wikitext) if name == _INCLUDE_ONLY else -1


def _joined(pieces: list[tuple[_Piece, str]], seen: set[_Piece]) -> str:
    """The text with a hole for all but these pieces, its lines kept."""
    return "".join(text if kind in seen else _HOLE + "\n" * text.count("\n") for kind, text in pieces)
