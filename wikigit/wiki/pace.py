"""When to wait, and how long.

This module must not know what is asked of the wiki. Sleep and clock are given, so that tests need not wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from wikigit.core.errors import WikiError, WikiUnreachable
from wikigit.wiki.transport import Reply

WAITS = (2, 5, 15)  # seconds before each further try of a read
PATIENCE = 120  # seconds; if the wiki asks for more, the run ends and somebody starts it again

# Answers after which the same read may succeed.
PASSING = {"maxlag", "ratelimited", "readonly", "internal_api_error_DBQueryError",
           "internal_api_error_DBConnectionError", "internal_api_error_DBQueryTimeoutError"}  # fmt: skip


def patiently(read: Callable[[], Reply], sleep: Callable[[float], None]) -> Reply:
    """Call `read`, a few times if the wiki does not answer or says later. Raises WikiUnreachable at last."""
    for wait in WAITS:
        try:
            reply = read()
        except WikiUnreachable:
            sleep(wait)
            continue
        if not busy(reply):
            return reply
        if (reply.retry_after or 0) > PATIENCE:
            raise told_to_wait(reply)
        sleep(max(wait, reply.retry_after or 0))
    reply = read()
    if busy(reply):
        raise told_to_wait(reply)
    return reply


def busy(reply: Reply) -> bool:
    """Whether the wiki said: not now."""
    return reply.status == 429 or reply.status >= 500 or bool(reply.codes & PASSING)


def told_to_wait(reply: Reply) -> WikiError:
    """Return the error for a wiki that is busy."""
    why = ", ".join(sorted(reply.codes)) or f"HTTP {reply.status}"
    when = f"in {reply.retry_after} seconds" if reply.retry_after else "later"
    return WikiUnreachable(f"The wiki is busy ({why}).", hint=f"Nothing is lost. Try again {when}.")


@dataclass
class Pace:
    """Keeps the edits of one run inside the wiki's rate limits: so many in so many seconds.

    It uses half of each. MediaWiki 1.43 counts an edit by the API twice, and people may share the account.
    """

    sleep: Callable[[float], None]
    clock: Callable[[], float]
    limits: tuple[tuple[int, int], ...] = ()
    _sent: deque[float] = field(default_factory=lambda: deque(maxlen=1000))

    def before_edit(self) -> None:
        """Wait until one more edit is within every limit, and count it."""
        for hits, seconds in self.limits:
            half = max(1, hits // 2)
            if hits > 0 and half <= len(self._sent):
                self.sleep(max(0.0, self._sent[-half] + seconds - self.clock()))
        self._sent.append(self.clock())
