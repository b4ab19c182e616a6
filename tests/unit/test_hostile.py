"""Pages that want to hang or break the merge. A test that runs on and on is the failure."""

import pytest

from testing.sites import ENGLISH
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.merge import Merged, merge
from wikigit.wikitext.replay import brings_back, replay_one, strays

SIZE = 100_000
BITS = [
    "[[", "{{", "<!--", "'''", "=", "<ref name= ", "|a", "[[a:", "{{a|", '<ref name="a', "<a", "<!-->", "http://",
    "=\n", "|a=\n", "\n", " ", "。", "市", "a b. ", "\u200f", "\r",
]  # fmt: skip
WORDS = " ".join(f"w{number}" for number in range(280_000))
SAME = "word " * 400_000
HAN = "".join(chr(0x4E00 + number % 20_000) for number in range(660_000))


def ends(base: str, ours: str, theirs: str) -> str | None:
    """Merge and replay, both ways; the merged text where there is one."""
    found = [merge(base, *sides, ENGLISH) for sides in ((ours, theirs), (theirs, ours))]
    assert {type(result) for result in found} <= {Merged, Conflict}
    assert type(found[0]) is type(found[1])
    assert isinstance(replay_one(ours, (base, theirs), ENGLISH), str | Conflict)
    return found[0].wikitext if isinstance(found[0], Merged) else None


@pytest.mark.parametrize("bit", BITS)
def test_one_mark_over_and_over(bit: str) -> None:
    text = bit * (SIZE // len(bit))
    both = ends(f"a\n{text}\nb", f"a a\n{text}\nb", f"a\n{text}\nb b")
    assert both in (f"a a\n{text}\nb b", None)
    ends(f"a {text} b", f"c a {text} b", f"a {text} b c")
    ends("a\nb\nc\nd", f"a\n{text}\nb\nc\nd", f"a\nb\nc\n{text}\nd")
    ends(f"a\n{text}\nb\nc\nd", "a\nb\nc\nd", f"a\n{text}\nb\nc\n{text}")
    ends("a", f"a\n{text}", f"b\n{text}")


@pytest.mark.parametrize("line", [WORDS, HAN, "word. " * 340_000])
def test_a_line_of_two_megabytes_changed_at_both_ends(line: str) -> None:
    base, ours, theirs = line + " end", "start " + line + " end", line + " end at last"
    found = merge(base, ours, theirs, ENGLISH)
    assert isinstance(found, Conflict) or found.wikitext == "start " + line + " end at last"
    assert isinstance(replay_one(ours, (base, theirs), ENGLISH), str | Conflict)


@pytest.mark.parametrize("line", [WORDS, SAME, HAN])
def test_what_is_asked_after_a_replay_on_two_megabytes(line: str) -> None:
    assert not brings_back(line, line + " a", "b " + line + " a")
    assert brings_back(line, "a", line)
    assert not strays((line, line + " a"), line + "\nb", line + " a\nb")
    assert strays((line, line + " a"), line + "\nb", f"{line} a\n" * 2 + "b")


def test_tables_in_tables() -> None:
    page = "a\n" + "{|\n|\n" * 1_000 + "deep" + "\n|}" * 1_000 + "\nb"
    assert ends(page, "a " + page, page + " b") == "a " + page + " b"
    assert ends(page, page.replace("deep", "deeper"), page.replace("deep", "deepest")) is None
    assert ends(page, page.replace("|\n", "|x\n", 1), page.replace("deep", "deeper")) is not None
    ends(page, page.replace("{|\n|\n", "", 1), page.replace("\n|}", "", 1))


def numbered(size: int, step: int, first: int, mark: str) -> str:
    """Lines with their numbers, every so many changed."""
    return "\n".join(f"{n}{mark}" if n >= first and n % step == first % step else str(n) for n in range(size))


def test_a_page_that_both_changed_alike_in_thousands_of_lines() -> None:
    base, both = numbered(20_000, 1, 20_000, ""), numbered(20_000, 4, 8, "x")
    assert ends(base, "a" + both, both + "b") == "a" + both + "b"


def test_thousands_of_changes_of_each_side() -> None:
    base = numbered(20_000, 1, 20_000, "")
    assert ends(base, numbered(20_000, 4, 8, "x"), numbered(20_000, 4, 10, "y")) is not None
    assert isinstance(merge(base, numbered(20_000, 2, 8, "x"), numbered(20_000, 2, 9, "y"), ENGLISH), Conflict)
    found = merge(base, numbered(20_000, 4, 8, "x"), numbered(20_000, 4, 8, "y"), ENGLISH)
    assert isinstance(found, Conflict)
    assert len(found.spots) == 4_998
    assert ends(base, numbered(20_000, 4, 8, "x"), "<!--" + numbered(20_000, 4, 10, "y")) is None


@pytest.mark.parametrize("form", ["[[a{}]] ", "[[a:{}]] ", "{{{{a{}}}}} ", "This sentence has the number {}. "])
def test_thousands_of_things_that_both_added_or_took_away(form: str) -> None:
    line = "".join(form.format(number) for number in range(10_000))
    assert ends("a\nb\nc\nd", f"a\nb\n{line}\nc\nd d", f"a a\nb\n{line}\nc\nd") == f"a a\nb\n{line}\nc\nd d"
    long = "x" * len(line)  # else the page counts as emptied
    assert ends(f"a\nb\n{line}\nc\n{long}", f"a\nb\nc\n{long} d", f"a a\nb\nc\n{long}") == f"a a\nb\nc\n{long} d"
    ends("a\nb\nc\nd", f"a\n{line}\nb\nc\nd", f"a\nb\nc\n{line}\nd")
