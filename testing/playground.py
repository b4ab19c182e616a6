"""A real MediaWiki to try wikigit on, with the sample's pages: `python -m testing.playground`.

It answers on this machine alone, until it is stopped. Nothing here knows what will be tried.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from pathlib import Path

from testing import sample
from testing.mediawiki import MediaWiki, MissingComponent, install

ACCOUNT = "Bridge"
GRANTS = ("basic", "editpage", "createeditmovepage")


def environment(wiki: MediaWiki) -> dict[str, str]:
    """Make the bridge's account on a wiki that runs; return what a bridge keeper's terminal needs."""
    wiki.add_account(ACCOUNT)
    return {
        "API": wiki.api,
        "WIKIGIT_LOGIN": f"{ACCOUNT}@wikigit",
        "WIKIGIT_PASSWORD": wiki.bot_password(ACCOUNT, "wikigit", GRANTS),
    }


def main() -> None:
    """Set the wiki up, say how to reach it, and wait."""
    parser = argparse.ArgumentParser(description="A real MediaWiki on this machine, with the sample's pages.")
    parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with tempfile.TemporaryDirectory(prefix="wikigit-playground-") as folder:
        try:
            wiki = install(Path(folder) / "wiki", extra_settings="$wgSitename = 'Rwibindo';")
        except MissingComponent as missing:
            raise SystemExit(f"error: {missing}") from missing
        with wiki:
            sample.load(wiki, Path(folder))
            for name, value in environment(wiki).items():
                print(f"export {name}='{value}'")  # noqa: T201
            print(f"# Look at it: {wiki.url}/index.php. Stop it with Ctrl-C; its pages go with it.", flush=True)  # noqa: T201
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                print("# Stopped.")  # noqa: T201


if __name__ == "__main__":
    main()
