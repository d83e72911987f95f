"""What the bands of a score and its dimensions are called."""

from __future__ import annotations

from typing import Final

from ethics.language import mark

BAND_NAMES: Final = {
    "fair_play": mark("Fair play"),
    "watch": mark("Watch"),
    "remedy": mark("Remedy"),
    "no_thanks": mark("No thanks"),
    "unknown": mark("Not known yet"),
}
DIMENSION_NAMES: Final = {
    "product_truth": mark("Product truth"),
    "sales_conduct": mark("Sales conduct"),
    "customer_rights": mark("Customer rights"),
    "enablement": mark("Enablement"),
    "response": mark("Response"),
    "agent_burden": mark("Agent burden"),
    #: Not a dimension: what stands in their place when a floor decided.
    "floor": mark("Lifted by a floor"),
}
