"""A real MediaWiki for tests, demo and benchmarks: PHP, SQLite, one folder, one port.

It knows nothing of wikigit, so that what it says about a wiki can be believed.
"""

import contextlib
import hashlib
import itertools
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from testing import xmldump
from testing.phpserver import Server, free_port
from testing.template import ADMIN, PASSWORD, php, root_of, template, version_of
from testing.unpack import MissingComponent
from testing.wikiapi import ApiError, Session

__all__ = ["ADMIN", "PASSWORD", "ApiError", "MediaWiki", "MissingComponent", "install"]

COUNT = Path(__file__).with_name("count.php")


def install(folder: Path, *, version: str = "", extra_settings: str = "", language: str = "en") -> "MediaWiki":
    """Set up a wiki in `folder` (made if need be), not yet started; its one account is Admin.

    `version` is "" for Debian's own or "1.43" for that LTS; `extra_settings` is PHP without `<?php`.
    Raise MissingComponent if PHP or MediaWiki is not there.
    """
    root = root_of(version)
    shutil.copytree(template(root, language), folder, dirs_exist_ok=True)
    (folder / "extra.php").write_text(f"<?php\n{extra_settings}\n")
    return MediaWiki(folder.absolute(), root)


class MediaWiki:
    """One wiki. As a context manager it is started, and stopped at the end whatever happens."""

    def __init__(self, folder: Path, root: Path) -> None:
        """`folder` holds what `install` made, `root` the scripts of MediaWiki."""
        self.folder, self.root = folder, root
        self.version = version_of(root)
        self.url = ""
        self._server: Server | None = None
        self._sessions: dict[str, Session] = {}
        self._log = folder / "requests.log"
        self._changes = itertools.count()
        self._ahead = 0

    @property
    def api(self) -> str:
        """The address of api.php."""
        return f"{self.url}/api.php"

    @property
    def process(self) -> int:
        """The process group of the running server; 0 if it is stopped."""
        return self._server.process.pid if self._server else 0

    def start(self) -> None:
        """Answer on a free port of this machine from now on."""
        port = free_port()
        (self.folder / "port").write_text(str(port))
        self.url = f"http://127.0.0.1:{port}"
        env = {"MW_CONFIG_FILE": str(self.folder / "LocalSettings.php"), "WIKI_REQUEST_LOG": str(self._log)}
        options = [
            "-d",
            f"auto_prepend_file={COUNT}",
            "-d",
            "display_errors=0",
            "-d",
            "log_errors=1",
        ]
        options += [
            "-d",
            "opcache.enable=1",
            "-d",
            "opcache.memory_consumption=192",
            "-d",
            "memory_limit=512M",
        ]
        options += ["-d", "post_max_size=64M", "-d", "max_execution_time=0"]
        self._server = Server(self.root, port, self.folder / "server.log", env, *options)

    def stop(self) -> None:
        """Stop answering; may be called twice."""
        if self._server:
            self._server.stop()
        self._server = None
        self._sessions.clear()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    # What a wiki's keeper does at the server.

    def maintain(self, script: str, *arguments: str, stdin: str = "") -> str:
        """Run a maintenance script of MediaWiki and return what it wrote; raise RuntimeError if it failed."""
        return php(self.root, self.folder, script, *arguments, stdin=stdin)

    @contextlib.contextmanager
    def settings(self, php: str) -> Iterator[None]:
        """Have further settings, PHP without `<?php`, from the next request on until the end of the `with`."""
        file = self._set(php)
        try:
            yield
        finally:
            file.unlink()

    def time_passes(self, minutes: int) -> None:
        """Put the wiki's clock forward, from the next request on."""
        self._ahead += 60 * minutes
        clock = f"static fn () => time() + {self._ahead}"
        self._set(f"Wikimedia\\Timestamp\\ConvertibleTimestamp::setFakeTime( {clock} );")

    def _set(self, php: str) -> Path:
        """Write settings into a file of a new name: PHP keeps one that it has read in mind."""
        folder = self.folder / "settings"
        folder.mkdir(exist_ok=True)
        file = folder / f"{next(self._changes):04}.php"
        written = file.with_suffix(".new")
        written.write_text(f"<?php\n{php}\n")
        return written.rename(file)

    def run(self, code: str) -> str:
        """Run statements of PHP inside the wiki and return what they wrote; raise RuntimeError if they failed."""
        file = self.folder / "tmp" / "run.php"
        file.write_text(f"<?php try {{\n{code}\n}} catch ( Throwable $e ) {{ fwrite( STDERR, $e ); exit( 1 ); }}\n")
        return self.maintain("eval", stdin=f"require '{file}';")

    def add_account(self, name: str, password: str = PASSWORD, *groups: str) -> None:
        """Make an account, or give the one that is there this password and these groups."""
        more = [f"--custom-groups={','.join(groups)}"] if groups else []
        self.maintain("createAndPromote", "--force", *more, name, password)

    def bot_password(self, name: str, app_id: str, grants: Iterable[str]) -> str:
        """Make a bot password for this account and return it; the login name is `name@app_id`."""
        secret = hashlib.sha256(f"{name}@{app_id}".encode()).hexdigest()[:32]
        self.maintain("createBotPassword", f"--appid={app_id}", f"--grants={','.join(grants)}", name, secret)
        return secret

    def load(
        self,
        pages: Iterable[tuple[str, str]],
        *,
        user: str = ADMIN,
        summary: str = "Loaded.",
        timestamp: str = "",
        links: bool = False,
    ) -> None:
        """Store many pages, each (title, wikitext) exactly as given, as one revision by `user`.

        `timestamp` is like 2024-05-01T12:00:00Z; if empty, two seconds ago, for recent changes leave out the
        present second. Links and categories are worked out only with `links`. Recent changes and statistics
        are right afterwards.
        """
        when = timestamp or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 2))
        text = "".join(xmldump.dump(pages, user=user, summary=summary, timestamp=when))
        self._import(text, links=links)

    def load_history(self, xml: Path, *, links: bool = False) -> None:
        """Store what an XML dump holds: pages with all their revisions and contributors."""
        self._import(xml.read_text(encoding="utf-8"), links=links)

    def _import(self, text: str, *, links: bool) -> None:
        self.maintain("importDump", "--quiet", *([] if links else ["--no-updates"]), stdin=text)
        self.maintain("rebuildrecentchanges", "--quiet")
        self.maintain("initSiteStats", "--quiet", "--update", "--active")

    # What people do on the wiki. None of it counts as a request.

    def session(self, name: str = ADMIN) -> Session:
        """Return this account's conversation with the API, logged in; the account is made if need be."""
        if name not in self._sessions:
            session = Session(self.url.removeprefix("http://"))
            if (
                name != ADMIN
                and "missing" in session.get(action="query", list="users", ususers=name)["query"]["users"][0]
            ):
                self.add_account(name)
            session.login(name, PASSWORD)
            self._sessions[name] = session
        return self._sessions[name]

    def edit(self, title: str, wikitext: str, *, user: str = "Someone", summary: str = "") -> int:
        """Save a page as this person and return the revision id (the present one if nothing changed)."""
        answer = self.session(user).post(action="edit", title=title, text=wikitext, summary=summary)["edit"]
        if answer["result"] != "Success":
            raise ApiError(answer.get("code", "failure"), str(answer))
        if "newrevid" in answer:
            return int(answer["newrevid"])
        now = self.page(title)
        assert now is not None
        return now[1]

    def delete(self, title: str, *, reason: str = "Deleted.") -> None:
        """Delete a page, as Admin."""
        self.session().post(action="delete", title=title, reason=reason)

    def move(self, old: str, new: str, *, reason: str = "Moved.", redirect: bool = True) -> None:
        """Move a page, as Admin; with `redirect` one stays behind."""
        more: dict[str, str | int] = {} if redirect else {"noredirect": 1}
        self.session().post(action="move", **{"from": old, "to": new, "reason": reason, **more})

    def revert(self, title: str, *, summary: str = "") -> int:
        """Undo a page's latest revision, as Admin, and return the new revision id."""
        now = self.page(title)
        if now is None:
            raise ApiError("missingtitle", title)
        return self.undo(title, now[1], user=ADMIN, summary=summary)

    def undo(self, title: str, revision: int, *, user: str = "Someone", summary: str = "") -> int:
        """Take one revision out of a page as this person, and return the new revision id.

        Without a summary the wiki writes its own.
        """
        said = {"summary": summary} if summary else {}
        answer = self.session(user).post(action="edit", title=title, undo=revision, **said)
        return int(answer["edit"]["newrevid"])

    def rollback(self, title: str) -> int:
        """Take out all that the page's last account did in a row, as Admin, and return the new revision id."""
        last = self.history(title)[-1]["user"]
        token = self.session().get(action="query", meta="tokens", type="rollback")["query"]["tokens"]["rollbacktoken"]
        answer = self.session().post(action="rollback", title=title, user=last, token=token)
        return int(answer["rollback"]["revid"])

    def hide(self, revision: int, what: str = "content") -> None:
        """Hide one revision's text, or `user` or `comment`, as Admin."""
        with self.settings("$wgGroupPermissions['sysop']['deleterevision'] = true;"):
            self.session().post(action="revisiondelete", type="revision", ids=revision, hide=what)

    def restore(self, title: str, revisions: int) -> None:
        """Bring a deleted page back with so many of its oldest revisions, as Admin; each is of a second of its own."""
        asked = {"prop": "deletedrevisions", "titles": title, "drvprop": "timestamp", "drvdir": "newer"}
        found = self.session().get(action="query", drvlimit=50, **asked)["query"]["pages"][0]["deletedrevisions"]
        kept = "|".join(revision["timestamp"] for revision in found[:revisions])
        self.session().post(action="undelete", title=title, timestamps=kept)

    def turn_into(self, title: str, model: str, wikitext: str) -> int:
        """Save a page as one of another content model, as Admin, and return the revision id."""
        with self.settings("$wgGroupPermissions['sysop']['editcontentmodel'] = true;"):
            answer = self.session().post(action="edit", title=title, text=wikitext, contentmodel=model)
        return int(answer["edit"]["newrevid"])

    # What the wiki holds.

    def page(self, title: str) -> tuple[str, int] | None:
        """Return a page's wikitext, as stored, and its revision id; None if there is no such page."""
        found = self._revisions(title, "ids|content", rvslots="main", rvlimit=1)
        return (found[0]["slots"]["main"]["content"], int(found[0]["revid"])) if found else None

    def history(self, title: str) -> list[dict[str, Any]]:
        """Return a page's revisions, oldest first.

        Each has revid, parentid, user, timestamp, comment, sha1, size (bytes), tags and minor.
        """
        return self._revisions(title, "ids|user|timestamp|comment|sha1|size|tags|flags", rvdir="newer", rvlimit=500)

    def _revisions(self, title: str, props: str, **more: str | int) -> list[dict[str, Any]]:
        admin, onwards = self.session(), dict[str, Any]()
        found: list[dict[str, Any]] = []
        while True:
            answer = admin.get(action="query", prop="revisions", titles=title, rvprop=props, **{**more, **onwards})
            found += answer["query"]["pages"][0].get("revisions", [])
            if more.get("rvlimit") == 1 or "continue" not in answer:
                return found
            onwards = answer["continue"]

    # What others asked of it.

    def asked(self) -> list[str]:
        """Return the requests to api.php and index.php since the last reset, each as "POST api.php edit"."""
        return self._log.read_text().splitlines() if self._log.exists() else []

    def requests(self) -> int:
        """Return how many requests api.php and index.php got since the last reset, ours not counted."""
        return len(self.asked())

    def reset_requests(self) -> None:
        """Count from nothing again."""
        self._log.write_text("")
