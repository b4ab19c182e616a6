"""One request to api.php and its answer, and nothing twice.

This module must not know what is asked, nor who asks. Here mwclient and requests end: above it there are
`Reply` and our own errors. mwclient would send an edit again after a lost reply (25 times), wait by itself
where the wiki lags, and put what was sent (passwords too) into its exceptions; hence `retry_on_error=False`,
`max_retries=0`, and `_Http` below.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

import mwclient
import requests
from mwclient.errors import MaximumRetriesExceeded
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import HTTPError, RequestException, SSLError, Timeout

from wikigit.core.errors import ConfigError, WikiError, WikiUnreachable
from wikigit.wiki.answers import errors_of

log = logging.getLogger(__name__)

CONNECT, READ = 10, 120  # seconds; saving a long page of a large wiki takes a minute
LONGEST_GET = 4000  # bytes of query; servers refuse request lines over 8 kB
ALWAYS = {"format": "json", "formatversion": "2", "errorformat": "plaintext", "utf8": "1"}

Files = Mapping[str, tuple[str, bytes, str]] | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `body` is None where it was no JSON object; `retry_after` is in seconds."""

    status: int
    body: dict[str, Any] | None
    retry_after: int | None = None

    @property
    def codes(self) -> set[str]:
        """The API's error codes."""
        return {str(error.get("code")) for error in errors_of(self.body or {})}


class _Http(requests.Session):
    """Counts requests, follows no redirect (that would turn a POST into a GET), hides lag from mwclient."""

    def __init__(self, agent: str, token: str, cookies: CookieJar) -> None:
        super().__init__()
        self.headers["User-Agent"] = agent
        self.auth = _authorize(token)
        self.cookies = cookies  # type: ignore[assignment]
        self.sent, self.status, self.retry_after = 0, 0, None
        self.reading = False

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        self.sent += 1
        if self.reading and request.method == "POST":  # a long query; Wikimedia then keeps it off the master
            request.headers["Promise-Non-Write-API-Action"] = "true"
        response = super().send(request, **(kwargs | {"allow_redirects": False}))
        if response.is_redirect:
            raise _moved(request.url or "", response.headers.get("location", ""))
        seconds = response.headers.get("retry-after", "")
        self.retry_after = int(seconds) if seconds.isdecimal() else None
        self.status = response.status_code
        response.headers.pop("x-database-lag", None)  # mwclient would drop the answer and wait
        return response

    retry_after: int | None


class Line:
    """The line to one wiki. `sent` counts every request that left."""

    def __init__(self, api_url: str, *, agent: str, token: str, cookies: CookieJar) -> None:
        """`agent` is the User-Agent, `token` an OAuth 2 token or ""; nothing is sent yet."""
        scheme, host, path = _parts(api_url)
        self.url = f"{scheme}://{host}{path}api.php"
        self._http = _Http(agent, token, cookies)
        self._site = mwclient.Site(
            host, path=path, scheme=scheme, pool=self._http, do_init=False, max_retries=0,
            connection_options={"timeout": (CONNECT, READ)},
        )  # fmt: skip

    @property
    def sent(self) -> int:
        """How many requests were sent, answered or not."""
        return self._http.sent

    def read(self, parameters: Mapping[str, str]) -> Reply:
        """Ask something that changes nothing; a long question goes by POST."""
        method = "GET" if len(urlencode(parameters)) < LONGEST_GET else "POST"
        return self._call(parameters, method, reading=True)

    def write(self, parameters: Mapping[str, str], files: Files = None) -> Reply:
        """Send something by POST, once, whatever happens; `files`: parameter -> name, content, type."""
        return self._call(parameters, "POST", files, reading=False)

    def _call(self, parameters: Mapping[str, str], method: str, files: Files = None, *, reading: bool) -> Reply:
        """Raise WikiUnreachable without an answer; an answer of any status is a Reply."""
        self._http.reading, began = reading, monotonic()
        try:
            text = self._site.raw_call("api", {**ALWAYS, **parameters}, files, False, method)
        except HTTPError as exc:
            text = exc.response.text
        except MaximumRetriesExceeded:  # an odd status such as 204
            text = ""
        except RequestException as exc:
            raise _unanswered(urlsplit(self.url).hostname or "", exc) from None  # it holds what was sent
        log.debug("%s %s: %.3f s", method, parameters.get("action"), monotonic() - began)
        return Reply(self._http.status, _decoded(text), self._http.retry_after)


def _authorize(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """Always give requests something here, or it would take a password from ~/.netrc and send that."""

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign


def _parts(api_url: str) -> tuple[str, str, str]:
    """Split `https://host/w/api.php` into scheme, host and `/w/`."""
    parts = urlsplit(api_url)
    if parts.scheme not in ("http", "https") or not parts.netloc or not parts.path.endswith("/api.php"):
        raise ConfigError(
            f"{api_url!r} is not the address of a MediaWiki API.",
            hint="Write the whole address, such as https://en.wikipedia.org/w/api.php.",
        )
    return parts.scheme, parts.netloc, parts.path.removesuffix("api.php")


def _decoded(text: str) -> dict[str, Any] | None:
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _moved(url: str, location: str) -> WikiError:
    target = urlsplit(location)
    return WikiError(
        f"{urlsplit(url).netloc} sends us on to {target.scheme}://{target.netloc}{target.path} instead.",
        hint="If that is the wiki's new address, write it in wikigit.toml.",
    )


def _unanswered(host: str, exc: RequestException) -> WikiError:
    """Say which of the usual misfortunes it was."""
    if isinstance(exc, SSLError):
        return WikiError(
            f"The certificate of {host} cannot be trusted.",
            hint="Check this computer's clock, and that the wiki's address is right.",
        )
    hint = "Nothing is lost. Check the connection, and try again later."
    if isinstance(exc, Timeout):
        return WikiUnreachable(f"{host} took too long to answer.", hint=hint)
    if "NameResolution" in repr(exc) or "getaddrinfo" in str(exc):
        return WikiUnreachable(f"{host} is not to be found; perhaps there is no internet here.", hint=hint)
    if isinstance(exc, NoConnection):
        return WikiUnreachable(f"{host} cannot be reached, or hung up.", hint=hint)
    return WikiUnreachable(f"The answer of {host} broke off.", hint=hint)
