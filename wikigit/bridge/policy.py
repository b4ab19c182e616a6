"""What the policy allows, as a function of values: who publishes, which pages, how many, how fast, and when no more.

Nothing here asks the wiki, reads Git, sleeps or looks at a clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from wikigit.core import identity
from wikigit.core.config import ASSISTED, BOT, CAREFUL, Config, Policy
from wikigit.core.errors import ConfigError, TitleError
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision
from wikigit.core.site import Site
from wikigit.core.title import Title

SLOWEST = 10
"""Seconds between two edits that a wiki of the Wikimedia movement may expect at least: six a minute."""
FEWEST = 10
"""Reverts are counted as if so many edits were published already: one revert alone pauses nothing."""

DANGEROUS = frozenset(
    [
        *["abusefilter-modify", "bigdelete", "block", "blockemail", "delete", "deletechangetags", "deletelogentry"],
        *["deleterevision", "editinterface", "editprotected", "editsitecss", "editsitejs", "editsitejson"],
        *["editusercss", "edituserjs", "edituserjson", "globalblock", "hideuser", "import", "importupload"],
        *["managechangetags", "mergehistory", "nuke", "protect", "siteadmin", "suppressrevision", "undelete"],
        *["userrights", "userrights-interwiki"],
    ]
)
"""Rights that a bridge has no use for, and that would do harm in a thief's hands."""

IMPORTING = "importupload"
"""The one of them that mode `import` cannot do without."""

_TAKEN_OUT = (Outcome.REVERTED, Outcome.SUPPRESSED)

MEDIAWIKI_NAMESPACE = 8
SCRIPT_NAMESPACES = frozenset({828, 2300, 2302})
"""Module, Gadget, Gadget definition. Siteinfo does not tell what a new page of Module is made of."""
_CODE_PAGES = (".js", ".css", ".json")
_COMMENT = re.compile("<!--.*?(?:-->|$)", re.DOTALL)


def check(settings: Config, site: Site, by: str, *, personal: bool = False) -> None:
    """Raise ConfigError where nothing may be published under this policy, before the wiki is asked anything.

    `by` is the volunteer's name, `personal` whether this run stands on a person's word whatever the mode.
    """
    check_conduct(settings, site)
    if not by and (personal or settings.policy.mode == ASSISTED):
        raise ConfigError("This wiki's policy wants a volunteer's name.", hint="wikigit bridge publish --by NAME")
    stop_page(settings.policy, site)
    _drafts(settings.policy, site)


def check_conduct(settings: Config, site: Site) -> None:
    """Raise ConfigError where the policy breaks the Wikimedia movement's rules, or imports to nobody's own wiki."""
    policy = settings.policy
    wikimedia = settings.wikimedia or site.wikimedia
    if policy.imports and wikimedia:
        raise ConfigError(
            "Mode import passes by a wiki's filters: it is never for a wiki of the Wikimedia movement.",
            hint='Write [policy] mode = "assisted".',
        )
    if policy.imports and not policy.owner.strip():
        raise ConfigError(
            "Mode import passes by the wiki's filters, and its policy does not say whose wiki it is.",
            hint='If it is yours, write [policy] owner = "NAME, who agrees"; else mode = "assisted".',
        )
    if policy.mode == BOT and wikimedia and not policy.approval:
        raise ConfigError(
            "On a wiki of the Wikimedia movement, mode bot needs its community's approval.",
            hint='Write the address of the approval into [policy] approval, or mode = "assisted".',
        )
    if wikimedia and policy.seconds < SLOWEST:
        raise ConfigError(
            f"[policy] seconds is {policy.seconds}: too fast for a wiki of the Wikimedia movement.",
            hint=f"Write {SLOWEST} or more.",
        )


def stop_page(policy: Policy, site: Site) -> Title | None:
    """The page that stops the bridge. Raises ConfigError where its title is none."""
    return _title(policy.stop_page, site, "stop_page") if policy.stop_page else None


