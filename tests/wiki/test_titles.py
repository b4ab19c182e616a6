"""A real MediaWiki is asked what it makes of odd titles; we must say the same."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from testing.mediawiki import MediaWiki
from testing.wikiapi import Session
from wikigit.core.errors import TitleError
from wikigit.core.site import Site
from wikigit.core.title import Title

pytestmark = pytest.mark.wiki

SIPROP = "general|namespaces|namespacealiases|magicwords|interwikimap"
ODD = (
    "Ngozi", "ngozi", " two__words _ ", "a\u00a0b\u3000c", "a\u180eb\u2028c",
    "\u200eleft\u202e right\u202c", "a\u200bb", "a\ufeff", "e\u0301cole", ":Category:Rivers", ": Rivers",
    "user_talk : amina", "Project:x", "image:cat.png", "Talk:Foo: bar", "Star Trek: Voyager", "Foo :bar",
    "&amp; &eacute;t&#233; &#xE9;", "AT&T", "100% &c", ".hidden", "A...", "a/b/c", "~~",
    "user:1.02.003.4", "user talk:::1", "user:2001:db8::/32", "user:300.1.1.1", "user:::", "user:1::2::3",
    "user:::ffff:1.2.3.4", "user:1.2.3.4/33", "user:2001:db8::/129", "𐐨𐐩", "x" * 255, "x" * 256,
    "é" * 128, "User talk:" + "x" * 255, "ɐ" + "x" * 252, " _ \u200e", ":", "::", "::Foo", "Talk:", "a[b",
    "a]b", "a{b", "a<b", "a|b", "a\tb", "a\x7fb", "a\x85b", "a\ue000b", "a%41b", "a%4", "a&nosuch;b",
    "&amp;eacute;", "&lt;b&gt;", ".", "..", "./a", "../a", "a/../b", "a/./b", "a/.", "a/..", "a/...",
    "a~~~~b", "a&#0;b", "a&#xD800;b", "a&#x110000;b", "a&rlm;b", "a&nbsp;b", "Special:Search",
    "special:\u200e", "media:cat.png", "Talk:User:Bo", "Talk:commons:Bo", "commons:Bo", "COMMONS:Bo",
    "User:Talk:Bo", "ßx", "ǆx", "ŉx", "ﬁx", "ͅx", "ῷx", "i\u0307x", "ქართული", "ⅷ", "ⓐ", "\ufedb\ufbdd",
    "\u0d28\u0d4d\u200d", "\\", '"', "'", "`", "@", "?", "*", "(a)", "a+b", "=", ";",
)  # fmt: skip


def siteinfo(session: Session) -> dict[str, Any]:
    answer: dict[str, Any] = session.get(action="query", meta="siteinfo", siprop=SIPROP)["query"]
    return answer


def wikis_answers(session: Session, typed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each title with what the wiki makes of it: "2 User:Bo", or "no" for what can be no page there."""
    for start in range(0, len(typed), 50):
        part = typed[start : start + 50]
        answer = session.get(action="query", titles="\x1f" + "\x1f".join(part))["query"]
        steps = {asked(step): step["to"] for step in answer.get("normalized", ())}
        pages = {page["title"]: page for page in answer["pages"]}
        for title in part:
            yield title, verdict(pages.get(last(steps, title)))


def asked(step: dict[str, Any]) -> str:
    return unquote(step["from"]) if step["fromencoded"] else str(step["from"])


def last(steps: dict[str, str], title: str) -> str:
    while steps.get(title, title) != title:
        title = steps[title]
    return title


def verdict(page: dict[str, Any] | None) -> str:
    return f"{page['ns']} {page['title']}" if page and page.get("ns", -1) >= 0 else "no"


def ours(typed: str, site: Site) -> str:
    try:
        title = Title.parse(typed, site)
    except TitleError:
        return "no"
    return f"{title.namespace} {title}"


def assert_agreed(session: Session) -> None:
    site = Site.from_siteinfo(siteinfo(session))
    theirs = dict(wikis_answers(session, ODD))
    assert {typed: ours(typed, site) for typed in ODD} == theirs
    assert sum(answer == "no" for answer in theirs.values()) > 20


def test_we_read_odd_titles_as_the_wiki_does(mediawiki: MediaWiki) -> None:
    assert_agreed(mediawiki.session())


@pytest.mark.parametrize(("language", "version"), [("ar", ""), ("tr", ""), ("en", "1.43")])
def test_we_do_in_other_languages_and_on_the_newer_release(
    language: str, version: str, new_wiki: Callable[..., MediaWiki]
) -> None:
    with new_wiki(language=language, version=version) as wiki:
        assert_agreed(wiki.session())


def test_the_wikis_siteinfo_becomes_site_json(mediawiki: MediaWiki) -> None:
    session = mediawiki.session()
    site = Site.from_siteinfo(siteinfo(session))
    assert Site.from_json(site.to_json()) == site
    assert Site.from_siteinfo(siteinfo(session)).to_json() == site.to_json()
    assert site.namespace(10).name == "Template"
    assert site.file_names == ("File", "Image")
    assert "#REDIRECT" in site.redirect_words
    assert site.interwiki("commons")
    assert site.api == mediawiki.api


def test_a_title_has_the_wikis_own_address(mediawiki: MediaWiki) -> None:
    session = mediawiki.session()
    site = Site.from_siteinfo(siteinfo(session))
    full = "User talk:A/b & c (d)+é?!*;@$~'\"\\"
    told = session.get(action="query", titles=full, prop="info", inprop="url")["query"]["pages"][0]
    assert Title.parse(full, site).url(site) == told["fullurl"]
