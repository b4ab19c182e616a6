"""What a repository of wikigit's holds, to compare with what the wiki's database does."""

from __future__ import annotations

from wikigit.core.title import Title
from wikigit.repo.mainline import Mainline
from wikigit.repo.store import Store


def held(store: Store, main: Mainline, commit: str, page: tuple[int, str]) -> str | None:
    """A page, by namespace id and name, as a commit has it."""
    namespace, name = page
    return store.wikitext(commit, Title(namespace, main.site.namespace(namespace).name, name))
