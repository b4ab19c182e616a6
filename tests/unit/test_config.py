"""`wikigit.toml`: what is written reads back, and a slip is named with what was probably meant."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wikigit.core import config, identity
from wikigit.core.config import Config, Policy, Selection
from wikigit.core.errors import ConfigError

WRITTEN = """\
[repository]
format = 1
id = "r-x4q2m7aa"

[wiki]
api = "https://test.example/w/api.php"
contact = "ada@example.org"

# Which pages are carried: nothing here means all of them.
[selection]
titles = ["Cassava", "አዲስ አበባ"]

# What the wiki's community agreed to.
[policy]
mode = "bot"
namespaces = [0]
tags = ["offline"]
"""
TITLES = 'titles = ["Cassava", "አዲስ አበባ"]'
NGOZI = Config(
    "r-x4q2m7aa",
    "https://test.example/w/api.php",
    "ada@example.org",
    Selection(titles=("Cassava", "አዲስ አበባ")),
    Policy("bot", (0,), ("offline",)),
)


def test_the_format_stands_still() -> None:
    assert config.write(NGOZI) == WRITTEN
    assert config.parse(WRITTEN) == NGOZI


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
NAMESPACES = st.lists(st.integers(0, 9999), max_size=3).map(tuple)
CONFIGS = st.builds(
    Config,
    st.binary(min_size=5, max_size=5).map(identity.repository_id),
    TEXT,
    TEXT,
    st.builds(Selection, namespaces=NAMESPACES)
    | st.builds(Selection, category=TEXT | st.just(""))
    | st.builds(Selection, titles=TEXTS),
    st.builds(Policy, st.sampled_from([config.ASSISTED, config.BOT]), NAMESPACES, TEXTS),
)


@given(CONFIGS)
@example(Config("r-x4q2m7aa", "😀", "a\x7f\x00\\b", Selection(titles=('"', "\u2028"))))
def test_what_is_written_reads_back(settings: Config) -> None:
    assert config.parse(config.write(settings)) == settings


def test_a_selection_is_of_one_kind() -> None:
    two = WRITTEN.replace("titles =", 'category = "Category:Markets"\ntitles =')
    with pytest.raises(ConfigError, match="holds category and titles"):
        config.parse(two)


def test_what_is_not_said_has_a_careful_default() -> None:
    short = WRITTEN[: WRITTEN.index("# Which")]
    found = config.parse(short)
    assert found.selection == Selection((), "", ())
    assert found.policy == Policy("assisted", (), ())


@pytest.mark.parametrize(
    ("old", "new", "said", "hint"),
    [
        ("contact =", "contct =", "[wiki] contct is not known", "Did you mean contact?"),
        ("[policy]", "[polcy]", "[polcy] is not known", "Did you mean policy?"),
        ('mode = "bot"', 'secret = "x"', "[policy] secret is not known", "Known here: mode, namespaces, tags."),
        ("format = 1", 'format = "1"', "[repository] format should be a number", "Mend the value."),
        ("format = 1", "format = true", "[repository] format should be a number", "Mend the value."),
        (TITLES, "category = []", "[selection] category should be a text in quotes", "Mend the value."),
        ('["offline"]', '"offline"', "[policy] tags should be a list", "Mend the value."),
        ("[policy]", "[[policy]]", "[policy] should be a table", "Mend the value."),
        ("format = 1", "format = 2", "has format 2; this wikigit knows format 1", "Update wikigit."),
        ("format = 1\n", "", "has format None", "Update wikigit."),
        ("r-x4q2m7aa", "k-x4q2m7aa", "lacks [repository] id", "Take the line from an older commit."),
        ("ada@example.org", "", "lacks [wiki] contact", "See docs/reference/configuration.md."),
        ('"bot"', '"robot"', "mode is 'robot'", "Write 'assisted' or 'bot'."),
        (TITLES, "namespaces = [-1]", "[selection] namespaces", "For example [0, 10]."),
        (TITLES, "namespaces = [true]", "[selection] namespaces", "For example [0, 10]."),
        ("[0]", '["Talk"]', "[policy] namespaces", "For example [0, 10]."),
        ('"Cassava"', "7", "[selection] titles holds texts", 'For example ["Cassava"].'),
        ('"Cassava"', '""', "[selection] titles holds texts", 'For example ["Cassava"].'),
        ("[wiki]", "[wiki", "is not TOML", "Mend that line and commit it."),
    ],
)
def test_a_slip_is_named(old: str, new: str, said: str, hint: str) -> None:
    assert old in WRITTEN
    with pytest.raises(ConfigError) as error:
        config.parse(WRITTEN.replace(old, new, 1))
    assert said in error.value.message
    assert error.value.hint == hint
