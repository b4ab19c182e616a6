"""Stories made by chance: kits, a hub, a bridge and people on the wiki, each doing something at every turn.

A story is a function of its seed. Every word that anybody writes stands nowhere else, so that it can be
told at every place who wrote what and who removed it.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from testing.memory_wiki import Killed, MemoryWiki
from tests import importers, journey
from tests.journey import Hub, Kit, Stick
from wikigit.bridge import importing
from wikigit.core import attribution, identity
from wikigit.core.edit import Edit
from wikigit.core.errors import ConflictsRemain, RepoError, WikiUnreachable
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision
from wikigit.hub.waiting import everything as everything_that_waits
from wikigit.kit.desk import Place
from wikigit.repo import edits as commits
from wikigit.repo import git, layout, mainline, receipts, runs
from wikigit.repo.store import Store
from wikigit.repo.verify import State, computed, verify
from wikigit.wikitext.replay import replay_one
from wikigit.wikitext.resolve import Choice

NGOZI, LAKE, NEW = "Ngozi", "Lake", "Gitega"
WRITERS = ("Aline", "Jean")
_SAID = re.compile(r"Said to the writer of (e-\w+)\.")
_MARK = re.compile(r"[A-Z][a-z]+\d+x")


def moved(title: str) -> str:
    """Where people on the wiki move a page to."""
    return f"{title} (old)"


def marks(wikitext: str | None) -> Counter[str]:
    """The words of a text that somebody marked as theirs, and how often they stand there."""
    return Counter(_MARK.findall(wikitext or ""))


def added(edit: Edit) -> set[str]:
    """The words that an edit brings."""
    return set(marks(edit.after) - marks(edit.before))


def removed(edit: Edit) -> set[str]:
    """The words that an edit takes away."""
    return set(marks(edit.before) - marks(edit.after))


@contextmanager
def told(story: Story) -> Iterator[None]:
    """Say with which seed a story failed, and what had happened in it."""
    try:
        yield
    except Exception as exc:
        happened = "\n  ".join(story.said)
        raise AssertionError(f"seed {story.seed}: {type(exc).__name__}: {exc}\n  {happened}") from exc


class Story:
    """One wiki with two pages, its hub, and some kits with two writers each."""

    def __init__(self, folder: Path, seed: int, *, kits: int, strangers: bool = True) -> None:
        """`strangers`: whether other people write on the wiki."""
        journey.draw_again_from(seed)
        self.strangers = strangers
        self.seed, self.chance = seed, random.Random(seed)
        self.said: list[str] = []
        self.wiki = MemoryWiki()
        for title in (NGOZI, LAKE):
            self.wiki.person_edits(title, "\n\n".join(f"{title} has Old{n}x to tell of." for n in range(6)))
        self.hub = Hub(folder, self.wiki)
        self.kits = [self.hub.kit(f"kit-{n}") for n in range(kits)]
        self.edits: list[Edit] = []
        self.up: list[Stick] = []
        self.down: list[Stick] = []
        self.left: set[str] = set()  # edits that were on a kit's branch
        self.disputed: dict[str, set[str]] = {}  # the words of others that a volunteer decided about, by edit
        self._count = 0
        self.importing = False

    def imports(self) -> None:
        """From now on the bridge imports: the wiki is ours."""
        self.importing = True
        self.hub.agrees_on(importers.POLICY)
        self.wiki.lets_import()

    def rests(self) -> None:
        """Where the bridge imports, nobody does anything for some minutes: else it would do nothing either."""
        if self.importing:
            self.wiki.minutes_pass(4)

    def say(self, what: str) -> None:
        self.said.append(what)

    def ours(self, kit: Kit) -> list[Edit]:
        """What was saved on a kit."""
        return [edit for edit in self.edits if edit.kit == kit.id]

    # the kits

    def somebody_saves(self) -> None:
        """A writer changes a page as the desk shows it, sometimes as it was a while ago."""
        kit, by = self.chance.choice(self.kits), self.chance.choice(WRITERS)
        title = self.chance.choice((NGOZI, NGOZI, NGOZI, LAKE, NEW))
        title = moved(title) if kit.page(moved(title)) and self.chance.random() < 0.5 else title
        seen = kit.page(title)
        if self.chance.random() < 0.1 and self.edits:
            old = self.chance.choice(self.edits)
            seen = old.before if str(old.title) == title else seen
        how, text = self._changed(seen, "Word")
        saved = kit.saves(title, text, seen=seen, by=by, credit=f"{by} N." if by == "Jean" else "")
        self.say(f"{kit.folder.name} {by} saves {title}: {how}")
        if isinstance(saved, Edit):
            self.said[-1] += f" = {saved.id}"
            self.edits.append(saved)

    def _changed(self, text: str | None, name: str) -> tuple[str, str]:
        """A change of a page, in words, and the page after it."""
        self._count += 1
        word = f"{name}{self._count}x"
        parts = text.split("\n\n") if text else []
        here, there = self.chance.randrange(len(parts) + 1), self.chance.randrange(len(parts) + 1)
        how = self.chance.choice(("insert", "insert", "word", "word", "word", "remove", "move", "copy", "undo"))
        mine = [e for e in self.edits if e.after == text and e.before]
        if how == "undo" and mine:
            return f"undoes {mine[-1].id}", mine[-1].before or ""
        if not parts or here == len(parts) or how in ("insert", "undo"):
            return f"inserts {word} at {here}", "\n\n".join([*parts[:here], f"Here {word} is put in.", *parts[here:]])
        if how == "remove" and len(parts) > 2:
            return f"removes {here}", "\n\n".join(parts[:here] + parts[here + 1 :])
        if how == "move":
            rest = parts[:here] + parts[here + 1 :]
            return f"moves {here} to {there}", "\n\n".join([*rest[:there], parts[here], *rest[there:]])
        if how == "copy":
            return f"copies {here} to {there}", "\n\n".join([*parts[:there], parts[here], *parts[there:]])
        return f"adds {word} to {here}", "\n\n".join([*parts[:here], f"{parts[here]} And {word}.", *parts[here + 1 :]])

    def somebody_takes_it_back(self) -> None:
        """A writer saves a page as it was before the edit that made it what the desk shows."""
        kit, by = self.chance.choice(self.kits), self.chance.choice(WRITERS)
        made = [e for e in self.ours(kit) if e.before and e.after == kit.page(str(e.title))]
        if made:
            edit = self.chance.choice(made)
            saved = kit.writes(str(edit.title), edit.before or "", by=by, credit=f"{by} N." if by == "Jean" else "")
            self.say(f"{kit.folder.name} {by} takes {edit.id} back = {saved.id}")
            self.edits.append(saved)

    def a_kit_sends(self, *, hold: float = 0.0, lost: float = 0.0) -> None:
        """A kit writes a stick; the facilitator may hold edits back, the stick may be lost."""
        kit = self.chance.choice(self.kits)
        held = [mine.edit for mine in kit.mine() if self.chance.random() < hold]
        stick = kit.sends(hold=held)
        self.say(f"{kit.folder.name} sends, holding {[edit.id for edit in held]}")
        self.nothing_leaks(kit)
        if self.chance.random() < lost:
            self.say("  the stick is lost")
        else:
            self.up.append(stick)

    def the_hub_receives(self, *, again: float = 0.0) -> None:
        """The hub reads a stick, in any order, and sometimes reads it again later."""
        if not self.up:
            return
        stick = self.chance.choice(self.up)
        if self.chance.random() >= again:
            self.up.remove(stick)
        came = self.hub.receives(stick)
        self.say(f"the hub receives {[(r.parcel, [e.id for e in r.edits], r.already) for r in came]}")

    def the_hub_merges(self) -> None:
        result = self.hub.merges()
        self.say(f"the hub merges: {said(result.receipts)}")

    def the_hub_declines(self) -> None:
        """A volunteer declines any edit that may still be declined."""
        standing = receipts.standing(self.hub.store)
        main = mainline.read(self.hub.store)
        under_way = {edit for intent in runs.read(self.hub.store, main.site) for edit in intent.edits}
        known = [e for e in self.edits if e.id in standing and e.id not in under_way]
        open_ = [e for e in known if not standing[e.id].outcome.final and standing[e.id].writer != e.kit]
        if open_:
            edit = self.chance.choice(open_)
            words = self.chance.choice(("", f"Said to the writer of {edit.id}."))
            self.say(f"the hub declines {said(self.hub.declines(edit, say=words))}")

    def a_volunteer_resolves(self) -> None:
        """A volunteer decides one edit that waits: takes it as it is proposed, or chooses at each spot, or writes."""
        waiting = list(everything_that_waits(self.hub.store))
        if not waiting:
            return
        found = self.chance.choice(waiting)
        edit = next(e for e in self.edits if e.id == found.edit.id)
        if found.conflict is None:
            self.say(f"the hub accepts {self._decided(lambda: self.hub.accepts(edit))}")
            return
        self._count += 1
        own = f"Here Word{self._count}x is put in."
        choices = [self.chance.choice((*Choice, own)) for _ in found.conflict.spots]
        for spot in found.conflict.spots:
            self.disputed.setdefault(edit.id, set()).update(marks(spot.ours), marks(spot.theirs), marks(spot.base))
        self.say(f"a volunteer resolves {edit.id}: {choices}")
        self.say(f"  {self._decided(lambda: self.hub.resolves(edit, *choices))}")
        for entry in mainline.read(self.hub.store).entries:
            written = commits.read(self.hub.store, entry.commit, mainline.read(self.hub.store).site)
            if written.kit == identity.HUB and written.id not in {e.id for e in self.edits}:
                self.edits.append(written)
                self.disputed[written.id] = self.disputed[edit.id]

    def _decided(self, decide: Callable[[], list[Receipt]]) -> str:
        """What came of a volunteer's decision; some are refused, and nothing changes."""
        try:
            return said(decide())
        except RepoError as exc:
            return exc.message
        except ConflictsRemain as exc:
            return exc.message

    def the_hub_sends(self, *, lost: float = 0.0) -> None:
        """The hub writes a stick for the kits; each may lose it."""
        stick = self.hub.sends()
        self.say(f"the hub sends {[file.name for file in stick.files if file.suffix == '.json']}")
        for kit in self.kits:
            if any(kit.id in file.name for file in stick.files):
                if self.chance.random() < lost:
                    self.say(f"  {kit.folder.name} does not get it")
                else:
                    came = kit.receives(stick)
                    self.say(f"  {kit.folder.name} receives {said(came.receipts)}{' already' if came.already else ''}")

    def edits_travel(self) -> None:
        """A kit sends, the hub receives what is there and merges."""
        self.a_kit_sends()
        while self.up:
            self.the_hub_receives()
        self.the_hub_merges()

    # the bridge

    def the_bridge_fetches(self) -> None:
        self.say(f"the bridge fetches: {said(self.hub.fetches().receipts)}")

    def the_bridge_publishes(self, *, trouble: float = 0.0) -> None:
        """The bridge publishes, and with some chance it is stopped or killed, or a reply is lost."""
        stop: int | None = None
        what = ""
        if self.chance.random() < trouble:
            number = self.chance.randrange(3)
            match self.chance.randrange(4 + self.strangers):
                case 0 | 1:
                    stop, what = number + 1, f"stopped after {number + 1} receipts"
                case 2:
                    landed, late = self.chance.choice(((True, False), (False, False), (False, True)))
                    self.wiki.stop_after(number, landed=landed, late=late)
                    what = f"killed after {number} edits, landed={landed}, late={late}"
                case 3:
                    self.wiki.lose_reply(number + 1)
                    what = f"reply {number + 1} lost"
                case _:
                    self.wiki.meanwhile(self.somebody_on_the_wiki)
                    what = "meanwhile:"
        self.say(f"the bridge publishes {what}")
        try:
            self.say("  " + said(self.hub.publishes(stop_after=stop)))
        except Killed:
            self.say("  killed")
        except WikiUnreachable as exc:
            self.say(f"  {exc}")

    # people on the wiki

    def somebody_on_the_wiki(self) -> None:
        """A person edits or reverts our newest revision; rarely, one deletes or moves the page, or hides a text."""
        name = self.chance.choice((NGOZI, NGOZI, LAKE, NEW))
        head = self._head(name)
        what = self.chance.choice(
            ("edit", "edit", "edit", "edit", "revert", "revert", "revert", "delete", "hide", "move")
        )
        ours = self._ours(head)
        if what == "revert" and head and ours and ours.parent:
            before = next(r for r in self.wiki.saved if r.id == ours.parent)
            self.wiki.person_edits(name, before.wikitext or "", summary="Undo")
            self.say(f"a person reverts {head.id} of {name}")
        elif what == "delete" and head and self.chance.random() < 0.4:
            self.wiki.deletes(name)
            self.say(f"a person deletes {name}")
            if self.chance.random() < 0.5:
                kept = 1 + self.chance.randrange(4)
                self.wiki.restores(name, kept)
                self.say(f"  and brings back the first {kept} revisions")
        elif what == "hide" and head and self.chance.random() < 0.4:
            hidden = self.chance.choice([r for r in self.wiki.saved if r.title == head.title]).id
            self.wiki.hides(hidden)
            self.say(f"an administrator hides {hidden} of {name}")
        elif what == "move" and self.chance.random() < 0.4:
            self._somebody_moves(*self.chance.choice(((name, moved(name)), (moved(name), name))))
        else:
            how, text = self._changed(head.wikitext if head else None, "Person")
            self.wiki.person_edits(name, text)
            self.say(f"a person edits {name}: {how}")

    def _somebody_moves(self, name: str, to: str) -> None:
        """A person moves a page, or moves it back; a redirect may stay behind, and may be in the way."""
        if not self._head(name):
            return
        redirect = self.chance.random() < 0.5
        try:
            self.wiki.moves(name, to, redirect=redirect)
            self.say(f"a person moves {name} to {to}, redirect={redirect}")
        except ValueError as exc:
            self.say(f"a person cannot move {name}: {exc}")

    def _ours(self, head: Revision | None) -> Revision | None:
        """The revision of ours that a page shows: its head, or the one below, on which an import puts its own."""
        below = [r for r in self.wiki.saved if head and r.id == head.parent and r.sha1 == head.sha1]
        return next((r for r in (head, *below) if r and attribution.parse(r.summary)), None)

    def _head(self, name: str) -> Revision | None:
        title = self.hub.title(name)
        return self.wiki.heads([title])[title]

    # what must be true at any time

    def main_is_a_function(self) -> None:
        """The hub computes main again from what its tip names."""
        finding = computed(self.hub.store)
        assert finding.state is State.OK, finding

    def all_is_sound(self) -> None:
        """Hub and kits find nothing wrong, the kits with their own receipts only."""
        for store in (self.hub.store, *(kit.store for kit in self.kits)):
            wrong = [finding for finding in verify(store) if finding.state is not State.OK]
            assert not wrong, (store.path, wrong)

    def nothing_leaks(self, kit: Kit) -> None:
        """No object that leaves a kit holds a word of an edit that has not left."""
        tip = kit.store.tip(layout.kit(kit.id))
        if tip is None:
            return
        left = {mine.edit.id for mine in kit.mine() if mine.receipt.outcome is not Outcome.SAVED}
        ours = {edit.id for edit in self.ours(kit)}
        sent = {edit.id for _, edit in commits.among(kit.store, kit.store.history(tip), mainline.read(kit.store).site)}
        assert sent <= left | {edit.id for edit in self.edits if edit.id not in ours}
        self.left |= sent
        coined = {word: edit.id for edit in reversed(self.edits) for word in added(edit) if word.startswith("Word")}
        secret = {word for word, edit in coined.items() if edit in ours - self.left}
        for edit in self.edits:
            if edit.id in self.left:  # somebody wrote the same words again
                secret -= set(marks(edit.after)) - set(marks(edit.before))
        carried = secret & set(marks(everything(kit.store, tip)))
        assert not carried, f"{carried} left {kit.folder.name}"

    def edits_keep_to_their_own_words(self) -> None:
        """No commit of an edit, at a kit or on main, adds or removes what its writer did not."""
        by_id = {edit.id: edit for edit in self.edits}
        for store in (self.hub.store, *(kit.store for kit in self.kits)):
            site = mainline.read(store).site
            for ref in (layout.MAIN, *store.refs(layout.KITS)):
                for _, found in commits.among(store, store.history(store.need(ref, "")), site):
                    wrote = by_id[found.id]
                    decided = self.disputed.get(found.id, set())
                    assert removed(found) <= removed(wrote) | decided, f"{found.id} on {ref} removes {removed(found)}"
                    assert added(found) <= added(wrote) | decided, f"{found.id} on {ref} adds {added(found)}"

    def nothing_is_lost_from_view(self) -> None:
        """Every edit is listed once at its kit, and its words are where it says."""
        for kit in self.kits:
            mine = kit.mine()
            ours = [edit.id for edit in self.ours(kit)]
            assert sorted(m.edit.id for m in mine) == sorted(ours)
            main = mainline.read(kit.store)
            waiting = {m.edit.id for m in mine if m.receipt.outcome.waits}
            seen = {m.edit.id for m in mine if m.place is Place.PAGE}
            if in_main := {m.edit.id for m in mine if m.place is Place.MAIN}:
                assert in_main <= commits.published(kit.store, main.upstream) | {entry.edit for entry in main.entries}
            for name in {NGOZI, LAKE, NEW, *(str(m.edit.title) for m in mine)}:
                there = kit.store.wikitext(main.tip, kit.title(name))
                expected = marks(there)
                for edit in (m.edit for m in mine if m.place is Place.PAGE and str(m.edit.title) == name):
                    idle = edit.id in waiting and edit.undoes not in seen
                    if idle and replay_one(there, edit.pair, main.site) == there:
                        continue  # on the wiki though nobody knows, or in another edit that a volunteer resolved
                    expected = (
                        expected - (marks(edit.before) - marks(edit.after)) + (marks(edit.after) - marks(edit.before))
                    )
                assert marks(kit.page(name)) == expected, (name, kit.page(name), expected)

    # the end

    def all_arrives(self) -> None:
        """No more trouble: everything is sent, received, merged, published and told."""
        self.say("— everything arrives —")
        self.wiki.stop_after(1_000_000)
        self.wiki.lose_reply(1_000_000)
        self.wiki.meanwhile(lambda: None)
        self.wiki.arrives()
        for _ in range(2):
            for kit in self.kits:
                self.hub.receives(kit.sends())
            self.questions_are_answered()
            self.hub.merges()
            self.say(f"at last: {said(self.hub.publishes())}")
            self.say(f"at last: {said(self.hub.fetches().receipts)}")
            stick = self.hub.sends()
            for kit in self.kits:
                kit.receives(stick)
        assert self.hub.publishes() == []
        assert self.hub.queue() == []
        assert runs.read(self.hub.store, mainline.read(self.hub.store).site) == []

    def questions_are_answered(self) -> None:
        """What only a person may decide about what came; here there is nothing."""

    def everyone_is_answered(self) -> None:
        """No edit is still on its way, and the kits know what the hub knows."""
        standing = receipts.standing(self.hub.store)
        for kit in self.kits:
            for mine in kit.mine():
                assert mine.receipt.outcome.final or mine.receipt.outcome.waits, mine.receipt
                if told := standing.get(mine.edit.id):
                    assert (mine.receipt.outcome, mine.receipt.said) == (told.outcome, told.said), mine.receipt
            others = {edit.id for edit in self.edits} - {edit.id for edit in self.ours(kit)}
            assert others.isdisjoint(_SAID.findall(everything(kit.store, "--all"))), f"said at {kit.folder.name}"

    def each_edit_is_published_once(self) -> None:
        """Every edit is in one revision that names its writer, or in none and a receipt says why."""
        by_id = {edit.id: edit for edit in self.edits}
        steps = self.steps()
        standing = receipts.standing(self.hub.store)
        held_by: dict[str, list[Revision]] = {}
        for revision in self.wiki.saved:
            said = attribution.parse(revision.summary)
            if said is None:
                continue
            step = [by_id[edit] for edit in steps[said.step]]
            assert set(said.names) == {edit.name for edit in step}, revision
            self._keeps_to(revision, step)
            for edit in step:
                held_by.setdefault(edit.id, []).append(revision)
        for edit in self.edits:
            found = held_by.get(edit.id, [])
            assert len(found) <= 1, f"{edit.id} is in {[r.id for r in found]}"
            outcome = standing.get(edit.id)
            if found and outcome and outcome.outcome is Outcome.PUBLISHED:
                assert outcome.ref == str(found[0].id), outcome
            elif found:
                assert outcome, edit.id
                assert outcome.outcome is Outcome.HELD, outcome
                assert outcome.code in ("page-moved-or-deleted", "not-as-sent", *map(str, importing.Place)), outcome
            elif outcome:
                assert outcome.outcome is not Outcome.PUBLISHED, outcome

    def _keeps_to(self, revision: Revision, step: list[Edit]) -> None:
        """A revision of ours changes nobody's words but those that its edits change."""
        parent = next((r.wikitext for r in self.wiki.saved if r.id == revision.parent), None)
        gone, new = set(marks(parent) - marks(revision.wikitext)), set(marks(revision.wikitext) - marks(parent))
        decided = set[str]().union(*(self.disputed.get(edit.id, ()) for edit in step))
        assert gone <= decided.union(*map(removed, step)), f"{revision.id} removes {gone}"
        assert new <= decided.union(*map(added, step)), f"{revision.id} adds {new}"

    def steps(self) -> Mapping[str, tuple[str, ...]]:
        """Step id → edits, from every run that was ever opened."""
        return steps(self.hub.store)


def steps(store: Store) -> Mapping[str, tuple[str, ...]]:
    """Step id → edits, from every run that was ever opened at a hub."""
    tip, site = store.tip(layout.RUNS), mainline.read(store).site
    commits_ = store.history(tip) if tip else []
    return {intent.step: intent.edits for commit in commits_ for intent in runs.at(store, commit, site)}


def everything(store: Store, tip: str) -> str:
    """All that can be read in the objects behind a commit."""
    listed = git.run(store.path, "rev-list", "--objects", tip).decode().split("\n")
    ids = "\n".join(line[:40] for line in listed if line).encode()
    return git.run(store.path, "cat-file", "--batch", stdin=ids).decode("utf-8", "replace")


def said(told: tuple[Receipt, ...] | list[Receipt]) -> str:
    """Receipts in a few words."""
    return ", ".join(f"{r.edit} {r.outcome}{' ' + r.code if r.code else ''}" for r in told) or "nothing"
