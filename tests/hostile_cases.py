"""What a stranger may put into a parcel, by name: each a bundle that the hub must refuse.

Folders, commits, words, histories, headers. An edit is honest but for the one thing that its name says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tests.hostile import FILE, FOLDER, LINK, MODULE, NOBODY, PROGRAM, Attempt, Objects, Village, entry, pack
from wikigit.core import message
from wikigit.repo import layout

Case = Callable[[Village], Attempt]
Tips = Callable[[Village, str], Mapping[str, str]]

# Folders: something beside the page that the edit changes, or in its place


def smuggled(name: bytes, mode: bytes = FILE, data: bytes = b"x", *, folder: bool = False) -> Case:
    """An edit of a page that brings another file at the top of the tree."""

    def case(village: Village) -> Attempt:
        made = Objects()
        inner = made.blob(data)
        if folder:
            inner, mode_ = made.tree((FILE, b"config", inner)), FOLDER
        else:
            mode_ = mode
        base = village.page(made)
        return village.commits(made, made.tree(*village.entries_of(made, base), (mode_, name, inner)))

    return case


def alone(path: bytes, mode: bytes = FILE, data: bytes = b"Hostile.") -> Case:
    """An edit that changes no page, but a file somewhere."""

    def case(village: Village) -> Attempt:
        made = Objects()
        return village.commits(made, village.with_file(made, path, mode, made.blob(data)))

    return case


def mode_of_the_page(mode: bytes) -> Case:
    def case(village: Village) -> Attempt:
        made = Objects()
        return village.commits(made, village.page(made, b"Ngozi", mode=mode))

    return case


def text_of_the_page(wikitext: bytes) -> Case:
    def case(village: Village) -> Attempt:
        made = Objects()
        return village.commits(made, village.page(made, wikitext))

    return case


def pointing(mode: bytes, target: str) -> Case:
    """A folder's entry that points to what is not there, or is something else."""

    def case(village: Village) -> Attempt:
        made = Objects()
        pointed = target or made.blob(b"no folder")
        return village.commits(made, made.tree(*village.entries_of(made, village.page(made)), (mode, b"x", pointed)))

    return case


def twice(village: Village) -> Attempt:
    made = Objects()
    listed = village.entries_of(made, village.page(made))
    return village.commits(made, made.tree(*listed, listed[0]))


def unsorted(village: Village) -> Attempt:
    made = Objects()
    listed = village.entries_of(made, village.page(made))
    return village.commits(made, made.tree(*listed[::-1], in_order=False))


def emptied(village: Village) -> Attempt:
    made = Objects()
    return village.commits(made, made.tree())


def without_its_page(village: Village) -> Attempt:
    made = Objects()
    kept = [e for e in village.entries(village.tree) if e[1] != b"pages"]
    return village.commits(made, made.tree(*kept))


def deep(village: Village) -> Attempt:
    made = Objects()
    inner = made.tree((FILE, b"x", made.blob(b"x")))
    for _ in range(5_000):
        inner = made.tree((FOLDER, b"d", inner))
    return village.commits(made, made.tree(*village.entries_of(made, village.page(made)), (FOLDER, b"d", inner)))


def empty_inside(village: Village) -> Attempt:
    made = Objects()
    inner = made.tree((FOLDER, b"nothing", made.tree()))
    return village.commits(made, made.tree(*village.entries_of(made, village.page(made)), (FOLDER, b"d", inner)))


def two_pages(village: Village) -> Attempt:
    made = Objects()
    lake = layout.page(village.hub.title("Lake"))
    return village.commits(made, village.with_file(made, lake, FILE, made.blob(b"Mud."), village.page(made)))


def bare_repository(village: Village) -> Attempt:
    made = Objects()
    head, config = made.blob(b"ref: refs/heads/x\n"), made.blob(b"[core]\n\tfsmonitor = sh -c true\n")
    inner = made.tree((FILE, b"HEAD", head), (FILE, b"config", config))
    return village.commits(made, made.tree(*village.entries_of(made, village.page(made)), (FOLDER, b"bare", inner)))


