"""The cases of the merge benchmark, and the one wiki that all of them are merged for."""

from __future__ import annotations

import json
import lzma
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from testing.sites import ENGLISH
from wikigit.core.site import Interwiki, Site

TRIPLES = Path("merge", "triples.jsonl.xz")

REPLAY, DISJOINT, OVERLAPPING = "replay", "disjoint", "overlapping"

# What the wikis of the cases call a category; English is known everywhere.
CATEGORIES = """
Catégorie Kategori Katégori Ikiciro Òtù መደብ ܣܕܪܐ زٲژ زمرہ ޤިސްމު ߦߌߟߡߊ 分類 分类
"""

# The codes by which a Wikipedia links to the others.
LANGUAGES = """
aa ab ace af ak als am an ang ar arc arz as ast av ay az ba bar bat-smg bcl be be-tarask be-x-old bg bh bi bjn bm bn
bo bpy br bs bug bxr ca cbk-zam cdo ce ceb ch cho chr chy ckb co cr crh cs csb cu cv cy da de diq dsb dv dz ee el
eml en eo es et eu ext fa ff fi fiu-vro fj fo fr frp frr fur fy ga gag gan gcr gd gl glk gn gom got gu gv ha hak haw
he hi hif ho hr hsb ht hu hy hz ia id ie ig ii ik ilo io is it iu ja jam jbo jv ka kaa kab kbd kg ki kj kk kl km kn
ko koi kr krc ks ksh ku kv kw ky la lad lb lbe lez lg li lij lmo ln lo lrc lt ltg lv mai map-bms mdf mg mh mhr mi
min mk ml mn mo mr mrj ms mt mus mwl my myv mzn na nah nap nds nds-nl ne new ng nl nn no nov nqo nrm nso nv ny oc om
or os pa pag pam pap pcd pdc pfl pi pih pl pms pnb pnt ps pt qu rm rmy rn ro roa-rup roa-tara ru rue rw sa sah sc
scn sco sd se sg sh si simple sk sl sm sn so sq sr srn ss st stq su sv sw szl ta te tet tg th ti tk tl tn to tpi tr
ts tt tum tw ty tyv udm ug uk ur uz ve vec vep vi vls vo wa war wo wuu xal xh xmf yi yo za zea zh zh-classical
zh-min-nan zh-yue zu
"""


@dataclass(frozen=True, slots=True)
class Case:
    """Two changes of one text, and the text they should become, where one is known."""

    id: str
    lang: str
    kind: str
    people: bool
    base: str
    ours: str
    theirs: str
    expected: str | None

    @property
    def texts(self) -> tuple[str, str, str]:
        return self.base, self.ours, self.theirs


def cases() -> list[Case]:
    """All of them; without the data the program ends, with a sentence and no figures."""
    folder = os.environ.get("WIKIGIT_DATA")
    found = Path(folder or "", TRIPLES)
    if not folder or not found.is_file():
        print(f"This benchmark needs {TRIPLES}: set WIKIGIT_DATA to the folder that holds it.", file=sys.stderr)
        raise SystemExit(0)
    with lzma.open(found, "rt", encoding="utf-8") as lines:
        return [_case(json.loads(line)) for line in lines]


def site() -> Site:
    """A wiki that knows every language, and a category by the name that each wiki of the cases has for it."""
    namespaces = (
        replace(n, aliases=(*n.aliases, *CATEGORIES.split())) if n.id == 14 else n for n in ENGLISH.namespaces
    )
    interwikis = (Interwiki(code, f"https://{code}.example/wiki/$1", language=True) for code in LANGUAGES.split())
    return replace(ENGLISH, namespaces=tuple(namespaces), interwikis=tuple(interwikis))


def _case(raw: dict[str, Any]) -> Case:
    fork = DISJOINT if raw["expected"] is not None else OVERLAPPING
    return Case(
        raw["id"],
        raw["lang"],
        REPLAY if raw["set"] == "replay" else fork,
        raw["cls"] == "human-human",
        raw["base"],
        raw["ours"],
        raw["theirs"],
        raw["expected"],
    )
