"""Runs of the bridge that are killed: where they may be, what happens then, and what must be true in the end.

A run's effects are its requests to the wiki and its moves of refs at the hub. Between two of them nothing that
anybody else could see changes, so that a run killed before each, and in the middle of those that have one, was
killed everywhere.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any, TypeVar, cast

from testing.memory_wiki import Killed, MemoryWiki
from tests.chance import LAKE, NEW, NGOZI, Story, added, marks, said
from tests.journey import DAY, VOLUNTEER, Kit
from wikigit.bridge import publish
from wikigit.bridge.gate import Ways
from wikigit.core import attribution
from wikigit.core.edit import Edit
from wikigit.core.errors import EnoughForNow, WikigitError, WikiUnreachable
from wikigit.core.receipt import Outcome, Receipt
from wikigit.core.revision import Revision
from wikigit.repo import mainline, receipts, refs, runs
from wikigit.repo.store import Store
from wikigit.wiki.door import Wiki

T = TypeVar("T")
DAYS = (DAY, DAY, "1999-12-31", "2099-12-31")
"""What the day is to a machine; the clock of two in four is wrong by years."""

NOTHING: Mapping[str, set[str]] = {}
READS = ("preflight", "heads", "changes", "history", "revisions")


class How(StrEnum):
    """Where in an effect a run is killed; LOST alone leaves it alive, without the wiki's answer.

    The last three leave it alive too: before the effect a volunteer declines, or a second run begins.
    """

    BEFORE = "before"
    ARRIVED = "arrived"
    LATE = "late"
    LOST = "lost"
    PUSHED = "pushed"
    DECLINED = "declined"
    SECOND = "second"
    TAKEN = "taken"


RACES = (How.DECLINED, How.SECOND, How.TAKEN)
_SENT = (How.BEFORE, How.ARRIVED, How.LATE, How.LOST)
HOWS = {"publish": _SENT, "import_page": _SENT, "move": (How.BEFORE, How.PUSHED)}


@dataclass(frozen=True, slots=True)
class Point:
    """One place where a run is killed: in which of its effects, counted from 0, and how."""

    number: int
    how: How


@dataclass(slots=True)
class Effects:
    """The effects of one run, in order; at `point` it is killed, or `meanwhile` something happens."""

    point: Point | None = None
    happened: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None

    def next(self, name: str) -> How | None:
        """Note that an effect begins. Returns how the run ends in its middle; raises Killed before it."""
        self.happened.append(name)
        if self.point is None or self.point.number != len(self.happened) - 1:
            return None
        if self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            happens()
            return None
        if self.point.how is How.BEFORE:
            raise Killed
        return self.point.how

    def points(self) -> list[Point]:
        """Everywhere a run with these effects can be killed; the last one is behind all of them."""
        inside = [Point(n, how) for n, name in enumerate(self.happened) for how in HOWS.get(name, (How.BEFORE,))]
        return [*inside, Point(len(self.happened), How.BEFORE)]

    def races(self) -> list[Point]:
        """Everywhere somebody can be beside a run with these effects."""
        return [Point(n, how) for n in range(len(self.happened)) for how in RACES]


class Watched:
    """A wiki's door as one run sees it: each request is an effect.

    `then`: what happens on the wiki when so many requests were made.
    """

    def __init__(self, wiki: MemoryWiki, effects: Effects, then: tuple[int, Callable[[], None]] | None = None) -> None:
        self._wiki, self._effects, self._then = wiki, effects, then
        self._asked = 0

    def __getattr__(self, name: str) -> Any:
        ask = getattr(self._wiki, name)
        return (
            ask
            if name not in (*READS, "publish", "import_page")
            else lambda *words, **more: self._ask(name, ask, *words, **more)
        )

    def _ask(self, name: str, ask: Callable[..., Any], *words: object, **more: object) -> object:
        if self._then and self._asked == self._then[0]:
            self._then[1]()
        self._asked += 1
        match self._effects.next(name):
            case How.LOST:
                self._wiki.lose_reply(1)
            case How.ARRIVED | How.LATE as how:
                self._wiki.stop_after(0, landed=how is How.ARRIVED, late=how is How.LATE)
        return ask(*words, **more)


@contextmanager
def moves_watched(effects: Effects) -> Iterator[None]:
    """Make each move of refs, and each look at the hub's, an effect."""
    move, push, pull = refs.move, refs._push, refs.pull
    dies: list[How] = []

    def moved(repository: Path, moves: Sequence[refs.Move], *, hub: str = "") -> None:
        if any(m.old != m.new for m in moves):
            dies[:] = filter(None, [effects.next("move")])
        move(repository, moves, hub=hub)

    def pushed(repository: Path, moves: Sequence[refs.Move], hub: str) -> None:
        push(repository, moves, hub)
        if dies:
            raise Killed

    def pulled(repository: Path, hub: str) -> None:
        effects.next("pull")
        pull(repository, hub)

    refs.move, refs._push, refs.pull = moved, pushed, pulled
    try:
        yield
    finally:
        refs.move, refs._push, refs.pull = move, push, pull