MODULES = b'[submodule "a"]\n\tpath = a\n\turl = %b\n'
SMUGGLED: Mapping[str, Case] = {
    "a name that is empty": smuggled(b""),
    "an id of zeros": pointing(FILE, NOBODY),
    "a file that is missing": pointing(FILE, "1" * 40),
    "a folder that is a file": pointing(FOLDER, ""),
    "a folder .git": smuggled(b".git", folder=True),
    "a folder .GIT": smuggled(b".GIT", folder=True),
    "a folder git~1": smuggled(b"git~1", folder=True),
    "a folder .g<joiner>it": smuggled(".g\u200cit".encode(), folder=True),
    "a folder .git with a blank": smuggled(b".git ", folder=True),
    "a folder .git with a dot": smuggled(b".git.", folder=True),
    "a stream of NTFS": smuggled(b".git::$INDEX_ALLOCATION"),
    "a backslash before .git": smuggled(b"a\\.git\\config"),
    "a folder above": smuggled(b"..", folder=True),
    "a folder here": smuggled(b".", folder=True),
    "a slash in a name": smuggled(b"a/b"),
    "submodules with an option for an address": smuggled(
        b".gitmodules", data=b'[submodule "a"]\n\tpath=a\n\turl=-u./x\n'
    ),
    "submodules by a link": smuggled(b".gitmodules", LINK, b".git/config"),
    "submodules": smuggled(b".gitmodules", data=MODULES % b"https://a.example/a"),
    "a submodule": pointing(MODULE, "1" * 40),
    "attributes with a line too long": smuggled(b".gitattributes", data=b"*" * 5_000 + b" text\n"),
    "attributes with a filter": smuggled(b".gitattributes", data=b"*.wiki filter=x diff=x\n"),
    "attributes by a link": smuggled(b".gitattributes", LINK, b"/etc/passwd"),
    "a mode with a zero before": mode_of_the_page(b"0100644"),
    "a name twice": twice,
    "names out of order": unsorted,
    "a page that is a link": mode_of_the_page(LINK),
    "a page that is a program": mode_of_the_page(PROGRAM),
    "a page that the group may write": mode_of_the_page(b"100664"),
    "a page without rights": mode_of_the_page(b"100000"),
    "a repository inside": bare_repository,
    "a page in other letters": smuggled(b"Pages", folder=True),
    "a title in two spellings": alone(b"pages/main/00/00/Ngo\xcc\x81zi.wiki"),
    "a name of Windows' own": alone(b"pages/main/00/00/CON.wiki"),
    "a name with a colon": alone(b"pages/main/00/00/a:b.wiki"),
    "a name with a dot at its end": alone(b"pages/main/00/00/a."),
    "a name with a line end": alone(b"pages/main/00/00/a\nb.wiki"),
    "a name with a terminal's commands": alone(b"pages/main/00/00/\x1b[31mred.wiki"),
    "a name that is not UTF-8": alone(b"pages/main/00/00/\xff\xfe.wiki"),
    "a name that runs backwards": alone("pages/main/00/00/\u202eikiw.x".encode()),
    "a name of 300 bytes": alone(b"pages/main/00/00/" + b"n" * 300 + b".wiki"),
    "a name of 5,000 bytes": alone(b"pages/main/00/00/" + b"n" * 5_000 + b".wiki"),
    "a page with a NUL": text_of_the_page(b"a\0b"),
    "a page that is not UTF-8": text_of_the_page(b"\xff\xfea"),
    "a page that the wiki would store otherwise": text_of_the_page(b"a\r\nb  "),
    "a page of more than 2 MiB": text_of_the_page(b"a" * (2 * 1024 * 1024 + 1)),
    "nothing left": emptied,
    "no pages left": without_its_page,
    "5,000 folders in each other": deep,
    "an empty folder in a folder": empty_inside,
    "two pages": two_pages,
    "a program beside the page": smuggled(b"x.sh", PROGRAM),
    "the wiki's facts": alone(layout.SITE.encode(), data=b"{}"),
    "the settings": alone(layout.CONFIG.encode(), data=b""),
}