def says_stop(page: Revision | None) -> bool:
    """Whether the stop page stops the bridge: whatever stands on it does, but for comments.

    A page that is not there or is blank lets the bridge go on. Text that is hidden from us stops it.
    """
    return page is not None and (page.wikitext is None or bool(_COMMENT.sub("", page.wikitext).strip()))


def forbidden(title: Title, policy: Policy, site: Site, *, new: bool = False) -> str:
    """Why the bridge never writes this page, "" where it may: no interface, no scripts, no foreign namespace.

    An article may be called `Node.js`; of a user or a template it is a script. In a namespace of scripts (Module,
    Gadget) only pages that are there already and hold wikitext, and only if the policy names it.
    """
    namespace = site.namespace(title.namespace)
    code_page = title.name.endswith(_CODE_PAGES) and title.namespace != 0 and not namespace.is_talk
    scripts = namespace.content_model != "wikitext" or title.namespace in SCRIPT_NAMESPACES
    script = scripts and (new or title.namespace not in policy.namespaces)
    if title.namespace == MEDIAWIKI_NAMESPACE or code_page or script:
        return "interface-page"
    if policy.namespaces and title.namespace not in policy.namespaces:
        return "namespace-not-agreed"
    return ""


def belongs_to_drafts(title: Title, policy: Policy, site: Site) -> bool:
    """Whether this new page is not to be made under this title: the policy has a place for new pages.

    Talk pages are made anywhere. Raises ConfigError where the policy's place is none.
    """
    place = _drafts(policy, site)
    if place is None or site.namespace(title.namespace).is_talk:
        return False
    return title.namespace != place.namespace or not title.name.startswith(place.name[:-1])


def dangerous(rights: Iterable[str], policy: Policy = CAREFUL) -> list[str]:
    """Those of the rights that a bridge under this policy must not have."""
    needed = {IMPORTING} if policy.imports else set()
    return sorted(DANGEROUS.intersection(rights) - needed)


def published_on(lines: Iterable[Receipt], day: str) -> int:
    """How many revisions the bridge made on a day, as its receipts tell."""
    ours = (line for line in lines if (line.writer, line.outcome) == (identity.BRIDGE, Outcome.PUBLISHED))
    return len({line.ref for line in ours if line.day == day})


def room(policy: Policy, *, run: int, day: int) -> int | None:
    """How many more revisions may be made, after so many in this run and on this day; None: any number."""
    left = [cap - done for cap, done in ((policy.per_run, run), (policy.per_day, day)) if cap]
    return max(0, min(left)) if left else None


def wait(policy: Policy, since: float) -> float:
    """Seconds to wait before the next edit, so many seconds after the last one."""
    return max(0.0, policy.seconds - since)


@dataclass(frozen=True, slots=True)
class Reverted:
    """How many of the edits published last were taken out again on the wiki: `count` of `of`."""

    count: int
    of: int

    def pauses(self, policy: Policy) -> bool:
        """Whether these are so many that the bridge pauses by itself."""
        return self.count * 100 > policy.pause_percent * max(self.of, FEWEST)


def reverted(lines: Iterable[Receipt], last: int) -> Reverted:
    """Of the `last` edits that the bridge published, count those reverted, deleted or hidden, from its receipts."""
    ours = sorted((line for line in lines if line.writer == identity.BRIDGE), key=lambda line: line.seq)
    now = {line.edit: line.outcome for line in ours}
    published = dict.fromkeys(line.edit for line in reversed(ours) if line.outcome is Outcome.PUBLISHED)
    newest = list(published)[:last]
    return Reverted(sum(now[edit] in _TAKEN_OUT for edit in newest), len(newest))


def _drafts(policy: Policy, site: Site) -> Title | None:
    """A page X in the place for new pages."""
    return _title(f"{policy.drafts}X", site, "drafts") if policy.drafts else None


def _title(typed: str, site: Site, key: str) -> Title:
    try:
        return Title.parse(typed, site)
    except TitleError as exc:
        raise ConfigError(f"[policy] {key} is no title here: {exc.message}", hint="Mend it in wikigit.toml.") from exc
