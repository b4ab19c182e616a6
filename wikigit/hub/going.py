"""What a redaction would take out of the histories here, found from what a person names. Nothing is written.

what goes    the words of the texts that are named, but for those that other versions of the page show
who goes     the account of a revision whose name the wiki hides; everywhere, where it has no other to be seen
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from wikigit.core.errors import RepoError
from wikigit.core.title import Title
from wikigit.hub import signed
from wikigit.repo import edits, hidden, layout, mainline, receipts, upstream
from wikigit.repo.store import Store
from wikigit.wikitext import redaction
from wikigit.wikitext.redaction import Redaction

SALT_BYTES = 32
NOBODY = "hidden"
"""Who is told as the author where the wiki told none."""

FIRST_THE_WIKI = "Have every revision that holds it hidden on the wiki, and `wikigit bridge fetch`; or name them all."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person names; nothing: all that the wiki hides and that histories here still hold."""

    revisions: Sequence[int] = ()
    pages: Sequence[str] = ()
    edits: Sequence[str] = ()
    accounts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Going:
    """What would go, of one page: the lines of its versions that hold it, and the accounts of its revisions."""

    page: str
    lines: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """A redaction, and what it would take out of each page."""

    redaction: Redaction
    goes: tuple[Going, ...]


def plan(store: Store, wanted: Wanted, salt: bytes) -> Planned:
    """What would go, without doing it. `salt`: 32 random bytes. Raises RepoError where nothing would."""
    return _Planning(store, wanted, salt).planned()


