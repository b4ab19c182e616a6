"""The documentation says what the code does: compared with it, word for word where that can be done."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from testing import docs, reference
from wikigit.bridge import credits, fetch, plan
from wikigit.core import config, edit, errors, message, path, receipt, talk
from wikigit.core.receipt import Outcome
from wikigit.hub import decline, enrol, forks
from wikigit.hub import receive as hub_receive
from wikigit.kit import desk, leaks, review
from wikigit.kit import receive as kit_receive
from wikigit.kit import relay as kit_relay
from wikigit.kit import send as kit_send
from wikigit.kit import update as kit_update
from wikigit.repo import heal, layout, maintain, overview, parcel, software, verify
from wikigit.wiki import answers
from wikigit.wiki.answers import Kind
from wikigit.wikitext import lint

CODE = re.compile(r"`([^`]+)`")


def page(name: str) -> str:
    return (docs.DOCS / name).read_text(encoding="utf-8")


def first_column(text: str) -> list[str]:
    """What stands in backquotes in the first column of a page's tables."""
    rows = [line.split(" | ")[0] for line in text.split("\n") if line.startswith("| `")]
    return [name for row in rows for name in CODE.findall(row)]


def section(text: str, heading: str) -> str:
    """A section of a page, without those below it."""
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


# The command line


COMMANDS = dict(reference.commands())


@pytest.mark.parametrize("typed", COMMANDS)
def test_every_command_and_each_of_its_options_has_help(typed: str) -> None:
    assert COMMANDS[typed].help
    for parameter in COMMANDS[typed].params:
        assert parameter.help, f"{typed}: {parameter.name}"


def test_the_reference_of_the_command_line_is_up_to_date() -> None:
    assert reference.FILE.read_text(encoding="utf-8") == reference.text(), "Run: python -m testing.reference"


def test_commands_named_in_errors_pages_and_hooks_exist() -> None:
    """`wikigit hub mrege` in a hint helps nobody."""
    sources = [*docs.pages(), docs.TOP / ".pre-commit-hooks.yaml", *(docs.TOP / "hooks").iterdir()]
    sources += (docs.TOP / "wikigit").rglob("*.py")
    called = re.compile(r"wikigit (?:-C \S+ |--json )*((?:bridge|hub|kit|hooks) [a-z-]+)")
    named = [(file, name) for file in sources for name in called.findall(file.read_text(encoding="utf-8"))]
    assert len(named) > 50
    assert [(file, name) for file, name in named if f"wikigit {name}" not in COMMANDS] == []


# Errors, outcomes, trailers, keys


def test_every_error_is_documented_with_its_exit_code() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", page("reference/exit-codes.md"), re.MULTILINE))
    assert told == {error.__name__: str(error.exit_code) for error in family(errors.WikigitError)}
    codes = set(re.findall(r"^\| (\d+) \|", page("reference/exit-codes.md"), re.MULTILINE))
    assert codes == {"0", "1", "2", "3", "4", "5", "130"}


def family(error: type[errors.WikigitError]) -> list[type[errors.WikigitError]]:
    return [error, *(found for child in error.__subclasses__() for found in family(child))]


def test_every_outcome_is_documented_and_whether_it_answers_or_waits() -> None:
    table = section(page("reference/receipts.md"), "Outcomes")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \| .* \| ?(\w*) ?\|$", table, re.MULTILINE)
    assert [name for name, *_ in rows] == [str(outcome) for outcome in Outcome]
    for name, writer, what in rows:
        outcome = Outcome(name)
        assert what == ("answers" if outcome.final else "waits" if outcome.waits else ""), name
        assert (writer != "reserved") == written(outcome), name


def written(outcome: Outcome) -> bool:
    """Whether any command writes it."""
    sources = [s for room in ("kit", "hub", "bridge", "repo") for s in (docs.TOP / "wikigit" / room).glob("*.py")]
    lines = [line for source in sources for line in source.read_text(encoding="utf-8").split("\n")]
    named = re.compile(rf"Outcome\.{outcome.name}\b")
    return any(named.search(line) and not re.match(r"\s*Outcome\.\w+,$", line) for line in lines)


