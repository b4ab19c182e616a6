"""Signatures, made and checked by the program `ssh-keygen`, with nothing of the caller's surroundings.

One exact name, one exact key, one namespace: no patterns, no dates, no agent. Every exit status is checked.
Nothing here knows whom to believe.
"""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
from pathlib import Path

from wikigit.core import identity, keys
from wikigit.core.errors import RepoError

log = logging.getLogger(__name__)

MANIFEST = "wikigit-bundle"
SUCCESSION = "wikigit-key"
"""What a signature is for: a parcel's manifest, or the key that follows."""

SECONDS = 30
_REFUSED = 255


def make(file: Path) -> None:
    """Make a key of one's own in a new file that nobody else on this machine can read."""
    _run("-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(file))
    file.with_name(file.name + ".pub").unlink()  # it stands in the private file too: one file is all or nothing


def public(file: Path) -> str:
    """The public key of a private one. Raises WikigitError."""
    try:
        return keys.public_part(file.read_text("ascii"))
    except (OSError, ValueError) as exc:
        raise RepoError(f"The key {file.name} cannot be read.", hint="Restore it from a backup.") from exc


def sign(file: Path, data: bytes, namespace: str) -> bytes:
    """The signature over `data` with the private key in a file. Raises RepoError."""
    return _run("-q", "-Y", "sign", "-n", namespace, "-f", str(file), stdin=data).stdout


def verified(data: bytes, signature: bytes, *, by: str, key: str, namespace: str) -> bool:
    """Whether this signature over `data` was made with the key of `by`, a kit or the hub. Raises RepoError."""
    if not (by == identity.HUB or identity.is_kit(by)) or not keys.is_key(key):
        return False  # a pattern in the place of a name would let one sign as another
    with tempfile.TemporaryDirectory(prefix="wikigit-") as folder:
        allowed, beside = Path(folder) / "allowed", Path(folder) / "signature"
        allowed.write_text(f'{by} namespaces="{namespace}" {key}\n', encoding="ascii")
        beside.write_bytes(signature)
        words = ("-q", "-Y", "verify", "-f", str(allowed), "-I", by, "-n", namespace, "-s", str(beside))
        return _run(*words, stdin=data, accept=(0, _REFUSED)).returncode == 0


def _run(*words: str, stdin: bytes = b"", accept: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[bytes]:
    surroundings = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "SSH_ASKPASS_REQUIRE": "never"}
    try:
        done = subprocess.run(
            ["ssh-keygen", *words],
            input=stdin,
            capture_output=True,
            env=surroundings,
            timeout=SECONDS,
            check=False,
            start_new_session=True,  # without a terminal it cannot ask anybody for a passphrase
        )
    except FileNotFoundError as exc:
        raise RepoError("The program ssh-keygen was not found.", hint="Install openssh-client 8.9 or newer.") from exc
    except subprocess.TimeoutExpired as exc:
        raise RepoError("ssh-keygen does not answer.", hint="Try again.") from exc
    log.debug("ssh-keygen %s: %d", words[2], done.returncode)
    if done.returncode not in accept:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
        why = next((line for line in said if "permissions" in line.lower() and "too open" in line), said[-1])
        raise RepoError(f"ssh-keygen failed: {why[:200]!r}", hint="Is the key whole, and its mode 600?")
    return done
