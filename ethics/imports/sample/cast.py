"""Who takes part: the fictional clients, what they sell, and what they promise.

The order of `CAST` is the order of importance. With fewer clients than roles the first ones stay, so a
centre of one client still has hidden terms to find, and a centre of three has all the bad ones.

Finnish nouns bend, so a product carries the three forms that the flag texts need. `share` is the wished
share of all hours (it need not sum to 1), revenue is euros a month, prices are euros.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a client does in the story, in order of importance."""

    HIDDEN_TERMS = "hidden_terms"
    NO_PRODUCT = "no_product"
    SALES_PRESSURE = "sales_pressure"
    DISAPPOINTED = "disappointed"
    OUTAGE = "outage"
    REMEDIED = "remedied"
    CHAT = "chat"
    GOOD = "good"


@dataclass(frozen=True)
class Product:
    """Something sold: nominative (also its name), genitive, partitive, English, and a usual price."""

    name: str
    genitive: str
    partitive: str
    english: str
    price: float


@dataclass(frozen=True)
class Claim:
    """One promise made to end customers. Ages are in days before the end of the data; None: still valid."""

    product: int
    text: str
    source: str
    age: int
    ended: int | None = None


@dataclass(frozen=True)
class Company:
    """A client of the centre. `years` is the length of the partnership before the data begin.

    Its campaigns sell its products in their order; the last one sells those that are left.
    """

    name: str
    sector: str
    role: Role
    share: float
    contacts_per_hour: float
    monthly_revenue: int
    years: float
    products: tuple[Product, ...]
    claims: tuple[Claim, ...]
    campaigns: tuple[str, ...]

    def campaign_of(self, claim: Claim) -> str:
        """The campaign in which a promise is made."""
        return self.campaigns[min(claim.product, len(self.campaigns) - 1)]


PHONE_SALE = "Puhelinmyynnin puhe"
WEBSITE = "Verkkosivu"
CONFIRMATION = "Tilausvahvistus"
LEAFLET = "Esite"
ADVERT = "Tv-mainos"

