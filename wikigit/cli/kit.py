"""`wikigit kit …`: where people write."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wikigit.cli import card, care, carry, erase, here, output, own_key, review, safe

if TYPE_CHECKING:
    from wikigit.core.edit import Edit
    from wikigit.wikitext.conflict import Conflict

app = typer.Typer(help="Where people write: save, send, receive.", no_args_is_help=True)
review.add(app)
erase.add(app)
carry.add(app)
care.add(app)
safe.add(app)
own_key.add(app)

Stick = Annotated[
    Path | None, typer.Argument(help="The folder that the stick appears as; none: the only stick inserted.")
]
MaxSize = Annotated[str, typer.Option(help="Bytes in one file, such as 700M: what is larger is written in parts.")]
Page = Annotated[str, typer.Argument(help="The page's title.")]
HubKey = Annotated[
    str, typer.Option(help="The fingerprint of the hub's key, where you were told it: words, digits or SHA256:….")
]
By = Annotated[str, typer.Option(help="The person's name on this kit; it never leaves the kit.")]
Credit = Annotated[str | None, typer.Option(help="The name that this person agrees to publish.")]
Summary = Annotated[str, typer.Option("-m", "--summary", help="What was changed, in a few words.")]


@app.command()
def init(
    stick: Annotated[Path, typer.Argument(help="The folder that the stick appears as.")],
    folder: Annotated[Path, typer.Argument(help="A new folder for the kit.")],
    wiki: Annotated[str, typer.Option(help="Which wiki, where the stick has parcels of several.")] = "",
    hub_key: HubKey = "",
) -> None:
    """Make a kit of the full parcel on a stick, with a key of its own. It believes the hub that signed the parcel."""
    from wikigit.cli import fingerprints
    from wikigit.kit import pinned, start
    from wikigit.repo import keyring
    from wikigit.repo.store import Store

    kit = start.start(folder, stick, day=here.today(), wiki=wiki, hub_key=hub_key)
    output.tell({"kit": kit}, f"The kit {kit} is ready in {folder}.")
    store = Store(folder)
    own_key.settled(store)
    fingerprints.say("The hub's key", pinned.key_of_hub(store))
    fingerprints.say("This kit's key", keyring.own(store))
    output.talk("Read both to the people at the hub, who enrol this kit: wikigit hub enrol STICK")


@app.command()
def save(
    title: Page,
    file: Annotated[Path | None, typer.Argument(help="The page's new wikitext; none: standard input.")] = None,
    seen: Annotated[Path | None, typer.Option(help="The file with the page as you had read it.")] = None,
    by: By = "",
    credit: Credit = None,
    summary: Summary = "",
) -> None:
    """Save a page's new text as an edit. Of a page that exists, say with --seen which text you changed."""
    from wikigit.core.errors import ConflictsRemain

    typed = _typed(file)
    if seen is None and _page(title) is not None:
        raise ConflictsRemain(
            f"There is a page {title} already; somebody's words could be lost.",
            hint="wikigit kit read TITLE > before.wiki, change a copy, and save the copy with --seen before.wiki",
        )
    _say(_save(title, typed, _typed(seen) if seen else None, by, credit, summary), title, typed)


@app.command()
def edit(title: Page, by: By = "", credit: Credit = None, summary: Summary = "") -> None:
    """Open a page in your editor and save what you make of it."""
    from wikigit.cli import editor
    from wikigit.core.errors import WikigitError

    seen = _page(title)
    typed = editor.edited(seen or "", title)
    if not summary:
        summary = typer.prompt("What did you change", default="", show_default=False, err=True)
    try:
        saved = _save(title, typed, seen, by, credit, summary)
    except WikigitError:
        output.talk(f"What you wrote is in {editor.keep(typed)}.")
        raise
    _say(saved, title, typed)


@app.command()
def read(title: Page) -> None:
    """Print a page as this kit shows it."""
    from wikigit.core.errors import TitleError

    wikitext = _page(title)
    if wikitext is None:
        raise TitleError(f"There is no page {title} here.", hint="Write it: wikigit kit edit TITLE")
    output.tell_exactly({"title": title, "wikitext": wikitext}, wikitext)


@app.command()
def mine(by: By = "") -> None:
    """Say what became of everything that was written here, or of one person's edits."""
    from wikigit.kit import aside, desk

    store, contributor = here.store(), _contributor(by)
    where = {desk.Place.BESIDE: " (shown beside the page)", desk.Place.ASIDE: " (taken off the page)"}
    for seen in desk.mine(store, contributor):
        receipt = seen.receipt
        said = f": {receipt.said}" if receipt.said else ""
        place = where.get(seen.place, "")
        output.tell(seen, f"{seen.edit.id} {receipt.outcome} {receipt.code} {seen.edit.title}{place}{said}")
    for receipt in aside.erased(store.path, contributor):
        output.tell(receipt, f"{receipt.edit} {receipt.outcome} {receipt.code}")


@app.command()
def words(edit: Annotated[str, typer.Argument(help="The edit's id, e-….")]) -> None:
    """Print what an edit put in, also of one that was taken off the page, so that its author can save it anew."""
    from wikigit.core.errors import RepoError
    from wikigit.kit import aside, desk

    found = next((seen.edit for seen in desk.mine(here.store()) if seen.edit.id == edit), None)
    if found is None:
        raise RepoError(f"{edit} is not here.", hint="List what is: wikigit kit mine")
    output.tell_exactly({"edit": edit, "words": aside.own_words(found)}, aside.own_words(found))


