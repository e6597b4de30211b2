"""A quantity on the command line, written as in files: "30 ms", "50 GB/s"."""

from __future__ import annotations

from typing import Any

import click

from costmodel.errors import UnitError
from costmodel.units import Quantity, convert, parse, parse_as, quantity

NO_UNIT = "1"


class QuantityType(click.ParamType):  # type: ignore[type-arg]
    """The type of an option that takes a quantity; its value is a quantity in the option's unit.

    A number alone is in that unit too, unless `bare` is false. `above`, `low` and `high` bound it, in that unit.
    """

    name = "quantity"

    def __init__(
        self,
        unit: str,
        *,
        bare: bool = True,
        above: float | None = None,
        low: float | None = None,
        high: float | None = None,
    ) -> None:
        """Keep the unit and the bounds."""
        self.unit, self.bare = unit, bare
        self.above, self.low, self.high = above, low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Quantity:
        """Return the quantity, or say what is wrong with it."""
        try:
            found = convert(self._read(str(value)), self.unit)
        except UnitError as error:
            self.fail(f"{error}.", param, ctx)
        if not self._inside(float(found.magnitude)):
            self.fail(f"{value} is out of range: it must be {self._range()}.", param, ctx)
        return found

    def _read(self, text: str) -> Quantity:
        number = _number_alone(text) if self.bare else None
        return parse_as(text, self.unit) if number is None else quantity(number, self.unit)

    def _inside(self, number: float) -> bool:
        return (
            (self.above is None or number > self.above)
            and (self.low is None or number >= self.low)
            and (self.high is None or number <= self.high)
        )

    def _range(self) -> str:
        bounds = {"above": self.above, "at least": self.low, "at most": self.high}
        said = [f"{words} {bound:g}" for words, bound in bounds.items() if bound is not None]
        return " ".join([" and ".join(said), *([] if self.unit == NO_UNIT else [self.unit])])


def _number_alone(text: str) -> float | None:
    try:
        found = parse(text)
    except UnitError:
        return None
    return float(found.magnitude) if f"{found.units}" == "dimensionless" else None
