"""Write histories anew without what a redaction takes out of them.

A function of what is written: the same commit becomes the same commit at the hub and at each kit, so that what the
hub sends afterwards continues what a kit has made of its own. A commit that holds nothing of it, and stands on none
that does, stays what it is. Nothing here moves a ref, or decides what goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pygit2.enums import ObjectType

from wikigit.repo import layout, objects, receipts, tables, trees
from wikigit.repo.store import Store
from wikigit.wikitext.redaction import Redaction

HIDDEN = b"hidden <hidden@wiki.invalid>"

_SIGNATURE = re.compile(rb"(author|committer) (.*) <[^>]*> ([0-9]+ [+-][0-9]{4})")
_NAMED = re.compile(r"^Wikigit-(?:Upstream|From): ([0-9a-f]{40})$", re.MULTILINE)
_TOLD_IN_JSON = ("wikitext", "section", "account")


@dataclass(frozen=True, slots=True)
class _Raw:
    """A commit as its bytes: the lines of its head, and its message."""

    head: tuple[bytes, ...]
    text: str

    def ids(self, key: bytes) -> list[str]:
        return [line[len(key) + 1 :].decode() for line in self.head if line.startswith(key + b" ")]


class Rewriting:
    """One redaction, brought into commit after commit."""

    def __init__(self, store: Store, redaction: Redaction) -> None:
        self.store, self.redaction = store, redaction
        self.commits: dict[str, str] = {}
        self.named: dict[str, str] = {}  # commits of kits: one kit has not those of the others
        self._trees: dict[tuple[str, bool], str] = {}
        self._made: dict[str, bytes] = {}
        pages = redaction.pages.values()
        self._pages = frozenset(pages)
        self._tables = frozenset(layout.revisions_beside(page) for page in pages)

    def tip(self, ref: str, commit: str) -> str:
        """What the commit that a ref points to becomes."""
        open_ = [commit]
        while open_:
            here = open_[-1]
            needed = [] if here in self.commits else [c for c in self._stands_on(here) if c not in self.commits]
            if needed:
                open_ += needed
                continue
            open_.pop()
            if here not in self.commits:
                self.commits[here] = self._commit(here, records=_are_records(ref))
        return self.commits[commit]

    def kept(self, commit: str) -> set[str]:
        """The newest commits in the history of one that stay what they are; it was written anew itself."""
        open_, seen, found = [commit], {commit}, set[str]()
        while open_:
            here = open_.pop()
            if self.commits.get(here) == here:
                found.add(here)
            else:
                new = set(self._raw(here).ids(b"parent")) - seen
                seen |= new
                open_ += new
        return found

    def changes(self, ref: str, commits: Iterable[str]) -> bool:
        """Whether one of these commits of a ref would become another; what they stand on would not."""
        for commit in commits:
            self.commits.update((needed, needed) for needed in self._stands_on(commit))
            if self._commit(commit, records=_are_records(ref)) != commit:
                return True
        return False

    def _stands_on(self, commit: str) -> Iterator[str]:
        """The commits that have to be known before one can be written: its parents, and those that it names."""
        raw = self._raw(commit)
        yield from raw.ids(b"parent")
        yield from (named for named in _NAMED.findall(raw.text) if self.store.has(named))

    def _raw(self, commit: str) -> _Raw:
        data = objects.read(self.store.git, ObjectType.COMMIT, commit, f"The commit {commit[:10]}")
        head, _, text = data.partition(b"\n\n")
        return _Raw(tuple(head.split(b"\n")), text.decode("utf-8", "surrogateescape"))

    # A commit

    def _commit(self, commit: str, *, records: bool) -> str:
        raw = self._raw(commit)
        text = "\n".join(self._lines(raw.text))
        head = [self._head(line, raw.text, records) for line in raw.head]
        if (text, tuple(head)) == (raw.text, raw.head):
            return commit
        kept = b"\n".join(_unsigned(head))
        return objects.write(
            self.store.git, ObjectType.COMMIT, kept + b"\n\n" + text.encode("utf-8", "surrogateescape")
        )

    def _head(self, line: bytes, text: str, records: bool) -> bytes:
        key, _, value = line.partition(b" ")
        if key == b"tree":
            return b"tree " + self._tree(value.decode(), records).encode()
        if key == b"parent":
            return b"parent " + self.commits[value.decode()].encode()
        signed = _SIGNATURE.fullmatch(line)
        if signed and self._is_hidden(signed[2].decode("utf-8", "replace"), text):
            return b"%b %b %b" % (signed[1], HIDDEN, signed[3])
        return line

    def _is_hidden(self, account: str, text: str) -> bool:
        """Whether nobody may be told who made the commit with this message."""
        lines = text.split("\n")
        return self.redaction.is_name(account) or any(
            f"Wikigit-Revision: {revision}" in lines for revision in self.redaction.authors
        )

    def _lines(self, text: str) -> Iterator[str]:
        lines = text.split("\n")
        about_page = any(f"Wikigit-Page: {title}" in lines for title in self.redaction.pages)
        for line in lines:
            named = _NAMED.fullmatch(line)
            if named:
                yield line.replace(named[1], self._named(line, named[1]))
            else:
                yield line if line.startswith("Wikigit-") else self.redaction.line(line, about_page=about_page)

    def _named(self, line: str, commit: str) -> str:
        """What a commit that another names became; where it is not here, the redaction says it."""
        became = self.commits.get(commit) or self.redaction.moved.get(commit, commit)
        if became != commit and line.startswith("Wikigit-From"):
            self.named[commit] = became
        return became

    # Trees and files

    def _tree(self, tree: str, records: bool) -> str:
        if (tree, records) not in self._trees:
            files = self._records(tree) if records else self._files(tree)
            new = {path: self.store.blob(data) for path, data in files}
            self._trees[tree, records] = (trees.tree_with(self.store.git, tree, new) or tree) if new else tree
        return self._trees[tree, records]

    def _files(self, tree: str) -> Iterator[tuple[str, bytes]]:
        """The files of a tree with pages that become others."""
        for path in self._pages:
            yield from self._file(tree, path, self._page)
        for path in self._tables:
            yield from self._file(tree, path, lambda data, path=path: self._rows(data, path))  # type: ignore[misc]
        folder = trees.find(self.store.git, tree, layout.QUEUE)
        for path, _ in trees.walk(self.store.git, folder[0], layout.QUEUE + "/") if folder else ():
            yield from self._file(tree, path, lambda data: self._ids(data, 3), keep=False)
        yield from self._file(tree, layout.DESK_TABLE, lambda data: self._ids(data, 1), keep=False)

    def _file(
        self, tree: str, path: str, made: Callable[[bytes], bytes], *, keep: bool = True
    ) -> Iterator[tuple[str, bytes]]:
        """One file, where it becomes another. `keep`: the same bytes always become the same."""
        entry = trees.find(self.store.git, tree, path)
        if entry is None:
            return
        blob = entry[0]
        old = objects.read_blob(self.store.git, blob, path)
        new = self._made.get(blob) or made(old)
        if keep:
            self._made[blob] = new
        if new != old:
            yield path, new

    def _page(self, data: bytes) -> bytes:
        return self.redaction.page(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _rows(self, data: bytes, path: str) -> bytes:
        """A table of revisions, without the accounts that nothing may name."""
        rows = tables.parse(data, 5, path)
        for row in rows:
            if self.redaction.is_name(row[4]) or row[1] in map(str, self.redaction.authors):
                row[4] = ""
        return tables.write(rows) or b""

    def _ids(self, data: bytes, place: int) -> bytes:
        """A table whose rows name a commit each, with what these became; they stand in the history of the table."""
        rows = [line.split("\t") for line in data.decode().split("\n")]
        for row in rows:
            if len(row) > place:
                row[place] = self.commits.get(row[place], row[place])
        return "\n".join("\t".join(row) for row in rows).encode()

    def _records(self, tree: str) -> Iterable[tuple[str, bytes]]:
        """The files of a tree of receipts or messages that become others."""
        for path, _ in trees.walk(self.store.git, tree):
            if path.endswith(receipts.SAID):
                yield from self._file(tree, path, self._said)
            elif path.endswith(".json"):
                yield from self._file(tree, path, self._message)

    def _said(self, data: bytes) -> bytes:
        lines = [line.partition("\t") for line in data.decode().split("\n")]
        told = [(seq, tab, self.redaction.line(said, about_page=True)) for seq, tab, said in lines]
        return "\n".join(map("".join, told)).encode()

    def _message(self, data: bytes) -> bytes:
        told = json.loads(data)
        for key in _TOLD_IN_JSON:
            lines = str(told.get(key, "")).split("\n")
            told[key] = "\n".join(self.redaction.line(line, about_page=True) for line in lines)
        return data if told == json.loads(data) else _json(told)


def _are_records(ref: str) -> bool:
    """Whether a ref's trees hold receipts or messages, and not pages."""
    return ref.startswith((layout.RECEIPTS, layout.LINES, layout.MESSAGES))


def _json(told: object) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _unsigned(head: Iterable[bytes]) -> Iterator[bytes]:
    """The head without the signature of who signed the commit as it was."""
    dropped = False
    for line in head:
        dropped = line.startswith((b"gpgsig", b"mergetag")) or (dropped and line.startswith(b" "))
        if not dropped:
            yield line
