"""Where a command stands: the repository named on the command line, the day, dice, and the environment."""

from __future__ import annotations

import datetime
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from wikigit.core.errors import ConfigError

if TYPE_CHECKING:
    from wikigit.core.config import Config
    from wikigit.repo.outgoing import How
    from wikigit.repo.store import Store
    from wikigit.wiki.client import MediaWiki
    from wikigit.wiki.login import Credentials

place = Path(".")
"""Set once by the command line's own `-C`."""


def store() -> Store:
    """The repository that the command works in."""
    from wikigit.repo.store import Store

    return Store(place)


def store_in_hook() -> Store:
    """The repository that a hook runs in: Git names the index and the pushed objects in the environment."""
    from wikigit.repo.store import Store

    named = {name: os.environ.get(name) for name in ("GIT_INDEX_FILE", "GIT_QUARANTINE_PATH")}
    index, pushed = (Path(value).absolute() if value else None for value in named.values())
    return Store(Path(os.environ.get("GIT_DIR") or place), index=index, pushed=pushed)


def author() -> str:
    """In a hook: whose commit it is, as Git tells its hooks; "" where it does not."""
    return os.environ.get("GIT_AUTHOR_NAME", "")


def in_editor() -> bool:
    """In a hook: whether the person writes the message in an editor, where Git adds comments to it."""
    return os.environ.get("GIT_EDITOR") != ":"


def stick(named: Path | None) -> Path:
    """The stick that was named, else the only one that is inserted. Raises ParcelError."""
    from wikigit.cli import machine
    from wikigit.repo import sticks

    return named or sticks.only(machine.sticks().places)


def how(max_size: str) -> How:
    """How parcels are written: bytes in one file as was asked, else as this machine is configured."""
    from wikigit.cli import machine
    from wikigit.repo.outgoing import MOST, How

    return How(min(machine.size(max_size), MOST) if max_size else machine.sticks().max_size)


def machine() -> str:
    """What is the same at each start of this machine and of no other, as a hash; "" where there is no such thing."""
    import hashlib

    try:
        told = Path("/etc/machine-id").read_bytes().strip()
    except OSError:
        return ""
    return hashlib.sha256(b"wikigit " + told).hexdigest()[:32] if told else ""


def today() -> str:
    """This machine's day, `YYYY-MM-DD`, in UTC."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def now() -> str:
    """This machine's time, `YYYY-MM-DDTHH:MM:SSZ`."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def drawn(size: int) -> bytes:
    """Random bytes."""
    return secrets.token_bytes(size)


def wiki(settings: Config, folder: Path | None) -> MediaWiki:
    """The wiki, with the account that the environment names; its login is kept in `folder`."""
    from wikigit import __version__
    from wikigit.wiki.client import MediaWiki

    return MediaWiki(
        settings.api,
        contact=settings.contact,
        version=__version__,
        credentials=_credentials(),
        cookies=folder / "wikigit-cookies" if folder else None,
    )


def login() -> str:
    """What the environment gives to log in with: "a bot password", "an OAuth 2 token", or ""."""
    from wikigit.wiki.login import BotPassword

    found = _credentials()
    return "a bot password" if isinstance(found, BotPassword) else "an OAuth 2 token" if found else ""


def _credentials() -> Credentials | None:
    """A bot password (WIKIGIT_LOGIN, WIKIGIT_PASSWORD) or an OAuth 2 token (WIKIGIT_ACCOUNT, WIKIGIT_TOKEN)."""
    from wikigit.wiki.login import BearerToken, BotPassword

    known = {name: os.environ.get(f"WIKIGIT_{name}", "") for name in ("LOGIN", "PASSWORD", "ACCOUNT", "TOKEN")}
    if known["TOKEN"]:
        return BearerToken(_need(known, "ACCOUNT"), known["TOKEN"])
    if known["LOGIN"] or known["PASSWORD"]:
        return BotPassword(_need(known, "LOGIN"), _need(known, "PASSWORD"))
    return None


def _need(known: dict[str, str], name: str) -> str:
    if not known[name]:
        raise ConfigError(f"WIKIGIT_{name} is not set.", hint="See docs/reference/configuration.md.")
    return known[name]
