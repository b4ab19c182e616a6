"""Letters as MediaWiki stores them.

It must not know where a text stands: in a title, a page or a summary.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from unicodedata import normalize

# The shapes that Arabic letters take inside a word (MediaWiki's NormalizeAr; U+FBDD is its one exception).
_ARABIC_SHAPES = re.compile(
    "[\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe70-\ufe72\ufe74\ufe76-\ufefc]"
)
# Malayalam chillu letters as they were typed before Unicode 5.1 (MediaWiki's NormalizeMl).
_CHILLU = re.compile("([\u0d23\u0d28\u0d30\u0d32\u0d33\u0d15])\u0d4d\u200d")
_CHILLU_LETTERS = dict(zip("\u0d23\u0d28\u0d30\u0d32\u0d33\u0d15", "\u0d7a\u0d7b\u0d7c\u0d7d\u0d7e\u0d7f", strict=True))


def normal(text: str, languages: Collection[str]) -> str:
    """Return what a wiki in these languages stores of `text`: NFC, and more in Arabic and Malayalam.

    `languages` is the wiki's own and its fallbacks (Language::normalize; control characters are not touched).
    """
    text = normalize("NFC", text)
    if "ar" in languages:
        text = _ARABIC_SHAPES.sub(_unshaped, text)
    if "ml" in languages:
        text = _CHILLU.sub(lambda typed: _CHILLU_LETTERS[typed[1]], text)
    return text


def _unshaped(shape: re.Match[str]) -> str:
    return "\u0677" if shape[0] == "\ufbdd" else normalize("NFKC", shape[0])