# Stories


def prepared(folder: Path, seed: int, *, importing: bool = False) -> Story:
    """A story up to its run, which may be one that imports: what several people wrote is accepted.

    Edits stand on each other and alone, on old pages and a new one; a volunteer resolved one; one is taken back.
    """
    story = Story(folder, seed, kits=2)
    if importing:
        story.imports()
    story.hub.works_in_mirrors()
    one, other = story.kits
    _writes(story, one, NEW, "Gitega has Word9001x to tell of.", by="Aline")
    _writes(story, one, NEW, "Gitega has Word9001x to tell of.\n\nAnd Word9002x.", by="Jean")
    _writes(story, one, NGOZI, (one.page(NGOZI) or "").replace("Old2x", "Word9003x"), by="Aline")
    _writes(story, other, NGOZI, (other.page(NGOZI) or "").replace("Old2x", "Word9004x"), by="Jean")
    _writes(story, other, LAKE, (other.page(LAKE) or "").replace("Old4x", "Old4x and Word9005x"), by="Aline")
    story.somebody_saves()
    _all_travel(story)
    story.a_volunteer_resolves()
    lake = one.page(LAKE) or ""
    _writes(story, one, LAKE, lake + "\n\nHere Word9006x is put in.", by="Jean")
    _writes(story, one, LAKE, lake, by="Jean")
    story.somebody_takes_it_back()
    _all_travel(story)
    return story


def _all_travel(story: Story) -> None:
    for kit in story.kits:
        story.hub.receives(kit.sends())
    story.say(f"the hub merges: {said(story.hub.merges().receipts)}")


def _writes(story: Story, kit: Kit, title: str, wikitext: str, *, by: str) -> None:
    story.edits.append(kit.writes(title, wikitext, by=by, credit=f"{by} N." if by == "Jean" else ""))
    story.say(f"{kit.folder.name} {by} writes {title} = {story.edits[-1].id}")


def again(story: Story, folder: Path, seed: str) -> Story:
    """The same story in another folder, to go on by other dice."""
    shutil.copytree(story.hub.folder, folder, symlinks=True)
    other = copy.copy(story)
    other.wiki, other.chance = copy.deepcopy(story.wiki), Random(seed)
    other.edits, other.said, other.disputed = [*story.edits], [*story.said], dict(story.disputed)
    other.hub = story.hub.moved(folder, other.wiki)
    other.kits = [kit.moved(folder / kit.folder.name) for kit in story.kits]
    return other


def effects_of(story: Story, folder: Path) -> Effects:
    """The effects of a run that nobody disturbs."""
    effects, undisturbed = Effects(), again(story, folder, "undisturbed")
    undisturbed.rests()
    _run(undisturbed, effects, Ways())
    return effects


