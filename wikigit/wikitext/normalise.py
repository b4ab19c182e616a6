"""What MediaWiki does to a page's text when it is saved, so that a kit shows what the wiki will store.

Nothing here expands anything: signatures, `subst:` and pipe tricks are the wiki's to expand.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from wikigit.core.letters import normal

_REPLACED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
TRIMMED = " \t\n\x0b"


def as_saved(typed: str, languages: Collection[str] = ()) -> str:
    r"""The wikitext that MediaWiki stores for `typed`.

    `languages` are the wiki's own (`site.languages`): it does more in Arabic and Malayalam. Line ends become
    LF, characters that XML cannot carry U+FFFD, the text NFC, and white space at the end of the page goes
    (MediaWiki: `UtfNormal\Validator::cleanUp`, `TextContent::normalizeLineEndings`).
    """
    clean = _REPLACED.sub("\ufffd", typed.replace("\r\n", "\n").replace("\r", "\n"))
    return normal(clean, languages).rstrip(TRIMMED)
