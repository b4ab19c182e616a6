"""Words have to go from every copy while sticks and edits are on their way: stories told by chance."""

from __future__ import annotations

from tests.forgotten import Forgetting
from tests.pockets import tell


def test_what_has_to_go_is_in_no_copy_and_everybody_is_answered(sequences: int) -> None:
    stories = max(1, sequences // 3)
    assert tell(stories, kind=Forgetting) >= stories
