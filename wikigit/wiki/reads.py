"""What is read from the wiki, in as few requests as it allows.

This module must not know of logins, waiting or HTTP (`Session` does that), nor what the answers are for.
Limits are MediaWiki's: 50 pages or revisions with text a request, 500 for accounts with `apihighlimits`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from wikigit.core.errors import WikiError
from wikigit.core.revision import Revision
from wikigit.core.title import Title
from wikigit.wiki import rows
from wikigit.wiki.door import Changes, LogEvent, Preflight
from wikigit.wiki.session import IDENTITY, SITEINFO, Session

BATCH = 50  # titles or ids a request; also the most namespaces that a filter takes
FACTS = "ids|timestamp|user|comment|flags|sha1|tags"
EVENT = "ids|title|type|timestamp|details|user|comment"
WITH_TEXT = {"prop": "revisions", "rvprop": f"{FACTS}|content", "rvslots": "main"}

T = TypeVar("T")


def preflight(session: Session) -> Preflight:
    """Ask for account, rights, block, limits, read-only state and change tags at once: one request, and the login."""
    asked = {
        "meta": f"{IDENTITY['meta']}|siteinfo",
        "type": IDENTITY["type"],
        "uiprop": f"{IDENTITY['uiprop']}|blockinfo|groups|rights",
        "siprop": "general" if session.known_site else SITEINFO,
        "list": "tags", "tgprop": "active|source", "tglimit": "max",
    }  # fmt: skip
    answers = session.introduce(asked)
    return rows.preflight(answers, session.account if session.token else "", session.clock)


def pages(session: Session, namespace: int) -> Iterator[Revision]:
    """Yield every page's latest revision, but for other content models (Lua, JSON, CSS) and lost texts."""
    asked = {"generator": "allpages", "gapnamespace": str(namespace), "gaplimit": "max", **WITH_TEXT}
    for page in rows.joined(session.each(asked)):
        for revision in rows.revisions([page], session.site):
            if revision.wikitext is not None:
                yield revision


def listed(session: Session, titles: Sequence[Title]) -> Iterator[Revision]:
    """Yield the latest revision of those that exist and hold wikitext."""
    for batch in _batches(titles):
        for revision in heads(session, batch).values():
            if revision and revision.wikitext is not None:
                yield revision


def heads(session: Session, titles: Sequence[Title]) -> dict[Title, Revision | None]:
    """Return each page's latest revision. The session's clock is then that of the first batch."""
    found: dict[Title, Revision | None] = dict.fromkeys(titles)
    clock = ""
    for batch in _batches(list(found)):
        answers = list(session.each({"titles": "|".join(map(str, batch)), **WITH_TEXT}))
        clock = clock or session.clock
        ours = _respelled(answers, batch)
        for revision in rows.revisions(rows.joined(answers), session.site):
            found[ours.get(str(revision.title), revision.title)] = revision
    session.clock = clock or session.clock
    return found


def all_revisions(session: Session, namespaces: Collection[int]) -> Iterator[Revision]:
    """Yield every revision there is, with text, by time and id. An answer is a stretch of them, in groups by page."""
    asked = {
        "list": "allrevisions", "arvdir": "newer", "arvlimit": "max", "arvslots": "main",
        "arvprop": f"{FACTS}|content",
    }  # fmt: skip
    if 0 < len(namespaces) <= BATCH:
        asked["arvnamespace"] = "|".join(map(str, namespaces))
    for answer in session.each(asked):
        found = rows.revisions(answer.get("query", {}).get("allrevisions", ()), session.site)
        for revision in sorted(found, key=_age):
            if not namespaces or revision.title.namespace in namespaces:
                yield revision


def histories(session: Session, titles: Sequence[Title]) -> Iterator[Revision]:
    """Yield every revision of some pages, by time and id: first one request a page for the ids, then the texts.

    The session's clock stays that of the first answer.
    """
    known: list[tuple[str, int]] = []
    clock = ""
    for title in titles:
        known += map(_age, history(session, title, 0))
        clock = clock or session.clock
    for batch in _batches([number for _, number in sorted(known)]):
        found = revisions(session, batch)
        session.clock = clock
        yield from (found[number] for number in batch if number in found)


def category(session: Session, title: Title) -> list[Title]:
    """Return the pages, files and subcategories that stand in a category."""
    asked = {"list": "categorymembers", "cmtitle": str(title), "cmlimit": "max", "cmprop": "title"}
    return [
        rows.title(member, session.site)
        for answer in session.each(asked)
        for member in answer["query"]["categorymembers"]
    ]


