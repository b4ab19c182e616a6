"""The desk: every saved edit at once, on top of the newest main, whoever will take it later.

    desk = replay(main, the edits that have no answer yet)

An edit that does not fit a new main is shown beside the page until it is answered; nothing that a person
typed disappears. The desk never leaves the kit. Nothing here decides what is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from wikigit.core import identity, message, words
from wikigit.core.edit import SUMMARY_LENGTH, Edit
from wikigit.core.errors import WikigitError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.kit import aside, decisions, room
from wikigit.kit.decisions import Decision
from wikigit.kit.people import Person
from wikigit.kit.start import day as kit_day
from wikigit.kit.start import kit_of
from wikigit.repo import edits, layout, receipts, tables, upstream
from wikigit.repo.mainline import Mainline
from wikigit.repo.objects import PAGE_LIMIT
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.repo.whereabouts import Whereabouts
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.normalise import as_saved
from wikigit.wikitext.replay import replay_one


class Place(StrEnum):
    """Where an edit is to be seen at the kit."""

    PAGE = "page"
    BESIDE = "beside"
    MAIN = "main"
    ANSWERED = "answered"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class OnDesk:
    """A saved edit of the page where that stands now: its commit on the desk, where it is seen, its title then."""

    edit: Edit
    commit: str
    place: Place
    saved_as: Title


@dataclass(frozen=True, slots=True)
class Mine:
    """What a contributor sees of one edit: it, where it is, and what became of it so far."""

    edit: Edit
    place: Place
    receipt: Receipt


def tip(store: Store) -> str:
    """The desk's newest commit. Raises RepoError where this is no kit."""
    return store.need(layout.DESK, "Make a kit first: wikigit kit init STICK FOLDER")


def page(store: Store, title: Title) -> str | None:
    """A page as the desk shows it, None where there is none."""
    return store.wikitext(tip(store), title)


def save(
    store: Store,
    title: Title,
    typed: str,
    *,
    seen: str | None,
    by: Person,
    summary: str,
    day: str,
    drawn: bytes,
    minor: bool = False,
) -> Edit | Conflict | None:
    """Save what a person typed; returns the edit, None where nothing changed, or a conflict.

    `seen` is the page's text when they began (None: no page). If somebody saved meanwhile the two are
    merged where that is safe; a conflict has saved nothing. `drawn`: 10 random bytes.
    """
    languages = store.site(tip(store)).languages
    wikitext = as_saved(typed, languages)
    if len(wikitext.encode()) > PAGE_LIMIT:
        raise WikigitError(f"{title} would be larger than 2 MiB.", hint="Write a second page.")
    room.need(store)
    with store.writing(alone=True):
        old = tip(store)
        before = store.wikitext(old, title)
        site = store.site(old)
        if not _same(before, seen, languages):
            merged = replay_one(before, (seen, wikitext), site)
            if isinstance(merged, Conflict):
                return merged
            wikitext = merged
        if wikitext == (before or ""):
            return None
        edit = _edit(store, title, before, wikitext, by, summary, kit_day(store, day), drawn, minor)
        edit = replace(edit, undoes=_undoes(store, edit))
        commit = edits.write(store, edit, old, wikitext=wikitext, committer=edit.kit)
        store.move([Move(layout.DESK, old, commit)])
        return edit


def _same(page: str | None, seen: str | None, languages: Sequence[str]) -> bool:
    """Whether a person saw the page as it is; the wiki may keep white space that a program dropped."""
    if page is None or seen is None:
        return page == seen
    return page == seen or as_saved(page, languages) == as_saved(seen, languages)


def _undoes(store: Store, edit: Edit) -> str:
    """The id of the newest unanswered edit that this one takes back exactly, "" where there is none."""
    if edit.after and not store.stored(edit.after.encode()):
        return ""
    open_ = [row.edit for row in on_desk(store, _upstream(store))]
    made = [e for e in open_ if e.title == edit.title and e.after == edit.before]
    return next((e.id for e in reversed(made) if (e.before or "") == edit.after), "")


def on_desk(store: Store, on: str) -> list[OnDesk]:
    """Every edit without an answer, in the order in which they were saved; `on`: the upstream that counts."""
    site, now = store.site(on), Whereabouts(store, on)
    fresh: list[OnDesk] = []
    here = tip(store)
    while edits.is_edit(commit := store.read(here)):
        fresh.append(_on_desk(store, here, Place.PAGE, site))
        here = commit.parents[0]
    rows = [row for row in _rows(store, here, site) if row.place is not Place.ANSWERED] + fresh[::-1]
    return [replace(row, edit=now.followed(row.commit, row.edit)) for row in rows]


def everything(store: Store) -> list[OnDesk]:
    """Every edit that the desk knows of: those with an answer, then the others as they were saved."""
    now = tip(store)
    answered = [row for row in _rows(store, _rebuilt(store, now), store.site(now)) if row.place is Place.ANSWERED]
    return [*answered, *on_desk(store, _upstream(store))]