# Commits: their header


def by(author: str = "{c} <{c}@kit.invalid> {day} +0000", committer: str = "") -> Case:
    """Who wrote an edit and when, otherwise."""

    def case(village: Village) -> Attempt:
        made, said = Objects(), {"c": village.first.contributor, "k": village.kit.id, "day": village.day}
        wrote, kept = (line.format(**said).encode("latin-1") for line in (author, committer))
        return village.commits(made, village.page(made), author=wrote, committer=kept or village.committer)

    return case


def further(line: bytes) -> Case:
    """A further line in the header."""

    def case(village: Village) -> Attempt:
        made = Objects()
        return village.commits(made, village.page(made), committer=village.committer + b"\n" + line)

    return case


def raw(change: Callable[[bytes], bytes]) -> Case:
    """An honest commit whose bytes are changed."""

    def case(village: Village) -> Attempt:
        made = Objects()
        tree = village.page(made)
        edit = message.of_edit(village.edit()).encode()
        head = b"tree %b\nparent %b\nauthor %b\ncommitter %b\n\n" % (
            tree.encode(), village.tip.encode(), village.author, village.committer
        )  # fmt: skip
        return village.brings(made, made.add(b"commit", change(head + edit)))

    return case


WHO = "{c} <{c}@kit.invalid>"
COMMITS: Mapping[str, Case] = {
    "an author of two lines": by(WHO + " {day} +0000\nauthor x <x@x> 0 +0000"),
    "an author with a NUL": by("{c}\0 <{c}@kit.invalid> {day} +0000"),
    "an author without an address": by("{c} {day} +0000"),
    "an address in an address": by("{c} <<{c}@kit.invalid>> {day} +0000"),
    "a time beyond all numbers": by(WHO + " 99999999999999999999 +0000"),
    "a time before 1970": by(WHO + " -86400 +0000"),
    "a bad time zone": by(WHO + " {day} +25:99"),
    "a person's time zone": by(WHO + " {day} +0200"),
    "the year 2286": by(WHO + " 9999936000 +0000"),
    "the year 2100": by(WHO + " 4102444800 +0000"),
    "an hour of the day": by(WHO + " 1772355600 +0000"),
    "a committer's hour": by(committer="{k} <{k}@kit.invalid> 1772355601 +0000"),
    "an author that is not UTF-8": by("\xff\xfe <{c}@kit.invalid> {day} +0000"),
    "an author with a terminal's commands": by("\x1b[31m{c} <{c}@kit.invalid> {day} +0000"),
    "an author by name": by("Aline Ntwari <{c}@kit.invalid> {day} +0000"),
    "an address of a person's": by("{c} <aline@example.org> {day} +0000"),
    "no author": raw(lambda told: b"\n".join(w for w in told.split(b"\n") if not w.startswith(b"author"))),
    "no committer": raw(lambda told: b"\n".join(w for w in told.split(b"\n") if not w.startswith(b"committer"))),
    "no tree": raw(lambda told: told.split(b"\n", 1)[1]),
    "a message with a NUL": raw(lambda told: told + b"\0hidden"),
    "a message that is not UTF-8": raw(lambda told: told.replace(b"Hostile", b"\xff\xfe")),
    "a message of 20 MB": raw(lambda told: told + b"x" * 20_000_000),
    "a message of 20 kB": raw(lambda told: told.replace(b"Hostile", b"Hostile " + b"x" * 20_000)),
    "200 parents": raw(lambda told: told[:94] + told[46:94] * 199 + told[94:]),
    "an encoding": further(b"encoding latin-1"),
    "a merged tag": further(b"mergetag object 1111111111111111111111111111111111111111\n type commit\n tag v1"),
    "a signature of Git's": further(b"gpgsig -----BEGIN PGP SIGNATURE-----\n garbage\n -----END PGP SIGNATURE-----"),
    "a header nobody knows": further(b"wikigit-edit e-0000000000000000"),
}

