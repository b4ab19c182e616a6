"""The rules for commits that come in: the same for a parcel, a push, a hook and CI.

Nothing here knows who asks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from wikigit.core import identity, path
from wikigit.core.edit import CONSENT, LICENSE, Edit
from wikigit.core.errors import MessageError, ParcelError, RepoError, WikigitError
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.hub import sent, signed
from wikigit.repo import edits, enrolled, layout, mainline, receipts, redactions, trees
from wikigit.repo.objects import PAGE_LIMIT
from wikigit.repo.store import Store
from wikigit.wikitext.normalise import as_saved

_HINT = "Ask who made this commit to save the edit again with wikigit."
_PLAIN = 0o100644


_MARKS = {"<<<<<<< ", ">>>>>>> "}


def kit_edits(store: Store, kit: str, commits: Sequence[str], main: str) -> Iterator[Edit]:
    """The edits among a kit's new commits that never came before, each checked. No text is taken from a merge.

    `main` is the hub's. An id belongs to the kit that signed it first. Raises MessageError or RepoError at the first
    commit that a kit's wikigit would not write, or whose id is another kit's, or came before with other words.
    """
    owners, new, family = signed.owners(store), dict[str, str](), enrolled.family(store, kit)
    site = store.site(main)
    for commit, edit in _as_written(store, kit, commits, main):
        if owners.get(edit.id) in family:
            continue  # the same as before: else the parcel was kept aside
        if owners.get(edit.id, kit) != kit:
            raise RepoError(
                f"{kit} sends {edit.id} as its own; {owners[edit.id]} signed it first.",
                hint="Do not use this stick; ask the people at both kits.",
            )
        first = new.setdefault(edit.id, commit)
        if first == commit and edit.id not in owners:
            yield edit
            continue
        known = edits.read(store, first, site) if first != commit else _first(store, edit, site)
        if known and not signed.same(known, edit):
            raise RepoError(
                f"{kit} sends {edit.id} again, with other words than before.",
                hint="Was a backup restored there, or a card copied? Ask the people at the kit to save it anew.",
            )


def own_edits(store: Store, kit: str, commits: Sequence[str], main: str) -> Iterator[Edit]:
    """The edits among a kit's commits, each as a kit writes it, whosever the ids are."""
    return (edit for _, edit in _as_written(store, kit, commits, main))


def _as_written(store: Store, kit: str, commits: Sequence[str], main: str) -> Iterator[tuple[str, Edit]]:
    branch, site = sent.Branch(store, kit, main), store.site(main)
    for commit in filter(branch.is_edit, commits):
        edit = one_edit(store, commit, site)
        if edit.kit != kit:
            raise MessageError(f"The commit {commit[:10]} says it is of {edit.kit}, not of {kit}.", hint=_HINT)
        branch.as_written(commit)
        yield commit, edit


def as_before(store: Store, edit: Edit, owner: str, site: Site) -> bool:
    """Whether an edit does what it did when it came of its owner, be it on another text."""
    commit = signed.commit_of(store, edit.id, owner)
    return not commit or signed.same_words(edits.read(store, commit, site), edit)


def _first(store: Store, edit: Edit, site: Site) -> Edit | None:
    """An edit as it came first, None where its kit's branch is not here."""
    commit = signed.commit_of(store, edit.id, edit.kit)
    return edits.read(store, commit, site) if commit else None


def volunteers_edits(store: Store, commits: Sequence[str], site: Site) -> Iterator[tuple[str, Edit]]:
    """The edits among the commits of a volunteer's own branch, as (commit id, edit), each checked.

    Merges, people's own files and kits' edits are passed over. Raises MessageError or RepoError at the first
    commit that changes a page and is no edit, passing it over would lose it; or that has the id of a kit's edit.
    """
    owners = signed.owners(store)
    for commit in commits:
        read = store.read(commit)
        if len(read.parents) > 1:
            continue
        if edits.is_edit(read):
            if read.message.get("Kit") == identity.HUB:
                edit = one_edit(store, commit, site)
                if owners.get(edit.id, identity.HUB) != identity.HUB:
                    raise RepoError(f"{edit.id} is an edit of {owners[edit.id]}.", hint=_HINT)
                yield commit, edit
        elif touched := mainline.touched(store, read):
            raise RepoError(
                f"The commit {commit[:10]} changes {touched[0]} and has no trailers.",
                hint="`wikigit hooks install`, `git reset --soft` to before it, and commit each page again.",
            )


