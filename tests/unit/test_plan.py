"""What the bridge decides to publish, as a function of values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from testing.sites import ENGLISH
from wikigit.bridge.plan import MovedOn, Page, Publish, grouped, plan
from wikigit.core import attribution, identity
from wikigit.core.config import Policy
from wikigit.core.edit import Edit
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision
from wikigit.core.title import Title

DAY = "2026-03-01"
NGOZI = Title(0, "", "Ngozi")
_IDS = "0123456789abcdefghjkmnpqrstvwxyz"


def edit(number: int, before: str | None, after: str, by: str = "c-00000001", **more: Any) -> Edit:
    return Edit(
        f"e-{_IDS[number] * 16}",
        more.pop("title", NGOZI),
        before,
        after,
        f"words {number}",
        "k-00000000",
        by,
        DAY,
        **more,
    )


def page(head: str | None, main: str | None, *edits: Edit, fetched: int = 5, title: Title = NGOZI) -> Page:
    revision = None if head is None else Revision(5, 1, title, head, "Somebody", "2026-03-01T00:00:00Z")
    return Page(title, revision, fetched, main, edits)


def decided(*pages: Page, policy: Policy | None = None) -> list[Publish | MovedOn | Receipt]:
    return list(plan(pages, ENGLISH, policy or Policy(), DAY))


def test_one_edit_is_one_step_on_the_head_just_read() -> None:
    (step,) = decided(page("old", "new", edit(1, "old", "new")))
    assert isinstance(step, Publish)
    assert (step.base, [s.wikitext for s in step.steps]) == (5, ["new"])


def test_consecutive_edits_of_one_person_join_and_another_person_makes_a_step_of_their_own() -> None:
    one, two = edit(1, "a", "a b"), edit(2, "a b", "a b c")
    other = edit(3, "a b c", "a b c d", by="c-00000002")
    (found,) = decided(page("a", "a b c d", one, two, other))
    assert isinstance(found, Publish)
    assert [(s.wikitext, [e.id for e in s.edits]) for s in found.steps] == [
        ("a b c", [one.id, two.id]),
        ("a b c d", [other.id]),
    ]
    told = [attribution.parse(s.summary) for s in found.steps]
    assert [t and (t.names, t.words) for t in told] == [
        (("c-00000001",), "words 1; words 2"),
        (("c-00000002",), "words 3"),
    ]


def test_a_volunteers_words_that_resolve_an_edit_appear_with_it_and_both_are_credited() -> None:
    first = edit(1, "a", "a b", credit="Amina")
    second = edit(2, "a b", "a b c", by="v-00000001", credit="Vera", resolves=first.id)
    (found,) = decided(page("a", "a b c", first, second))
    assert isinstance(found, Publish)
    (step,) = found.steps
    said = attribution.parse(step.summary)
    assert said is not None
    assert said.names == ("Amina", "Vera")


def test_a_credit_given_later_makes_a_step_of_its_own() -> None:
    """One person, first without and then with a public name: neither edit may borrow the other's credit."""
    assert len(grouped([edit(1, "a", "b"), edit(2, "b", "c", credit="Amina")])) == 2


def test_an_edit_and_its_undo_leave_without_a_revision() -> None:
    told = decided(page("a", "a", edit(1, "a", "b"), edit(2, "b", "a")))
    assert [(r.outcome, r.code, r.ref) for r in told if isinstance(r, Receipt)] == [
        (Outcome.ALREADY_THERE, "undone", "5")
    ] * 2


def test_an_edit_that_may_still_arrive_does_not_leave_with_its_undo() -> None:
    one, undo = edit(1, "a", "b"), edit(2, "b", "a")
    sent = {one.id: identity.step_id([one.id])}
    (found,) = decided(replace(page("a", "a", one, undo), sent=sent))
    assert isinstance(found, Publish)
    assert [[e.id for e in step.edits] for step in found.steps] == [[one.id], [undo.id]]


def test_a_page_that_changed_since_the_fetch_is_fetched_first() -> None:
    assert decided(page("a", "b", edit(1, "a", "b"), fetched=4)) == [MovedOn(NGOZI)]
    assert decided(page(None, "b", edit(1, "a", "b"), fetched=4)) == [MovedOn(NGOZI)]


def test_a_new_page_has_no_base() -> None:
    (found,) = decided(page(None, "new", edit(1, None, "new"), fetched=0))
    assert isinstance(found, Publish)
    assert found.base is None


