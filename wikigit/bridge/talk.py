"""Bring down what people on the wiki write to the authors of our edits.

Read are the talk pages of pages with published edits, and the one of the account that published them. A section
that names an edit of ours is a conversation with its author: new lines in it are messages, until its page forgets
it. Nothing here answers anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from wikigit.bridge import fate
from wikigit.bridge.fate import Published
from wikigit.bridge.ours import Ours
from wikigit.core import identity, talk
from wikigit.core.errors import ConfigError, TitleError
from wikigit.core.revision import Revision
from wikigit.core.site import Site
from wikigit.core.talk import TalkMessage
from wikigit.core.title import Title
from wikigit.repo import layout, mainline, receipts, runs, upstream
from wikigit.repo import talk as kept
from wikigit.repo.refs import Move
from wikigit.repo.store import Store
from wikigit.wiki.door import Wiki
from wikigit.wikitext import talk as pages

LISTEN = 365
"""Days after publication during which the talk page of an edit's page is read."""

USER_TALK = 3


def bring(store: Store, wiki: Wiki, day: str) -> list[TalkMessage]:
    """Store the messages that are new, each for the kit whose edit it is about; returns them.

    Talk pages are read from the wiki, fifty heads a request, and those that changed with their history. Where the
    policy names the namespace of a talk page, the page is carried from then on, so that its kit can answer.
    """
    with store.writing():
        main = mainline.read(store)
        known = [e for e in fate.published(receipts.read(store)) if fate.days(e.day, day) <= LISTEN]
        read_to = kept.seen(store)
    if not known:
        return []
    ours = Ours(store, main, known)
    addressed = _Addressed(known, ours, runs.accounts(store, main.site))
    since = _talk_pages(known, ours, addressed.accounts, main.site)
    since = {title: max(begun, read_to.get(str(title), 0)) for title, begun in since.items()}
    heads = {title: head for title, head in wiki.heads(sorted(since)).items() if head and head.id > since[title]}
    found = _Listening(wiki, addressed, main.site).messages({title: since[title] for title in heads})
    with store.writing():
        there = {message.id for message in kept.read(store, main.site)}
        new = [message for message in found if message.id not in there]
        moves = kept.append(store, new, {str(title): head.id for title, head in heads.items()}, day)
        store.move([*moves, *_carried(store, [heads[message.page] for message in new if message.edit], day)])
    return new


def _talk_pages(known: Sequence[Published], ours: Ours, accounts: Collection[str], site: Site) -> dict[Title, int]:
    """The talk pages to read, each with the revision id before which nobody can have written about us."""
    first = min(edit.revision for edit in known)
    since = {title: first for account in accounts if (title := _user_talk(account, site))}
    for edit in known:
        if title := _talk_page(ours.title(edit), site):
            since[title] = min(edit.revision, since.get(title, edit.revision))
    return since


def _talk_page(title: Title | None, site: Site) -> Title | None:
    """The page to talk about a page (itself, if it is one); None where the wiki has none."""
    try:
        return title and Title.parse(f"{site.namespace(title.namespace | 1).name}:{title.name}", site)
    except (ConfigError, TitleError):
        return None


def _user_talk(account: str, site: Site) -> Title | None:
    try:
        return Title.parse(f"{site.namespace(USER_TALK).name}:{account}", site) if account else None
    except TitleError:
        return None


class _Addressed:
    """Whom a text means: the published edits that it names, one for each kit and revision."""

    def __init__(self, known: Sequence[Published], ours: Ours, accounts: Collection[str]) -> None:
        self.ours = ours
        self._by_name: dict[str | int, list[Published]] = {edit.edit: [edit] for edit in known}
        steps: dict[int, list[Published]] = {}
        for edit in known:
            steps.setdefault(edit.revision, []).append(edit)
        for revision, edits in steps.items():
            by_kit = {edit.kit: edit for edit in reversed(edits)}
            self._by_name[revision] = list(by_kit.values())
            self._by_name[identity.step_id(edit.edit for edit in edits)] = list(by_kit.values())
        self.accounts = {ours.account(edit) for edit in known} | set(accounts)

    def named(self, wikitext: str) -> list[Published]:
        """The edits that a text names."""
        return list({edit.edit: edit for name in talk.named(wikitext) for edit in self._by_name.get(name, ())}.values())


class _Listening:
    """Ears on the wiki."""

    def __init__(self, wiki: Wiki, addressed: _Addressed, site: Site) -> None:
        self.wiki, self.addressed, self.site = wiki, addressed, site

    def messages(self, since: Mapping[Title, int]) -> list[TalkMessage]:
        """What was written on talk pages after a revision id each, to somebody of ours."""
        histories = {title: self.wiki.history(title, begun, older=1)[::-1] for title, begun in since.items()}
        ids = sorted(revision.id for history in histories.values() for revision in history)
        texts = self.wiki.revisions(ids) if ids else {}
        found: list[TalkMessage] = []
        for title, history in histories.items():
            before = ""
            for revision in history:
                after = texts[revision.id].wikitext if revision.id in texts else None
                if after is None:  # hidden
                    continue
                if revision.id > since[title] and revision.account not in self.addressed.accounts:
                    found += self._written(title, revision, before, after)
                before = after
        return sorted(found, key=lambda message: message.revision)

    def _written(self, title: Title, revision: Revision, before: str, after: str) -> Iterator[TalkMessage]:
        """The messages in one revision of a talk page: one for each edit that they are about."""
        own = [account for account in self.addressed.accounts if _user_talk(account, self.site) == title]
        told: dict[Published | None, list[tuple[pages.Section, str]]] = {}
        for section, words in pages.added(before, after):
            nobody = [None] if own else []
            for edit in self.addressed.named(section.wikitext) or nobody:
                told.setdefault(edit, []).append((section, words))
        for edit, said in told.items():
            yield TalkMessage(
                id=identity.message_id(revision.id, edit.edit if edit else ""),
                edit=edit.edit if edit else "",
                kit=edit.kit if edit else identity.HUB,
                page=title,
                section=said[-1][0].heading,
                account=revision.account,
                day=revision.time[:10],
                revision=revision.id,
                via=self.addressed.ours.account(edit) if edit else own[0],
                wikitext="\n\n".join(words for _, words in said),
            )


def _carried(store: Store, talked: Sequence[Revision], day: str) -> list[Move]:
    """Bring talk pages onto upstream, and main with them, where the policy lets us write there."""
    main = mainline.read(store)
    agreed = store.config(main.tip).policy.namespaces
    queued = {entry.title for entry in main.entries}
    tip, rows = main.upstream, []
    for page in {page.title: page for page in talked}.values():
        known = page.title in queued or upstream.row(store, tip, page.title)
        if page.title.namespace in agreed and page.wikitext is not None and not known:
            tip = upstream.add(store, tip, page, ())
            rows.append(upstream.row_of(page))
    if not rows:
        return []
    new = upstream.close(store, tip, rows, (), upstream.cursor(store, main.upstream), day, main.site)
    moves, _ = mainline.rebuilt(store, main, main.entries, on=new, subject=f"Carry {len(rows)} talk pages", day=day)
    return [Move(layout.UPSTREAM, main.upstream, new), *moves]
