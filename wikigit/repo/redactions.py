"""The redactions so far, kept in Git: one file each, in their order; their number is the repository's epoch.

Every copy brings the same ones into its own histories (`rewrite`), and then forgets what those were. Nothing here
decides what goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from wikigit.core import identity, message
from wikigit.core.errors import RepoError
from wikigit.repo import edits, layout, objects, tables, trees
from wikigit.repo.refs import Move
from wikigit.repo.rewrite import Rewriting
from wikigit.repo.store import Store
from wikigit.wikitext.redaction import Redaction


def read(store: Store, tip: str | None) -> list[Redaction]:
    """The redactions at a commit of the ref, in their order. Raises RepoError where one cannot be read."""
    return [_redaction(data, path) for path, data in _files(store, tip)]


def epoch(store: Store, tip: str | None) -> int:
    """How many redactions there were."""
    return len(list(_files(store, tip)))


def ahead(store: Store, tip: str) -> list[Redaction]:
    """Those at a commit of the ref that were not brought in here. Raises RepoError where it does not go on."""
    here = store.tip(layout.REDACTIONS)
    if here and not store.contains(tip, here):
        raise RepoError("These redactions do not go on from those here.", hint="Ask who keeps the hub.")
    return read(store, tip)[epoch(store, here) :]


def gone(store: Store) -> dict[str, set[int]]:
    """The revisions whose `text` is in no history here any more, and those whose `name` is not."""
    here = read(store, store.tip(layout.REDACTIONS))
    texts, authors = ([one.revisions for one in here], [one.authors for one in here])
    return {"text": set().union(*texts), "name": set().union(*authors)}


def still_there(store: Store, tips: Iterable[str]) -> list[str]:
    """Of commits that another copy had, those that are here; for one that is gone, what is left of its history."""
    here = read(store, store.tip(layout.REDACTIONS))
    left = set(tips)
    for redaction in here:
        left |= {kept for gone, kept in redaction.kept if gone in left}
    return sorted(tip for tip in left if store.has(tip))


def held(store: Store, ref: str, commits: Sequence[str]) -> bool:
    """Whether one of these new commits, parents before children, holds what was redacted."""
    with store.gathering():  # nothing of it is stored
        return any(Rewriting(store, one).changes(ref, commits) for one in read(store, store.tip(layout.REDACTIONS)))


def add(store: Store, redaction: Redaction, day: str) -> Move:
    """Keep one more; returns the move of the ref."""
    old = store.tip(layout.REDACTIONS)
    number = epoch(store, old) + 1
    file = f"{number:06d}.tsv"
    tree = store.tree_with(store.read(old).tree if old else None, {file: tables.write(_rows(redaction))})
    text = message.compose(f"Redaction {number}", {})
    commit = store.commit(tree, [old] if old else [], text, author=edits.signature(identity.HUB, day))
    return Move(layout.REDACTIONS, old, commit)


def moves(store: Store, rewritings: Iterable[Rewriting]) -> list[Move]:
    """The moves of every ref here onto its history without what goes; those that held nothing of it stay."""
    made = list(rewritings)
    found = []
    for ref, (target, commit) in _refs(store).items():
        new = commit
        for rewriting in made:
            new = rewriting.tip(ref, new)
        if new != commit:
            found.append(Move(ref, target, new))
    return found


def _refs(store: Store) -> Mapping[str, tuple[str, str]]:
    """Every ref with what it points to and its commit; the wiki and main first, for all others stand on them."""
    tips = store.refs("refs/")
    first = [ref for ref in (layout.UPSTREAM, layout.MAIN) if ref in tips]
    ordered = [*first, *(ref for ref in tips if ref not in first and ref != layout.REDACTIONS)]
    targets = {ref: store.git.references[ref].target for ref in ordered}
    return {
        ref: (str(to), tips[ref]) for ref, to in targets.items() if not isinstance(to, str)
    }  # not another ref's name


def _files(store: Store, tip: str | None) -> Iterator[tuple[str, bytes]]:
    for path, blob in trees.walk(store.git, store.read(tip).tree) if tip else ():
        yield path, objects.read_blob(store.git, blob, path)


def _rows(redaction: Redaction) -> Iterator[tuple[object, ...]]:
    yield "salt", redaction.salt.hex(), ""
    yield from (("page", title, file) for title, file in sorted(redaction.pages.items()))
    yield from (("words", run, "") for run in sorted(redaction.runs))
    yield from (("name", count, known) for count, known in sorted(redaction.names))
    yield from (("revision", revision, "") for revision in sorted(redaction.revisions))
    yield from (("author", revision, "") for revision in sorted(redaction.authors))
    yield from (("moved", old, new) for old, new in sorted(redaction.moved.items()))
    yield from (("kept", gone, kept) for gone, kept in sorted(redaction.kept))


def _redaction(data: bytes, path: str) -> Redaction:
    rows = tables.parse(data, 3, path)
    told = {kind: [(one, other) for key, one, other in rows if key == kind] for kind in _KINDS}
    if len(told["salt"]) != 1 or {row[0] for row in rows} - set(_KINDS):
        raise RepoError(f"{path} is no redaction that this wikigit knows.", hint="Update the software here first.")

    def number(field: str) -> int:
        return tables.number(field, path)

    return Redaction(
        bytes.fromhex(told["salt"][0][0]),
        MappingProxyType(dict(told["page"])),
        frozenset(run for run, _ in told["words"]),
        frozenset((number(count), known) for count, known in told["name"]),
        frozenset(number(revision) for revision, _ in told["revision"]),
        frozenset(number(revision) for revision, _ in told["author"]),
        MappingProxyType(dict(told["moved"])),
        frozenset(told["kept"]),
    )


_KINDS = ("salt", "page", "words", "name", "revision", "author", "moved", "kept")
