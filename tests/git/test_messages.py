"""What people on the wiki write about an edit comes to its author, and to nobody else; the answer goes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from testing.memory_wiki import MemoryWiki
from tests.git.test_mirror import mirror
from tests.journey import DAY, Hub, Kit, counted, holds, outcomes
from wikigit.bridge import talk as bridge_talk
from wikigit.core import identity
from wikigit.core.config import OWN_WIKI, Policy, Selection
from wikigit.core.edit import Edit
from wikigit.core.errors import RepoError, WikigitError
from wikigit.core.talk import from_json
from wikigit.kit import people
from wikigit.kit import talk as kit_talk
from wikigit.repo import layout, mainline
from wikigit.repo.verify import State, verify

NGOZI, LAKE = "Ngozi is a town.\n\nIt has a market.\n\nIt has a school.", "A lake."
TALK_AGREED = replace(OWN_WIKI, namespaces=(0, 1, 3))
CANARY = "The market moved last year, says the canary."
BRIDGE = "User talk:Bridge"


@pytest.fixture
def wiki() -> MemoryWiki:
    wiki = MemoryWiki()
    wiki.person_edits("Ngozi", NGOZI)
    wiki.person_edits("Lake", LAKE)
    wiki.person_edits("Talk:Ngozi", "== Old ==\nWords from before. [[User:Old|Old]]")
    return wiki


class Place:
    """A hub that carries articles, with kits whose edits are published."""

    def __init__(self, folder: Path, wiki: MemoryWiki, policy: Policy = OWN_WIKI) -> None:
        self.wiki = wiki
        self.hub = Hub(folder, wiki, selection=Selection(namespaces=(0,)), policy=policy)

    def publishes(self, *kits: Kit) -> None:
        for kit in kits:
            self.hub.receives(kit.sends())
        self.hub.merges()
        assert set(outcomes(self.hub.publishes())) == {"published"}
        self.hub.fetches()

    def step(self, *edits: Edit) -> str:
        """What everybody sees in the page's history."""
        return identity.step_id(edit.id for edit in edits)

    def somebody_writes(self, page: str, words: str, *, section: str = "", account: str = "Wikipedian") -> int:
        """A person adds words to the end of a talk page, or a section to it."""
        heading = f"== {section} ==\n" if section else ""
        here = self.text(page)
        return self.wiki.person_edits(page, (f"{here}\n\n" if here else "") + heading + words, account=account)

    def text(self, page: str) -> str:
        head = self.wiki.heads([self.hub.title(page)])[self.hub.title(page)]
        return head.wikitext or "" if head else ""


@pytest.fixture
def place(tmp_path: Path, wiki: MemoryWiki) -> Place:
    return Place(tmp_path, wiki)


@pytest.fixture
def agreed(tmp_path: Path, wiki: MemoryWiki) -> Place:
    """A place whose wiki has agreed that we write on talk pages."""
    return Place(tmp_path, wiki, TALK_AGREED)


def market(kit: Kit, by: str = "Aline") -> Edit:
    return kit.changes("Ngozi", "a market", "a large market", by=by)


# Down


def test_a_message_on_the_pages_talk_page_comes_to_the_kit_of_its_author(place: Place) -> None:
    kit = place.hub.kit("school")
    edit = market(kit)
    place.publishes(kit)
    written = place.somebody_writes("Talk:Ngozi", f"Is {place.step(edit)} sure of this? [[User:W|W]]", section="Market")
    (message,) = place.hub.listens()
    kit.receives(place.hub.sends())
    assert kit.messages() == [message]
    assert (message.edit, message.kit, str(message.page), message.section) == (edit.id, kit.id, "Talk:Ngozi", "Market")
    assert (message.account, message.revision, message.via) == ("Wikipedian", written, "Bridge")
    assert message.wikitext == f"Is {place.step(edit)} sure of this? [[User:W|W]]"
    assert message.day == place.wiki.clock()[:10]


@pytest.mark.parametrize("page", ["Talk:Ngozi", BRIDGE, "Talk:Lake"])
def test_an_edit_can_be_named_by_its_id_its_step_or_a_link_to_its_revision(place: Place, page: str) -> None:
    kit = place.hub.kit("school")
    edit, lake = market(kit), kit.changes("Lake", "A lake", "A deep lake")
    place.publishes(kit)
    revision = place.hub.receipt(edit).ref
    names = [
        edit.id,
        place.step(edit),
        f"[[Special:Diff/{revision}]]",
        f"[[Special:Diff/1/{revision}|this]]",
        f"https://wiki.example/w/index.php?title=Ngozi&oldid={revision}",
        f"https://wiki.example/w/index.php?diff={revision}&oldid=1",
    ]
    for number, name in enumerate(names):
        place.somebody_writes(page, f"About {name}.", section=f"Question {number}")
    found = place.hub.listens()
    assert [message.edit for message in found] == [edit.id] * len(names)
    assert [message.section for message in found] == [f"Question {number}" for number in range(len(names))]
    assert lake.id not in {message.edit for message in found}