def kit_receipts(store: Store, tip: str | None, kit: str) -> None:
    """Look through what a kit says became of its edits. Raises ParcelError.

    It answers for its own edits only, and cannot have seen what was never written: a line that says so would
    beat every answer there will be.
    """
    if tip is None:
        return
    before = enrolled.ancestors(store, kit)  # what it was before may have written what never came
    lines = receipts.of(store, tip, kit)
    for line in lines:
        if line.kit != kit:
            raise ParcelError(f"The kit {kit} writes receipts of {line.kit}.", hint="Do not use this stick.")
        if any(seq > receipts.written(store, writer) for writer, seq in line.seen.items() if writer not in before):
            raise ParcelError(
                f"The kit {kit} has seen receipts that were not written here: line {line.seq}.",
                hint="Was the hub restored from a backup? Ask who keeps it.",
            )
    if receipts.seq(store, tip) != max((line.seq for line in lines), default=0):
        raise ParcelError(f"The kit {kit} counts its receipts otherwise than they are.", hint=sent.HINT)
    sent.receipts(store, tip, kit)


def one_edit(store: Store, commit: str, site: Site) -> Edit:
    """The edit in a commit as its own kit or volunteer made it, checked. Raises MessageError, RepoError."""
    edit = sound(store, commit, site)
    read = store.read(commit)
    if identity.is_kit(edit.kit) and (read.author, read.committer) != (edit.contributor, edit.kit):
        raise MessageError(f"The commit {commit[:10]} has another author than its trailers say.", hint=_HINT)
    if edit.license != LICENSE or not 1 <= edit.consent <= CONSENT:
        raise MessageError(f"{edit.id} was not given under {LICENSE}.", hint="Ask its author to save it again.")
    return edit


def sound(store: Store, commit: str, site: Site) -> Edit:
    """The edit in a commit, whoever made that, checked for all that a merge or the wiki would stumble over later."""
    edit = edits.read(store, commit, site)
    if len(edit.after.encode()) > PAGE_LIMIT:
        raise RepoError(f"{edit.title} is larger than 2 MiB.", hint="Split the page.")
    if edit.after != as_saved(edit.after, site.languages):
        raise RepoError(f"The wiki would store {edit.title} otherwise.", hint="Save the page with wikigit kit save.")
    return edit


def page_title(file: str, site: Site) -> Title:
    """The page that a file is. Raises WikigitError where it is none that the wiki would take."""
    title = path.title(file, site)
    if str(Title.parse(":" + str(title), site)) != str(title):
        raise RepoError(f"{file} is no page that the wiki would take.", hint="Rename it.")
    return title


def page_text(store: Store, tree: str, title: Title, site: Site) -> str | None:
    """A page below a tree as the wiki would store it, None for no such page. Raises RepoError.

    A text with git's marks of a conflict is no page's.
    """
    entry = trees.find(store.git, tree, layout.page(title))
    if entry is None:
        return None
    if entry[1] != _PLAIN:
        raise RepoError(f"{title} is no plain file.", hint=f"chmod a-x {layout.page(title)}, or undo the link.")
    wikitext = store.wikitext_in(tree, title) or ""
    if {line[:8] for line in wikitext.split("\n")} >= _MARKS:
        raise RepoError(f"{title} has marks of a merge conflict in it.", hint="Write each place as it should be.")
    return as_saved(wikitext, site.languages)


def pushed(store: Store, ref: str, old: str, new: str) -> list[WikigitError]:
    """What is wrong with a push that moves `ref`; empty where nothing is. Ids of 40 zeros: none."""
    none = "0" * 40
    if _only_grows(ref):
        if new == none:
            return [RepoError(f"{ref} is never deleted.", hint="Leave it.")]
        if old != none and not store.contains(new, old):
            return [RepoError(f"{ref} only ever grows.", hint="Fetch first, then push what is new.")]
    if new == none:
        return []
    if redactions.held(store, ref, store.history(new, *store.refs("refs/").values())):
        return [RepoError(f"{ref} holds what was taken out of every copy.", hint="Clone again, and make it anew.")]
    try:
        _content(store, ref, old if old != none else "", new)
    except WikigitError as exc:
        return [exc]
    return []


def _only_grows(ref: str) -> bool:
    return ref in (layout.MAIN, layout.UPSTREAM) or ref.startswith((layout.KITS, layout.RECORDS))


def _content(store: Store, ref: str, old: str, new: str) -> None:
    """Look into what a push brings: main as wikigit computes it, edits as kits and volunteers write them."""
    main = store.tip(layout.MAIN)
    if ref == layout.MAIN:
        _main(store, new)
    elif main and ref.startswith(layout.HEADS):
        commits = store.history(new, main, *([old] if old else []))
        if ref.startswith(layout.KITS):
            deque(kit_edits(store, ref.removeprefix(layout.KITS), commits, main), maxlen=0)
        elif not _only_grows(ref):
            list(volunteers_edits(store, commits, store.site(main)))


def _main(store: Store, new: str) -> None:
    try:
        mainline.at(store, new)
    except RepoError as exc:
        raise RepoError(
            exc.message,
            hint="Pages go to a branch of your own, for `wikigit hub merge BRANCH`. "
            "For other files: `git pull --rebase`, then push again.",
        ) from exc
