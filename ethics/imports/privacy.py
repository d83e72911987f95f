"""Columns that a file of shifts or sick leave must not have: names, identity codes, and why somebody was away.

Whole files are refused, also when the column would not be used: what is never brought in cannot leak
(requirement R30; Finnish act 759/2004, 5 §). A heading is looked at word by word, in English and Finnish; Finnish
compounds by their stem (`poissaolosyy`, `diagnoosikoodi`). Files of sick leave have no column at all that is not needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ethics.imports.kinds import Kind
from ethics.imports.mapping import heading_key
from ethics.language import Refused

_NAMES: Final = frozenset(
    {"name", "names", "firstname", "lastname", "surname", "forename", "fullname", "nimi", "nimet"}
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
    }
)
#: Whole headings that are a person: a name, unless the mapping reads employee numbers there.
_PERSONS: Final = frozenset({"person", "worker", "employee", "henkilö", "henkilo", "työntekijä", "tyontekija"})
_STEMS: Final = re.compile(
    r"(diagno|henkil[öo]tun|personal_(id|code|number)|identity_(code|n)|(^|_)id_code|social_?security|sosiaaliturva|"
    r"national_(id|ins)|date_of_birth|medical|mielenterv|psyk|psych|syykoodi|.syy$|.nimi$|l[äa][äa]k[äa]rin|todistu|"
    r"sairauden)"
)
#: Absence, and what kind of absence. Its days are what sick leave is; shifts have no need of the word.
_ABSENCE: Final = re.compile(r"(absence|absent|sick|illness|poissaol|saira)")
_SORT: Final = re.compile(r"(type|code|kind|class|categor|status|laji|koodi|luok|tyyppi|ryhm)")


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
        sorts = bool(_SORT.search(key)) and (away or "leave" in words)
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
