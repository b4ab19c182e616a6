"""Objects that wait in memory for the disk, and that libgit2 finds there meanwhile.

The program git does not: whoever asks it about them flushes first. Nothing here knows what they say.
"""

from __future__ import annotations

from hashlib import sha1

import pygit2
from pygit2.enums import ObjectType

from wikigit.repo.pack import Packed

_NAMES = {ObjectType.COMMIT: b"commit", ObjectType.TREE: b"tree", ObjectType.BLOB: b"blob"}


class Gathered(pygit2.OdbBackend):
    """An object database in memory. `size` counts the bytes in it."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, Packed] = {}
        self.size = 0

    def add(self, kind: ObjectType, data: bytes, like: str | None = None) -> str:
        """Take an object; returns its id. `like`: the id of one that differs little."""
        found = sha1(b"%b %d\0" % (_NAMES[kind], len(data)), usedforsecurity=False)
        found.update(data)
        object_id = found.hexdigest()
        if object_id not in self.objects:
            self.objects[object_id] = Packed(kind, data, like)
            self.size += len(data)
        return object_id

    def clear(self) -> None:
        """Forget all of them."""
        self.objects.clear()
        self.size = 0

    # What libgit2 calls; a KeyError sends it to the disk.

    def exists_cb(self, object_id: pygit2.Oid) -> bool:
        return str(object_id) in self.objects

    def read_cb(self, object_id: pygit2.Oid) -> tuple[int, bytes]:
        found = self.objects[str(object_id)]
        return found.kind, found.data

    def read_header_cb(self, object_id: pygit2.Oid) -> tuple[int, int]:
        found = self.objects[str(object_id)]
        return found.kind, len(found.data)

    def read_prefix_cb(self, digits: str) -> tuple[int, bytes, pygit2.Oid]:
        """Whole ids alone: nobody here asks with less."""
        found = self.objects[digits]
        return found.kind, found.data, pygit2.Oid(hex=digits)

    def exists_prefix_cb(self, digits: str) -> pygit2.Oid:
        raise KeyError(digits)

    def write_cb(self, object_id: pygit2.Oid, data: bytes, kind: int) -> None:
        self.add(ObjectType(kind), data)

    def refresh_cb(self) -> None:
        """Memory is always fresh."""
