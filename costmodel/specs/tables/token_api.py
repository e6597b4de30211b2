"""What files of APIs that sell tokens may say."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.tables.common import NAME, NOTE

_PRICE_UNIT = "USD/Mtoken"

API = Kind(
    "api",
    "offers/api",
    "Calling the API of a provider that serves a listed model, at a price per token.",
    (
        NAME,
        Attribute("provider", "Company that sells the tokens", "text", required=True),
        Attribute("model", "Name under which the provider lists the model", "text", required=True),
        Attribute(
            "architecture",
            "Model that is listed, where its shape is known",
            "reference",
            refers_to="architecture",
            default="unknown: a scenario says under stand_in.models what it stands for",
        ),
        Attribute("input_price", "Price of a token that is read", "history", unit=_PRICE_UNIT, required=True),
        Attribute(
            "cached_input_price",
            "Price of a token that is read again and still in the provider's cache",
            "history",
            unit=_PRICE_UNIT,
            default="that of any token that is read",
        ),
        Attribute("output_price", "Price of a token that is written", "history", unit=_PRICE_UNIT, required=True),
        NOTE,
    ),
)
