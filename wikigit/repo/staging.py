"""What is about to be committed in a person's own clone, and who commits. Nothing here judges it."""

from __future__ import annotations

from wikigit.repo import git, objects
from wikigit.repo.store import Store


def changes(store: Store) -> dict[str, bytes | None]:
    """Path → bytes of every file that the next commit changes, None where it removes the file."""
    head = ["HEAD"] if store.tip("HEAD") else ["--root", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"]
    out = git.run(
        store.path, "diff-index", "--cached", "-z", "--no-renames", *head, "--", more=store.surroundings
    ).decode("utf-8", "replace")
    fields = out.split("\0")[:-1]
    found: dict[str, bytes | None] = {}
    for told, path in zip(fields[::2], fields[1::2], strict=True):
        blob, kind = told.split(" ")[3], told.split(" ")[4]
        found[path] = None if kind == "D" else objects.read_blob(store.git, blob, path)
    return found


def who(store: Store) -> str:
    """The name that Git commits under here, from the person's own configuration."""
    return git.run(store.path, "config", "user.name", network=True, accept=(0, 1)).decode().strip()
