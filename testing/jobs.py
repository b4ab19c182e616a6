"""A runner for the jobs of `ci/`: their shell lines as a forge would run them, on this machine, in an empty folder.

It knows expressions (`${{ … }}`), outputs and variables as far as our workflows use them, and refuses the rest. What
a forge has and this machine has not (a token, who pressed the button) is told to it. Nothing here knows wikigit.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from testing import plainyaml

TOP = Path(__file__).parents[1]
CI = TOP / "ci"

_EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
_COMPARISON = re.compile(r"([\w.]+) (==|!=) ('[^']*'|[\w.]+)")
_PREDEFINED = re.compile(r"github\.(?!token)\w+")
_VARIABLE = re.compile(r"\$(\w+)")

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was run: its name, its exit code, what it said."""

    name: str
    status: int
    said: str


@dataclass(frozen=True, slots=True)
class Shell:
    """Some shell of a workflow: the file, the job, the step, and the lines."""

    file: Path
    job: str
    step: str
    lines: str


def read(file: Path) -> Tree:
    """A workflow."""
    found = plainyaml.parse(file.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def gitlab_jobs(workflow: Tree) -> dict[str, Tree]:
    """The jobs of a file of GitLab's: what has a script."""
    return {name: job for name, job in workflow.items() if isinstance(job, dict) and "script" in job}


def shells() -> Iterator[Shell]:
    """All shell of all workflows."""
    for file in sorted(CI.glob("*/*.yml")):
        workflow = read(file)
        for name, job in workflow.get("jobs", {}).items():
            for step in job["steps"]:
                if "run" in step:
                    yield Shell(file, name, step["name"], step["run"])
        for name, job in gitlab_jobs(workflow).items():
            yield Shell(file, name, "script", "\n".join(job["script"]))


@dataclass
class Runner:
    """An empty machine: its folder, its programs, and the variables that a test sets in place of a workflow's."""

    folder: Path
    programs: Path
    instead: Mapping[str, str] = field(default_factory=dict)
    artifacts: dict[str, str] = field(default_factory=dict)
    agents: list[int] = field(default_factory=list)

    def job(self, file: Path, name: str, told: Mapping[str, str]) -> tuple[list[Done], dict[str, str]]:
        """Run a job of GitHub or Forgejo to its end or its first failure; what was done, and its outputs.

        `told`: the expressions that the forge would know. A job whose `if` is false does nothing.
        """
        workflow = read(file)
        job = workflow["jobs"][name]
        known = dict(told)
        done: list[Done] = []
        if not _holds(job.get("if", ""), known):
            return done, {}
        place = self._empty_folder(name)
        variables = {**_filled(workflow.get("env", {}), known), **_filled(job.get("env", {}), known)}
        for step in job["steps"]:
            if not _holds(step.get("if", ""), known):
                continue
            if "uses" in step:
                self._artifact(step, place)
                continue
            mine = {**variables, **_filled(step.get("env", {}), known), **self.instead}
            done.append(self._step(step["name"], step["run"], place, mine, known))
            for output, value in _pairs(place / "output").items():
                known[f"steps.{step.get('id', '')}.outputs.{output}"] = value
            variables |= _pairs(place / "environment")
            if done[-1].status != 0:
                break
        if agent := variables.get("SSH_AGENT_PID"):
            self.agents.append(int(agent))
        return done, _filled(job.get("outputs", {}), known)

    def gitlab(self, file: Path, name: str, told: Mapping[str, str]) -> tuple[Done, dict[str, str]]:
        """Run a job of GitLab's; what was done, and the variables that it hands on. `told`: predefined variables."""
        job = gitlab_jobs(read(file))[name]
        place = self._empty_folder(name)
        variables = {key: _VARIABLE.sub(lambda m: told[m[1]], value) for key, value in job["variables"].items()}
        done = self._step(name, "\n".join(job["script"]), place, {**told, **variables, **self.instead}, {})
        for kept in job.get("artifacts", {}).get("paths", []):
            self._keep(place / kept)
        handed = job.get("artifacts", {}).get("reports", {}).get("dotenv")
        return done, _pairs(place / handed) if handed else {}

    def close(self) -> None:
        """End the key agents that jobs have started; a forge throws the whole machine away."""
        for agent in self.agents:
            os.kill(agent, 15)

    def _empty_folder(self, name: str) -> Path:
        number = sum(1 for _ in self.folder.glob("job-*"))
        place = self.folder / f"job-{number}-{name}"
        (place / "home").mkdir(parents=True)
        return place

    def _step(self, name: str, lines: str, place: Path, variables: Mapping[str, str], known: Mapping[str, str]) -> Done:
        script = place / "step.sh"
        script.write_text(lines, encoding="utf-8")
        (place / "output").unlink(missing_ok=True)
        path = _lines(place / "path")[::-1]
        files = {"OUTPUT": "output", "ENV": "environment", "PATH": "path", "STEP_SUMMARY": "summary"}
        environment = {
            "PATH": os.pathsep.join([*path, str(self.programs), "/usr/local/bin", "/usr/bin", "/bin"]),
            "HOME": str(place / "home"),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GITHUB_{key}": str(place / file) for key, file in files.items()},
            **{f"GITHUB_{key[7:].upper()}": value for key, value in known.items() if _PREDEFINED.fullmatch(key)},
            **variables,
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=place, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        self._keep(place / "summary")
        return Done(name, done.returncode, done.stdout + done.stderr)

    def _artifact(self, step: Tree, place: Path) -> None:
        action = step["uses"].split("@")[0]
        if action == "actions/upload-artifact":
            self._keep(place / step["with"]["path"])
        elif action == "actions/download-artifact":
            file = place / f"{step['with']['name']}.md"
            file.write_text(self.artifacts[file.name], encoding="utf-8")
        else:
            raise ValueError(f"There is no {action} on this machine.")

    def _keep(self, file: Path) -> None:
        if file.exists():
            self.artifacts[file.name] = file.read_text(encoding="utf-8")


def program(folder: Path, name: str, lines: str) -> None:
    """Put a program of a few lines of shell onto a machine."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    file.chmod(0o755)


def _filled(given: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    return {key: _EXPRESSION.sub(lambda m: _known(m[1], known), value) for key, value in given.items()}


def _known(expression: str, known: Mapping[str, str]) -> str:
    """What an expression is; a step's output or a secret that nobody set is empty, as on a forge."""
    if expression.startswith(("steps.", "secrets.")):
        return known.get(expression, "")
    return known[expression]


def _holds(condition: str, known: Mapping[str, str]) -> bool:
    """Whether an `if` is true: comparisons, joined by `&&`."""
    for part in condition.split(" && ") if condition else []:
        match = _COMPARISON.fullmatch(part)
        if match is None:
            raise ValueError(f"This runner does not know the condition {part!r}.")
        left, right = (side[1:-1] if side.startswith("'") else _known(side, known) for side in match.group(1, 3))
        if (left == right) != (match[2] == "=="):
            return False
    return True


def _pairs(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in _lines(file) if line)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
