"""What is about to be committed in a person's own clone, and how. Nothing here judges it."""

from __future__ import annotations

from dataclasses import dataclass

from pygit2.enums import FileMode

from wikigit.repo import git, objects, refs
from wikigit.repo.store import Store

_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_SCISSORS = "------------------------ >8 ------------------------"


@dataclass(frozen=True, slots=True)
class Change:
    """A file that the next commit changes: its blob and mode there, mode 0 where the commit removes it."""

    path: str
    mode: int
    blob: str

    @property
    def removes(self) -> bool:
        return self.mode == 0

    @property
    def plain(self) -> bool:
        """A file, neither a program nor a link."""
        return self.mode == FileMode.BLOB


def changes(store: Store) -> list[Change]:
    """Every file that the next commit changes."""
    words = ("diff-index", "--cached", "-z", "--no-renames", head(store) or _EMPTY_TREE, "--")
    fields = git.run(store.path, *words, more=store.surroundings).decode("utf-8", "replace").split("\0")[:-1]
    told = [(field.split(" "), path) for field, path in zip(fields[::2], fields[1::2], strict=True)]
    return [Change(path, int(mode, 8), blob) for (_, mode, _, blob, _), path in told]


def read(store: Store, change: Change) -> bytes:
    """The bytes that the next commit gives a file."""
    return objects.read_blob(store.git, change.blob, change.path)


def head(store: Store) -> str | None:
    """The commit that the next one continues, None where it is the first."""
    return refs.read(store.path, "HEAD")


def merging(store: Store) -> bool:
    """Whether the next commit is a merge."""
    return refs.read(store.path, "MERGE_HEAD") is not None


def said(store: Store, text: str, *, edited: bool) -> str:
    """What a person wrote in the file of a commit message; `edited`: in an editor, where git adds its comments."""
    if edited:
        lines = text.split("\n")
        cut = next((number for number, line in enumerate(lines) if line.endswith(_SCISSORS)), len(lines))
        text = "\n".join(lines[:cut])
    flags = ["--strip-comments"] if edited else []
    return git.run(store.path, "stripspace", *flags, stdin=text.encode(), network=True).decode()


def who(store: Store) -> str:
    """The name that Git commits under here, from the person's own configuration."""
    return git.run(store.path, "config", "user.name", network=True, accept=(0, 1)).decode().strip()
