"""Wikis for tests: values, not servers."""

from __future__ import annotations

from dataclasses import replace

from wikigit.core.site import CANONICAL, Interwiki, MagicWord, Namespace, Site

_ALIASES = {4: ("WP",), 5: ("WT",), 6: ("Image",), 7: ("Image talk",)}
_LOCAL = {4: "Testwiki", 5: "Testwiki talk"}
_ARABIC = {
    -2: "ميديا", -1: "خاص", 0: "", 1: "نقاش", 2: "مستخدم", 3: "نقاش المستخدم", 4: "ويكي", 5: "نقاش ويكي",
    6: "ملف", 7: "نقاش الملف", 8: "ميدياويكي", 9: "نقاش ميدياويكي", 10: "قالب", 11: "نقاش القالب",
    12: "مساعدة", 13: "نقاش المساعدة", 14: "تصنيف", 15: "نقاش التصنيف",
}  # fmt: skip


def _namespaces(names: dict[int, str], *, first_letter: bool = True) -> tuple[Namespace, ...]:
    return tuple(
        Namespace(
            number,
            names.get(number, canonical),
            canonical,
            _ALIASES.get(number, ()),
            first_letter or number in (-1, 2, 3, 8, 9),
            content=number == 0,
            subpages=number not in (-2, -1, 0, 6, 14),
        )
        for number, canonical in CANONICAL.items()
    )


ENGLISH = Site(
    wiki="testwiki",
    name="Testwiki",
    base="https://test.example/wiki/$1",
    api="https://test.example/w/api.php",
    lang="en",
    namespaces=_namespaces(_LOCAL),
    generator="MediaWiki 1.39.17",
    interwikis=(
        Interwiki("ar", "https://ar.example/wiki/$1", language=True),
        Interwiki("de", "https://de.example/wiki/$1", language=True),
        Interwiki("test", "https://test.example/wiki/$1", local=True),
        Interwiki("wikt", "https://wikt.example/wiki/$1"),
    ),
    magic_words=(
        MagicWord("img_right", ("right",), case_sensitive=True),
        MagicWord("img_thumbnail", ("thumb", "thumbnail"), case_sensitive=True),
        MagicWord("notoc", ("__NOTOC__",)),
        MagicWord("redirect", ("#REDIRECT",)),
    ),
)

WIKTIONARY = replace(
    ENGLISH,
    wiki="testwiktionary",
    name="Test Wiktionary",
    base="https://wikt.example/wiki/$1",
    api="https://wikt.example/w/api.php",
    namespaces=(
        *_namespaces(_LOCAL, first_letter=False),
        Namespace(100, "Appendix"),
        Namespace(101, "Appendix talk"),
    ),
    first_letter=False,
)

ARABIC = replace(
    ENGLISH,
    wiki="artestwiki",
    name="ويكي",
    base="https://ar.example/wiki/$1",
    api="https://ar.example/w/api.php",
    lang="ar",
    rtl=True,
    namespaces=_namespaces(_ARABIC),
    main_page="الصفحة الرئيسية",
    magic_words=(MagicWord("redirect", ("#تحويل", "#REDIRECT")), *ENGLISH.magic_words[:3]),
)