def test_what_names_no_edit_is_no_message_but_on_the_bridges_own_talk_page(place: Place) -> None:
    kit = place.hub.kit("school")
    market(kit)
    place.publishes(kit)
    place.somebody_writes("Talk:Ngozi", "It rains in e-0000000000000000 and wg:0000000000000000.", section="Weather")
    place.somebody_writes(BRIDGE, "Who are you?", section="Hello")
    (message,) = place.hub.listens()
    assert (message.edit, message.kit, message.wikitext) == ("", "hub", "Who are you?")
    kit.receives(place.hub.sends())
    assert kit.messages() == []


def test_a_conversation_goes_on_below_without_naming_the_edit_again(place: Place) -> None:
    kit = place.hub.kit("school")
    edit = market(kit)
    place.publishes(kit)
    place.somebody_writes("Talk:Ngozi", f"About {edit.id}.", section="Market")
    place.hub.listens()
    place.somebody_writes("Talk:Ngozi", ":I wonder, too.", account="Another")
    place.somebody_writes("Talk:Ngozi", "Something else.", section="Weather")
    assert [(m.account, m.wikitext) for m in place.hub.listens()] == [("Another", ":I wonder, too.")]


def test_each_message_comes_once_however_often_one_listens(place: Place) -> None:
    kit = place.hub.kit("school")
    edit = market(kit)
    place.publishes(kit)
    place.somebody_writes("Talk:Ngozi", f"About {edit.id}.", section="Market")
    place.somebody_writes("Talk:Ngozi", ":And about its size.")
    assert [message.wikitext for message in place.hub.listens()] == [f"About {edit.id}.", ":And about its size."]
    tip = place.hub.store.tip(layout.MESSAGES)
    assert place.hub.listens() == []
    assert place.hub.store.tip(layout.MESSAGES) == tip
    assert len(kit.receives(place.hub.sends()).messages) == 2
    assert kit.receives(place.hub.sends()).messages == ()


def test_two_jobs_that_listen_at_once_bring_each_message_once(place: Place) -> None:
    kit = place.hub.kit("school")
    edit = market(kit)
    place.publishes(kit)
    place.somebody_writes("Talk:Ngozi", f"About {edit.id}.", section="Market")
    jobs = [mirror(place.hub, name) for name in ("one.git", "other.git")]
    assert [len(bridge_talk.bring(job, place.wiki, DAY)) for job in jobs] == [1, 0]


def test_our_own_words_and_words_from_before_are_no_messages(place: Place) -> None:
    kit = place.hub.kit("school")
    place.somebody_writes("Talk:Ngozi", "Words about e-7m2q9kx4t1vbn8rc.")
    edit = market(kit)
    place.publishes(kit)
    place.somebody_writes("Talk:Ngozi", f"We wrote {edit.id}.", section="Ours", account="Bridge")
    assert place.hub.listens() == []


def test_a_message_about_two_kits_comes_to_both_each_about_its_own_edit(place: Place) -> None:
    one, other = place.hub.kit("school"), place.hub.kit("library")
    mine = market(one)
    theirs = other.changes("Lake", "A lake", "A deep lake")
    place.publishes(one, other)
    place.somebody_writes("Talk:Ngozi", f"See {mine.id} and {theirs.id}.", section="Both")
    place.hub.listens()
    stick = place.hub.sends()
    for kit, edit in ((one, mine), (other, theirs)):
        kit.receives(stick)
        assert [message.edit for message in kit.messages()] == [edit.id]


def test_a_message_for_one_kit_never_reaches_another(place: Place) -> None:
    one, other = place.hub.kit("school"), place.hub.kit("library")
    edit = market(one)
    other.changes("Lake", "A lake", "A deep lake")
    place.publishes(one, other)
    place.somebody_writes("Talk:Ngozi", f"{CANARY} {edit.id}", section="Market")
    place.somebody_writes(BRIDGE, f"{CANARY} {edit.id}", section="Market")
    place.somebody_writes(BRIDGE, "A canary for the keeper alone.", section="Keeper")
    assert len(place.hub.listens()) == 3
    stick, new = place.hub.sends(), place.hub.sends(new=True)
    one.receives(stick)
    other.receives(stick)
    late = Kit(other.folder.parent / "late", new)
    assert holds(one.store, CANARY)
    assert not holds(one.store, "canary for the keeper")
    for kit in (other, late):
        assert not holds(kit.store, "canary")
        assert kit.messages() == []


