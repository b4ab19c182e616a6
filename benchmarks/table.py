"""The road's figures for people: what was measured, what is promised, what the peer needed for the like."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

Figures = Mapping[str, int | float]
Row = tuple[str, str, str, str]


def table(figures: Figures, version: str, trouble: str) -> str:
    """Everything on a page. `version` is MediaWiki's, `trouble` why the peer's figures are missing, if they are."""
    head = f"The road, on MediaWiki {version}; requests are counted at the server."
    return "\n".join([head, "", *aligned(_rows(figures)), "", *_notes(figures, trouble)])


def aligned(measured: Iterable[Row]) -> list[str]:
    """Rows as lines, under a heading."""
    rows = [("", "wikigit", "promised", "git-remote-mediawiki"), *measured]
    first, second, third = (max(len(row[column]) for row in rows) for column in range(3))
    return [f"{a:<{first}}  {b:>{second}}  {c:<{third}}  {d}".rstrip() for a, b, c, d in rows]


def _rows(f: Figures) -> Iterator[Row]:
    pages, edits = f["pages"], f["edits"]
    yield most(
        f"init and first fetch of {pages} pages: requests",
        f["fetch_requests"],
        math.ceil(pages / 50) + 8,
        _ways(f, "grm_fetch_requests", "grm_by_revision_requests"),
    )
    yield exactly("  texts byte for byte as on the wiki", f["texts_equal"], pages)
    yield seen("  files", f["pages"], _ways(f, "grm_files", "grm_by_revision_files"))
    yield seen("  seconds", f["fetch_seconds"], _ways(f, "grm_fetch_seconds", "grm_by_revision_seconds"))
    pushed = "–" if f["grm_pushed"] < 0 else f"{f['grm_push_requests']} for {f['grm_pushed']} edits"
    what = f"publish {edits} edits of {f['edited_pages']} pages: requests"
    yield most(what, f["publish_requests"], 2 * int(edits) + 12, pushed)
    yield exactly("  edits published", f["published"], edits)
    yield exactly("  whose words stand on the wiki, once", f["edits_on_the_wiki"], edits)
    yield exactly(f"  of {f['persons_edits']} edits by a person on the wiki, overwritten", f["overwritten"], 0)
    yield seen("  seconds", f["publish_seconds"], "–")
    yield exactly("answers home at the kits", f["receipts_home"], edits)
    yield exactly("  pages that both kits show as the wiki does", f["kit_pages_equal"], pages)
    idle = _ways(f, "grm_idle_fetch_requests", "grm_by_revision_idle_fetch_requests")
    yield most("second publish and fetch: requests", f["second_run_requests"], 6, idle)
    yield exactly("git fsck --full --strict, hub and kits: errors", f["fsck_errors"], 0)


def _notes(f: Figures, trouble: str) -> Iterator[str]:
    yield f"{f['revisions']} revisions hold the {f['edits']} edits: one person's successive edits of a page are one."
    early = f"{f['persons_edits_before_ours']} of the person's {f['persons_edits']} edits"
    yield f"{early} came before ours, after `bridge plan` or while `bridge publish` ran."
    if f["missing_from_wiki"]:
        yield f"{f['missing_from_wiki']} pages of the bundle are not on the wiki: MediaWiki's import left them out."
    if f["altered_by_import"]:
        yield f"{f['altered_by_import']} texts were altered by MediaWiki's import; what counts is what the wiki holds."
    if trouble:
        yield trouble
        return
    if f["grm_files"] < f["grm_by_revision_files"]:
        yield "By page, its default, git-remote-mediawiki found no revision of most pages, and ended without an error."
    yield "It takes the main namespace only, unless told others; wikigit takes them all."
    yield f"Our first fetch took {f['fetch_seconds'] / f['grm_by_revision_seconds']:.2f} of its seconds by revision."


def most(what: str, measured: float, limit: int, peer: str) -> Row:
    """Something of which there is to be no more than the limit."""
    return what, f"{measured}", f"≤ {limit}" + ("" if measured <= limit else " MISSED"), peer


def exactly(what: str, measured: float, wanted: float, peer: str = "–") -> Row:
    """Something that is right or wrong."""
    return what, f"{measured}", f"{wanted}" + ("" if measured == wanted else " MISSED"), peer


def seen(what: str, measured: float, peer: str) -> Row:
    """Something that is only told."""
    return what, f"{measured}", "–", peer


def _ways(f: Figures, by_page: str, by_revision: str) -> str:
    """The peer's two ways of fetching; what is below 0 was not measured."""
    ways = ((by_page, "by page"), (by_revision, "by revision"))
    return ", ".join(f"{f[key]} {way}" for key, way in ways if f[key] >= 0) or "–"
