"""Take in what came to main by other ways: give each edit its place in the queue and its receipt, and compute main.

    plain merge, forge's button, squash, rebase, pick      recognised (`arrived`), and accepted
    words that are nobody's edit                           an edit of the volunteer who wrote them
    a revert                                               the edits leave the queue, their authors are told

Main only grows: one commit joins its tip with what was accepted. Nothing here asks anybody.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from wikigit.core import identity
from wikigit.core.edit import Edit, check_credit
from wikigit.core.errors import ConfigError, RepoError, WikigitError
from wikigit.core.receipt import UNDONE, Outcome, Receipt
from wikigit.core.title import Title
from wikigit.hub import arrived, check, leaving, undo
from wikigit.hub.apart import Apart, Edits, Taken, apart, unread
from wikigit.hub.arrived import Page
from wikigit.hub.merge import Accepting
from wikigit.hub.presence import Came
from wikigit.repo import layout, mainline, queue, receipts
from wikigit.repo.mainline import Mainline
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.wikitext.replay import replay_one

_Texts = dict[Title, str | None]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What became of main: the receipts, the edits' titles, and what people have to know.

    `restored`: files of main that were changed by hand and are computed again. `unclear`: pages whose text on main's
    old tip could not be told apart; what was computed stands there. `doubted`: a sentence for each commit that cannot
    be believed. `turned_away`: edits that came although they were declined, so that main's history holds their words.
    `tip` is that old tip, "" where nothing was done.
    """

    tip: str = ""
    receipts: tuple[Receipt, ...] = ()
    titles: Mapping[str, Title] = field(default_factory=dict)
    restored: tuple[str, ...] = ()
    unclear: tuple[Title, ...] = ()
    doubted: tuple[str, ...] = ()
    turned_away: tuple[str, ...] = ()

    @property
    def waiting(self) -> int:
        """How many edits, pages and commits need a person."""
        return len(self.unclear) + len(self.doubted) + sum(receipt.outcome.waits for receipt in self.receipts)


def reconcile(store: Store, *, by: str, day: str) -> Reconciled:
    """Make main computed again where people changed it; returns what was done, nothing where it is as computed.

    `by`: the volunteer's name, for the receipts and for words that are nobody's edit. Raises ConfigError where there
    are such words and no name, RepoError where main does not hold what was computed last.
    """
    with store.writing():
        tip = store.need(layout.MAIN, "Make one with `wikigit bridge init URL`.")
        if _is_computed(store, tip):
            return Reconciled()
        return _Reconciling(store, tip, by, day).result()


def _is_computed(store: Store, tip: str) -> bool:
    """Whether main is as it was computed, but for people's own files; also where that cannot be told any more."""
    try:
        here = mainline.computed(store, tip)
    except WikigitError:
        return False
    try:
        return here == mainline.last(store, tip)
    except RepoError:
        return True


