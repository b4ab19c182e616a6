"""Resolve an edit that waits: what a volunteer chooses at each spot becomes its new accepted commit.

The author of the words stays their author. Only words that stand on neither side are the volunteer's: a
further edit with a credit of its own, stacked on the first and published in the same step. Nothing here
asks the volunteer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from wikigit.core import identity, message
from wikigit.core.edit import Edit, check_credit
from wikigit.core.errors import ConfigError, Locked, RepoError
from wikigit.core.receipt import Receipt
from wikigit.hub import waiting
from wikigit.hub.merge import Accepting
from wikigit.hub.waiting import Waiting
from wikigit.repo import mainline
from wikigit.repo.mainline import Mainline
from wikigit.repo.objects import PAGE_LIMIT
from wikigit.repo.store import Store
from wikigit.wikitext.conflict import between
from wikigit.wikitext.normalise import as_saved
from wikigit.wikitext.redaction import marks_in
from wikigit.wikitext.replay import replay_one
from wikigit.wikitext.resolve import nearest


@dataclass(frozen=True, slots=True)
class Decision:
    """What a volunteer made of an edit that waits: the page as it shall be; `by` is the name, public as a credit.

    `authors` is the page as choices alone make it, None where the volunteer wrote it as a whole. `summary`
    is for the volunteer's own words; `drawn` are 10 random bytes for their edit's id.
    """

    wikitext: str
    by: str
    day: str
    drawn: bytes
    authors: str | None = None
    summary: str = ""


def look(store: Store, edit: str) -> Waiting:
    """An edit that waits, as its spots stand now. Raises RepoError where there is nothing to choose."""
    return _disputed(store, mainline.read(store), edit)


def _disputed(store: Store, main: Mainline, edit: str) -> Waiting:
    """An edit that waits. One that would fit (it is held for another reason) has a spot for each of its changes."""
    found = waiting.one(store, main, edit)
    if found.conflict is None:
        result = replay_one(found.page, found.edit.pair, main.site, accepted=True)
        fits = between(found.page or "", result, "fits") if isinstance(result, str) else None
        found = replace(found, conflict=fits)
    if found.conflict is None or not found.conflict.spots:
        raise RepoError(
            f"{edit} changes nothing: the page says so already.",
            hint=f"Decline it: wikigit hub decline {edit} --reason duplicate",
        )
    return found


def resolve(store: Store, seen: Waiting, decision: Decision) -> list[Receipt]:
    """Take the edit as decided; returns its receipt, the volunteer's own edit's, and those of edits that fall out.

    `seen` is what the volunteer looked at. Raises Locked where the page has changed since, RepoError where
    nothing of the edit would be left.
    """
    with store.writing():
        main = mainline.read(store)
        found = _disputed(store, main, seen.edit.id)
        if found != seen or found.conflict is None:
            raise Locked(f"{seen.edit.title} has changed meanwhile; nothing was taken.", hint="Look again.")
        final = _as_saved(decision.wikitext, main, seen)
        _need_no_mark(found, final)
        authors = _as_saved(decision.authors or nearest(found.conflict, final), main, seen)
        if authors == (found.page or ""):
            raise RepoError(
                f"Nothing of {seen.edit.id} would be left.",
                hint=f"Decline it: wikigit hub decline {seen.edit.id} --reason CODE",
            )
        taken = Accepting(store, main, decision.by, decision.day)
        told = [taken.add(found.commit, replace(found.edit, before=found.page, after=authors), authors)]
        if final != authors:
            told.append(taken.add("", own_words(found.edit, authors, final, decision), final))
        return taken.record(told)


def _need_no_mark(seen: Waiting, final: str) -> None:
    """Refuse a text with the mark of a line that is gone for good."""
    if marks_in(final) - marks_in(seen.page):
        raise RepoError(
            f"Some words of {seen.edit.id} are gone: they had to go from every copy.",
            hint=f"Write the place without them, or: wikigit hub decline {seen.edit.id} --reason CODE",
        )


def own_words(edit: Edit, before: str, after: str, decision: Decision) -> Edit:
    """What a volunteer added to somebody's edit, as an edit that leaves with it. Raises ConfigError without a name."""
    if not decision.by:
        raise ConfigError("These are words of your own, and they carry your name.", hint="Say it: --by NAME")
    return Edit(
        id=identity.edit_id(decision.drawn),
        title=edit.title,
        before=before,
        after=after,
        summary=message.clean_summary(decision.summary),
        kit=identity.HUB,
        contributor=identity.volunteer_id(decision.by),
        day=decision.day,
        credit=check_credit(decision.by),
        base_revision=edit.base_revision,
        resolves=edit.id,
    )


def _as_saved(wikitext: str, main: Mainline, seen: Waiting) -> str:
    saved = as_saved(wikitext, main.site.languages)
    if len(saved.encode()) > PAGE_LIMIT:
        raise RepoError(f"{seen.edit.title} would be larger than 2 MiB.", hint="Choose less of it.")
    return saved
