"""One page's revisions for `action=import`: what is sent, and what the wiki's answer means.

Pure. MediaWiki imports under the name, time and text that it is given, without the checks that an edit meets: no
edit conflict, no filter, no change of the text. Nothing here decides whether that is safe; see `bridge.importing`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from wikigit.core import attribution
from wikigit.core.title import Title
from wikigit.wiki import answers
from wikigit.wiki.answers import Answer, Kind
from wikigit.wiki.edit import MAXLAG

NOT_IMPORTED = "not-imported"
"""The wiki passed the page over without a word: it is protected, or the account is blocked."""

_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SHA1_LENGTH = 31
_HEAD = '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">'


@dataclass(frozen=True, slots=True)
class Version:
    """One revision to import. `time` is `YYYY-MM-DDTHH:MM:SSZ`, `account` as the page's history is to show it."""

    account: str
    time: str
    summary: str
    wikitext: str
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Import:
    """Revisions that we want in one page's history, oldest first: all of them, or none.

    `tags` are for the revision without a change that the wiki puts on top in our account's name.
    """

    title: Title
    versions: tuple[Version, ...]
    tags: tuple[str, ...] = ()


def parameters(request: Import, account: str, token: str) -> dict[str, str]:
    """Return the API's parameters beside the file, the token last."""
    sent = {
        "action": "import",
        "interwikiprefix": attribution.ORIGIN,
        "summary": "#wikigit",
        "assert": "user",
        "assertuser": account,
        "maxlag": str(MAXLAG),
    }
    if request.tags:
        sent["tags"] = "|".join(request.tags)
    return sent | {"token": token}


def refused(request: Import) -> Answer | None:
    """The answer to what no XML file can hold; None where it can be sent."""
    if any(_NOT_XML.search(version.wikitext + version.summary) for version in request.versions):
        return Answer(Kind.HELD, "not-xml", info="The text holds a character that no XML file may hold.")
    return None


def xml(request: Import) -> bytes:
    """Return the file. MediaWiki knows a revision again by its page, time and `<sha1>`, and skips it."""
    revisions = "".join(map(_revision, request.versions))
    page = f"<page><title>{escape(str(request.title))}</title><ns>{request.title.namespace}</ns>{revisions}</page>"
    return f"{_HEAD}{page}</mediawiki>\n".encode()


def _revision(version: Version) -> str:
    minor = "<minor/>" if version.minor else ""
    text = f'<text xml:space="preserve">{escape(version.wikitext)}</text><sha1>{base36(version.wikitext)}</sha1>'
    return (
        f"<revision><timestamp>{version.time}</timestamp>"
        f"<contributor><username>{escape(version.account)}</username></contributor>{minor}"
        f"<comment>{escape(version.summary)}</comment><model>wikitext</model><format>text/x-wiki</format>"
        f"{text}</revision>"
    )


def base36(wikitext: str) -> str:
    """A text's sha1 as MediaWiki's dumps and database have it: 31 digits to base 36."""
    number = int(hashlib.sha1(wikitext.encode(), usedforsecurity=False).hexdigest(), 16)
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits.rjust(_SHA1_LENGTH, "0")


def judge(reply: object, *, retry_after: int | None = None) -> Answer:
    """Return what the decoded JSON means. No reply names a revision: the page's history has to be read."""
    if not isinstance(reply, Mapping):
        return answers.unreadable("The wiki's answer was not JSON.")
    if errors := answers.errors_of(reply):
        return answers.refusal(errors, retry_after)
    pages = reply.get("import")
    if not isinstance(pages, list):
        return answers.unreadable("The wiki's answer said nothing about the import.")
    if not any(isinstance(page, Mapping) and "revisions" in page for page in pages):
        return Answer(Kind.HELD, NOT_IMPORTED, info="The wiki passed the page over.")
    return Answer(Kind.SAVED, "success", info="Imported.")