def _run(
    story: Story, effects: Effects, ways: Ways, job: Store | None = None,
    then: tuple[int, Callable[[], None]] | None = None, day: str = DAY,
) -> list[Receipt]:  # fmt: skip
    watched = cast(Wiki, Watched(story.wiki, effects, then))
    with moves_watched(effects):
        return list(publish.publish(job or story.hub.bridge(), watched, by=VOLUNTEER, day=day, ways=ways))


def killed(story: Story, point: Point) -> None:
    """A run is killed, others do what they like, and the next runs end what it began."""
    job = story.hub.bridge()
    story.rests()
    try:
        _run(story, Effects(point), Ways(), job, day=story.chance.choice(DAYS))
        story.say(f"the run ends before {point}")
    except (Killed, WikiUnreachable) as exc:
        story.say(f"the run is killed: {point} ({type(exc).__name__})")
    for _ in range(story.chance.randrange(4)):
        story.somebody_on_the_wiki()
    waits = story.chance.random() < 0.5
    if waits:
        story.wiki.minutes_pass(16)
        if story.importing:
            story.wiki.arrives()  # no request lives as long
    same = job if story.chance.random() < 0.3 else None
    late = story.chance.randrange(12), story.wiki.arrives
    story.say(f"the next run: {'waited' if waits else 'takes over'}, {'same' if same else 'fresh'} mirror, {late[0]}")
    day, ways = story.chance.choice(DAYS), Ways(take_over=not waits)
    _told(story, "  ", lambda: _run(story, Effects(), ways, same, late, day))
    _ends(story)


def raced(story: Story, point: Point) -> None:
    """While one run is at a point, a volunteer declines or a second run begins: one of the two is refused, or waits."""
    if point.how is How.DECLINED:
        chosen = story.chance.choice(story.hub.queue())
        edit = next(edit for edit in story.edits if edit.id == chosen)
        effects = Effects(point, meanwhile=lambda: _refused(story, "decline", lambda: story.hub.declines(edit)))
    else:
        ways = Ways(take_over=point.how is How.TAKEN)
        effects = Effects(point, meanwhile=lambda: _refused(story, "second run", lambda: _run(story, Effects(), ways)))
    story.rests()
    _refused(story, "run", lambda: _run(story, effects, Ways()))
    if effects.meanwhile:
        raise AssertionError("nothing happened meanwhile")
    _ends(story)


def _ends(story: Story) -> None:
    """What is on its way arrives, one more run and a fetch see it, and receipts go home."""
    story.wiki.arrives()
    for _ in range(1 + story.importing):  # the first leaves a page in peace that an earlier one was at
        story.rests()
        _told(story, "at last: ", story.hub.publishes)
    story.say(f"at last: {said(story.hub.fetches().receipts)}")
    stick = story.hub.sends()
    for kit in story.kits:
        kit.receives(stick)


def _told(story: Story, what: str, work: Callable[[], list[Receipt]]) -> None:
    """Let a run come to its end, which may leave pages in peace."""
    try:
        story.say(f"{what}{said(work())}")
    except EnoughForNow as exc:
        if not story.importing:
            raise
        story.say(f"{what}{exc.message}")


def _refused(story: Story, what: str, work: Callable[[], list[Receipt]]) -> None:
    """Do something that may be refused with a sentence and a next step."""
    try:
        story.say(f"{what}: {said(work())}")
    except WikigitError as exc:
        if not exc.hint:
            raise AssertionError(f"no next step: {exc.message}") from exc
        story.say(f"{what} refused: {exc.message}")


# What must be true


