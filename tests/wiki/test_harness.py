"""The real wiki that the other tests trust tells the truth."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from testing.mediawiki import MediaWiki
from testing.phpserver import group_lives

NewWiki = Callable[..., MediaWiki]
pytestmark = pytest.mark.wiki

EXACT = {
    "Harness/Newline": "A line.\n",
    "Harness/Blanks": "  spaces before, and after  \n\n\n",
    "Harness/Arabic": "مدينة في بوروندي\u200f، اسمها «غيتيغا».",
    "Harness/Markup": "<ref name=\"a\">&amp; &lt; ]]></ref>\t'''{{bold}}'''",
    "Harness/Carriage return": "one\r\ntwo\n",
    "Harness/ትግርኛ": "ከተማ 🏙\n",
    "Harness/Empty": "",
}


def test_loaded_pages_come_back_byte_for_byte(mediawiki: MediaWiki) -> None:
    mediawiki.load(EXACT.items())
    assert {title: (mediawiki.page(title) or ("missing",))[0] for title in EXACT} == EXACT


def test_loaded_pages_are_recent_changes_and_counted(mediawiki: MediaWiki) -> None:
    mediawiki.load([("Harness/Recent", "new")])
    admin = mediawiki.session()
    changes = admin.get(action="query", list="recentchanges", rclimit=500)["query"]["recentchanges"]
    pages = admin.get(action="query", list="allpages", aplimit=500)["query"]["allpages"]
    statistics = admin.get(action="query", meta="siteinfo", siprop="statistics")["query"]["statistics"]
    assert "Harness/Recent" in [change["title"] for change in changes]
    assert statistics["pages"] >= len(pages)


def test_a_persons_edit_is_a_new_revision(mediawiki: MediaWiki) -> None:
    first = mediawiki.edit("Harness/Ngozi", "Ngozi is a city.", user="Aline", summary="New.")
    second = mediawiki.edit("Harness/Ngozi", "Ngozi is a town.  \n", user="Bosco")
    assert second > first
    assert mediawiki.page("Harness/Ngozi") == ("Ngozi is a town.", second)
    assert [(line["revid"], line["user"]) for line in mediawiki.history("Harness/Ngozi")] == [
        (first, "Aline"),
        (second, "Bosco"),
    ]


def test_admin_reverts_moves_and_deletes(mediawiki: MediaWiki) -> None:
    mediawiki.edit("Harness/Fate", "Good.")
    mediawiki.edit("Harness/Fate", "Bad.")
    back = mediawiki.revert("Harness/Fate")
    assert mediawiki.page("Harness/Fate") == ("Good.", back)
    mediawiki.move("Harness/Fate", "Harness/Moved", redirect=False)
    assert mediawiki.page("Harness/Fate") is None
    mediawiki.delete("Harness/Moved")
    assert mediawiki.page("Harness/Moved") is None


def test_each_request_is_counted_once(mediawiki: MediaWiki) -> None:
    mediawiki.reset_requests()
    address = f"{mediawiki.api}?action=query&format=json"
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda _: urllib.request.urlopen(address).read(), range(40)))
    mediawiki.page("Harness/Ngozi")
    mediawiki.edit("Harness/Counted", "Our own hand does not count.")
    assert mediawiki.requests() == 40
    assert set(mediawiki.asked()) == {"GET api.php query"}


def test_a_bot_password_opens_the_wiki(mediawiki: MediaWiki) -> None:
    mediawiki.add_account("Harness bot", "secret words here", "bot")
    secret = mediawiki.bot_password("Harness bot", "wikigit", ["basic", "editpage", "createeditmovepage"])
    mwclient = pytest.importorskip("mwclient")
    site = mwclient.Site(mediawiki.url.removeprefix("http://"), path="/", scheme="http")
    site.login("Harness bot@wikigit", secret)
    site.pages["Harness/Bot"].edit("By a bot.")
    assert mediawiki.history("Harness/Bot")[-1]["user"] == "Harness bot"
    assert "POST api.php edit" in mediawiki.asked()


def test_several_people_save_at_once(mediawiki: MediaWiki) -> None:
    names = [f"Person {number}" for number in range(4)]
    for name in names:
        mediawiki.session(name)
    with ThreadPoolExecutor(4) as people:
        revisions = list(people.map(lambda name: mediawiki.edit(f"Harness/{name}", "Mine.", user=name), names * 5))
    assert len(set(revisions)) == 4


def test_nothing_runs_after_a_story_breaks_off(new_wiki: NewWiki) -> None:
    group = 0

    def story() -> None:
        nonlocal group
        with new_wiki() as wiki:
            group = wiki.process
            assert group_lives(group)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        story()
    assert not group_lives(group)


def test_nothing_runs_after_its_starter_is_killed(new_wiki: NewWiki) -> None:
    folder = new_wiki().folder
    story = (
        "import os, sys; from pathlib import Path; from testing.mediawiki import install\n"
        "wiki = install(Path(sys.argv[1])); wiki.start(); print(wiki.process, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", story, str(folder)], capture_output=True, text=True, check=False)
    deadline = time.monotonic() + 5
    while group_lives(int(done.stdout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not group_lives(int(done.stdout))
