"""A large wiki of invented pages in a hub's repository, and a kit's branch of edits: made by fast-import, in seconds.

The same pages, edits and revisions in every run. On every changed page a person of the kit and one of the wiki
each add a sentence; on every second one both stand on one line, where a merge by lines conflicts.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from testing.sites import ENGLISH
from wikigit.bridge import start
from wikigit.core import identity, message
from wikigit.core.config import Config
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Row
from wikigit.core.title import Title
from wikigit.repo import edits, git, layout, mainline, receipts, tables
from wikigit.repo.objects import Signature
from wikigit.repo.refs import Move
from wikigit.repo.store import Store

PAGES, CHANGED = 100_000, 1_000
DAY, TIME = "2026-03-01", "2026-02-11T00:00:00Z"
KIT = identity.kit_id(b"bench")
BRIDGE = edits.signature(identity.BRIDGE, DAY)

IMPORTED = "refs/bench/imported"
NEWER = "refs/bench/newer"
"""The wiki as it is once somebody there has changed the pages; upstream is still what it was."""

_SYLLABLES = "ba be bo bu da di go gi ka ku ki la li lo ma me mu na ne ngo nya ra ru sa she ta to wa yi zi"
_WORDS = """
the river market school of and in valley was old year people [[town]] mountain built where first two '''name'''
village from bridge their which {{convert|3|km}} north long after song teacher harvest rain
"""
_BY_KIT, _BY_WIKI = "An old man of the place tells it so.", "Others tell it in another way."


@dataclass(frozen=True, slots=True)
class Page:
    """A page with two paragraphs, each of them a line; `one_line`: both people write in the first."""

    title: Title
    paragraphs: tuple[str, str]
    one_line: bool

    def wikitext(self, *, kit: bool = False, wiki: bool = False) -> str:
        """As imported, or with the words of a person at the kit, of one on the wiki, or of both."""
        first, second = self.paragraphs
        if kit:
            first = f"{_BY_KIT} {first}"
        if wiki and self.one_line:
            first += " " + _BY_WIKI
        elif wiki:
            second += " " + _BY_WIKI
        name = self.title.name
        head = f"{{{{Infobox place\n| name = {name}\n| country = Burundi\n}}}}\n'''{name}''' is a place in [[Burundi]]."
        sections = f"== History ==\n{first}\n\n== Today ==\n{second}"
        return f"{head}\n\n{sections}\n\n{{{{stub}}}}\n\n[[Category:Places in Burundi]]\n[[Category:{name[:2]}]]"


def pages() -> Iterator[tuple[Page, bool]]:
    """All pages, and whether each is one of the changed ones, which stand evenly among them."""
    dice, syllables, words = random.Random(PAGES), _SYLLABLES.split(), _WORDS.split()
    pool = [" ".join(dice.choices(words, k=dice.randint(6, 24))).capitalize() + "." for _ in range(3000)]
    names: set[str] = set()
    while len(names) < PAGES:
        name = "".join(dice.choices(syllables, k=dice.randint(2, 5))).capitalize()
        name = f"{name} ({dice.choice(syllables)}{dice.randint(1000, 2025)})" if name in names else name
        if name in names:
            continue
        names.add(name)
        told = dice.choices(pool, k=dice.randint(4, 26))
        half, turn = len(told) // 2, divmod(len(names), PAGES // CHANGED)
        yield Page(Title(0, "", name), (" ".join(told[:half]), " ".join(told[half:])), turn[0] % 2 == 0), turn[1] == 0


def changed() -> Iterator[Page]:
    """The pages that both change."""
    return (page for page, is_changed in pages() if is_changed)


def built(folder: Path) -> Store:
    """Make the hub: main on the pages as imported, `NEWER` beside it, and the kit's branch, received."""
    store = Store.create(folder)
    start.start(store, ENGLISH, Config("r-00000000", ENGLISH.api, "bench@wikigit.example"), DAY)
    begun = store.need(layout.UPSTREAM, "")
    rows: list[Row] = []
    git.feed(store.path, "fast-import", "--quiet", "--depth=0", chunks=_import(begun, rows))
    imported = store.need(IMPORTED, "")
    main, touched = mainline.read(store), list(changed())
    moves, _ = mainline.rebuilt(store, main, (), on=imported, subject=f"Import {PAGES} pages", day=DAY)
    store.move([Move(layout.UPSTREAM, begun, imported), *moves])
    git.feed(store.path, "fast-import", "--quiet", chunks=_revisions(touched, imported, rows))
    written = [edit(number, page) for number, page in enumerate(touched)]
    git.feed(store.path, "fast-import", "--quiet", chunks=_branch(written, mainline.read(store).tip))
    told = [Receipt(edit.id, Outcome.RECEIVED, "", "1", DAY, kit=KIT) for edit in written]
    store.move(receipts.append(store, identity.HUB, told, DAY))
    return store


