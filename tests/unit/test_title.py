"""What people type, and the page that the wiki would take it for."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testing.sites import ARABIC, ENGLISH, WIKTIONARY
from testing.typed import typed
from wikigit.core.errors import ConfigError, TitleError
from wikigit.core.site import Site
from wikigit.core.title import Title, shown

WIKIMEDIA = replace(ENGLISH, generator="MediaWiki 1.46.0-wmf.5")
NEWER = replace(ENGLISH, generator="MediaWiki 1.43.1")
TURKISH = replace(ENGLISH, lang="tr")
MALAYALAM = replace(ENGLISH, lang="ml")
EGYPTIAN = replace(ENGLISH, lang="arz", fallbacks=("ar",))


@pytest.mark.parametrize(
    ("typed", "namespace", "full"),
    [
        ("Ngozi", 0, "Ngozi"),
        ("ngozi", 0, "Ngozi"),
        ("  two__words _", 0, "Two words"),
        ("a\u00a0b\u3000\u2009c", 0, "A b c"),
        ("\u200eleft\u202e to right\u202c", 0, "Left to right"),
        ("e\u0301cole", 0, "École"),
        (":Category:Rivers", 14, "Category:Rivers"),
        (": Rivers", 0, "Rivers"),
        ("user_talk : amina", 3, "User talk:Amina"),
        ("WP:x", 4, "Testwiki:X"),
        ("image:cat.png", 6, "File:Cat.png"),
        ("Talk:Foo: bar", 1, "Talk:Foo: bar"),
        ("Star Trek: Voyager", 0, "Star Trek: Voyager"),
        ("Foo :bar", 0, "Foo :bar"),
        ("test:user:bo", 2, "User:Bo"),
        ("&amp; &eacute;t&#233; &#xE9;", 0, "& été é"),
        ("AT&T", 0, "AT&T"),
        ("100% &c", 0, "100% &c"),
        (".hidden", 0, ".hidden"),
        ("A...", 0, "A..."),
        ("a/b/c", 0, "A/b/c"),
        ("~~", 0, "~~"),
        ("user:1.02.003.4", 2, "User:1.2.3.4"),
        ("user talk:::1", 3, "User talk:0:0:0:0:0:0:0:1"),
        ("user:2001:db8::/32", 2, "User:2001:DB8:0:0:0:0:0:0/32"),
        ("user:300.1.1.1", 2, "User:300.1.1.1"),
        ("𐐨𐐩", 0, "𐐀𐐩"),
        ("x" * 255, 0, "X" + "x" * 254),
        ("User talk:" + "x" * 255, 3, "User talk:X" + "x" * 254),
    ],
)
def test_a_title_is_read_as_the_wiki_reads_it(typed: str, namespace: int, full: str) -> None:
    title = Title.parse(typed, ENGLISH)
    assert (title.namespace, str(title)) == (namespace, full)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "is empty"),
        (" _ \u200e", "is empty"),
        (":", "is empty"),
        ("Talk:", "is empty"),
        ("::Foo", "begins with a colon"),
        ("Foo#Bar", "a place in a page"),
        ("Foo&#35;Bar", "a place in a page"),
        ("a[b", "holds “[”"),
        ("a|b", "holds “|”"),
        ("a\tb", "holds “\\u0009”"),
        ("a\x7fb", "holds “\\u007f”"),
        ("a%41b", "holds “%41”"),
        ("a&nosuch;b", "holds “&nosuch;”"),
        ("&amp;eacute;", "holds “&eacute;”"),
        (".", "between slashes"),
        ("..", "between slashes"),
        ("./a", "between slashes"),
        ("a/../b", "between slashes"),
        ("a/.", "between slashes"),
        ("a~~~~b", "three tildes"),
        ("y" * 256, "256 bytes"),
        ("é" * 128, "256 bytes"),
        ("a\ufffdb", "character that is none"),
        ("a&#0;b", "character that is none"),
        ("a&#xD800;b", "character that is none"),
        ("a&#99999999999;b", "character that is none"),
        ("Special:Search", "no page can be"),
        ("media:cat.png", "no page can be"),
        ("Talk:User:Bo", "two prefixes"),
        ("Talk:de:Bo", "two prefixes"),
        ("de:Bo", "another wiki (de:)"),
        ("WIKT:Bo", "another wiki (WIKT:)"),
    ],
)
def test_what_the_wiki_would_refuse_is_refused_with_a_reason(typed: str, said: str) -> None:
    with pytest.raises(TitleError) as error:
        Title.parse(typed, ENGLISH)
    assert said in error.value.message
    assert error.value.message.startswith(f"“{shown(typed)}”")
    assert error.value.hint.endswith(".")


def test_a_refusal_shows_no_control_characters_and_no_endless_title() -> None:
    with pytest.raises(TitleError) as error:
        Title.parse("\x1b[31m\u202e" + "z" * 999, ENGLISH)
    assert error.value.message.isprintable()
    assert len(error.value.message) < 150


def test_a_title_may_grow_too_long_by_its_capital() -> None:
    assert Title.parse("ɐ" + "x" * 252, ENGLISH).name.startswith("Ɐ")
    with pytest.raises(TitleError, match="256 bytes"):
        Title.parse("ɐ" + "x" * 253, ENGLISH)


def test_letter_case_follows_the_namespace() -> None:
    assert str(Title.parse("iPhone", WIKTIONARY)) == "iPhone"
    assert str(Title.parse("user:bo", WIKTIONARY)) == "User:Bo"
    assert str(Title.parse("appendix:x", WIKTIONARY)) == "Appendix:X"


@pytest.mark.parametrize(
    ("site", "typed", "title"),
    [
        (ENGLISH, "ßx", "SSx"),
        (NEWER, "ßx", "Ssx"),
        (WIKIMEDIA, "ßx", "ßx"),
        (ENGLISH, "ǆx", "Ǆx"),
        (NEWER, "ǆx", "ǅx"),
        (NEWER, "საქართველო", "საქართველო"),
        (TURKISH, "istanbul", "İstanbul"),
        (TURKISH, "ığdır", "Iğdır"),
        (ENGLISH, "istanbul", "Istanbul"),
        (ENGLISH, "i\u0307x", "İx"),
        (ARABIC, "\ufedb\ufe98\ufe8e\ufe8f", "كتاب"),
        (EGYPTIAN, "\ufedb\ufe98\ufe8e\ufe8f", "كتاب"),
        (ENGLISH, "\ufedb", "\ufedb"),
        (ARABIC, "\ufbdd", "\u0677"),
        (MALAYALAM, "\u0d05\u0d35\u0d28\u0d4d\u200d", "\u0d05\u0d35\u0d7b"),
    ],
)
def test_letters_are_the_wikis_own(site: Site, typed: str, title: str) -> None:
    assert str(Title.parse(typed, site)) == title


def test_an_arabic_prefix_is_the_same_namespace_as_its_english_name() -> None:
    assert str(Title.parse("Category:كتب", ARABIC)) == "تصنيف:كتب"


def test_what_the_wiki_says_is_taken_as_it_is() -> None:
    assert Title.trusted(0, "Talk: a film#1", ENGLISH) == Title(0, "", "Talk: a film#1")
    assert Title.trusted(3, "User talk:amina:b", ENGLISH) == Title(3, "User talk", "amina:b")


def test_a_page_is_the_same_page_under_another_prefix() -> None:
    told, here = Title.trusted(2, "Benutzerin:Amina", ENGLISH), Title.parse("user:Amina", ENGLISH)
    assert told == here
    assert str(told) == "User:Amina"
    assert len({told, here, Title(2, "Benutzerin", "Amina")}) == 1


def test_a_namespace_unknown_to_site_json_is_no_silent_guess() -> None:
    with pytest.raises(ConfigError, match="828"):
        Title.trusted(828, "Module:X", ENGLISH)


def test_titles_sort_by_namespace_and_name() -> None:
    titles = [Title.parse(t, ENGLISH) for t in ("User:A", "b", "Talk:A", "a")]
    assert [str(t) for t in sorted(titles)] == ["A", "B", "Talk:A", "User:A"]
    assert [t.is_talk for t in sorted(titles)] == [False, False, True, False]


WORDS = (
    ": _ # % & ; / . ~ Talk user Special de test &amp; &#38; &#x23; ::1 1.02.3.4 ß ǆ ŉ ῷ "
    "\u200e e\u0301 i\u0307 \u0345 \ufedb \u0d28\u0d4d\u200d"
)
TYPED = typed([" ", *WORDS.split()], 24)
SITES = st.sampled_from([ENGLISH, NEWER, WIKIMEDIA, TURKISH, ARABIC, MALAYALAM, WIKTIONARY])


def read(typed: str, site: Site) -> Title | None:
    try:
        return Title.parse(typed, site)
    except TitleError:
        return None


@settings(max_examples=3_000)
@given(TYPED, SITES)
def test_reading_a_title_twice_changes_nothing(typed: str, site: Site) -> None:
    title = read(typed, site)
    if title is None:
        return
    assert title.namespace >= 0
    assert len(title.name.encode()) <= 255
    assert unicodedata.is_normalized("NFC", title.name)
    assert "_" not in title.name
    assert Title.trusted(title.namespace, str(title), site) == title
    assert read(str(title), site) == title


def test_half_a_character_is_no_title() -> None:
    with pytest.raises(TitleError, match="character that is none"):
        Title.parse("a\ud800b", ENGLISH)
