"""A freshly installed wiki, kept to be copied: installing takes a second, copying a hundredth."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from testing.unpack import CACHE, MissingComponent, unpack_lts

DEBIAN_ROOT = Path("/usr/share/mediawiki")
SETTINGS = Path(__file__).with_name("settings.php")
ADMIN = "Admin"
SOMEONE = "Someone"
PASSWORD = "correct horse battery staple"  # of Admin, and of every account made without another
TABLES_FOR = "AbuseFilter,Cite,ParserFunctions"  # AbuseFilter's tables are there; extra settings may load it


def root_of(version: str) -> Path:
    """Return the folder of MediaWiki's scripts; raise MissingComponent with what to do."""
    if not shutil.which("php"):
        raise MissingComponent("PHP is not installed: run `make setup`.")
    if (DEBIAN_ROOT / "api.php").exists() and (not version or version_of(DEBIAN_ROOT).startswith(version)):
        return DEBIAN_ROOT
    if version == "1.43":
        return unpack_lts()
    raise MissingComponent(f"MediaWiki {version}".rstrip() + " is not installed: run `make setup`.")


def version_of(root: Path) -> str:
    """Return the version of the MediaWiki in this folder, like "1.39.17"."""
    defines = (root / "includes/Defines.php").read_text()
    found = re.search(r"'MW_VERSION', '([^']+)'", defines)
    return found[1] if found else "unknown"


def template(root: Path, language: str) -> Path:
    """Return the folder of a freshly installed wiki, kept in the user's cache and only ever copied."""
    key = hashlib.sha256(SETTINGS.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:12]
    kept = CACHE / f"wiki-{version_of(root)}-{language}-{key}"
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="installing-") as work:
            made = Path(work, "wiki")
            _set_up(root, made, language)
            try:
                made.rename(kept)
            except OSError:
                if not kept.exists():  # else somebody else was faster
                    raise
    return kept


def _set_up(root: Path, folder: Path, language: str) -> None:
    for name in ("data", "cache", "tmp", "images", "installer"):
        (folder / name).mkdir(parents=True)
    options = {
        "dbtype": "sqlite",
        "dbname": "wiki",
        "dbpath": str(folder / "data"),
        "confpath": str(folder / "installer"),
        "server": "http://127.0.0.1:8080",
        "scriptpath": "",
        "lang": language,
        "pass": PASSWORD,
        "extensions": TABLES_FOR,
    }
    arguments = [f"--{key}={value}" for key, value in options.items()]
    php(root, folder / "installer", "install", *arguments, "Testwiki", ADMIN)
    (folder / "language").write_text(language)
    shutil.copy(SETTINGS, folder / "LocalSettings.php")
    php(root, folder, "createAndPromote", SOMEONE, PASSWORD)  # and fills the cache of messages


def php(root: Path, folder: Path, script: str, *arguments: str, stdin: str = "") -> str:
    """Run a maintenance script on the wiki in `folder`, return what it wrote; RuntimeError if it failed."""
    done = subprocess.run(
        ["php", "-d", "memory_limit=1G", str(root / "maintenance" / f"{script}.php"), *arguments],
        input=stdin.encode(),
        capture_output=True,
        env={**os.environ, "MW_CONFIG_FILE": str(folder / "LocalSettings.php")},
        check=False,
    )
    output = (done.stdout + done.stderr).decode(errors="replace")
    if done.returncode:
        raise RuntimeError(f"{script}.php failed: {output[-2000:]}")
    return output
