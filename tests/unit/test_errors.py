"""Every error says what to do next, and has the exit code that the table promises."""

import re

import pytest

from wikigit.core import errors
from wikigit.core.errors import WikigitError


def family(parent: type[WikigitError]) -> list[type[WikigitError]]:
    return [parent, *(heir for child in parent.__subclasses__() for heir in family(child))]


ALL = [error for error in family(WikigitError) if error.__module__.startswith("wikigit.")]
ROW = re.compile(r"^ {4}(?P<tree>[│├└─ ]*)(?P<name>[A-Z]\w+) +(?:exit (?P<code>\d+))?", re.MULTILINE)
TABLE = {row["name"]: row for row in ROW.finditer(errors.__doc__ or "")}


@pytest.mark.parametrize("error", ALL)
def test_every_error_stands_in_the_table_with_its_exit_code_and_parent(error: type[WikigitError]) -> None:
    row = TABLE[error.__name__]
    assert error.exit_code == int(row["code"] or 1)
    assert len(row["tree"]) == 3 * (len(error.__mro__) - len(WikigitError.__mro__))


def test_the_table_has_no_error_that_does_not_exist() -> None:
    assert set(TABLE) == {error.__name__ for error in ALL}


@pytest.mark.parametrize("error", ALL)
def test_no_error_can_be_made_without_a_hint(error: type[WikigitError]) -> None:
    with pytest.raises(TypeError, match="hint"):
        error("The stick is full.")  # type: ignore[call-arg]
    made = error("The stick is full.", hint="Take another stick.")
    assert (made.message, made.hint, str(made)) == ("The stick is full.", "Take another stick.", "The stick is full.")
    assert (error.__doc__ or "").endswith(".")
