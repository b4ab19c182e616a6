"""A wiki's account of itself: read, kept as `site.json`, asked for names and addresses."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testing.sites import ARABIC, ENGLISH, WIKTIONARY
from wikigit.core.errors import ConfigError, WikiError
from wikigit.core.site import Namespace, Site
from wikigit.core.title import Title


def siteinfo() -> dict[str, Any]:
    """What a small wiki answers, shortened."""
    return {
        "general": {
            "mainpage": "Isu",
            "base": "https://ig.example/wiki/Isu",
            "sitename": "Wikipedia",
            "generator": "MediaWiki 1.46.0-wmf.5",
            "case": "first-letter",
            "lang": "ig",
            "fallback": [],
            "rtl": False,
            "articlepath": "/wiki/$1",
            "scriptpath": "/w",
            "server": "//ig.example",
            "wikiid": "igwiki",
            "time": "2024-01-01T00:00:00Z",
        },
        "namespaces": {
            "6": {"id": 6, "case": "first-letter", "name": "Usòrò", "subpages": False, "canonical": "File"},
            "0": {"id": 0, "case": "case-sensitive", "name": "", "subpages": False, "content": True},
            "3": {"id": 3, "case": "first-letter", "name": "Okwu ojiarụ", "canonical": "User talk"},
            "2302": {"id": 2302, "case": "case-sensitive", "name": "Gadget", "defaultcontentmodel": "GadgetDefinition"},
        },
        "namespacealiases": [{"id": 6, "alias": "Image"}, {"id": 6, "alias": "Foto"}],
        "magicwords": [
            {"name": "redirect", "aliases": ["#KÚFÙ", "#REDIRECT"], "case-sensitive": False},
            {"name": "img_right", "aliases": ["right"], "case-sensitive": True},
        ],
        "interwikimap": [
            {"prefix": "wikt", "url": "https://wikt.example/$1", "protorel": False},
            {"prefix": "de", "language": "Deutsch", "url": "https://de.example/$1"},
            {"prefix": "ig", "language": "Igbo", "localinterwiki": True, "url": "https://ig.example/wiki/$1"},
        ],
    }


def test_siteinfo_becomes_a_value() -> None:
    site = Site.from_siteinfo(siteinfo())
    assert (site.wiki, site.lang, site.rtl, site.main_page) == ("igwiki", "ig", False, "Isu")
    assert site.base == "https://ig.example/wiki/$1"
    assert site.api == "https://ig.example/w/api.php"
    assert site.redirect_words == ("#KÚFÙ", "#REDIRECT")
    assert [n.id for n in site.namespaces] == [0, 3, 6, 2302]
    assert [n.content_model for n in site.namespaces] == ["wikitext"] * 3 + ["GadgetDefinition"]
    assert site.namespace(0) == Namespace(0, "", first_letter=False, content=True)
    assert site.file_names == ("Usòrò", "File", "Foto", "Image")
    assert [(i.prefix, i.language, i.local) for i in site.interwikis] == [
        ("de", True, False),
        ("ig", True, True),
        ("wikt", False, False),
    ]
    assert site.wikimedia
    assert site.version == (1, 46)


def test_the_order_and_the_hour_of_an_answer_do_not_show_in_site_json() -> None:
    later = siteinfo()
    later["general"]["time"] = "2025-06-01T12:00:00Z"
    for key in ("namespacealiases", "magicwords", "interwikimap"):
        later[key].reverse()
    assert Site.from_siteinfo(siteinfo()).to_json() == Site.from_siteinfo(later).to_json()


@pytest.mark.parametrize("site", [ENGLISH, WIKTIONARY, ARABIC, Site.from_siteinfo(siteinfo())])
def test_site_json_brings_the_same_site_back(site: Site) -> None:
    text = site.to_json()
    assert text.endswith("\n}\n")
    assert Site.from_json(text) == site
    assert Site.from_json(text).to_json() == text


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"format": 2}',
        '{"format": true}',
        "[" * 100_000,
        ENGLISH.to_json().replace('"rtl": false', '"rtl": "no"'),
        ENGLISH.to_json().replace('"wiki": "testwiki"', '"wiki": null'),
        ENGLISH.to_json().replace('"WP"', "7"),
    ],
)
def test_a_broken_site_json_is_said_with_what_to_do(broken: str) -> None:
    with pytest.raises(ConfigError) as error:
        Site.from_json(broken)
    assert "site.json" in error.value.message
    assert error.value.hint


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
def test_any_other_json_is_refused_not_crashed_on(value: object) -> None:
    with pytest.raises(ConfigError):
        Site.from_json(json.dumps(value))


def without(*path: str) -> Callable[[dict[str, Any]], None]:
    def cut(info: dict[str, Any]) -> None:
        for key in path[:-1]:
            info = info[key]
        del info[path[-1]]

    return cut


@pytest.mark.parametrize(
    "spoil",
    [
        without("general"),
        without("general", "wikiid"),
        without("general", "server"),
        without("namespaces", "6", "id"),
        lambda info: info.update(namespaces=7),
        lambda info: info["namespaces"]["0"].update({"name": None}),
    ],
)
def test_an_answer_that_is_not_siteinfo_ends_the_run(spoil: Callable[[dict[str, Any]], None]) -> None:
    info = siteinfo()
    spoil(info)
    with pytest.raises(WikiError) as error:
        Site.from_siteinfo(info)
    assert "siprop" in error.value.hint


@pytest.mark.parametrize(
    ("prefix", "number"),
    [
        ("User talk", 3),
        ("user_TALK", 3),
        ("Project", 4),
        ("Testwiki", 4),
        ("wp", 4),
        ("Image", 6),
        ("special", -1),
        ("", None),
        ("Nothing", None),
    ],
)
def test_a_prefix_is_found_in_every_spelling(prefix: str, number: int | None) -> None:
    found = ENGLISH.named(prefix)
    assert (found.id if found else None) == number


def test_mediawikis_own_name_beats_an_alias_of_another_namespace() -> None:
    namespaces = (Namespace(4, "Help", "Project"), Namespace(12, "Guide", "Help", ("Project",)))
    site = Site("w", "W", "https://w.example/$1", "https://w.example/api.php", "en", namespaces)
    assert [n.id for name in ("help", "project", "guide") if (n := site.named(name))] == [12, 4, 12]


def test_an_arabic_wiki_answers_to_arabic_and_to_english_names() -> None:
    assert ARABIC.rtl
    assert ARABIC.namespace(14).name == "تصنيف"
    assert ARABIC.named("تصنيف") == ARABIC.named("Category")
    assert ARABIC.category_names == ("تصنيف", "Category")


def test_a_namespace_that_is_not_there_says_how_to_get_it() -> None:
    with pytest.raises(ConfigError) as error:
        ENGLISH.namespace(828)
    assert "828" in error.value.message
    assert "Fetch" in error.value.hint


def test_talk_and_subject_belong_together() -> None:
    assert (ENGLISH.namespace(2).talk, ENGLISH.namespace(3).subject) == (3, 2)
    assert not ENGLISH.namespace(-1).is_talk


@pytest.mark.parametrize(
    ("title", "url"),
    [
        (Title(0, "", "Main Page"), "https://test.example/wiki/Main_Page"),
        (Title(3, "User talk", "A/B: c"), "https://test.example/wiki/User_talk:A/B:_c"),
        (Title(0, "", "Où? 100% & #"), "https://test.example/wiki/O%C3%B9%3F_100%25_%26_%23"),
    ],
)
def test_a_page_has_an_address(title: Title, url: str) -> None:
    assert title.url(ENGLISH) == url


def test_magic_words_are_found_by_mediawikis_name() -> None:
    assert ENGLISH.words("img_thumbnail") == ("thumb", "thumbnail")
    assert ENGLISH.words("no_such_word") == ()
    assert ARABIC.redirect_words == ("#تحويل", "#REDIRECT")
