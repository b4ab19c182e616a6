"""A repository of one wiki: its commits, pages and refs, and the safe way to add to them.

Nothing here knows what a kit, a hub or a bridge is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pygit2
from pygit2.enums import FileMode, ObjectType, Option

from wikigit.core import config, message
from wikigit.core.config import Config
from wikigit.core.errors import RepoError
from wikigit.core.message import Message
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import forgetting, git, heal, layout, lock, objects, purge, refs, trees
from wikigit.repo.objects import Repository, Signature
from wikigit.repo.refs import Move

HUB_REMOTE = "origin"

pygit2.option(Option.ENABLE_FSYNC_GITDIR, True)  # without it a power cut takes every edit of the last seconds
pygit2.option(Option.SET_SEARCH_PATH, 1, "")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit read: `author` and `email` are Git's author field, `time` in seconds since 1970.

    `committer` is the name in Git's other field: who rewrites a commit stands there.
    """

    id: str
    tree: str
    parents: tuple[str, ...]
    text: str
    author: str
    email: str
    time: int
    committer: str

    @property
    def message(self) -> Message:
        """The message taken apart. Raises MessageError."""
        return message.parse(self.text)


class Store:
    """One open repository."""

    def __init__(self, place: Path, *, index: Path | None = None, pushed: Path | None = None) -> None:
        """Open the repository at or above `place`. Raises RepoError.

        `pushed` is where objects wait that a push or a parcel brings; in a hook, `index` is what is about to be
        committed.
        """
        found = pygit2.discover_repository(str(place)) if place.exists() else None
        if found is None:
            raise RepoError(
                f"{place} is not a repository of wikigit.",
                hint="Name it with -C, or make one: wikigit hub init DIR",
            )
        self.path = Path(found)
        self.git = Repository(found, pushed)
        self.surroundings = {"GIT_INDEX_FILE": str(index)} if index else {}
        if pushed:
            self.surroundings["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = str(pushed)
        self._hub = _mirrored(self.git)

    @classmethod
    def create(cls, place: Path) -> Store:
        """Make an empty bare repository. Raises RepoError where something is there already."""
        if place.exists() and any(place.iterdir()):
            raise RepoError(f"{place} is not empty.", hint="Name a new folder.")
        place.mkdir(parents=True, exist_ok=True)
        git.run(place, "init", "--quiet", "--bare", "--initial-branch=main", "--template=")
        store = cls(place)
        for key, value in _SETTINGS.items():
            store.git.config[key] = value
        return store

    @property
    def hooks(self) -> Path:
        """Where Git looks for hooks here. Raises RepoError where its configuration names another folder."""
        if "core.hooksPath" in self.git.config:
            raise RepoError(
                f"Git takes its hooks from {self.git.config['core.hooksPath']} (core.hooksPath).",
                hint="Call `wikigit hooks NAME` from the hooks there, or unset core.hooksPath.",
            )
        return self.path / git.run(self.path, "rev-parse", "--git-common-dir").decode().strip() / "hooks"

    # Reading

    def tip(self, ref: str) -> str | None:
        """The commit id a ref points to, None where there is none. Raises RepoError where it cannot be read."""
        try:
            found = self.git.references.get(ref)
            return None if found is None else str(found.peel(pygit2.Commit).id)
        except (pygit2.GitError, ValueError, KeyError) as exc:
            raise RepoError(f"{ref} cannot be read.", hint="Did the power go? On a kit: wikigit kit wake") from exc

    def need(self, ref: str, hint: str) -> str:
        """The commit id a ref points to. Raises RepoError with `hint` where there is none."""
        found = self.tip(ref)
        if found is None:
            raise RepoError(f"This repository has no {ref.removeprefix('refs/heads/')} yet.", hint=hint)
        return found

    def refs(self, prefix: str) -> dict[str, str]:
        """All refs that begin with `prefix`, with their commit ids. Raises RepoError where one cannot be read."""
        names = sorted(name for name in self.git.references if name.startswith(prefix))
        return {name: tip for name in names if (tip := self.tip(name)) is not None}

    def has(self, commit: str) -> bool:
        """Whether a commit is here."""
        return isinstance(self.git.get(commit), pygit2.Commit)

    def stored(self, data: bytes) -> bool:
        """Whether a file with exactly these bytes is here, in whatever commit. Cheap."""
        return pygit2.hash(data) in self.git

    def read(self, commit: str) -> Commit:
        """A commit. Raises RepoError where it is missing or not UTF-8."""
        found = self.git.get(commit)
        if not isinstance(found, pygit2.Commit):
            raise RepoError(f"The commit {commit[:10]} is missing.", hint="Run `wikigit verify`.")
        try:
            text, author = found.raw_message.decode(), found.author
            name, email = author.raw_name.decode(), (author.raw_email or b"").decode()
            committer = found.committer.raw_name.decode()
        except UnicodeDecodeError as exc:
            raise RepoError(f"The commit {commit[:10]} is not UTF-8.", hint="Run `wikigit verify`.") from exc
        parents = tuple(str(p) for p in found.parent_ids)
        return Commit(commit, str(found.tree_id), parents, text, name, email, author.time, committer)

    def file(self, commit: str, path: str) -> bytes | None:
        """The bytes of a file, None where there is none."""
        return self.file_in(self.read(commit).tree, path)

    def file_in(self, tree: str, path: str) -> bytes | None:
        """The bytes of a file below a tree, None where there is none."""
        entry = trees.find(self.git, tree, path)
        if entry is None or entry[1] == FileMode.TREE:
            return None
        return objects.read_blob(self.git, entry[0], path)

    def wikitext(self, commit: str, title: Title) -> str | None:
        """A page's wikitext, None where there is no such page."""
        return self.wikitext_in(self.read(commit).tree, title)

    def wikitext_in(self, tree: str, title: Title) -> str | None:
        """A page's wikitext below a tree, None where there is no such page. Raises RepoError if not UTF-8."""
        path = layout.page(title)
        entry = trees.find(self.git, tree, path)
        return None if entry is None or entry[1] == FileMode.TREE else self.text(entry[0], path)

    def text(self, blob: str, path: str) -> str:
        """The text of a blob; `path` names it in the error. Raises RepoError if it is missing or not UTF-8."""
        try:
            return objects.read_blob(self.git, blob, path).decode()
        except UnicodeDecodeError as exc:
            raise RepoError(f"{path} is not UTF-8.", hint="Run `wikigit verify`.") from exc

    def files(self, commit: str, folder: str) -> Iterator[tuple[str, bytes]]:
        """Each file below a folder as (path, bytes), sorted."""
        entry = trees.find(self.git, self.read(commit).tree, folder)
        if entry is None or entry[1] != FileMode.TREE:
            return
        for path, blob in trees.walk(self.git, entry[0], folder + "/"):
            yield path, objects.read_blob(self.git, blob, path)

    def site(self, commit: str) -> Site:
        """`site.json` of a commit."""
        data = self.file(commit, layout.SITE)
        if data is None:
            raise RepoError(f"The commit {commit[:10]} has no site.json.", hint="Run `wikigit bridge init`.")
        return _site(data.decode("utf-8", "replace"))

    def config(self, commit: str) -> Config:
        """`wikigit.toml` of a commit."""
        data = self.file(commit, layout.CONFIG)
        if data is None:
            raise RepoError(f"The commit {commit[:10]} has no wikigit.toml.", hint="Run `wikigit bridge init`.")
        return config.parse(data.decode("utf-8", "replace"))

    def contains(self, commit: str, ancestor: str) -> bool:
        """Whether `ancestor` is `commit` or lies in its history."""
        if commit == ancestor:
            return True
        return self.has(ancestor) and self.git.descendant_of(commit, ancestor)

    def shared(self, one: str, other: str) -> str:
        """The newest commit in the history of both, "" for none."""
        return str(self.git.merge_base(one, other) or "")

    def history(self, tip: str, *without: str, first_parent: bool = False, path: str = "") -> list[str]:
        """Commit ids from `tip` back, without what `without` reaches; parents before children.

        With `path` only the commits that change that file.
        """
        flags = ["--first-parent"] if first_parent else []
        known = [f"^{commit}" for commit in without if self.has(commit)]
        words = ["rev-list", "--topo-order", "--reverse", *flags, tip, *known, "--", *([path] if path else [])]
        return self.ask(*words).decode().split()

    def ask(self, *words: str, stdin: bytes = b"") -> bytes:
        """What the program git says about commits, those too that were written just now."""
        named = _COMMIT_ID.findall(b"\n".join([" ".join(words).encode(), stdin]))
        if self.git.gathered is not None and any(commit.decode() in self.git.gathered.objects for commit in named):
            self.flush()
        return git.run(self.path, *words, stdin=stdin, more=self.surroundings)

    # Writing

    def blob(self, data: bytes) -> str:
        """Store bytes; returns the blob id."""
        return objects.write(self.git, ObjectType.BLOB, data)

    def tree_with(self, base: str | None, files: Mapping[str, bytes | None]) -> str:
        """The tree `base` with files written (bytes) or removed (None)."""
        entries = {path: None if data is None else self.blob(data) for path, data in files.items()}
        return trees.tree_with(self.git, base, entries) or self.empty_tree()

    def empty_tree(self) -> str:
        return objects.write(self.git, ObjectType.TREE, b"")

    def commit(
        self,
        tree: str,
        parents: Sequence[str],
        text: str,
        *,
        author: Signature,
        committer: Signature | None = None,
    ) -> str:
        """Store a commit; returns its id. No ref moves."""
        return objects.commit(
            self.git, tree=tree, parents=parents, message=text, author=author, committer=committer or author
        )

    def flush(self) -> None:
        """Bring all that was written to the disk: the program git, and refs, know of nothing else."""
        objects.flush(self.git)

    def move(self, moves: Sequence[Move]) -> None:
        """Move refs together, at the hub first where this is its mirror. Raises Locked."""
        self.flush()
        refs.move(self.path, moves, hub=self._hub)

    def leave(self, moves: Sequence[Move]) -> None:
        """Move refs away from what they held; what none reaches any more stays until `forget`, or the next writer."""
        self.flush()
        forgetting.leave(self.path, moves, hub=self._hub)

    def forget(self) -> None:
        """Remove what refs have left."""
        if forgetting.is_due(self.path, forward=not self._hub):
            purge.purge(self)
            forgetting.done(self.path)

    @contextmanager
    def writing(self, *, alone: bool = False) -> Iterator[None]:
        """Hold this repository's lock; in a mirror, begin from the hub's refs.

        `alone`: nothing but wikigit writes here, a little at a time; so leftovers of a killed writer are cleared, and
        once after each start of the machine what a power cut left is mended.
        Elsewhere what is written waits in memory until a ref moves.
        """
        with lock.exclusive(self.path, sweep=alone):
            if alone:
                heal.once(self.path)
            if self._hub:
                refs.pull(self.path, self._hub)
            with suppress(RepoError):  # who began it was told; it is tried again each time
                self.forget()
            with nullcontext() if alone else self.gathering():
                yield

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Keep what is written in memory until a ref moves; what none needed is forgotten at the end."""
        with self.git.gathering():
            yield


_COMMIT_ID = re.compile(rb"\b[0-9a-f]{40}\b")

_site = lru_cache(maxsize=8)(Site.from_json)

_SETTINGS = {
    "core.logAllRefUpdates": "always",
    "core.fsync": "all",
    "repack.writeBitmaps": "false",
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "receive.fsckObjects": "true",
    "user.name": "wikigit",
    "user.email": "wikigit@wikigit.invalid",
}


def _mirrored(repository: pygit2.Repository) -> str:
    """The remote that this repository mirrors, "" where it stands for itself."""
    settings = repository.config
    key = f"remote.{HUB_REMOTE}.mirror"
    return HUB_REMOTE if key in settings and settings.get_bool(key) else ""
