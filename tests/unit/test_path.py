"""Title → path → title: exact, and safe on every file system that a stick may have."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testing.sites import ARABIC, ENGLISH, WIKTIONARY
from testing.titles import NASTY
from testing.typed import typed
from wikigit.core import path, unicode14
from wikigit.core.errors import RepoError
from wikigit.core.title import Title

FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|]')  # on FAT and NTFS
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE)

ATOMS = (
    "CON aux. nul com¹ .git git~1 ~abcdef % %41 %/+ _ . .. - / \\ : ? İ ı ß ς ǆ ſ K ა Ა \u0345 \u0301 \u200c "
    "\u202e \ue000 \u0378 \ua7cb \U00031350 😀 " + f"{'語' * 20} {'é' * 30} {'?' * 40} {'x' * 60}"
)
NAMES = typed(["", " ", "  ", *ATOMS.split()], 40).filter(bool)
TITLES = st.builds(
    lambda namespace, name: Title(namespace.id, namespace.name, name),
    st.sampled_from([n for n in WIKTIONARY.namespaces if n.id >= 0]),
    NAMES,
)


def assert_safe(where: str) -> None:
    """What must hold for every component of every path."""
    assert unicodedata.is_normalized("NFC", where)
    for component in where.split("/"):
        assert len(component.encode()) <= 140
        assert not FORBIDDEN.search(component)
        assert not RESERVED.fullmatch(component)
        assert component[0] not in ".- ~_"
        assert component[-1] not in ". "
        assert all(unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs") for c in component)


@settings(max_examples=10_000)
@given(TITLES)
def test_a_title_comes_back_from_its_path_exactly(title: Title) -> None:
    where = path.of(title)
    assert path.title(where, WIKTIONARY) == title
    assert where.startswith(f"pages/{path.shard(title)}/")
    assert where.endswith(".wiki")


@settings(max_examples=2_000)
@given(NAMES)
def test_every_component_is_safe(name: str) -> None:
    assert_safe(path.of(Title(0, "", name)))


@pytest.mark.parametrize("name", NASTY)
def test_nasty_titles_are_exact_and_safe(name: str) -> None:
    where = path.of(Title(0, "", name))
    assert path.title(where, ENGLISH).name == name
    assert_safe(where)


def twins(name: str) -> Iterable[str]:
    """Names that some file system takes for the same."""
    yield from (
        name,
        name.upper(),
        name.lower(),
        name.swapcase(),
        name.casefold(),
        name.capitalize(),
        name.title(),
    )


def folded(text: str) -> str:
    return unicodedata.normalize("NFD", text).casefold()


def tail(title: Title) -> str:
    """The path without namespace and hash: collisions must be impossible even inside one folder."""
    return path.of(title).split("/", 4)[4]


@settings(max_examples=1_000)
@given(st.lists(NAMES, max_size=6))
def test_no_two_titles_share_a_file_where_case_and_nfd_do_not_count(names: list[str]) -> None:
    forms = ("NFC", "NFD")
    batch = {unicodedata.normalize(form, twin) for name in names for twin in twins(name) for form in forms}
    tails = {name: folded(tail(Title(0, "", name))) for name in batch if name}
    assert len(set(tails.values())) == len(tails)


def test_no_two_nasty_titles_share_a_file() -> None:
    batch = {twin for name in NASTY for twin in twins(name)}
    assert len({folded(tail(Title(0, "", name))) for name in batch}) == len(batch)


@pytest.mark.parametrize(
    ("namespace", "name", "where"),
    [
        (0, "Foo bar", "pages/main/bf/56/Foo_bar.wiki"),
        (0, "Douglas Adams", "pages/main/e3/c9/Douglas_Adams~1902f7.wiki"),
        (0, "Con", "pages/main/18/a5/%43on.wiki"),
        (3, "0:0:0:0:0:0:0:1", "pages/user-talk/bd/9a/0%3A0%3A0%3A0%3A0%3A0%3A0%3A1.wiki"),
        (4, "X/y", "pages/project/ec/0c/X%2Fy.wiki"),
    ],
)
def test_the_format_stands_still(namespace: int, name: str, where: str) -> None:
    assert path.of(Title(namespace, ENGLISH.namespace(namespace).name, name)) == where


def test_a_long_title_goes_on_one_folder_deeper() -> None:
    first, second = tail(Title(0, "", "X" + "x" * 199)).split("/")
    assert (len(first), first[-1], second) == (140, "%", "+" + "x" * 61 + ".wiki")


@pytest.mark.parametrize(
    ("number", "folder"),
    [
        (0, "main"),
        (1, "talk"),
        (3, "user-talk"),
        (4, "project"),
        (8, "mediawiki"),
        (14, "category"),
        (100, "ns-100"),
    ],
)
def test_a_namespaces_folder_is_the_same_on_every_wiki(number: int, folder: str) -> None:
    assert path.folder(number) == folder
    assert path.shard(Title(number, "whatever", "X")).startswith(f"{folder}/")


def test_the_path_does_not_know_the_wikis_language() -> None:
    assert path.of(Title(14, "تصنيف", "كتب")) == path.of(Title(14, "Category", "كتب"))
    found = path.title(path.of(Title(14, "Category", "كتب")), ARABIC)
    assert str(found) == "تصنيف:كتب"


@pytest.mark.parametrize(
    "strange",
    [
        "",
        "wikigit.toml",
        "pages/main/bf/56/Foo_bar",
        "pages/main/bf/57/Foo_bar.wiki",
        "/pages/main/bf/56/Foo_bar.wiki",
        "pages//main/bf/56/Foo_bar.wiki",
        "pages/main/bf/56/../Foo_bar.wiki",
        "pages/main/bf/56/Foo bar.wiki",
        "pages/main/bf/56/Foo%20bar.wiki",
        "pages/main/bf/56/Foo_bar~000000.wiki",
        "pages/main/BF/56/Foo_bar.wiki",
        "pages/ns-0/bf/56/Foo_bar.wiki",
        "pages/ns-/bf/56/Foo_bar.wiki",
        "pages/ns-99999/bf/56/Foo_bar.wiki",
        "pages/ns-²/bf/56/Foo_bar.wiki",
        "pages/other/bf/56/Foo_bar.wiki",
        "pages/main/e3/c9/Douglas_Adams.wiki",
        "pages/main/18/a5/Con.wiki",
        "pages/main/18/a5/%FF.wiki",
        "pages/main/18/a5/%ED%A0%80.wiki",
        "pages/main/18/a5/\udcff.wiki",
        "pages/main/18/a5/%/+.wiki",
        "pages/main/18/a5/.wiki",
        "pages/main/bf/56/Foo_%/+bar.wiki",
        "pages/main/bf/56/Foo_bar.wiki\n",
    ],
)
def test_a_path_that_is_no_pages_path_is_refused(strange: str) -> None:
    with pytest.raises(RepoError) as error:
        path.title(strange, ENGLISH)
    assert error.value.message.isprintable()


@given(st.text(max_size=30), st.sampled_from(["", "pages/main/bf/56/"]), st.sampled_from(["", ".wiki"]))
def test_a_strangers_path_is_refused_or_exact(middle: str, start: str, end: str) -> None:
    try:
        title = path.title(start + middle + end, ENGLISH)
    except RepoError:
        return
    assert path.of(title) == start + middle + end


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="This Python has another Unicode than 14.0.0.")
def test_the_frozen_table_is_unicode_14() -> None:
    in_table = {c for first, last in unicode14.SPELT_OUT for c in range(first, last + 1)}
    spelt_out = {c for c in range(0x110000) if unicodedata.category(chr(c))[0] in "CZ"}
    assert in_table == spelt_out - {0x20}


def test_every_python_gives_the_same_paths() -> None:
    """Letter case and composition come from Python's tables; this digest holds from Unicode 14 on."""
    digest = hashlib.sha256()
    for c in (*range(0xD800), *range(0xE000, 0x20000)):
        digest.update(path.of(Title(0, "", f"{chr(c)}x{chr(c)}")).encode())
    assert digest.hexdigest() == "b74540d7c9f02a8abfa23707efa9fd14966c72f014441bc461acdaa0f8a011e1"
