"""Stories made by chance at a forge: kits send, and people bring what came to main in whatever way they know.

They merge, squash, rebase, pick, revert and write by hand, with real git; then somebody reconciles. Nothing here
knows how that is done.
"""

from __future__ import annotations

from pathlib import Path

from tests.chance import LAKE, NGOZI, Story, added, everything, marks, said
from tests.clone import call
from tests.forge import Forge, checked, reconciles
from wikigit.core import identity
from wikigit.core.edit import Edit
from wikigit.core.errors import ConfigError, RepoError
from wikigit.core.receipt import Outcome
from wikigit.hub import signed
from wikigit.repo import edits as commits
from wikigit.repo import layout, mainline, receipts
from wikigit.repo.store import Store
from wikigit.repo.verify import State, verify

BY_HAND = "Paul"


class Ways(Story):
    """A wiki, its hub on a forge, two kits, and Vera with a clone."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, seed, kits=2)
        self.forge = Forge(self.hub)
        self.forge.git("config", "core.hooksPath", "/dev/null")
        self.by_hand = False  # whether a conflict was decided since the last time
        self.kept_out: list[Edit] = []  # declined before they were in main's history

    # what the hub and the kits do as ever

    def sticks_travel(self) -> None:
        """Every kit sends, and the hub receives all."""
        for kit in self.kits:
            self.hub.receives(kit.sends())
        self.say("sticks travel up")

    def a_new_edit_is_declined(self) -> None:
        """A volunteer declines what just came: whoever obeys the check keeps its words out of main's history."""
        standing = receipts.standing(self.hub.store)
        new = [e for e in self.edits if e.id in standing and standing[e.id].outcome is Outcome.RECEIVED]
        if new and self.chance.random() < 0.5:
            edit = self.chance.choice(new)
            if edit.id not in self._came():
                self.kept_out.append(edit)
            self.say(f"the hub declines {said(self.hub.declines(edit))}")

    # ways onto main

    def somebody_brings_a_branch(self) -> None:
        """Vera takes a kit's branch to main, in one of the ways; where the check refuses, at the hub instead."""
        kit = self.chance.choice(self.kits)
        if self.hub.store.tip(layout.kit(kit.id)) is None:
            return
        refused = [wrong.message for wrong in checked(self.hub, f"kits/{kit.id}").wrong]
        obeys = self.chance.random() < 0.8
        if refused and obeys:
            self.say(f"the check refuses {kit.folder.name}: {refused[0]}")
            if self._is_computed():
                self.say(f"  the hub merges: {said(self.hub.merges(kit).receipts)}")
            return
        if refused:
            self.kept_out = [edit for edit in self.kept_out if edit.kit != kit.id]
        self._brings(self.forge.branch(kit), "" if obeys else " without a check")

    def somebody_brings_own_edits(self) -> None:
        """Vera commits edits of her own on a branch, with the hooks, and takes them to main in one of the ways."""
        branch = f"vera-{self._count}"
        self.forge.begins(branch)
        for _ in range(self.chance.randrange(1, 3)):
            title = self.chance.choice((NGOZI, LAKE))
            self.say(f"Vera changes {title}: {self._by_hand(title, end='')}")
            self.forge.git("-c", f"core.hooksPath={self.forge.folder}/.git/hooks", "commit", "--quiet", "-m", "Mend")
            self.edits.append(self.forge.edit())
        self.forge.pushes(branch)
        self._brings(f"origin/{branch}", "")

    def _brings(self, branch: str, how: str) -> None:
        way = self.chance.choice(("merge", "merge", "merge", "other-way", "squash", "list", "bare", "rebase", "pick"))
        came = getattr(self, "_" + way.replace("-", "_"))(branch)
        self.say(f"Vera brings {branch}{how}: {way} {came}")

    def _merge(self, branch: str) -> str:
        self.forge.begins()
        ff = self.chance.choice(("--no-ff", "--ff"))
        done = self.forge.tries("merge", "--quiet", "--no-edit", ff, branch)
        return self._finished(done, "commit", "--quiet", "--no-edit")

    def _other_way(self, branch: str) -> str:
        """Main is merged into the branch, and then set forward to it."""
        self.forge.begins("copy", branch)
        done = self.forge.tries("merge", "--quiet", "--no-edit", "origin/main")
        return self._finished(done, "commit", "--quiet", "--no-edit", push="copy:main")

    def _squash(self, branch: str) -> str:
        """The message is git's own: every message of the branch, indented."""
        self.forge.begins()
        done = self.forge.tries("merge", "--squash", branch)
        return self._finished(done, "commit", "--quiet", "--no-edit")

    def _list(self, branch: str) -> str:
        """The message is a forge's: a title, and every message of the branch in a list."""
        self.forge.begins()
        listed = self.forge.git("log", "--reverse", "--no-merges", "--format=* %B", f"HEAD..{branch}")
        done = self.forge.tries("merge", "--squash", branch)
        return self._finished(done, "commit", "--quiet", "-m", f"What they wrote (#7)\n\n{listed}")

    def _bare(self, branch: str) -> str:
        """The message says nothing."""
        self.forge.begins()
        done = self.forge.tries("merge", "--squash", branch)
        return self._finished(done, "commit", "--quiet", "-m", "What they wrote (#7)")

    def _rebase(self, branch: str) -> str:
        self.forge.begins("copy", branch)
        if not self.forge.tries("rebase", "--quiet", "origin/main"):
            self.forge.git("rebase", "--abort")
            return "which does not fit"
        self.forge.git("push", "--quiet", "origin", "copy:main")
        return "done"

    def _pick(self, branch: str) -> str:
        """Some commits of the branch, one by one."""
        self.forge.begins()
        listed = self.forge.git("rev-list", "--reverse", "--no-merges", f"HEAD..{branch}").split()
        words = self.chance.choice(((), ("-x",), ("--signoff",)))
        for commit in listed:
            if self.chance.random() < 0.6 and not self.forge.tries("cherry-pick", *words, commit):
                self.forge.git("cherry-pick", "--abort")
        self.forge.pushes()
        return " ".join(words)

    def somebody_writes_by_hand(self) -> None:
        """Paul changes a page on main with the forge's editor: no hook, no trailers, a newline at the end."""
        self.forge.begins()
        title = self.chance.choice((NGOZI, LAKE))
        how = self._by_hand(title)
        self.forge.git("commit", "--quiet", "--all", "-m", "By hand", "--author", f"{BY_HAND} <paul@b.example>")
        self.forge.pushes()
        self.say(f"Paul writes {title} by hand: {how}")

    def _by_hand(self, title: str, end: str = "\n") -> str:
        self._count += 1
        file = self.forge.file(title)
        parts = file.read_bytes().decode().rstrip("\n").split("\n\n") if file.exists() else []
        parts.insert(self.chance.randrange(len(parts) + 1), f"Here Hand{self._count}x is put in.")
        self.forge.write(title, "\n\n".join(parts) + end)
        self.forge.git("add", "--all")
        return f"inserts Hand{self._count}x"

    def somebody_reverts(self) -> None:
        """Vera takes back one of the last commits of main, if git can."""
        self.forge.begins()
        recent = self.forge.git("log", "-6", "--first-parent", "--format=%H %P").split("\n")
        commit, *parents = self.chance.choice(recent).split()
        if self.forge.git("log", "-1", "--format=%s", commit).startswith(("Begin", "Import")):
            return
        words = ["-m", "1"] if len(parents) > 1 else []
        if not self.forge.tries("revert", "--no-edit", *words, commit):
            self.forge.tries("revert", "--abort")
            self.forge.git("reset", "--quiet", "--hard", "origin/main")
            return
        self.forge.pushes()
        self.say(f"Vera reverts {self.forge.git('log', '-1', '--format=%s', commit)}")

    def _finished(self, clean: bool, *words: str, push: str = "main") -> str:
        """Write each page that does not fit in one way or another, commit, and push."""
        unmerged = self.forge.git("diff", "--name-only", "--diff-filter=U").split()
        how = [self._resolved(file) for file in unmerged]
        self.by_hand |= bool(how)
        assert clean != bool(how)
        self.forge.git("add", "--all")
        if call(self.forge.folder, "git", "rev-parse", "--verify", "MERGE_HEAD").returncode == 0 or self._staged():
            self.forge.git(*words)
        self.forge.pushes(push)
        return ", ".join(how) or "clean"

    def _staged(self) -> bool:
        return not self.forge.tries("diff", "--cached", "--quiet")

    def _resolved(self, file: str) -> str:
        """Decide one page: the settled text with our words, our page, their page, or words of one's own."""
        how = self.chance.choice(("settled", "settled", "own", "own", "ours", "theirs"))
        path = self.forge.folder / file
        if how in ("ours", "theirs"):
            self.forge.tries("checkout", f"--{how}", "--", file)
        if how == "own":
            self._count += 1
            path.write_bytes(path.read_bytes() + f"\n\nHere Hand{self._count}x is put in.".encode())
        return how

    # afterwards

    def somebody_reconciles(self) -> None:
        """Vera reconciles; whatever had happened, main is sound again, and everybody who came is answered."""
        came = self._came()
        try:
            done = reconciles(self.hub, by=self.chance.choice(("", "Vera")))
        except ConfigError as exc:
            self.say(f"nobody's words: {exc.message}")
            done = reconciles(self.hub, by="Vera")
        what = said(done.receipts) if done.tip else "nothing"
        self.say(f"Vera reconciles: {what}; restored {done.restored}, unclear {[str(t) for t in done.unclear]}")
        self._note_own_words()
        self.main_is_sound()
        assert reconciles(self.hub).tip == ""
        if done.tip:
            self._all_who_came_are_answered(came)

    def _came(self) -> set[str]:
        """The kits' edits in main's history, by the kits' own commits."""
        store, found = Store(self.hub.store.path), set[str]()
        history = set(store.history(store.need(layout.MAIN, "")))
        for kit in self.kits:
            tip = store.tip(layout.kit(kit.id))
            own = [c for c in store.history(tip) if c in history and signed.is_by(store, c, kit.id)] if tip else []
            found |= {store.read(commit).message.get("Edit") for commit in own}
        return found

    def _all_who_came_are_answered(self, came: set[str]) -> None:
        standing = receipts.standing(self.hub.store)
        queue = set(self.hub.queue())
        for edit in came:
            told = standing[edit].outcome
            if told is Outcome.RECEIVED:  # an edit of the queue says the same; it is tried again
                continue
            assert told.final or told.waits or edit in queue, standing[edit]

    def _note_own_words(self) -> None:
        """Volunteers' edits that reconciling made are edits of this story too.

        Where somebody decided a conflict, the one whose words were preferred removes the other's.
        """
        known = {edit.id: edit for edit in self.edits}
        for edit in self._accepted():
            if edit.id not in known:
                assert edit.kit == identity.HUB, edit
                self.edits.append(edit)
                self.say(f"  {edit.credit}: {edit.id} of {edit.title} +{sorted(added(edit))} resolves {edit.resolves}")
            elif edit.id not in self.disputed:
                assert added(edit) <= added(known[edit.id]), f"{edit.id} brings {added(edit)}"
            if self.by_hand:
                self.disputed.setdefault(edit.id, set()).update(marks(edit.before))
        self.by_hand = False

    def _is_computed(self) -> bool:
        try:
            mainline.read(Store(self.hub.store.path))
        except RepoError:
            return False
        return True

    def main_is_sound(self) -> None:
        found = [finding for finding in verify(Store(self.hub.store.path)) if finding.state is not State.OK]
        assert found == [], found

    def nobodys_words_are_anothers(self) -> None:
        """What somebody at a kit wrote is credited to them: no volunteer's edit brings a word that they coined."""
        coined = {word for edit in self.edits if edit.kit != identity.HUB for word in added(edit)}
        for edit in self._accepted():
            stolen = {word for word in added(edit) & coined if word.startswith("Word")}
            assert edit.kit != identity.HUB or not stolen, f"{edit.id} of {edit.credit} brings {stolen}"

    def declined_words_stand_nowhere(self) -> None:
        """No page of main holds a word that only declined edits brought, nor any object where the check was obeyed.

        Another edit that moved or copied such a word may have brought it by right.
        """
        standing = receipts.standing(self.hub.store)
        declined = {edit for edit, told in standing.items() if told.outcome is Outcome.DECLINED}
        by_right = {word for edit in self.edits if edit.id not in declined for word in marks(edit.after)}
        secret = {edit.id: {word for word in added(edit) if word.startswith("Word")} - by_right for edit in self.edits}
        pages = {word for title in (NGOZI, LAKE) for word in marks(self.hub.page(title))}
        for edit in declined & secret.keys():
            assert not secret[edit] & pages, edit
        history = set(marks(everything(self.hub.store, layout.MAIN)))
        for kept_out in self.kept_out:
            assert not secret[kept_out.id] & history, kept_out.id

    def _accepted(self) -> list[Edit]:
        """The edits of the queue, as they were accepted."""
        main = mainline.read(self.hub.store)
        return [commits.read(self.hub.store, entry.commit, main.site) for entry in main.entries]
