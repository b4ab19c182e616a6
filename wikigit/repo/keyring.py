"""This place's own key: a private file beside the repository, in no commit and no parcel, and how it came.

A key that follows another is signed by it; that lineage is no secret and travels in each manifest. Nothing
here knows whether a place is a kit or a hub.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from wikigit.core.errors import RepoError
from wikigit.core.keys import Link
from wikigit.repo import disk, signature
from wikigit.repo.store import Store

FILE = "wikigit-key"
LINEAGE = "wikigit-key.lineage"
_NEXT = "wikigit-key.next"

Make = Callable[[Path], None]
"""What makes a private key in a new file: `signature.make`."""


def has_key(store: Store) -> bool:
    """Whether this place has a key."""
    return (store.path / FILE).exists()


def own(store: Store) -> str:
    """This place's public key. Raises RepoError where it has none."""
    if not has_key(store):
        raise RepoError("This place has no key to sign with.", hint="Begin anew under a new one: wikigit kit renew")
    return signature.public(store.path / FILE)


def private(store: Store) -> bytes:
    """The private key of this place, b"" where it has none."""
    return (store.path / FILE).read_bytes() if has_key(store) else b""


def sign(store: Store, data: bytes) -> bytes:
    """This place's signature over a manifest."""
    return signature.sign(store.path / FILE, data, signature.MANIFEST)


def begin(store: Store, who: Callable[[str], str], make: Make) -> str:
    """Make the first key of this place; `who` says by the public key who it is. Returns that."""
    _make(store, make)
    key = signature.public(store.path / _NEXT)
    _put(store, [Link(who(key), key)])
    _use(store)
    return who(key)


def follow(store: Store, old: str, who: Callable[[str], str], make: Make) -> str:
    """Make the key that follows this place's, signed by it where there is one; returns who it is from now on.

    `old`: who it was. A kill leaves the old key, or the new one: a lineage that goes on past the key says nothing.
    """
    before = lineage(store) if has_key(store) else (Link(old, ""),)
    _make(store, make)
    key = signature.public(store.path / _NEXT)
    link = Link(who(key), key)
    if has_key(store):
        signed = signature.sign(store.path / FILE, link.statement, signature.SUCCESSION)
        link = Link(link.who, key, signed.decode())
    _put(store, [*before, link])
    _use(store)
    return link.who


def lineage(store: Store) -> tuple[Link, ...]:
    """The keys of this place up to the one that it has, oldest first. Raises RepoError."""
    key, file = own(store), store.path / LINEAGE
    try:
        links = [Link(**told) for told in json.loads(file.read_text("utf-8"))]
    except (OSError, ValueError, TypeError) as exc:
        raise RepoError(f"{LINEAGE} cannot be read.", hint="Restore it from a backup.") from exc
    last = max((place for place, link in enumerate(links) if link.key == key), default=-1)
    return tuple(links[: last + 1])


def _make(store: Store, make: Make) -> None:
    new = store.path / _NEXT
    new.unlink(missing_ok=True)  # of a killed run
    make(new)
    os.chmod(new, 0o600)
    disk.flush(new)


def _use(store: Store) -> None:
    (store.path / _NEXT).replace(store.path / FILE)
    disk.flush(store.path)


def _put(store: Store, links: list[Link]) -> None:
    file = store.path / LINEAGE
    disk.put(file, json.dumps([asdict(link) for link in links]).encode())
