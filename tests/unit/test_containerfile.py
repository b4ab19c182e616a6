"""The image's recipe: it can only be built of what is here, runs as nobody special, and installs what is locked."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch

import pytest

from testing.docs import TOP

RECIPE = (TOP / "Containerfile").read_text(encoding="utf-8")
IGNORED = [
    line for line in (TOP / ".dockerignore").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
]


def instructions() -> list[tuple[str, str]]:
    """Each instruction with its words, on one line."""
    lines = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^#.*\n", "", RECIPE)).split("\n")
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines) if word]


def last_stage() -> list[tuple[str, str]]:
    every = instructions()
    return every[max(place for place, (word, _) in enumerate(every) if word == "FROM") :]


def sources() -> list[str]:
    copies = [rest.split() for word, rest in instructions() if word == "COPY" and not rest.startswith("--from=")]
    return [source for *those, _ in copies for source in those]


@pytest.mark.parametrize("source", sources())
def test_what_is_copied_is_here_and_is_not_ignored(source: str) -> None:
    assert (TOP / source).exists()
    last = [line for line in IGNORED if fnmatch(source, line.lstrip("!"))][-1]
    assert last == f"!{source}"


def test_nothing_else_is_sent_to_the_builder() -> None:
    assert IGNORED[0] == "*"
    assert {line[1:] for line in IGNORED if line.startswith("!")} == set(sources())


def test_the_base_is_the_debian_whose_python_the_tests_run_with() -> None:
    assert instructions()[0] == ("ARG", "BASE=docker.io/library/debian:12-slim")
    assert [rest.split()[0] for word, rest in instructions() if word == "FROM"] == ["${BASE}"] * 2
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11"  # Debian 12 has 3.11


def test_whatever_pip_installs_is_locked_or_was_built_here() -> None:
    installs = [
        part for word, rest in instructions() if word == "RUN" for part in rest.split("&&") if " install " in part
    ]
    pips = [part for part in installs if "pip install" in part]
    assert len(pips) == 3
    for part in pips:
        assert "--require-hashes --only-binary :all:" in part or "--no-index --no-deps dist/*.whl" in part


def test_the_image_has_what_wikigit_runs_with_and_no_tools() -> None:
    (run,) = [rest for word, rest in last_stage() if word == "RUN"]
    assert "ca-certificates git openssh-client python3 " in run
    assert "--no-install-recommends" in run
    assert "rm -rf /var/lib/apt/lists/*" in run
    assert "pip uninstall --yes pip setuptools" in RECIPE


def test_it_runs_wikigit_and_not_as_root() -> None:
    stage = dict(last_stage())
    assert stage["USER"] == "1000:1000"
    scripts = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert stage["ENTRYPOINT"] == '["wikigit"]'
    assert "wikigit" in scripts


def test_it_holds_no_secret() -> None:
    for word, rest in instructions():
        if word in ("ENV", "ARG"):
            assert not re.search("TOKEN|PASSWORD|LOGIN|KEY|SECRET", rest)
