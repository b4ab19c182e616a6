"""A JSON object that was written elsewhere, read one checked value at a time.

It must not know what the object is about: `where` names it in the error, `hint` says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from wikigit.core.errors import ConfigError, WikigitError

_T = TypeVar("_T")
_NAMES: dict[type, str] = {
    str: "a string",
    int: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True, slots=True)
class Record:
    """The object `value`. Every getter raises `error` if a value is missing or of another type."""

    value: object
    where: str
    hint: str
    error: type[WikigitError] = ConfigError

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string."""
        return self._one(key, str, default)

    def number(self, key: str, default: int | None = None) -> int:
        """Return a whole number."""
        return self._one(key, int, default)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Return true or false."""
        return self._one(key, bool, default)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; empty if there is none."""
        found = self._one(key, list, [])
        if not all(isinstance(item, str) for item in found):
            raise self._wrong(key, "a list of strings")
        return tuple(found)

    def record(self, key: str) -> Record:
        """Return an object."""
        return self._inner(self._one(key, dict), key)

    def records(self, key: str) -> tuple[Record, ...]:
        """Return a list of objects, or an object's values; empty if there is none."""
        found = self.get(key, [])
        items = list(found.values()) if isinstance(found, dict) else found
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise self._wrong(key, "a list of objects")
        return tuple(self._inner(item, key) for item in items)

    def get(self, key: str, default: object = None) -> object:
        """Return whatever stands there."""
        if not isinstance(self.value, Mapping):
            raise self.error(f"{self.where} is not a JSON object.", hint=self.hint)
        return self.value.get(key, default)

    def has(self, key: str) -> bool:
        """Whether there is such a key."""
        return self.get(key, self) is not self

    def _one(self, key: str, kind: type[_T], default: _T | None = None) -> _T:
        found = self.get(key, default)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise self._wrong(key, _NAMES[kind])
        return found

    def _inner(self, value: object, key: str) -> Record:
        return Record(value, f"{self.where}, “{key}”", self.hint, self.error)

    def _wrong(self, key: str, expected: str) -> WikigitError:
        return self.error(f"{self.where}: “{key}” is not {expected}.", hint=self.hint)
