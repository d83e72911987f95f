"""The words for flags: categories M01–M12 with their definitions, severities, certainties, and what else is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ethics.language import mark


@dataclass(frozen=True)
class Category:
    """A kind of mismatch: `name` for lists, `short` for charts, `means` to tell it from its neighbours."""

    name: str
    short: str
    means: str


CATEGORIES: Final = {
    "M01": Category(
        mark("Disappointment"), mark("Disappointment"), mark("The claim was true; the customer had hoped for more.")
    ),
    "M02": Category(
        mark("Outage, told openly"),
        mark("Open outage"),
        mark("It normally works, is broken now, and the customer was told so."),
    ),
    "M03": Category(mark("Untrue feature"), mark("Untrue feature"), mark("A stated property is not so.")),
    "M04": Category(
        mark("No such product"), mark("No such product"), mark("Nobody ever gets it, or it may not be sold.")
    ),
    "M05": Category(
        mark("Hidden price or terms"),
        mark("Hidden price"),
        mark("The total price, the duration or the renewal was not told."),
    ),
    "M06": Category(
        mark("Delivery fails"), mark("Delivery fails"), mark("Late, wrong or never ordered, and invoiced anyway.")
    ),
    "M07": Category(
        mark("Leaving made hard"),
        mark("Leaving made hard"),
        mark("Steps, silence or fees stand in the way of leaving."),
    ),
    "M08": Category(
        mark("Sales pressure"), mark("Sales pressure"), mark("Rushing, pretexts, a “no” that was not heard.")
    ),
    "M09": Category(
        mark("No information or authority"),
        mark("No information"),
        mark("We cannot answer or decide, because nobody told or allowed us."),
    ),
    "M10": Category(
        mark("Complaint refused"),
        mark("Complaint refused"),
        mark("A valid complaint is not taken, a promised refund not paid."),
    ),
    "M11": Category(mark("Wrong audience"), mark("Wrong audience"), mark("Sold to people whom it cannot serve.")),
    "M12": Category(
        mark("Told to mislead"), mark("Told to mislead"), mark("An instruction or a script says what is not so.")
    ),
}
#: Normal work: shown, counted, never a risk (design §2, rule 1).
NORMAL_WORK: Final = frozenset({"M01", "M02"})

SEVERITIES: Final = {
    0: mark("0 · Normal work: the customer can be helped now"),
    1: mark("1 · Annoying: no loss, told honestly"),
    2: mark("2 · Clear: time or a little money lost, or it repeats"),
    3: mark("3 · Serious: real money or a right lost, or many people misled"),
    4: mark("4 · Grave: suspected fraud, no product, or a vulnerable person harmed"),
}
SEVERITY_WORDS: Final = {
    0: mark("Normal work"),
    1: mark("Annoying"),
    2: mark("Clear"),
    3: mark("Serious"),
    4: mark("Grave"),
}
CERTAINTIES: Final = {"heard": mark("A customer told me"), "saw": mark("I saw it"), "proof": mark("I have proof")}
FREQUENCIES: Final = {
    "once": mark("Once"),
    "repeated": mark("Again and again"),
    "systematic": mark("It is how it is sold"),
}
STEPS: Final = {
    "before": mark("Before buying"),
    "purchase": mark("At the purchase"),
    "delivery": mark("At the delivery"),
    "invoice": mark("On the invoice"),
    "help": mark("When asking for help"),
    "leaving": mark("When leaving"),
}
CHANNELS: Final = {
    "phone": mark("Phone"),
    "chat": mark("Chat"),
    "email": mark("E-mail"),
    "social": mark("Social media"),
    "web": mark("Web pages"),
    "visit": mark("Face to face"),
}
FAMILY: Final = {"yes": mark("Yes"), "no": mark("No"), "unsure": mark("Not sure")}
GOOD: Final = {
    "thanks": mark("Thanks from a customer or a colleague"),
    "turned": mark("A bad contact that turned to good"),
}
#: What a whistle may be about: something grave enough to stop a game for.
WHISTLE_SEVERITIES: Final = (3, 4)
#: What may be decided on a whistle.
WHISTLE_ANSWERS: Final = {
    "paused": mark("The campaign is paused"),
    "remedy": mark("It is repaired with the client"),
    "goes_on": mark("It goes on, with the reason"),
}
