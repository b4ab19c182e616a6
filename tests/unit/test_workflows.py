"""The workflows of `ci/`, read as they stand: their commands exist, their rights are few, no secret is in reach."""

from __future__ import annotations

import hashlib
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from testing import jobs, plainyaml, reference, runtime
from testing.jobs import CI, Shell

ACTIONS = sorted([*CI.glob("github/*.yml"), *CI.glob("forgejo/*.yml")])
GITLAB = CI / "gitlab/wikigit.yml"
SHELLS = list(jobs.shells())
COMMANDS = dict(reference.commands())

ON_MAIN = "github.ref == 'refs/heads/main'"
SECRETS = ("DEPLOY_KEY", "PUSH_TOKEN", "READ_TOKEN", "GH_TOKEN", "CI_JOB_TOKEN", "WIKIGIT_PASSWORD", "WIKIGIT_TOKEN")
SHOWN = {shell: f"{shell.file.parent.name}: {shell.job}: {shell.step}" for shell in SHELLS}


def each_job(file: Path) -> dict[str, dict[str, Any]]:
    found = jobs.read(file)["jobs"]
    assert isinstance(found, dict)
    return found


def values(tree: Any) -> list[str]:
    """All texts in a tree."""
    if isinstance(tree, dict):
        return [text for value in tree.values() for text in values(value)]
    return [text for value in tree for text in values(value)] if isinstance(tree, list) else [str(tree)]


# The shell


def test_every_forge_has_its_jobs() -> None:
    assert {(shell.file.parent.name, shell.job) for shell in SHELLS} == {
        *((forge, job) for forge in ("github", "forgejo") for job in ("check", "prepare", "publish", "fetch")),
        *(("gitlab", job) for job in ("check", "prepare", "publish", "fetch")),
        ("github", "comment"),
    }