# Words: trailers, and whose they are


def saying(change: Callable[[Village, str], str]) -> Case:
    """An honest message that is changed."""

    def case(village: Village) -> Attempt:
        made = Objects()
        told = change(village, message.of_edit(village.edit()))
        return village.commits(made, village.page(made), text=told.encode())

    return case


def claiming(change: Callable[[Village], Mapping[str, str]], *, author: bool = True) -> Case:
    """An edit that says something else of itself, by an author to match."""

    def case(village: Village) -> Attempt:
        made, edit = Objects(), village.edit(**change(village))
        page = village.page(made, title=str(edit.title))
        who = village.who(edit.contributor) if author else village.author
        return village.commits(made, page, edit=edit, author=who)

    return case


def committed_by_another(village: Village) -> Attempt:
    made = Objects()
    return village.commits(made, village.page(made), committer=village.who(village.library.id))


OTHER = "Wikigit-Contributor: c-00000000"
WORDS: Mapping[str, Case] = {
    "a line before the trailers' own": saying(
        lambda v, m: m.replace("\nWikigit-Edit", "\nWikigit-Contributor: c-00000000\nWikigit-Edit")
    ),
    "a trailer in the summary": saying(lambda v, m: "Wikigit-Credit: Admin\n" + m),
    "a block of trailers after ours": saying(lambda v, m: m + "\nWikigit-Credit: Admin\n"),
    "a trailer twice": saying(lambda v, m: m + f"Wikigit-Kit: {v.library.id}\n"),
    "a trailer in other letters": saying(lambda v, m: m + "wikigit-credit: Admin\n"),
    "a blank before the colon": saying(lambda v, m: m + "Wikigit-Credit : Admin\n"),
    "a folded line": saying(lambda v, m: m + " Wikigit-Credit: Admin\n"),
    "a carriage return": saying(lambda v, m: m.replace("Hostile", "Hostile\rWikigit-Credit: Admin")),
    "a line separator": saying(lambda v, m: m.replace("Hostile", "Hostile\u2028Wikigit-Credit: Admin")),
    "a next line": saying(lambda v, m: m.replace("Hostile", "Hostile\x85Wikigit-Credit: Admin")),
    "a form feed in a trailer": saying(lambda v, m: m + "Wikigit-Affiliation: a\x0cWikigit-Credit: Admin\n"),
    "a divider": saying(lambda v, m: m.replace("\n\n", "\n\n---\n\n", 1)),
    "a comment": saying(lambda v, m: m + "# Wikigit-Credit: Admin\n"),
    "no empty line": saying(lambda v, m: m.replace("\n\n", "\n", 1)),
    "a trailer nobody knows": saying(lambda v, m: m + "Wikigit-Power: all\n"),
    "a person's trailer": saying(lambda v, m: m + "Co-authored-by: Admin <admin@example.org>\n"),
    "the hub's trailer": saying(lambda v, m: m + f"Wikigit-From: {v.tip}\n"),
    "a reviewer": saying(lambda v, m: m + "Wikigit-Reviewed-By: Vera\n"),
    "the wiki's trailer": saying(lambda v, m: m + "Wikigit-Revision: 7\n"),
    "main's trailer": saying(lambda v, m: m + f"Wikigit-Upstream: {v.main}\n"),
    "words between": saying(lambda v, m: m.replace("\n\n", "\n\nwords\n\n", 1)),
    "no trailers": saying(lambda v, m: "Hostile\n"),
    "no licence": saying(lambda v, m: "\n".join(w for w in m.split("\n") if "License" not in w)),
    "no consent": saying(lambda v, m: "\n".join(w for w in m.split("\n") if "Consent" not in w)),
    "a licence of one's own": saying(lambda v, m: m.replace("CC-BY-SA-4.0", "All-Rights-Reserved")),
    "consent to nothing": saying(lambda v, m: m.replace("Consent: 1", "Consent: 0")),
    "consent to what is not written yet": saying(lambda v, m: m.replace("Consent: 1", "Consent: 99")),
    "a credit with wikitext": saying(lambda v, m: m + "Wikigit-Credit: [[User:Admin]]\n"),
    "another page's name": saying(lambda v, m: m.replace("Page: Ngozi", "Page: Lake")),
    "a page's name otherwise": saying(lambda v, m: m.replace("Page: Ngozi", "Page: ngozi")),
    "another kit's name": claiming(lambda v: {"kit": v.library.id}),
    "the hub's name": claiming(lambda v: {"kit": "hub"}),
    "another author than it says": claiming(lambda v: {"contributor": v.others.contributor}, author=False),
    "another kit's edit": claiming(lambda v: {"id": v.others.id}),
    "another kit's edit of its page": claiming(lambda v: {"id": v.others.id, "title": "Lake"}),
    "an edit that came before, with other words": claiming(lambda v: {"id": v.first.id}),
    "an id of no edit": claiming(lambda v: {"id": "e-1"}),
    "another kit's commit": committed_by_another,
}

