"""Talk messages: what people on the wiki write, on a talk page, to the author of an edit.

Nothing here reads a wiki or knows where messages are kept. Whom a text means it says itself: by an edit's id, by
the step id that stands in our summaries, or by a link to a revision.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from wikigit.core import identity
from wikigit.core.errors import RepoError, WikigitError
from wikigit.core.record import Record
from wikigit.core.site import Site
from wikigit.core.title import Title

_ID = re.compile(rf"(?<![\w-])(?:e-|wg:)[{identity.ALPHABET}]{{16}}(?!\w)", re.ASCII)
_LINK = re.compile(
    r"(?:(?:diff|permanentlink|permalink)/([0-9]{1,15})(?:/([0-9]{1,15}))?|(?:diff|oldid)=([0-9]{1,15}))", re.I
)
_HINT = "Ask the hub to send again."


@dataclass(frozen=True, slots=True)
class TalkMessage:
    """Some new lines in a section of a talk page, written in one revision.

    `edit` is the edit that they are about, of `kit`; "" where they name none and only stand on the talk page of the
    bridge's account: then they are for the hub's people. `account` wrote them on `day`, in `revision` of `page`;
    `via` is the account that published the edit.
    """

    id: str
    edit: str
    kit: str
    page: Title
    section: str
    account: str
    day: str
    revision: int
    via: str
    wikitext: str


def named(wikitext: str) -> Iterator[str | int]:
    """What a text names: edit ids, step ids, and as numbers the revisions that it links to."""
    yield from _ID.findall(wikitext)
    for found in _LINK.findall(wikitext):
        yield from (int(number) for number in found if number)


def to_json(message: TalkMessage) -> str:
    """The message as its file holds it."""
    told = {field.name: getattr(message, field.name) for field in fields(message)}
    return json.dumps(told | {"page": str(message.page)}, ensure_ascii=False, indent=1) + "\n"


def from_json(data: bytes, kit: str, site: Site) -> TalkMessage:
    """Read a message's file, which stands among those of `kit`. Raises RepoError where it is none."""
    try:
        record = Record(json.loads(data), "A talk message", _HINT, RepoError)
        texts = {key: record.text(key) for key in ("id", "edit", "kit", "section", "account", "day", "via", "wikitext")}
        page = Title.parse(record.text("page"), site)
        message = TalkMessage(page=page, revision=record.number("revision"), **texts)
        if message.kit != kit or message.id != identity.message_id(message.revision, message.edit):
            raise ValueError(message.id)
    except (ValueError, RecursionError, WikigitError) as exc:
        raise RepoError(f"This is no talk message: {data[:80]!r}", hint=_HINT) from exc
    return message