def test_a_person_sees_the_messages_about_their_own_edits(place: Place) -> None:
    kit = place.hub.kit("school")
    mine = market(kit)
    kit.changes("Lake", "A lake", "A deep lake", by="Jean")
    place.publishes(kit)
    place.somebody_writes("Talk:Ngozi", f"About {mine.id}.", section="Market")
    place.hub.listens()
    kit.receives(place.hub.sends())
    assert [message.edit for message in kit.messages("Aline")] == [mine.id]
    assert kit.messages("Jean") == []


def test_listening_costs_one_request_where_nobody_wrote(place: Place) -> None:
    kit = place.hub.kit("school")
    market(kit)
    asked = counted(place.wiki)
    assert place.hub.listens() == []
    assert asked() == 0
    place.publishes(kit)
    asked = counted(place.wiki)
    assert place.hub.listens() == []
    assert asked() == 1
    place.somebody_writes("Talk:Ngozi", "Nothing about us.")
    asked = counted(place.wiki)
    place.hub.listens()
    assert asked() == 3  # the heads, one history, its texts
    place.hub.listens()
    assert asked() == 4
    assert place.hub.listens("2028-01-01") == []
    assert asked() == 4


def test_a_hidden_message_is_passed_over(place: Place) -> None:
    kit = place.hub.kit("school")
    edit = market(kit)
    place.publishes(kit)
    hidden = place.somebody_writes("Talk:Ngozi", f"{CANARY} {edit.id}", section="Market")
    place.wiki.person_edits("Talk:Ngozi", f"== Market ==\nRemoved. {edit.id}", account="Admin")
    place.wiki.hides(hidden)
    assert [message.wikitext for message in place.hub.listens()] == [f"Removed. {edit.id}"]


def test_a_file_that_is_no_message_is_refused(place: Place) -> None:
    kit = place.hub.kit("school")
    edit = market(kit)
    place.publishes(kit)
    place.somebody_writes("Talk:Ngozi", f"About {edit.id}.", section="Market")
    (message,) = place.hub.listens()
    site = mainline.read(place.hub.store).site
    tip = place.hub.store.need(layout.MESSAGES, "")
    data = place.hub.store.file(tip, f"{kit.id}/{message.id}.json") or b""
    assert from_json(data, kit.id, site) == message
    for wrong in (
        b"",
        b"[]",
        data.replace(b"Talk:Ngozi", b"[[x"),
        data.replace(edit.id.encode(), b"e-0000000000000000"),
    ):
        with pytest.raises(RepoError):
            from_json(wrong, kit.id, site)
    with pytest.raises(RepoError):
        from_json(data, "k-00000000", site)


# Up


def test_an_answer_travels_to_the_section_that_asked_signed_for_its_author(agreed: Place) -> None:
    kit = agreed.hub.kit("school")
    edit = market(kit)
    agreed.publishes(kit)
    agreed.somebody_writes("Talk:Ngozi", f"Where is {edit.id} known from?\n:I wonder, too.", section="Market")
    agreed.somebody_writes("Talk:Ngozi", "Rain.", section="Weather")
    agreed.hub.listens()
    kit.receives(agreed.hub.sends())
    (message,) = kit.messages("Aline")
    answer = kit.answers(message, "My aunt sells there.\n\nI go every week. ~~~~", credit="Aline N.")
    assert (str(answer.title), answer.name) == ("Talk:Ngozi", "Aline N.")
    agreed.publishes(kit)
    assert agreed.text("Talk:Ngozi") == (
        "== Old ==\nWords from before. [[User:Old|Old]]\n\n"
        f"== Market ==\nWhere is {edit.id} known from?\n:I wonder, too.\n"
        "::My aunt sells there.\n"
        f"::I go every week. — Aline N. (offline, via [[User:Bridge|Bridge]], {DAY})\n\n"
        "== Weather ==\nRain."
    )
    assert agreed.hub.listens() == []
    agreed.somebody_writes("Talk:Ngozi", "Rain.")
    kit.receives(agreed.hub.sends())
    assert kit.receipt(answer).outcome == "published"


