"""`wikigit bridge …`: between the hub's repository and the wiki."""

from __future__ import annotations

from typing import Annotated

import typer

from wikigit.cli import here, output

app = typer.Typer(help="Between the hub's repository and the wiki: fetch, plan, publish.", no_args_is_help=True)


@app.command()
def init(
    url: Annotated[str, typer.Argument(help="The wiki's api.php, for example https://wiki.example/w/api.php.")],
    contact: Annotated[str, typer.Option(help="A mail address or page where the wiki's people reach you.")],
    namespace: Annotated[list[int] | None, typer.Option(help="Carry only this namespace (may be repeated).")] = None,
    category: Annotated[str, typer.Option(help="Carry only the pages of this category.")] = "",
    title: Annotated[list[str] | None, typer.Option(help="Carry only this page (may be repeated).")] = None,
) -> None:
    """Begin a repository for a wiki: its facts and your settings, no page yet."""
    from wikigit.bridge import start
    from wikigit.core import identity
    from wikigit.core.config import Config, Selection
    from wikigit.core.errors import ConfigError

    if sum(map(bool, (namespace, category, title))) > 1:
        raise ConfigError("Name namespaces, a category or titles, not two of them.", hint="Leave one of them out.")
    store = here.store()
    selection = Selection(tuple(namespace or ()), category, tuple(title or ()))
    repository = identity.repository_id(here.drawn(identity.REPOSITORY_BYTES))
    settings = Config(repository, url, contact, selection)
    site = here.wiki(settings, store.path).site()
    start.start(store, site, settings, here.today())
    output.tell(settings, f"Begun for {site.name}. Next: wikigit bridge fetch")


@app.command()
def fetch() -> None:
    """Bring new revisions from the wiki, and our own published edits out of the queue."""
    from wikigit.bridge import fetch as fetching
    from wikigit.repo import mainline

    store = here.store()
    wiki = here.wiki(store.config(mainline.read(store).tip), store.path)
    found = fetching.fetch(store, wiki, here.today(), lambda pages: output.progress(pages, "Fetching"))
    output.tell(
        found,
        f"Fetched {output.several(found.revisions, 'revision')}; {output.several(len(found.removed), 'page')} gone.",
    )
    for receipt in found.receipts:
        output.talk(f"{receipt.edit} {receipt.outcome} {receipt.code}")


@app.command()
def plan() -> None:
    """Say what publishing would do now, and send nothing."""
    from wikigit.bridge import publish as publishing
    from wikigit.bridge.plan import MovedOn, Publish
    from wikigit.bridge.plan import plan as decide
    from wikigit.repo import mainline

    store = here.store()
    main = mainline.read(store)
    settings = store.config(main.tip)
    pages = publishing.pages(store, here.wiki(settings, store.path), main)
    for page in decide(pages, main.site, settings.policy, here.today()):
        match page:
            case Publish():
                lines = [f"{page.title} (on revision {page.base or 'none'})"]
                output.tell(page, "\n".join([*lines, *(f"  {step.id}  {step.summary}" for step in page.steps)]))
            case MovedOn():
                output.tell(page, f"{page.title} has changed on the wiki: fetch first.")
            case receipt:
                output.tell(receipt, f"{receipt.edit} {receipt.outcome} {receipt.code}")


@app.command()
def publish(
    by: Annotated[str, typer.Option(help="The volunteer who answers for these edits; named in the receipts.")] = "",
) -> None:
    """Publish the queue: each edit in exactly one revision, credited to who wrote it."""
    from wikigit.bridge import publish as publishing
    from wikigit.core.errors import ConflictsRemain
    from wikigit.repo import mainline

    store = here.store()
    main = mainline.read(store)
    wiki = here.wiki(store.config(main.tip), store.path)
    told = []
    for receipt in output.progress(publishing.publish(store, wiki, by=by, day=here.today()), "Publishing"):
        told.append(receipt)
        output.tell(receipt, f"{receipt.edit} {receipt.outcome} {receipt.ref or receipt.code}")
    output.talk(f"{len(told)} receipts, {wiki.requests_sent} requests to the wiki.")
    waiting = sum(receipt.outcome.waits for receipt in told)
    if waiting:
        raise ConflictsRemain(f"Edits that need a person: {waiting}.", hint="Look at them: wikigit log --waiting")


@app.command()
def credits() -> None:
    """Read the credits of all published edits back from the wiki and compare them with the kits' own."""
    from wikigit.bridge import credits as reading
    from wikigit.core.errors import WikigitError
    from wikigit.repo import mainline

    store = here.store()
    wiki = here.wiki(store.config(mainline.read(store).tip), store.path)
    wrong = 0
    for credit in reading.read_back(store, wiki):
        wrong += not credit.right
        output.tell(credit, f"{'ok   ' if credit.right else 'WRONG'} {credit.revision} {credit.edit} {credit.name}")
    if wrong:
        raise WikigitError(
            f"{wrong} edits are not credited on the wiki as they should be.", hint="Tell the volunteers."
        )
