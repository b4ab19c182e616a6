"""First fixtures: nobody's Git configuration, a real MediaWiki, the data folder."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pygit2
import pytest
from hypothesis import settings

from testing.mediawiki import MediaWiki, MissingComponent, install

SEQUENCES = 15
"""Stories made by chance that `make test` tells of each kind; `make stories` tells 400."""

settings.register_profile("wikigit", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "wikigit")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--sequences", type=int, default=SEQUENCES, help=f"How many stories made by chance (default {SEQUENCES})."
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a `seed` is told once for each of them."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(metafunc.config.getoption("--sequences")))


@pytest.fixture
def sequences(request: pytest.FixtureRequest) -> int:
    """How many stories made by chance."""
    return int(request.config.getoption("--sequences"))


@pytest.fixture
def much(sequences: int) -> int:
    """How much more than by default: 1, or 26 with `--sequences 400`."""
    return max(1, sequences // SEQUENCES)


@pytest.fixture(autouse=True, scope="session")
def no_git_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Cut off Git's system, global and inherited configuration, for `git` and for libgit2."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        home = tmp_path_factory.mktemp("home")
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_TERMINAL_PROMPT", "0")
        for level in (
            pygit2.enums.ConfigLevel.GLOBAL,
            pygit2.enums.ConfigLevel.XDG,
            pygit2.enums.ConfigLevel.SYSTEM,
            pygit2.enums.ConfigLevel.PROGRAMDATA,
        ):
            pygit2.settings.search_path[level] = ""
        yield


@pytest.fixture(scope="session")
def mediawiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaWiki]:
    """One real wiki for the whole session, started; tests keep apart by their pages' titles."""
    with real_wiki(tmp_path_factory.mktemp("mediawiki")) as wiki:
        yield wiki


@pytest.fixture
def new_wiki(tmp_path: Path) -> Iterator[Callable[..., MediaWiki]]:
    """A maker of wikis for one test, not yet started: `new_wiki(version="1.43", extra_settings="…")`."""
    made: list[MediaWiki] = []

    def make(**options: str) -> MediaWiki:
        made.append(real_wiki(tmp_path / f"wiki-{len(made)}", **options))
        return made[-1]

    yield make
    for wiki in made:
        wiki.stop()


def real_wiki(folder: Path, **options: str) -> MediaWiki:
    """Return a wiki that is not yet started; without MediaWiki the test is skipped, in CI it fails.

    Where no version is named it is that of the environment variable WIKI, else Debian's.
    """
    try:
        return install(folder, **{"version": os.environ.get("WIKI", ""), **options})
    except MissingComponent as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of the larger test wikis, as WIKIGIT_DATA names it."""
    folder = os.environ.get("WIKIGIT_DATA")
    if not folder:
        pytest.skip("The larger test wikis are not here: set WIKIGIT_DATA to their folder.")
    return Path(folder)
