"""Outcomes T1–T10: what triage decides, where each leaves the flag, and the answer that each sends.

The answers are templates: an officer edits them for the house (`ethics.triage.answers`) and for each reporter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ethics.language import mark
from ethics.mismatches.models import Decision
from ethics.mismatches.words import NORMAL_WORK


@dataclass(frozen=True)
class Outcome:
    """`name` for lists, `answer` the built-in template, `status` where it leaves the flag (None: by its category)."""

    name: str
    answer: str
    status: Decision | None


OUTCOMES: Final = {
    "T1": Outcome(
        mark("Normal service, thanks"),
        mark(
            "Thank you for telling. We looked into it: what was promised holds, or the fault was told openly, so this "
            "is normal work. It does not count against the client. Tell us again if it keeps coming."
        ),
        None,
    ),
    "T2": Outcome(
        mark("We fix it in our own house"),
        mark(
            "Thank you. You were right: you lacked the information or the authority that this needs. We put that right "
            "in our own house and tell your team."
        ),
        Decision.CONFIRMED,
    ),
    "T3": Outcome(
        mark("Ask the client"),
        mark(
            "Thank you. We have asked the client to explain this and set a date for the answer. The question shows "
            "nothing of you. We write here when we know more."
        ),
        Decision.OPEN,
    ),
    "T4": Outcome(
        mark("Verify it"),
        mark(
            "Thank you. We check this ourselves, with a test purchase or a sample of recordings, and write here what "
            "we found."
        ),
        Decision.OPEN,
    ),
    "T5": Outcome(
        mark("Corrective action"),
        mark(
            "Thank you. It is as you said. The client has to repair it by a date that we have set, and we check that it "
            "happens."
        ),
        Decision.CONFIRMED,
    ),
    "T6": Outcome(
        mark("Propose to pause the sales"),
        mark(
            "Thank you. It is as you said, and it is grave. We have proposed that the sales stop now; the executive "
            "decides within one working day."
        ),
        Decision.CONFIRMED,
    ),
    "T7": Outcome(
        mark("To the lawyer, the statutory channel or an authority"),
        mark(
            "Thank you. This needs somebody with other powers than ours: we have passed it on, without anything that "
            "points at you, and follow what comes of it."
        ),
        Decision.CONFIRMED,
    ),
    "T8": Outcome(
        mark("Merge with an earlier flag"),
        mark(
            "Thank you. Somebody has flagged the same before you; we handle the two together. What comes of it is "
            "written here too."
        ),
        Decision.MERGED,
    ),
    "T9": Outcome(
        mark("Not about a product: hand over"),
        mark(
            "Thank you. This is not about a client's product or way of selling, so it does not belong here. We have "
            "handed it over to those whose work it is, and deleted the details from this system."
        ),
        Decision.DISMISSED,
    ),
    "T10": Outcome(
        mark("Cannot be assessed"),
        mark(
            "Thank you. We could not find out whether it is so with what we know now. That is not a no: write here, or "
            "flag it again, if you learn more."
        ),
        Decision.DISMISSED,
    ),
}
#: What an officer chooses on a flag; merging has its own button beside the similar one.
CHOICES: Final = tuple(code for code in OUTCOMES if code != "T8")


def status(outcome: str, category: str) -> Decision:
    """Where an outcome leaves a flag of this category. T1 confirms normal work and dismisses anything else."""
    fixed = OUTCOMES[outcome].status
    if fixed is not None:
        return fixed
    return Decision.CONFIRMED if category in NORMAL_WORK else Decision.DISMISSED
