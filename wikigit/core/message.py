r"""Commit messages and their trailers: what is written, and the only parser that we believe.

A trailer decides who is credited, so a stranger's message must read the same way for everyone. git's own
parser takes case variants, folded lines and repeated keys, and a `---` line hides everything: this one
splits on `\n` only and refuses what it does not know. Nothing here knows which ref a message comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from wikigit.core import identity, words
from wikigit.core.edit import Edit, check_credit
from wikigit.core.errors import MessageError, WikigitError
from wikigit.core.site import Site
from wikigit.core.title import Title

NO_SUMMARY = "(no summary)"
_OF_EDITS = (
    "Edit",
    "Page",
    "Base-Revision",
    "Kit",
    "Contributor",
    "Credit",
    "License",
    "Consent",
    "Minor",
    "Undoes",
    "Resolves",
    "Translated-From",
    "Copied-From",
    "Affiliation",
    "From",
    "Reviewed-By",
)
_OF_REFS = ("Revision", "Moved-From", "Edits", "Cursor", "Upstream", "Merge", "Seq")
KEYS = frozenset(_OF_EDITS + _OF_REFS)
PEOPLES = frozenset({"Signed-off-by", "Co-authored-by", "Reviewed-by"})
"""Trailers that git and forges add to people's own commits; they may be repeated and decide nothing."""

_OURS = re.compile(r"Wikigit-([A-Z][A-Za-z-]*): (\S.*)")
_THEIRS = re.compile(r"([A-Z][A-Za-z-]*): \S.*")
_BREAKS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\t]")
_DIVIDER = re.compile(r"---(\s|$)")
_PICKED = re.compile(r"\(cherry picked from commit [0-9a-f]{40}\)")
_NAMED = re.compile(r"^[ \t>*+-]*wikigit-edit[ \t]*:[ \t]*(e-\w{16})[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_HINT = "Ask who made this commit to save the edit again with wikigit."


@dataclass(frozen=True, slots=True)
class Message:
    """A commit message taken apart: its first line, the lines between, and our trailers without `Wikigit-`."""

    subject: str
    body: tuple[str, ...] = ()
    trailers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, key: str) -> str:
        """The value of a trailer, "" where it is missing."""
        return self.trailers.get(key, "")


def compose(subject: str, trailers: Mapping[str, str], body: Iterable[str] = ()) -> str:
    """A commit message that `parse` takes apart again. Empty values are left out."""
    told = [plain for line in body if (plain := _plain(line))]
    block = [f"Wikigit-{_known(key)}: {_one_line(key, value)}" for key, value in trailers.items() if value]
    paragraphs = ([clean_summary(subject) or NO_SUMMARY], told, block)
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"


def clean_summary(typed: str) -> str:
    """What a person typed as a summary, as a commit's first line can hold it; cleaning twice changes nothing."""
    clean = _plain(typed)
    return "" if clean == NO_SUMMARY else clean


def _plain(typed: str) -> str:
    """One line that nobody takes for a trailer or a divider."""
    clean = words.one_line(typed)
    return "· " + clean if _misleads(clean) else clean


def parse(message: str) -> Message:
    """Take a message apart.

    Raises MessageError on an unknown, repeated or misspelt `Wikigit-` key anywhere, on a line in the last
    block that is no trailer, on git's divider `---`, and on characters that some readers take for the end
    of a line. A message without any `Wikigit-` line is a person's own and has no trailers.
    """
    lines = message.rstrip("\n").split("\n")
    if not any(_looks_ours(line) for line in lines):
        return Message(lines[0], _body(lines[1:]))
    if "" not in lines[1:] or not lines[0]:
        raise MessageError("The trailers are not set apart from a summary by an empty line.", hint=_HINT)
    start = len(lines) - lines[::-1].index("")
    for line in lines[:start]:
        if _misleads(line) or _BREAKS.search(line.replace("\t", " ")):
            raise MessageError(f"{line[:60]!r} could hide a trailer or be taken for one.", hint=_HINT)
    return Message(lines[0], _body(lines[1 : start - 1]), MappingProxyType(_trailers(lines[start:])))


def ids_in(message: str) -> tuple[str, ...]:
    """The ids of edits that a message names anywhere, each once, in order: indented, in a list, among other words.

    So git and forges keep them when they squash. Good to recognise an edit by; nobody is credited by it.
    """
    return tuple(dict.fromkeys(found for found in _NAMED.findall(message) if identity.is_edit(found)))


def _body(lines: list[str]) -> tuple[str, ...]:
    """The lines after the first, without the empty ones that set them apart."""
    told = [number for number, line in enumerate(lines) if line]
    return tuple(lines[told[0] : told[-1] + 1]) if told else ()


def _looks_ours(line: str) -> bool:
    return line.casefold().lstrip().startswith("wikigit-")


def _misleads(line: str) -> bool:
    """Whether a line outside the last block looks like a trailer of ours, or hides it: git stops at `---`."""
    return _looks_ours(line) or _DIVIDER.match(line) is not None


