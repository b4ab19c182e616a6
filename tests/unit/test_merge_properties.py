"""What holds for the merge of any three pages: nothing lost, nothing invented, nobody favoured."""

from dataclasses import dataclass
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from testing.sites import ENGLISH
from wikigit.wikitext.conflict import Conflict
from wikigit.wikitext.merge import Merged, merge
from wikigit.wikitext.replay import replay
from wikigit.wikitext.tokens import tokens

FORMS = [
    "{0} market.", "{0} opens. The {1} school stands.", "== {0} ==", "* {0} {1}", "See [[{0}|{1}]] too.", "{{{{{0}}}}}",
    "| {0} = {1}", "[[Category:{0}]]", "[[File:{0}.jpg|thumb|{1}]]", "<ref name={0}>{1}</ref>", "{0} 市场在湖边 {1}。",
    "",
]  # fmt: skip
SIZE = 6
PAGES = st.lists(st.sampled_from(FORMS), min_size=SIZE, max_size=SIZE)
CHANGES = st.lists(st.integers(0, 11), min_size=SIZE, max_size=SIZE)


def edited(forms: list[str], changes: list[int], who: str) -> str:
    """A page made of forms, each with marks that stand once, and what one person did to each line."""
    lines = []
    for number, (form, change) in enumerate(zip(forms, changes, strict=True)):
        kept, mine = (f"base{number}q", f"more{number}q"), f"{who}{number}q"
        line = form.format(*kept)
        lines += {
            0: [],
            1: [form.format(mine, kept[1])],
            2: [form.format(kept[0], mine)],
            3: [line, form.format(mine, mine + "b")],
            4: [form.format(mine, mine + "b"), line],
        }.get(change, [line])
    return "\n".join(lines)


TEXTS = st.builds(
    lambda forms, one, two: (edited(forms, [9] * SIZE, ""), edited(forms, one, "ours"), edited(forms, two, "yours")),
    PAGES, CHANGES, CHANGES,
)  # fmt: skip


def marks(text: str) -> set[str]:
    """The words of a page that stand nowhere else in it."""
    return {word for word in tokens(text) if word.endswith(("q", "qb"))}


def everything(found: Merged | Conflict) -> str:
    """All that a person can see of a merge: the page, and every side of every spot."""
    if isinstance(found, Merged):
        return found.wikitext
    return found.wikitext(lambda spot: f"{spot.ours}\n{spot.theirs}\n")


@settings(max_examples=5_000, deadline=None)
@given(TEXTS)
def test_whoever_changed_nothing_gets_the_other_text(texts: tuple[str, str, str]) -> None:
    base, ours, theirs = texts
    found, mirrored = merge(base, base, theirs, ENGLISH), merge(base, ours, base, ENGLISH)
    assert isinstance(found, Merged)
    assert isinstance(mirrored, Merged)
    assert (found.wikitext, mirrored.wikitext) == (theirs, ours)


@settings(max_examples=5_000, deadline=None)
@given(TEXTS)
def test_symmetric_and_nothing_lost_and_no_markers(texts: tuple[str, str, str]) -> None:
    base, ours, theirs = texts
    found, mirrored = merge(base, ours, theirs, ENGLISH), merge(base, theirs, ours, ENGLISH)
    assert type(found) is type(mirrored)
    if isinstance(found, Merged) and isinstance(mirrored, Merged):
        # Categories unite in the order of the sides; all else stands where it stands.
        assert sorted(found.wikitext.split("\n")) == sorted(mirrored.wikitext.split("\n"))
        assert found.level is mirrored.level
        plain = [[line for line in m.wikitext.split("\n") if "Category" not in line] for m in (found, mirrored)]
        assert plain[0] == plain[1]
    seen = marks(everything(found))
    assert (marks(ours) | marks(theirs)) - marks(base) <= seen, "what one side added"
    assert marks(base) & marks(ours) & marks(theirs) <= seen, "what both kept"
    assert seen <= marks(base) | marks(ours) | marks(theirs)
    assert not any(mark in everything(found) for mark in ("<<<<<<<", "=======", ">>>>>>>"))


@dataclass(frozen=True)
class Edit:
    pair: tuple[str | None, str]


KITS = ("amina", "bosco", "denis")


@settings(max_examples=5_000, deadline=None)
@given(
    PAGES,
    st.lists(st.tuples(st.sampled_from((None, None, None, *KITS)), st.integers(0, 4)), min_size=SIZE, max_size=SIZE),
)
def test_three_kits_in_any_order(forms: list[str], changes: list[tuple[str | None, int]]) -> None:
    """Where every order takes all three, every order gives the same page. Each line is one kit's or nobody's."""
    base = edited(forms, [9] * SIZE, "")
    edits = [Edit((base, edited(forms, [change if who == kit else 9 for who, change in changes], kit))) for kit in KITS]
    found = [replay(base, order, ENGLISH) for order in permutations(edits)]
    if any(replayed.waiting for replayed in found):
        return
    pages = [(replayed.wikitext or "").split("\n") for replayed in found]
    assert len({tuple(sorted(page)) for page in pages}) == 1
    assert len({tuple(line for line in page if "Category" not in line) for page in pages}) == 1
