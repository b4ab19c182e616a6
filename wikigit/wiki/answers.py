"""What the wiki's answer to an edit means.

Pure: a reply goes in, an `Answer` comes out. This module must not know how a reply came, who sent the
edit, or what the bridge will do about it. The rows are measured on MediaWiki 1.39 and 1.43; the HTTP
status is 200 for nearly all of them, so only the JSON counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from wikigit.core import words


class Kind(Enum):
    """What became of a request to edit, by what has to be done next."""

    SAVED = "saved"  # stored; `revision` is ours
    MERGED_BY_WIKI = "merged-by-wiki"  # stored, but not as sent: read the revision back
    NULL_EDIT = "null-edit"  # the page already held this text; there is no new revision
    EDIT_CONFLICT = "edit-conflict"  # somebody was faster: read the head, replay, ask again
    GONE = "gone"  # deleted or moved: a person decides
    HELD = "held"  # this page needs a person, with all its edits; other pages may go on
    ASKED = "asked"  # this edit needs a volunteer's word: never sent again by a program alone
    REFUSED = "refused"  # this text or title will never be taken
    WAIT = "wait"  # nothing was stored; later it may work
    STOP = "stop"  # nothing was stored, and nothing will be for this account
    UNKNOWN = "unknown"  # nobody heard the answer: look in the page's history first
    BROKE = "broke"  # the wiki failed at this edit, perhaps after it had stored it; other pages may go on


@dataclass(frozen=True, slots=True)
class Answer:
    """The wiki's answer to one edit.

    `code` is the API's own, but for a few of ours. `revision` is the new revision id, where there is one;
    `base` is the revision that the wiki says it replaced (0: none). `time` is the new revision's,
    `YYYY-MM-DDTHH:MM:SSZ`, or "". `info` is one sentence without secrets. `detail` are facts in pairs (filter
    id, matches of the spam list, block). `about` is what a refusal is about, in the wiki's own words: the
    filter's name, the link that is not allowed, the reason of a block, or "". `retry_after` is in seconds,
    None where the wiki did not say.
    """

    kind: Kind
    code: str
    revision: int | None = None
    base: int | None = None
    time: str = ""
    info: str = ""
    detail: tuple[tuple[str, str], ...] = ()
    about: str = ""
    retry_after: int | None = None


WARNING = "abusefilter-warning"
"""The wiki would take the same edit, and any other of the page, if it were sent again in this session."""
DISALLOWED, THROTTLED = "abusefilter-disallowed", "abusefilter-throttled"

# The table. A code that is not in it needs a volunteer: refused, but we do not know why.
KINDS: dict[str, Kind] = {
    # somebody was faster
    "editconflict": Kind.EDIT_CONFLICT,
    "articleexists": Kind.EDIT_CONFLICT,
    # moved or deleted: never made again without a person
    "missingtitle": Kind.GONE,
    "pagedeleted": Kind.GONE,
    "nosuchpageid": Kind.GONE,
    # this page needs a person
    "protectedpage": Kind.HELD,
    "protectedtitle": Kind.HELD,
    "cascadeprotected": Kind.HELD,
    "protectednamespace": Kind.HELD,
    "cantcreate": Kind.HELD,
    "contentmodel-mismatch": Kind.HELD,
    # this edit needs a volunteer
    WARNING: Kind.ASKED,
    THROTTLED: Kind.ASKED,  # ours: the filter disallows a burst, not this text
    "captcha": Kind.ASKED,  # not an error for MediaWiki: result=Failure
    "failure": Kind.ASKED,  # another hook's result=Failure
    # never
    DISALLOWED: Kind.REFUSED,
    "pagecannotexist": Kind.REFUSED,
    "invalidtitle": Kind.REFUSED,
    "contenttoobig": Kind.REFUSED,
    "spamblacklist": Kind.REFUSED,
    "spamdetected": Kind.REFUSED,
    "invalid-json-data": Kind.REFUSED,
    "scribunto-lua-error-location": Kind.REFUSED,
    # later
    "ratelimited": Kind.WAIT,
    "readonly": Kind.WAIT,
    "maxlag": Kind.WAIT,
    "badmd5": Kind.WAIT,  # the text was damaged on its way, and the wiki noticed
    "http-429": Kind.WAIT,
    # nobody knows
    "http-500": Kind.BROKE,
    "import-unknownerror": Kind.BROKE,
    "internal_api_error_DBConnectionError": Kind.UNKNOWN,  # all of the wiki is ill, not this edit
    "internal_api_error_DBQueryError": Kind.UNKNOWN,
    "internal_api_error_DBQueryTimeoutError": Kind.UNKNOWN,
    # not with this account or configuration
    "blocked": Kind.STOP,  # but a partial block is HELD
    "autoblocked": Kind.STOP,
    "confirmemail": Kind.STOP,
    "noedit": Kind.STOP,
    "noedit-anon": Kind.STOP,
    "cantcreate-anon": Kind.STOP,
    "permissiondenied": Kind.STOP,
    "readapidenied": Kind.STOP,
    "writeapidenied": Kind.STOP,
    "noapiwrite": Kind.STOP,
    "assertuserfailed": Kind.STOP,
    "assertbotfailed": Kind.STOP,
    "assertnameduserfailed": Kind.STOP,
    "badtoken": Kind.STOP,
    "badtags": Kind.STOP,
    "missingparam": Kind.STOP,
    "cantimport-upload": Kind.STOP,
}

# Families of codes, where the one above does not name the code itself.
FAMILIES: tuple[tuple[str, Kind], ...] = (
    ("titleblacklist-", Kind.REFUSED),
    ("protectednamespace-", Kind.REFUSED),
    ("custom", Kind.REFUSED),  # customjsprotected, customcssprotected, …: another person's scripts
    ("mwoauth-", Kind.STOP),
    ("http-4", Kind.STOP),  # a proxy or firewall before the wiki refused us
    ("internal_api_error_", Kind.BROKE),
)

# Where a refusal says what it is about.
_ABOUT = ("abusefilter.description", "spamblacklist.matches", "line", "blockinfo.blockreason", "disallowedtags")


def judge(reply: object, *, base: int | None, name: str, retry_after: int | None = None) -> Answer:
    """Return what `reply`, the decoded JSON, means for an edit based on revision `base`.

    `base` is None for a new page; `name` is the page's title without prefix (the wiki may spell that
    otherwise: a woman's user page). Never raises: what cannot be understood is BROKE.
    """
    if not isinstance(reply, Mapping):
        return unreadable("The wiki's answer was not JSON.")
    if errors := errors_of(reply):
        return refusal(errors, retry_after)
    edit = reply.get("edit")
    if not isinstance(edit, Mapping):
        return unreadable("The wiki's answer said nothing about the edit.")
    return _success(edit, base, name) if edit.get("result") == "Success" else _failure(edit)


def lost(info: str) -> Answer:
    """Return the answer for a reply that never came."""
    return Answer(Kind.UNKNOWN, "lost-reply", info=info)


def from_status(status: int, retry_after: int | None = None) -> Answer:
    """Return the answer for an HTTP status other than 200. From 500 on, the edit may be saved."""
    code = f"http-{status}"
    kind = kind_of(code) if 400 <= status <= 500 else Kind.UNKNOWN
    return Answer(kind, code, info=f"The wiki's server answered HTTP {status}.", retry_after=retry_after)


def kind_of(code: str) -> Kind:
    """Return the kind for an error code of the API."""
    if code in KINDS:
        return KINDS[code]
    return next((kind for start, kind in FAMILIES if code.startswith(start)), Kind.ASKED)


def errors_of(reply: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the API's errors; both shapes, since an old extension may still use `error`."""
    found = reply.get("errors") or ([reply["error"]] if "error" in reply else [])
    return [error for error in found if isinstance(error, Mapping)] if isinstance(found, list) else []


