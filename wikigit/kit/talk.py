"""What people on the wiki wrote to this kit's contributors, and their answers.

An answer is an edit of the talk page like any other: it leaves with the next parcel, volunteers see it, and the bridge
publishes it once. Nothing here answers by itself.
"""

from __future__ import annotations

from wikigit.core.edit import Edit
from wikigit.core.errors import WikigitError
from wikigit.core.talk import TalkMessage
from wikigit.kit import desk
from wikigit.kit.people import Person
from wikigit.kit.start import day as kit_day
from wikigit.repo import mainline
from wikigit.repo import talk as kept
from wikigit.repo.store import Store
from wikigit.wikitext import talk
from wikigit.wikitext.conflict import Conflict


def messages(store: Store, contributor: str = "") -> list[TalkMessage]:
    """The messages about what a contributor (or anybody) wrote on this kit, in the order in which they were written."""
    found = kept.read(store, mainline.read(store).site)
    if not contributor:
        return found
    theirs = {mine.edit.id for mine in desk.mine(store, contributor)}
    return [message for message in found if message.edit in theirs]


def answer(store: Store, message: str, typed: str, *, by: Person, day: str, drawn: bytes) -> Edit | Conflict | None:
    """Save an answer below a message, signed for its author; returns what `desk.save` returns.

    Raises WikigitError where there is no such message or nothing was typed, and where the talk page is not carried or
    the wiki has not agreed that we write there.
    """
    told = next((known for known in messages(store) if known.id == message), None)
    if told is None:
        raise WikigitError(f"There is no message {message} here.", hint="List them: wikigit kit messages")
    signed = talk.signed(typed, by.credit or by.contributor, told.via, kit_day(store, day))
    if not signed:
        raise WikigitError("The answer is empty.", hint="Type it, or name a file that holds it.")
    page = desk.page(store, told.page)
    agreed = store.config(mainline.read(store).tip).policy.namespaces
    if page is None or (agreed and told.page.namespace not in agreed):
        raise WikigitError(
            f"Answers on {told.page} cannot be published from here.",
            hint=f"Ask the bridge keeper to name namespace {told.page.namespace} in [policy] namespaces.",
        )
    wikitext = talk.answered(page, told.section, told.wikitext, signed)
    summary = f"{told.section}: {told.account}" if told.section else told.account
    return desk.save(store, told.page, wikitext, seen=page, by=by, summary=summary, day=day, drawn=drawn)
