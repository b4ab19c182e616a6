"""`wikigit bridge …`: between the hub's repository and the wiki."""

from __future__ import annotations

from typing import Annotated

import typer

from wikigit.cli import here, output

app = typer.Typer(
    help="Between the hub's repository and the wiki: fetch, plan, publish, look again.", no_args_is_help=True
)


@app.command()
def init(
    url: Annotated[str, typer.Argument(help="The wiki's api.php, for example https://wiki.example/w/api.php.")],
    contact: Annotated[str, typer.Option(help="A mail address or page where the wiki's people reach you.")],
    namespace: Annotated[list[int] | None, typer.Option(help="Carry only this namespace (may be repeated).")] = None,
    category: Annotated[str, typer.Option(help="Carry only the pages of this category.")] = "",
    title: Annotated[list[str] | None, typer.Option(help="Carry only this page (may be repeated).")] = None,
    own_wiki: Annotated[
        bool, typer.Option("--own-wiki", help="The wiki is your own: no cap a day, no pause between edits.")
    ] = False,
) -> None:
    """Begin a repository for a wiki: its facts and your settings, no page yet."""
    from wikigit.bridge import start
    from wikigit.bridge.policy import check_conduct
    from wikigit.core import identity
    from wikigit.core.config import CAREFUL, OWN_WIKI, Config, Selection
    from wikigit.core.errors import ConfigError

    if sum(map(bool, (namespace, category, title))) > 1:
        raise ConfigError("Name namespaces, a category or titles, not two of them.", hint="Leave one of them out.")
    store = here.store()
    selection = Selection(tuple(namespace or ()), category, tuple(title or ()))
    repository = identity.repository_id(here.drawn(identity.REPOSITORY_BYTES))
    settings = Config(repository, url, contact, selection, OWN_WIKI if own_wiki else CAREFUL)
    site = here.wiki(settings, store.path).site()
    check_conduct(settings, site)
    start.start(store, site, settings, here.today())
    output.tell(settings, f"Begun for {site.name}. Next: wikigit bridge fetch")


@app.command()
def fetch(
    history: Annotated[
        bool, typer.Option("--history", help="The first time: all revisions of each page, not its latest alone.")
    ] = False,
    all_pages: Annotated[
        bool,
        typer.Option("--all-pages", help="Compare every page with the wiki's, whatever its lists tell."),
    ] = False,
    despite_losses: Annotated[
        bool, typer.Option("--despite-losses", help="Go on though many pages are gone: you have looked at the wiki.")
    ] = False,
) -> None:
    """Bring new revisions from the wiki, and our own published edits out of the queue."""
    from wikigit.bridge import fetch as fetching
    from wikigit.repo import mainline

    store = here.store()
    wiki = here.wiki(store.config(mainline.read(store).tip), store.path)
    found = fetching.fetch(
        store,
        wiki,
        here.today(),
        lambda revisions: output.progress(revisions, "Fetching"),
        history=history,
        how=fetching.How(all_pages, despite_losses),
    )
    output.tell(
        found,
        f"Fetched {output.several(found.revisions, 'revision')}; {output.several(len(found.removed), 'page')} gone.",
    )
    for receipt in found.receipts:
        output.talk(f"{receipt.edit} {receipt.outcome} {receipt.code}")


@app.command()
def plan(
    markdown: Annotated[bool, typer.Option("--markdown", help="One table, to stand in a merge request.")] = False,
) -> None:
    """Say what publishing would do now, and send nothing. Needs no login where the wiki can be read by all."""
    from wikigit.bridge import publish as publishing
    from wikigit.bridge import table
    from wikigit.bridge.plan import MovedOn, Publish
    from wikigit.bridge.plan import plan as decide
    from wikigit.repo import mainline

    store = here.store()
    main = mainline.read(store)
    settings = store.config(main.tip)
    pages = publishing.pages(store, here.wiki(settings, store.path), main)
    decided = decide(pages, main.site, settings.policy, here.today())
    if markdown:
        told = table.of(decided, pages)
        output.tell(told, told)
        return
    for page in decided:
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
    interactive: Annotated[
        bool, typer.Option("--interactive", help="Show each page's changes, and ask before anything of it is sent.")
    ] = False,
    despite_reverts: Annotated[
        bool, typer.Option("--despite-reverts", help="Go on though many edits were reverted: you have looked why.")
    ] = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="The run before was killed: do not wait until its turn is over.")
    ] = False,
) -> None:
    """Publish the queue: each edit in exactly one revision, credited to who wrote it."""
    from wikigit.bridge import publish as publishing
    from wikigit.bridge.gate import Ways, everything
    from wikigit.cli.agree import Volunteer
    from wikigit.core.errors import ConflictsRemain
    from wikigit.repo import mainline

    store = here.store()
    main = mainline.read(store)
    wiki = here.wiki(store.config(main.tip), store.path)
    ways = Ways(Volunteer().agrees if interactive else everything, despite_reverts, take_over)
    receipts = publishing.publish(store, wiki, by=by, day=here.today(), ways=ways)
    told = []
    for receipt in receipts if interactive else output.progress(receipts, "Publishing"):
        told.append(receipt)
        details = " ".join(filter(None, (receipt.code, receipt.ref)))
        output.tell(receipt, f"{receipt.edit} {receipt.outcome} {details}")
    output.talk(f"{len(told)} receipts, {wiki.requests_sent} requests to the wiki.")
    waiting = sum(receipt.outcome.waits for receipt in told)
    if waiting:
        raise ConflictsRemain(f"Edits that need a person: {waiting}.", hint="Look at them: wikigit log --waiting")


@app.command()
def doctor() -> None:
    """Check whether the bridge is fit to publish: policy, account, rights, blocks, stop page, clocks."""
    from wikigit.bridge import doctor as examining
    from wikigit.core.errors import WikigitError
    from wikigit.repo import mainline
    from wikigit.repo.verify import State

    store = here.store()
    wiki = here.wiki(store.config(mainline.read(store).tip), store.path)
    wrong = 0
    for finding in examining.examine(store, wiki, examining.Here(here.login(), here.now())):
        wrong += finding.state is State.WRONG
        hint = f"\n next: {finding.hint}" if finding.hint else ""
        output.tell(finding, f"{finding.check}: {finding.state}. {finding.sentence}{hint}")
    if wrong:
        raise WikigitError(f"Not fit to publish: {output.several(wrong, 'finding')} above.", hint="Mend them first.")


@app.command()
def fate() -> None:
    """Look again at published edits after 7, 30 and 90 days, and write down what became of each."""
    from wikigit.bridge import revisit
    from wikigit.repo import mainline

    store = here.store()
    wiki = here.wiki(store.config(mainline.read(store).tip), store.path)
    count = 0
    for receipt in revisit.look_again(store, wiki, here.today()):
        count += 1
        output.tell(receipt, f"{receipt.edit} {receipt.outcome} {receipt.code} {receipt.ref}")
    output.talk(f"{output.several(count, 'fate')}, {output.several(wiki.requests_sent, 'request')} to the wiki.")


@app.command()
def messages() -> None:
    """Bring what people wrote about our edits on talk pages; it travels to the kits with the next parcels."""
    from wikigit.bridge import talk
    from wikigit.repo import mainline

    store = here.store()
    wiki = here.wiki(store.config(mainline.read(store).tip), store.path)
    found = talk.bring(store, wiki, here.today())
    for message in found:
        output.tell(message, output.message(message))
    output.talk(
        f"{output.several(len(found), 'message')}, {output.several(wiki.requests_sent, 'request')} to the wiki."
    )


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
