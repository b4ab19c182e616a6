"""A volunteer's own commit, made with plain git in a clone: checked, and given its trailers.

Nothing here writes a commit; Git's hooks ask.
"""

from __future__ import annotations

from wikigit.core import identity, message, path
from wikigit.core.edit import Edit, check_credit
from wikigit.core.errors import MessageError, RepoError, WikigitError
from wikigit.core.message import Message
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import layout, staging, upstream
from wikigit.repo.staging import Change
from wikigit.repo.store import Store
from wikigit.wikitext.conflict import Spot
from wikigit.wikitext.merge import Merged, merge
from wikigit.wikitext.normalise import as_saved

_MAY_WRITE = frozenset({"Minor", "Undoes", "Resolves", "Translated-From", "Copied-From", "Affiliation"})
"""Trailers that a volunteer may put under a message; the hook writes the others."""


def staged(store: Store) -> list[WikigitError]:
    """What is wrong with the pages about to be committed; empty where nothing is. No text is taken from a merge."""
    if staging.merging(store):
        return []
    wrong: list[WikigitError] = []
    for change in staging.changes(store):
        top = change.path.split("/")[0]
        if top == layout.PAGES:
            wrong += _page(store, change)
        elif top in layout.MANAGED:
            hint = f"git restore --staged {change.path}"
            wrong.append(RepoError(f"{change.path} is written by wikigit alone.", hint=hint))
    return wrong


def merged(store: Store, base: str, ours: str, theirs: str) -> tuple[str, tuple[Spot, ...]]:
    """Two texts of a page merged for plain git: the text with our words where they meet, and those spots.

    A proposal is taken: whoever merges by hand looks at the result. Never any markers.
    """
    result = merge(base, ours, theirs, _site(store))
    if isinstance(result, Merged):
        return result.wikitext, ()
    return result.wikitext(lambda spot: spot.ours), result.spots


def completed(store: Store, text: str, *, edited: bool, by: str, drawn: bytes, day: str) -> str:
    """A commit message with the trailers of an edit, where the commit changes one page and has none yet.

    `edited`: the person wrote it in an editor. `by`: the commit's author; a volunteer's name is public.
    `drawn`: 10 random bytes.
    """
    pages = [change.path for change in staging.changes(store) if change.path.startswith(layout.PAGES + "/")]
    said = staging.said(store, text, edited=edited)
    if not pages or not said or staging.merging(store):
        return text
    if len(pages) > 1:
        raise RepoError("This commit changes several pages.", hint="Commit each page by itself.")
    told = message.parse(said)
    title = path.title(pages[0], _site(store))
    if told.get("Edit"):
        if told.get("Page") != str(title):
            hint = "Make a new commit for it, not an amended one."
            raise MessageError(f"These trailers are of {told.get('Page')}, not of {title}.", hint=hint)
        return text
    theirs = [line for line in said.splitlines() if line.partition(":")[0] in message.PEOPLES]
    _one_line(told, theirs)
    written = message.of_edit(_edit(store, told, title, by or staging.who(store), drawn, day))
    completed = written + "".join(line + "\n" for line in theirs)
    message.to_edit(message.parse(completed), _site(store), before=None, after="", day=day)
    return completed


def _edit(store: Store, told: Message, title: Title, by: str, drawn: bytes, day: str) -> Edit:
    row = upstream.row(store, _head(store), title)
    return Edit(
        id=identity.edit_id(drawn),
        title=title,
        before=None,
        after="",
        summary=message.clean_summary(told.subject),
        kit=identity.HUB,
        contributor=identity.volunteer_id(by),
        day=day,
        credit=check_credit(by),
        base_revision=row.revision if row else None,
        minor=told.get("Minor") == "yes",
        undoes=told.get("Undoes"),
        resolves=told.get("Resolves"),
        translated_from=told.get("Translated-From"),
        copied_from=told.get("Copied-From"),
        affiliation=told.get("Affiliation"),
    )


def _one_line(told: Message, theirs: list[str]) -> None:
    """Refuse what an edit's message has no room for, rather than lose it. Raises MessageError."""
    if any(line and line not in theirs for line in told.body):
        hint = "Say it in one line, or on the talk page. Your message is kept in .git/COMMIT_EDITMSG."
        raise MessageError("A page's commit has a message of one line; this one has more.", hint=hint)
    for key in told.trailers:
        if key not in _MAY_WRITE or (key == "Minor" and told.get(key) != "yes"):
            raise MessageError(f"The hook writes Wikigit-{key}.", hint="Leave that line out.")


def _page(store: Store, change: Change) -> list[WikigitError]:
    try:
        site = _site(store)
        title = path.title(change.path, site)
        if str(Title.parse(":" + str(title), site)) != str(title):
            raise RepoError(f"{change.path} is no page that the wiki would take.", hint="Rename it.")
        if change.removes:
            raise RepoError(f"{title} would be removed.", hint="Pages are removed on the wiki only.")
        if not change.plain:
            raise RepoError(f"{title} would be no plain file.", hint=f"chmod a-x {change.path}, or undo the link.")
        wikitext = staging.read(store, change).decode()
        if wikitext != as_saved(wikitext, site.languages):
            raise RepoError(
                f"The wiki would store {title} otherwise.",
                hint="Take white space and empty lines off its end; use LF and NFC.",
            )
    except UnicodeDecodeError:
        return [RepoError(f"{change.path} is not UTF-8.", hint="Save it as UTF-8.")]
    except WikigitError as exc:
        return [exc]
    return []


def _site(store: Store) -> Site:
    return store.site(_head(store))


def _head(store: Store) -> str:
    """The commit being continued: it holds the wiki's facts and rows, whichever branch this is."""
    head = staging.head(store)
    if head is None:
        raise RepoError("This branch has no commit yet.", hint="Begin it on main: git switch -c NAME main")
    return head
