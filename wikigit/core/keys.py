"""Keys as values: what a public key is called, how it is read out over a telephone, and who followed whom.

Nothing here signs, holds a private key or believes anybody.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from wikigit.core import identity
from wikigit.core.errors import WikigitError

KIND = "ssh-ed25519"
LINKS_LIMIT = 50
"""Keys that a sender may have had: more are no lineage."""

_PREFIX = b"\0\0\0\x0b" + KIND.encode() + b"\0\0\0\x20"
_PRIVATE = re.compile("-----BEGIN OPENSSH PRIVATE KEY-----\n(.*)-----END OPENSSH PRIVATE KEY-----\n?", re.DOTALL)

_CONSONANTS, _VOWELS = "bdfgklmnprstvwyz", "aiou"
_WORDS, _GROUPS = 7, 5
"""84 bits as words of two open syllables, 83 as groups of five digits: neither can be had by trying keys."""


@dataclass(frozen=True, slots=True)
class Link:
    """One key in a lineage: whose it is, and the signature over that by the key before it, "" for the first."""

    who: str
    key: str
    signature: str = ""

    @property
    def statement(self) -> bytes:
        """What the key before signs."""
        return f"wikigit key 1\n{self.who}\n{self.key}\n".encode()


def parsed(line: str) -> str:
    """A public key's line without its comment. Raises WikigitError where it is no ed25519 key."""
    if not is_key(" ".join(line.split()[:2])):
        raise WikigitError(f"{line[:80]!r} is no public key.", hint=f"It begins with {KIND}.")
    return " ".join(line.split()[:2])


def is_key(line: str) -> bool:
    """Whether this is a public key as wikigit writes it."""
    kind, _, text = line.partition(" ")
    try:
        blob = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return kind == KIND and len(blob) == len(_PREFIX) + 32 and blob.startswith(_PREFIX) and line == _line(blob)


def public_part(private: str) -> str:
    """The public key that stands, readable, in a private key's file. Raises WikigitError."""
    found = _PRIVATE.fullmatch(private)
    blob = base64.b64decode(found[1]) if found else b""
    start = blob.find(_PREFIX)
    if start < 0:
        raise WikigitError("The file of the private key is damaged.", hint="Restore it from a backup.")
    return _line(blob[start : start + len(_PREFIX) + 32])


def fingerprint(line: str) -> str:
    """A key's fingerprint as OpenSSH writes it."""
    return "SHA256:" + base64.b64encode(_digest(line)).decode().rstrip("=")


def kit_id(line: str) -> str:
    """The id of the kit that this is the first key of."""
    return identity.kit_id(_digest(line)[: identity.KIT_BYTES])


def words(line: str) -> str:
    """The fingerprint as words that can be read out in most languages: only open syllables."""
    number = int.from_bytes(_digest(line)) >> (256 - 12 * _WORDS)
    return "-".join(_word(number >> 12 * place & 0xFFF) for place in reversed(range(_WORDS)))


def digits(line: str) -> str:
    """The fingerprint as groups of five digits."""
    number = f"{int.from_bytes(_digest(line)) % 10 ** (5 * _GROUPS):0{5 * _GROUPS}d}"
    return " ".join(number[start : start + 5] for start in range(0, len(number), 5))


def agrees(line: str, told: str) -> bool:
    """Whether what somebody read out is this key's fingerprint: as words, as digits, or as OpenSSH writes it."""
    if told.strip() == fingerprint(line):
        return True
    heard = "".join(filter(str.isalnum, told.casefold()))
    return heard in {text.replace("-", "").replace(" ", "") for text in (words(line), digits(line))}


def lineage(links: Sequence[Link], key: str) -> Sequence[Link]:
    """The links that follow a key; none where it is not among them."""
    place = next((n for n, link in enumerate(links) if link.key == key), len(links))
    return links[place + 1 :]


def _word(number: int) -> str:
    return "".join(_CONSONANTS[six >> 2] + _VOWELS[six & 3] for six in (number >> 6, number & 0x3F))


def _line(blob: bytes) -> str:
    return f"{KIND} {base64.b64encode(blob).decode()}"


def _digest(line: str) -> bytes:
    return hashlib.sha256(base64.b64decode(line.split()[1])).digest()