class Fault(StrEnum):
    """What may be wrong in the end."""

    DUPLICATE = "duplicates"
    LOST = "lost"
    REPUBLISHED = "republished"
    CREDIT = "credits_wrong"
    UNSOUND = "unsound"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that must not be, and a sentence about it."""

    fault: Fault
    sentence: str


def faults(story: Story) -> Iterator[Wrong]:
    """All that is wrong at the end of a story."""
    standing = receipts.standing(story.hub.store)
    yield from judged(story.edits, story.steps(), story.wiki.saved, standing, story.wiki.account(), story.disputed)
    store = story.hub.store
    left = runs.turn(store), runs.read(store, mainline.read(store).site), story.hub.queue()
    if left != (None, [], []):
        yield Wrong(Fault.UNSOUND, f"a run is open: {left}")
    for check in (
        story.main_is_a_function, story.all_is_sound, story.edits_keep_to_their_own_words,
        story.each_edit_is_published_once, story.everyone_is_answered,
    ):  # fmt: skip
        try:
            check()
        except AssertionError as exc:
            yield Wrong(Fault.UNSOUND, f"{check.__name__}: {exc}")


def judged(
    edits: Collection[Edit], steps: Mapping[str, tuple[str, ...]], revisions: Iterable[Revision],
    standing: Mapping[str, Receipt], account: str, decided: Mapping[str, set[str]] = NOTHING,
) -> Iterator[Wrong]:  # fmt: skip
    """What is wrong about the revisions that these edits were published in, and about their receipts.

    `revisions`: every one there ever was, oldest first, with their texts. `steps`: step id → edits. `decided`: the
    words of others that a volunteer decided about, by edit.
    """
    by_id, texts = {edit.id: edit for edit in edits}, dict[int, str | None]()
    held: dict[str, list[Revision]] = {edit.id: [] for edit in edits}
    brought: dict[str, int] = {}
    for revision in revisions:
        texts[revision.id] = revision.wikitext
        ours = attribution.parse(revision.summary)
        imported = attribution.is_author(revision.account)
        if not (revision.account == account or imported) or ours is None or ours.step not in steps:
            continue
        step = [by_id[edit] for edit in steps[ours.step] if edit in by_id]
        if not step:
            continue
        for edit in step:
            held[edit.id].append(revision)
        if set(ours.names) != {edit.name for edit in step}:
            yield Wrong(Fault.CREDIT, f"{revision.id} names {ours.names}")
        if imported and revision.account != attribution.author(step[0].name):
            yield Wrong(Fault.CREDIT, f"{revision.id} is by {revision.account}")
        own = set[str]().union(*map(added, step), *(decided.get(edit.id, ()) for edit in step))
        for word in marks(revision.wikitext) - marks(texts.get(revision.parent)):
            if word in brought and word not in own:
                yield Wrong(Fault.REPUBLISHED, f"{revision.id} brings {word} of {brought[word]} again")
            brought.setdefault(word, revision.id)
    for edit_id, found in held.items():
        yield from _answered(edit_id, found, standing.get(edit_id))


def _answered(edit: str, found: Sequence[Revision], told: Receipt | None) -> Iterator[Wrong]:
    """Whether an edit is in one revision, or in none and a receipt says why."""
    ids = [revision.id for revision in found]
    if len(ids) > 1:
        yield Wrong(Fault.DUPLICATE, f"{edit} is in {ids}")
    if told is None:
        yield Wrong(Fault.LOST, f"{edit} has no receipt")
    elif not (told.outcome.final or told.outcome.waits or told.writer == told.kit):
        yield Wrong(Fault.LOST, f"{edit} is left as {told.outcome}")
    elif told.outcome is Outcome.PUBLISHED and [told.ref] != [str(number) for number in ids]:
        yield Wrong(Fault.LOST, f"{edit} is told to be in {told.ref}, and is in {ids}")


def ended(story: Story, point: Point) -> list[Wrong]:
    """Kill a story's run at a point; returns all that is wrong in the end."""
    try:
        (raced if point.how in RACES else killed)(story, point)
        return list(faults(story))
    except Exception as exc:  # whatever ends it, it has not come to its end
        return [Wrong(Fault.UNSOUND, f"{type(exc).__name__}: {exc}")]
