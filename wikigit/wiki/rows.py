"""The API's JSON as values: revisions, log events, and pages put together again.

Pure. This module must not know how the JSON was asked for. The shapes are those of formatversion=2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from wikigit.core.revision import Revision
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.wiki.door import Block, LogEvent, Preflight

Json = Mapping[str, Any]

# Events that change which page or text there is. The rest (patrol, thanks, new accounts, …) are dropped.
EVENTS = {"delete", "move", "import", "suppress", "merge", "contentmodel"}


def title(record: Json, site: Site) -> Title:
    """Return the title of anything that has `ns` and `title`."""
    return Title.trusted(int(record["ns"]), str(record["title"]), site)


def revision(page: Json, record: Json, site: Site) -> Revision:
    """Return one revision of a page; what the wiki hides is None or "", though our account may be shown it."""
    slot = record.get("slots", {}).get("main", {})
    return Revision(
        id=int(record["revid"]),
        page_id=int(page.get("pageid", 0)),
        title=title(page, site),
        wikitext=_wikitext(slot),
        account=_shown(record, "user"),
        time=str(record.get("timestamp", "")),
        summary=_shown(record, "comment"),
        minor=bool(record.get("minor", False)),
        parent=int(record.get("parentid", 0)),
        sha1=_shown(record, "sha1"),
        tags=tuple(str(tag) for tag in record.get("tags", ())),
        hidden="texthidden" in slot,
        model=str(slot.get("contentmodel", "wikitext")),
    )


def revisions(pages: Iterable[Json], site: Site) -> Iterator[Revision]:
    """Return every revision of these pages, in the order in which they came."""
    for page in pages:
        for record in page.get("revisions", ()):
            yield revision(page, record, site)


def joined(answers: Iterable[Json]) -> Iterator[Json]:
    """Put pages together whose parts came in several answers; each is whole at `batchcomplete`."""
    parts: dict[object, dict[str, Any]] = {}
    for answer in answers:
        for page in answer.get("query", {}).get("pages", ()):
            _join(parts.setdefault(page.get("pageid") or page.get("title"), {}), page)
        if answer.get("batchcomplete"):
            yield from parts.values()
            parts = {}
    yield from parts.values()


def untold(record: Json) -> bool:
    """Whether a log entry of interest hides its page from us."""
    return str(record.get("type")) in EVENTS and "title" not in record


def events(record: Json, site: Site) -> Iterator[LogEvent]:
    """Return a log entry as events, oldest first; none where it is of no interest or its page is hidden."""
    kind, action = str(record.get("type")), str(record.get("action"))
    if kind not in EVENTS or "title" not in record or int(record["ns"]) < 0:
        return
    params = record.get("params")
    params = params if isinstance(params, Mapping) else {}
    about_revisions = action == "revision" and params.get("type") in ("revision", "archive")
    for number in params.get("ids", ()) if about_revisions else (0,):
        yield LogEvent(
            kind, action, title(record, site), _target(params, site),
            str(record.get("timestamp", "")), int(number), int(record.get("logid", 0)),
            int(record.get("logpage", 0)), _shown(record, "user"), _shown(record, "comment"),
        )  # fmt: skip


def preflight(answers: Sequence[Json], account: str, clock: str) -> Preflight:
    """Return what the wiki tells of `account` and of itself; the first answer has all but further tags."""
    query = answers[0].get("query", {})
    user, general = query.get("userinfo", {}), query.get("general", {})
    limits = user.get("ratelimits", {}).get("edit", {}).values()
    tags = [tag for answer in answers for tag in answer.get("query", {}).get("tags", ())]
    return Preflight(
        account=account,
        groups=tuple(sorted(user.get("groups", ()))),
        rights=tuple(sorted(set(user.get("rights", ())))),
        block=_block(user) if "blockid" in user else None,
        limits=tuple((int(limit["hits"]), int(limit["seconds"])) for limit in limits),
        read_only=str(general.get("readonlyreason") or "It says no reason.") if general.get("readonly") else "",
        tags=tuple(sorted(str(tag["name"]) for tag in tags if tag.get("active") and "manual" in tag["source"])),
        clock=clock,
    )


def _block(user: Json) -> Block:
    return Block(
        bool(user.get("blockpartial")),
        str(user.get("blockedby", "")),
        str(user.get("blockreason", "")),
        str(user.get("blockexpiry", "")),
    )


def _join(whole: dict[str, Any], part: Json) -> None:
    for key, value in part.items():
        if isinstance(value, list) and key in whole:
            whole[key] = whole[key] + value
        else:
            whole[key] = value


def _shown(record: Json, key: str) -> str:
    """Return a field, "" where it is hidden: accounts with more rights are told it beside the mark."""
    return "" if f"{key}hidden" in record else str(record.get(key, ""))


def _wikitext(slot: Json) -> str | None:
    """Return the text, None where it is hidden, lost, not asked for, or not wikitext."""
    if slot.get("contentmodel") != "wikitext" or "content" not in slot or "texthidden" in slot:
        return None
    return str(slot["content"])


def _target(params: Json, site: Site) -> Title | None:
    if "target_title" not in params:
        return None
    return Title.trusted(int(params.get("target_ns", 0)), str(params["target_title"]), site)
