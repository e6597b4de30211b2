"""A fourth way: calling a provider's API at a price per token, without any accelerator of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from costmodel.domain.noun import Noun, build
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity


@dataclass(frozen=True, kw_only=True)
class TokenApi(Noun):
    """Tokens of a listed model at dated list prices."""

    comes_later: ClassVar[bool] = False

    provider: str
    model: str
    architecture: str = ""
    input_price: Quantity
    output_price: Quantity
    cached_input_price: Quantity | None = None

    @property
    def price_of_cached(self) -> Quantity:
        """The price of a token that is read again: that of any other where the provider lists none."""
        return self.input_price if self.cached_input_price is None else self.cached_input_price


def load_api(catalog: Catalog, id_: str, on: date | None) -> TokenApi:
    """Return an API at its newest list prices up to a day."""
    return build(TokenApi, catalog.get("api", id_), on=on, id=f"api/{id_}")
