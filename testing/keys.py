"""Make an ed25519 key pair of 32 given bytes, so that a story's keys are the same each time. Not for real secrets."""

from __future__ import annotations

import base64
import hashlib
import os
import struct
from pathlib import Path

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_Point = tuple[int, int, int, int]
_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_BASE: _Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


def write(file: Path, seed: bytes) -> None:
    """Write the private key of a seed into a new file, as OpenSSH does."""
    public = _public(seed)
    kind = b"ssh-ed25519"
    blob = _strings(kind, public)
    check = hashlib.sha256(seed).digest()[:4] * 2
    private = check + _strings(kind, public, seed + public, b"")
    private += bytes(range(1, -len(private) % 8 + 1))
    whole = b"openssh-key-v1\0" + _strings(b"none", b"none", b"") + struct.pack(">I", 1) + _strings(blob, private)
    text = base64.encodebytes(whole).decode()
    with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as opened:
        opened.write(f"-----BEGIN OPENSSH PRIVATE KEY-----\n{text}-----END OPENSSH PRIVATE KEY-----\n")


def _strings(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def _public(seed: bytes) -> bytes:
    secret = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little") & (2**254 - 8) | 2**254
    total, addend = (0, 1, 1, 0), _BASE
    while secret:
        if secret & 1:
            total = _added(total, addend)
        addend, secret = _added(addend, addend), secret >> 1
    inverse = pow(total[2], -1, _P)
    x, y = total[0] * inverse % _P, total[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _added(one: _Point, other: _Point) -> _Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % _P, (one[1] + one[0]) * (other[1] + other[0]) % _P
    c, d = 2 * one[3] * other[3] * _D % _P, 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)
