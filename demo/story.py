"""Who writes what in the demo, and what should become of it. Values only; nothing here runs anything.

Village, people and pages are invented, as in `sample-repo/`. A name is what the kit knows a person by and
never leaves it; a credit is what they agreed to publish.
"""

from __future__ import annotations

from dataclasses import dataclass

SCHOOL, MUSEUM = "school", "museum"
VOLUNTEER = "Vera"
RTL = frozenset({"ar"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a kit."""

    name: str
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """What a person changes on a page: words for words, or with no `old` a whole new page.

    `outcome` and `code` are what the kit should say of it in the end; `note` is why it is in the demo.
    """

    key: str
    kit: str
    by: Person
    title: str
    lang: str
    old: str
    new: str
    summary: str
    note: str
    outcome: str = "published"
    code: str = ""

    @property
    def dir(self) -> str:
        return "rtl" if self.lang in RTL else "ltr"


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody with internet changes on the wiki while the sticks travel."""

    title: str
    old: str
    new: str
    account: str
    summary: str


ESPERANCE = Person("Espérance Ntakarutimana")
DIEUDONNE = Person("Dieudonné Hakizimana-Buyoya", "Dieudonné H.")
NADEGE = Person("Nadège Irakoze Kanyana", "Nadège I.")
INNOCENT = Person("Innocent Niyonkuru-Bahati")
FATIMA = Person("فاطمة الزهراء بنت سالم", "فاطمة الزهراء")
MARIAMU = Person("Mariamu binti Saidi", "Mariamu")
EZECHIEL = Person("Ezéchiel Bigirimana")
PEOPLE = (ESPERANCE, DIEUDONNE, NADEGE, INNOCENT, FATIMA, MARIAMU, EZECHIEL)

HONEY = """{{Language|Ikirundi}}
'''Ubuki''' buva mu mizinga. Mu [[Umutumba wa Rwibindo|Rwibindo]] imizinga bayimanika mu biti.

== Gukura ubuki ==
Ubuki babukura ku mugoroba, inzuki zirekereje.

[[Category:Food]]"""

FIRST = (
    Writing(
        "honey", SCHOOL, ESPERANCE, "Ubuki bwo mu Rwibindo", "rn", "", HONEY,
        "Urupapuro rushasha ku buki", "A new page, by somebody who gives no name.",
    ),
    Writing(
        "garden", SCHOOL, DIEUDONNE, "École de Rwibindo", "fr",
        "se vend au marché.", "se vend au marché, le samedi.",
        "le jour de la vente", "Two edits by one person to one page become one revision.",
    ),
    Writing(
        "roof", SCHOOL, DIEUDONNE, "École de Rwibindo", "fr",
        "Deux autres salles ont suivi.", "Deux autres salles ont suivi, puis un toit de tôle.",
        "le toit", "The second of the two.",
    ),
    Writing(
        "leaves", SCHOOL, ESPERANCE, "Umwumbati", "rn",
        "n'amavuta y'ibigazi.", "n'amavuta y'ibigazi. Bamwe barashiramwo intore.",
        "Nongeyemwo intore", "Two people on one page: each gets a revision of her own.",
    ),
    Writing(
        "nuts", SCHOOL, NADEGE, "Umwumbati", "rn",
        "Bamwe barashiramwo intore.", "Bamwe barashiramwo intore canke ibiyoba.",
        "ibiyoba navyo", "It stands on the sentence that was just added.",
    ),
    Writing(
        "beans", SCHOOL, NADEGE, "Ibiharage", "rn",
        "amasaha abiri canke atatu", "amasaha atatu canke ane",
        "mu misozi biramara umwanya munini", "The museum's kit changes the same sentence.",
    ),
    Writing(
        "fields", SCHOOL, NADEGE, "Bunyerezi", "fr",
        "Chaque famille garde", "Presque chaque famille garde",
        "pas toutes les familles", "The museum's kit changes another section of this page.",
    ),
    Writing(
        "boast", SCHOOL, INNOCENT, "Bunyerezi", "fr",
        "lisent aussi l'arabe.", "lisent aussi l'arabe. Notre classe est la meilleure !",
        "c'est vrai", "The volunteer declines it; the page's other edits go on.", "declined", "not-neutral",
    ),
    Writing(
        "drums", SCHOOL, DIEUDONNE, "Ingoma", "rn",
        "Bararirimba, bagatambira hamwe.", "Bararirimba, bagatambira hamwe. Abana nabo barabigishwa.",
        "abana nabo", "Meanwhile somebody changes another section on the wiki: both stay.",
    ),
    Writing(
        "walk", SCHOOL, ESPERANCE, "Umutumba wa Rwibindo", "rn",
        "iminota mirongo itatu", "iminota mirongo ine",
        "turagenda dukoresheje iminota 40", "Meanwhile the wiki has changed this very sentence.",
        "declined", "duplicate",
    ),
    Writing(
        "dance", MUSEUM, EZECHIEL, "Bunyerezi", "fr",
        "à en jouer le dimanche", "à en jouer le samedi après-midi",
        "le cours a changé de jour", "The school's kit changes another section of this page.",
    ),
    Writing(
        "boil", MUSEUM, EZECHIEL, "Ibiharage", "rn",
        "amasaha abiri canke atatu", "amasaha abiri gusa",
        "ku kiyaga birashika ningoga", "The school's kit was first: this one waits for a person.",
        "merge-conflict",
    ),
    Writing(
        "lake", MUSEUM, FATIMA, "بحيرة تنجانيقا", "ar",
        "السمك على الرفوف.", "السمك على الرفوف، ثم يباع في [[سوق روبيندو]].",
        "أضفت السوق", "Right to left, with a credit in Arabic letters.",
    ),
    Writing(
        "mats", MUSEUM, MARIAMU, "Ufumaji wa mikeka", "sw",
        "huchukua siku nane hivi.", "huchukua siku nane hivi; mdogo huchukua siku tatu.",
        "mikeka midogo", "A credit of one word.",
    ),
)  # fmt: skip

MEANWHILE = (
    Meanwhile("Ingoma", "abantu bose baraza", "abantu bose n'abashitsi baraza", "Old Fisher", "abashitsi navyo"),
    Meanwhile(
        "Umutumba wa Rwibindo", "iminota mirongo itatu n'amaguru", "isaha n'amaguru", "Net Mender 7", "it is an hour"
    ),
)

AGAIN = Writing(
    "walk-again", SCHOOL, ESPERANCE, "Umutumba wa Rwibindo", "rn",
    "isaha n'amaguru", "isaha n'amaguru; abana b'ishure bakoresha iminota mirongo ine",
    "ku bana ni iminota 40", "Her sentence once more, on the page as it is now: so nothing is lost.",
)  # fmt: skip

ALL = (*FIRST, AGAIN)
DECLINED = "boast"
OVERTAKEN = "walk"
WAITS = "boil"
