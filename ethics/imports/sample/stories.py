"""Templates of the clients with a story: what agents keep meeting there. Slots: see `texts.py`."""

from __future__ import annotations

from ethics.imports.sample.cast import Role

Stories = dict[Role, dict[str, tuple[str, ...]]]

STORY_FI: Stories = {
    Role.HIDDEN_TERMS: {
        "M03": (
            "Mainoksessa rajaton nopeus. {Nom} hidastuu, kun raja täyttyy, ja se lukee vain ehdoissa.",
            "Luvattiin, että {nom} toimii {place}. Saatavuuskartan mukaan ei toimi.",
            "Sivulla lukee, että asennus kuuluu hintaan. Laskulla asennus {fee}.",
        ),
        "M05": (
            "Myyjä lupasi asiakkaan mukaan {price}/kk kahdeksi vuodeksi. Laskulla {more} neljännestä kuusta.",
            "{Gen} hinta nousi {months} kuukauden jälkeen, nyt {more}/kk. Vahvistuksessa siitä ei puhuta.",
            "Myyty hintaan {price}/kk, päälle tuli laitevuokra {fee}/kk. Laitteesta ei puhuttu myynnissä.",
            "Avausmaksu {fee} laskulla. Mainoksessa lukee isolla: ei avausmaksua.",
            "Asiakas kuuli vasta minulta, että sopimus on 24 kuukautta. Myyjä puhui kuukausisopimuksesta.",
            "Kävimme laskun läpi rivi riviltä: {price} luvattu, {more} veloitettu.",
            "Etuhinta päättyi {when}, nyt {more}/kk. Ehto on pienellä sivulla {n}.",
            "Laskulle ilmestyi palvelumaksu {fee}. Kysyin tiimissä, kukaan ei tiedä mistä se tulee.",
            "Asiakkaan vahvistuksessa {price}/kk, meidän järjestelmässä samalla sopimuksella {more}/kk.",
            "Kampanjasivulla {price}, alaviitteessä {more} kolmannen kuun jälkeen. Asiakas ei sitä nähnyt.",
        ),
        "M07": (
            "{Gen} voi irtisanoa vain soittamalla linjalle, joka on auki arkisin kaksi tuntia.",
            "Irtisanomisesta veloitetaan {fee}. Myynnissä luvattiin, että voi lopettaa milloin vain.",
            "{n}. soitto samasta irtisanomisesta. Aiemmat pyynnöt eivät näy missään.",
            "Irtisanovat pitää siirtää toiseen jonoon. Odotus {minutes} minuuttia, asiakas luovutti.",
            "Irtisanomiskirje palautettiin {when}, koska tunnus puuttui. Asiakkaalla ei ole tunnusta.",
            "Asiakkaalle sanottiin irtisanomisajaksi 14 päivää. Sopimuksessa {n} kuukautta.",
            "Irtisanottu {when}, lasku {more} tuli silti ja perään muistutus.",
        ),
        "M12": (
            "Ohje: hinnannoususta kerrotaan vain, jos asiakas osaa kysyä.",
            "Koulutuksessa neuvottiin kutsumaan avausmaksua rekisteröinniksi. Silloin mainos muka pitää.",
        ),
    },
    Role.NO_PRODUCT: {
        "M03": (
            "Sovelluksen piti näyttää ilman laatu. Sovellusta ei löydy kaupasta.",
            "Myynnissä sanottiin, että laite on puolueettomasti testattu. Testiä ei ole kukaan nähnyt.",
            "Luvattu vuorokausivalvonta. Asiakas kokeili {n} eri aikaan, kukaan ei vastannut.",
        ),
        "M04": (
            "Asiakas on maksanut {price}/kk jo {months} kuukautta. {Par} ei ole näkynyt.",
            "Asentajaa ei ole varattu. Kalenterissa ei ole yhtään aikaa {place} eikä muuallakaan.",
            "Kysyin varastolta {when}. {Par} ei ole koskaan ollut siellä.",
            "Asiakas selvitti valmistajan {when}. Valmistaja ei tunne koko laitetta.",
            "Toimituspäivä siirtyi {n}. kerran. En ole nähnyt yhtään toimitettua laitetta.",
            "Maksettu {price}, mutta järjestelmässä ei ole laitetta, sarjanumeroa eikä toimitusta.",
            "Asiakas sai paketin {when}: tyhjä kotelo ja esite. Hinta {price}.",
            "Tänään jo {n} soittajaa samasta asiasta: {price}/kk veloitettu, {par} ei tule.",
            "Asennus peruttu {n}. kerran {place}. Uutta aikaa ei voi varata, koska asentajia ei ole.",
            "Odotusta {months} kuukautta. Asiakas kysyi, onko laitetta olemassa. En voinut sanoa, että on.",
            "Takuutodistus tuli, laite ei. Tilauksesta {months} kuukautta.",
            "Asiakas odotti asentajaa {place} koko päivän {when}. Ketään ei ollut lähetetty.",
        ),
        "M06": (
            "Lasku {price} tulee joka kuukausi, mitään ei ole toimitettu.",
            "Kahden viikon toimitusaika ylittynyt {days} päivällä. Toimeksiantaja ei vastaa.",
        ),
        "M09": (
            "Kysyin tuotetietoja {days} päivää sitten. Vastattiin, että niitä ei tarvita.",
            "Meillä ei ole kuvaa, ohjetta eikä mallinumeroa. Silti pitäisi neuvoa käytössä.",
        ),
        "M10": (
            "Asiakas pyytää rahoja takaisin. Hyvitykset on jäädytetty, {price} odottanut {days} päivää.",
            "Rahat takaisin -lupaus torjuttiin, koska laitetta ei ole palautettu. Laitetta ei ole saatu.",
            "Peruutus hyväksyttiin {when}, mutta hyvitys {price} ei ole liikkunut.",
        ),
        "M12": (
            "Meitä käskettiin sanomaan, että laite on tullissa. Ei ole.",
            "Uusi ohje: kaikille luvataan kaksi viikkoa. Kukaan meistä ei usko siihen.",
            "Pitäisi selittää, että vika on asiakkaan osoitteessa. Osoitteet ovat oikein.",
        ),
    },
    Role.SALES_PRESSURE: {
        "M05": (
            "Lahjanumerot muuttuivat maksulliseksi tilaukseksi, {price}/kk. Tästä ei kerrottu.",
            "Hinta sanottiin vasta, kun osoite oli annettu. Laskulla {more}.",
        ),
        "M07": (
            "Tilauksen voi lopettaa vain kirjeellä. Puhelimessa luvattiin, että pelkkä soitto riittää.",
            "Asiakas perui {gen} {when}. Lehti ja lasku tulevat yhä.",
        ),
        "M08": (
            "Asiakas on kieltäytynyt {n} kertaa. {Nom} tuli silti ja lasku {price}.",
            "Iäkäs asiakas luuli, että soitto koski arvontaa. Nyt hänellä on {n} tilausta.",
            "Omainen soitti: muistisairaalle on myyty {nom} jo {n}. kerran.",
            "Soitto alkoi lukijakyselynä. Lopuksi asiakkaalla oli tilaus, {price}/kk.",
            "Tallenteella asiakas sanoo selvästi ei. Myyjä jatkaa silti {n} minuuttia.",
            "Asiakkaalle sanottiin, että naapuritkin tilasivat. Asiakas ei kehdannut kieltäytyä.",
            "Myyjä kertoi {when} soittavansa vain päivittääkseen osoitteen. Tuloksena {nom}.",
            "Kielto puhelinmyynnille tehty {when}. Soitettu sen jälkeen {n} kertaa.",
            "Asiakas pyysi aikaa miettiä. Vastaus: {price}/kk on voimassa vain tämän puhelun ajan.",
        ),
        "M11": (
            "Näkövammaiselle asiakkaalle myytiin {when} painettu lehti, {price}/kk.",
            "Asiakas asuu palvelutalossa eikä lue enää lehtiä. Silti {n} tilausta.",
            "Asiakas ei ymmärrä suomea kunnolla. Hän luuli, että {nom} on ilmainen.",
            "Asiakkaalla on pieni eläke ja {n} lehteä, yhteensä {more}/kk. Asiakas itki puhelimessa.",
        ),
        "M12": (
            "Puheessa käsketään sanoa, että tilaus päättyy itsestään. Se jatkuu hintaan {more}/kk.",
            "Ohje: jos asiakas kysyy hintaa, kerrotaan ensin lahjasta ja vasta lopuksi {price}/kk.",
            "Valmentaja neuvoi {when} sanomaan, että peruutus on tehty, ja siirtämään sen ensi kuuhun.",
            "Pitää sanoa, että soitamme asiakaspalvelusta. Soitamme myynnistä. Ohje tuli {when}.",
        ),
    },
    Role.DISAPPOINTED: {
        "M01": (
            "Asiakas pettyi: {gripe}. Kuvissa ja ehdoissa asia kerrotaan oikein.",
            "Pitkä puhelu, koska {gripe}. Kaikki luvattu oli kunnossa.",
            "Loma ei ollut sitä, mistä asiakas haaveili: {gripe}. Varaus oli oikein.",
            "Asiakas toivoi hyvitystä, koska {gripe}. Kerroin, mitä hintaan kuuluu.",
            "Moitteita, että {gripe}. Asiakas sanoi silti, että henkilökunta oli ystävällistä.",
            "Harmitti, että {gripe}. Ei virhettä meidän tai toimeksiantajan puolella.",
            "Varattu {when}, nyt harmittaa: {gripe}. Sivulla tämä lukee.",
            "Asiakas vertasi etelänmatkaan ja pettyi, koska {gripe}.",
            "Palaute lomasta: {gripe}. Muuten asiakas oli tyytyväinen.",
            "Kaksi asiaa harmitti: {gripe} ja {other}. Kummastakin kerrotaan esitteessä.",
            "Asiakas soitti {when} palatessaan: {gripe}, {other}. Kuuntelin, virhettä ei ollut.",
            "Asiakkaan sanoin: {gripe} ja {other}. Mitään luvattua ei puuttunut.",
            "Odotukset olivat korkealla, sitten {gripe}. Varaus ja lasku olivat oikein ({price}).",
        ),
    },
    Role.OUTAGE: {
        "M02": (
            "Sähköt poikki {place} noin {hours} tuntia. {cause}. Häiriökartta oli ajan tasalla.",
            "{cause}, asiakas oli ilman sähköä {hours} tuntia. Korjausarvio piti paikkansa.",
            "Katko {place}. Tekstiviesti oli tullut asiakkaalle ennen soittoa.",
            "Ruuhkaa linjoilla: {place} on pimeää. {cause}. Kerroin arvion, asiakas ymmärsi.",
            "Lämpö poissa {hours} tuntia {place}. Tiedote oli sivuilla heti.",
            "Asiakas kysyi vakiokorvausta, katko {hours} tuntia. Ohjeistin, maksetaan automaattisesti.",
            "{n}. katko tässä kuussa {place}. {cause}. Toimeksiantaja kertoi siitä avoimesti.",
        ),
    },
    Role.REMEDIED: {
        "M06": (
            "{Nom} luvattiin kolmessa arkipäivässä, mennyt {days} päivää. Kukaan ei ole ilmoittanut.",
            "Kuljetus ei tullut sovittuna päivänä {place}. Asiakas oli ottanut vapaata töistä.",
            "Toimitettu väärä malli. Oikeaa luvattiin {when}, nyt taas lykätty.",
            "Kuljettaja jätti paketin pihalle. {Nom} kastui.",
            "Vanhaa laitetta ei haettu pois, vaikka se oli maksettu ({fee}).",
            "Toimituspäivä vaihtunut {n} kertaa, aina edellisenä iltana.",
        ),
        "M09": (
            "En näe kuljetusliikkeen aikoja. Asiakas tietää toimituksesta enemmän kuin minä.",
            "Meillä ei ole oikeutta varata uutta toimitusaikaa. Pyyntö odottanut {days} päivää.",
        ),
        "M10": (
            "Kuljetusvaurio ilmoitettu {when}, kuvat mukana. Reklamaatio hylättiin ilman syytä.",
            "Hyvitys {fee} luvattiin myöhästymisestä {when}. Ei ole maksettu.",
            "{Nom} rikki toisena päivänä. Huolto ja myynti pallottelevat asiakasta.",
        ),
    },
}  # fmt: skip
STORY_EN: Stories = {
    Role.HIDDEN_TERMS: {
        "M03": (
            "The advert says unlimited speed. There is a cap, and only the terms mention it.",
            "The website says installation is included. The invoice says {fee}.",
        ),
        "M05": (
            "Seller promised {price} a month for two years, says the customer. It is {more} from month four.",
            "Sold at {price} a month, but a device rent of {fee} came on top. Nobody mentioned a device.",
            "Opening fee {fee} on the invoice. The advert says in big letters: no opening fee.",
            "Customer heard from me that the contract runs 24 months. The seller spoke of a monthly plan.",
            "The confirmation says {price}, our system says {more} for the same contract.",
            "Price of the {product} went up to {more} after {months} months. Not a word in the confirmation.",
        ),
        "M07": (
            "You can cancel the {product} only on a line that is open two hours a day.",
            "Leaving costs {fee}. The sale promised that one can leave at any time.",
            "Call number {n} about the same cancellation. The earlier ones are nowhere to be seen.",
            "I must move people who cancel to another queue. Wait {minutes} minutes, customer gave up.",
        ),
        "M12": ("Instruction: tell about the price rise only if the customer knows to ask.",),
    },
    Role.NO_PRODUCT: {
        "M03": (
            "The app should show air quality. There is no such app in the store.",
            "The sale said the device is independently tested. Nobody has seen a test.",
        ),
        "M04": (
            "Customer has paid {price} a month for {months} months. The {product} never came.",
            "No fitter is booked. The calendar has no times {place} or anywhere else.",
            "I asked the warehouse {when}. The {product} has never been there.",
            "Delivery moved for time number {n}. I have not seen one delivered device.",
            "Customer got a parcel {when}: an empty case and a leaflet, for {price}.",
            "After {months} months the customer asked if the device exists. I could not say that it does.",
            "Customer took a day off {when} for the fitting {place}. Nobody had been sent.",
            "Already {n} callers about the same today: {price} a month charged, no {product}.",
        ),
        "M06": ("The invoice of {price} comes every month, nothing has been delivered.",),
        "M09": ("I asked for product facts {days} days ago. The answer was that we do not need them.",),
        "M10": (
            "Customer wants the money back. Refunds are frozen, {price} has waited {days} days.",
            "Refund refused because the device was not returned. There never was a device.",
        ),
        "M12": (
            "We are told to say that the device is at customs. It is not.",
            "New instruction: promise two weeks to everybody. None of us believes it.",
        ),
    },
    Role.SALES_PRESSURE: {
        "M05": ("Gift issues turned into a paid subscription, {price} a month. Nobody said so.",),
        "M07": ("One can end the subscription only by letter. On the phone a call was said to be enough.",),
        "M08": (
            "Customer has said no {n} times. The {product} came anyway, with an invoice for {price}.",
            "An elderly customer thought the call was about a prize draw. Now there are {n} subscriptions.",
            "A relative called: a person with memory illness was sold the {product} for time number {n}.",
            "The call began as a reader survey and ended as a subscription, {price} a month.",
            "In the recording the customer clearly says no. The seller goes on for {n} minutes.",
        ),
        "M11": (
            "A printed magazine was sold {when} to a customer who cannot see, {price} a month.",
            "Customer does not understand Finnish well and thought the {product} was free.",
        ),
        "M12": (
            "The script says the subscription ends by itself. It does not, it goes on at {more} a month.",
            "We must say that we call from customer service. We call from sales.",
        ),
    },
    Role.DISAPPOINTED: {
        "M01": (
            "Customer was disappointed: {gripe}. Pictures and terms tell it right.",
            "Long call because {gripe}. Everything promised was in order.",
            "Customer hoped for a refund because {gripe}. I told what the price includes.",
            "Feedback on the holiday: {gripe}. Otherwise the customer was happy.",
            "Booked {when}, upset now: {gripe}. The booking page says so.",
            "Two things bothered the customer: {gripe} and {other}. Nothing promised was missing.",
            "Customer came back {when}: {gripe}, {other}. I listened, there was no mistake.",
        ),
    },
    Role.OUTAGE: {
        "M02": (
            "Power cut {place} for about {hours} hours. {cause}. The outage map was up to date.",
            "{cause}, customer had no power for {hours} hours. The estimate held.",
            "Power cut {place}. The customer got a text message before calling.",
            "Customer asked about compensation for {hours} hours. It is paid by itself, I explained.",
        ),
    },
    Role.REMEDIED: {
        "M06": (
            "The {product} was promised in three working days, it has been {days}. Nobody has called.",
            "The driver did not come on the agreed day {place}. The customer had taken a day off.",
            "The delivery day has changed {n} times, always the evening before.",
        ),
        "M09": ("I cannot see the driver's times. The customer knows more than I do.",),
        "M10": (
            "Transport damage reported {when} with pictures, complaint rejected without a reason.",
            "{fee} was promised for the delay {when}. Not paid.",
        ),
    },
}  # fmt: skip
