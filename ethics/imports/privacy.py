"""What a file of shifts or sick leave must not have, and what is kept of the file: no names, no reasons, no numbers.

Whole files are refused for a column of names, identity codes or reasons, also when it would not be used: what is never
brought in cannot leak (requirement R30; Finnish act 759/2004, 5 §). A heading is looked at word by word, in English,
Finnish and Swedish; compounds by their stem (`poissaolosyy`, `diagnoosikoodi`). Files of sick leave have no column at
all that is not needed. A batch and its mapping stay longer than the rows: they hold nothing of anybody.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from typing import Final

from ethics.imports.kinds import Cell, Kind
from ethics.imports.mapping import Mapping, heading_key
from ethics.language import Refused
from ethics.settings import settings

_NAMES: Final = frozenset(
    {
        "name",
        "names",
        "firstname",
        "lastname",
        "surname",
        "forename",
        "fullname",
        "nimi",
        "nimet",
        "namn",
        "förnamn",
        "efternamn",
    }
)
#: Things that have a name and are nobody.
_THINGS: Final = re.compile(
    r"(client|customer|company|team|campaign|site|task|tehtäv|toimeksian|asiakka|asiakas|yrity|tiimi|kampanja)"
)
_IDENTITY: Final = frozenset(
    {
        "ssn",
        "hetu",
        "sotu",
        "mobile",
        "gsm",
        "matkapuhelin",
        "personnummer",
        "passport",
        "birthday",
        "birthdate",
        "dob",
        "email",
        "mail",
        "phone",
        "sähköposti",
        "puhelin",
        "puhelinnumero",
        "syntymäaika",
        "personkod",
        "personbeteckning",
        "födelsedatum",
        "födelsetid",
        "telefon",
        "mobilnummer",
    }
)
_REASONS: Final = frozenset(
    {
        "reason",
        "reasons",
        "cause",
        "illness",
        "disease",
        "symptom",
        "symptoms",
        "icd",
        "icd10",
        "icd11",
        "icpc",
        "certificate",
        "syy",
        "syyt",
        "sairaus",
        "oire",
        "oireet",
        "todistus",
        "lausunto",
        "doctor",
        "lääkäri",
        "health",
        "mental",
        "pregnancy",
        "pregnant",
        "depression",
        "injury",
        "disability",
        "accident",
        "covid",
        "vaiva",
        "vaivat",
        "vamma",
        "peruste",
        "uupumus",
        "masennus",
        "hoito",
        "omailmoitus",
        "korona",
        "orsak",
        "anledning",
        "grund",
        "besvär",
        "symtom",
        "gravid",
        "skada",
        "olycka",
        "intyg",
        "läkare",
        "hälsa",
    }
)
#: Where people write what they think of: also why somebody was away.
_REMARKS: Final = frozenset(
    {
        "comment",
        "comments",
        "note",
        "notes",
        "remark",
        "remarks",
        "explanation",
        "description",
        "selite",
        "selitys",
        "kuvaus",
        "kommentti",
        "kommentit",
        "huomautus",
        "huomautukset",
        "huomio",
        "lisätieto",
        "lisätiedot",
        "selvitys",
        "kommentar",
        "anmärkning",
        "beskrivning",
        "förklaring",
    }
)
#: Whole headings that are a person: a name, unless the mapping reads employee numbers there.
_PERSONS: Final = frozenset(
    {"person", "worker", "employee", "henkilö", "henkilo", "työntekijä", "tyontekija", "arbetstagare", "anställd"}
)
_STEMS: Final = re.compile(
    r"(diagno|henkil[öo][\W_]*tun|hl[öo][\W_]*tun|sotutun|(^|_)e_?post|personnum|personbet|personal_(id|code|number)|"
    r"identity_(code|n)|(^|_)id_code|social_?security|sosiaaliturva|national_(id|ins)|date_of_birth|medical|mielenterv|"
    r"psyk|psych|syykoodi|.syy$|.nimi$|l[äa][äa]k[äa]rin|l[äa]karint|todistu|sairauden|taudi|tauti|raskau|uupum|"
    r"burn_?out|ty[öo]kyv|tapaturm|sjukdom|graviditet|utbr[äa]nd|olycksfall|arbetsof[öo]rm)"
)
#: Absence, and what kind of absence. Its days are what sick leave is; shifts have no need of the word.
_ABSENCE: Final = re.compile(r"(absence|absent|sick|illness|poissaol|saira|fr[åa]nvaro|sjuk)")
_SORT: Final = re.compile(r"(type|code|kind|class|categor|status|laji|koodi|luok|tyyppi|ryhm|typ|kod|klass|slag)")
#: Columns of employee numbers, by whatever name; the mapping must not filter by them.
_NUMBERS: Final = re.compile(
    r"(agent|employee|worker|person|staff|henkil|hl[öo]|ty[öo]ntek|anst[äa]ll|arbetstag).*"
    r"(num|nro|id$|_n[or]$|tunn|code|kood|kod)"
)


def require_needed(kind: Kind, ignored: Sequence[str]) -> None:
    """Raise Refused when a file about absence has a column that nothing is taken from (`ignored`)."""
    if kind.about_absence and ignored:
        raise Refused(
            "The column “{column}” is not needed. Reilu takes nothing but the days with sick leave: remove the column "
            "and send the file again.",
            column=ignored[0][:80],
        )


def require_nobody_named(kind: Kind, headings: Iterable[str], *, agent: str = "agent") -> None:
    """Raise Refused with the first heading that a file about people must not have; `agent` is read as their numbers."""
    if not kind.about_people:
        return
    for heading in headings:
        key = heading_key(heading)
        words = set(re.split(r"[\W_]+", key))
        named = bool(words & _NAMES) or bool(re.search(r"(first|last|full|agent|employee|user)_?name", key))
        named = named or (key in _PERSONS and key != heading_key(agent))
        stem = _STEMS.search(key)
        if stem and stem.group().endswith("nimi"):
            named = True
            stem = None
        if named and not _THINGS.search(key):
            raise Refused(
                "The column “{column}” looks like people's names. Reilu never takes them with shifts or sick leave: "
                "remove the column and send the file again.",
                column=heading[:80],
            )
        away = bool(_ABSENCE.search(key))
        # Beside the days of sick leave a sort can only be one of illness; an employee's code is not one.
        sick = kind.about_absence and key != heading_key(agent)
        sorts = bool(_SORT.search(key)) and (away or sick or "leave" in words)
        if stem or sorts or (away and not kind.about_absence) or words & _IDENTITY or words & _REASONS:
            raise Refused(
                "The column “{column}” looks like a reason, a diagnosis or an identity code. Reilu never takes them: "
                "remove the column and send the file again.",
                column=heading[:80],
            )
        if words & _REMARKS and not _THINGS.search(key):
            raise Refused(
                "The column “{column}” looks like remarks, which may say why somebody was away. Reilu never takes "
                "them: remove the column and send the file again.",
                column=heading[:80],
            )


def told_by_rows(kind: Kind) -> tuple[str, ...]:
    """Columns that say about whom and when a row is, in files about people: a mapping gives no value for them."""
    return tuple(c.name for c in kind.columns if kind.about_people and c.cell in (Cell.AGENT, Cell.DATE))


def require_nobody_kept(kind: Kind, mapping: Mapping) -> None:
    """Raise Refused when the mapping, which stays, has an employee number, a day of somebody's, or a sort of absence."""
    if kind.about_absence and mapping.skip_unless:
        raise Refused(
            "A file of sick leave holds sick leave only: take [skip_unless] out of the mapping, and all other rows out of "
            "the file."
        )
    rows = told_by_rows(kind)
    for name in (*mapping.constants, *mapping.values):
        if name in rows:
            raise Refused(
                "A mapping is kept, so it says nothing of people. Take what it says of “{column}” out of the mapping and "
                "write it into the file.",
                column=name,
            )
    read = {heading_key(mapping.columns.get(name, name)) for name in rows}
    for heading in mapping.skip_unless if rows else ():
        if heading_key(heading) in read or _NUMBERS.search(heading_key(heading)):
            raise Refused(
                "A mapping is kept, so it says nothing of people. Take “{column}” out of [skip_unless], and the rows that "
                "are not needed out of the file.",
                column=heading[:80],
            )


def fingerprint(kind: Kind, sha256: str) -> str:
    """What is kept of a file to know it again: 64 hexadecimal digits.

    Of a file about people it is keyed, because a file of one row could be guessed from a plain hash. With another key
    in the settings the file is a new one, as its agents are.
    """
    if not kind.about_people:
        return sha256
    key = settings().pseudonym_key.get_secret_value().encode()
    return hmac.new(key, f"file-v1:{sha256}".encode(), hashlib.sha256).hexdigest()
