"""Look whether a repository still is what it should be; change nothing.

Main is computed again from what its tip names. Nothing here knows whether this is a kit or a hub.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from wikigit.core import path
from wikigit.core.errors import WikigitError
from wikigit.repo import git, heal, layout, mainline, queue, receipts, trees, upstream, whole
from wikigit.repo.store import Store
from wikigit.wikitext.merge import VERSION


class State(StrEnum):
    """What a check found."""

    OK = "ok"
    WRONG = "wrong"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, what it found, and a sentence. `hint` is the next thing to do, "" where there is none."""

    check: str
    state: State
    sentence: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """The `number`-th part of `of` of all objects, so that a month of days looks through every one."""

    number: int
    of: int

    def holds(self, object_id: str) -> bool:
        return int(object_id[:8], 16) % self.of == self.number - 1


_DEEP = "Look at everything: wikigit verify --deep; then ask the hub for a full parcel: wikigit hub send --full"


_NEXT = {
    "objects": _DEEP,
    "main": "Receive the hub's newest parcel, or at the hub: wikigit hub reconcile; then verify again",
    "revisions": "Receive the hub's newest parcel, or at the hub let the bridge fetch: wikigit bridge fetch",
    "receipts": "Publish nothing, and ask who keeps the hub: wikigit log",
}
"""What to do about a check that found something wrong and does not say it itself."""


def verify(store: Store, *, share: Share | None = None, deep: bool = True) -> Iterator[Finding]:
    """Run every check that this repository has something for.

    Of the objects all with `deep`, else those of a `share` if one is named, else those that each ref needs first.
    """
    for found in _checks(store, share, deep):
        wrong = found.state is State.WRONG and not found.hint
        yield replace(found, hint=_NEXT.get(found.check, _DEEP)) if wrong else found


def _checks(store: Store, share: Share | None, deep: bool) -> Iterator[Finding]:
    if deep:
        yield _fsck(store)
    elif share is not None:
        yield _guarded("objects", lambda: _of_share(store, share))
    else:
        yield _tips(store)
    if mended := heal.record(store.path):
        yield Finding("mended", State.OK, f"After a power cut {mended[-1].ref} went back to what could be read.")
    if store.tip(layout.MAIN):
        yield _guarded("main", lambda: computed(store))
        yield _guarded("revisions", lambda: _revisions(store))
    if store.refs(layout.RECEIPTS):
        yield _guarded("receipts", lambda: _receipts(store))


def _tips(store: Store) -> Finding:
    """Each ref's commit, its tree, and the files that it changed."""
    tips = store.refs("refs/")
    for ref, tip in tips.items():
        if not heal.readable(store.git, tip):
            return Finding("objects", State.WRONG, f"The newest commit of {ref} cannot be read.", _DEEP)
    return Finding("objects", State.OK, f"The newest commits of {len(tips)} refs are whole.")


def _of_share(store: Store, share: Share) -> Finding:
    """Every object whose turn it is, read to its last byte and compared with its id."""
    count = 0
    for object_id in store.git.odb:
        if share.holds(str(object_id)):
            count += 1
            if not whole.readable(store.git, str(object_id)):
                return Finding("objects", State.WRONG, f"The object {str(object_id)[:10]} is damaged.", _DEEP)
    return Finding("objects", State.OK, f"{count} objects are whole: share {share.number} of {share.of}.")


def _guarded(check: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except WikigitError as exc:
        return Finding(check, State.WRONG, exc.message)


def _fsck(store: Store) -> Finding:
    done = git.call(store.path, "fsck", "--full", "--strict", "--no-dangling", "--no-progress", accept=range(256))
    if done.returncode == 0:
        return Finding("objects", State.OK, "Git's objects are whole.")
    said = (done.stderr + done.stdout).decode("utf-8", "replace").strip().splitlines()
    return Finding("objects", State.WRONG, f"git fsck: {said[0] if said else done.returncode}")


def computed(store: Store) -> Finding:
    """Compute main's tip again from its upstream, its queue and its merge's version."""
    main = mainline.read(store)
    if store.tip(layout.UPSTREAM) != main.upstream:
        return Finding("main", State.WRONG, f"main is made of {main.upstream[:10]}, which is not upstream's tip.")
    told = store.read(mainline.computed(store, main.tip)).message.get("Merge")
    if told != VERSION:
        return Finding("main", State.NOT_CHECKED, f"main was made by merge version {told}; this wikigit has {VERSION}.")
    with store.gathering():  # nothing of it is stored
        made = queue.compute(store, main.upstream, main.entries, store.read(main.tip).tree)
        differ = trees.changed(store.git, made.tree, store.read(main.tip).tree)
    if made.fell_out:
        return Finding("main", State.WRONG, f"{made.fell_out[0].edit.id} is in the queue but does not replay.")
    if differ:
        return Finding("main", State.WRONG, f"{differ[0]} is not what upstream and the queue make.")
    return Finding("main", State.OK, f"main is upstream and {len(main.entries)} edits of the queue.")


def _revisions(store: Store) -> Finding:
    """Each page of upstream has a row, and each row a page."""
    tip = store.need(layout.UPSTREAM, "")
    rows = {path.of(row.title) for row in upstream.rows(store, tip, store.site(tip))}
    entry = trees.find(store.git, store.read(tip).tree, layout.PAGES)
    pages = {f for f, _ in trees.walk(store.git, entry[0], layout.PAGES + "/")} if entry else set()
    if rows != pages:
        odd = sorted(rows ^ pages)[0]
        return Finding("revisions", State.WRONG, f"{odd} has a page without a row, or a row without a page.")
    return Finding("revisions", State.OK, f"{len(rows)} pages, each with its revision.")


def _receipts(store: Store) -> Finding:
    """Every line can be read, and each writer's lines are numbered without a break."""
    lines = receipts.read(store)
    seen: set[tuple[str, int]] = set()
    for line in lines:
        if (line.writer, line.seq) in seen:
            return Finding("receipts", State.WRONG, f"{line.writer} wrote line {line.seq} twice.")
        seen.add((line.writer, line.seq))
    return Finding("receipts", State.OK, f"{len(lines)} receipts.")
