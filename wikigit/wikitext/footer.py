"""The lines at a page's foot that form a set: categories, and links to the page in other languages.

Two people may add to them at one place without a conflict, except where both lines cannot stand together.
Files are never a set. Nothing here knows where in a page it looks.
"""

from __future__ import annotations

import re

from wikigit.core.site import Site

CATEGORY = 14

_LINK = re.compile(r"\[\[\s*([^\[\]|:]+?)\s*:\s*([^\[\]|]+?)\s*(?:\|[^\[\]]*)?\]\]")


def united(ours: str, theirs: str, site: Site) -> str | None:
    """What two people's new lines at one place become together, None where a person must say.

    Both texts are whole lines, each with its newline. Categories unite in the order ours, theirs; languages
    by their code. Two links for one language do not, nor one category with two sort keys.
    """
    lines = list(dict.fromkeys((ours + theirs).split("\n")[:-1]))
    named = [_named(line, site) for line in lines]
    kinds = {kind for kind, _ in named}
    if len(kinds) != 1 or "" in kinds or len(set(named)) < len(named):
        return None
    return "".join(line + "\n" for line in (sorted(lines) if "language" in kinds else lines))


def _named(line: str, site: Site) -> tuple[str, str]:
    """What a line is and what of it may stand once: ("category", title), ("language", code), else ("", line)."""
    link = _LINK.fullmatch(line.strip())
    if link is None:
        return "", line
    namespace, interwiki = site.named(link[1]), site.interwiki(link[1])
    if namespace is not None:
        return ("category", link[2].replace("_", " ")) if namespace.id == CATEGORY else ("", line)
    return ("language", link[1].lower()) if interwiki is not None and interwiki.language else ("", line)
