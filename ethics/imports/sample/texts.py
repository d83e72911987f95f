"""Flag texts: what an agent writes between two calls, in Finnish and English. Never a person's name.

A template may use these slots: `nom gen par` (the product in Finnish; capitalised: `Nom Gen Par`), `product`
and `Product` (in English), `price` (as promised), `more` (as charged), `fee`, `n` (2–6), `months`, `days`,
`minutes`, `hours`, `when`, `place`, `gripe` and `other` (two gripes), `cause` (a sentence without its stop).
`stories.py` holds the templates of one client's story.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ethics.imports.sample.behaviour import CATEGORIES, CERTAINTIES
from ethics.imports.sample.stories import STORY_EN, STORY_FI
from ethics.imports.sample.wording import CAUSES, ENDINGS_EN, ENDINGS_FI, GRIPES, PLACES, WHENS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ethics.imports.sample.cast import Company, Product

T = TypeVar("T")

FINNISH_SHARE = 0.7
_ENDING_SHARE = 0.6
# Endings go by certainty, but for normal work and for what the agent knows first hand.
_ENDINGS = {"M01": "calm", "M02": "calm", "M09": "inside", "M12": "inside"}
_FEES = (4.90, 5.90, 7.50, 9.90, 12.0, 15.0, 19.0, 25.0, 29.0, 35.0, 39.0, 49.0, 59.0, 79.0)

FINNISH: dict[str, tuple[str, ...]] = {
    "M01": (
        "Asiakas odotti enemmän. {Nom} oli silti juuri sitä, mitä oli luvattu.",
        "{Nom} ei vastannut asiakkaan mielikuvaa. Kävimme luvatut asiat läpi, kaikki täsmäsi.",
        "Asiakkaan mielestä {nom} ei ole hintansa väärti. Sovittu hinta {price} on laskutettu oikein.",
        "Asiakas muisti edun väärin. Luin vahvistuksen ääneen, {price} oli siellä.",
        "Harmitti, että tarjous päättyi {when}. Päivä oli kerrottu oikein.",
        "Asiakas pettyi, kun muualta olisi saanut halvemmalla kuin {price}. Meillä ei ollut virhettä.",
    ),
    "M02": (
        "Verkkopalvelu oli alhaalla noin {hours} tuntia. Asiakkaille kerrottiin heti, mistä on kyse.",
        "Asiakkaan omat sivut eivät auenneet {hours} tuntiin. Vika oli tiedossa ja korjaus menossa.",
        "Laskut lähtivät {days} päivää myöhässä järjestelmävian takia. Siitä oli tiedote.",
        "Vahvistusviestit jumissa {when}. Toimeksiantaja kertoi viasta itse.",
        "Tilausjärjestelmä hidas {hours} tuntia, tiedote tuli ennen ensimmäistä soittoa.",
    ),
    "M03": (
        "Esitteen mukaan {nom} on heti käytössä. Todellisuudessa siihen meni {days} päivää.",
        "Asiakkaalle oli sanottu, että {price} kattaa kaiken. Ei kata, lisäosa maksaa {fee}.",
        "Verkkosivulla luvataan, että {nom} sopii kaikille. Ehdoissa on rajaus, jota sivulla ei mainita.",
        "{Gen} esittelyssä on ominaisuus, jota ei ole. Sama kysymys jo {n}. kerran.",
        "Sivulla lukee, että neuvonta kuuluu hintaan. Neuvonta maksaa {fee}.",
    ),
    "M04": (
        "Asiakas maksoi {price}, mutta {gen} tilausta ei löydy mistään järjestelmästä.",
        "Kysyin toimeksiantajalta, milloin {nom} alkaa. Kukaan ei tiennyt, onko sitä vielä olemassa.",
    ),
    "M05": (
        "Laskulla oli käsittelymaksu {fee}. Siitä ei puhuttu myynnissä.",
        "Tarjoushinta {price} vaihtui {months} kuukauden jälkeen hintaan {more}. Asiakas ei tiennyt.",
        "Asiakkaalle ei ollut kerrottu, että {nom} jatkuu automaattisesti.",
        "Sovittu {price}, laskulla {more}. Erotus on jokin palvelumaksu.",
        "Lisämaksu {fee} näkyi vasta laskulla. Tilaushetkellä hinta oli {price}.",
    ),
    "M06": (
        "Vahvistus tuli, sen jälkeen ei mitään {days} päivään. Asiakkaalle ei ole ilmoitettu syytä.",
        "Lasku {price} tuli, vaikka tilausta ei ole toimitettu.",
        "Tilaus kirjattu väärin, asiakas sai eri kuin piti. Korjausta odotettu {days} päivää.",
        "Asiakas ei ole tilannut mitään, silti lasku {price}.",
        "Piti alkaa viikossa, mennyt jo {days} päivää. Kukaan ei ole kertonut asiakkaalle.",
    ),
    "M07": (
        "Irtisanominen ei onnistu verkossa, vaikka sivulla niin lukee.",
        "Asiakas irtisanoi kirjallisesti {when}. Lasku {price} tuli silti.",
        "Irtisanomislomake antaa virheen. Asiakas yritti {n} kertaa.",
        "{Gen} irtisanomisesta ei tule vahvistusta. Asiakas ei tiedä, onko se voimassa.",
    ),
    "M08": (
        "Myyjä ei ollut hyväksynyt kieltäytymistä vaan soitti {n} kertaa uudestaan.",
        "Asiakkaalle sanottiin, että hinta on voimassa vain puhelun ajan. Sama {price} on verkossa.",
        "Asiakas koki, että häntä hoputettiin. {Nom} tuli tilattua vahingossa.",
        "Myyjä oli luvannut palata, jos asiakas haluaa. Soitti {n} kertaa samana päivänä.",
    ),
    "M09": (
        "Kampanja alkoi {when}, ohjetta ei tullut meille. En osannut sanoa, kuuluuko etu asiakkaalle.",
        "Meillä ei ole oikeutta hyvittää edes {fee}. Asiakas odottaa toimeksiantajan vastausta.",
        "Hinnasto järjestelmässä on vanha. Sanoin {price}, oikea oli {more}.",
        "Asiakas tiesi muutoksesta ennen meitä. {Gen} ehdot vaihtuivat {when}.",
        "Kysyin asiaa toimeksiantajalta {days} päivää sitten. Vastausta ei ole tullut.",
        "Ohjeessa kaksi eri hintaa, {price} ja {more}. En tiedä, kumpi pätee.",
        "En näe {gen} tietoja omalla tunnuksella. Pyysin asiakasta soittamaan uudestaan.",
    ),
    "M10": (
        "Reklamaatio hylättiin ilman perusteluja, vaikka virhe näkyy selvästi.",
        "Luvattua hyvitystä {fee} ei ole maksettu {days} päivässä.",
        "Asiakas reklamoi {n}. kerran. Edelliset on suljettu vastaamatta.",
        "Virheellinen lasku {more}, oikaisu luvattiin {when}. Ei ole tullut.",
    ),
    "M11": (
        "Asiakas ei voi käyttää tätä: {nom} ei ole saatavilla hänen alueellaan.",
        "Asiakkaalla on jo vastaava. Siitä ei kysytty mitään, kun {nom} myytiin.",
        "{Nom} myytiin, vaikka asiakas kertoi, ettei tarvitse sitä mihinkään.",
    ),
    "M12": (
        "Ohjeen mukaan sanotaan, että viive johtuu kuljetuksesta. Todellisuudessa tilausta ei ole käsitelty.",
        "Pyydettiin olemaan mainitsematta hinnankorotusta, ellei asiakas kysy.",
        "Uusi puheohje: vika on aina asiakkaan päässä. Se ei pidä paikkaansa.",
    ),
}
ENGLISH: dict[str, tuple[str, ...]] = {
    "M01": (
        "Customer expected more. The {product} is what was promised, I checked the confirmation.",
        "Customer found it cheaper elsewhere and was upset. Our price of {price} was told correctly.",
        "Customer thinks the {product} is not worth {price}. Nothing wrong with the order.",
        "Customer misremembered the offer. We read the confirmation together, it said {price}.",
    ),
    "M02": (
        "Online service was down for about {hours} hours. Customers were told right away.",
        "Invoices went out {days} days late because of a system fault. There was a notice.",
        "Customer could not log in. Known fault, fix under way.",
    ),
    "M03": (
        "The leaflet says the {product} works at once. It took {days} days.",
        "Customer was told {price} covers everything. It does not, the add-on is {fee}.",
        "The website shows a feature that the {product} does not have.",
    ),
    "M04": ("Customer has paid {price}, but there is no order for the {product} in any system.",),
    "M05": (
        "Handling fee of {fee} on the invoice. Nobody mentioned it in the sale.",
        "Offer price {price} turned into {more} after {months} months. Customer did not know.",
        "Customer was not told that the {product} renews by itself.",
    ),
    "M06": (
        "It is {days} days late and the customer has heard nothing.",
        "Customer got an invoice for {price}, but no delivery.",
        "Order was entered wrong. The customer has waited {days} days for the right one.",
    ),
    "M07": (
        "The website says you can cancel online. The form gives an error, customer tried {n} times.",
        "Customer cancelled in writing {when}. The invoice for {price} came anyway.",
    ),
    "M08": (
        "Customer said no and was called back {n} times.",
        "Customer was told the price holds only during the call. It is on the website all the time.",
    ),
    "M09": (
        "The campaign began {when}, we got no instructions. I could not say whether the offer applies.",
        "I am not allowed to refund even {fee}. Customer has to wait for the client's answer.",
        "Price list in the system is old. I said {price}, the right price was {more}.",
        "I asked the client about this {days} days ago. No answer yet.",
    ),
    "M10": (
        "Complaint rejected without a reason, although the fault is plain to see.",
        "Promised refund of {fee} has not been paid in {days} days.",
        "Customer complains for time number {n}. The earlier ones were closed without an answer.",
    ),
    "M11": (
        "The {product} is not available where the customer lives. It was sold anyway.",
        "Customer already has the same thing. Nobody asked before selling the {product}.",
    ),
    "M12": (
        "We are told to blame the transport. In truth the order has not been handled.",
        "We were asked not to mention the price rise unless the customer asks.",
    ),
}


def compose(
    company: Company, category: NDArray[np.int64], certainty: NDArray[np.int64], rng: np.random.Generator
) -> list[str]:
    """Return one text per flag of a company. `category` 0–11 and `certainty` 0–2 are positions."""
    count = len(category)
    finnish = rng.random(count) < FINNISH_SHARE
    picks = rng.random((count, 16))
    return [
        _write(company, CATEGORIES[int(c)], CERTAINTIES[int(s)], pick, finnish=bool(fi))
        for c, s, fi, pick in zip(category, certainty, finnish, picks.tolist(), strict=True)
    ]


def _write(company: Company, category: str, certainty: str, pick: list[float], *, finnish: bool) -> str:
    general, stories = (FINNISH, STORY_FI) if finnish else (ENGLISH, STORY_EN)
    templates = stories.get(company.role, {}).get(category, general[category])
    product = _choose(company.products, pick[0])
    text = _choose(templates, pick[1]).format_map(_slots(product, pick, finnish=finnish))
    if pick[2] < _ENDING_SHARE:
        endings = ENDINGS_FI if finnish else ENDINGS_EN
        text += " " + _choose(endings[_ENDINGS.get(category, certainty)], pick[3])
    return text


def _slots(product: Product, pick: list[float], *, finnish: bool) -> dict[str, object]:
    money = _euros_fi if finnish else _euros_en
    language = 0 if finnish else 1
    # Prices end in 90 cents or are whole tens, as in the shop.
    price = _shop_price(product.price * (0.8 + 0.1 * int(pick[4] * 5)))
    names = {"nom": product.name, "gen": product.genitive, "par": product.partitive, "product": product.english}
    return {
        **names,
        **{key.capitalize(): name[0].upper() + name[1:] for key, name in names.items()},
        "price": money(price),
        "more": money(_shop_price(price * (1.35 + 0.1 * int(pick[5] * 6)))),
        "fee": money(_choose(_FEES, pick[6])),
        "n": 2 + int(pick[7] * 5),
        "months": 3 + int(pick[8] * 9),
        "days": 4 + int(pick[9] * 37),
        "minutes": 15 + 5 * int(pick[10] * 14),
        "hours": 2 + int(pick[11] * 7),
        "when": _choose(WHENS[language], pick[12]),
        "place": _choose(PLACES[language], pick[13]),
        "gripe": _choose(GRIPES[language], pick[14]),
        "other": _choose(GRIPES[language], (pick[14] + 0.1 + 0.8 * pick[15]) % 1),
        "cause": _choose(CAUSES[language], pick[15]),
    }


def _choose(items: tuple[T, ...], pick: float) -> T:
    return items[int(pick * len(items))]


def _shop_price(value: float) -> float:
    return float(round(value, -1)) if value >= 100 else int(value) + 0.9


def _euros_fi(value: float) -> str:
    plain = f"{value:,.0f} €" if value.is_integer() else f"{value:,.2f} €"
    return plain.replace(",", " ").replace(".", ",")


def _euros_en(value: float) -> str:
    return f"€{value:,.0f}" if value.is_integer() else f"€{value:,.2f}"
