"""Who we are to the wiki, and how we tell it: a bot password in two requests, or an OAuth 2 token.

This module must not know what is read or written afterwards. Nothing here prints or logs a password: the
values that hold one do not show it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import LoadError, LWPCookieJar
from pathlib import Path
from typing import Any

from wikigit.core.errors import ConfigError, WikiError, WikiUnreachable
from wikigit.wiki.answers import sentence

log = logging.getLogger(__name__)

Read = Callable[[Mapping[str, str]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class BotPassword:
    """A bot password. `login` is `Account@name`, as Special:BotPasswords shows it."""

    login: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        if "@" not in self.login:
            raise ConfigError(
                f"{self.login!r} is not the name of a bot password; that looks like Account@name.",
                hint="Make one at Special:BotPasswords on the wiki. Never give an account's own password.",
            )

    @property
    def account(self) -> str:
        """The account, as far as the name tells; the wiki may spell it otherwise (Ngozi for ngozi)."""
        return self.login.rpartition("@")[0].replace("_", " ")


@dataclass(frozen=True, slots=True)
class BearerToken:
    """An OAuth 2 access token of an owner-only consumer, and whose it is."""

    account: str
    token: str = field(repr=False)


Credentials = BotPassword | BearerToken


def sign_in(read: Read, write: Read, credentials: BotPassword) -> str:
    """Log in, in two requests, and return the account as the wiki spells it.

    Raises WikiError with the wiki's own reason; WikiUnreachable where it tells us to wait.
    """
    tokens = read({"action": "query", "meta": "tokens", "type": "login"})
    answer = write(
        {
            "action": "login",
            "lgname": credentials.login,
            "lgpassword": credentials.password,
            "lgtoken": str(tokens["query"]["tokens"]["logintoken"]),
        }
    )
    login = answer.get("login", {})
    if login.get("result") != "Success":
        raise _refused(credentials.login, login)
    log.debug("logged in as %s", login.get("lgusername"))
    return str(login["lgusername"])


def _refused(name: str, login: Mapping[str, Any]) -> WikiError:
    reason = sentence(login.get("reason")) or f"it answered {login.get('result')}."
    if login.get("result") == "Throttled" or "wait" in login:
        return WikiUnreachable(f"The wiki lets {name} not log in now: {reason}", hint="Wait some minutes.")
    return WikiError(
        f"The wiki did not let {name} log in: {reason}",
        hint="Check the bot password at Special:BotPasswords on the wiki, or make a new one.",
    )


class Jar(LWPCookieJar):
    """The wiki's cookies, kept in a file that only its owner can read; a login outlives the command."""

    def __init__(self, path: Path | None) -> None:
        """Read `path` if it is there; a file that cannot be read counts as empty. None keeps nothing."""
        super().__init__()
        self._path = path
        if path and path.exists():
            try:
                self.load(str(path), ignore_discard=True)
            except (LoadError, ValueError):
                log.debug("the cookie file is not readable; a new login will replace it")
        self._kept = self._text()

    @property
    def holds_login(self) -> bool:
        """Whether there is a session of MediaWiki's in it, perhaps over by now."""
        return any(cookie.name.lower().endswith("session") for cookie in self)

    def keep(self) -> None:
        """Write the file if anything changed: beside it first, then in its place."""
        text = self._text()
        if not self._path or text == self._kept:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write("#LWP-Cookies-2.0\n" + text)
        beside.replace(self._path)
        self._kept = text

    def _text(self) -> str:
        return str(self.as_lwp_str(ignore_discard=True, ignore_expires=False))
