"""The queue, and main as a function of it.

    page on main = replay(page on upstream, its edits in the queue)

A tip of main names all that it is made of: the upstream commit and the merge's version in its trailers,
the queue in its tree. So anyone who holds it can compute it again. Nothing here knows who accepts edits,
or writes receipts for those that fall out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from wikigit.core import identity, message
from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import edits, layout, tables, trees
from wikigit.repo.reverted import Reverted
from wikigit.repo.store import Store
from wikigit.repo.whereabouts import Whereabouts
from wikigit.wikitext import pairs
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.merge import VERSION
from wikigit.wikitext.replay import replay_one

REVERTED_BEFORE = "reverted-before"
"""The conflict of an edit that was saved on text of ours which people on the wiki took out since."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the queue: an accepted edit that the wiki does not hold yet. `place` is its turn."""

    title: Title
    place: int
    edit: str
    commit: str


@dataclass(frozen=True, slots=True)
class FellOut:
    """An edit that no longer replays: it leaves the queue and waits for a person.

    `met` is the page that it met, None for no such page. Without a conflict it leaves with its undo, or is one.
    """

    entry: Entry
    edit: Edit
    conflict: Conflict | None
    met: str | None = None


@dataclass(frozen=True, slots=True)
class Main:
    """Main as computed: its tree, the queue that replayed, and what fell out."""

    upstream: str
    tree: str
    entries: tuple[Entry, ...]
    fell_out: tuple[FellOut, ...]


