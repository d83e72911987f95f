"""Details and endings that flag texts are filled with: Finnish and English side by side."""

from __future__ import annotations

WHENS = (
    ("viime viikolla", "viime kuussa", "toissapäivänä", "viikko sitten", "kuukausi sitten",
     "kaksi viikkoa sitten",
     "maanantaina", "perjantaina", "alkukuusta", "kuun vaihteessa"),
    ("last week", "last month", "two days ago", "a week ago", "a month ago", "two weeks ago", "on Monday",
     "on Friday", "early this month", "at the turn of the month"),
)  # fmt: skip
PLACES = (
    ("Oulussa", "Kajaanissa", "Kuopiossa", "Joensuussa", "Mikkelissä", "Lahdessa", "Porissa", "Vaasassa",
     "Kemissä",
     "Rovaniemellä", "Iisalmessa", "Salossa", "Kotkassa", "Seinäjoella", "Sotkamossa", "Kuusamossa"),
    ("in Oulu", "in Kajaani", "in Kuopio", "in Joensuu", "in Mikkeli", "in Lahti", "in Pori", "in Vaasa",
     "in Kemi",
     "in Rovaniemi", "in Iisalmi", "in Salo", "in Kotka", "in Seinäjoki", "in Sotkamo", "in Kuusamo"),
)  # fmt: skip
GRIPES = (
    ("mökissä oli aamulla viileä", "ranta oli kivinen", "puut peittivät merinäköalan osaksi",
     "hytti tuntui pieneltä",
     "aamiainen oli joka päivä sama", "satoi koko viikon", "naapurimökissä oli lapsiperhe",
     "matka satamasta kesti kauemmin kuin arveli", "saunavuoro oli liian aikaisin", "hyttysiä oli paljon",
     "laivalla oli tungosta", "sängyt olivat kovat", "kauppaan oli matkaa", "soutuvene oli raskas",
     "merivesi oli kylmää", "keittiö oli vanhan näköinen"),
    ("the cottage was cool in the mornings", "the beach was rocky", "trees hid part of the sea view",
     "the cabin felt small", "breakfast was the same every day", "it rained all week",
     "there was a family next door", "the way from the harbour felt long", "the sauna turn was too early",
     "there were a lot of mosquitoes", "the ship was crowded", "the beds were hard", "the shop was far away",
     "the rowing boat was heavy", "the sea was cold", "the kitchen looked old"),
)  # fmt: skip
CAUSES = (
    ("Myrsky kaatoi puita linjoille", "Muuntajassa oli vika", "Lumikuorma painoi johdot alas",
     "Kaivinkone katkaisi kaapelin", "Sähköasemalla oli häiriö", "Ukkonen rikkoi muuntajan",
     "Jäätävä sade katkoi johtoja", "Verkkoa korjattiin suunnitellusti"),
    ("A storm threw trees on the lines", "A transformer failed", "Snow pulled the lines down",
     "A digger cut the cable", "There was a fault at the substation", "Lightning broke a transformer",
     "Freezing rain cut the lines", "There was planned work on the grid"),
)  # fmt: skip

# By certainty; "calm" ends what is normal work, "inside" what an agent knows first hand.
ENDINGS_FI: dict[str, tuple[str, ...]] = {
    "calm": (
        "Asiakas rauhoittui, kun kävimme asian läpi.", "Ei toimenpiteitä.", "Kirjasin palautteen.",
        "Hyvä puhelu silti.",
        "Asiakas kiitti, kun selitin.", "Kerroin, miten asia on.", "Välitin toiveen eteenpäin.",
        "Näitä tulee aina jokunen.", "Ymmärsin harmituksen.",
    ),
    "inside": (
        "Muilla sama.", "En halua sanoa näin kenellekään.", "Kysyin esihenkilöltä, asia on näin.",
        "Tästä on puhuttu palaverissa.", "Toivon, että tähän saadaan muutos.", "Asiakas huomaa tämän kyllä.",
        "Sama koko viikon.", "Vaikeaa olla rehellinen.", "Ohje tuli viestillä.", "Vie aikaa joka puhelussa.",
    ),
    "heard": (
        "Asiakkaan kertoma, en nähnyt papereita.", "Asiakas aikoo ottaa yhteyttä kuluttajaneuvontaan.",
        "Samaa on kuultu ennenkin.", "Asiakas oli väsynyt koko asiaan.", "Lupasin, että asia selvitetään.",
        "Asiakas pyysi kirjaamaan tämän.", "Toinen samanlainen tänään.",
        "En osannut vastata muuta kuin pahoitella.",
        "Pyysin asiakasta lähettämään laskun.", "Asiakas ei ollut vihainen, vaan pettynyt.",
    ),
    "saw": (
        "Näin tämän itse järjestelmästä.", "Tarkistin tilauksen, asia on niin kuin asiakas sanoo.",
        "Vuorossa muutkin ovat nähneet saman.", "Kirjasin asian asiakastietoihin.",
        "Kävin ehdot läpi, niissä ei lue tätä.",
        "Pyysin esihenkilöä katsomaan.", "Sama näkyy muillakin tilauksilla.", "Hyvitin, minkä saan.",
    ),
    "proof": (
        "Vahvistus on tallessa.", "Kuvakaappaus otettu.",
        "Lasku ja tilausvahvistus ovat ristiriidassa, molemmat tallessa.",
        "Tallenne löytyy.", "Asiakas lähetti laskun, liitetty tapaukseen.",
        "Ohje on tallessa sanasta sanaan.", "Tilaus ja sen päivät ovat tallessa.",
        "Asiakkaan viestit ovat tallessa.",
    ),
}  # fmt: skip
ENDINGS_EN: dict[str, tuple[str, ...]] = {
    "calm": (
        "Customer calmed down once we went through it.", "No action needed.", "I noted the feedback.",
        "Still a good call.", "Customer thanked me for explaining.", "I passed the wish on.",
    ),
    "inside": (
        "The same for all of us.", "I do not want to tell anybody this.", "I asked my supervisor, it is so.",
        "I hope this changes.", "The same all week.", "It takes time in every call.",
    ),
    "heard": (
        "The customer's word, I saw no papers.", "I have heard this before.", "Second one like this today.",
        "I promised we would look into it.", "Customer plans to contact consumer advice.",
        "All I could do was say sorry.", "Customer was tired of the whole thing.",
        "Customer asked me to write this down.", "I asked the customer to send the invoice.",
        "The customer was not angry, just let down.",
    ),
    "saw": (
        "I saw it in the system myself.", "I checked the order, it is as the customer says.",
        "Others on the shift have seen the same.", "I asked my supervisor to look.",
        "I went through the terms, they do not say this.", "Other orders show the same.",
        "I wrote it in the customer's record.", "I refunded what I may.",
    ),
    "proof": (
        "The confirmation is saved.", "Screenshot taken.", "The recording is there.",
        "Invoice and confirmation disagree, both saved.", "Customer sent the invoice, attached.",
        "The instruction is saved word for word.", "The order and its dates are saved.",
    ),
}  # fmt: skip
