"""Clients beyond the cast: good ones, believable, unique, as many as a large centre has.

A name is a word of nature and a trade, then a region before it: "Halla Energia Oy", "Pohjolan Halla
Energia Oy". Business identities come from the nine-million series, which the Finnish register has not
reached: valid by their check digit, plainly not anybody's.
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

from ethics.imports.sample.cast import CAST, CONFIRMATION, WEBSITE, Claim, Company, Product, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

REGIONS = (
    "Pohjolan", "Rannikon", "Järvi-Suomen", "Lakeuden", "Vuoksen", "Kainuun", "Savon", "Hämeen",
    "Satakunnan", "Karjalan", "Uudenmaan", "Kymen", "Tunturin", "Merenkurkun", "Päijänteen", "Saimaan",
    "Oulujoen", "Salpausselän",
)  # fmt: skip
NATURE = (
    "Halla", "Kuura", "Usva", "Koivu", "Honka", "Pihka", "Tuomi", "Kanerva", "Vanamo", "Lumme", "Kaisla",
    "Ruska", "Sarastus", "Kajo", "Aalto", "Tyrsky", "Luoto", "Kallio", "Harju", "Niitty", "Puro", "Lähde",
    "Virta", "Salmi", "Kurki", "Joutsen", "Kiuru", "Peippo", "Ilves", "Saukko", "Kettu", "Majava",
    "Karpalo", "Mustikka", "Puolukka", "Vadelma", "Kataja", "Pihlaja", "Vaahtera", "Tammi", "Otava",
    "Pohjantähti", "Kuutamo", "Aurinko",
)  # fmt: skip
TRADES: tuple[tuple[str, str, float, tuple[Product, ...]], ...] = (
    ("Energia", "energy", 6.5, (
        Product("sähkösopimus", "sähkösopimuksen", "sähkösopimusta", "electricity contract", 42.0),
        Product("aurinkopaketti", "aurinkopaketin", "aurinkopakettia", "solar package", 89.0))),
    ("Netti", "telecom", 6.5, (
        Product("laajakaista", "laajakaistan", "laajakaistaa", "broadband connection", 27.9),
        Product("puhelinliittymä", "puhelinliittymän", "puhelinliittymää", "mobile plan", 18.9))),
    ("Kustannus", "media", 6.0, (
        Product("lehtitilaus", "lehtitilauksen", "lehtitilausta", "magazine subscription", 11.9),)),
    ("Koti", "household", 6.0, (
        Product("siivouspalvelu", "siivouspalvelun", "siivouspalvelua", "cleaning service", 69.0),
        Product("ruokakassi", "ruokakassin", "ruokakassia", "meal box", 58.0))),
    ("Kauppa", "retail", 6.5, (
        Product("pölynimuri", "pölynimurin", "pölynimuria", "vacuum cleaner", 189.0),
        Product("kahvinkeitin", "kahvinkeittimen", "kahvinkeitintä", "coffee maker", 79.0))),
    ("Lomat", "travel", 6.0, (
        Product("kylpyläloma", "kylpyläloman", "kylpylälomaa", "spa holiday", 239.0),)),
    ("Turva", "insurance", 5.5, (
        Product("autovakuutus", "autovakuutuksen", "autovakuutusta", "car insurance", 33.0),)),
    ("Hoiva", "health", 5.5, (
        Product("hoitopaketti", "hoitopaketin", "hoitopakettia", "care package", 210.0),)),
    ("Rahoitus", "banking", 6.0, (
        Product("säästötili", "säästötilin", "säästötiliä", "savings account", 2.5),)),
    ("Rakenne", "construction", 5.0, (
        Product("ikkunaremontti", "ikkunaremontin", "ikkunaremonttia", "window renovation", 4900.0),)),
    ("Näkö", "optics", 6.0, (
        Product("linssitilaus", "linssitilauksen", "linssitilausta", "contact lens plan", 24.9),)),
)  # fmt: skip
CLAIMS: dict[str, tuple[str, str]] = {
    "energy": ("Hinta pysyy samana koko sopimuskauden.", "Vaihto ei katkaise sähköjä."),
    "telecom": ("Nopeus on aina vähintään luvattu.", "Asennus viikon sisällä."),
    "media": ("Tilauksen voi lopettaa milloin vain.", "Lehti ilmestyy joka kuukausi."),
    "household": ("Toimitus sovittuna päivänä.", "Voit tauottaa milloin vain."),
    "retail": ("Toimitus kolmessa arkipäivässä.", "Kahden vuoden takuu."),
    "travel": ("Hinta sisältää aamiaisen.", "Maksuton peruutus kaksi viikkoa ennen lomaa."),
    "insurance": ("Korvauspäätös viikossa.", "Ei omavastuuta ensimmäisestä vahingosta."),
    "health": ("Aika saman viikon aikana.", "Sama hoitaja joka kerralla."),
    "banking": ("Ei kuukausimaksua ensimmäisenä vuonna.", "Nostot ilman kuluja."),
    "construction": ("Kiinteä urakkahinta.", "Työ valmis sovitussa ajassa."),
    "optics": ("Ensimmäinen paketti puoleen hintaan.", "Vaihto veloituksetta, jos vahvuus muuttuu."),
}

_BUSINESS_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
_FIRST_FICTIONAL = 9_000_001


def capacity() -> int:
    """Return how many clients can be named apart."""
    return len(CAST) + (len(REGIONS) + 1) * len(NATURE) * len(TRADES)


def company_list(count: int, rng: np.random.Generator) -> tuple[Company, ...]:
    """Return `count` companies: the cast in its order, then as many good ones as needed."""
    extra = max(0, count - len(CAST))
    shares = 0.05 * rng.lognormal(0.0, 0.5, extra)
    years = rng.uniform(0.2, 9.0, extra)
    seen = {company.name for company in CAST}
    fresh = ((name, trade) for name, trade in _names() if name not in seen)
    crowd = tuple(
        Company(
            name, sector, Role.GOOD, float(share), pace, 1000 * round(900 * float(share)), float(age), wares,
            (
                Claim(0, CLAIMS[sector][0], WEBSITE, 560),
                Claim(len(wares) - 1, CLAIMS[sector][1], CONFIRMATION, 400),
            ),
            ("Uudet asiakkaat", "Kiitospaketti"),
        )
        for (name, (_, sector, pace, wares)), share, age in zip(
            islice(fresh, extra), shares, years, strict=True,
        )
    )  # fmt: skip
    return CAST[:count] + crowd


def business_ids(count: int) -> list[str]:
    """Return `count` different Finnish business identities ("9000001-3") with right check digits."""
    numbers: list[str] = []
    base = _FIRST_FICTIONAL
    while len(numbers) < count:
        rest = sum(w * int(d) for w, d in zip(_BUSINESS_ID_WEIGHTS, str(base), strict=True)) % 11
        # The register never issues a number whose remainder is 1: its check digit would have two digits.
        if rest != 1:
            numbers.append(f"{base}-{(11 - rest) % 11}")
        base += 1
    return numbers


def _names() -> Iterator[tuple[str, tuple[str, str, float, tuple[Product, ...]]]]:
    """Yield names, the short ones first; neighbours differ in both word and trade."""
    for region in ("", *REGIONS):
        for step, word in product(range(len(TRADES)), range(len(NATURE))):
            trade = TRADES[(word + step) % len(TRADES)]
            yield f"{region} {NATURE[word]} {trade[0]} Oy".strip(), trade
