"""Parcels as no wikigit writes them: raw objects in a pack of our own, a bundle around it, a manifest that fits.

Whoever writes them has everything: the hub's objects, the kit's key, what honest commits look like. Nothing
here says what the hub should do; see `hostile_cases`.
"""

from __future__ import annotations

import hashlib
import itertools
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pygit2

from testing.memory_wiki import MemoryWiki
from tests.journey import DAY, NGOZI, Hub, Stick, signs
from wikigit.core import identity, message
from wikigit.core.edit import Edit
from wikigit.core.errors import WikigitError
from wikigit.repo import layout, objects, parcel
from wikigit.repo.parcel import Manifest
from wikigit.repo.store import Store

FILE, FOLDER, LINK, MODULE, PROGRAM = b"100644", b"40000", b"120000", b"160000", b"100755"
NOBODY = "0" * 40
KINDS = {b"commit": 1, b"tree": 2, b"blob": 3, b"tag": 4}

Entry = tuple[bytes, bytes, str]


@dataclass
class Objects:
    """Objects for one pack, each as (kind, bytes), by id."""

    made: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def add(self, kind: bytes, data: bytes) -> str:
        object_id = hashlib.sha1(b"%b %d\0%b" % (kind, len(data), data), usedforsecurity=False).hexdigest()
        self.made[object_id] = KINDS[kind], data
        return object_id

    def blob(self, data: bytes) -> str:
        return self.add(b"blob", data)

    def tree(self, *entries: Entry, in_order: bool = True) -> str:
        """A folder; `in_order`: as Git sorts it."""
        listed = sorted(entries, key=lambda e: e[1] + b"/" * (e[0] == FOLDER)) if in_order else entries
        return self.add(b"tree", b"".join(b"%b %b\0%b" % (m, n, bytes.fromhex(i)) for m, n, i in listed))

    def commit(self, tree: str, parents: Iterable[str], text: bytes, author: bytes, committer: bytes = b"") -> str:
        """A commit; `author` and `committer` are what stands after these words, further lines too."""
        head = [b"tree %b" % tree.encode(), *(b"parent %b" % parent.encode() for parent in parents)]
        head += [b"author %b" % author, b"committer %b" % (committer or author)]
        return self.add(b"commit", b"\n".join(head) + b"\n\n" + text)

    def pack(self, *more: bytes) -> bytes:
        """A pack of these objects whole, and of entries that are written already."""
        entries = [entry(kind, data) for kind, data in self.made.values()]
        return pack([*entries, *more])


def entry(
    kind: int, data: bytes, *, size: int | None = None, squeezed: bytes | None = None, like: bytes = b""
) -> bytes:
    """An object in a pack; `size`: what it says of itself; `squeezed`: its bytes, compressed already."""
    size = len(data) if size is None else size
    first, rest = kind << 4 | size & 15, size >> 4
    head = bytearray([first | 0x80 * bool(rest)])
    while rest:
        head.append(rest & 0x7F | 0x80 * bool(rest >> 7))
        rest >>= 7
    return bytes(head) + like + (zlib.compress(data, 1) if squeezed is None else squeezed)


def pack(entries: Sequence[bytes], *, count: int | None = None) -> bytes:
    count = len(entries) if count is None else count
    whole = b"PACK" + (2).to_bytes(4) + count.to_bytes(4) + b"".join(entries)
    return whole + hashlib.sha1(whole, usedforsecurity=False).digest()


def zeros(size: int) -> bytes:
    """So many zeros, a multiple of a mebibyte, as zlib compresses them: a thousandth of it, in no time."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    again = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    check = (size % 65521) << 16 | 1
    return b"\x78\x9c" + piece + again * ((size >> 20) - 1) + b"\x03\x00" + check.to_bytes(4)


def number(value: int) -> bytes:
    """A number as it stands at the beginning of a difference."""
    made = bytearray()
    while value > 0x7F:
        made.append(0x80 | value & 0x7F)
        value >>= 7
    return bytes([*made, value])


@dataclass(frozen=True)
class Attempt:
    """One parcel: the refs that its manifest promises, and its bundle's bytes."""

    tips: Mapping[str, str]
    bundle: bytes


