"""Upstream: the wiki as last fetched, one commit for each revision after the first import, or from the first on.

The table `revisions/` says which revision each page's text was taken from; it is written once for each
fetch, in its last commit. Nothing here asks the wiki, and no request takes its base from the table.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from urllib.parse import quote, unquote

from wikigit.core import identity, message, path, words
from wikigit.core.errors import MessageError, RepoError, TitleError
from wikigit.core.revision import Revision, Row
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import edits, git, layout, objects, tables
from wikigit.repo.objects import Signature
from wikigit.repo.refs import Move, move
from wikigit.repo.store import Store

_IMPORT = "refs/wikigit/import"
_MOVED_FROM = "Wikigit-Moved-From: "
_NOT_IN_ADDRESS = re.compile(r"[^\w.-]+")


def start(store: Store, site: Site, day: str) -> str:
    """The first commit: the wiki's facts, no page yet. Returns its id; no ref moves."""
    tree = store.tree_with(None, {layout.SITE: site.to_json().encode()})
    return store.commit(tree, [], message.compose(f"Begin {site.name}", {}), author=_bridge(day))


def snapshot(store: Store, tip: str, revisions: Iterable[Revision], cursor: str, day: str) -> str:
    """Import the latest revision of many pages in one commit on `tip`; returns its id. No ref moves."""
    rows: list[Row] = []
    said = message.compose("Import the wiki", {"Cursor": cursor})
    imported = _imported(store, _stream(revisions, rows, tip, said, _bridge(day)), "--depth=0")
    return _import_closed(store, tip, imported, rows, cursor, day)


def history(store: Store, tip: str, revisions: Iterable[Revision], cursor: str, day: str) -> str:
    """Import revisions, oldest first, in one commit each on `tip`, and close the import; returns its id. No ref moves.

    A page whose text is hidden leaves upstream; a revision without wikitext of a page that is not there makes no
    commit. A page that comes under another title than before was moved meanwhile.
    """
    rows: dict[Title, Row] = {}
    imported = _imported(store, _commits(revisions, rows, tip))
    return _import_closed(store, imported, imported, list(rows.values()), cursor, day)


def _imported(store: Store, stream: Iterable[bytes], *options: str) -> str:
    """The commit that a fast-import stream leads to; what an import that was killed has left gives way."""
    git.feed(store.path, "fast-import", "--quiet", "--done", "--force", *options, chunks=stream)
    imported = store.need(_IMPORT, "Try the import again.")
    move(store.path, [Move(_IMPORT, imported, None)])
    return imported


def _import_closed(store: Store, parent: str, imported: str, rows: Collection[Row], cursor: str, day: str) -> str:
    """The imported pages with their table, and how far the wiki was read."""
    tree = store.tree_with(store.read(imported).tree, _tables(store, None, rows, ()))
    text = message.compose(f"Import {len(rows)} pages", {"Cursor": cursor})
    return store.commit(tree, [parent], text, author=_bridge(day))


def _commits(revisions: Iterable[Revision], rows: dict[Title, Row], tip: str) -> Iterator[bytes]:
    """A fast-import stream: a commit for each revision, as they come. `rows` are the pages that there are so far."""
    titles: dict[int, Title] = {}
    yield f"reset {_IMPORT}\nfrom {tip}\n\n".encode()
    for revision in revisions:
        files = b""
        before = titles.get(revision.page_id, revision.title)
        titles[revision.page_id] = revision.title
        if before != revision.title and before in rows and rows[before].page_id == revision.page_id:
            files = f"D {layout.page(before)}\n".encode()
            del rows[before]
        if revision.wikitext is not None:
            rows[revision.title] = row_of(revision)
            files += f"M 100644 inline {layout.page(revision.title)}\n".encode() + _data(revision.wikitext)
        elif rows.pop(revision.title, None):
            files += f"D {layout.page(revision.title)}\n".encode()
        if files:
            author = _account(revision.account, revision.time)
            yield f"commit {_IMPORT}\ncommitter {author}\n".encode() + _data(_said(revision, ())) + files + b"\n"
    yield b"done\n"


def _data(text: str) -> bytes:
    data = text.encode()
    return b"data %d\n%b\n" % (len(data), data)


def _said(revision: Revision, ours: Sequence[str]) -> str:
    """The message of a revision's commit; `ours` are the edits that the bridge made it of."""
    told = {"Page": _spelt(revision.title), "Revision": str(revision.id), "Edits": " ".join(ours)}
    return message.compose(revision.summary, told)


def _stream(revisions: Iterable[Revision], rows: list[Row], tip: str, text: str, author: Signature) -> Iterator[bytes]:
    """A fast-import stream: blobs as they come, then one commit that names them. Fills `rows`."""
    for mark, revision in enumerate(revisions, start=1):
        yield b"blob\nmark :%d\n" % mark + _data(revision.wikitext or "")
        rows.append(row_of(revision))
    said = text.encode()
    yield (f"commit {_IMPORT}\ncommitter {author}\ndata {len(said)}\n".encode() + said + f"from {tip}\n".encode())
    for mark, row in enumerate(rows, start=1):
        yield f"M 100644 :{mark} {layout.page(row.title)}\n".encode()
    yield b"done\n"


def add(store: Store, tip: str, revision: Revision, ours: Sequence[str]) -> str:
    """Commit one revision of the wiki on `tip`; returns the commit id. No ref moves.

    `ours` are the edits that the bridge made it of; a page whose text is hidden leaves upstream.
    """
    wikitext = None if revision.wikitext is None else revision.wikitext.encode()
    tree = store.tree_with(store.read(tip).tree, {layout.page(revision.title): wikitext})
    return store.commit(tree, [tip], _said(revision, ours), author=_account(revision.account, revision.time))