class _Reconciling:
    """Main's tip, and main as it was computed last."""

    def __init__(self, store: Store, tip: str, by: str, day: str) -> None:
        self.store, self.tip, self.by, self.day = store, tip, by, day
        self.base = mainline.at(store, mainline.last(store, tip))
        self.tree = store.read(tip).tree
        self.came = arrived.read(store, self.base, tip, by)
        self.standing = receipts.standing(store)
        self.told: dict[str, Receipt] = {}
        self.restored: list[str] = []
        self.unclear: list[Title] = []

    def result(self) -> Reconciled:
        left = leaving.leave(self.store, self.base, self.came.pages.values(), self.by, self.day)
        main, again = left.main, left.again
        self._tell(*left.told)
        texts, unread_ = self._texts()
        taken: list[tuple[int, Taken]] = []
        own: list[Taken] = []
        for title in sorted({*texts, *unread_, *self.came.pages, *again}):
            found = self._apart(main, title, texts, unread_, again.get(title, []))
            taken += _with_turns(found.taken)
            self._answer(main, title, found)
            if found.rest is not None:
                own.append(self._own_words(main, title, found))
        ordered = [one for _, one in sorted(taken, key=lambda pair: pair[0])] + own
        self._need_a_name(ordered)
        return self._recorded(main, left.moves, ordered)

    # What came

    def _texts(self) -> tuple[_Texts, set[Title]]:
        """The pages that are other on the tip than they were computed, and those whose text there cannot be read."""
        texts: _Texts = {}
        unread_: set[Title] = set()
        for file in mainline.managed(self.store, self.store.read(self.base.tip).tree, self.tree):
            if file.split("/")[0] != layout.PAGES:
                self.restored.append(file)
                continue
            try:
                title = check.page_title(file, self.base.site)
            except WikigitError:
                self.restored.append(file)
                continue
            try:
                texts[title] = check.page_text(self.store, self.tree, title, self.base.site)
            except RepoError:
                unread_.add(title)
        return texts, unread_

    def _apart(self, main: Mainline, title: Title, texts: _Texts, unread_: Iterable[Title], again: list[Came]) -> Apart:
        page = self.came.pages.get(title, Page())
        came = [*again, *(one for one in page.came if one.edit.id not in page.gone)]
        before = self.store.wikitext(main.tip, title)
        came = [one for one in came if not self._takes_back(one, came, main)]
        if title in unread_:
            return unread(before, came, main.site)
        rows = queue.accepted(self.store, [entry for entry in main.entries if entry.title == title], main.upstream)
        text = texts[title] if title in texts else self.store.wikitext(self.base.tip, title)
        edits = Edits(came, page.away, [row.edit for row in rows], page.open)
        return apart(before, text, edits, main.site)

    def _takes_back(self, one: Came, came: Iterable[Came], main: Mainline) -> bool:
        """Whether an edit takes one back that is not on main; both are answered then."""
        here = {*(other.edit.id for other in came), *(entry.edit for entry in main.entries)}
        if not one.commit or one.edit.undoes in here:
            return False
        known = ChainMap(self.told, self.standing)
        both = undo.undone(self.store, one.commit, one.edit, known, main.site)
        self._tell(*(self._receipt(edit, Outcome.ALREADY_THERE, UNDONE) for edit in both))
        return bool(both)

    def _answer(self, main: Mainline, title: Title, found: Apart) -> None:
        """Tell of the edits of a page that are not taken, and of the page."""
        if found.restored:
            self.restored.append(layout.page(title))
        if found.unclear:
            self.unclear.append(title)
        for came, code in found.waiting:
            told = self.standing.get(came.edit.id)
            if came.edit.id not in self.told and not (told and told.outcome.waits):
                self._tell(self._receipt(came.edit, *_waits(code)))
        for came in found.undone:
            self._tell(self._receipt(came.edit, Outcome.ALREADY_THERE, UNDONE))
        on_wiki = self.store.wikitext(main.upstream, title)
        for came in found.idle:
            if came.commit and replay_one(on_wiki, came.pair, main.site) == on_wiki:
                self._tell(self._receipt(came.edit, Outcome.ALREADY_THERE))

    def _own_words(self, main: Mainline, title: Title, found: Apart) -> Taken:
        """What the tip says beyond all edits, as an edit of whoever reconciles."""
        assert found.rest is not None
        resolved = [one.came.edit.id for one in found.taken if one.resolved]
        tip = self.store.read(self.tip)
        edit = arrived.own_words(self.store, main, tip, title, self.by, (found.page, found.rest))
        return Taken(Came(replace(edit, resolves=resolved[-1] if resolved else "")), found.rest, resolved=False)

    def _need_a_name(self, taken: Iterable[Taken]) -> None:
        """Refuse words that nobody answers for. Raises WikigitError."""
        for one in taken:
            if one.came.commit:
                continue
            if not self.by:
                raise ConfigError(
                    f"On {one.came.edit.title} stand words that are nobody's edit; nothing was moved.",
                    hint="Say whose they are: wikigit hub reconcile --by NAME",
                )
            check_credit(one.came.edit.credit)

    # Main

    def _recorded(self, main: Mainline, moves: list[Move], taken: list[Taken]) -> Reconciled:
        accepting = Accepting(self.store, main, self.by, self.day)
        for one in taken:
            edit = replace(one.came.edit, before=self.store.wikitext(accepting.tip, one.came.edit.title))
            self._tell(accepting.add(one.came.commit, edit, one.wikitext))
        rebuilt, fell_out = mainline.rebuilt(
            self.store,
            replace(main, tip=self.tip),
            accepting.entries,
            on=main.upstream,
            second=accepting.tip,
            subject="Reconcile main",
            body=[f"{receipt.edit} {receipt.outcome}" for receipt in self.told.values()],
            day=self.day,
        )
        self._tell(*mainline.left_queue(self.store, main.upstream, fell_out, self.day, Outcome.MERGE_CONFLICT))
        told = list(self.told.values())
        self.store.move([*rebuilt, *moves, *receipts.append(self.store, identity.HUB, told, self.day)])
        came = (one for page in self.came.pages.values() for one in page.came)
        titles = {entry.edit: entry.title for entry in self.base.entries}
        titles |= {one.edit.id: one.edit.title for one in (*came, *(one.came for one in taken))}
        return Reconciled(
            self.tip,
            tuple(told),
            titles,
            restored=tuple(self.restored),
            unclear=tuple(self.unclear),
            doubted=tuple(self.came.doubted),
            turned_away=tuple(self.came.turned_away),
        )

    def _tell(self, *told: Receipt) -> None:
        """Note receipts; a later one of the same edit stands in its place."""
        self.told |= {receipt.edit: receipt for receipt in told}

    def _receipt(self, edit: Edit, outcome: Outcome, code: str = "") -> Receipt:
        return Receipt(edit.id, outcome, code, "", self.day, self.by, edit.kit)


def _with_turns(taken: Iterable[Taken]) -> Iterator[tuple[int, Taken]]:
    """The edits of a page, each with a turn that is not before the one above: they stand on one another."""
    last = 0
    for one in taken:
        last = max(last, one.came.turn)
        yield last, one


def _waits(code: str) -> tuple[Outcome, str]:
    """The outcome of an edit that did not fit, or that the tip left out."""
    match code:
        case "dropped":
            return Outcome.PROPOSAL, code
        case Outcome.DEPENDS_ON | Outcome.PROPOSAL:
            return Outcome(code), ""
        case _:
            return Outcome.MERGE_CONFLICT, code
