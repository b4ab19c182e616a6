"""Between the plan and the wiki: before each edit the gate opens, or it does not.

What the policy means is decided in `policy`; here the stop page is read, a person is asked, and time passes.
Nothing here knows what an edit is made of or what became of it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from wikigit.bridge import policy as policies
from wikigit.bridge.plan import Publish
from wikigit.core.config import Policy
from wikigit.core.errors import EnoughForNow, Stopped, WikiError
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import receipts
from wikigit.repo.store import Store
from wikigit.wiki.door import Wiki


def everything(page: Publish) -> bool:
    """Nobody is asked: the name given for the whole run is the agreement."""
    return True


@dataclass(frozen=True, slots=True)
class Ways:
    """How a run gets its agreement and its pauses.

    `agree` is asked once for each page, before anything of it is sent. `sleep` and `clock` are in seconds.
    `despite_reverts`: a person has looked at the reverts and wants to go on. `take_over`: a person says that the run
    whose turn it is was killed. `draw` gives random bytes.
    """

    agree: Callable[[Publish], bool] = everything
    despite_reverts: bool = False
    take_over: bool = False
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    draw: Callable[[int], bytes] = secrets.token_bytes

    @property
    def asks(self) -> bool:
        """Whether a person is asked for each page."""
        return self.agree is not everything

    @property
    def personal(self) -> bool:
        """Whether the run stands on a person's word, beside the policy."""
        return self.asks or self.despite_reverts


ALONE = Ways()
"""Nobody is asked."""


@dataclass(slots=True)
class Gate:
    """One run's gate. `resting`: pages that somebody has edited so lately that nothing is imported to them now."""

    store: Store
    wiki: Wiki
    site: Site
    policy: Policy
    day: str
    ways: Ways
    sent: int = 0
    resting: int = 0
    _last: float = 0.0
    _left: bool = False
    _stopped: bool = False
    _refused: set[Title] = field(default_factory=set)

    def enter(self) -> None:
        """Look whether this run may begin.

        Raises WikiError for nobody and for an account that may do harm, Stopped for the stop page and for many
        reverts. A block, a wiki that is read-only and the like are left to the wiki's answer to the first edit.
        """
        account = self.wiki.preflight()
        if not account.account:
            raise WikiError(
                "Nobody is logged in, so nothing can be published.",
                hint="Set WIKIGIT_LOGIN and WIKIGIT_PASSWORD, or WIKIGIT_ACCOUNT and WIKIGIT_TOKEN.",
            )
        if self.policy.imports and policies.IMPORTING not in account.rights:
            raise WikiError(
                "The account may not import, which mode import needs.",
                hint="Give a group of it the right importupload, and its bot password or token the grant import.",
            )
        if rights := policies.dangerous(account.rights, self.policy):
            raise WikiError(
                f"The account may do more than a bridge should: {', '.join(rights)}.",
                hint="Give its bot password or token fewer grants, or take it out of those groups.",
            )
        share = policies.reverted(receipts.read(self.store), self.policy.pause_last)
        if share.pauses(self.policy) and not self.ways.despite_reverts:
            raise Stopped(
                f"{share.count} of the last {share.of} published edits were reverted or deleted on the wiki.",
                hint="Find out why, then: wikigit bridge publish --despite-reverts --by NAME",
            )
        if self._says_stop():
            raise self._stop()
        self._last = self.ways.clock()  # an earlier run may have sent its last edit a moment ago

    def chosen(self, pages: Iterable[Publish]) -> list[Publish]:
        """Those of the pages that may be published now: as many steps as there is room for, with somebody's yes."""
        done = policies.published_on(receipts.read(self.store), self.day)
        room = policies.room(self.policy, run=self.sent, day=done)
        taken: list[Publish] = []
        for page in pages:
            within = page if room is None else replace(page, steps=page.steps[:room])
            if page.title in self._refused:
                continue
            if within.steps and self.ways.agree(within):
                taken.append(within)
                room = None if room is None else room - len(within.steps)
                self._left |= within != page
            elif within.steps:
                self._refused.add(page.title)
            else:
                self._left = True
        if taken and self.ways.asks:
            self.wiki.preflight()  # a person takes their time: what follows goes by the wiki's clock of now
        return taken

    def opens(self) -> bool:
        """Wait until the next edit may be sent, and look at the stop page; False ends the run."""
        if self._stopped:
            return False
        if seconds := policies.wait(self.policy, self.ways.clock() - self._last):
            self.ways.sleep(seconds)
        self._stopped = self._says_stop()
        self._last = self.ways.clock()
        return not self._stopped

    def leave(self) -> None:
        """Say why this run ends before its time. Raises Stopped, EnoughForNow."""
        if self._stopped:
            raise self._stop()
        if self._left:
            raise EnoughForNow(
                "As many revisions were made as the policy allows; the rest stays in the queue.",
                hint="Publish again later; [policy] per_run and per_day in wikigit.toml say how many.",
            )
        if self.resting:
            raise EnoughForNow(
                f"Pages that were edited on the wiki a moment ago, {self.resting} of them, are left in peace.",
                hint="Publish again in some minutes.",
            )

    def _says_stop(self) -> bool:
        title = policies.stop_page(self.policy, self.site)
        return title is not None and policies.says_stop(self.wiki.heads([title])[title])

    def _stop(self) -> Stopped:
        return Stopped(
            f"Somebody on the wiki stops the bridge: {self.policy.stop_page} is not blank.",
            hint="Read what stands there, and talk. The bridge goes on when people there have blanked the page.",
        )