# Histories: what the branch stands on, merges, receipts


def merging(second: Callable[[Village, Objects], str], *, page: bytes = b"", text: str = "Join main\n") -> Case:
    """A merge by the kit, which brings a page where `page` is given."""

    def case(village: Village) -> Attempt:
        made = Objects()
        tree = village.page(made, page, "Lake") if page else village.tree
        parents = [village.tip, second(village, made)]
        return village.commits(made, tree, text=text.encode(), parents=parents, author=village.committer)

    return case


def on(parents: Callable[[Village], list[str]]) -> Case:
    """An edit on other parents."""

    def case(village: Village) -> Attempt:
        made = Objects()
        return village.commits(made, village.page(made), parents=parents(village))

    return case


def aside(parent: Callable[[Village], str]) -> Case:
    """An edit that stands aside, joined as a kit joins one that fits an older text only."""

    def case(village: Village) -> Attempt:
        made = Objects()
        on_it = village.page_on(made, parent(village))
        edit = village.commits(made, on_it, parents=[parent(village)]).tips[village.ref]
        text = b"Keep the page as it is\n"
        return village.commits(made, village.tree, text=text, parents=[village.tip, edit], author=village.committer)

    return case


def unrelated(village: Village) -> Attempt:
    made = Objects()
    tree = village.with_file(made, layout.page(village.hub.title("Ngozi")), FILE, made.blob(b"x"), "none")
    return village.commits(made, tree, parents=[])


def merges_a_stranger(village: Village) -> Attempt:
    made = Objects()
    root = village.commits(made, village.tree, parents=[]).tips[village.ref]
    return village.commits(
        made, village.tree, text=b"Join main\n", parents=[village.tip, root], author=village.committer
    )


def receipts(path: str, line: str, mode: bytes = FILE, *, who: str = "", seq: int = 9) -> Case:
    """Receipts of the kit as somebody writes them by hand."""

    def case(village: Village) -> Attempt:
        made, ref = Objects(), village.receipts
        old = village.store.need(ref, "")
        data = made.blob(line.format(edit=village.first.id, other=village.others.id).encode())
        named = path.format(kit=village.kit.id, library=village.library.id)
        tree = village.with_file(made, named, mode, data, village.store.read(old).tree)
        writer = village.who(who or village.kit.id)
        return village.brings(
            made, made.commit(tree, [old], b"1 receipts\n\nWikigit-Seq: %d\n" % seq, writer), ref, [old]
        )

    return case