@pytest.mark.parametrize("shell", SHELLS, ids=SHOWN.__getitem__)
def test_the_lines_are_shell(shell: Shell) -> None:
    done = subprocess.run(["sh", "-n"], input=shell.lines, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", SHELLS, ids=SHOWN.__getitem__)
def test_every_wikigit_that_is_called_exists_with_its_options(shell: Shell) -> None:
    for typed in re.findall(r"\bwikigit (?:-C hub\.git )?((?:[a-z][\w-]*|--?\w[\w-]*|\"\$\w+\"| )+)", shell.lines):
        words = shlex.split(typed)
        known = [n for n in range(len(words) + 1) if " ".join(["wikigit", *words[:n]]) in COMMANDS]
        command = COMMANDS[" ".join(["wikigit", *words[: known[-1]]])]
        assert not hasattr(command, "commands"), typed
        options = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= options, typed


def test_all_that_the_bridge_does_is_called_somewhere() -> None:
    lines = "\n".join(shell.lines for shell in SHELLS if shell.file.parent.name == "github")
    for command in ("hub check", "hub reconcile", "bridge plan --markdown", "bridge publish", "bridge fetch"):
        assert f"wikigit -C hub.git {command}" in lines


@pytest.mark.parametrize("shell", SHELLS, ids=SHOWN.__getitem__)
def test_nothing_that_others_write_becomes_shell(shell: Shell) -> None:
    """A branch's name or a title in `${{ }}` would be run; it comes by the environment, and stands in quotes."""
    assert "${{" not in shell.lines
    bare = re.sub(r'"[^"]*"|\'[^\']*\'', "", shell.lines)
    assert set(re.findall(r"\$(\w+)", bare)) <= {"GITHUB_TRIGGERING_ACTOR", "PAUSES"}


@pytest.mark.parametrize("shell", SHELLS, ids=SHOWN.__getitem__)
def test_no_secret_is_an_argument_of_a_program(shell: Shell) -> None:
    """Everybody on a machine can read arguments: secrets go by `printf` and `echo`, which the shell has itself."""
    for line in shell.lines.split("\n"):
        for name in SECRETS:
            if re.search(rf"\$\{{?{name}\b", line):
                assert re.match(r"printf '%s\\n' |login='!f\(\) \{ echo \S+; echo \"password=", line), line
    assert not re.search(r"\bset -\w*x", shell.lines)


# GitHub and Forgejo


def test_every_action_is_pinned_by_its_commit() -> None:
    used = [line.strip() for file in CI.glob("*/*.yml") for line in file.read_text().split("\n") if "uses:" in line]
    assert used
    for line in used:
        assert re.fullmatch(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


@pytest.mark.parametrize("file", sorted(CI.glob("github/*.yml")), ids=lambda file: file.name)
def test_a_job_on_github_has_the_rights_that_it_needs_and_no_other(file: Path) -> None:
    assert jobs.read(file)["permissions"] == {}
    for name, job in each_job(file).items():
        more = {"comment": {"pull-requests": "write"}, "publish": {"actions": "read", "contents": "read"}}
        assert job["permissions"] == more.get(name, {"contents": "read"}), name


@pytest.mark.parametrize("file", ACTIONS, ids=lambda file: f"{file.parent.name} {file.name}")
def test_secrets_are_in_jobs_of_main_only(file: Path) -> None:
    """Never in a file that a merge request starts, and on GitHub only in an environment."""
    workflow = jobs.read(file)
    assert "pull_request_target" not in workflow["on"]
    assert "secrets." not in "".join(values(workflow.get("env", {})))
    for name, job in each_job(file).items():
        if "secrets." in "".join(values(job)):
            assert "pull_request" not in workflow["on"]
            assert ON_MAIN in job["if"].split(" && "), name
            assert file.parent.name == "forgejo" or job["environment"] in ("hub", "wiki"), name
            login = "secrets.WIKIGIT_" in "".join(values(job))
            assert login == (name == "publish"), name


@pytest.mark.parametrize("file", ACTIONS, ids=lambda file: f"{file.parent.name} {file.name}")
def test_a_job_that_writes_runs_alone_and_is_never_cut_short(file: Path) -> None:
    for name, job in each_job(file).items():
        if "DEPLOY_KEY" in "".join(values(job)):
            assert job["concurrency"] == {"group": f"wikigit-{name}", "cancel-in-progress": "false"}
            assert int(job["timeout-minutes"]) >= 60


def test_only_a_named_person_publishes() -> None:
    github = each_job(CI / "github/wikigit-publish.yml")["publish"]
    assert github["environment"] == "wiki"
    forgejo = each_job(CI / "forgejo/wikigit-publish.yml")["publish"]
    assert "github.event_name == 'workflow_dispatch'" in forgejo["if"]
    gitlab = jobs.read(GITLAB)["publish"]
    assert [rule["when"] for rule in gitlab["rules"]] == ["manual"]
    assert gitlab["environment"] == "wiki"
    for job in (github, forgejo, gitlab):
        assert 'bridge publish --by "$' in "".join(values(job))


# GitLab


def test_on_gitlab_all_but_the_check_belong_to_the_protected_main() -> None:
    workflow = jobs.read(GITLAB)
    for name, job in jobs.gitlab_jobs(workflow).items():
        told = "".join(values(job))
        if name == "check":
            assert [rule["if"] for rule in job["rules"]] == ['$CI_PIPELINE_SOURCE == "merge_request_event"']
            assert not re.search("PUSH_TOKEN|WIKIGIT_", told)
            continue
        for rule in job["rules"]:
            assert rule["if"].startswith('$CI_COMMIT_BRANCH == "main" && $CI_COMMIT_REF_PROTECTED == "true" && ')
        assert job["resource_group"] == "wikigit"
    assert workflow["default"]["interruptible"] == "false"


def test_gitlab_is_told_what_the_exit_codes_mean() -> None:
    for name, job in jobs.gitlab_jobs(jobs.read(GITLAB)).items():
        assert job["allow_failure"] == {"exit_codes": ["4"]}
        assert name == "check" or job["retry"] == {"max": "2", "exit_codes": ["5"]}


# What is installed


def test_the_requirements_of_jobs_and_images_are_up_to_date() -> None:
    assert runtime.FILE.read_text(encoding="utf-8") == runtime.text(), "Run: python -m testing.runtime"


def test_they_are_the_locked_ones_with_hashes_and_none_of_the_tests() -> None:
    lock = (runtime.TOP / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^(?=[a-z])", runtime.text())[1:]
    assert all(block in lock and "--hash=sha256:" in block for block in blocks)
    names = {block.partition("==")[0] for block in blocks}
    assert {"pygit2", "mwclient", "typer", "certifi"} <= names
    assert not names & {"pytest", "hypothesis", "mypy", "ruff", "hatchling"}


def test_a_wheel_gets_a_line_that_no_other_wheel_meets(tmp_path: Path) -> None:
    wheel = tmp_path / "wikigit-1.2.3-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    digest = hashlib.sha256(b"a wheel").hexdigest()
    assert runtime.of_wheel(wheel) == f"wikigit==1.2.3 \\\n    --hash=sha256:{digest}\n"


# The reader itself


def test_plain_yaml_is_read() -> None:
    text = """\
# A comment.
name: a job # and another
"quoted key": "a # b"
empty: {}
list: [a, b]
items:
  - one: 1
    two: $X == "a"
  - plain text
  - |
    if a; then

      b
    fi
last:
"""
    assert plainyaml.parse(text) == {
        "name": "a job",
        "quoted key": "a # b",
        "empty": {},
        "list": ["a", "b"],
        "items": [{"one": "1", "two": '$X == "a"'}, "plain text", "if a; then\n\n  b\nfi\n"],
        "last": "",
    }


@pytest.mark.parametrize(
    "line",
    [
        "a: &b c",
        "a: *b",
        "a: >",
        "a: {b: c}",
        "a: 'b'",
        "a: !tag b",
        "a: b: c",
        "a: 1\na: 2",
        "a:\n  b: 1\n c: 2",
        "- a\nb",
    ],
)
def test_yaml_that_is_not_plain_is_refused(line: str) -> None:
    with pytest.raises(plainyaml.NotPlain):
        plainyaml.parse(line)


@pytest.mark.parametrize("page", ["ci.md", "toolforge.md"])
def test_the_shell_that_a_keeper_is_to_copy_is_shell(page: str) -> None:
    text = (jobs.TOP / "docs/how-to" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    files = [body for block in blocks for body in re.findall(r"<<'END'\n(.*?)\nEND\n", block, re.S)]
    assert blocks
    for lines in (*blocks, *files):
        done = subprocess.run(["sh", "-n"], input=lines, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
