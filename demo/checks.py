"""Is everything as it should be? Asked of the wiki, of Git and of every file, with other eyes than wikigit's.

Each check is a sentence that is true or not; nothing here mends anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo import story
from demo.road import ACCOUNT, CI, HUB, KITS, PLACES, Road
from demo.told import Told
from wikigit.core.receipt import Outcome
from wikigit.repo import git

PEOPLE_FILE = "people.sqlite"
WORD = 6
"""A part of a private name of so many letters is looked for on its own too."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: a sentence that should be true, and what speaks against it."""

    sentence: str
    against: tuple[str, ...] = ()


def check(road: Road, told: Sequence[Told]) -> Iterator[Finding]:
    """Check everything but the page that tells of it."""
    published = [one for one in told if one.outcome is Outcome.PUBLISHED]
    yield Finding("Every edit has the answer that it should have, at its own kit.", _answers(told))
    yield Finding(
        f"Each of the {len(published)} published edits is in exactly one revision, under its author's name.",
        (*_revisions(road, published), *_once(road, told)),
    )
    yield Finding("The wiki's credits, read back, are those that the kits signed.", _credits(road, len(published)))
    yield Finding("What people wrote on the wiki meanwhile is still there.", _meanwhile(road))
    yield Finding("The hub, the CI clone and both kits verify, and have the same main.", (*_verified(road),))
    for place in PLACES:
        road.terminal.git(f"--git-dir={place}", "fsck", "--strict", "--no-progress")
    yield Finding("git fsck finds nothing wrong in any of them.")
    yield Finding("No private name is at the hub, on a stick, or on the wiki.", (*_private(road),))


def _answers(told: Iterable[Told]) -> tuple[str, ...]:
    return tuple(
        f"{one.id} on {one.writing.title} is {one.outcome} {one.code}"
        for one in told
        if (one.outcome, one.code) != (one.writing.outcome, one.writing.code)
    )


def _revisions(road: Road, published: Iterable[Told]) -> Iterator[str]:
    """Look for each edit's words in the page's history: they come in with one revision, and that is the one told."""
    for one in published:
        history = _history(road, one.writing.title)
        before, found = "", []
        for revision in history:
            text = revision["slots"]["main"]["content"]
            if one.writing.new in text and one.writing.new not in before:
                found.append(revision)
            before = text
        if [row["revid"] for row in found] != one.revisions:
            yield f"{one.id}: revisions {[row['revid'] for row in found]}, told {one.revisions}"
        elif found[0]["user"] != ACCOUNT or not found[0]["comment"].startswith(f"{one.author} (offline): "):
            yield f"{one.id}: revision {found[0]['revid']} says {found[0]['comment']!r}"


def _history(road: Road, title: str) -> list[dict[str, Any]]:
    asked: dict[str, str | int] = {
        "rvprop": "ids|user|comment|content",
        "rvslots": "main",
        "rvlimit": 100,
        "rvdir": "newer",
    }
    answer = road.wiki.session().get(action="query", prop="revisions", titles=title, **asked)
    found: list[dict[str, Any]] = answer["query"]["pages"][0].get("revisions", [])
    return found


def _once(road: Road, told: Iterable[Told]) -> Iterator[str]:
    """The bridge's account made the revisions that are told, and no other."""
    answer = road.wiki.session().get(action="query", list="usercontribs", ucuser=ACCOUNT, uclimit=500, ucprop="ids")
    made = {row["revid"] for row in answer["query"]["usercontribs"]}
    named = {revision for one in told for revision in one.revisions}
    if made != named:
        yield f"The wiki has revisions {sorted(made - named)} that no receipt names, and lacks {sorted(named - made)}."


def _credits(road: Road, expected: int) -> tuple[str, ...]:
    credits = road.at(HUB, "bridge", "credits", login=road.login)
    wrong = [
        f"{credit['edit']} is not signed {credit['name']}" for credit in credits if credit["name"] not in credit["told"]
    ]
    return (*wrong, *([] if len(credits) == expected else [f"{len(credits)} credits, {expected} edits"]))


def _meanwhile(road: Road) -> tuple[str, ...]:
    pages = {change: road.wiki.page(change.title) for change in story.MEANWHILE}
    return tuple(
        f"{change.title} lost {change.new!r}" for change, now in pages.items() if not now or change.new not in now[0]
    )


def _verified(road: Road) -> Iterator[str]:
    mains = set()
    for place in PLACES:
        for finding in road.at(place, "verify"):
            if finding["state"] != "ok":
                yield f"{place}: {finding['sentence']}"
        mains.add(road.terminal.git(f"--git-dir={place}", "rev-parse", "main"))
    if len(mains) != 1:
        yield f"There are {len(mains)} different mains."


def _private(road: Road) -> Iterator[str]:
    """Look for the names in every object of every repository, and in every file that is not a kit's own."""
    names = private_names(story.PEOPLE)
    for kit in KITS:
        here = {person.name for person in {writing.by for writing in story.ALL if writing.kit == kit}}
        if here - found_in((road.folder / kit / PEOPLE_FILE).read_bytes(), here):
            yield f"The kit {kit} does not know its people: this check has no teeth."
        yield from (f"{name} is in an object of {kit}" for name in found_in(objects(road.folder / kit), names))
    for place in (HUB, CI):
        yield from (f"{name} is in an object of {place}" for name in found_in(objects(road.folder / place), names))
    for folder in (road.folder / HUB, road.folder / CI, road.wiki.folder / "data", *road.sticks):
        for file in folder.rglob("*"):
            if file.is_file():
                yield from (f"{name} is in {folder.name}/{file.name}" for name in found_in(file.read_bytes(), names))


def private_names(people: Iterable[story.Person]) -> set[str]:
    """The whole names, and their longer parts where the person's credit does not hold them."""
    names = {person.name for person in people}
    parts = {(part, person.credit) for person in people for part in person.name.split()}
    return names | {part for part, credit in parts if len(part) >= WORD and part not in credit}


def found_in(data: bytes, names: Iterable[str]) -> set[str]:
    """The names that stand in these bytes."""
    return {name for name in names if name.encode() in data}


def objects(repository: Path) -> bytes:
    """All objects of a repository, unpacked: reachable or not."""
    return git.run(repository, "cat-file", "--batch", "--batch-all-objects")
