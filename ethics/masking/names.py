"""People's names in Finnish and English text, also in Finnish case endings.

The dictionary is Faker's Finnish, British and Swedish names. Many of them are also words (Toivo, Satu, Price), places (Salo,
Jordan) or companies (Elisa): those count as names only beside something that says so. A name that ends in a case
ending is found by its stem: Virtasen → virtase-, Rannalle → ranna-.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache, lru_cache
from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class Certain(IntEnum):
    """How surely a capital letter makes this word a name."""

    #: A place, a company, a month or an English word that products are called by: never alone.
    SELDOM = 0
    #: An everyday word: not at the start of a sentence.
    INSIDE = 1
    ALWAYS = 2


@dataclass(frozen=True)
class Known:
    """A word that is a name. `as_is`: no case ending; `ours`: somebody in the house is called so."""

    first: bool
    last: bool
    certain: Certain
    as_is: bool = True
    ours: bool = False


#: Finnish words, and forms of names that are words (annan: I give, pian: soon). Compared in lower case.
INSIDE: Final = frozenset(
    _words("""aatos ainoa aino ainoan alan alat alin anna annan annat armas arvo asko aune aurora helinä helmi ilona
    kai kate kauko kerttu lea lean maire marja oiva onni orvokki otto satu sini sirkka sisko suvi taisto tapani taru
    toivo tuuli veli vesa vuokko joen aalto aho alanko autio halme kanerva kangas karhu kiuru kivinen kokko
    korpi koski kurki kärki laakso laine lehto leino lilja linna luoma mäki niemi nurmi ranta repo rinne rossi
    ruotsalainen saari salmi savolainen seppä suomalainen taipale tikka tuomi vainio varis venäläinen virta vuori
    karjalainen järvi pian
    mark jack frank grant guy robin grace dawn holly heather hazel amber jade gene dean dale glen miles norman
    christian max jay ray jean joy carol rosemary ruby faith rose sally victor bill will sue pat drew rob harry
    duncan barry francis josh marian gail jill kay penny terry toby beth
    agne aina asta axel bella bror casper elin enar fred frid gren helga iris juni lage levi lily linn loke lova
    luna lykke maja mats milan nanna pelle regina rosa roos rune saga said seth siri sten stella storm
    strid svea tage tilda tilde tore urban valentin vera viking viola wester""")
)

#: Places, companies, months, and British surnames that are words. Compared in lower case.
SELDOM: Final = frozenset(
    _words("""kaarina salo lahti kallio järvenpää riihimäki pohjola harju soini elo elisa helen benin
    jan january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday victoria charlotte georgia jordan chelsea shannon florence ashley ross paige
    savage winter potts brown day holland rhodes archer bentley manning long farmer rice townsend bruce hammond ford
    short green glover webb hardy blake khan lane gould bray nash pope fraser steele wade lord noble carpenter gardner
    skinner birch bates newton white bird barber cook ward stone stokes potter mills butcher fry shepherd goodwin
    holt lamb palmer cooper black leach north frost bolton craig field power price hale hall knight heath pollard bond
    weston joyce bishop norris hill kent freeman french fisher swift fox wright foster butler hurst hart berry brooks
    waters lynch moss slater king marshall booth cole wood woods hope hunter newman cox banks peacock reed carter miller
    read marsh porter gill law barker sharp summers little fuller west mason finch lee smart bull gray young baker
    ball wheeler bell wall austin cross wells giles hunt page chambers hudson preston blackburn sutton middleton
    hamilton walton charlton houghton hilton lloyd norton begum burton warner pickering parry payne barry wallis
    storey bray burns case dyer lees singh thorpe thornton perry
    alba alma alva amadeus august dick edit else junior kent love nova vega florence
    ali alm asp berg blixt blom borg brink bäck ek falk flink fors frisk hult kling lind linde malm modig nord palm
    rask skog smart stark steen strand ström svärd wang""")
)

#: Places and companies that often stand beside a first name without belonging to it. Also in Finnish endings.
_BESIDE: Final = _words("""helsinki espoo tampere vantaa oulu turku jyväskylä kuopio lahti pori kouvola joensuu
    lappeenranta vaasa hämeenlinna rovaniemi seinäjoki mikkeli kotka salo porvoo suomi ruotsi viro london manchester finland
    facebook whatsapp instagram google telia elisa dna nokia posti kela visa fortum i you he she we they the""")

#: They make what they stand beside a company.
COMPANY: Final = frozenset(
    _words("oy oyj ab abp ky tmi ry osk ltd limited plc llc llp inc gmbh group corp co konserni")
)

TITLES: Final = frozenset(
    _words("herra hra rouva rva neiti nti tohtori tri professori mr mrs ms miss mx dr sir madam prof mister")
)
ROLE: Final = re.compile(
    r"(asiaka|myyj|kolleg|esimie|esihenki|päällik|työkaver|tiiminvet|asentaj|kuljettaj|agent|nimelt|terveis|"
    r"customer$|seller$|salesman$|salesperson$|colleague$|manager$|supervisor$|leader$|caller$|regards$)"
)
INTRODUCED: Final = re.compile(
    r"(?:\bnime(?:ni|nsä) (?:on|oli)|\b(?:myyjän|asiakkaan|agentin) nimi (?:on|oli)|\bminä olen|"
    r"\b(?:my|his|her) name (?:is|was)|\b(?:seller|customer|agent|caller)['’]s name (?:is|was)) $",
    re.IGNORECASE,
)
WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*+(?:[’':][^\W\d_]++)?")
#: What stands before things, not before people: the Holly box.
DETERMINERS: Final = frozenset(_words("the a an this that our your their its my no every each"))
_VOWELS: Final = "aeiouyåäöé"
#: Weak grades of what stands before the last vowel; the longest match is taken.
_WEAK: Final = {
    "kk": ("k",), "pp": ("p",), "tt": ("t",), "nk": ("ng",), "mp": ("mm",), "nt": ("nn",), "lt": ("ll",),
    "rt": ("rr",), "ht": ("hd",), "lk": ("l", "lj"), "rk": ("r", "rj"), "hk": ("h",), "t": ("d",), "p": ("v",),
    "k": ("", "j", "v"),
}  # fmt: skip
_STRONG: Final = {"nn": "nt", "mm": "mp", "ll": "lt", "rr": "rt", "d": "t", "k": "kk", "t": "tt", "p": "pp"}
_ENDINGS: Final = tuple(
    sorted(
        _words("""n t a ä ta tä na nä ssa ssä sta stä lla llä lta ltä lle ksi tta ttä an än en in on un yn ön seen ten
        ia iä iin ille illa iltä ilta ista istä issa"""),
        key=lambda ending: -len(ending),
    )
)
_CLITICS: Final = ("kin", "kaan", "kään", "han", "hän", "ko", "kö")


def stems(name: str, *, surname: bool) -> Iterator[str]:
    """What Finnish case endings are put on: `virtanen` → virtase, virtas; `koski` → koski, koske, kose …"""
    if name.endswith("nen") and len(name) > 4:
        yield name[:-3] + "se"
        yield name[:-3] + "s"
        return
    if name[-1] not in _VOWELS:
        yield name + "i"
        if name.endswith("s") and len(name) > 3:
            yield from (name, name[:-1] + "kse", name[:-1] + name[-2])
        return
    yield name
    before, vowel = name[:-1], name[-1]
    grades = {before}
    for size in (2, 1):
        if before[-size:] in _WEAK:
            grades |= {before[:-size] + weak for weak in _WEAK[before[-size:]]}
            break
    if surname and vowel == "e":
        strong = next((_STRONG[before[-k:]] for k in (2, 1) if before[-k:] in _STRONG), None)
        grades |= {before[: -(2 if before[-2:] in _STRONG else 1)] + strong} if strong else set()
        yield from (grade + "ee" for grade in grades)
    for grade in grades:
        if len(grade) > 1:
            yield grade + vowel
            if surname and vowel == "i":
                yield grade + "e"


#: Usual in Finland and in none of the lists.
_MORE: Final = _words("""Anu Anneli Eira Erja Eerika Elise Elmo Hanne Heta Ilpo Inka Isto Jarkko Jemina Jori Jukka Jutta Jyri Kaarle
    Karri Katri Kiia Kirsikka Konsta Laila Liisi Maaret Maarika Marjukka Mirka Mirkka Miska Nelli Nooa Noora Pasi Pauliina
    Petja Pinja Raakel Raino Rami Rauli Rauni Reetta Saija Santtu Sauli Sirkku Soile Soili Taija Tarmo Tatu Teppo
    Titta Topi Tuire Tuomo Tytti Urpo Vappu Viivi Dmitri Igor Irina Natalja Oleg Sergei Svetlana Tatjana Vladimir
    Thanh Linh Minh Priya Rahul Sanjay Wei Amal Hodan Farhan Nasra""")


class Names:
    """Names by nominative and by stem."""

    def __init__(self) -> None:
        self.whole: dict[str, Known] = {}
        self.stems: dict[str, Known] = {}
        self._heads: set[str] = set()

    def add(self, name: str, *, first: bool, last: bool, certain: Certain | None = None, ours: bool = False) -> None:
        """Know `name`; a name that is a first and a last name is both."""
        key = name.casefold()
        if certain is None:
            certain = Certain.SELDOM if key in SELDOM else Certain.INSIDE if key in INSIDE else Certain.ALWAYS
        known = Known(first, last, certain, ours=ours)
        for table, words in ((self.whole, (key,)), (self.stems, stems(key, surname=last))):
            for word in words:
                before = table.get(word)
                table[word] = known if before is None else _both(before, known)
                self._heads.add(word[:3])

    def find(self, word: str) -> Known | None:
        """The name that `word` is, alone or in a case ending."""
        key = unicodedata.normalize("NFC", word).casefold().replace("’", "'")
        if key[:3] not in self._heads and key[:2] not in self._heads and "'" not in key:
            return None
        bare = key.split(":")[0].removesuffix("'s")
        found, as_is = self.whole.get(bare.replace("'", "")), bare == key
        if found is None and "'" in bare:
            found, as_is = self.whole.get(bare.split("'")[0]), False
        if found is None:
            found, as_is = self._inflected(bare.replace("'", "")), False
        if found is None:
            return None
        certain = min(found.certain, Certain.INSIDE) if bare in INSIDE else found.certain
        return replace(found, certain=certain, as_is=as_is)

    def _inflected(self, key: str) -> Known | None:
        clitic = next((c for c in _CLITICS if key.endswith(c) and len(key) > len(c) + 3), None)
        for word in (key, key[: -len(clitic)]) if clitic else (key,):
            for ending in _ENDINGS:
                stem = word[: -len(ending)] if word.endswith(ending) else ""
                if stem in self.stems and _fits(stem, ending):
                    return self.stems[stem]
        return self.whole.get(key[: -len(clitic)]) if clitic else None


def _fits(stem: str, ending: str) -> bool:
    """True when Finnish joins them so: virtas-ta, virtase-n, mati-in; never päivi-tä."""
    if ending in ("ta", "tä", "ten"):
        return stem[-1] not in _VOWELS or stem[-2:-1] in tuple(_VOWELS)
    if len(ending) == 2 and ending[1] == "n":
        return stem[-1] == ending[0]
    return stem[-1] in _VOWELS


def _both(one: Known, other: Known) -> Known:
    return Known(
        one.first or other.first, one.last or other.last, max(one.certain, other.certain), ours=one.ours or other.ours
    )


@cache
def dictionary() -> Names:
    """Names by Faker. Loading takes about half a second, once.

    The Swedish list also has what Somali, Arabic, Polish and other newcomers are called in the Nordic countries; its
    shortest names are left out, for they are words (Per, My, Bo).
    """
    from faker.providers.person import en_GB, fi_FI, sv_SE

    names = Names()
    for provider, shortest in ((fi_FI.Provider, 1), (en_GB.Provider, 1), (sv_SE.Provider, 4)):
        for table, first in ((provider.first_names, True), (provider.last_names, False)):
            for name in table:
                if len(name) >= shortest:
                    names.add(name.replace("'", ""), first=first, last=not first)
    for name in _MORE:
        names.add(name, first=True, last=False)
    return names


@lru_cache(maxsize=8)
def of_people(people: tuple[str, ...]) -> Names:
    """The names of known people. All are names inside a sentence; those that are words stay words at its start."""
    names = Names()
    for person in people:
        parts = [part for part in re.split(r"[\s,]+", person) if len(part) > 1]
        for k, part in enumerate(parts):
            word = part.casefold() in INSIDE | SELDOM
            for piece in {part, *part.split("-")}:
                certain = Certain.INSIDE if word else Certain.ALWAYS
                names.add(piece, first=k < len(parts) - 1 or k == 0, last=k > 0, certain=certain, ours=True)
    return names


@lru_cache(maxsize=32)
def of_things(things: tuple[str, ...]) -> Names:
    """The words of clients', campaigns' and products' names."""
    names = Names()
    for word in {word for thing in things for word in re.sub(r"\w+-\w+", " ", thing).split()}:
        if WORD.fullmatch(word) and word.casefold() not in COMPANY:
            names.add(word, first=False, last=True, certain=Certain.ALWAYS)
    return names


@cache
def beside() -> Names:
    """Places and companies that end a name instead of belonging to it."""
    return of_things(_BESIDE)
