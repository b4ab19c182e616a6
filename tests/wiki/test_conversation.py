"""A Wikipedian writes, the author answers: the whole way, on a wiki in memory and on a real one."""

from __future__ import annotations

from dataclasses import replace

from tests.journey import DAY, Hub, outcomes
from tests.wiki.conftest import Somewhere
from wikigit.core import attribution
from wikigit.core.config import OWN_WIKI, Selection

NGOZI = "Ngozi is a town.\n\nIt has a market."


def test_a_question_comes_down_and_its_answer_goes_up_once(somewhere: Somewhere) -> None:
    ngozi = somewhere.page("Ngozi", NGOZI)
    policy = replace(OWN_WIKI, namespaces=(0, 1, 3))
    hub = Hub(somewhere.folder, somewhere.wiki, selection=Selection(titles=tuple(somewhere.titles)), policy=policy)
    kit, other = hub.kit("school"), hub.kit("library")
    edit = kit.changes(ngozi, "a market", "a large market")
    for each in (kit, other):
        hub.receives(each.sends())
    hub.merges()
    hub.publishes()
    hub.fetches()
    bridge = somewhere.head(ngozi).account
    said = attribution.parse(somewhere.head(ngozi).summary)
    assert said is not None
    question = f"How large, {said.step}? – [[User:Somebody|Somebody]]"
    talk, user_talk = f"Talk:{ngozi}", f"User talk:{bridge}"
    somewhere.people.edits(talk, f"== Market ==\n{question}")
    somewhere.people.edits(user_talk, f"== {ngozi} ==\nSee [[{talk}]], [[Special:Diff/{hub.receipt(edit).ref}]].")
    found = hub.listens()
    assert [(str(m.page), m.section, m.account, m.edit, m.via) for m in found] == [
        (talk, "Market", "Somebody", edit.id, bridge),
        (user_talk, ngozi, "Somebody", edit.id, bridge),
    ]
    assert hub.listens() == []
    stick = hub.sends()
    assert kit.receives(stick).messages == tuple(found)
    assert other.receives(stick).messages == ()
    answer = kit.answers(found[0], "Forty tables. ~~~~", credit="Aline N.")
    hub.receives(kit.sends())
    hub.merges()
    assert outcomes(hub.publishes()) == ["published"]
    assert hub.publishes() == []
    head = somewhere.head(talk)
    assert head.wikitext == (
        f"== Market ==\n{question}\n:Forty tables. — Aline N. (offline, via [[User:{bridge}|{bridge}]], {DAY})"
    )
    assert head.account == bridge
    hub.fetches()
    somewhere.people.edits(talk, f"{head.wikitext}\n::Thank you!")
    assert [message.wikitext for message in hub.listens()] == ["::Thank you!"]
    kit.receives(hub.sends())
    assert kit.receipt(answer).outcome == "published"
    assert [message.wikitext for message in kit.messages()][-1] == "::Thank you!"
