"""The one edit: what is sent, and nothing else.

This module must not know how requests travel or what an answer is used for. It never sends
`basetimestamp` (with it MediaWiki lets an account overwrite its own later edit, even beside `baserevid`),
`section`, `recreate` (it would bring a deleted page back), or `contentmodel` (it would change the page's).
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from wikigit.core.title import Title

MAXLAG = 5  # seconds; Wikimedia asks every program that nobody waits for to send this


@dataclass(frozen=True, slots=True)
class Request:
    """One revision that we want on the wiki.

    `base` is the revision id that it replaces; None makes a new page. `starttimestamp` is the wiki's clock
    when that base was read, `YYYY-MM-DDTHH:MM:SSZ`: a page deleted since then is not brought back.
    `agreed` is the warning that a volunteer has read and wants it all the same, as `Answer.about` named it.
    `resent`: an earlier run may have sent it, and nobody has heard what the wiki said.
    """

    title: Title
    wikitext: str
    summary: str
    base: int | None
    starttimestamp: str
    minor: bool = False
    tags: tuple[str, ...] = ()
    agreed: str = ""
    resent: bool = False


def parameters(request: Request, account: str, token: str) -> dict[str, str]:
    """Return the API's parameters, the token last: then a cut request is refused and not half saved.

    MediaWiki makes NFC of a text before it looks at `md5` (else: `badmd5`), so that is what is sent.
    """
    text = unicodedata.normalize("NFC", request.wikitext)
    sent = {
        "action": "edit",
        "title": str(request.title),
        "text": text,
        "summary": request.summary,
        "minor" if request.minor else "notminor": "1",
        "starttimestamp": request.starttimestamp,
        "md5": hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
        "assert": "user",
        "assertuser": account,
        "maxlag": str(MAXLAG),
    }
    if request.base is None:
        sent["createonly"] = "1"
    else:
        sent |= {"baserevid": str(request.base), "nocreate": "1"}
    if request.tags:
        sent["tags"] = "|".join(request.tags)
    return sent | {"token": token}