@app.command()
def send(
    stick: Stick = None,
    approve_all: Annotated[
        bool, typer.Option("--approve-all", help="Approve all that was not sent back, and send it.")
    ] = False,
    hold: Annotated[list[str] | None, typer.Option(help="Keep this edit here (may be repeated).")] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Write everything, as if nothing had been acknowledged.")
    ] = False,
    max_size: MaxSize = "",
    encrypt: Annotated[bool, typer.Option("--encrypt", help="Seal the parcel, so that only the hub opens it.")] = False,
) -> None:
    """Write the approved edits that the hub lacks to a stick."""
    from wikigit.core.receipt import Outcome
    from wikigit.kit import pinned
    from wikigit.kit import send as sending
    from wikigit.repo import sticks

    store, how, folder = here.store(), here.how(max_size), sticks.prepare(here.stick(stick))
    if encrypt:
        how = pinned.sealed(store, how)
    work = sending.send(store, folder, day=here.today(), approve_all=approve_all, hold=hold or [], full=full, how=how)
    (sent,) = output.watched(work, "Writing the stick")
    left = sum(receipt.outcome is Outcome.SENT for receipt in sent.receipts)
    output.tell(sent, f"{sent.manifest.name}: {output.several(left, 'edit')} newly sent, {sent.manifest.size} bytes.")
    review.stayed(sent)
    card.show(card.sent(sent))


@app.command()
def receive(stick: Stick = None, hub_key: HubKey = "") -> None:
    """Take in the hub's parcel from a stick: new pages and answers."""
    from wikigit.kit import receive as receiving

    with output.busy("Reading the stick"):
        got = receiving.receive(here.store(), here.stick(stick), here.today(), hub_key)
    if got.already:
        output.tell(got, f"{got.parcel} was here already.")
    else:
        words = f", {output.several(len(got.messages), 'message')}" if got.messages else ""
        output.tell(got, f"{got.parcel}: {output.several(len(got.receipts), 'answer')}{words}.")
    for receipt in got.receipts:
        output.talk(f"{receipt.edit} {receipt.outcome} {receipt.code}")
    if got.messages:
        output.talk("Read the messages: wikigit kit messages")
    card.show(card.arrived(got))


@app.command()
def messages(by: By = "") -> None:
    """Show what people on the wiki wrote about the edits of this kit, or of one person."""
    from wikigit.kit import talk

    for message in talk.messages(here.store(), _contributor(by)):
        output.tell(message, output.message(message))


@app.command()
def answer(
    message: Annotated[str, typer.Argument(help="The message's id, m-….")],
    file: Annotated[Path | None, typer.Argument(help="A file with the answer; none: standard input.")] = None,
    by: By = "",
    credit: Credit = None,
) -> None:
    """Answer a message: an edit of its talk page, signed with the person's credit or id."""
    from wikigit.core import identity
    from wikigit.kit import people, talk

    typed, store = _typed(file), here.store()
    person = people.person(store.path, by, drawn=here.drawn(identity.CONTRIBUTOR_BYTES), credit=credit)
    drawn = here.drawn(identity.EDIT_BYTES)
    saved = talk.answer(store, message, typed, by=person, day=here.today(), drawn=drawn)
    _say(saved, "the talk page", typed)


def _contributor(by: str) -> str:
    """The id of a person whom this kit knows, "" where none is named. Raises RepoError."""
    from wikigit.kit import people

    return people.known(here.store().path, by).contributor if by else ""


def _typed(file: Path | None) -> str:
    """The text to save. Raises WikigitError where it cannot be read as UTF-8."""
    from wikigit.core.errors import WikigitError

    try:
        return (sys.stdin.buffer.read() if file is None else file.read_bytes()).decode()
    except (OSError, UnicodeDecodeError) as exc:
        raise WikigitError(f"{file or 'Standard input'} cannot be read as UTF-8 text.", hint="Check the file.") from exc


def _page(title: str) -> str | None:
    from wikigit.core.title import Title
    from wikigit.kit import desk
    from wikigit.repo import mainline

    store = here.store()
    return desk.page(store, Title.parse(title, mainline.read(store).site))


def _save(
    title: str, typed: str, seen: str | None, by: str, credit: str | None, summary: str
) -> Edit | Conflict | None:
    from wikigit.core import identity
    from wikigit.core.title import Title
    from wikigit.kit import desk, people
    from wikigit.repo import mainline

    store = here.store()
    person = people.person(store.path, by, drawn=here.drawn(identity.CONTRIBUTOR_BYTES), credit=credit)
    return desk.save(
        store,
        Title.parse(title, mainline.read(store).site),
        typed,
        seen=seen,
        by=person,
        summary=summary,
        day=here.today(),
        drawn=here.drawn(identity.EDIT_BYTES),
    )


def _say(saved: Edit | Conflict | None, title: str, typed: str) -> None:
    """Tell what became of a save; what was typed is kept in a file where it could not be saved."""
    from wikigit.cli import editor
    from wikigit.core.errors import ConflictsRemain
    from wikigit.wikitext.conflict import Conflict

    if saved is None:
        output.talk("Nothing was changed.")
    elif isinstance(saved, Conflict):
        kept = editor.keep(typed)
        raise ConflictsRemain(
            f"Somebody else changed the same place of {title} meanwhile.",
            hint=f"Your text is in {kept}: save it again.",
        )
    else:
        output.tell(saved, f"{saved.id} saved: {saved.title}")
