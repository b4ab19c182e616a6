"""Edits that the disk still holds and the desk no longer knows: they come back, or their words are kept aside.

After a power cut only. Nothing here decides where the desk went back to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wikigit.core import message
from wikigit.core.edit import Edit
from wikigit.core.errors import WikigitError
from wikigit.core.receipt import Outcome
from wikigit.kit import aside, desk
from wikigit.kit.aside import Aside
from wikigit.kit.start import kit_of
from wikigit.repo import edits, heal, keyring, layout, mainline, receipts, whole
from wikigit.repo.mainline import Mainline
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.wikitext.replay import replay_one

_LOST = "A power cut took the page that this was written on. Save these words anew."


@dataclass(frozen=True, slots=True)
class _Found:
    """An edit on the disk. `torn`: what it was written on cannot be read, so it stands beside the page of today."""

    edit: Edit
    torn: bool


def bring(store: Store, day: str) -> tuple[Sequence[Edit], Sequence[Edit]]:
    """Save such edits again, in their order; returns those that came back and those whose words are kept aside."""
    main, kit, old = mainline.read(store), kit_of(store), desk.tip(store)
    known, tip = _known(store), old
    ours = {kit, *(link.who for link in keyring.lineage(store))} if keyring.has_key(store) else {kit}
    back, put = list[Edit](), list[Edit]()
    left = heal.beyond(store.git)
    for found in _found(store, left, main):
        edit = found.edit
        if edit.id in known or edit.kit not in ours:
            continue
        known.add(edit.id)
        so_far = store.wikitext(tip, edit.title)
        result = None if found.torn else replay_one(so_far, edit.pair, main.site)
        if isinstance(result, str) and result != (so_far or ""):
            edit = replace(edit, before=so_far, after=result)
            tip = edits.write(store, edit, tip, wikitext=result, committer=kit)
            back.append(edit)
        else:
            put.append(edit)
    _put_aside(store, put, day)
    store.move([Move(layout.DESK, old, tip)])
    heal.set_torn_aside(store.git, left)
    return back, put


def _known(store: Store) -> set[str]:
    """The edits that are on the desk, were sent, or were taken out."""
    known = {seen.edit.id for seen in desk.mine(store)} | set(receipts.standing(store))
    return known | {receipt.edit for receipt in aside.erased(store.path)}


def _found(store: Store, commits: Sequence[str], main: Mainline) -> Iterator[_Found]:
    for commit_id in commits:
        try:
            commit = store.read(commit_id)
            if len(commit.parents) != 1 or not edits.is_edit(commit):
                continue
            if whole.newest(store.git, commit_id, chain=1):
                yield _Found(edits.read(store, commit_id, main.site), torn=False)
            else:
                told = message.to_edit(commit.message, main.site, before=None, after="", day=edits.day_of(commit))
                after = store.wikitext(commit_id, told.title) or ""
                yield _Found(replace(told, before=desk.page(store, told.title), after=after), torn=True)
        except WikigitError:
            continue  # its own page cannot be read


def _put_aside(store: Store, put: Sequence[Edit], day: str) -> None:
    if not put:
        return
    before = aside.unfinished(store.path)
    told = (Aside(edit.id, edit.contributor, Outcome.SENT_BACK, day, said=_LOST) for edit in put)
    aside.put(store.path, [aside.with_words(each, edit) for each, edit in zip(told, put, strict=True)])
    if not before:
        aside.finished(store.path)  # nothing of them is to be taken off the disk
