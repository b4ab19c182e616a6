"""Where a page's file lies: title → path → title. Part of the repository format; changed only with it.

Safe on FAT, NTFS and macOS, also where letter case and NFC/NFD make no difference; reversible; every
component ≤ 140 bytes. It must not know whether such a file exists, nor what is in it.
Which characters are spelt out is frozen with Unicode 14 (`unicode14`), so every Python gives the same path;
letter case is then frozen too, by Unicode's stability policies.
"""

from __future__ import annotations

import re
from bisect import bisect
from hashlib import sha1
from unicodedata import is_normalized, normalize
from urllib.parse import unquote

from wikigit.core.errors import RepoError, WikigitError
from wikigit.core.site import CANONICAL, Site
from wikigit.core.title import Title, shown
from wikigit.core.unicode14 import SPELT_OUT

ROOT = "pages"
SUFFIX = ".wiki"
MAX_BYTES = 140

_FOLDERS = {n: name.lower().replace(" ", "-") or "main" for n, name in CANONICAL.items() if n >= 0}
_NUMBERS = {folder: number for number, folder in _FOLDERS.items()}

# The expression takes every character above U+FFFF, then a look-up decides: a long list would be slow.
_BMP = "".join(f"{chr(a)}-{chr(b)}" for a, b in SPELT_OUT if b <= 0xFFFF)
_EDGES = [edge for a, b in SPELT_OUT for edge in (a, b + 1)]
_UNSAFE = re.compile(rf'[%/\\:*?"<>|~_{_BMP}\U00010000-\U0010ffff]|^[.\- ]|[. ]\Z')
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|(?:COM|LPT)[0-9¹²³]|CON(?:IN|OUT)\$)(?=\.|$)", re.ASCII | re.IGNORECASE)
_FOREIGN = re.compile("[^\x00-\x7f]+")
_ESCAPE = re.compile("%..")
_TAG = re.compile("~[0-9a-f]{6}$")
_PATH = re.compile(rf"{ROOT}/([a-z0-9-]+)/[0-9a-f]{{2}}/[0-9a-f]{{2}}/([^/]+(?:%/\+[^/]+)*){re.escape(SUFFIX)}")


def of(title: Title) -> str:
    """Return the path of a page's file: `pages/<namespace>/<xx>/<yy>/<encoded name>.wiki`, `/` between."""
    digest = _digest(title)
    stem = _encoded(title.name)
    suffix = SUFFIX if stem == _plain(stem) else f"~{digest[4:10]}{SUFFIX}"
    return f"{ROOT}/{_shard(title.namespace, digest)}/{_cut(stem, suffix)}"


def shard(title: Title) -> str:
    """Return `<namespace>/<xx>/<yy>`: the folder of its page, the table of its rows."""
    return _shard(title.namespace, _digest(title))


def title(path: str, site: Site) -> Title:
    """Return the page whose file this is.

    Raises RepoError if it is no page's path, spelt exactly as `of` spells it. Whether the wiki would take
    such a title is not asked: for a stranger's path see Title.parse.
    """
    match = _PATH.fullmatch(path)
    if not match:
        raise _strange(path)
    try:
        number = _number(match[1])
        name = unquote(_TAG.sub("", match[2].replace("%/+", "")).replace("_", " "), errors="strict")
        found = Title(number, site.namespace(number).name, name)
        canonical = of(found)
    except (ValueError, WikigitError) as exc:
        raise _strange(path) from exc
    if canonical != path:
        raise _strange(path)
    return found


def folder(namespace: int) -> str:
    """Return a namespace's folder name: `main`, `user-talk`, `ns-100`. The same on every wiki."""
    return _FOLDERS.get(namespace) or f"ns-{namespace}"


def _number(folder: str) -> int:
    return _NUMBERS[folder] if folder in _NUMBERS else int(folder.removeprefix("ns-"))


def _digest(title: Title) -> str:
    return sha1(f"{title.namespace}:{title.name}".replace(" ", "_").encode(), usedforsecurity=False).hexdigest()


def _shard(namespace: int, digest: str) -> str:
    return f"{folder(namespace)}/{digest[:2]}/{digest[2:4]}"


def _encoded(name: str) -> str:
    """Spell out what some file system does not take, then write spaces as `_`.

    A mark after an escape would join its last letter (`%3A` + U+0300 = `%3À`): then all but ASCII is
    spelt out, and so it is in a title that is not NFC.
    """
    stem = _UNSAFE.sub(_spelt, name)
    if not is_normalized("NFC", stem):
        stem = _FOREIGN.sub(_bytes, stem)
    if _RESERVED.match(stem):
        stem = f"%{ord(stem[0]):02X}{stem[1:]}"
    return stem.replace(" ", "_")


def _spelt(match: re.Match[str]) -> str:
    char = match[0]
    if char > "\uffff" and not _in_table(char):
        return char
    return _bytes(match)


def _bytes(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _in_table(char: str) -> bool:
    return bisect(_EDGES, ord(char)) % 2 == 1


def _plain(stem: str) -> str:
    """Return the one spelling, of all that differ in letter case or NFC/NFD alone, that needs no tag."""
    folded = normalize("NFD", stem).casefold()
    plain = normalize("NFC", _capital(folded[:1]) + folded[1:])
    return _ESCAPE.sub(lambda escape: escape[0].upper(), plain) if "%" in plain else plain


def _capital(char: str) -> str:
    """One character for one, and never one that is younger than Unicode 14."""
    title = char.title()
    return title if len(title) == 1 and not _in_table(title) else char


def _cut(stem: str, suffix: str) -> str:
    """Put what passes 140 bytes into the next component: one ends in a bare `%`, the next begins with `+`."""
    parts, lead = [], ""
    while len((lead + stem + suffix).encode()) > MAX_BYTES:
        end = _fitting(stem, MAX_BYTES - 1 - len(lead))
        parts.append(f"{lead}{stem[:end]}%")
        stem, lead = stem[end:], "+"
    return "/".join([*parts, lead + stem + suffix])


def _fitting(stem: str, room: int) -> int:
    """Return how many characters fit into `room` bytes, leaving one at least and no escape in two."""
    end = len(stem.encode()[:room].decode(errors="ignore"))
    end = min(end, len(stem) - 1)
    start = stem.rfind("%", max(0, end - 2), end)
    return end if start < 0 else start


def _strange(path: str) -> RepoError:
    return RepoError(
        f"“{shown(path, 200)}” is not the path of a page of this wiki.",
        hint="Remove that file, or let wikigit write the page under its own path.",
    )