class Village:
    """A hub that has taken in an edit of the library's, and a school's kit that somebody has in their hands."""

    def __init__(self, folder: Path) -> None:
        wiki = MemoryWiki()
        wiki.person_edits("Ngozi", NGOZI)
        wiki.person_edits("Lake", "A lake.")
        self.hub = Hub(folder, wiki)
        self.kit, self.library = self.hub.kit("school"), self.hub.kit("library")
        self.others = self.library.writes("Lake", "A blue lake.", by="Jean", credit="Jean N.")
        self.hub.receives(self.library.sends())
        self.first = self.kit.writes("Ngozi", f"{NGOZI}\n\nFirst.", by="Aline")
        self.hub.receives(self.kit.sends())
        self.store = self.hub.store
        self.main = self.store.need(layout.MAIN, "")
        self.ref, self.receipts = layout.kit(self.kit.id), layout.receipts(self.kit.id)
        self.tip = self.store.need(self.ref, "")
        self.tree = self.store.read(self.tip).tree
        self._numbers = itertools.count(100)
        self._sticks = itertools.count()
        self._drawn = itertools.count(1)

    @property
    def day(self) -> int:
        return objects.day_time(DAY)

    @property
    def author(self) -> bytes:
        return self.who(self.first.contributor)

    @property
    def committer(self) -> bytes:
        return self.who(self.kit.id)

    def who(self, name: str, time: int | str | None = None, zone: str = "+0000") -> bytes:
        return f"{name} <{name}@kit.invalid> {self.day if time is None else time} {zone}".encode()

    def edit(self, title: str = "Ngozi", **other: str) -> Edit:
        """An edit of the kit's first person, with something about it that is otherwise."""
        drawn = hashlib.sha256(b"hostile %d" % next(self._drawn)).digest()[:10]
        made = replace(self.first, id=identity.edit_id(drawn), title=self.hub.title(title), summary="Hostile")
        return replace(made, **other)  # type: ignore[arg-type]

    def entries(self, tree: str) -> list[Entry]:
        """What stands in a folder of the hub's."""
        folder = self.store.git[tree]
        assert isinstance(folder, pygit2.Tree)
        return [
            (b"%o" % int(found.filemode), (found.name or "").encode("utf-8", "surrogateescape"), str(found.id))
            for found in folder
        ]

    def entries_of(self, made: Objects, tree: str) -> list[Entry]:
        """What stands in a folder that was made just now."""
        listed, data = list[Entry](), made.made[tree][1]
        while data:
            head, _, rest = data.partition(b"\0")
            mode, _, name = head.partition(b" ")
            listed.append((mode, name, rest[:20].hex()))
            data = rest[20:]
        return listed

    def with_file(self, made: Objects, path: str | bytes, mode: bytes, object_id: str, tree: str = "") -> str:
        """A tree of the hub's with something at a path."""
        name = path.encode() if isinstance(path, str) else path
        head, slash, rest = name.partition(b"/")
        tree = tree or self.tree
        listed = [] if tree == "none" else self.entries_of(made, tree) if tree in made.made else self.entries(tree)
        inner = next((i for m, n, i in listed if n == head and m == FOLDER), "none")
        new = (FOLDER, head, self.with_file(made, rest, mode, object_id, inner)) if slash else (mode, head, object_id)
        return made.tree(*(each for each in listed if each[1] != head), new)

    def page(self, made: Objects, wikitext: bytes = b"Hostile.", title: str = "Ngozi", mode: bytes = FILE) -> str:
        """The kit's tree with a page changed."""
        return self.with_file(made, layout.page(self.hub.title(title)), mode, made.blob(wikitext))

    def page_on(self, made: Objects, commit: str) -> str:
        """The tree of another commit of the hub's with the page changed."""
        path = layout.page(self.hub.title("Ngozi"))
        return self.with_file(made, path, FILE, made.blob(b"Hostile."), self.store.read(commit).tree)

    def commits(
        self, made: Objects, tree: str, *, text: bytes | None = None, author: bytes = b"", committer: bytes = b"",
        parents: Sequence[str] | None = None, edit: Edit | None = None,
    ) -> Attempt:  # fmt: skip
        """An edit's commit on the kit's branch, honest but for what is given; and the parcel that brings it."""
        told = message.of_edit(edit or self.edit()).encode() if text is None else text
        on = [self.tip] if parents is None else parents
        return self.brings(made, made.commit(tree, on, told, author or self.author, committer or self.committer))

    def brings(self, made: Objects, tip: str, ref: str = "", needs: Sequence[str] = ()) -> Attempt:
        """A parcel with these objects whose ref is `tip`."""
        ref = ref or self.ref
        return Attempt({ref: tip}, self.header({ref: tip}, needs or [self.tip]) + made.pack())

    def header(self, refs: Mapping[str, str], needs: Sequence[str], first: str = "# v2 git bundle") -> bytes:
        lines = [first, *(f"-{need}" for need in needs), *(f"{tip} {ref}" for ref, tip in refs.items())]
        return ("\n".join(lines) + "\n\n").encode()

    def stick(self, attempt: Attempt) -> Stick:
        """The parcel on a stick, with a manifest that fits its bytes."""
        stick = Stick(self.hub.folder / f"hostile-{next(self._sticks)}")
        told = Manifest(
            repository=self.hub.store.config(self.main).repository,
            wiki="testwiki",
            direction=parcel.UP,
            sender=self.kit.id,
            to="hub",
            number=next(self._numbers),
            tips=attempt.tips,
            sha256=hashlib.sha256(attempt.bundle).hexdigest(),
            size=len(attempt.bundle),
        )
        (stick.folder / f"{told.name}.bundle").write_bytes(attempt.bundle)
        signs(self.kit.store, stick.folder / f"{told.name}.json", told)
        return stick

    def refuses(self, stick: Stick) -> str:
        """What the hub says to a stick that it refuses without a trace; "" where it takes it. Raises AssertionError."""
        before = footprint(self.store)
        try:
            self.hub.receives(stick)
        except WikigitError as exc:
            left = footprint(self.store).symmetric_difference(before)
            if left or not exc.hint or not exc.message:
                raise AssertionError(f"{exc.message!r} ({exc.hint!r}) leaves {sorted(left)[:5]}") from exc
            return exc.message
        return ""


def footprint(store: Store) -> set[tuple[str, int, str]]:
    """Every file in a repository, with its size, and its bytes where it is a ref: what a refusal must not change."""
    files = (file for file in store.path.rglob("*") if file.name != "wikigit.lock")
    found = {(str(f.relative_to(store.path)), f.stat().st_size if f.is_file() else -1, "") for f in files}
    return found | {(ref, 0, tip) for ref, tip in Store(store.path).refs("refs/").items()}


def honest(village: Village) -> Attempt:
    """What all others are compared with: as the kit itself would have written it."""
    made = Objects()
    return village.commits(made, village.page(made, f"{NGOZI}\n\nSecond.".encode()))
