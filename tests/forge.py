"""A forge where the hub lives: no hooks, and people who bring branches to main with buttons and plain git."""

from __future__ import annotations

from collections.abc import Callable

from tests.clone import Clone, call
from tests.journey import DAY, Hub, Kit
from wikigit.core.edit import Edit
from wikigit.hub import reconcile, request
from wikigit.hub.reconcile import Reconciled
from wikigit.hub.request import Looked
from wikigit.repo import edits, layout
from wikigit.repo.store import Store

Write = Callable[[str], str]


class Forge(Clone):
    """Somebody with the right to push to main, in a clone of their own."""

    def __init__(self, hub: Hub, *, name: str = "Vera") -> None:
        super().__init__(hub, hub.folder / f"clone-of-{name.lower()}")
        hub.store.git.config["receive.denyNonFastForwards"] = "false"  # a forge protects main, and no other branch
        self.git("config", "user.name", name)
        self.git("config", "advice.detachedHead", "false")
        self.git("config", "rerere.enabled", "false")

    def begins(self, branch: str = "main", at: str = "origin/main") -> None:
        """Stand on a branch, as it is at the hub."""
        self.git("fetch", "--quiet", "--prune", "origin")
        self.git("switch", "--quiet", "--force-create", branch, at)

    def pushes(self, *refs: str) -> None:
        self.git("push", "--quiet", "origin", *(refs or ["main"]))

    # Ways onto main

    def merges(self, kit: Kit | str, *words: str, resolved: dict[str, str] | None = None) -> None:
        """Merge a branch with plain git; where it conflicts, write the pages as they shall be."""
        self.begins()
        self.resolves(self.tries("merge", "--quiet", *(words or ["--no-ff"]), self.branch(kit)), resolved)
        self.pushes()

    def squashes(self, kit: Kit | str, message: str = "", resolved: dict[str, str] | None = None) -> None:
        """Make one commit of a branch: with the message that git writes, or another."""
        self.begins()
        self.resolves(self.tries("merge", "--squash", self.branch(kit)), resolved)
        self.git("commit", "--quiet", "--no-verify", *(["-m", message] if message else ["--no-edit"]))
        self.pushes()

    def picks(self, *commits: str, words: tuple[str, ...] = ()) -> None:
        """Copy commits onto main."""
        self.begins()
        for commit in commits:
            self.git("cherry-pick", *words, commit)
        self.pushes()

    def rebases(self, kit: Kit | str) -> None:
        """Copy a branch onto main, commit by commit."""
        self.begins("copy", f"origin/{self.branch(kit).removeprefix('origin/')}")
        self.git("rebase", "--quiet", "origin/main")
        self.git("push", "--quiet", "origin", "copy:main")

    def reverts(self, commit: str = "origin/main", *words: str) -> None:
        """Take back what a commit brought."""
        self.begins()
        self.git("-c", "core.hooksPath=/dev/null", "revert", "--no-edit", *words, commit)
        self.pushes()

    def changes(self, title: str, write: Write, message: str = "By hand", *, author: str = "") -> None:
        """Commit a page on main without hooks, as a forge's editor does."""
        self.begins()
        self.commits(title, write, message, author=author)
        self.pushes()

    # What they are made of

    def edits(self, title: str, old: str, new: str, message: str = "Mend") -> Edit:
        """Commit an edit of one's own where one stands; the hooks give it its trailers."""
        self.write(title, self.file(title).read_bytes().decode().replace(old, new))
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", message)
        return self.edit()

    def commits(self, title: str, write: Write, message: str, *, author: str = "") -> None:
        file = self.file(title)
        self.write(title, write(file.read_bytes().decode() if file.exists() else ""))
        self.git("add", "--all")
        self.git(
            "commit",
            "--quiet",
            "--no-verify",
            "-m",
            message,
            *(["--author", f"{author} <a@b.example>"] if author else []),
        )

    def tries(self, *words: str) -> bool:
        """Run a git command that may leave conflicts; whether it did not."""
        return call(self.folder, "git", *words).returncode == 0

    def resolves(self, clean: bool, resolved: dict[str, str] | None) -> None:
        """Finish a merge by hand."""
        assert clean != bool(resolved), self.git("status", "--short")
        for title, wikitext in (resolved or {}).items():
            self.write(title, wikitext)
        if resolved:
            self.git("add", "--all")
            if (self.folder / ".git/MERGE_HEAD").exists():
                self.git("commit", "--quiet", "--no-verify", "--no-edit")

    def branch(self, kit: Kit | str) -> str:
        return f"origin/kits/{kit.id}" if isinstance(kit, Kit) else kit

    def commit_of(self, edit: Edit) -> str:
        """The commit in which a kit sent an edit."""
        store = Store(self.hub.store.path)
        (found,) = edits.commits_of(store, edit.id, store.need(layout.kit(edit.kit), ""))
        self.git("fetch", "--quiet", "origin")
        return found


def reconciles(hub: Hub, by: str = "Vera") -> Reconciled:
    """What `wikigit hub reconcile` does."""
    return reconcile.reconcile(Store(hub.store.path), by=by, day=DAY)


def checked(hub: Hub, tip: str) -> Looked:
    """What `wikigit hub check` says of a branch at the hub."""
    store = Store(hub.store.path)
    return request.look(store, store.need(layout.HEADS + tip, ""), "main")