CAST: tuple[Company, ...] = (
    Company(
        "Lumikki Laajakaista Oy",
        "telecom",
        Role.HIDDEN_TERMS,
        0.12,
        5.5,
        118_000,
        3.4,
        (
            Product(
                "Lumikki Kuitu",
                "Lumikki Kuitu -liittymän",
                "Lumikki Kuitu -liittymää",
                "Lumikki Kuitu broadband",
                19.90,
            ),
            Product(
                "Lumikki Mobiili",
                "Lumikki Mobiili -liittymän",
                "Lumikki Mobiili -liittymää",
                "Lumikki Mobiili plan",
                16.90,
            ),
        ),
        (
            Claim(0, "19,90 €/kk kaksi vuotta, hinta ei muutu.", PHONE_SALE, 640),
            Claim(0, "Ei avausmaksua, ei laitevuokraa.", ADVERT, 640),
            Claim(0, "Irtisano milloin vain, ilman kuluja.", WEBSITE, 500),
            Claim(1, "Rajaton netti koko Suomessa, 16,90 €/kk.", WEBSITE, 410),
            Claim(1, "Ensimmäinen kuukausi veloituksetta.", LEAFLET, 700, 380),
        ),
        ("Syyskampanja", "Kiitospaketti"),
    ),
    Company(
        "Puhdas Arki Oy",
        "household",
        Role.NO_PRODUCT,
        0.11,
        4.5,
        41_000,
        0.6,
        (Product("Raikas-ilmanvahti", "Raikas-ilmanvahdin", "Raikas-ilmanvahtia", "Raikas air monitor", 24.90),),
        (
            Claim(0, "Asennamme Raikas-ilmanvahdin kotiisi kahdessa viikossa.", PHONE_SALE, 720),
            Claim(0, "Valvomo seuraa kotisi ilmaa vuorokauden ympäri.", WEBSITE, 720),
            Claim(0, "Laite on puolueettomasti testattu.", LEAFLET, 430),
            Claim(0, "Rahat takaisin, jos ilma ei parane kuukaudessa.", CONFIRMATION, 720),
        ),
        ("Puhdas koti",),
    ),
    Company(
        "Oiva Lehdet Oy",
        "media",
        Role.SALES_PRESSURE,
        0.12,
        5.0,
        96_000,
        5.2,
        (
            Product("Oiva Elämä -lehti", "Oiva Elämä -lehden", "Oiva Elämä -lehteä", "Oiva Elämä magazine", 12.90),
            Product(
                "Oiva Puutarha -lehti",
                "Oiva Puutarha -lehden",
                "Oiva Puutarha -lehteä",
                "Oiva Puutarha magazine",
                10.90,
            ),
        ),
        (
            Claim(0, "Kolme numeroa lahjaksi, tilaus päättyy itsestään.", PHONE_SALE, 900),
            Claim(0, "Näytelehti ei sido mihinkään.", PHONE_SALE, 620),
            Claim(1, "Kaksi numeroa yhden hinnalla, voit lopettaa milloin vain.", LEAFLET, 330),
        ),
        ("Lahjanumerot", "Kesätarjous"),
    ),
    Company(
        "Saaristo Matkat Oy",
        "travel",
        Role.DISAPPOINTED,
        0.11,
        6.5,
        88_000,
        6.1,
        (
            Product(
                "saariston mökkiviikko",
                "saariston mökkiviikon",
                "saariston mökkiviikkoa",
                "archipelago cottage week",
                690.00,
            ),
            Product("viikonloppuristeily", "viikonloppuristeilyn", "viikonloppuristeilyä", "weekend cruise", 149.00),
        ),
        (
            Claim(0, "Mökki meren äärellä, oma sauna ja soutuvene.", WEBSITE, 800),
            Claim(0, "Maksuton peruutus 30 päivää ennen lähtöä.", CONFIRMATION, 800),
            Claim(1, "Hinta sisältää hytin ja aamiaisen.", ADVERT, 450),
        ),
        ("Kesän mökkiviikot", "Talviristeilyt"),
    ),
    Company(
        "Revontuli Energia Oy",
        "energy",
        Role.OUTAGE,
        0.13,
        6.5,
        142_000,
        7.3,
        (
            Product("Revontuli-sähkö", "Revontuli-sähkön", "Revontuli-sähköä", "Revontuli electricity", 38.00),
            Product(
                "Revontuli-kaukolämpö",
                "Revontuli-kaukolämmön",
                "Revontuli-kaukolämpöä",
                "Revontuli district heating",
                95.00,
            ),
        ),
        (
            Claim(0, "Viat näkyvät häiriökartalla vartin sisällä.", WEBSITE, 1000),
            Claim(0, "Kiinteä hinta 24 kuukautta.", CONFIRMATION, 540),
            Claim(1, "Hinnasto muuttuu vain kerran vuodessa.", WEBSITE, 900),
        ),
        ("Sähkön vaihtajat", "Kaukolämpö kotiin"),
    ),
    Company(
        "Kaarna Kodinkone Oy",
        "retail",
        Role.REMEDIED,
        0.09,
        6.0,
        74_000,
        4.0,
        (
            Product("pesukone", "pesukoneen", "pesukonetta", "washing machine", 549.00),
            Product("jääkaappi", "jääkaapin", "jääkaappia", "fridge", 699.00),
        ),
        (
            Claim(0, "Kotiinkuljetus kolmessa arkipäivässä.", WEBSITE, 760, 200),
            Claim(0, "Kotiinkuljetus viidessä arkipäivässä, sovittuna päivänä.", WEBSITE, 182),
            Claim(1, "Vanha laite haetaan samalla pois.", CONFIRMATION, 620),
        ),
        ("Kodinkoneviikot", "Vaihda vanha"),
    ),
    Company(
        "Suvanto Pankki Oyj",
        "banking",
        Role.CHAT,
        0.09,
        6.0,
        131_000,
        4.7,
        (
            Product("Suvanto-tili", "Suvanto-tilin", "Suvanto-tiliä", "Suvanto account", 4.50),
            Product("Suvanto-kortti", "Suvanto-kortin", "Suvanto-korttia", "Suvanto card", 3.90),
        ),
        (
            Claim(0, "Chatissa vastataan arkisin viidessä minuutissa.", WEBSITE, 580),
            Claim(1, "Uusi kortti perillä viikossa.", CONFIRMATION, 580),
        ),
        ("Arjen pankki", "Uusi kortti"),
    ),
    Company(
        "Väinölän Vakuutus Oyj",
        "insurance",
        Role.GOOD,
        0.09,
        5.5,
        109_000,
        8.5,
        (
            Product("kotivakuutus", "kotivakuutuksen", "kotivakuutusta", "home insurance", 21.00),
            Product("matkavakuutus", "matkavakuutuksen", "matkavakuutusta", "travel insurance", 7.50),
        ),
        (
            Claim(0, "Korvauspäätös kymmenessä arkipäivässä.", WEBSITE, 830),
            Claim(1, "Voimassa myös kotimaan matkoilla.", LEAFLET, 480),
        ),
        ("Kodin turva", "Matkalle turvallisesti"),
    ),
    Company(
        "Taimi Terveys Oy",
        "health",
        Role.GOOD,
        0.06,
        5.5,
        63_000,
        2.8,
        (Product("etälääkäripalvelu", "etälääkäripalvelun", "etälääkäripalvelua", "remote doctor service", 14.90),),
        (
            Claim(0, "Lääkärin vastaus saman päivän aikana.", WEBSITE, 610),
            Claim(0, "Lähete tarvittaessa ilman lisämaksua.", LEAFLET, 610),
        ),
        ("Lääkäri heti",),
    ),
    Company(
        "Metso Media Oy",
        "media",
        Role.GOOD,
        0.06,
        6.5,
        52_000,
        3.1,
        (Product("suoratoistopaketti", "suoratoistopaketin", "suoratoistopakettia", "streaming package", 13.90),),
        (
            Claim(0, "Kaikki kanavat kahdella laitteella yhtä aikaa.", WEBSITE, 550),
            Claim(0, "Kokeilujakso päättyy itsestään.", CONFIRMATION, 300),
        ),
        ("Kokeilukuukausi",),
    ),
    Company(
        "Kirkas Optiikka Oy",
        "optics",
        Role.GOOD,
        0.05,
        6.0,
        38_000,
        2.2,
        (Product("silmälasipaketti", "silmälasipaketin", "silmälasipakettia", "glasses package", 249.00),),
        (Claim(0, "Kahden lasit yhden hinnalla, hinta sisältää linssit.", ADVERT, 390),),
        ("Kahdet lasit",),
    ),
    Company(
        "Havu Rakennus Oy",
        "construction",
        Role.GOOD,
        0.05,
        5.0,
        34_000,
        1.4,
        (Product("kattoremontti", "kattoremontin", "kattoremonttia", "roof renovation", 8900.00),),
        (
            Claim(0, "Kiinteä urakkahinta, ei lisälaskuja.", CONFIRMATION, 450),
            Claim(0, "Kotikäynti ja arvio veloituksetta.", LEAFLET, 450),
        ),
        ("Katto kuntoon",),
    ),
)
