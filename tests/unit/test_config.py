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
approval = "https://test.example/wiki/Approved"
namespaces = [0]
per_day = 50
seconds = 10
stop_page = "User:Bridge/stop"
tags = ["offline"]
hashtags = ["#bibliothèques"]
drafts = "Project:Drafts/"
"""
TITLES = 'titles = ["Cassava", "አዲስ አበባ"]'
NGOZI = Config(
    "r-x4q2m7aa",
    "https://test.example/w/api.php",
    "ada@example.org",
    Selection(titles=("Cassava", "አዲስ አበባ")),
    Policy(
        "bot",
        "https://test.example/wiki/Approved",
        namespaces=(0,),
        per_day=50,
        stop_page="User:Bridge/stop",
        tags=("offline",),
        hashtags=("#bibliothèques",),
        drafts="Project:Drafts/",
    ),
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
    st.builds(
        Policy,
        mode=st.sampled_from(config.MODES),
        approval=TEXT.map("https://{}".format) | st.just(""),
        namespaces=NAMESPACES,
        **dict.fromkeys(["per_run", "per_day", "seconds", "pause_percent", "pause_last"], st.integers(0, 999)),
        **dict.fromkeys(["stop_page", "drafts", "owner"], TEXT | st.just("")),
        tags=TEXTS,
        hashtags=st.lists(st.from_regex(r"#\w{,9}[a-z]\w{,9}", fullmatch=True), max_size=2).map(tuple),
    ),
    st.booleans(),
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
    assert found.policy == Policy("assisted", per_day=20, seconds=10, pause_percent=10, pause_last=50)


KNOWN = "mode, approval, owner, namespaces, per_run, per_day, seconds, stop_page, pause_percent, pause_last, " + (
    "tags, hashtags, drafts"
)


@pytest.mark.parametrize(
    ("old", "new", "said", "hint"),
    [
        ("contact =", "contct =", "[wiki] contct is not known", "Did you mean contact?"),
        ("[policy]", "[polcy]", "[polcy] is not known", "Did you mean policy?"),
        ('mode = "bot"', 'secret = "x"', "[policy] secret is not known", f"Known here: {KNOWN}."),
        ("format = 1", 'format = "1"', "[repository] format should be a number", "Mend the value."),
        ("format = 1", "format = true", "[repository] format should be a number", "Mend the value."),
        (TITLES, "category = []", "[selection] category should be a text in quotes", "Mend the value."),
        ('["offline"]', '"offline"', "[policy] tags should be a list", "Mend the value."),
        ("[policy]", "[[policy]]", "[policy] should be a table", "Mend the value."),
        ("format = 1", "format = 2", "has format 2; this wikigit knows format 1", "Update wikigit."),
        ("format = 1\n", "", "has format None", "Update wikigit."),
        ("r-x4q2m7aa", "k-x4q2m7aa", "lacks [repository] id", "Take the line from an older commit."),
        ("ada@example.org", "", "lacks [wiki] contact", "See docs/reference/configuration.md."),
        ('"bot"', '"robot"', "mode is 'robot'", "Known are: assisted, bot, import."),
        ("per_day", "perday", "[policy] perday is not known", "Did you mean per_day?"),
        ("per_day = 50", "per_day = -1", "[policy] per_day is -1", "Write a number from 0."),
        ("per_day = 50", "per_day = 2.5", "[policy] per_day should be a number", "Mend the value."),
        ("https://test.example/wiki", "Project:Bots", "approval is 'Project:Bots", "Write https://… of the approval."),
        ("#bibliothèques", "bibliothèques", "hashtags holds 'bib", 'For example ["#libraries2026"].'),
        ("#bibliothèques", "#two words", "hashtags holds '#two", 'For example ["#libraries2026"].'),
        ("#bibliothèques", "#2026", "hashtags holds '#2026'", 'For example ["#libraries2026"].'),
        ("#bibliothèques", f"#{'x' * 60}", "longer than 60 letters", "Keep the one that is looked for."),
        (TITLES, "namespaces = [-1]", "[selection] namespaces", "For example [0, 10]."),
        (TITLES, "namespaces = [true]", "[selection] namespaces", "For example [0, 10]."),
        ("[0]", '["Talk"]', "[policy] namespaces", "For example [0, 10]."),
        ('"Cassava"', "7", "[selection] titles holds texts", 'For example ["Cassava"].'),
        ('"Cassava"', '""', "[selection] titles holds texts", 'For example ["Cassava"].'),
        ("[policy]", "[parcels]\nencrypt = 1\n[policy]", "should be a switch, true or false", "Mend the value."),
        ("[wiki]", "[wiki", "is not TOML", "Mend that line and commit it."),
    ],
)
def test_a_slip_is_named(old: str, new: str, said: str, hint: str) -> None:
    assert old in WRITTEN
    with pytest.raises(ConfigError) as error:
        config.parse(WRITTEN.replace(old, new, 1))
    assert said in error.value.message
    assert error.value.hint == hint


@pytest.mark.parametrize(
    ("api", "wikimedia"),
    [
        ("https://rn.wikipedia.org/w/api.php", True),
        ("https://www.WikiData.org/w/api.php", True),
        ("https://en.m.wikipedia.org.:443/w/api.php", True),
        ("https://wikipedia.org.example/w/api.php", False),
        ("https://notwikipedia.org/w/api.php", False),
        ("https://wiki.example/wikipedia.org/api.php", False),
        ("http://127.0.0.1:8080/api.php", False),
        ("[", False),
    ],
)
def test_a_wiki_of_the_wikimedia_movement_is_known_by_its_address(api: str, wikimedia: bool) -> None:
    assert Config("r-x4q2m7aa", api, "ada@example.org").wikimedia is wikimedia
