"""Columns that no file about people may have, and columns that only look like them."""

from __future__ import annotations

import pytest

from ethics.imports.kinds import kind
from ethics.imports.privacy import require_nobody_named
from ethics.language import Refused


@pytest.mark.parametrize(
    "heading",
    [
        "Name",
        "agent name",
        "FirstName",
        "Etunimi",
        "sukunimi",
        "Nimi",
        "HETU",
        "Henkilötunnus",
        "henkilotunnus (hetu)",
        "SSN",
        "Poissaolon syy",
        "poissaolosyy",
        "Syykoodi",
        "Diagnoosi",
        "diagnosis_code",
        "ICD-10",
        "reason",
        "Lääkärintodistus",
        "certificate",
        "date of birth",
        "E-mail",
        "Sairauden laatu",
        "absence type",
        "Absence code",
        "poissaolon laji",
        "Sairauspoissaolon koodi",
        "sickness type",
        "leave_category",
        "mielenterveys",
        "Mental health",
        "Selite",
        "Kuvaus",
        "comment",
        "Note",
        "Sosiaaliturvatunnus",
        "identity number",
        "id_code",
        "Social security no",
        "mobile",
        "Työntekijä",
        "henkilö",
        "Person",
        "hlötunnus",
        "hlö tunnus",
        "HLOTUNNUS",
        "Sotutunnus",
        "Tauti",
        "tautiluokka",
        "Raskaus",
        "raskausviikko",
        "pregnancy",
        "Burnout",
        "burn-out",
        "Työuupumus",
        "työkyvyttömyys",
        "Työtapaturma",
        "accident",
        "vaiva",
        "Peruste",
        "omailmoitus",
        "Lapsen hoito",
        "selvitys",
        "korona",
        "Orsak",
        "sjukdom",
        "Läkarintyg",
        "Graviditet",
        "utbrändhet",
        "Förnamn",
        "Efternamn",
        "Personnummer",
        "personbeteckning",
        "e-post",
        "Kommentar",
        "Anställd",
    ],
)
@pytest.mark.parametrize("name", ["shifts", "spells"])
def test_a_column_about_persons_or_reasons_refuses_the_whole_file(name: str, heading: str) -> None:
    with pytest.raises(Refused, match="remove the column") as refused:
        require_nobody_named(kind(name), ["agent", "start", heading])
    assert heading in str(refused.value)


@pytest.mark.parametrize(
    "heading",
    [
        "agent",
        "työntekijänumero",
        "henkilönumero",
        "employee number",
        "Client name",
        "Tiimin nimi",
        "Toimeksiantajan nimi",
        "Client comment",
        "Asiakkaan kommentti",
        "Tehtävän kuvaus",
        "type",
        "Vuoron laji",
        "site",
        "start",
        "loppu",
        "team",
    ],
)
def test_columns_about_things_are_welcome(heading: str) -> None:
    require_nobody_named(kind("shifts"), [heading])


@pytest.mark.parametrize(
    "heading",
    [
        "laji",
        "type",
        "Tyyppi",
        "Typ",
        "koodi",
        "code",
        "ryhmä",
        "luokka",
        "status",
        "Slag",
        "Frånvarotyp",
        "Vuoron laji",
    ],
)
def test_beside_the_days_of_sick_leave_a_sort_is_one_of_illness(heading: str) -> None:
    with pytest.raises(Refused, match="remove the column"):
        require_nobody_named(kind("spells"), ["agent", "start", heading])


def test_employee_numbers_may_be_called_a_code() -> None:
    require_nobody_named(kind("spells"), ["Henkilökoodi", "start"], agent="henkilökoodi")


@pytest.mark.parametrize(
    "heading", ["Absence", "sick leave hours", "Poissaolo", "Sairaana", "Frånvaro", "sjukfrånvaro"]
)
def test_shifts_say_nothing_of_absence_and_sick_leave_says_its_days(heading: str) -> None:
    with pytest.raises(Refused, match="remove the column"):
        require_nobody_named(kind("shifts"), ["agent", heading])
    require_nobody_named(kind("spells"), ["agent", heading])


def test_a_column_called_worker_may_hold_the_numbers() -> None:
    require_nobody_named(kind("shifts"), ["Työntekijä", "date"], agent="työntekijä")


def test_flags_may_have_a_reason() -> None:
    require_nobody_named(kind("flags"), ["reason", "name"])
