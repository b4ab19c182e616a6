"""Make one HTML page that shows each edit's way: no script, nothing fetched, no name without consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import jinja2

from demo import story
from demo.checks import Finding
from demo.road import KITS
from demo.story import VOLUNTEER, Writing
from demo.terminal import Step
from demo.told import Told
from wikigit.core.receipt import Outcome, Receipt
from wikigit.wikitext.changes import Piece, changed_lines

PLACES = (
    ("here", "here"),
    ("checked", "checked"),
    ("left", "left"),
    ("people", "with volunteers"),
    ("wiki", "on the wiki"),
)
"""The five steps of an edit's way: the icon's name, and the words."""

REASONS = {"not-neutral": "it is an opinion", "duplicate": "a newer edit says it"}


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the way; `state` is done, now (it waits here), no (it ends here) or todo."""

    icon: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class Event:
    """One receipt, in words. `link` is an address in the wiki, "" for none."""

    day: str
    words: str
    by: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One edit as the page shows it."""

    told: Told
    way: tuple[Stage, ...]
    state: str
    headline: str
    sentence: str
    lines: list[list[Piece]]
    events: tuple[Event, ...]
    page: str
    change: str

    @property
    def writing(self) -> Writing:
        return self.told.writing

    @property
    def newer(self) -> str:
        """The key of the edit that says the same anew, "" where there is none."""
        return story.AGAIN.key if self.writing.key == story.OVERTAKEN else ""

    @property
    def named(self) -> bool:
        """Whether the author agreed to a name."""
        return bool(self.told.mine["edit"]["credit"])


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page says of the run as a whole. `url` is "" where the wiki has been stopped."""

    url: str
    wiki: str
    software: str
    day: str
    seconds: float
    sticks: int


def render(told: Sequence[Told], steps: Sequence[Step], findings: Sequence[Finding], facts: Facts) -> str:
    """The whole page."""
    surroundings = jinja2.Environment(
        loader=jinja2.PackageLoader("demo", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    cards = [card(one, facts.url) for one in told]
    return surroundings.get_template("page.html").render(
        facts=facts,
        kits=[(kit, [one for one in cards if one.writing.kit == kit]) for kit in KITS],
        people=len(story.PEOPLE),
        revisions=len({revision for one in told for revision in one.revisions}),
        waiting=sum(one.outcome.waits for one in told),
        places=PLACES,
        steps=steps,
        findings=findings,
        volunteer=VOLUNTEER,
    )


def card(told: Told, url: str) -> Card:
    """One edit's card. `url`: the running wiki, "" for none."""
    state, headline, sentence = _said(told)
    title = quote(told.writing.title.replace(" ", "_"))
    return Card(
        told,
        _way(told.outcome),
        state,
        headline,
        sentence,
        changed_lines(told.before, told.after),
        (Event(told.day, "saved", "its author"), *(_event(line, url) for line in told.receipts)),
        f"{url}/index.php?title={title}" if url else "",
        _difference(url, told.revisions[0]) if told.revisions else "",
    )


def _way(outcome: Outcome) -> tuple[Stage, ...]:
    """How far it came: what is published went the whole way, all else ends or waits with the volunteers."""
    ends = {Outcome.PUBLISHED: "done", Outcome.DECLINED: "no", Outcome.REFUSED: "no"}.get(outcome, "now")
    states = ("done", "done", "done", ends, "done" if ends == "done" else "todo")
    return tuple(Stage(icon, words, state) for (icon, words), state in zip(PLACES, states, strict=True))


def _said(told: Told) -> tuple[str, str, str]:
    """The state, a headline of a few words, and one sentence that says what happens next."""
    match told.outcome:
        case Outcome.PUBLISHED:
            return (
                "done",
                "On the wiki",
                f"In revision {told.revisions[0]}, signed \u2068{told.author.removesuffix('.')}\u2069.",
            )
        case Outcome.DECLINED:
            answer = f"{told.receipts[-1].by} answers: {REASONS[told.code]}. The words stay at the kit."
            overtaken = any(line.outcome is Outcome.EDIT_CONFLICT for line in told.receipts)
            more = "The wiki had changed the same sentence first; its author wrote anew. " if overtaken else ""
            return "no", "Not taken", more + answer
        case Outcome.MERGE_CONFLICT:
            return (
                "now",
                "Waits for a person",
                "The other kit changed the same words first. Both texts are kept; a volunteer decides.",
            )
    return "now", "Waits for a person", "A volunteer looks at it."


def _event(line: Receipt, url: str) -> Event:
    match line.outcome:
        case Outcome.SENT:
            return Event(line.day, f"checked, and sent with parcel {line.ref}", "the facilitator")
        case Outcome.RECEIVED:
            return Event(line.day, f"received with parcel {line.ref}", "the hub")
        case Outcome.PUBLISHED:
            return Event(line.day, f"published: revision {line.ref}", line.by, _difference(url, int(line.ref)))
        case Outcome.EDIT_CONFLICT:
            return Event(
                line.day, f"edit conflict with revision {line.ref}", "the bridge", _difference(url, int(line.ref))
            )
        case Outcome.DECLINED:
            return Event(line.day, f"declined: {REASONS[line.code]}", line.by)
    return Event(line.day, str(line.outcome).replace("-", " "), line.by or "the hub")


def _difference(url: str, revision: int) -> str:
    return f"{url}/index.php?diff={revision}" if url else ""
