"""Stories of edits that no longer fit when they leave, for main was new before their stick was written.

People on the wiki change the same places meanwhile, and administrators hide what somebody had written there. What
leaves a kit then removes nobody's words but those its writer removed, and carries nothing hidden around its own.
Told by chance, from a seed.
"""

from __future__ import annotations

from pathlib import Path

from tests.chance import LAKE, NGOZI, Story, marks, told
from tests.journey import Kit
from wikigit.core.receipt import Outcome
from wikigit.repo import edits as commits
from wikigit.repo import hidden, layout, mainline

OFTEN = 0.7
"""How often a person on the wiki writes where a kit's edit waits to be sent."""


class Unfitting(Story):
    """A hub and two kits whose news come often, and whose sticks leave late."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, seed, kits=2)
        self.tips = {kit.id: mainline.read(kit.store).tip for kit in self.kits}
        self.sent = self.near_hidden = 0

    def a_round(self) -> None:
        """People on the wiki write and a kit hears of it; edits are saved, main is new, and only then they leave."""
        for title in (NGOZI, LAKE):
            self.somebody_on_the_wiki_edits(title)
        self.news_come()
        for _ in range(self.chance.randrange(2, 5)):
            self.somebody_saves()
        meanwhile = (self.somebody_writes_there_too, self.somebody_writes_there_too, self.an_administrator_hides)
        for _ in range(self.chance.randrange(2, 5)):
            self.chance.choice(meanwhile)()
        self.news_come()
        for _ in range(2):
            self.a_kit_sends(hold=0.1)
            self.the_hub_receives()
        self.the_hub_merges()
        if self.chance.random() < 0.3:
            self.the_bridge_publishes()

    # people on the wiki

    def somebody_writes_there_too(self) -> None:
        """A person changes the paragraph that an edit changes which has not left, or any other."""
        waiting = [m.edit for kit in self.kits for m in kit.mine() if m.receipt.outcome is Outcome.SAVED]
        there = [edit for edit in waiting if edit.before and self._head(str(edit.title))]
        if not there or self.chance.random() > OFTEN:
            self.somebody_on_the_wiki_edits(self.chance.choice((NGOZI, LAKE)))
            return
        edit = self.chance.choice(there)
        title = str(edit.title)
        head = self._head(title)
        parts = ((head and head.wikitext) or "").split("\n\n")
        places = [n for n, part in enumerate(parts) if part in (edit.before or "") and part not in (edit.after or "")]
        if places:
            self._count += 1
            parts[places[0]] += f" But Person{self._count}x."
            self.wiki.person_edits(title, "\n\n".join(parts))
            self.say(f"a person adds Person{self._count}x to {title} where {edit.id} writes")

    def somebody_on_the_wiki_edits(self, title: str) -> None:
        head = self._head(title)
        how, text = self._changed(head.wikitext if head else None, "Person")
        self.wiki.person_edits(title, text)
        self.say(f"a person edits {title}: {how}")

    def an_administrator_hides(self) -> None:
        """What a person wrote is taken out of the page, and hidden in each revision that shows it."""
        title = self.chance.choice((NGOZI, LAKE))
        head = self._head(title)
        words = sorted(word for word in marks(head.wikitext if head else "") if word.startswith("Person"))
        if not words or not head:
            return
        word = self.chance.choice(words)
        without = [part for part in (head.wikitext or "").split("\n\n") if word not in part]
        self.wiki.person_edits(title, "\n\n".join(without), summary="Remove")
        shown = [r.id for r in self.wiki.saved if r.title == head.title and word in (r.wikitext or "")]
        for revision in shown:
            self.wiki.hides(revision)
        self.say(f"an administrator hides {word} in {shown} of {title}")

    # news and sticks

    def news_come(self) -> None:
        self.the_bridge_fetches()
        self.the_hub_sends(lost=0.2)

    def a_kit_sends(self, *, hold: float = 0.0, lost: float = 0.0) -> None:
        super().a_kit_sends(hold=hold, lost=lost)
        for kit in self.kits:
            self.nothing_hidden_leaves(kit)

    def nothing_hidden_leaves(self, kit: Kit) -> None:
        """Nothing leaves that the kit knows to be hidden, not even in a copy."""
        tip, main = kit.store.tip(layout.kit(kit.id)), mainline.read(kit.store)
        if tip is None or tip == self.tips[kit.id]:
            return
        secret = self._hidden_at(kit)
        for _, edit in commits.among(kit.store, kit.store.history(tip, self.tips[kit.id], main.tip), main.site):
            carried = secret & set(marks(edit.after))
            assert not carried, f"{carried} left {kit.folder.name} around {edit.id}"
        self.sent += 1
        self.near_hidden += bool(secret)
        self.tips[kit.id] = tip

    def _hidden_at(self, kit: Kit) -> set[str]:
        """The words that a kit knows to be hidden, and that no revision shows."""
        found = hidden.read(kit.store, mainline.read(kit.store).upstream).values()
        known = {one.revision for one in found if "text" in one.what}
        shown = set[str]().union(*(marks(r.wikitext) for r in self.wiki.saved if r.id not in known))
        return set[str]().union(*(marks(r.wikitext) for r in self.wiki.saved if r.id in known)) - shown


def tell(folder: Path, seed: int) -> Unfitting:
    """One story of three rounds, in each of which main is new between saving and sending, and its end."""
    story = Unfitting(folder, seed)
    with told(story):
        for _ in range(3):
            story.a_round()
            story.nothing_is_lost_from_view()
        story.edits_keep_to_their_own_words()
        story.all_arrives()
        story.edits_keep_to_their_own_words()
        story.all_is_sound()
        story.everyone_is_answered()
        story.each_edit_is_published_once()
    return story
