"""Ids: how they look, and how they are made from bytes that somebody else drew.

Nothing here draws randomness or knows a person. Ids use Crockford's base 32 (no i, l, o, u), so that
they can be read out over a telephone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
EDIT_BYTES = 10
KIT_BYTES = CONTRIBUTOR_BYTES = REPOSITORY_BYTES = 5
HUB = "hub"
BRIDGE = "bridge"

_EDIT = re.compile(rf"e-[{ALPHABET}]{{16}}", re.ASCII)
_KIT = re.compile(rf"k-[{ALPHABET}]{{8}}", re.ASCII)
_CONTRIBUTOR = re.compile(rf"c-[{ALPHABET}]{{8}}", re.ASCII)
_REPOSITORY = re.compile(rf"r-[{ALPHABET}]{{8}}", re.ASCII)
_STEP = re.compile(rf"wg:[{ALPHABET}]{{16}}", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)


def edit_id(drawn: bytes) -> str:
    """`e-` and 16 characters, from 10 random bytes."""
    return "e-" + _base32(drawn, EDIT_BYTES)


def kit_id(drawn: bytes) -> str:
    """`k-` and 8 characters, from 5 bytes."""
    return "k-" + _base32(drawn, KIT_BYTES)


def contributor_id(drawn: bytes) -> str:
    """`c-` and 8 characters, from 5 random bytes."""
    return "c-" + _base32(drawn, CONTRIBUTOR_BYTES)


def repository_id(drawn: bytes) -> str:
    """`r-` and 8 characters, from 5 random bytes."""
    return "r-" + _base32(drawn, REPOSITORY_BYTES)


def step_id(edits: Iterable[str]) -> str:
    """`wg:` and 16 characters: the same edits in the same order always make the same step."""
    digest = hashlib.sha256("\n".join(edits).encode("ascii")).digest()
    return "wg:" + _base32(digest[:EDIT_BYTES], EDIT_BYTES)


def message_id(revision: int, edit: str) -> str:
    """`m-` and 16 characters: of what one revision of a talk page says about one edit ("": about none)."""
    digest = hashlib.sha256(f"{revision} {edit}".encode("ascii")).digest()
    return "m-" + _base32(digest[:EDIT_BYTES], EDIT_BYTES)


def is_edit(value: str) -> bool:
    return _EDIT.fullmatch(value) is not None


def is_kit(value: str) -> bool:
    return _KIT.fullmatch(value) is not None


def is_contributor(value: str) -> bool:
    """Kits make `c-…`; a volunteer's own edit has `v-` and the same shape."""
    return _CONTRIBUTOR.fullmatch(value) is not None or is_volunteer(value)


def is_volunteer(value: str) -> bool:
    return value.startswith("v-") and _CONTRIBUTOR.fullmatch("c" + value[1:]) is not None


def volunteer_id(name: str) -> str:
    """The id of a volunteer, who signs with a public name: always the same for the same name."""
    return "v-" + _base32(hashlib.sha256(name.encode()).digest()[:5], 5)


def is_repository(value: str) -> bool:
    return _REPOSITORY.fullmatch(value) is not None


def is_step(value: str) -> bool:
    return _STEP.fullmatch(value) is not None


def is_commit(value: str) -> bool:
    return _COMMIT.fullmatch(value) is not None


def is_writer(value: str) -> bool:
    """Who may write receipts: a kit, the hub, the bridge."""
    return value in (HUB, BRIDGE) or is_kit(value)


def _base32(drawn: bytes, size: int) -> str:
    if len(drawn) != size:
        raise ValueError(f"{size} bytes are needed, {len(drawn)} were given")
    bits, number = size * 8, int.from_bytes(drawn)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(bits - 5, -1, -5))