def test_a_main_that_is_not_what_would_be_sent_holds_the_page() -> None:
    """The table says that upstream holds the head, but main was made of another text: a bug, or a forged main."""
    told = decided(page("a", "something else", edit(1, "a", "b")))
    assert [(r.outcome, r.code) for r in told if isinstance(r, Receipt)] == [(Outcome.HELD, "not-as-main")]


def test_hidden_text_is_never_replaced() -> None:
    hidden = Page(NGOZI, Revision(5, 1, NGOZI, None, "", "2026-03-01T00:00:00Z"), 5, "b", (edit(1, "a", "b"),))
    (told,) = decided(hidden)
    assert isinstance(told, Receipt)
    assert (told.outcome, told.code) == (Outcome.HELD, "hidden-text")


def test_a_page_that_the_policy_forbids_is_refused() -> None:
    box = Title(10, "Template", "Box")
    told = decided(page("a", "b", edit(1, "a", "b", title=box), title=box), policy=Policy(namespaces=(0,)))
    assert [(r.outcome, r.code) for r in told if isinstance(r, Receipt)] == [(Outcome.REFUSED, "namespace-not-agreed")]


def test_a_new_page_outside_the_drafts_is_held_and_one_among_them_is_made() -> None:
    policy, draft = Policy(drafts="Project:Drafts/"), Title(4, "Testwiki", "Drafts/Ngozi")
    (told,) = decided(page(None, "new", edit(1, None, "new"), fetched=0), policy=policy)
    assert isinstance(told, Receipt)
    assert (told.outcome, told.code) == (Outcome.HELD, "new-page-to-drafts")
    there = page(None, "new", edit(1, None, "new", title=draft), fetched=0, title=draft)
    assert [type(found) for found in decided(there, policy=policy)] == [Publish]
    assert [type(found) for found in decided(page("a", "b", edit(1, "a", "b")), policy=policy)] == [Publish]


def test_the_policys_hashtags_stand_in_every_summary() -> None:
    (found,) = decided(page("a", "b", edit(1, "a", "b")), policy=Policy(hashtags=("#libraries",)))
    assert isinstance(found, Publish)
    assert f"words 1 #wikigit #libraries {found.steps[0].id}" in found.steps[0].summary


def held(*edits: Edit, head: str | None = "A town.", main: str) -> list[tuple[str, str]]:
    """Who is held for what, of edits of one page; the ids of the others that would be published."""
    told = decided(page(head, main, *edits, fetched=5 if head else 0))
    names = {one.id: str(place) for place, one in enumerate(edits, start=1)}
    codes = [(names[r.edit], r.code) for r in told if isinstance(r, Receipt)]
    sent = [e.id for found in told if isinstance(found, Publish) for step in found.steps for e in step.edits]
    return codes + [(names[edit_id], "sent") for edit_id in sent]


def test_an_edit_that_the_wiki_would_alter_is_held_and_the_others_go() -> None:
    signs = edit(1, "A town.", "A town.\n~~~~")
    other = edit(2, "A town.\n~~~~", "A large town.\n~~~~", by="c-00000002")
    assert held(signs, other, main="A large town.\n~~~~") == [("1", "signature"), ("2", "sent")]
    assert held(edit(1, "A town.", "A town. {{subst:X}}"), main="A town. {{subst:X}}") == [("1", "substitution")]
    link = "[[Ngozi (town)|]]"
    assert held(edit(1, None, link), head=None, main=link) == [("1", "pipe-trick")]


def test_an_edit_that_would_hide_the_rest_of_the_page_is_held() -> None:
    assert held(edit(1, "A town.", "<!-- A town."), main="<!-- A town.") == [("1", "unclosed-comment")]
    hidden = "A town. <!-- old"
    assert held(edit(1, hidden, "Big. " + hidden), head=hidden, main="Big. " + hidden) == [("1", "sent")]


def test_a_signature_that_its_author_took_back_holds_nothing() -> None:
    one, two = edit(1, "A town.", "A town. ~~~~"), edit(2, "A town. ~~~~", "A large town.")
    assert held(one, two, main="A large town.") == [("1", "sent"), ("2", "sent")]


def test_a_page_that_holds_a_signature_itself_waits_until_somebody_has_saved_it() -> None:
    raw = "A town. ~~~~"
    small, big = edit(1, raw, "A small town. ~~~~"), edit(2, "A small town. ~~~~", "A small town.", by="c-00000002")
    assert held(small, big, head=raw, main="A small town.") == [("1", "signature"), ("2", "signature")]
    assert held(edit(1, raw, "A town."), head=raw, main="A town.") == [("1", "sent")]