def sentence(text: object, limit: int = 300) -> str:
    """Return one line of at most `limit` characters from what the wiki wrote."""
    if isinstance(text, Mapping):
        text = text.get("text") or text.get("info") or text.get("code")
    words = re.sub(r"\s+", " ", str(text or "")).strip()
    return words if len(words) <= limit else words[: limit - 1] + "…"


def _success(edit: Mapping[str, Any], base: int | None, name: str) -> Answer:
    """Success is three things together: the word, a new revision id, and the base that we named."""
    replaced = int(edit.get("oldrevid") or 0)
    if "newrevid" not in edit:
        return Answer(Kind.NULL_EDIT, "nochange", info="The page already held this text.")
    kind, code, info = Kind.SAVED, "success", "Saved."
    if not str(edit.get("title", name)).endswith(name):
        kind, code, info = Kind.MERGED_BY_WIKI, "other-title", f"The wiki wrote {edit['title']} instead."
    elif replaced != (base or 0):
        kind, code, info = Kind.MERGED_BY_WIKI, "merged", f"The wiki merged it into revision {replaced}."
    return Answer(kind, code, int(edit["newrevid"]), replaced, str(edit.get("newtimestamp", "")), info)


def unreadable(info: str) -> Answer:
    """PHP ended in the middle, or it is not the wiki that answers."""
    return Answer(Kind.BROKE, "unreadable-reply", info=info)


def _failure(edit: Mapping[str, Any]) -> Answer:
    """`result` is not Success, and yet there is no error: a captcha, or a hook that said no."""
    code = "captcha" if "captcha" in edit else str(edit.get("code") or "failure").lower()
    info = "The wiki asks a captcha." if code == "captcha" else "An extension of the wiki said no."
    return Answer(kind_of(code), code, info=info, detail=_pairs(edit))


def refusal(errors: Sequence[Mapping[str, Any]], retry_after: int | None) -> Answer:
    """The API's first error decides, but a warning only where nothing graver stands beside it.

    A block of this page alone does not stop the others.
    """
    error = next((error for error in errors if error.get("code") != WARNING), errors[0])
    code = str(error.get("code") or "unknown-error")
    data = _mapping(error, "data")
    kind = kind_of(code)
    if code == "blocked" and _mapping(data, "blockinfo").get("blockpartial"):
        kind = Kind.HELD
    info = sentence(error.get("text") or error.get("info") or code)
    about = _about(other for other in errors if other.get("code") == error.get("code"))
    return Answer(kind, code, info=info, detail=_pairs(data), about=about, retry_after=retry_after)


def _about(errors: Iterable[Mapping[str, Any]]) -> str:
    """What these errors are about, each once."""
    pairs = [pair for error in errors for pair in _pairs(_mapping(error, "data"))]
    named = dict.fromkeys(value for key, value in pairs if key in _ABOUT and value)
    return words.shorten(words.one_line("; ".join(named)), 300)


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the object under `key`, or an empty one: PHP writes an empty object as a list."""
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _pairs(data: Mapping[str, Any], prefix: str = "") -> tuple[tuple[str, str], ...]:
    """Flatten what the wiki told, in its own names: (("abusefilter.id", "3"), …)."""
    pairs: list[tuple[str, str]] = []
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            pairs.extend(_pairs(value, f"{name}."))
        elif isinstance(value, list):
            pairs.append((name, sentence(", ".join(sentence(item) for item in value))))
        elif name != "result":
            pairs.append((name, sentence(value)))
    return tuple(pairs)
