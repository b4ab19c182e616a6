"""Wikitext as tokens: words, the wiki's marks, single characters where a script writes no spaces.

Joined they give the text back exactly. Nothing here knows what a mark means.
"""

from __future__ import annotations

import regex

UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
"""A letter of a script that writes no spaces between words."""

_TOKEN = regex.compile(
    rf"""
      (?:https?|ftp|mailto):[^\s\[\]<>"{{}}|]+                  # an address is one token
    | \[\[ | \]\] | \{{\{{\{{? | \}}\}}\}}? | \{{\| | \|\}} | \|- | \|\| | !!
    | '{{2,5}} | ={{2,6}} | <!-- | --> | </?[A-Za-z][A-Za-z0-9]*
    | {UNSPACED}\p{{M}}*
    | (?:(?!{UNSPACED})[\p{{L}}\p{{M}}\p{{N}}_])+
    | [^\S\n]+ | .
    """,
    regex.VERBOSE | regex.DOTALL,
)
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}_]")

ENDS = frozenset(".!?。！？।؟۔።፧\n")
"""Tokens that end a sentence."""

CELLS = frozenset(("|", "|-", "||", "!", "!!"))
"""Tokens that part the cells of a table."""


def tokens(wikitext: str) -> list[str]:
    r"""The text's tokens. `\w` would split N'Ko, Thaana and Devanagari vowel signs, so categories are named."""
    found: list[str] = _TOKEN.findall(wikitext)
    return found


def is_word(token: str) -> bool:
    """Whether a token is a word, or a character of a script without spaces."""
    return _WORD.match(token) is not None