def mine(store: Store, contributor: str = "") -> list[Mine]:
    """What a contributor (or everybody) wrote on this kit, oldest first, and what became of it.

    What was put aside comes last, with its own words; what was erased is no edit any more.
    """
    kit, site = kit_of(store), store.site(tip(store))
    standing, decided = receipts.standing(store), decisions.read(store.path)
    seen = [
        Mine(row.edit, row.place, _standing(row.edit, standing.get(row.edit.id), decided.get(row.edit.id)))
        for row in everything(store)
    ]
    put = [each for each in aside.read(store.path, contributor) if each.title]
    seen += [Mine(each.as_edit(site, kit), Place.ASIDE, each.receipt) for each in put]
    return [each for each in seen if contributor in ("", each.edit.contributor)]


def _standing(edit: Edit, told: Receipt | None, decided: Decision | None) -> Receipt:
    """What became of an edit: of one that has not left, what the facilitator decided."""
    if told is None or (told.outcome is Outcome.DEPENDS_ON and identity.is_kit(told.writer) and _asks(decided)):
        return decided.receipt if decided else Receipt(edit.id, Outcome.SAVED, day=edit.day)
    return told


def _asks(decided: Decision | None) -> bool:
    """Whether the facilitator waits for a better edit."""
    return decided is not None and decided.outcome is Outcome.SENT_BACK


def rebuilt(store: Store, main: Mainline, standing: Mapping[str, Receipt], day: str) -> Move:
    """The desk on a new main; returns the move of its ref.

    Whether an edit is in main is read from main alone: such an edit is not replayed, but it comes back
    if a later main lacks it before it is answered. The undo of one that is in no page changes none.
    """
    old = tip(store)
    kept = [row for row in _table(store, _rebuilt(store, old)) if row[2] == Place.ANSWERED]
    return Move(layout.DESK, old, laid(store, main, on_desk(store, main.upstream), kept, standing, day, old))


def laid(
    store: Store,
    main: Mainline,
    open_: Sequence[OnDesk],
    answered: Sequence[Sequence[str]],
    standing: Mapping[str, Receipt],
    day: str,
    after: str,
) -> str:
    """The commit of a desk: open edits laid on a main, rows of answered ones; it follows the commit `after`."""
    off = {edit for edit, told in standing.items() if told.outcome.turns_away}
    there = edits.published(store, main.upstream) | {entry.edit for entry in main.entries}
    tree, rows = store.read(main.tip).tree, []
    for row in open_:
        place = Place.BESIDE
        if row.edit.id in standing and standing[row.edit.id].outcome.final:
            place = Place.ANSWERED
        elif row.edit.id in there:
            place = Place.MAIN
        elif row.edit.undoes not in off:
            so_far = store.wikitext_in(tree, row.edit.title)
            result = replay_one(so_far, row.edit.pair, main.site)
            if isinstance(result, str):
                place = Place.PAGE
                tree = store.tree_with(tree, {layout.page(row.edit.title): result.encode()})
            if isinstance(result, Conflict) or result == so_far:
                off.add(row.edit.id)
        rows.append((row.edit.id, row.commit, place))
    tree = store.tree_with(tree, {layout.DESK_TABLE: tables.write([*answered, *rows])})
    text = message.compose("The desk on a new main", {"Upstream": main.upstream})
    return store.commit(tree, [main.tip, after], text, author=edits.signature(kit_of(store), day))


def _upstream(store: Store) -> str:
    return store.need(layout.UPSTREAM, "Receive a parcel first.")


def _rebuilt(store: Store, here: str) -> str:
    """The newest commit of the desk that is no edit: where it was last laid on a main."""
    while edits.is_edit(commit := store.read(here)):
        here = commit.parents[0]
    return here


def _rows(store: Store, commit: str, site: Site) -> Iterator[OnDesk]:
    for _, saved, place in _table(store, commit):
        yield _on_desk(store, saved, Place(place), site)


def _on_desk(store: Store, commit: str, place: Place, site: Site) -> OnDesk:
    edit = edits.read(store, commit, site)
    return OnDesk(edit, commit, place, edit.title)


def _table(store: Store, commit: str) -> Sequence[list[str]]:
    return tables.parse(store.file(commit, layout.DESK_TABLE), 3, layout.DESK_TABLE)


def _edit(
    store: Store,
    title: Title,
    before: str | None,
    after: str,
    by: Person,
    summary: str,
    day: str,
    drawn: bytes,
    minor: bool,
) -> Edit:
    row = upstream.row(store, _upstream(store), title)
    return Edit(
        id=identity.edit_id(drawn),
        title=title,
        before=before,
        after=after,
        summary=words.shorten(message.clean_summary(summary), SUMMARY_LENGTH),
        kit=kit_of(store),
        contributor=by.contributor,
        day=day,
        credit=by.credit,
        base_revision=row.revision if row else None,
        minor=minor,
    )
