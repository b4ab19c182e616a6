"""The road, step by step: what is typed at the kits, at the hub and at the bridge.

Everything goes through the command line; only what people do on the wiki itself goes through its API.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from demo import story
from demo.story import MUSEUM, SCHOOL, VOLUNTEER, Writing
from demo.terminal import Answer, Failed, Terminal
from testing import sample
from testing.mediawiki import MediaWiki

HUB, CI = "hub.git", "ci.git"
KITS = (SCHOOL, MUSEUM)
PLACES = (HUB, CI, *KITS)
ACCOUNT = "Rwibindo bridge"
GRANTS = ("basic", "highvolume", "editpage", "createeditmovepage")
CONTACT = "bridge@example.org"
SEEN = "before.wiki"


@dataclass
class Road:
    """What the demo has made so far: the kits' ids, each writing's edit id, and the sticks, each kept."""

    folder: Path
    wiki: MediaWiki
    terminal: Terminal
    kits: dict[str, str] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)
    sticks: list[Path] = field(default_factory=list)
    login: Mapping[str, str] = field(default_factory=dict)

    def walk(self) -> None:
        """Go the whole way. Raise Failed at the first thing that is not as it should be."""
        self.begin_wiki()
        self.begin_hub()
        self.write()
        self.carry_up()
        self.merge_school()
        self.publish_assisted()
        self.answer_school()
        self.merge_museum()
        self.publish_in_ci()
        self.carry_home()

    def begin_wiki(self) -> None:
        with self.terminal.step("") as step:
            self.wiki.start()
            pages = sample.load(self.wiki, self.folder)
            self.wiki.add_account(ACCOUNT)
            secret = self.wiki.bot_password(ACCOUNT, "wikigit", GRANTS)
            self.login = {"WIKIGIT_LOGIN": f"{ACCOUNT}@wikigit", "WIKIGIT_PASSWORD": secret}
            revisions = sum(map(len, pages.values()))
            step.what = f"MediaWiki {self.wiki.version} has {len(pages)} pages, {revisions} revisions: {self.wiki.url}"

    def begin_hub(self) -> None:
        with self.terminal.step("A hub is made, the wiki fetched, and two kits begin from a stick"):
            self.at("", "hub", "init", HUB)
            self.at(HUB, "bridge", "init", self.wiki.api, "--contact", CONTACT, "--own-wiki")
            self.at(HUB, "bridge", "fetch")
            stick = self.stick("new")
            self.at(HUB, "hub", "send", stick, "--new")
            for kit in KITS:
                self.kits[kit] = self.at("", "kit", "init", stick, kit)[0]["kit"]

    def write(self) -> None:
        for kit in KITS:
            writings = [writing for writing in story.FIRST if writing.kit == kit]
            people = len({writing.by for writing in writings})
            with self.terminal.step(f"At the {kit} {people} people save {len(writings)} edits, offline"):
                for writing in writings:
                    self.save(writing)

    def save(self, writing: Writing) -> None:
        page = writing.new
        if writing.old:
            before: str = self.at(writing.kit, "kit", "read", writing.title)[0]["wikitext"]
            if before.count(writing.old) != 1:
                raise Failed(f"{writing.title} does not say {writing.old!r} once.")
            page = before.replace(writing.old, writing.new)
            (self.folder / SEEN).write_text(before, encoding="utf-8")
        seen = ["--seen", SEEN] if writing.old else []
        credit = ["--credit", writing.by.credit] if writing.by.credit else []
        words = ["kit", "save", writing.title, *seen, "--by", writing.by.name, *credit, "-m", writing.summary]
        (saved,) = self.at(writing.kit, *words, stdin=page)
        self.edits[writing.key] = saved["id"]

    def carry_up(self) -> None:
        with self.terminal.step(
            "The facilitators send: two sticks travel up, the hub enrols the kits and receives them"
        ):
            for kit in KITS:
                stick = self.stick(kit)
                self.at(kit, "kit", "send", stick, "--approve-all")
                self.at(HUB, "hub", "enrol", stick, "--by", VOLUNTEER, "--yes")
                self.at(HUB, "hub", "receive", stick)

    def merge_school(self) -> None:
        with self.terminal.step("") as step:
            self.at(HUB, "hub", "decline", self.edits[story.DECLINED], "--reason", "not-neutral", "--by", VOLUNTEER)
            told = self.at(HUB, "hub", "merge", self.kits[SCHOOL], "--by", VOLUNTEER)
            planned = self.at(HUB, "bridge", "plan", login=self.login)
            steps = sum(len(page["steps"]) for page in planned)
            step.what = (
                f"{VOLUNTEER} declines one edit and merges {outcomes(told)['merged']} of the school's; "
                f"the bridge plans {steps} revisions of {len(planned)} pages"
            )

    def publish_assisted(self) -> None:
        with self.terminal.step("Meanwhile two people edit the wiki: another section of one page, our very sentence"):
            for change in story.MEANWHILE:
                now = self.wiki.page(change.title)
                assert now is not None
                text = now[0].replace(change.old, change.new)
                self.wiki.edit(change.title, text, user=change.account, summary=change.summary)
        with self.terminal.step("") as step:
            told = self.at(HUB, "bridge", "publish", "--by", VOLUNTEER, status=4, login=self.login)
            self.at(HUB, "bridge", "fetch")
            counted = outcomes(told)
            revisions = len({line["ref"] for line in told if line["outcome"] == "published"})
            step.what = (
                f"{VOLUNTEER} publishes {counted['published']} edits in {revisions} revisions; "
                f"{counted['edit-conflict']} is an edit conflict"
            )

    def answer_school(self) -> None:
        with self.terminal.step("The school hears of it, says it anew, and the old edit is answered"):
            stick = self.stick("answers")
            self.at(HUB, "hub", "send", stick)
            self.at(SCHOOL, "kit", "receive", stick)
            told = self.at(SCHOOL, "kit", "mine", "--by", story.AGAIN.by.name)
            self.expect_overtaken(told)
            self.save(story.AGAIN)
            stick = self.stick(SCHOOL)
            self.at(SCHOOL, "kit", "send", stick, "--approve-all")
            self.at(HUB, "hub", "receive", stick)
            self.at(HUB, "hub", "decline", self.edits[story.OVERTAKEN], "--reason", "duplicate", "--by", VOLUNTEER)

    def expect_overtaken(self, mine: Answer) -> None:
        (row,) = [row for row in mine if row["edit"]["id"] == self.edits[story.OVERTAKEN]]
        if (row["receipt"]["outcome"], row["place"]) != ("edit-conflict", "beside"):
            raise Failed(f"The kit says {row['receipt']['outcome']}, {row['place']} of an overtaken edit.")

    def merge_museum(self) -> None:
        with self.terminal.step("") as step:
            told = self.at(HUB, "hub", "merge", "--by", VOLUNTEER, status=4)
            self.at(HUB, "log", "--waiting")
            counted = outcomes(told)
            step.what = (
                f"{VOLUNTEER} merges {counted['merged']} more from both kits; "
                f"{counted['merge-conflict']} says something else in the same sentence and waits"
            )

    def publish_in_ci(self) -> None:
        with self.terminal.step("") as step:
            self.terminal.git("clone", "--quiet", "--mirror", HUB, CI)
            told = self.at(CI, "bridge", "publish", "--by", VOLUNTEER, login=self.login)
            self.at(CI, "bridge", "fetch", login=self.login)
            refs = [self.terminal.git(f"--git-dir={place}", "for-each-ref") for place in (HUB, CI)]
            if refs[0] != refs[1] or not outcomes(told)["published"]:
                raise Failed("The CI run's clone and the hub differ.")
            step.what = (
                f"A CI run publishes {outcomes(told)['published']} edits from a fresh clone, and the hub has it all"
            )

    def carry_home(self) -> None:
        with self.terminal.step("A stick goes home to both kits, and everybody is answered"):
            stick = self.stick("answers")
            self.at(HUB, "hub", "send", stick)
            for kit in KITS:
                self.at(kit, "kit", "receive", stick)

    def at(
        self, place: str, *words: str, stdin: str = "", status: int = 0, login: Mapping[str, str] | None = None
    ) -> Answer:
        """Type a command at a place."""
        return self.terminal.wikigit(place, *words, stdin=stdin, status=status, login=login or {})

    def stick(self, of: str) -> str:
        """A new empty stick."""
        name = f"stick-{len(self.sticks) + 1}-{of}"
        self.sticks.append(self.folder / name)
        self.sticks[-1].mkdir()
        return name


class Counted(dict[str, int]):
    """How many of each; none is 0."""

    def __missing__(self, key: str) -> int:
        return 0


def outcomes(told: Iterable[Mapping[str, str]]) -> Counted:
    """How many receipts have which outcome."""
    counted = Counted()
    for line in told:
        counted[line["outcome"]] += 1
    return counted
