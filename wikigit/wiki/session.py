"""A conversation with one wiki: reads with patience, a login when it is needed, the token for writing.

This module must not know what a page or a revision is. What everybody needs to know sooner or later
(siteinfo, who we are, the token) rides on the first read, so that it costs no request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from time import monotonic
from typing import Any

from wikigit.core.errors import WikiError
from wikigit.core.site import Site
from wikigit.wiki import login
from wikigit.wiki.answers import errors_of, sentence
from wikigit.wiki.pace import Pace, busy, patiently, told_to_wait
from wikigit.wiki.transport import Files, Line, Reply

SITEINFO = "general|namespaces|namespacealiases|magicwords|interwikimap"
IDENTITY = {"meta": "tokens|userinfo", "type": "csrf", "uiprop": "ratelimits"}
# The wiki forgot our login, or never knew it.
LOGGED_OUT = {"assertuserfailed", "assertnameduserfailed", "readapidenied", "badtoken"}

Parameters = Mapping[str, str]


class Session:
    """What stays the same from one request to the next."""

    def __init__(
        self, line: Line, jar: login.Jar, credentials: login.Credentials | None,
        *, sleep: Callable[[float], None], site: Site | None,
    ) -> None:  # fmt: skip
        """Send nothing yet. `site`, if it is known from before, need not be asked."""
        self.line, self.credentials, self.known_site = line, credentials, site
        self.account = credentials.account if credentials else ""
        self.token = self.clock = ""
        self.pace = Pace(sleep, monotonic)
        self._jar, self._sleep = jar, sleep
        self._rode = self._own = False

    @property
    def site(self) -> Site:
        """The wiki's rules; one request, unless a read brought them already."""
        if self.known_site is None:
            self.ask({})
        if self.known_site is None:
            raise self._no_mediawiki()
        return self.known_site

    def ask(self, parameters: Parameters) -> dict[str, Any]:
        """Send one query and return the whole answer. Raises WikiError, WikiUnreachable."""
        body = self._answered(self._with_riders(parameters))
        self._unload(body.get("query", {}))
        self.clock = str(body.get("curtimestamp", self.clock))
        return body

    def each(self, parameters: Parameters) -> Iterator[dict[str, Any]]:
        """Send a query and its continuations to the end; `clock` stays that of the first answer."""
        parameters = self._with_riders(parameters)
        body = self.ask(parameters)
        clock = self.clock
        yield body
        while "continue" in body:
            more = {key: str(value) for key, value in body["continue"].items()}
            body = self._answered({**parameters, **more})
            self.clock = clock
            yield body

    def ready_to_write(self) -> None:
        """Make sure of a login and a token: no request, one, or three."""
        if self.credentials is None:
            raise WikiError(
                "Nobody is logged in, so nothing can be published.",
                hint="Give wikigit the account's bot password or OAuth 2 token.",
            )
        if not self.token:
            self.introduce({})

    def introduce(self, parameters: Parameters) -> list[dict[str, Any]]:
        """Send a query in which we say who we are, logging in if need be; without credentials, as nobody."""
        if self.credentials is None:
            return list(self.each(parameters))
        if not self.token and not self._maybe_logged_in:
            self.sign_in()
        return self._identify(parameters)

    def renew(self) -> None:
        """Forget the token, and log in again where that is ours to do."""
        self.token, self._rode = "", False
        if isinstance(self.credentials, login.BotPassword):
            self.sign_in()

    def forget(self) -> None:
        """End this conversation. The next one begins without cookies, so the wiki does not know what it said here."""
        self.token, self._rode, self._own = "", False, True
        self._jar.clear()
        self._jar.keep()

    def begin_anew(self) -> None:
        """Leave a conversation that another command has begun: nobody knows what the wiki said there."""
        if not self._own:
            self.forget()

    def sign_in(self) -> None:
        """Log in by bot password. The old cookies go first: with them MediaWiki refuses a second login."""
        if isinstance(self.credentials, login.BotPassword):
            self._jar.clear()
            self.token, self._own = "", True
            self.account = login.sign_in(self._login_token, self._login, self.credentials)
            self._jar.keep()

    def write(self, parameters: Parameters, files: Files = None) -> Reply:
        """Send a POST once; the answer is for the caller to judge."""
        reply = self.line.write(parameters, files)
        self._jar.keep()
        return reply

    @property
    def _maybe_logged_in(self) -> bool:
        if isinstance(self.credentials, login.BotPassword):
            return self._jar.holds_login
        return self.credentials is not None

    def _with_riders(self, parameters: Parameters) -> dict[str, str]:
        """Add what we do not know yet to a query."""
        asked = {"action": "query", "curtimestamp": "1", **parameters}
        meta = [asked.pop("meta")] if "meta" in asked else []
        if self.known_site is None and "siprop" not in asked:
            meta.append("siteinfo")
            asked["siprop"] = SITEINFO
        if self._maybe_logged_in and not (self.token or self._rode):
            self._rode = True  # once: a login that is over brings no token, however often we ask
            meta.append(IDENTITY["meta"])
            asked |= {key: IDENTITY[key] for key in ("type", "uiprop")}
        return asked | ({"meta": "|".join(meta)} if meta else {})

    def _unload(self, query: Mapping[str, Any]) -> None:
        """Keep what rode along. A token counts only with our own name beside it."""
        if self.known_site is None and "general" in query:
            self.known_site = Site.from_siteinfo(query)
        user, token = query.get("userinfo", {}), query.get("tokens", {}).get("csrftoken", "")
        if token and "anon" not in user and user.get("name") == self.account:
            self.token = str(token)
            limits = user.get("ratelimits", {}).get("edit", {}).values()
            self.pace.limits = tuple((int(limit["hits"]), int(limit["seconds"])) for limit in limits)

    def _identify(self, parameters: Parameters) -> list[dict[str, Any]]:
        """Ask who we are, insisting on our own name, and take the token."""
        self._rode = True
        answers = list(self.each({**IDENTITY, **parameters, "assert": "user", "assertuser": self.account}))
        body = answers[0]
        user = body.get("query", {}).get("userinfo", {})
        if not self.token and "anon" not in user:  # only spelled otherwise: the wiki agreed to the name
            self.account = str(user.get("name", self.account))
            self._unload(body.get("query", {}))
        if not self.token:
            raise WikiError("The wiki gave no token to edit with.", hint="Check the account's rights.")
        return answers

    def _answered(self, parameters: Parameters) -> dict[str, Any]:
        """Read; log in and read again where the wiki wants to know us first, once."""
        reply = self._read(parameters)
        if reply.codes & LOGGED_OUT and isinstance(self.credentials, login.BotPassword):
            self.sign_in()
            if "assertuser" in parameters:
                parameters = {**parameters, "assertuser": self.account}
            reply = self._read(parameters)
        for error in errors_of(reply.body or {}):
            raise _refused(error)
        if reply.body is None or not reply.body:
            raise self._no_mediawiki()
        return reply.body

    def _read(self, parameters: Parameters) -> Reply:
        reply = patiently(lambda: self.line.read(parameters), self._sleep)
        self._jar.keep()
        return reply

    def _login_token(self, parameters: Parameters) -> Mapping[str, Any]:
        body = self._read(parameters).body
        if not body or "tokens" not in body.get("query", {}):
            raise self._no_mediawiki()
        return body

    def _login(self, parameters: Parameters) -> Mapping[str, Any]:
        reply = self.line.write(parameters)
        if busy(reply):
            raise told_to_wait(reply)
        for error in errors_of(reply.body or {}):
            raise _refused(error)
        if reply.body is None:
            raise self._no_mediawiki()
        return reply.body

    def _no_mediawiki(self) -> WikiError:
        return WikiError(
            f"{self.line.url} answered, but not as a MediaWiki does.",
            hint="Check the wiki's address, and whether this network wants you to log in first.",
        )


def _refused(error: Mapping[str, Any]) -> WikiError:
    """Return the exception for a read or login that the wiki refused."""
    code = str(error.get("code"))
    if code == "readapidenied":
        return WikiError(
            "This wiki shows its pages to its members only.",
            hint="Give wikigit the bot password or OAuth 2 token of an account that may read it.",
        )
    if code in LOGGED_OUT or code.startswith("mwoauth-"):
        return WikiError(
            f"The wiki does not accept our login: {sentence(error)}",
            hint="Check the account's name and its bot password or token.",
        )
    return WikiError(f"The wiki refused to answer ({code}): {sentence(error)}", hint="Run it with -v.")
