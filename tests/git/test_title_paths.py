"""Git takes every page's path, and real wikis' titles fit."""

import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from testing.sites import ENGLISH
from testing.titles import NASTY
from wikigit.core import path
from wikigit.core.title import Title

STRICT = ("-c", "core.protectNTFS=true", "-c", "core.protectHFS=true", "-c", "core.quotePath=false")


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(["git", *STRICT, *arguments], cwd=folder, input=stdin, capture_output=True, check=True).stdout


def test_git_takes_every_nasty_title_even_where_it_protects_windows_and_macs(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    blob = git(tmp_path, "hash-object", "-w", "--stdin", stdin=b"x").decode().strip()
    paths = {path.of(Title(0, "", name)) for name in NASTY}
    lines = b"".join(f"100644 {blob}\t{where}\0".encode() for where in paths)
    git(tmp_path, "update-index", "-z", "--add", "--index-info", stdin=lines)
    tree = git(tmp_path, "write-tree").decode().strip()
    listed = git(tmp_path, "ls-tree", "-r", "-z", "--name-only", tree).decode().split("\0")
    assert set(listed) - {""} == paths
    git(tmp_path, "fsck", "--strict")


def real_titles(bundle: Path, folder: Path) -> list[str]:
    """Read the titles of a wiki that git-remote-mediawiki wrote: `Title.mw`, space as `_`, `/` as `%2F`."""
    git(folder, "init", "--quiet", "--bare")
    git(folder, "fetch", "--quiet", str(bundle.absolute()), "refs/*:refs/*")
    listed = git(folder, "ls-tree", "-z", "--name-only", "refs/mediawiki/origin/master").decode().split("\0")
    return [name.removesuffix(".mw").replace("_", " ").replace("%2F", "/") for name in listed if name]


@pytest.mark.parametrize("lang", ["ig", "ti"])
def test_every_title_of_a_real_wiki_has_a_path_of_its_own(lang: str, data_folder: Path, tmp_path: Path) -> None:
    names = real_titles(data_folder / "wikis" / f"{lang}.bundle", tmp_path)
    wiki = replace(ENGLISH, lang=lang, generator="MediaWiki 1.46.0-wmf.5", interwikis=())
    titles = [Title.trusted(0, name, wiki) for name in names]
    paths = [path.of(title) for title in titles]
    assert len(titles) > 600
    assert [path.title(where, wiki) for where in paths] == titles
    assert len({unicodedata.normalize("NFD", where).casefold() for where in paths}) == len(paths)
    assert [Title.parse(name, wiki) for name in names] == titles
