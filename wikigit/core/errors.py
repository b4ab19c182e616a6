"""Everything that stops a command, and what to do next.

    WikigitError              exit 1   foreseen; the hint is the next thing to try
    ├─ ConfigError                     a configuration file: the key, what was expected
    ├─ RepoError                       Git is not in the state we need
    │  ├─ ParcelError                  a parcel or its bundle cannot be read, or does not fit
    │  └─ Locked              exit 5   somebody else is writing
    ├─ MessageError                    a commit message that is not an edit's
    ├─ TitleError                      not a title that this wiki would take
    ├─ WikiError                       the wiki answered, and that ends the run
    │  └─ WikiUnreachable     exit 5   no answer, or "wait": try again later
    ├─ Stopped                         the wiki's people, or the policy, keep the bridge from publishing
    ├─ EnoughForNow           exit 5   as much is published as the policy allows for now
    └─ ConflictsRemain        exit 4   all that a program may decide is done; a person is needed

What happens to one edit is never an exception; it is an outcome in a receipt.
This module must not know who catches an error, nor how it is shown.
"""

from __future__ import annotations

from typing import ClassVar


class WikigitError(Exception):
    """A foreseen failure: one sentence that says what is the matter, one that says what to do."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(WikigitError):
    """A configuration file or variable is missing, unreadable or wrong."""


class RepoError(WikigitError):
    """The Git repository is not in the state that this command needs."""


class ParcelError(RepoError):
    """A parcel, its manifest or its bundle cannot be read, or does not fit here."""


class Locked(RepoError):
    """Somebody else is writing to this repository."""

    exit_code: ClassVar[int] = 5


class MessageError(WikigitError):
    """A commit message does not say whose edit it is, or says it in a way we refuse."""


class TitleError(WikigitError):
    """Not a title that this wiki would take."""


class WikiError(WikigitError):
    """The wiki answered, and its answer ends the run (login, rights, a block)."""


class WikiUnreachable(WikiError):
    """The wiki did not answer, or told us to wait."""

    exit_code: ClassVar[int] = 5


class Stopped(WikigitError):
    """The wiki's people, or the policy that was agreed with them, keep the bridge from publishing."""


class EnoughForNow(WikigitError):
    """As much is published as the policy allows for now, or as is wise; the rest stays in the queue."""

    exit_code: ClassVar[int] = 5


class ConflictsRemain(WikigitError):
    """Everything that a program may decide is done; some edits need a person."""

    exit_code: ClassVar[int] = 4
