"""Take off the disk what no ref reaches any more: loose, packed, and named in the logs of refs.

Under the repository's lock, and while nobody else writes there. Nothing here decides what is to go.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from wikigit.core.errors import RepoError
from wikigit.repo import git, heal, layout
from wikigit.repo.refs import Move

if TYPE_CHECKING:
    from wikigit.repo.store import Store

_LOGS = ("reflog", "expire", "--expire=never", "--expire-unreachable=now", "--rewrite", "--all")


def purge(store: Store) -> None:
    """Remove every object that no ref reaches, and the ways back to it. Raises RepoError where one is still there."""
    store.move([Move(ref, tip, None) for ref, tip in store.refs(layout.KEPT).items()])
    shutil.rmtree(store.path / heal.BROKEN, ignore_errors=True)
    git.run(store.path, *_LOGS)
    git.run(store.path, "prune", "--expire=now")
    if unreachable(store):
        git.run(store.path, "repack", "-a", "-d", "-q")
        git.run(store.path, "prune", "--expire=now")
    store.git.free()
    left = unreachable(store)
    if left:
        raise RepoError(
            f"{len(left)} objects could not be removed.", hint="Is another program in this folder? Run it again."
        )


def unreachable(store: Store) -> set[str]:
    """The ids of all objects on the disk that no ref and no log reaches."""
    listed = ("cat-file", "--batch-all-objects", "--batch-check=%(objectname)", "--unordered")
    every = set(git.run(store.path, *listed).decode().split())
    reached = git.run(store.path, "rev-list", "--objects", "--no-object-names", "--all", "--reflog")
    return every - set(reached.decode().split())