class _Planning:
    """What is known of the histories while a redaction is planned."""

    def __init__(self, store: Store, wanted: Wanted, salt: bytes) -> None:
        self.store, self.wanted, self.salt = store, wanted, salt
        self.main = mainline.read(store)
        self.tip, self.site = self.main.upstream, self.main.site
        self.hidden = hidden.read(store, self.tip)
        self.texts: set[int] = set()
        self.authors: set[int] = set()
        self.titles: set[Title] = set()
        self.runs: set[str] = set()
        self.names: set[str] = set()

    def planned(self) -> Planned:
        self._gather()
        shown = {title: self._shown(title) for title in self.titles}
        for title in self.titles:
            self.runs |= self._words_of(title)
        kept = set().union(*shown.values()) if shown else set()
        runs = frozenset(redaction.fingerprint(self.salt, run) for run in self.runs - kept)
        pages = {str(title): layout.page(title) for title in sorted(self.titles)}
        names = frozenset(redaction.name(self.salt, account) for account in self.names)
        made = Redaction(self.salt, pages, runs, names, frozenset(self.texts), frozenset(self.authors))
        goes = [Going(str(t), tuple(self._lines(t, made)), self._accounts(t)) for t in sorted(self.titles)]
        found = tuple(going for going in goes if going.lines or going.accounts)
        if not found:
            raise RepoError("There is nothing to take out that the wiki does not show.", hint=FIRST_THE_WIKI)
        return Planned(made, found)

    def _accounts(self, title: Title) -> tuple[str, ...]:
        """The accounts that would no longer be named for a page's revisions."""
        signed = (self._signed.get(revision) for revision in sorted(self.authors))
        return tuple(dict.fromkeys(by[1] for by in signed if by and by[0] == title))

    # What is named

    def _gather(self) -> None:
        wanted = self.wanted
        if not (wanted.revisions or wanted.pages or wanted.edits or wanted.accounts):
            for held in hidden.held(self.store, self.tip):
                self._revision(held.hidden.revision)
        for revision in wanted.revisions:
            self._revision(revision)
        for page in wanted.pages:
            self._page(Title.parse(page, self.site))
        for edit in wanted.edits:
            self._edit(edit)
        for account in wanted.accounts:
            self._account(account)
        self.titles = self._with_moves()

    def _revision(self, revision: int) -> None:
        """A revision's words, and its account; of one that the wiki hides, what it hides."""
        commit = hidden.brought(self.store, self.tip, revision)
        if not commit:
            raise RepoError(f"No history here holds the revision {revision}.", hint="List those: wikigit hub hidden")
        title, account = self._of(commit, revision)
        self.titles.add(title)
        what = self.hidden[revision].what.split() if revision in self.hidden else ["text"]
        if "text" in what:
            self.texts.add(revision)
        if "name" in what and account not in ("", NOBODY):
            self._name(revision, account)

    def _of(self, commit: str, revision: int) -> tuple[Title, str]:
        """The page of a revision when it came, and its account."""
        read = self.store.read(commit)
        if f"Wikigit-Revision: {revision}" in read.text.split("\n"):
            return upstream.page_of(self.store, commit, self.site), read.author
        row = next(row for row in upstream.rows(self.store, commit, self.site) if row.revision == revision)
        return row.title, row.account

    def _name(self, revision: int, account: str) -> None:
        """Nobody is to be named for a revision; where the account has no other that is to be seen, nowhere at all."""
        self.authors.add(revision)
        others = self._revisions_by(account)
        if all("name" in self.hidden[n].what if n in self.hidden else False for n in others):
            self._account(account)

    def _account(self, account: str) -> None:
        if redaction.name(self.salt, account)[0] == 0:
            raise RepoError(f"{account!r} has no letter or digit in it.", hint="Name its revisions.")
        by = self._revisions_by(account)
        self.names.add(account)
        self.authors |= by.keys()
        self.titles |= set(by.values())

    def _revisions_by(self, account: str) -> dict[int, Title]:
        """The revisions of an account, with their pages."""
        return {revision: title for revision, (title, name) in self._signed.items() if name == account}

    @cached_property
    def _signed(self) -> dict[int, tuple[Title, str]]:
        """Every revision that a history here names, with its page and account."""
        found: dict[int, tuple[Title, str]] = {}
        for commit in self.store.history(self.tip):
            read = self.store.read(commit)
            if revision := _number(read.text):
                found[revision] = (upstream.page_of(self.store, commit, self.site), read.author)
            elif read.text.startswith("Import ") and "\nWikigit-Cursor: " in read.text:
                rows = upstream.rows(self.store, commit, self.site)
                found = {row.revision: (row.title, row.account) for row in rows} | found
        return found

    def _page(self, title: Title) -> None:
        """Every revision of a page that the wiki no longer has."""
        if self.store.wikitext(self.tip, title) is not None:
            raise RepoError(f"The wiki still has {title}.", hint=FIRST_THE_WIKI)
        self.titles.add(title)
        self.texts |= {revision for revision, _ in self._versions(title)}

    def _edit(self, edit_id: str) -> None:
        """The words that an edit brought, once its author was answered."""
        told = receipts.standing(self.store).get(edit_id)
        if told is None:
            raise RepoError(f"{edit_id} was never received here.", hint="See `wikigit log` for the ids.")
        if not told.outcome.final and edit_id not in edits.published(self.store, self.tip):
            raise RepoError(f"{edit_id} has no answer yet.", hint=f"wikigit hub decline {edit_id} --reason CODE")
        commit = signed.commit_of(self.store, edit_id, told.kit)
        if not commit:
            raise RepoError(f"No commit of {edit_id} is here.", hint="Then its words are in none.")
        edit = edits.read(self.store, commit, self.site)
        self.titles.add(edit.title)
        self.runs |= redaction.runs_in(edit.after) - redaction.runs_in(edit.before)

    def _with_moves(self) -> set[Title]:
        """The pages, under every title that they ever had here."""
        root = self.store.ask("rev-list", "--max-parents=0", self.tip).decode().split()[0]
        found, moved = set(self.titles), upstream.moves(self.store, self.tip, root)
        while more := {t for pair in moved if set(pair) & found for t in pair} - found:
            found |= more
        return found

    # What it says

    def _versions(self, title: Title) -> Iterator[tuple[int, str]]:
        """The texts that a page had on the wiki, each with its revision (0: not known)."""
        for commit in self.store.history(self.tip, path=layout.page(title)):
            text = self.store.wikitext(commit, title)
            if text is not None:
                yield _number(self.store.read(commit).text) or self._row(commit, title), text

    def _row(self, commit: str, title: Title) -> int:
        row = upstream.row(self.store, commit, title)
        return row.revision if row else 0

    def _is_shown(self, revision: int) -> bool:
        return revision not in self.texts and not (revision in self.hidden and "text" in self.hidden[revision].what)

    def _shown(self, title: Title) -> set[str]:
        """The words of a page that everybody may see in a version that nobody named."""
        return {r for n, text in self._versions(title) if self._is_shown(n) for r in redaction.runs_in(text)}

    def _words_of(self, title: Title) -> set[str]:
        return {r for n, text in self._versions(title) if n in self.texts for r in redaction.runs_in(text)}

    def _lines(self, title: Title, made: Redaction) -> Iterator[str]:
        """The lines of a page's versions and edits that would go, each once."""
        texts = [text for _, text in self._versions(title)]
        for ref, tip in self.store.refs(layout.HEADS).items():
            if ref != layout.UPSTREAM and not ref.startswith(layout.OURS):
                commits = self.store.history(tip, self.tip, path=layout.page(title))
                texts += filter(None, (self.store.wikitext(commit, title) for commit in commits))
        yield from dict.fromkeys(line for text in texts for line in text.split("\n") if made.hides_words(line))


def _number(text: str) -> int:
    """The revision that a commit on upstream is, 0 for none."""
    last = text.rstrip("\n").rsplit("\n\n", 1)[-1]
    for line in last.split("\n"):
        key, _, value = line.partition(": ")
        if key == "Wikigit-Revision" and value.isdigit():
            return int(value)
    return 0
