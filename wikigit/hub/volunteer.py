"""A volunteer's own commit, made with plain git in a clone: checked, and given its trailers.

Nothing here writes a commit; Git's hooks ask.
"""

from __future__ import annotations

from wikigit.core import identity, message, path
from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError, WikigitError
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import layout, mainline, staging, upstream
from wikigit.repo.store import Store
from wikigit.wikitext.normalise import as_saved


def staged(store: Store) -> list[WikigitError]:
    """What is wrong with the pages about to be committed; empty where nothing is."""
    site = mainline.read(store).site
    wrong: list[WikigitError] = []
    for file, data in staging.changes(store).items():
        top = file.split("/")[0]
        if top in layout.MANAGED and top != layout.PAGES:
            wrong.append(RepoError(f"{file} is written by wikigit alone.", hint=f"git restore --staged {file}"))
        elif top == layout.PAGES:
            wrong += _page(file, data, site)
    return wrong


def completed(store: Store, text: str, *, drawn: bytes, day: str) -> str:
    """A commit message with the trailers of an edit, where the commit changes one page and has none yet.

    The volunteer signs with Git's own user name: a volunteer's name is public. `drawn`: 10 random bytes.
    """
    pages = [file for file in staging.changes(store) if file.startswith(layout.PAGES + "/")]
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    said = message.parse("\n".join(lines).strip() + "\n")
    if not pages or said.get("Edit"):
        return text
    if len(pages) > 1:
        raise RepoError("This commit changes several pages.", hint="Commit each page by itself.")
    main = mainline.read(store)
    title = path.title(pages[0], main.site)
    name = staging.who(store)
    row = upstream.row(store, main.upstream, title)
    edit = Edit(
        id=identity.edit_id(drawn),
        title=title,
        before=None,
        after="",
        summary=message.clean_summary(said.subject),
        kit=identity.HUB,
        contributor=identity.volunteer_id(name),
        day=day,
        credit=name,
        base_revision=row.revision if row else None,
    )
    return message.of_edit(edit)


def _page(file: str, data: bytes | None, site: Site) -> list[WikigitError]:
    try:
        title = path.title(file, site)
        if str(Title.parse(":" + str(title), site)) != str(title):
            raise RepoError(f"{file} is no page that the wiki would take.", hint="Rename it.")
        if data is None:
            raise RepoError(f"{title} would be removed.", hint="Pages are removed on the wiki only.")
        if data.decode() != as_saved(data.decode()):
            raise RepoError(
                f"The wiki would store {title} otherwise.", hint="Take white space off its end; use LF and NFC."
            )
    except UnicodeDecodeError:
        return [RepoError(f"{file} is not UTF-8.", hint="Save it as UTF-8.")]
    except WikigitError as exc:
        return [exc]
    return []
