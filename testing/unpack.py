"""Fetch the MediaWiki of the next Debian and unpack it, without installing it."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wikigit"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SUITE = "trixie"
PACKAGES = ("mediawiki", "mediawiki-classes")


class MissingComponent(Exception):
    """Something is not installed; the message is one sentence that says what to do."""


def unpack_lts() -> Path:
    """Return the root of MediaWiki 1.43, from the cache or else from a Debian mirror (53 MB, once)."""
    home = CACHE / "mediawiki-1.43"
    root = home / "usr/share/mediawiki"
    if not (root / "api.php").exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent, prefix="unpacking-") as work:
            for package in _download(Path(work)):
                _run(["dpkg", "-x", str(package), f"{work}/tree"])
            keep_links_inside(Path(work, "tree"))
            shutil.rmtree(home, ignore_errors=True)
            Path(work, "tree").rename(home)
    return root


def keep_links_inside(tree: Path) -> None:
    """Make each absolute symbolic link that has its target within the tree a relative one."""
    for link in [path for path in tree.rglob("*") if path.is_symlink()]:
        target = os.readlink(link)
        inside = tree / target.lstrip("/")
        if target.startswith("/") and os.path.lexists(inside):
            link.unlink()
            link.symlink_to(os.path.relpath(inside, link.parent))


def mirrors() -> list[str]:
    """Return the addresses of the Debian mirrors in this machine's own sources, security first to last."""
    sources = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    lines = [
        line
        for path in sources
        if path.suffix in (".list", ".sources") and path.is_file()
        for line in path.read_text().splitlines()
        if line.startswith(("deb ", "URIs:"))
    ]
    found = re.findall(r"(?:https?|file|copy|mirror\+\w+):/\S+", "\n".join(lines))
    return list(dict.fromkeys(uri.rstrip("/") for uri in found if re.search(r"/debian(-security)?/?$", uri)))


def _download(work: Path) -> list[Path]:
    """Return the fetched .deb files. apt checks them against Debian's own keys, as ever."""
    if not shutil.which("apt-get") or not KEYRING.exists() or not mirrors():
        raise MissingComponent("MediaWiki 1.43 can be fetched only on Debian, with a Debian mirror in apt's sources.")
    for folder in ("lists/partial", "cache/archives/partial", "etc/preferences.d"):
        (work / folder).mkdir(parents=True)
    (work / "status").touch()
    suites = [(uri, f"{SUITE}-security" if uri.endswith("-security") else SUITE) for uri in mirrors()]
    sources = "".join(f"deb [signed-by={KEYRING}] {uri} {suite} main\n" for uri, suite in suites)
    (work / "sources.list").write_text(sources)
    apt = ["apt-get", "-qq"]
    for key, value in {
        "Dir::Etc": work / "etc",
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State": work,
        "Dir::State::status": work / "status",
        "Dir::Cache": work / "cache",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }.items():
        apt += ["-o", f"{key}={value}"]
    _run([*apt, "update"], cwd=work)
    _run([*apt, "download", *PACKAGES], cwd=work)
    return sorted(work.glob("*.deb"))


def _run(command: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout)[-1000:]
        raise MissingComponent(f"MediaWiki 1.43 could not be fetched; `{command[0]}` said: {said}")
