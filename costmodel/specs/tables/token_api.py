"""What files of APIs that sell tokens may say."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.tables.common import NAME, NOTE

_PER_TOKEN = "USD/Mtoken"

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
            needed_for="whether it is the model of a scenario (else stand_in.models there names it)",
        ),
        Attribute("input_price", "Price of a token that is read", "history", unit=_PER_TOKEN, required=True),
        Attribute(
            "cached_input_price",
            "Price of a token that is read again and still in the provider's cache",
            "history",
            unit=_PER_TOKEN,
            default="that of any token that is read",
        ),
        Attribute("output_price", "Price of a token that is written", "history", unit=_PER_TOKEN, required=True),
        NOTE,
    ),
)