def _import(begun: str, rows: list[Row]) -> Iterator[bytes]:
    """Every page in one commit, with the table of revisions. Fills `rows`."""
    files = bytearray()
    for page, _ in pages():
        rows.append(Row(page.title, len(rows) + 1, len(rows) + 1, TIME, "Somebody"))
        yield b"blob\nmark :%d\n%b" % (len(rows), _data(page.wikitext()))
        files += f"M 100644 :{len(rows)} {layout.page(page.title)}\n".encode()
    yield commit(IMPORTED, begun, message.compose(f"Import {PAGES} pages", {"Cursor": TIME}), BRIDGE)
    yield bytes(files)
    yield from _revision_tables(rows, {layout.revisions(row.title) for row in rows})


def _revisions(touched: Sequence[Page], imported: str, rows: Sequence[Row]) -> Iterator[bytes]:
    """One commit for each page that somebody on the wiki changed, then the table."""
    newer = {row.title: row for row in rows}
    tip, account = imported, Signature("Somebody", "somebody@wiki.invalid", BRIDGE.time)
    for number, page in enumerate(touched, start=len(rows) + 1):
        newer[page.title] = Row(page.title, number, newer[page.title].page_id, TIME, "Somebody")
        yield commit(NEWER, tip, message.compose("", {"Page": str(page.title), "Revision": str(number)}), account)
        yield file(layout.page(page.title), page.wikitext(wiki=True).encode())
        tip = ""
    yield commit(NEWER, "", message.compose(f"Fetch {len(touched)} pages", {"Cursor": DAY + "T00:00:00Z"}), BRIDGE)
    yield from _revision_tables(newer.values(), {layout.revisions(page.title) for page in touched})


def _branch(written: Iterable[Edit], main: str) -> Iterator[bytes]:
    """The kit's branch as it sends it, on the main that it has."""
    tip = main
    for edit in written:
        author, committer = (edits.signature(who, DAY) for who in (edit.contributor, KIT))
        yield commit(layout.kit(KIT), tip, message.of_edit(edit), committer, author)
        yield file(layout.page(edit.title), edit.after.encode())
        tip = ""


def edit(number: int, page: Page) -> Edit:
    """What somebody at the kit did to a page."""
    drawn, contributor = (b"%d" % number).zfill(10), (b"%d" % (number % 7)).zfill(5)
    return Edit(
        id=identity.edit_id(drawn),
        title=page.title,
        before=page.wikitext(),
        after=page.wikitext(kit=True),
        summary="what an old man told",
        kit=KIT,
        contributor=identity.contributor_id(contributor),
        day=DAY,
    )


def _revision_tables(rows: Iterable[Row], files: set[str]) -> Iterator[bytes]:
    """These tables of revisions, whole."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if (table := layout.revisions(row.title)) in files:
            found.setdefault(table, []).append(row)
    for table, rows_there in found.items():
        lines = sorted((str(r.title), r.revision, r.page_id, r.time, r.account) for r in rows_there)
        yield file(table, tables.write(lines) or b"")


def commit(ref: str, parent: str, text: str, committer: Signature, author: Signature | None = None) -> bytes:
    """A commit's head; without `parent` it follows the stream's last one on this ref."""
    who = f"author {author or committer}\ncommitter {committer}\n".encode()
    return f"commit {ref}\n".encode() + who + _data(text) + (f"from {parent}\n".encode() if parent else b"")


def file(path: str, data: bytes) -> bytes:
    """A file in a commit."""
    return f"M 100644 inline {path}\n".encode() + _data(data)


def _data(content: str | bytes) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return b"data %d\n%b\n" % (len(data), data)
