"""A real MediaWiki behind the door.

This module puts the room together and holds the one function that edits. It must not know why anything
is read or published.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version as version_of
from pathlib import Path

from wikigit.core.errors import ConfigError, WikiUnreachable
from wikigit.core.revision import Revision
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.wiki import answers, edit, imports, reads
from wikigit.wiki.answers import DISALLOWED, THROTTLED, WARNING, Answer, Kind
from wikigit.wiki.door import Changes, LogEvent, Preflight
from wikigit.wiki.edit import Request
from wikigit.wiki.imports import Import
from wikigit.wiki.login import BearerToken, Credentials, Jar
from wikigit.wiki.session import Session
from wikigit.wiki.transport import Line, Reply

# Refused because the login or the token was over: nothing was stored, so it may be sent once more.
RENEW = {"badtoken", "assertuserfailed", "assertnameduserfailed"}


class MediaWiki:
    """A MediaWiki, spoken to over its API by at most one request at a time. Implements `door.Wiki`."""

    def __init__(
        self, api_url: str, *, contact: str, version: str,
        credentials: Credentials | None = None, cookies: Path | None = None,
        site: Site | None = None, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        """Send nothing yet.

        `contact` is a mail address or page that the wiki's people can turn to; it stands in every request
        (foundation.wikimedia.org/wiki/Policy:User-Agent_policy). `cookies` is a file that keeps the login
        for the next command, one for each wiki and account. `site` saves asking for it.
        Raises ConfigError if `contact` is missing or `api_url` is no address.
        """
        agent = f"wikigit/{version} ({_checked(contact)}) mwclient/{version_of('mwclient')}"
        token = credentials.token if isinstance(credentials, BearerToken) else ""
        jar = Jar(cookies)
        self._line = Line(api_url, agent=agent, token=token, cookies=jar)
        self._session = Session(self._line, jar, credentials, sleep=sleep, site=site)

    @property
    def requests_sent(self) -> int:
        """How many requests have left so far, answered or not."""
        return self._line.sent

    def site(self) -> Site:
        """Return the wiki's namespaces and rules; asked once."""
        return self._session.site

    def account(self) -> str:
        """Return the account that writes, logging in if need be; "" without credentials."""
        if self._session.credentials:
            self._session.ready_to_write()
        return self._session.account

    def preflight(self) -> Preflight:
        """Return what our account may do, logging in if need be: one request beside those of a login."""
        return reads.preflight(self._session)

    def clock(self) -> str:
        """Return the wiki's time at the last read; asks if nothing was read yet."""
        if not self._session.clock:
            self._session.ask({})
        return self._session.clock

    def namespaces_in_use(self, known: Collection[int] = ()) -> list[int]:
        """Return the ids of the namespaces that hold a page; a large wiki may name an empty one too."""
        return reads.namespaces_in_use(self._session, known)

    def pages(self, namespace: int) -> Iterator[Revision]:
        """Yield the latest revision of every page of wikitext in a namespace."""
        return reads.pages(self._session, namespace)

    def listed(self, titles: Sequence[Title]) -> Iterator[Revision]:
        """Yield the latest revision of those of the pages that exist and hold wikitext."""
        return reads.listed(self._session, titles)

    def all_revisions(self, namespaces: Collection[int] = ()) -> Iterator[Revision]:
        """Yield every revision of the pages in these namespaces, or in all, oldest first."""
        return reads.all_revisions(self._session, namespaces)

    def histories(self, titles: Sequence[Title]) -> Iterator[Revision]:
        """Yield every revision of those of the pages that exist, oldest first."""
        return reads.histories(self._session, titles)

    def category(self, title: Title) -> list[Title]:
        """Return the pages in a category."""
        return reads.category(self._session, title)

    def heads(self, titles: Sequence[Title]) -> dict[Title, Revision | None]:
        """Return the latest revision of each page; None where there is no such page."""
        return reads.heads(self._session, titles)

    def changes(self, since: str) -> Changes:
        """Return the revisions and events whose time is `since` or later."""
        return reads.changes(self._session, since)

    def events(self, title: Title, since: str) -> list[LogEvent]:
        """Return the log events of one title whose time is `since` or later."""
        return reads.events(self._session, title, since)

    def history(self, title: Title, since: int, older: int = 0) -> list[Revision]:
        """Return the page's revisions after revision id `since`, and `older` more, newest first, without text."""
        return reads.history(self._session, title, since, older)

    def revisions(self, ids: Sequence[int]) -> dict[int, Revision]:
        """Return those of the revisions that the wiki still has, by id."""
        return reads.revisions(self._session, ids)

    def publish(self, request: Request) -> Answer:
        """Send one edit, once, and say what became of it.

        Sent a second time only where the wiki refused it for an outdated login or token, or warned of what a
        volunteer has agreed to. Raises WikiError if there is nobody to log in as, or the login fails; then
        nothing was sent.
        """
        if request.resent:
            self._session.begin_anew()
        answer = self._send(request)
        if answer.code in RENEW:
            self._session.renew()
            answer = self._send(request)
        if answer.code == WARNING:
            if request.agreed and request.agreed == answer.about:
                answer = self._send(request)
            self._session.forget()  # whoever edits that page next in a session that was warned is not warned
        return self._looked_up(answer) if answer.code == DISALLOWED else answer

    def import_page(self, request: Import) -> Answer:
        """Send revisions to be imported, once; again only where the login or the token was outdated."""
        if (answer := imports.refused(request)) is not None:
            return answer
        answer = self._send_import(request)
        if answer.code in RENEW:
            self._session.renew()
            answer = self._send_import(request)
        return answer

    def _looked_up(self, answer: Answer) -> Answer:
        """A filter that throttles disallows a burst, not this text; the reply does not tell, its settings do."""
        actions = reads.filter_actions(self._session, dict(answer.detail).get("abusefilter.id", ""))
        if "throttle" in actions:
            return replace(answer, kind=Kind.ASKED, code=THROTTLED)
        return answer if actions else replace(answer, kind=Kind.ASKED)

    def _send(self, request: Request) -> Answer:
        session = self._session
        session.ready_to_write()
        session.pace.before_edit()
        try:
            reply = session.write(edit.parameters(request, session.account, session.token))
        except WikiUnreachable as exc:  # it may have arrived
            return answers.lost(exc.message)
        return _judged(reply, request)

    def _send_import(self, request: Import) -> Answer:
        session = self._session
        session.ready_to_write()
        session.pace.before_edit()
        file = {"xml": ("wikigit.xml", imports.xml(request), "text/xml")}
        try:
            reply = session.write(imports.parameters(request, session.account, session.token), file)
        except WikiUnreachable as exc:  # it may have arrived
            return answers.lost(exc.message)
        return _in_trouble(reply) or imports.judge(reply.body, retry_after=reply.retry_after)


def _in_trouble(reply: Reply) -> Answer | None:
    """Trust the JSON; without it, or from a server in trouble, only the status tells."""
    if reply.status >= 500 or (reply.status != 200 and not reply.codes):
        return answers.from_status(reply.status, reply.retry_after)
    return None


def _judged(reply: Reply, request: Request) -> Answer:
    if (trouble := _in_trouble(reply)) is not None:
        return trouble
    return answers.judge(reply.body, base=request.base, name=request.title.name, retry_after=reply.retry_after)


def _checked(contact: str) -> str:
    """Return the contact, fit for a header and its brackets."""
    clean = contact.strip()
    if not clean or not clean.isascii() or not clean.isprintable() or set(clean) & set("()"):
        raise ConfigError(
            "The wiki's people must be able to reach whoever runs this, and no contact is given.",
            hint="Set a mail address, or the address of a user page, as `contact`; plain ASCII, no brackets.",
        )
    return clean
