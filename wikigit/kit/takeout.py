"""Take edits that have not left out of the kit, from every object, and leave what stood on them whole.

The desk is laid anew from before the first of them: an edit that was saved later keeps its id and its author, and
says the same on a page that never held what was taken out. Where it cannot be said without that, its own words go
back to its author. Nothing here asks who may do this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from wikigit.core import message
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome
from wikigit.kit import aside, desk
from wikigit.kit.aside import Aside
from wikigit.kit.branch import Branch
from wikigit.kit.desk import OnDesk, Place
from wikigit.kit.leaving import sent
from wikigit.kit.start import kit_of
from wikigit.repo import edits, layout, mainline, receipts
from wikigit.repo.mainline import Mainline
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.repo.whereabouts import Whereabouts
from wikigit.wikitext.replay import brings_back, replay_one
from wikigit.wikitext.without import without

BACK = "It stood on words that were taken out. Save your own anew."
"""What is said to somebody whose edit cannot stand without the words below it."""


def take_out(store: Store, gone: Collection[OnDesk], as_aside: Callable[[Edit], Aside], day: str) -> list[Aside]:
    """Take edits out; returns what was put aside: these, and those that cannot stand without them.

    Killed anywhere, it is ended by `finish`.
    """
    laying = _Laying(store, gone, day)
    put = [*(as_aside(row.edit) for row in gone), *laying.back]
    aside.put(store.path, put)
    _replace(store, laying.tip)
    return put


def finish(store: Store, day: str) -> None:
    """End what a killed `take_out` began. Cheap where there is nothing to do."""
    left = aside.unfinished(store.path)
    if not left:
        return
    still = [row for row in desk.everything(store) if row.edit.id in left]
    _replace(store, _Laying(store, still, day).tip if still else desk.tip(store))


def _replace(store: Store, tip: str) -> None:
    """Let the desk begin anew at `tip`: the old one is in no ref, no log and no object."""
    old = {ref: commit for ref, commit in store.refs(layout.PRIVATE).items() if ref != layout.DESK}
    store.leave([Move(layout.DESK, desk.tip(store), tip), *(Move(ref, commit, None) for ref, commit in old.items())])
    store.forget()
    aside.finished(store.path)


@dataclass
class _Laying:
    """The desk without some of its edits, edit by edit; `tip` is its commit, `back` are those that cannot stand."""

    store: Store
    gone: Collection[OnDesk]
    day: str
    back: list[Aside] = field(default_factory=list)
    tip: str = ""

    def __post_init__(self) -> None:
        self.main: Mainline = mainline.read(self.store)
        self.kit = kit_of(self.store)
        self.left = sent(Branch(self.store, self.kit, self.main, self.day))
        self.now = Whereabouts(self.store, self.main.upstream)
        self._ids = {row.edit.id for row in self.gone}
        self._pages: dict[str, str] = {}
        order = desk.everything(self.store)
        first = next(row for row in order if row.edit.id in self._ids)
        self._chain = self._base = self._before(first.commit)
        rows = [kept for row in order for kept in self._kept(row)]
        answered = [(row.edit.id, row.commit, row.place) for row in rows if row.place is Place.ANSWERED]
        open_ = [row for row in rows if row.place is not Place.ANSWERED]
        standing = receipts.standing(self.store)
        self.tip = desk.laid(self.store, self.main, open_, answered, standing, self.day, self._chain)

    def _before(self, commit: str) -> str:
        """The desk as it was before an edit was saved."""
        return self.store.read(commit).parents[0]

    def _kept(self, row: OnDesk) -> Iterator[OnDesk]:
        """An edit of the new desk in the place of one of the old."""
        if row.edit.id in self._ids:
            return
        if self.store.contains(self._base, row.commit):
            self._stands(row)
            yield row
            return
        edit = self._without(row) if self._may_hold(row) else row.edit
        if edit is None:
            self.back.append(self._own(row.edit))
            return
        new = replace(row, edit=edit, commit=self._saved(row, edit))
        self._stands(new)
        yield new

    def _may_hold(self, row: OnDesk) -> bool:
        """Whether an edit was saved on a page that held what is taken out."""
        return any(_same_page(row, old) for old in self.gone)

    def _without(self, row: OnDesk) -> Edit | None:
        """The same edit, of a page that never held what is taken out; None where it cannot be."""
        if row.edit.id in self.left:
            as_sent = self._as_sent(row.edit)
            return replace(row.edit, before=as_sent.before, after=as_sent.after)
        for page in (self._so_far(row.edit), *self._undone(row)):
            after = self._on(page, row.edit)
            if after is not None and not self._holds(page) and not self._holds(after):
                return replace(row.edit, before=page, after=after)
        return None

    def _on(self, page: str | None, edit: Edit) -> str | None:
        """What an edit makes of a page without what is taken out; None where nothing, or where it cannot be said."""
        result = replay_one(page, edit.pair, self.main.site)
        after = result if isinstance(result, str) else without(*edit.pair, page)
        return None if after == (page or "") else after

    def _as_sent(self, edit: Edit) -> Edit:
        """An edit as it left: nothing that has not left is in it."""
        commit = edits.commits_of(self.store, edit.id, self.store.need(layout.kit(self.kit), "Send first."))[0]
        return edits.read(self.store, commit, self.main.site)

    def _undone(self, row: OnDesk) -> Iterator[str | None]:
        """The page as an edit found it, without what is taken out; nothing where that cannot be undone."""
        page = row.edit.before
        for old in reversed([old for old in self.gone if _same_page(old, row)]):
            result = replay_one(page, (old.edit.after, old.edit.before or ""), self.main.site)
            if not isinstance(result, str):
                return
            page = result if result or old.edit.before is not None else None
        yield page

    def _holds(self, wikitext: str | None) -> bool:
        """Whether a text holds words that are taken out."""
        return any(brings_back(row.edit.after, row.edit.before, wikitext or "") for row in self.gone)

    def _own(self, edit: Edit) -> Aside:
        """An edit that cannot stand: its own words, without those that are taken out."""
        lines = [line for line in aside.own_words(edit).split("\n") if not self._holds(line)]
        told = Aside(edit.id, edit.contributor, Outcome.SENT_BACK, self.day, said=BACK)
        return replace(told, title=str(edit.title), summary=edit.summary, words="\n".join(lines))

    def _so_far(self, edit: Edit) -> str | None:
        """The page with the edits before this one, without those that are taken out."""
        known = self._pages.get(str(edit.title))
        return known if known is not None else self.store.wikitext(self.main.tip, edit.title)

    def _stands(self, row: OnDesk) -> None:
        """Note what an edit makes of its page, where it fits and main does not hold it."""
        result = replay_one(self._so_far(row.edit), row.edit.pair, self.main.site)
        if isinstance(result, str) and row.place not in (Place.ANSWERED, Place.MAIN):
            self._pages[str(row.edit.title)] = result

    def _saved(self, row: OnDesk, edit: Edit) -> str:
        """Save an edit anew, under the title that it had, on a desk that shows its page as it was before it."""
        edit = replace(edit, title=row.saved_as, undoes="" if edit.undoes in self._ids else edit.undoes)
        path = layout.page(edit.title)
        before = None if edit.before is None else edit.before.encode()
        tree = self.store.tree_with(self.store.read(self._chain).tree, {path: before})
        known = self.now.known_to(row.commit)
        begins = message.compose("Where an edit begins", {})
        parents = [self._chain, *([known] if known else [])]
        base = self.store.commit(tree, parents, begins, author=edits.signature(self.kit, self.day))
        self._chain = edits.write(self.store, edit, base, wikitext=edit.after, committer=self.kit)
        return self._chain


def _same_page(one: OnDesk, other: OnDesk) -> bool:
    return bool({one.saved_as, one.edit.title} & {other.saved_as, other.edit.title})