def changes(session: Session, since: str) -> Changes:
    """Read both lists at once; one request where little is new.

    Imported revisions keep their old times and are not among these: the event `import` tells of them.
    """
    asked = {
        "list": "allrevisions|logevents",
        "arvdir": "newer", "arvstart": since, "arvlimit": "max", "arvslots": "main",
        "arvprop": f"{FACTS}|content",
        "ledir": "newer", "lestart": since, "lelimit": "max", "leprop": EVENT,
    }  # fmt: skip
    revisions: list[Revision] = []
    events: list[LogEvent] = []
    untold = False
    for answer in session.each(asked):
        query = answer.get("query", {})
        revisions += rows.revisions(query.get("allrevisions", ()), session.site)
        for record in query.get("logevents", ()):
            events += rows.events(record, session.site)
            untold = untold or rows.untold(record)
    revisions.sort(key=_age)
    events.sort(key=lambda event: (event.time, event.id))
    return Changes(tuple(revisions), tuple(events), session.clock, untold)


def events(session: Session, title: Title, since: str) -> list[LogEvent]:
    """Return what the log tells of one title, oldest first."""
    asked = {"list": "logevents", "letitle": str(title), "ledir": "newer", "lestart": since, "lelimit": "max"}
    found: list[LogEvent] = []
    for answer in session.each({**asked, "leprop": EVENT}):
        for record in answer.get("query", {}).get("logevents", ()):
            found += rows.events(record, session.site)
    return sorted(found, key=lambda event: (event.time, event.id))


def history(session: Session, title: Title, since: int, older: int = 0) -> list[Revision]:
    """Return what came after revision id `since`, newest first, and up to `older` more, without text.

    Ends there, or at the page's beginning if `since` is not in its history any more. An imported
    revision may stand above `since` with a smaller id, so a smaller id alone ends nothing.
    """
    found: list[Revision] = []
    met, more = False, 0
    asked = {"prop": "revisions", "titles": str(title), "rvprop": FACTS, "rvlimit": "max", "rvslots": "main"}
    for answer in session.each(asked):
        for revision in rows.revisions(answer.get("query", {}).get("pages", ()), session.site):
            met = met or revision.id == since
            if met and more >= older:
                return found
            if revision.id > since:
                found.append(revision)
            elif more < older:
                found.append(revision)
                more += 1
    return found


def revisions(session: Session, ids: Sequence[int]) -> dict[int, Revision]:
    """Return those that the wiki has, with text and sha1; deleted ones are missing."""
    found: dict[int, Revision] = {}
    for batch in _batches(ids):
        answers = session.each({"revids": "|".join(map(str, batch)), **WITH_TEXT})
        for revision in rows.revisions(rows.joined(answers), session.site):
            found[revision.id] = revision
    return found


def filter_actions(session: Session, number: str) -> set[str]:
    """Return what an abuse filter does (`throttle`, `disallow`, …); nothing where the wiki does not tell us."""
    if not number.isdecimal():  # a filter of another wiki, for all of them
        return set()
    asked = {"list": "abusefilters", "abfstartid": number, "abfendid": number, "abfprop": "actions"}
    try:
        told = session.ask(asked).get("query", {}).get("abusefilters", ())
    except WikiError:
        return set()
    return {action for entry in told for action in str(entry.get("actions", "")).split(",") if action}


def namespaces_in_use(session: Session, known: Collection[int]) -> list[int]:
    """Return the namespaces that hold a page, `known` among them; a few requests, whatever their number."""
    there = [namespace.id for namespace in session.site.namespaces if namespace.id >= 0]
    found = {number for number in known if number in there}
    for batch in _batches([number for number in there if number not in found]):
        found |= _in_use(session, set(batch))
    return sorted(found)


def _in_use(session: Session, asked: set[int]) -> set[int]:
    """Ask for revisions in these namespaces, then in those that have not turned up, until none does."""
    found: set[int] = set()
    while asked - found:
        numbers = "|".join(str(number) for number in sorted(asked - found))
        answer = session.ask({"list": "allrevisions", "arvnamespace": numbers, "arvlimit": "max", "arvprop": "ids"})
        new = {int(page["ns"]) for page in answer.get("query", {}).get("allrevisions", ())}
        found |= new
        if "continue" not in answer:
            return found
        if not new:
            # A large wiki ($wgMiserMode) filters after it has read, so that "none, go on" says nothing.
            # Reading an empty namespace costs one request: no more than asking about it.
            return asked
    return found


def _age(revision: Revision) -> tuple[str, int]:
    return revision.time, revision.id


def _respelled(answers: Sequence[rows.Json], asked: Sequence[Title]) -> dict[str, Title]:
    """Map the wiki's spelling of a title to what we asked for, where the wiki has put ours right."""
    ours = {str(title): title for title in asked}
    pairs = [pair for answer in answers for pair in answer.get("query", {}).get("normalized", ())]
    return {str(pair["to"]): ours[pair["from"]] for pair in pairs if pair["from"] in ours}


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), BATCH):
        yield list(items[start : start + BATCH])