SENT = "9\t{edit}\tsent\t\t1\t2026-03-01\t\t\n"
SEEN = "9\t{edit}\tpublished\t\t7\t2026-04-01\t\tbridge:99\n"
HISTORIES: Mapping[str, Case] = {
    "a history of its own": unrelated,
    "a merge of a history of its own": merges_a_stranger,
    "an edit on another kit's branch": on(lambda v: [v.store.need(layout.kit(v.library.id), "")]),
    "an edit on receipts": on(lambda v: [v.store.need(layout.receipts("hub"), "")]),
    "an edit aside on another kit's branch": aside(lambda v: v.store.need(layout.kit(v.library.id), "")),
    "an edit aside on receipts": aside(lambda v: v.store.need(layout.receipts("hub"), "")),
    "an edit with two parents": on(lambda v: [v.tip, v.main]),
    "a merge that brings a page": merging(lambda v, _: v.main, page=b"Mud."),
    "a merge of another kit's branch": merging(lambda v, _: v.store.need(layout.kit(v.library.id), "")),
    "a merge of receipts": merging(lambda v, _: v.store.need(layout.receipts("hub"), "")),
    "a merge with trailers": merging(lambda v, _: v.main, text="Join main\n\nWikigit-Credit: Admin\n"),
    "a merge that passes for main": merging(lambda v, _: v.main, text="Merge\n\nWikigit-Merge: 1\n"),
    "receipts of another kit": receipts("{library}/2026-03.tsv", SENT.replace("edit", "other")),
    "receipts that have seen what will be": receipts(
        "{kit}/2026-04.tsv", "9\t{edit}\tpublished\t\t7\t2026-04-01\t\tbridge:99\n"
    ),
    "receipts that take back a line": receipts("{kit}/2026-03.tsv", SENT),
    "receipts that nobody can read": receipts("{kit}/2026-04.tsv", "no receipt\n"),
    "receipts that are a link": receipts("{kit}/2026-04.tsv", SENT, LINK),
    "receipts that are a program": receipts("{kit}/2026-04.tsv", SENT, PROGRAM),
    "receipts beside receipts": receipts("{kit}/x.tsv", SENT),
    "receipts by another": receipts("{kit}/2026-04.tsv", SENT, who="k-00000000"),
    "receipts of a number of their own": receipts("{kit}/2026-04.tsv", SENT, seq=999_999),
}

# Headers: the bundle around an honest edit


def around(
    change: Callable[[Village, bytes, str], bytes], tips: Callable[[Village, str], Mapping[str, str]] | None = None
) -> Case:
    """An honest edit in a bundle that is changed; `tips`: what the manifest says."""

    def case(village: Village) -> Attempt:
        made = Objects()
        told = village.commits(made, village.page(made))
        tip = told.tips[village.ref]
        return Attempt(tips(village, tip) if tips else told.tips, change(village, told.bundle, tip))

    return case


def refs(*lines: str) -> Case:
    """Further refs in the header."""

    def change(village: Village, whole: bytes, tip: str) -> bytes:
        told = "".join(f"{tip} {line}\n" for line in lines).encode()
        return whole.replace(b"\n\nPACK", b"\n" + told + b"\nPACK")

    return around(change)


def header(old: str, new: str) -> Case:
    return around(
        lambda v, whole, tip: whole.replace(old.format(v=v, tip=tip).encode(), new.format(v=v, tip=tip).encode(), 1)
    )


def cut_tip(village: Village) -> Attempt:
    """Two edits, and a header that names the first: the last is kept back."""
    made = Objects()
    first = village.commits(made, village.page(made)).tips[village.ref]
    second = village.commits(made, village.page(made, b"Hostile again."), parents=[first])
    return Attempt(second.tips, village.header({village.ref: first}, [village.tip]) + made.pack())


def tagged(village: Village) -> Attempt:
    made = Objects()
    tip = village.commits(made, village.page(made)).tips[village.ref]
    made.add(b"tag", f"object {tip}\ntype commit\ntag v1\ntagger x <x@x> 0 +0000\n\nx\n".encode())
    return village.brings(made, tip)


def as_it_is(_: Village, whole: bytes, __: str) -> bytes:
    return whole


