"""Columns that a file of shifts or sick leave must not have: names, identity codes, and why somebody was away.

Whole files are refused, also when the column would not be used: what is never brought in cannot leak
(requirement R30; Finnish act 759/2004, 5 §). A heading is looked at word by word, in English and Finnish; Finnish
compounds by their stem (`poissaolosyy`, `diagnoosikoodi`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ethics.imports.kinds import Kind
from ethics.imports.mapping import heading_key
from ethics.language import Refused

_NAMES: Final = frozenset(
    {"name", "names", "firstname", "lastname", "surname", "forename", "fullname", "nimi", "nimet"}
)
#: Things that have a name and are nobody.
_THINGS: Final = re.compile(
    r"(client|customer|company|team|campaign|site|toimeksian|asiakka|asiakas|yrity|tiimi|kampanja)"
)
_IDENTITY: Final = frozenset(
    {
        "ssn",
        "hetu",
        "sotu",
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
    }
)
_STEMS: Final = re.compile(
    r"(diagno|henkil[öo]tun|personal_id|identity_code|social_security|national_id|date_of_birth|medical|"
    r"syykoodi|.syy$|.nimi$|l[äa][äa]k[äa]rin|todistu|sairauden)"
)


def require_nobody_named(kind: Kind, headings: Iterable[str]) -> None:
    """Raise Refused with the first heading that a file about people must not have."""
    if not kind.about_people:
        return
    for heading in headings:
        key = heading_key(heading)
        words = set(re.split(r"[\W_]+", key))
        named = bool(words & _NAMES) or bool(re.search(r"(first|last|full|agent|employee|user)_?name", key))
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
        if stem or words & _IDENTITY or words & _REASONS:
            raise Refused(
                "The column “{column}” looks like a reason, a diagnosis or an identity code. Reilu never takes them: "
                "remove the column and send the file again.",
                column=heading[:80],
            )