def test_every_field_of_a_receipts_line_is_documented() -> None:
    assert receipt.to_line.__doc__ is not None
    fields = receipt.to_line.__doc__.split(": ")[1].rstrip(".\n ").split(", ")
    assert first_column(section(page("reference/receipts.md"), "A line")) == fields


def test_every_reason_for_declining_is_documented() -> None:
    assert first_column(section(page("reference/receipts.md"), "Reasons for declining")) == list(decline.REASONS)


def test_every_answer_of_the_wiki_is_documented_with_what_becomes_of_it() -> None:
    told = section(page("reference/receipts.md"), "What the wiki answers")
    held, refused, *others = re.split(r"^\| (?=`refused`|later|not known|never|again)", told, flags=re.MULTILINE)
    later, unknown, never, again = others
    places = {Kind.GONE: held, Kind.HELD: held, Kind.ASKED: held, Kind.BROKE: held, Kind.REFUSED: refused}
    places |= {Kind.WAIT: later, Kind.UNKNOWN: unknown, Kind.STOP: never, Kind.EDIT_CONFLICT: again}
    codes = [(f"`{code}`", kind) for code, kind in answers.KINDS.items()]
    codes += [(f"`{start}", kind) for start, kind in answers.FAMILIES]
    assert [code for code, kind in codes if code not in places[kind]] == []


def test_every_finding_of_lint_is_documented() -> None:
    codes = section(page("reference/receipts.md"), "Codes")
    assert [code for code in lint.CODES if f"`{code}`" not in codes] == []


def test_every_trailer_is_documented() -> None:
    told = first_column(section(page("reference/format.md"), "Trailers"))
    assert sorted(told) == sorted(f"Wikigit-{key}" for key in message.KEYS)
    for key in message.PEOPLES:
        assert f"`{key}`" in page("reference/format.md")


def test_every_branch_and_path_is_documented() -> None:
    text = page("reference/format.md")
    branches = [layout.UPSTREAM, layout.MAIN, layout.KITS, layout.RUNS, layout.MESSAGES]
    branches += [layout.RECEIPTS, layout.LINES, layout.PARCELS]
    folders = (layout.PAGES, layout.REVISIONS, layout.QUEUE)
    names = [branch.removeprefix(layout.HEADS) for branch in branches]
    names += [layout.DESK, layout.CONFIG, layout.SITE, layout.DESK_TABLE, *(f"{folder}/" for folder in folders)]
    assert [name for name in names if f"`{name}" not in text] == []
    assert [name for name in layout.MANAGED if f"`{name}`" not in text] == []
    assert f"{path.MAX_BYTES} bytes" in text


def test_every_key_of_the_configuration_is_documented() -> None:
    text = page("reference/configuration.md")
    classes = {"selection": config.Selection, "policy": config.Policy}
    known = [f"[{name}] {field.name}" for name, cls in classes.items() for field in dataclasses.fields(cls)]
    known += ["[parcels] encrypt", "[repository] format", "[repository] id", "[wiki] api", "[wiki] contact"]
    assert sorted(first_column(text.split("## Environment")[0])) == sorted(known)


def test_the_example_of_a_configuration_can_be_read() -> None:
    example = re.findall(r"```toml\n(.*?)```", page("reference/configuration.md"), re.S)[0]
    assert config.parse(example).selection.category == "Category:Food"
    assert tomllib.loads(example)


def test_every_variable_of_the_environment_is_documented() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in (docs.TOP / "wikigit/cli").glob("*.py"))
    named = set(re.findall(r'"((?:GIT|WIKIGIT)_[A-Z_]+|VISUAL|EDITOR)"', source))
    named |= {f"WIKIGIT_{name}" for name in ("LOGIN", "PASSWORD", "ACCOUNT", "TOKEN")}
    for name in named:
        assert f"`{name}`" in page("reference/configuration.md"), name


