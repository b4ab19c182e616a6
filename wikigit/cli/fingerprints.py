"""How a key's fingerprint is shown, to be compared over a telephone or with a camera."""

from __future__ import annotations

import io
import sys

from wikigit.cli import output
from wikigit.core import keys


def tell(who: str, key: str, note: str = "", *, qr: bool = False) -> None:
    """A key as a result; with `qr` also as a picture, where a person looks at a terminal."""
    if not key:
        return
    told = {"who": who, "key": key, "fingerprint": keys.fingerprint(key), "words": keys.words(key), "note": note}
    output.tell(told, f"{who} {keys.words(key)} ({keys.digits(key)}){f' {note}' if note else ''}")
    if qr:
        show(who, key)


def say(what: str, key: str) -> None:
    """A key beside the result."""
    output.talk(f"{what}: {keys.words(key)} ({keys.digits(key)})")


def show(who: str, key: str) -> None:
    """The fingerprint as a QR code on a terminal; nothing elsewhere."""
    if output.as_json or not sys.stderr.isatty():
        return
    import segno

    drawn = io.StringIO()
    segno.make(f"{who} {keys.fingerprint(key)}", micro=False).terminal(drawn, compact=True)
    sys.stderr.write(drawn.getvalue())
