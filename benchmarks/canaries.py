"""What must not be told, looked for byte by byte in all that leaves a kit, and in the kit once it was erased.

A part of `make torture`; the rounds are those of `tests.canaries`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests import canaries

ROUNDS = 100


def figures(_: Path, share: float) -> Mapping[str, int]:
    """The figures of a hundred rounds, or of a share of them."""
    return canaries.rounds(max(1, round(ROUNDS * share)))