PRINTED = {
    "Line": overview.Line,
    "Known": overview.Known,
    "Finding": verify.Finding,
    "Config": config.Config,
    "Selection": config.Selection,
    "Policy": config.Policy,
    "Fetched": fetch.Fetched,
    "Publish": plan.Publish,
    "Step": plan.Step,
    "MovedOn": plan.MovedOn,
    "Receipt": receipt.Receipt,
    "Credit": credits.Credit,
    "Received": hub_receive.Received,
    "Manifest": parcel.Manifest,
    "Candidate": enrol.Candidate,
    "Aside": forks.Aside,
    "Edit": edit.Edit,
    "Mine": desk.Mine,
    "Sent": kit_send.Sent,
    "Asked": review.Asked,
    "Leak": leaks.Leak,
    "Arrived": kit_receive.Received,
    "Relayed": kit_relay.Relayed,
    "Healed": heal.Healed,
    "Room": maintain.Room,
    "Software": software.Software,
    "Updated": kit_update.Updated,
    "TalkMessage": talk.TalkMessage,
}


@pytest.mark.parametrize("name", PRINTED)
def test_the_keys_of_every_value_that_is_printed_are_documented(name: str) -> None:
    told = first_column(section(page("reference/json.md"), name))
    assert told == [field.name for field in dataclasses.fields(PRINTED[name])]


def test_every_command_stands_in_the_promise_of_json() -> None:
    silent = {f"hooks {name}" for name in ("pre-receive", "update", "pre-commit", "commit-msg", "merge")}
    single = {typed.removeprefix("wikigit ") for typed, command in COMMANDS.items() if not hasattr(command, "commands")}
    assert set(first_column(page("reference/json.md").split("\n## ")[0])) == single - silent


# The pages


@pytest.mark.parametrize("file", docs.pages(), ids=lambda file: str(file.relative_to(docs.TOP)))
def test_links_lead_somewhere(file: Path) -> None:
    assert docs.broken_links(file) == []


def test_decisions_are_numbered_without_a_gap_and_have_three_parts() -> None:
    files = sorted((docs.DOCS / "decisions").glob("[0-9]*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert re.findall("^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], file.name
        assert f"({file.name})" in page("decisions/README.md"), file.name


def test_no_page_is_without_a_link_to_it() -> None:
    texts = {file: file.read_text(encoding="utf-8") for file in docs.pages()}
    for file in docs.DOCS.rglob("*.md"):
        others = [text for other, text in texts.items() if other != file]
        assert any(f"{file.name})" in text or f"{file.name}#" in text for text in others), file.name


def test_the_drawing_of_the_rooms_is_the_one_that_is_enforced() -> None:
    """The drawing names the same layers as the contract, from the mouth down."""
    settings = tomllib.loads((docs.TOP / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = [contract["layers"] for contract in settings["contracts"] if contract["type"] == "layers"]
    enforced = [re.findall(r"(?<!\()wikigit\.(\w+)", layer) for layer in layers]  # in brackets: rooms to come
    readme = (docs.TOP / "README.md").read_text(encoding="utf-8")
    drawing = readme.split("## The rooms")[1].split("```")[1].strip("\n").split("\n")[1:]
    assert [re.findall(r"\w+", line[:36]) for line in drawing] == [rooms for rooms in enforced if rooms]


# The runner itself: a page that is wrong must not pass


@pytest.mark.parametrize(
    "block",
    ["$ echo one\ntwo", "$ echo one\none\none", "$ false", "$ true\nerror: It failed.", "$ echo e-0 saved\nk-0 saved"],
)
def test_a_page_that_shows_something_else_is_noticed(block: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        docs.run(f"```console\n{block}\n```\n", tmp_path, {}, {})


def test_ids_and_numbers_may_differ_and_folders_last(tmp_path: Path) -> None:
    done: list[bool] = []
    page = """
```console
$ mkdir here && cd here
$ cat <<'END'
> e-aa 12 bytes
> END
e-bb 7 bytes
```
<!-- meanwhile: something -->
```console
$ basename "$PWD"
here
```
"""
    assert docs.run(page, tmp_path, {}, {"something": lambda: done.append(True)}) == 3
    assert done == [True]


def test_a_link_to_nowhere_is_noticed() -> None:
    page = docs.DOCS / "glossary.md"
    for link in ("nowhere.md", "glossary.md#nowhere", "../../outside.md"):
        assert not docs.leads(page, link)
    assert docs.leads(page, "reference/receipts.md#which-line-holds")
