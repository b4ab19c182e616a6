"""Look whether the bridge is fit to publish: the policy, the account, the wiki as it is now. Changes nothing.

Everything is read in one request beside the login, and one for the stop page. Nothing here knows how a
finding is shown, or where a login came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from wikigit.bridge import policy as policies
from wikigit.core.config import ASSISTED, Config
from wikigit.core.errors import WikigitError, WikiUnreachable
from wikigit.core.receipt import Receipt
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import mainline, receipts
from wikigit.repo.store import Store
from wikigit.repo.verify import Finding, State
from wikigit.wiki.door import Preflight, Wiki

OK, WRONG, NOT_CHECKED = State.OK, State.WRONG, State.NOT_CHECKED
SKEW = 300
"""Seconds by which this machine's clock may differ from the wiki's."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where the bridge runs: how it logs in ("a bot password"; "" if not at all), and the machine's time."""

    login: str
    time: str

    @property
    def day(self) -> str:
        """The day that receipts of now would bear."""
        return self.time[:10]


def examine(store: Store, wiki: Wiki, here: Here) -> Iterator[Finding]:
    """Yield every finding. Raises WikiUnreachable where the wiki does not answer."""
    main = mainline.read(store)
    settings = store.config(main.tip)
    lines = receipts.read(store)
    yield _contact(settings)
    yield _mode(settings, main.site)
    yield _caps(settings, lines, here.day)
    yield _reverts(settings, lines)
    yield Finding("branches", NOT_CHECKED, "Whether the hub's branches are protected can only be seen by trying.")
    try:
        stands, site = wiki.preflight(), wiki.site()
    except WikiUnreachable:
        raise
    except WikigitError as exc:
        yield Finding("account", WRONG, exc.message, exc.hint)
        yield Finding("wiki", NOT_CHECKED, "The wiki does not let us in, so nothing else was asked.")
        return
    yield _account(stands, here)
    yield _rights(settings, stands)
    yield _block(stands)
    yield _limits(stands)
    yield _read_only(stands)
    yield _tags(settings, stands)
    yield _namespaces(settings, site)
    yield _drafts(settings, site)
    yield _stop_page(settings, site, wiki)
    yield _clock(stands, here)


def _contact(settings: Config) -> Finding:
    if "@" in settings.contact or "://" in settings.contact:
        return Finding("contact", OK, f"Every request names {settings.contact}.")
    hint = "Write a mail address, or the address of a user page, into [wiki] contact."
    return Finding("contact", WRONG, f"Nobody can write to {settings.contact!r}.", hint)


def _mode(settings: Config, site: Site) -> Finding:
    try:
        policies.check_conduct(settings, site)
    except WikigitError as exc:
        return Finding("mode", WRONG, exc.message, exc.hint)
    if settings.policy.mode == ASSISTED:
        return Finding("mode", OK, "assisted: a volunteer gives a name for every run.")
    if settings.policy.imports:
        told = f"import: with true authors and times, past the wiki's filters. Owner: {settings.policy.owner}."
        return Finding("mode", OK, told)
    approval = settings.policy.approval or "no approval is named, which is right for a wiki of one's own only"
    return Finding("mode", OK, f"bot: {approval}.")


def _caps(settings: Config, lines: list[Receipt], day: str) -> Finding:
    done, policy = policies.published_on(lines, day), settings.policy
    caps = [f"{cap} a {what}" for cap, what in ((policy.per_run, "run"), (policy.per_day, "day")) if cap]
    most = f"at most {' and '.join(caps)}" if caps else "without a cap"
    return Finding("pace", OK, f"{done} revisions today; {most}, {policy.seconds} s between two.")


def _reverts(settings: Config, lines: list[Receipt]) -> Finding:
    share = policies.reverted(lines, settings.policy.pause_last)
    sentence = f"{share.count} of the last {share.of} published edits were reverted or deleted."
    if not share.pauses(settings.policy):
        return Finding("reverts", OK, sentence)
    hint = "The bridge pauses. Find out why, then: wikigit bridge publish --despite-reverts --by NAME"
    return Finding("reverts", WRONG, sentence, hint)


def _account(stands: Preflight, here: Here) -> Finding:
    if not stands.account:
        hint = "Set WIKIGIT_LOGIN and WIKIGIT_PASSWORD, or WIKIGIT_ACCOUNT and WIKIGIT_TOKEN."
        return Finding("account", WRONG, "Nobody is logged in.", hint)
    groups = ", ".join(group for group in stands.groups if group not in ("*", "user")) or "none"
    return Finding("account", OK, f"{stands.account}, by {here.login}; groups: {groups}.")


def _rights(settings: Config, stands: Preflight) -> Finding:
    if dangerous := policies.dangerous(stands.rights, settings.policy):
        hint = "Give its bot password or token fewer grants, or take the account out of those groups."
        return Finding("rights", WRONG, f"More than a bridge should have: {', '.join(dangerous)}.", hint)
    if "edit" not in stands.rights:
        hint = "Give its bot password or token the grant to edit existing pages."
        return Finding("rights", WRONG, "The account may not edit.", hint)
    if settings.policy.imports and policies.IMPORTING not in stands.rights:
        hint = "Give a group of it the right importupload, and its bot password or token the grant import."
        return Finding("rights", WRONG, "The account may not import, which mode import needs.", hint)
    if "createpage" not in stands.rights:
        return Finding("rights", OK, "It may edit, but not make pages: new ones would be held.")
    if settings.policy.imports:
        return Finding("rights", OK, "It may edit, make pages and import, and nothing else that does harm.")
    return Finding("rights", OK, "It may edit and make pages, and nothing that does harm.")


