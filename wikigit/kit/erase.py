"""Hide, withdraw or erase an edit that has not left, and forget a person.

What is hidden or withdrawn is gone from the repository; its own words stay in the kit's private file, for its author.
What is erased is nowhere. Nothing here knows how the desk is laid anew.
"""

from __future__ import annotations

from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError
from wikigit.core.names import Names
from wikigit.core.receipt import Outcome, Receipt, check_said
from wikigit.kit import aside, people, review, takeout
from wikigit.kit.aside import Aside
from wikigit.kit.start import day as kit_day
from wikigit.repo.store import Store


def hide(store: Store, edit: str, today: str, *, say: str = "") -> list[Receipt]:
    """Take an edit out of everybody's sight but its author's; returns a receipt for each edit that this takes out."""
    return _put_aside(store, edit, today, Outcome.HIDDEN, check_said(say))


def withdraw(store: Store, edit: str, contributor: str, today: str) -> list[Receipt]:
    """Take back an edit of one's own. Raises RepoError where it is somebody else's."""
    _need_own(review.need_unsent(store, edit).edit, contributor)
    return _put_aside(store, edit, today, Outcome.WITHDRAWN)


def erase(store: Store, edit: str, today: str, *, contributor: str = "") -> list[Receipt]:
    """Erase an edit, also one that was put aside; only its id and that it was are kept.

    `contributor` asks for it and must have written it; "" is the facilitator.
    """
    with store.writing(alone=True):
        day = kit_day(store, today)
        takeout.finish(store, day)
        put = next((each for each in aside.read(store.path) if each.edit == edit and each.title), None)
        rows = [] if put else [review.need_unsent(store, edit)]
        author = put.contributor if put else rows[0].edit.contributor
        if contributor not in ("", author):
            raise _not_own(edit)
        erased = Aside(edit, author, Outcome.WITHDRAWN, day)
        if put:
            aside.put(store.path, [erased])
            takeout.finish(store, day)
            return [erased.receipt]
        return [each.receipt for each in takeout.take_out(store, rows, lambda _: erased, day)]


def forget(store: Store, contributor: str, today: str, *, keep_edits: bool = False) -> list[Receipt]:
    """Erase a person: who they are, their words that are aside, and, but with `keep_edits`, what has not left.

    What has left keeps the contributor id, and is answered as before.
    """
    with store.writing(alone=True):
        day = kit_day(store, today)
        takeout.finish(store, day)
        told: list[Receipt] = []
        rows = [] if keep_edits else [row for row in review.unsent(store) if row.edit.contributor == contributor]
        if rows:
            put = takeout.take_out(store, rows, lambda e: Aside(e.id, contributor, Outcome.WITHDRAWN, day), day)
            told = [each.receipt for each in put]
        aside.drop(store.path, contributor)
        people.forget(store.path, contributor)
        return told


def naming(store: Store, name: str) -> list[str]:
    """The edits that have not left, or are aside, in whose words a person is named."""
    wanted = Names.of([name])
    here = [row.edit for row in review.unsent(store)]
    found = [edit.id for edit in here if wanted.new(edit.before or "", edit.after) or wanted.found(edit.summary)]
    put = aside.read(store.path)
    return found + [each.edit for each in put if wanted.found(f"{each.title}\n{each.summary}\n{each.words}")]


def _put_aside(store: Store, edit: str, today: str, outcome: Outcome, said: str = "") -> list[Receipt]:
    with store.writing(alone=True):
        day = kit_day(store, today)
        takeout.finish(store, day)
        row = review.need_unsent(store, edit)

        told = Aside(edit, row.edit.contributor, outcome, day, said=said)
        return [each.receipt for each in takeout.take_out(store, [row], lambda e: aside.with_words(told, e), day)]


def _need_own(edit: Edit, contributor: str) -> None:
    if edit.contributor != contributor:
        raise _not_own(edit.id)


def _not_own(edit: str) -> RepoError:
    return RepoError(f"{edit} was written by somebody else.", hint="Ask the facilitator to hide it.")
