"""The sample wiki with its history: read from `sample-repo/` through Git, put into a real MediaWiki."""

import time
from pathlib import Path

from testing import xmldump
from testing.mediawiki import MediaWiki
from testing.xmldump import Version
from wikigit.core.site import Site
from wikigit.core.title import Title
from wikigit.repo import git, layout
from wikigit.repo.store import Store

SAMPLE = Path(__file__).parent.parent / "sample-repo"
PURGED_AT_ONCE = 50


def history(folder: Path) -> dict[str, list[Version]]:
    """Return all revisions of each page, oldest first. `folder` is new; a repository is made there."""
    store = Store.create(folder)
    git.run(store.path, "fast-import", "--quiet", stdin=(SAMPLE / "history.fi").read_bytes())
    site = Site.from_json((SAMPLE / "site.json").read_text(encoding="utf-8"))
    pages: dict[str, list[Version]] = {}
    for commit_id in store.history(store.need(layout.UPSTREAM, "")):
        commit = store.read(commit_id)
        title, subject = commit.message.get("Page"), commit.message.subject
        wikitext = store.wikitext(commit_id, Title.parse(title, site))
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(commit.time))
        assert wikitext is not None
        pages.setdefault(title, []).append(Version(wikitext, commit.author, subject, when))
    return pages


def load(wiki: MediaWiki, folder: Path) -> dict[str, list[Version]]:
    """Put the sample into a wiki that runs and is new; `folder` is for working in. Return what was put there."""
    pages = history(folder / "sample.git")
    dump = folder / "sample.xml"
    dump.write_text("".join(xmldump.history(pages)), encoding="utf-8")
    wiki.delete("Main Page")  # the installer's: it is newer than ours and would stay on top
    wiki.load_history(dump, links=True)
    titles = list(pages)
    for start in range(0, len(titles), PURGED_AT_ONCE):  # else links to pages that came later stay red
        wiki.session().post(action="purge", titles="|".join(titles[start : start + PURGED_AT_ONCE]), forcelinkupdate=1)
    return pages
