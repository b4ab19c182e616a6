"""Receipts refs: one for each writer, lines only ever appended, so that nothing is ever merged.

A writer's tree holds `<kit>/<year-month>.tsv`, and beside it `<kit>/<year-month>.said.tsv` with the words that
are for the contributor alone: who publishes receipts leaves these out. A kit gets a history of its own with
its own lines only. Nothing here knows what an outcome means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from wikigit.core import identity, message, receipt
from wikigit.core.errors import RepoError
from wikigit.core.receipt import Receipt
from wikigit.repo import edits, layout, objects, shares, trees
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

TABLE, SAID = ".tsv", ".said.tsv"
_AS_THEY_ARE: Mapping[str, str] = MappingProxyType({})


def read(store: Store, kit: str = "", at: Mapping[str, str] = _AS_THEY_ARE) -> list[Receipt]:
    """All lines of all writers, or those about one kit's edits. `at`: refs as they are about to be moved."""
    lines = []
    for ref, tip in {**store.refs(layout.RECEIPTS), **at}.items():
        lines += of(store, tip, ref.removeprefix(layout.RECEIPTS), kit)
    return lines


def of(store: Store, tip: str, writer: str, kit: str = "") -> list[Receipt]:
    """The lines in one receipts commit of `writer`. Raises RepoError where one is none, or words have no line."""
    lines: list[tuple[str, Receipt]] = []
    said: dict[tuple[str, int], str] = {}
    for path, data in _tables(store, tip, kit):
        table = path.removesuffix(SAID).removesuffix(TABLE)
        for line in _lines(data, path):
            if not path.endswith(SAID):
                lines.append((table, receipt.from_line(line, writer, path.split("/")[0])))
                continue
            seq, words = receipt.from_said_line(line, writer)
            if (table, seq) in said:
                raise RepoError(f"{writer} says two things with line {seq}.", hint="Run `wikigit verify`.")
            said[table, seq] = words
    told = [replace(line, said=said.pop((table, line.seq), "")) for table, line in lines]
    if said:
        missing = min(seq for _, seq in said)
        raise RepoError(f"{writer} says something with line {missing}, which is missing.", hint="Run `wikigit verify`.")
    return told


def standing(store: Store, kit: str = "", at: Mapping[str, str] = _AS_THEY_ARE) -> dict[str, Receipt]:
    """For each edit id the receipt that holds now, or will when the refs stand `at`."""
    return receipt.fold(read(store, kit, at))


def append(
    store: Store, writer: str, new: Sequence[Receipt], day: str, at: Mapping[str, str] = _AS_THEY_ARE
) -> list[Move]:
    """Store further lines of `writer`; returns the move of its ref, for the caller's transaction.

    Each receipt names its kit. `at`: other writers' refs as they are about to be moved: these lines were
    seen too. No lines: no move.
    """
    if not new:
        return []
    ref = layout.receipts(writer)
    old = store.tip(ref)
    last = seq(store, old)
    others = {name: tip for name, tip in {**store.refs(layout.RECEIPTS), **at}.items() if name != ref}
    seen = {name.removeprefix(layout.RECEIPTS): seq(store, tip) for name, tip in others.items()}
    numbered = receipt.numbered(new, writer, last, seen)
    files: dict[str, bytes] = {}
    for path, row in _rows(numbered):
        before = files.get(path) or (store.file(old, path) if old else None) or b""
        files[path] = before + row.encode() + b"\n"
    tree = store.tree_with(store.read(old).tree if old else None, files)
    text = message.compose(f"{len(new)} receipts", {"Seq": str(last + len(new))})
    commit = store.commit(tree, [old] if old else [], text, author=edits.signature(writer, day))
    return [Move(ref, old, commit)]


def written(store: Store, writer: str) -> int:
    """How many lines a writer has written, as far as is known here."""
    return seq(store, store.tip(layout.receipts(writer)))


def _rows(lines: Iterable[Receipt]) -> Iterator[tuple[str, str]]:
    """Where each line goes, and where what is said with it."""
    for line in lines:
        month = f"{line.kit}/{line.day[:7]}"
        yield month + TABLE, receipt.to_line(line)
        if line.said:
            yield month + SAID, receipt.said_line(line)


def seq(store: Store, tip: str | None) -> int:
    """The number of the last line in a receipts commit, 0 where there is none."""
    if tip is None:
        return 0
    value = store.read(tip).message.get("Seq")
    if not (value.isascii() and value.isdigit()):
        raise RepoError(f"The receipts {tip[:10]} do not say how many they are.", hint="Run `wikigit verify`.")
    return int(value)


def for_kit(store: Store, kit: str, day: str, line: Sequence[str] = ()) -> list[Move]:
    """Bring the hub's and bridge's lines about one kit into the histories that this kit gets.

    `line`: the kits that it is the heir of, nearest first. It gets theirs too, in a history that goes on from theirs.
    """
    moves = []
    for writer in (identity.HUB, identity.BRIDGE):
        source = store.tip(layout.receipts(writer))
        if source is None:
            continue
        text = message.compose("Receipts", {"Seq": str(seq(store, source))})
        moves += shares.move(
            store, source, [layout.lines(one, writer) for one in (kit, *line)], (kit, *line), (text, writer, day)
        )
    return moves


def _tables(store: Store, tip: str, kit: str) -> Iterable[tuple[str, bytes]]:
    if kit:
        return store.files(tip, kit)
    return (
        (path, objects.read_blob(store.git, blob, path)) for path, blob in trees.walk(store.git, store.read(tip).tree)
    )


def _lines(data: bytes, path: str) -> list[str]:
    try:
        return [line for line in data.decode().split("\n") if line]
    except UnicodeDecodeError as exc:
        raise RepoError(f"The receipts {path} are not UTF-8.", hint="Run `wikigit verify`.") from exc