def read(store: Store, main: str, site: Site) -> list[Entry]:
    """The queue on a commit of main, in order. Raises RepoError where a row is not ours."""
    entries = []
    for path, data in store.files(main, layout.QUEUE):
        for name, place, edit, commit in tables.parse(data, 4, path):
            entry = Entry(Title.parse(name, site), tables.number(place, path), edit, commit)
            if not (identity.is_edit(edit) and identity.is_commit(commit) and layout.queue(entry.title) == path):
                raise RepoError(f"{path} holds a row that wikigit does not write.", hint="Run `wikigit verify`.")
            entries.append(entry)
    for what in ({e.edit for e in entries}, {e.place for e in entries}):
        if len(what) != len(entries):
            raise RepoError("An edit or a place stands in the queue twice.", hint="Run `wikigit verify`.")
    return sorted(entries, key=lambda e: e.place)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A row of the queue with its edit, the accepted pair."""

    entry: Entry
    edit: Edit

    @property
    def pair(self) -> tuple[str | None, str]:
        return self.edit.pair


def accepted(store: Store, entries: Iterable[Entry], upstream: str) -> Iterator[Accepted]:
    """Rows of a queue that stands on this commit of upstream, with their edits.

    Raises RepoError where a row's commit is another edit. It may name an older title: a page moves on the wiki, and
    an accepted commit is never rewritten.
    """
    rows, now = list(entries), Whereabouts(store, upstream)
    found = edits.read_all(store, [row.commit for row in rows], store.site(upstream))
    for entry, edit in zip(rows, found, strict=True):
        yield Accepted(entry, _of_row(entry, edit, now))


def _of_row(entry: Entry, edit: Edit, now: Whereabouts) -> Edit:
    if edit.title != entry.title and now.may_have_gone(entry.commit, edit, entry.title):
        edit = replace(edit, title=entry.title)
    if (edit.id, edit.title) != (entry.edit, entry.title):
        raise RepoError(
            f"{layout.queue(entry.title)} says that the commit {entry.commit[:10]} is {entry.edit} of {entry.title}.",
            hint="Run `wikigit verify`.",
        )
    return edit


def next_place(entries: Iterable[Entry]) -> int:
    """The place after the last."""
    return max((e.place for e in entries), default=0) + 1


def compute(store: Store, upstream: str, entries: Sequence[Entry], people: str | None) -> Main:
    """Main on top of `upstream` with this queue.

    `people` is the tree of the main before: its files outside pages and tables stay as they are.
    """
    site = store.site(upstream)
    wiki_tree = store.read(upstream).tree
    files: dict[str, bytes | None] = {}
    kept: list[Entry] = []
    fell_out: list[FellOut] = []
    reverted = Reverted(store, upstream)
    rows = accepted(store, sorted(entries, key=lambda e: (e.title, e.place)), upstream)
    for title, mine in groupby(rows, key=lambda a: a.entry.title):
        on_wiki = store.wikitext_in(wiki_tree, title)
        held, fit = _parted(mine, on_wiki, reverted, site)
        page, undone = pairs.replay(on_wiki, fit, site)
        fell_out += held
        kept += [a.entry for a in page.merged]
        fell_out += [FellOut(w.edit.entry, w.edit.edit, w.conflict, w.met) for w in page.waiting]
        fell_out += [FellOut(a.entry, a.edit, None) for a in undone]
        if page.wikitext is not None:
            files[layout.page(title)] = page.wikitext.encode()
    kept.sort(key=lambda e: e.place)
    files |= _tables(kept)
    tree = store.tree_with(_with_peoples_files(store, wiki_tree, people), files)
    return Main(upstream, tree, tuple(kept), tuple(sorted(fell_out, key=lambda f: f.entry.place)))


def _parted(
    rows: Iterable[Accepted], on_wiki: str | None, reverted: Reverted, site: Site
) -> tuple[list[FellOut], list[Accepted]]:
    """Those that were accepted on a text which people on the wiki took back since, and those that were not."""
    held: list[Accepted] = []
    fit: list[Accepted] = []
    for row in rows:
        (held if reverted.under(row.entry.title, row.edit.before) else fit).append(row)
    undone: set[str] = set()
    for place, row in enumerate(held):
        if undo := pairs.undo_of(row.edit, held[place + 1 :], site):
            undone |= {row.edit.id, undo.edit.id}
    return [FellOut(row.entry, row.edit, _held(row, on_wiki, undone, site), on_wiki) for row in held], fit


def _held(row: Accepted, on_wiki: str | None, undone: set[str], site: Site) -> Conflict | None:
    """Why such an edit leaves: it does not fit, or a person has to say whether it goes out after all."""
    if row.edit.id in undone:
        return None
    met = replay_one(on_wiki, row.pair, site)
    return met if isinstance(met, Conflict) else Conflict(code=REVERTED_BEFORE)


def write(store: Store, main: Main, parents: Sequence[str], subject: str, day: str, body: Iterable[str] = ()) -> str:
    """Commit main as computed; returns the commit id. No ref moves."""
    text = message.compose(subject, {"Upstream": main.upstream, "Merge": VERSION}, body)
    return store.commit(main.tree, parents, text, author=edits.signature(identity.HUB, day))


def upstream_of(store: Store, main: str) -> str:
    """The upstream commit that a commit of main is made of. Raises RepoError where it does not say."""
    told = store.read(main).message.get("Upstream")
    if not identity.is_commit(told):
        raise RepoError(
            f"The commit {main[:10]} on main does not say which upstream it is made of.",
            hint="Take in what came by other ways: wikigit hub reconcile --by NAME",
        )
    return told


def _tables(entries: Iterable[Entry]) -> dict[str, bytes | None]:
    by_path: dict[str, list[Entry]] = {}
    for entry in entries:
        by_path.setdefault(layout.queue(entry.title), []).append(entry)
    return {
        path: tables.write((str(e.title), e.place, e.edit, e.commit) for e in rows) for path, rows in by_path.items()
    }


def _with_peoples_files(store: Store, wiki_tree: str, people: str | None) -> str | None:
    """The wiki's tree with what people keep at the top of main: settings, workflows, a README."""
    if people is None:
        return wiki_tree
    top = {}
    for entry in store.git[people]:  # type: ignore[attr-defined]
        if entry.name not in layout.MANAGED:
            top[entry.name] = (str(entry.id), int(entry.filemode))
    return trees.graft(store.git, wiki_tree, top)
