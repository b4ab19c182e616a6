"""git's own trailer parser reads the same values from our messages as we do."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from wikigit.core import message
from wikigit.core.edit import Edit
from wikigit.core.title import Title

EDIT = Edit(
    id="e-7m2q9kx4t1vbn8rc",
    title=Title(0, "", "Cassava"),
    before=None,
    after="text",
    summary="Added the market's year",
    kit="k-x4q2m7aa",
    contributor="c-7f3a2b1c",
    day="2024-05-06",
    credit="Amina B.",
)


def as_git_reads(text: str, folder: Path) -> dict[str, str]:
    """What `git interpret-trailers` finds, keys without `Wikigit-`."""
    command = ["git", "interpret-trailers", "--parse"]
    found = subprocess.run(command, input=text.encode(), cwd=folder, capture_output=True, check=True).stdout.decode()
    lines = [line.partition(": ") for line in found.removesuffix("\n").split("\n")]
    return {key.removeprefix("Wikigit-"): value for key, _, value in lines}


@pytest.mark.parametrize(
    "edit",
    [
        EDIT,
        replace(EDIT, title=Title(3, "User talk", "A: b #x")),
        replace(EDIT, title=Title(0, "", "አዲስ አበባ"), credit="ሰላም", summary="ዓመት"),
        replace(EDIT, credit="क्षमा\u200d शर्मा", affiliation="ߒߞߏ: x"),
        replace(EDIT, summary=""),
        replace(EDIT, summary="---"),
        replace(EDIT, summary="--- a/b"),
        replace(EDIT, summary="# a heading?"),
        replace(EDIT, summary="Wikigit-Credit: admin"),
        replace(EDIT, summary="Year\n\nWikigit-Credit: admin"),
        replace(EDIT, summary="diff --git a b", minor=True, base_revision=7),
    ],
)
def test_git_reads_what_we_read(edit: Edit, tmp_path: Path) -> None:
    text = message.of_edit(edit)
    assert as_git_reads(text, tmp_path) == message.parse(text).trailers


def test_git_takes_what_we_refuse(tmp_path: Path) -> None:
    """Why we do not believe git's parser: it gives `Key :` and a folded line as if we had written them."""
    text = "Year\n\nWikigit-Credit : admin\nWikigit-Kit: k-x4q2\n m7aa\n"
    assert as_git_reads(text, tmp_path) == {"Credit": "admin", "Kit": "k-x4q2 m7aa"}
    with pytest.raises(message.MessageError):
        message.parse(text)
