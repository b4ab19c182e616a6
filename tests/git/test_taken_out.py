"""Words that were hidden, declined or reverted: a later edit that touches them brings them back nowhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testing.memory_wiki import MemoryWiki
from tests.journey import DAY, Hub, Kit
from wikigit.bridge import publish
from wikigit.bridge.plan import plan
from wikigit.core.config import Policy
from wikigit.core.receipt import Outcome
from wikigit.repo import git, layout, mainline
from wikigit.repo.store import Store

SECRET = "The teacher Pascal Bosco lives in the blue house behind the market."
IN_FRENCH = "L'enseignant Pascal Bosco habite la maison bleue derrière le marché."
NGOZI = "Ngozi is a town.\n\nIt has a school.\n\nThe lake lies in the north."
WITH = NGOZI.replace("\n\nThe lake", f"\n\n{SECRET}\n\nThe lake")

Does = Callable[[str], str]


def moves(text: str) -> str:
    return text.replace(f"{SECRET}\n\n", "") + "\n\n" + SECRET


def copies(text: str) -> str:
    return f"{SECRET}\n\n{text}"


def extends(text: str) -> str:
    return text.replace(SECRET, SECRET + " He is often away.")


def translates_below(text: str) -> str:
    return text.replace(SECRET, f"{SECRET}\n{IN_FRENCH}")


def translates_instead(text: str) -> str:
    return text.replace(SECRET, IN_FRENCH)


ALL = pytest.mark.parametrize("does", [moves, copies, extends, translates_below, translates_instead])


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    return wiki


@ALL
def test_what_is_held_back_at_the_kit_leaves_in_no_parcel(hub: Hub, kit: Kit, does: Does) -> None:
    hidden = kit.writes("Ngozi", WITH, by="Aline")
    later = kit.writes("Ngozi", does(WITH), by="Jean")
    stick = kit.sends(hold=[hidden])
    assert kit.told(later) is Outcome.DEPENDS_ON
    hub.receives(stick)
    hub.merges()
    assert_nowhere(hub, *SAID)
    assert unpacked(hub.store, "--all").isdisjoint(SAID)


@ALL
def test_what_was_declined_waits_and_reaches_no_page_parcel_or_plan(hub: Hub, kit: Kit, does: Does) -> None:
    first = kit.writes("Ngozi", WITH, by="Aline")
    later = kit.writes("Ngozi", does(WITH), by="Jean")
    hub.receives(kit.sends())
    hub.declines(first)
    hub.merges(kit)
    assert hub.outcome(later) is Outcome.DEPENDS_ON
    assert_nowhere(hub, *SAID)
    other = hub.kit("library")
    assert unpacked(other.store, "--all").isdisjoint(SAID)


@ALL
def test_what_was_declined_after_merging_takes_what_stands_on_it_out_of_the_page(
    hub: Hub, kit: Kit, does: Does
) -> None:
    first = kit.writes("Ngozi", WITH, by="Aline")
    kit.writes("Ngozi", does(WITH), by="Jean")
    hub.receives(kit.sends())
    hub.merges(kit)
    hub.declines(first)
    assert hub.page("Ngozi") == NGOZI
    assert planned(hub).isdisjoint(SAID)


@ALL
def test_what_was_reverted_on_the_wiki_is_in_no_page_and_no_plan(
    hub: Hub, kit: Kit, wiki: MemoryWiki, does: Does
) -> None:
    kit.writes("Ngozi", WITH, by="Aline")
    hub.receives(kit.sends())
    hub.merges(kit)
    hub.publishes()
    later = kit.writes("Ngozi", does(WITH), by="Jean")
    wiki.person_edits("Ngozi", NGOZI, summary="Undo")
    hub.fetches()
    hub.receives(kit.sends())
    hub.merges(kit)
    assert hub.outcome(later) is Outcome.DEPENDS_ON
    assert hub.page("Ngozi") == NGOZI
    assert planned(hub).isdisjoint(SAID)
    hub.publishes()
    head = wiki.heads([later.title])[later.title]
    assert head is not None
    assert head.wikitext == NGOZI


SAID = ("blue house behind the market", "maison bleue")


def assert_nowhere(hub: Hub, *words: str) -> None:
    """The words are in no object behind main, and in no step of a plan."""
    assert hub.page("Ngozi") == NGOZI
    assert unpacked(hub.store, layout.MAIN).isdisjoint(words)
    assert planned(hub).isdisjoint(words)


def unpacked(store: Store, ref: str) -> set[str]:
    """Those of our words that any object behind a ref holds."""
    listed = git.run(store.path, "rev-list", "--objects", ref).decode().split("\n")
    ids = "\n".join(line[:40] for line in listed if line).encode()
    return found_in(git.run(store.path, "cat-file", "--batch", stdin=ids).decode("utf-8", "replace"))


def planned(hub: Hub) -> set[str]:
    """Those of our words that the bridge would send."""
    main = mainline.read(hub.store)
    return found_in(repr(list(plan(publish.pages(hub.store, hub.wiki, main), main.site, Policy(), DAY))))


def found_in(text: str) -> set[str]:
    return {words for words in SAID if words in text}