ONES = b"1" * 40
HEADERS: Mapping[str, Case] = {
    "version 3": header("# v2", "# v3"),
    "a capability": header("# v2 git bundle\n", "# v3 git bundle\n@object-format=sha1\n"),
    "a filter": header("# v2 git bundle\n", "# v3 git bundle\n@filter=blob:none\n"),
    "no signature": header("# v2 git bundle\n", ""),
    "line ends of another system": header("bundle\n", "bundle\r\n"),
    "a further ref": refs("refs/heads/other"),
    "main": refs("refs/heads/main"),
    "a replacement": refs("refs/replace/1111111111111111111111111111111111111111"),
    "a tag": refs("refs/tags/v1"),
    "HEAD": refs("HEAD"),
    "a ref that climbs": refs("refs/heads/../../x"),
    "a ref with two dots": refs("refs/heads/a..b"),
    "a ref that is a lock": refs("refs/heads/x.lock"),
    "a ref with a tabulator": refs("refs/heads/a\tb"),
    "a ref of 300 bytes": refs("refs/heads/" + "r" * 300),
    "a ref twice": around(lambda v, w, tip: w.replace(b"\n\nPACK", f"\n{v.main} {v.ref}\n\nPACK".encode())),
    "50,000 refs": refs(*(f"refs/heads/r{n}" for n in range(50_000))),
    "another ref": header("{v.ref}", "refs/heads/main"),
    "another kit's ref": header("{v.ref}", "refs/heads/kits/k-00000000"),
    "a tip that is older": header("{tip} {v.ref}", "{v.tip} {v.ref}"),
    "a tip in the middle": cut_tip,
    "a tip that is not in it": around(
        lambda v, w, tip: w.replace(tip.encode(), b"1" * 40), lambda v, tip: {v.ref: "1" * 40}
    ),
    "a missing commit before it": header("-{v.tip}", "-" + "1" * 40),
    "no refs": header("{tip} {v.ref}\n", ""),
    "3,000 commits before it": around(
        lambda v, w, tip: w.replace(b"\n-", b"\n" + f"-{v.tip}\n".encode() * 3_000 + b"-", 1)
    ),
    "a header without an end": around(lambda v, w, tip: w.split(b"\n\n")[0] + b"\n-" + b"1" * 2_000_000),
    "something after the pack": around(lambda v, w, tip: w + b"and more"),
    "a pack after the pack": around(lambda v, w, tip: w + pack([entry(3, b"x")])),
    "a pack that says it is empty": around(lambda v, w, tip: w.split(b"PACK")[0] + pack([])),
    "a pack that counts too many": around(lambda v, w, tip: w.split(b"PACK")[0] + pack([entry(3, b"x")], count=2)),
    "a pack of another version": around(lambda v, w, tip: w.replace(b"PACK\0\0\0\2", b"PACK\0\0\0\3")),
    "no pack": around(lambda v, w, tip: w.split(b"PACK")[0]),
    "a tag in the pack": tagged,
    "a manifest with main": around(as_it_is, lambda v, tip: {v.ref: tip, "refs/heads/main": tip}),
    "a manifest with another kit": around(as_it_is, lambda v, tip: {layout.kit(v.library.id): tip}),
    "a manifest with other receipts": around(
        lambda v, w, tip: w, lambda v, tip: {v.ref: tip, layout.receipts("hub"): tip}
    ),
    "a manifest with an older tip": around(as_it_is, lambda v, tip: {v.ref: v.main}),
}

leaves_the_branch = on(lambda v: [v.main])
"""No harm, and maybe a restored backup: it is kept aside, with an alarm."""

GROUPS: Mapping[str, Mapping[str, Case]] = {
    "folders and files": SMUGGLED,
    "commits": COMMITS,
    "words": WORDS,
    "histories": HISTORIES,
    "headers": HEADERS,
}


def everything() -> Iterator[tuple[str, str, Case]]:
    """Every case, as (group, name, case)."""
    for group, cases in GROUPS.items():
        for name, case in cases.items():
            yield group, name, case
