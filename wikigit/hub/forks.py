"""What a kit sent and did not continue what is here: kept aside, and taken edit by edit once a person says so.

A restored backup, a copied card, or an heir that says something else than the kit before it. Nothing of it is
thrown away, and nothing of it is believed by itself. What came unsigned is kept aside likewise, and never taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.errors import ParcelError, RepoError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.site import Site
from wikigit.hub import check, signed
from wikigit.repo import enrolled, layout, mainline, receipts
from wikigit.repo.parcel import Manifest
from wikigit.repo.quarantine import Quarantine
from wikigit.repo.refs import Move
from wikigit.repo.store import Store


class Standing(StrEnum):
    """What is known here of an edit in a fork."""

    NEW = "new"
    HERE = "already here"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Aside:
    """One edit in a fork, and how it stands to what is here."""

    fork: str
    edit: Edit
    standing: Standing


def departs(view: Store, manifest: Manifest) -> bool:
    """Whether a kit's branch does not go on from what is here, or says something else than the kit before or after it.

    `view`: the repository with the parcel's objects.
    """
    kit, main = manifest.kit, mainline.read(view).tip
    tip = manifest.tips.get(layout.kit(kit))
    if tip is None:
        return False
    for ref in (layout.kit(kit), layout.receipts(kit)):
        old = view.tip(ref)
        if old and not view.contains(manifest.tips.get(ref, old), old):
            return True
    family = enrolled.family(view, kit)
    if not family:
        return False
    owners, site = signed.owners(view), view.site(main)
    return any(
        owners.get(edit.id) in family and not check.as_before(view, edit, owners[edit.id], site)
        for edit in _edits(view, kit, tip)
    )


def keep(held: Quarantine, manifest: Manifest, prefix: str) -> tuple[list[Move], str]:
    """Keep a parcel's branch aside, once it is admitted; the move, none where it is here already, and the fork's name.

    Raises WikigitError where a commit is none that a kit writes.
    """
    view, kit = held.view, manifest.kit
    tip, kept = manifest.tips.get(layout.kit(kit)), view.refs(f"{prefix}{kit}/")
    if tip is None:
        raise ParcelError(f"{manifest.name} brings no edits.", hint="Nothing is lost.")
    for ref, known in kept.items():
        if view.contains(known, tip):
            return [], ref.removeprefix(prefix)
    known_here = [mainline.read(view).tip, view.tip(layout.kit(kit)), *kept.values()]
    if any(commit not in held.new for commit in view.history(tip, *filter(None, known_here))):
        raise ParcelError(f"{manifest.name} builds on commits of others.", hint="Do not use this stick.")
    for _ in _edits(view, kit, tip):
        pass  # one that is no edit is refused here as elsewhere
    last = max((int(ref.rpartition("/")[2]) for ref in kept), default=0)
    return [Move(f"{prefix}{kit}/{last + 1}", None, tip)], f"{kit}/{last + 1}"


def listed(store: Store) -> Iterator[Aside]:
    """Every edit that is only in a fork, fork by fork."""
    for ref, tip in store.refs(layout.FORKS).items():
        name = ref.removeprefix(layout.FORKS)
        for edit in _edits(store, name.split("/")[0], tip):
            yield Aside(name, edit, _standing(store, edit, store.site(tip), tip))


def take(store: Store, fork: str, day: str) -> list[Receipt]:
    """Take in the edits of a fork that are new: from now on they are received, like any other. Raises RepoError.

    An heir's branch that goes on from what is here is from now on its branch.
    """
    with store.writing():
        ref = layout.FORKS + fork
        tip = store.tip(ref)
        if tip is None:
            raise RepoError(f"There is no fork {fork} here.", hint="List them: wikigit hub forks")
        site = store.site(mainline.read(store).tip)
        kit = fork.split("/")[0]
        found = [edit for edit in _edits(store, kit, tip) if _standing(store, edit, site, tip) is Standing.NEW]
        told = [Receipt(edit.id, Outcome.RECEIVED, "", "", day, kit=edit.kit) for edit in found]
        store.move([*receipts.append(store, identity.HUB, told, day), *_continued(store, kit, tip)])
        return told


def _continued(store: Store, kit: str, tip: str) -> list[Move]:
    """The move of an heir's branch, which goes on; of a copied card nobody knows which branch will."""
    old = store.tip(layout.kit(kit))
    goes_on = enrolled.ancestors(store, kit) and (old is None or store.contains(tip, old))
    return [Move(layout.kit(kit), old, tip)] if goes_on else []


def _edits(store: Store, kit: str, tip: str) -> Iterator[Edit]:
    """The edits of a fork that are not on the kit's branch, each checked, the first commit of each."""
    main, old = mainline.read(store).tip, store.tip(layout.kit(kit))
    seen = set[str]()
    for edit in check.own_edits(store, kit, store.history(tip, main, *([old] if old else [])), main):
        if edit.id not in seen:
            seen.add(edit.id)
            yield edit


def _standing(store: Store, edit: Edit, site: Site, tip: str) -> Standing:
    owner = signed.owners(store).get(edit.id)
    if owner is None:
        return Standing.NEW
    return Standing.HERE if check.as_before(store, edit, owner, site) else Standing.DIFFERS
