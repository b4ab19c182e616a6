"""What a merge must not do, though each of its tokens is right.

Before the merge: whole-page changes that are a person's decision. After it: a link, template, tag or
heading that neither side wrote; a thing that stands twice because both sides added it; text that
disappears into a comment. Nothing here merges.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from wikigit.core.site import Site

BLANKED = 0.3
"""A side shorter than this share of the base has emptied the page."""
LONG_LINE, LONG_SENTENCE = 20, 25
"""Characters from which a line or sentence that stands twice is no coincidence."""

Feature = tuple[str, str]
"""What is counted: its kind, and how it is written."""

# Every pattern is linear: possessive, or with a bound. A line may be long and hostile.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BUILT = re.compile(
    r"""
      \{\{(?P<template>[^{}|\n]++)
    | \[\[(?P<link>[^\[\]|\n]++)
    | <(?P<tag>/?[A-Za-z][A-Za-z0-9]*+)
    | (?P<url>https?://[^\s\[\]<>"{}|]++)
    | ^(?P<heading>=[^\n]*+)
    """,
    re.VERBOSE,
)
_ONCE = re.compile(
    r"""
      \[\[(?P<link>[^\[\]|\n:]++:[^\[\]|\n]++)
    | ^(?P<heading>=[^\n]*+)
    | <ref\s{1,9}+name\s{0,9}+=\s{0,9}+["']?+(?P<ref>[^"'>/\n]{1,200}+)["']?+\s{0,9}+>
    | ^\s*+\|(?P<parameter>[^=|{}\[\]\n]++)=
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?。！？।؟۔።፧\n]++[.!?。！？।؟۔።፧]*+")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a merge is not taken: a code, and the text that shows it ("" where it is the whole page)."""

    code: str
    needle: str = ""


def whole_page(base: str, ours: str, theirs: str, site: Site) -> str:
    """Why two changes of a page are not merged at all, "" where they may be."""
    if len({is_redirect(text, site) for text in (base, ours, theirs)}) > 1:
        return "redirect"
    return "blanked" if min(len(ours), len(theirs)) < BLANKED * len(base) else ""


def is_redirect(wikitext: str, site: Site) -> bool:
    """Whether a page sends its reader on."""
    start = wikitext.lstrip()[:40].casefold()
    return start.startswith("#") and any(start.startswith(word.casefold()) for word in site.redirect_words)


def judge(base: str, ours: str, theirs: str, merged: str, merge: Callable[[str, str, str], str | None]) -> Wrong | None:
    """What is wrong with a merged text, None where nothing is. `merge` merges other texts without guards."""
    if _comments(base, ours, theirs, merged, merge):
        return Wrong("comment")
    counts = [Counter(text.split("\n")) for text in (base, ours, theirs, merged)]
    return _structure(*counts) or _doubled(*counts)


def _comments(base: str, ours: str, theirs: str, merged: str, merge: Callable[[str, str, str], str | None]) -> bool:
    """Whether a change to the comment marks of one side hides or shows text of the other."""
    if len({text.count("<!--") - text.count("-->") for text in (base, ours, theirs)}) == 1:
        return False
    if _unclosed(merged) and not _unclosed(base):
        return True
    seen = merge(_visible(base), _visible(ours), _visible(theirs))
    return seen is None or seen.rstrip() != _visible(merged).rstrip()


def _unclosed(wikitext: str) -> bool:
    """Whether a comment runs to the end of the page, and takes the rest of it along."""
    comments = [found for found in _COMMENT.finditer(wikitext) if not found[0].endswith("-->") or len(found[0]) < 7]
    return bool(comments)


def _visible(wikitext: str) -> str:
    return _COMMENT.sub("", wikitext)


def _structure(base: Counter[str], ours: Counter[str], theirs: Counter[str], merged: Counter[str]) -> Wrong | None:
    """Whether merged = ours + theirs - base holds for everything built; where both and the merge agree it may not."""
    # Lines add up where only one side touched them; only the others need to be looked into.
    odd: Counter[Feature] = Counter()
    for line in merged.keys() | ours.keys() | theirs.keys() | base.keys():
        surplus = merged[line] - ours[line] - theirs[line] + base[line]
        if surplus:
            for feature, count in _built(line).items():
                odd[feature] += surplus * count
    wanted = {feature for feature, surplus in odd.items() if surplus}
    totals = [_total(_built, lines, wanted) for lines in (ours, theirs, merged)]
    for feature in sorted(wanted):  # the same one on every computer
        if len({total[feature] for total in totals}) > 1:
            return Wrong("structure", feature[1])
    return None


def _doubled(base: Counter[str], ours: Counter[str], theirs: Counter[str], merged: Counter[str]) -> Wrong | None:
    """Whether something that may stand once stands twice, because both sides added it."""
    added = [Counter(f for line in (side - base) for f in _once(line)) for side in (ours, theirs)]
    wanted = added[0].keys() & added[1].keys()
    here, *others = (_total(_once, lines, wanted) for lines in (merged, base, ours, theirs))
    for feature in sorted(wanted):  # the same one on every computer
        if here[feature] > 1 and here[feature] > max(total[feature] for total in others):
            return Wrong("doubled", feature[1])
    return None


def _built(line: str) -> Counter[Feature]:
    return _features(_BUILT, line)


def _once(line: str) -> Counter[Feature]:
    """What stands in a line that a page should not hold twice."""
    found = _features(_ONCE, line)
    if len(line.strip()) > LONG_LINE:
        found["line", line.strip()] += 1
    found.update(("sentence", s.strip()) for s in _SENTENCE.findall(line) if len(s.strip()) > LONG_SENTENCE)
    return found


def _features(pattern: re.Pattern[str], line: str) -> Counter[Feature]:
    kinds = ((found.lastgroup or "", found) for found in pattern.finditer(line))
    return Counter((kind, found[kind].strip()) for kind, found in kinds)


def _total(
    find: Callable[[str], Counter[Feature]], lines: Counter[str], wanted: Collection[Feature]
) -> Counter[Feature]:
    """How often each wanted feature stands in a text. One walk for all of them: both sides may add thousands."""
    total: Counter[Feature] = Counter()
    if wanted:
        for line, count in lines.items():
            for feature, n in find(line).items():
                if feature in wanted:
                    total[feature] += n * count
    return total