def test_the_next_word_below_an_answer_is_a_message_again(agreed: Place) -> None:
    kit = agreed.hub.kit("school")
    edit = market(kit)
    agreed.publishes(kit)
    agreed.somebody_writes("Talk:Ngozi", f"About {edit.id}.", section="Market")
    agreed.hub.listens()
    kit.receives(agreed.hub.sends())
    kit.answers(kit.messages()[0], "I saw it.")
    agreed.publishes(kit)
    agreed.somebody_writes("Talk:Ngozi", "::Thank you!", account="Wikipedian")
    assert [message.wikitext for message in agreed.hub.listens()] == ["::Thank you!"]
    kit.receives(agreed.hub.sends())
    assert [message.wikitext for message in kit.messages()] == [f"About {edit.id}.", "::Thank you!"]


def test_an_answer_without_a_credit_is_signed_with_the_contributors_id(agreed: Place) -> None:
    kit = agreed.hub.kit("school")
    edit = market(kit)
    agreed.publishes(kit)
    agreed.somebody_writes(BRIDGE, f"About {edit.id}.", section="Market")
    agreed.hub.listens()
    kit.receives(agreed.hub.sends())
    answer = kit.answers(kit.messages()[0], "I saw it.")
    assert answer.after.endswith(f":I saw it. — {edit.contributor} (offline, via [[User:Bridge|Bridge]], {DAY})")


def test_two_answers_to_one_message_both_arrive_once(agreed: Place) -> None:
    kit = agreed.hub.kit("school")
    edit = market(kit)
    agreed.publishes(kit)
    agreed.somebody_writes("Talk:Ngozi", f"About {edit.id}.", section="Market")
    agreed.hub.listens()
    kit.receives(agreed.hub.sends())
    for by, words in (("Aline", "I saw it."), ("Jean", "I was there.")):
        kit.answers(kit.messages()[0], words, by=by)
    agreed.publishes(kit)
    assert agreed.hub.publishes() == []
    text = agreed.text("Talk:Ngozi")
    assert [text.count(words) for words in ("I saw it.", "I was there.")] == [1, 1]


def test_where_a_section_was_archived_the_answer_makes_a_new_one(agreed: Place) -> None:
    kit = agreed.hub.kit("school")
    edit = market(kit)
    agreed.publishes(kit)
    agreed.somebody_writes("Talk:Ngozi", f"About {edit.id}.", section="Market")
    agreed.hub.listens()
    agreed.wiki.person_edits("Talk:Ngozi", "== Old ==\nWords from before.", account="Archive bot")
    agreed.hub.fetches()
    kit.receives(agreed.hub.sends())
    answer = kit.answers(kit.messages()[0], "I saw it.")
    assert answer.after.startswith("== Old ==\nWords from before.\n\n== Market ==\n:I saw it. — ")


def test_an_answer_needs_words_a_message_and_a_wiki_that_agreed(place: Place) -> None:
    kit = place.hub.kit("school")
    edit = market(kit)
    place.publishes(kit)
    place.somebody_writes("Talk:Ngozi", f"About {edit.id}.", section="Market")
    place.hub.listens()
    kit.receives(place.hub.sends())
    (message,) = kit.messages()
    aline = people.person(kit.store.path, "Aline", drawn=b"01234")

    def answer(known: str, words: str) -> str:
        with pytest.raises(WikigitError) as refused:
            kit_talk.answer(kit.store, known, words, by=aline, day=DAY, drawn=b"0123456789")
        return refused.value.message + refused.value.hint

    assert "no message" in answer("m-0000000000000000", "I saw it.")
    assert "empty" in answer(message.id, " ~~~~ \n")
    assert "namespace 1" in answer(message.id, "I saw it.")


def test_a_talk_page_is_carried_from_the_first_message_on_where_the_wiki_agreed(agreed: Place) -> None:
    kit = agreed.hub.kit("school")
    edit = market(kit)
    agreed.publishes(kit)
    agreed.somebody_writes(BRIDGE, "Who are you?", section="Hello")
    agreed.hub.listens()
    assert agreed.hub.page(BRIDGE) is None
    agreed.somebody_writes("Talk:Ngozi", f"About {edit.id}.", section="Market")
    agreed.hub.listens()
    assert agreed.hub.page("Talk:Ngozi") == agreed.text("Talk:Ngozi")
    agreed.somebody_writes("Talk:Ngozi", "More.")
    agreed.hub.fetches()
    assert agreed.hub.page("Talk:Ngozi") == agreed.text("Talk:Ngozi")
    assert [finding.state for finding in verify(agreed.hub.store)] == [State.OK] * 4