def _block(stands: Preflight) -> Finding:
    block = stands.block
    if block is None:
        return Finding("block", OK, "The account is not blocked.")
    where = "on some pages" if block.partial else "on the whole wiki"
    sentence = f"Blocked {where} by {block.by} until {block.expires}: {block.reason or 'no reason given'}"
    return Finding("block", WRONG, sentence, "Stop, read the reason, and answer on the wiki.")


def _limits(stands: Preflight) -> Finding:
    edits = "; ".join(f"{hits} edits in {seconds} s" for hits, seconds in stands.limits) or "No limit on edits"
    pages = 500 if "apihighlimits" in stands.rights else 50
    return Finding("limits", OK, f"{edits}; reads {pages} pages a request.")


def _read_only(stands: Preflight) -> Finding:
    if stands.read_only:
        return Finding("read-only", WRONG, f"The wiki cannot be written: {stands.read_only}", "Publish later.")
    return Finding("read-only", OK, "The wiki can be written.")


def _tags(settings: Config, stands: Preflight) -> Finding:
    tags = settings.policy.tags
    unknown = [tag for tag in tags if tag not in stands.tags]
    if unknown:
        hint = "Ask the wiki for it (Special:Tags), or take it out of [policy] tags: every edit would be refused."
        return Finding("tags", WRONG, f"Not a change tag that may be used here: {', '.join(unknown)}.", hint)
    if tags and "applychangetags" not in stands.rights:
        hint = "Ask for the right applychangetags, or take the tags out of [policy] tags."
        return Finding("tags", WRONG, "The account may not apply change tags.", hint)
    which = "The revisions on top of ours" if settings.policy.imports else "Our revisions"
    return Finding("tags", OK, f"{which} get {', '.join(tags)}." if tags else "The policy names no change tag.")


def _namespaces(settings: Config, site: Site) -> Finding:
    known = {namespace.id for namespace in site.namespaces}
    asked = {*settings.policy.namespaces, *settings.selection.namespaces}
    if missing := sorted(asked - known):
        hint = "Mend [policy] namespaces and [selection] namespaces in wikigit.toml."
        return Finding("namespaces", WRONG, f"The wiki has no namespace {', '.join(map(str, missing))}.", hint)
    told = ", ".join(map(str, settings.policy.namespaces)) or "all that are carried"
    return Finding("namespaces", OK, f"We publish in {told}.")


def _drafts(settings: Config, site: Site) -> Finding:
    policy = settings.policy
    if not policy.drafts:
        return Finding("drafts", OK, "New pages are made where they were written.")
    hint = "Mend [policy] drafts in wikigit.toml."
    try:
        place = Title.parse(f"{policy.drafts}X", site)
    except WikigitError as exc:
        return Finding("drafts", WRONG, exc.message, hint)
    if policy.drafts.endswith(":") and place.namespace == 0:
        return Finding("drafts", WRONG, f"The wiki has no namespace {policy.drafts[:-1]}.", hint)
    if code := policies.forbidden(place, policy, site, new=True):
        return Finding("drafts", WRONG, f"No page may be made in {policy.drafts} ({code}).", hint)
    return Finding("drafts", OK, f"New pages are made in {policy.drafts} only; others wait for a volunteer.")


def _stop_page(settings: Config, site: Site, wiki: Wiki) -> Finding:
    try:
        title = policies.stop_page(settings.policy, site)
    except WikigitError as exc:
        return Finding("stop page", WRONG, exc.message, exc.hint)
    if title is None:
        hint = "Choose one, such as User:BRIDGE/stop, and name it in [policy] stop_page and on the account's page."
        wanted = settings.wikimedia or site.wikimedia
        return Finding("stop page", WRONG if wanted else NOT_CHECKED, "The policy names no stop page.", hint)
    page = wiki.heads([title])[title]
    if policies.says_stop(page):
        return Finding("stop page", WRONG, f"{title} stops the bridge.", "Read what stands there, and talk.")
    return Finding("stop page", OK, f"{title} {'is blank' if page else 'is not there'}: the bridge may go on.")


def _clock(stands: Preflight, here: Here) -> Finding:
    ahead = (datetime.fromisoformat(here.time) - datetime.fromisoformat(stands.clock)).total_seconds()
    if abs(ahead) <= SKEW:
        return Finding("clock", OK, "This machine's clock and the wiki's agree.")
    way = "ahead of" if ahead > 0 else "behind"
    sentence = f"This machine's clock is {abs(ahead) / 60:.0f} minutes {way} the wiki's."
    return Finding("clock", WRONG, sentence, "Set the clock: receipts and the cap of a day go by it.")
