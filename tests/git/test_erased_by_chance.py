"""Stories made by chance in which edits are taken out of their kits: all the others keep their words and their ways."""

from __future__ import annotations

from pathlib import Path

from tests.chance import Story, added, everything, marks, told
from tests.journey import Kit
from wikigit.core.edit import Edit
from wikigit.core.errors import WikigitError
from wikigit.kit.desk import Place


class Erasing(Story):
    """A story in which somebody erases, hides or withdraws what has not left."""

    def somebody_takes_out(self) -> None:
        kit = self.chance.choice(self.kits)
        unsent = {asked.edit.id for asked in kit.queue()}
        mine = [edit for edit in self.edits if edit.id in unsent]
        if not mine:
            return
        edit = self.chance.choice(mine)
        take = self.chance.choice((kit.erases, kit.hides, kit.withdraws))
        with_it = [receipt.edit for receipt in take(edit)]
        self.say(f"{kit.folder.name} {take.__name__} {edit.id}, and aside goes {with_it[1:]}")
        self.edits = [e for e in self.edits if e.id not in with_it]
        self._is_gone(kit, edit)

    def _changed(self, text: str | None, name: str) -> tuple[str, str]:
        """People on the wiki do not know what has not left the kit, and take nothing of it back."""
        edits = self.edits
        try:
            self.edits = [] if name == "Person" else edits
            return super()._changed(text, name)
        finally:
            self.edits = edits

    def _is_gone(self, kit: Kit, edit: Edit) -> None:
        """No word that it alone brought is in any object of its kit."""
        others = [other for other in self.edits if other.id != edit.id]
        own = {word for word in added(edit) if not any(word in added(other) for other in others)}
        own = {word for word in own if word.startswith("Word")}
        carried = own & set(marks(everything(kit.store, "--all")))
        assert not carried, f"{carried} of {edit.id} are still at {kit.folder.name}"

    def nothing_is_lost_from_view(self) -> None:
        """What went aside is told of, and is no part of the view."""
        for kit in self.kits:
            aside = {mine.edit.id for mine in kit.mine() if mine.place is Place.ASIDE}
            assert aside.isdisjoint(edit.id for edit in self.edits)
            kit.mine = lambda by="", kit=kit: [m for m in Kit.mine(kit, by) if m.place is not Place.ASIDE]  # type: ignore
        super().nothing_is_lost_from_view()


def test_what_is_taken_out_takes_nothing_with_it(tmp_path: Path, much: int) -> None:
    for seed in range(2 * much):
        story = Erasing(tmp_path / str(seed), seed, kits=1)
        turns = [
            *[story.somebody_saves] * 7,
            *[story.somebody_takes_out] * 3,
            lambda story=story: story.a_kit_sends(hold=0.6),
            story.the_hub_receives,
            story.the_hub_merges,
            story.the_hub_declines,
            story.the_bridge_publishes,
            story.the_bridge_fetches,
            *[story.the_hub_sends] * 2,
            story.somebody_on_the_wiki,
        ]
        with told(story):
            for _ in range(20):
                try:
                    story.chance.choice(turns)()
                except WikigitError as exc:
                    story.say(f"  {exc.message}")
                story.nothing_is_lost_from_view()
            story.all_is_sound()
            story.edits_keep_to_their_own_words()
            story.all_arrives()
            story.nothing_is_lost_from_view()
            story.each_edit_is_published_once()