def moved(store: Store, tip: str, source: Title, target: Title, *, account: str, time: str, summary: str) -> str:
    """Commit that the wiki moved a page, with its text: two paths change. Returns the commit id; no ref moves.

    What stood at the target is gone; a redirect that was left behind comes as a revision of its own.
    """
    before = store.read(tip).tree
    page = store.file_in(before, layout.page(source))
    tree = store.tree_with(before, {layout.page(source): None, layout.page(target): page})
    told = {"Page": _spelt(target), "Moved-From": _spelt(source)}
    text = message.compose(summary or f"Moved from {source}", told)
    return store.commit(tree, [tip], text, author=_account(account, time))


def moves(store: Store, tip: str, since: str) -> list[tuple[Title, Title]]:
    """The wiki's moves that `tip` knows of and the commit `since` does not, oldest first: from, to."""
    site = store.site(tip)
    words = ("log", "--topo-order", "--reverse", "--format=%H", "--fixed-strings", f"--grep={_MOVED_FROM}")
    found = []
    for commit in store.ask(*words, tip, f"^{since}", "--").decode().split():
        try:
            told = store.read(commit).message
            if told.get("Moved-From"):
                found.append((_read(told.get("Moved-From"), site), _read(told.get("Page"), site)))
        except (MessageError, TitleError):
            continue  # a summary that looks like a trailer, or a title that no edit could name
    return found


def page_of(store: Store, commit: str, site: Site) -> Title:
    """The page that a commit of one revision is about. Raises TitleError."""
    return _read(store.read(commit).message.get("Page"), site)


def remove(store: Store, tip: str, title: Title, why: str, day: str) -> str:
    """Commit that the wiki no longer has a page."""
    tree = store.tree_with(store.read(tip).tree, {layout.page(title): None})
    return store.commit(tree, [tip], message.compose(why, {"Page": _spelt(title)}), author=_bridge(day))


def close(
    store: Store, tip: str, rows: Collection[Row], gone: Collection[Title], cursor: str, day: str, site: Site,
    hidden: bytes | None = None,
) -> str:  # fmt: skip
    """The last commit of a fetch: the tables of revisions and of hidden ones, the wiki's facts, how far it was read."""
    files: dict[str, bytes | None] = dict(_tables(store, tip, rows, gone))
    files |= {layout.SITE: site.to_json().encode(), layout.HIDDEN: hidden}
    tree = store.tree_with(store.read(tip).tree, files)
    text = message.compose(f"Fetch {len(rows)} pages", {"Cursor": cursor})
    return store.commit(tree, [tip], text, author=_bridge(day))


def cursor(store: Store, tip: str) -> str:
    """How far the wiki was read, in the wiki's time; "" where it never was."""
    return store.read(tip).message.get("Cursor")


def row(store: Store, tip: str, title: Title) -> Row | None:
    """The row of one page, None where upstream does not have it."""
    file = layout.revisions(title)
    for fields in tables.parse(store.file(tip, file), 5, file):
        if fields[0] == str(title):
            return _row(title, fields, file)
    return None


def rows(store: Store, tip: str, site: Site) -> Iterator[Row]:
    """Every row of the table."""
    for file, data in store.files(tip, layout.REVISIONS):
        namespace = _namespace(file, site)
        for fields in tables.parse(data, 5, file):
            yield _row(Title.trusted(namespace, fields[0], site), fields, file)


def row_of(revision: Revision) -> Row:
    """The row that a revision makes."""
    return Row(revision.title, revision.id, revision.page_id, revision.time, revision.account)


def _row(title: Title, fields: Sequence[str], file: str) -> Row:
    _, revision, page_id, time, account = fields
    return Row(title, tables.number(revision, file), tables.number(page_id, file), time, account)


def _tables(store: Store, tip: str | None, new: Collection[Row], gone: Collection[Title]) -> dict[str, bytes | None]:
    """The tables that change, as files."""
    files: dict[str, dict[str, Sequence[object]]] = {}
    for title in (*gone, *(r.title for r in new)):
        file = layout.revisions(title)
        if file not in files:
            data = store.file(tip, file) if tip else None
            files[file] = {fields[0]: fields for fields in tables.parse(data, 5, file)}
    for title in gone:
        files[layout.revisions(title)].pop(str(title), None)
    for r in new:
        files[layout.revisions(r.title)][str(r.title)] = (r.title, r.revision, r.page_id, r.time, r.account)
    return {file: tables.write(lines[name] for name in sorted(lines)) for file, lines in files.items()}


def _spelt(title: Title) -> str:
    """A title as a trailer can hold it: MediaWiki takes control characters that end a line for some readers."""
    return "".join(c if c.isprintable() or c in words.JOINERS else quote(c) for c in str(title))


def _read(spelt: str, site: Site) -> Title:
    """The title that a trailer holds; no title has a `%` and two hex digits of its own. Raises TitleError."""
    return Title.parse(unquote(spelt), site)


def _namespace(file: str, site: Site) -> int:
    folder = file.split("/")[1]
    for namespace in site.namespaces:
        if path.folder(namespace.id) == folder:
            return namespace.id
    raise RepoError(f"{file} belongs to no namespace of this wiki.", hint="Run `wikigit verify`.")


def _account(name: str, time: str) -> Signature:
    address = _NOT_IN_ADDRESS.sub("-", name) or "hidden"
    return Signature(name or "hidden", f"{address}@wiki.invalid", objects.moment(time))


def _bridge(day: str) -> Signature:
    return edits.signature(identity.BRIDGE, day)