def _trailers(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        if _BREAKS.search(line):
            raise MessageError(f"A control character stands in the trailer {line[:60]!r}.", hint=_HINT)
        ours = _OURS.fullmatch(line)
        if ours is None:
            theirs = _THEIRS.fullmatch(line)
            if not _PICKED.fullmatch(line) and (theirs is None or theirs[1] not in PEOPLES):
                raise MessageError(f"{line[:60]!r} is not a trailer that we know.", hint=_HINT)
            continue
        key, value = ours[1], ours[2]
        if key not in KEYS:
            raise MessageError(f"The trailer Wikigit-{key} is not known.", hint="Update wikigit, or " + _HINT)
        if key in found or value != value.strip():
            raise MessageError(f"The trailer Wikigit-{key} is repeated or padded.", hint=_HINT)
        found[key] = value
    return found


def of_edit(edit: Edit, *, taken_from: str = "", reviewed_by: str = "") -> str:
    """The message of an edit's commit; an accepted one names the kit's commit and who took it."""
    return compose(
        edit.summary,
        {
            "Edit": edit.id,
            "Page": str(edit.title),
            "Base-Revision": "none" if edit.base_revision is None else str(edit.base_revision),
            "Kit": edit.kit,
            "Contributor": edit.contributor,
            "Credit": edit.credit,
            "License": edit.license,
            "Consent": str(edit.consent),
            "Minor": "yes" if edit.minor else "",
            "Undoes": edit.undoes,
            "Resolves": edit.resolves,
            "Translated-From": edit.translated_from,
            "Copied-From": edit.copied_from,
            "Affiliation": edit.affiliation,
            "From": taken_from,
            "Reviewed-By": reviewed_by,
        },
    )


def to_edit(message: Message, site: Site, *, before: str | None, after: str, day: str) -> Edit:
    """The edit that a message tells of. Raises MessageError (or TitleError) where a trailer is missing or wrong."""
    if message.body:
        raise MessageError("An edit's message has a summary and trailers, nothing between.", hint=_HINT)
    title = Title.parse(_need(message, "Page"), site)
    if str(title) != message.get("Page"):
        raise MessageError(f"The page is called {title}, not {message.get('Page')}.", hint=_HINT)
    edit = Edit(
        id=_need(message, "Edit"),
        title=title,
        before=before,
        after=after,
        summary="" if message.subject == NO_SUMMARY else message.subject,
        kit=_need(message, "Kit"),
        contributor=_need(message, "Contributor"),
        day=day,
        credit=message.get("Credit"),
        base_revision=_base_revision(_need(message, "Base-Revision")),
        license=_need(message, "License"),
        consent=_number("Consent", _need(message, "Consent")),
        minor=_flag("Minor", message.get("Minor")),
        undoes=message.get("Undoes"),
        resolves=message.get("Resolves"),
        translated_from=message.get("Translated-From"),
        copied_from=message.get("Copied-From"),
        affiliation=message.get("Affiliation"),
    )
    _check(edit)
    return edit


def _check(edit: Edit) -> None:
    """Refuse ids that have not our shape, and a name that a summary could not carry."""
    shapes = (
        (identity.is_edit(edit.id), "Edit", edit.id),
        (identity.is_kit(edit.kit) or edit.kit == identity.HUB, "Kit", edit.kit),
        (identity.is_contributor(edit.contributor), "Contributor", edit.contributor),
        (not edit.undoes or identity.is_edit(edit.undoes), "Undoes", edit.undoes),
        (not edit.resolves or identity.is_edit(edit.resolves), "Resolves", edit.resolves),
        (edit.summary == clean_summary(edit.summary), "summary", edit.summary),
    )
    for right, what, value in shapes:
        if not right:
            raise MessageError(f"{value[:60]!r} is not a {what} as wikigit writes it.", hint=_HINT)
    if edit.credit:
        try:
            same = check_credit(edit.credit) == edit.credit
        except WikigitError as exc:
            raise MessageError(exc.message, hint=_HINT) from exc
        if not same:
            raise MessageError("The credit holds invisible characters.", hint=_HINT)


def _known(key: str) -> str:
    if key not in KEYS:
        raise ValueError(f"{key} is not one of our trailers")
    return key


def _one_line(key: str, value: str) -> str:
    if _BREAKS.search(value) or "\n" in value or value != value.strip():
        raise MessageError(
            f"Wikigit-{key} must be one line.", hint="Take line breaks and control characters out of it."
        )
    return value


def _need(message: Message, key: str) -> str:
    value = message.get(key)
    if not value:
        raise MessageError(f"The trailer Wikigit-{key} is missing.", hint=_HINT)
    return value


def _number(key: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise MessageError(f"Wikigit-{key} is not a number: {value[:60]!r}", hint=_HINT)
    return int(value)


def _base_revision(value: str) -> int | None:
    return None if value == "none" else _number("Base-Revision", value)


def _flag(key: str, value: str) -> bool:
    if value not in ("", "yes"):
        raise MessageError(f"Wikigit-{key} is yes or missing, not {value[:60]!r}.", hint=_HINT)
    return value == "yes"
