"""What a table of a file of claims may say."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.tables.common import NOTE


def claim_kind(unit: str) -> Kind:
    """Return the table of a claim whose figures are in a unit."""
    return Kind(
        "claim",
        "claims",
        "One public claim, and what it is checked against.",
        (
            Attribute("subject", "Of what or whom it is said", "text", required=True),
            Attribute("claim", "What is said, in words", "text", required=True),
            Attribute("value", "The figure that is said", unit=unit, signed=True, or_else=("at_least", "at_most")),
            Attribute("at_least", "The lower end of what is said", unit=unit, signed=True),
            Attribute("at_most", "The upper end of what is said", unit=unit, signed=True),
            Attribute("scenario", "Scenario that it is checked against", "reference", refers_to="scenario"),
            Attribute("lessor", "Year of a lessor that it is checked against", "reference", refers_to="lessor"),
            Attribute("offer", "Offer of the scenario; the first, if none is named", "text"),
            Attribute("figure", "Figure of the scenario or the year, or several added and taken off", "text"),
            Attribute("unknowns", "Inputs that could make it true, each alone", "references"),
            Attribute("set", "Inputs of the scenario that the claim itself states: NAME=VALUE", "references"),
            Attribute(
                "beside",
                "Claims on the same offer that would have to be true too: the first unknowns of all move together",
                "references",
            ),
            Attribute("moved", "Input that is multiplied: the figure is then the ratio of after to before", "text"),
            Attribute("factor", "By what it is multiplied", unit="1", positive=True),
            Attribute("needs", "What a check would need that the model does not have", "text"),
            NOTE,
        ),
    )
