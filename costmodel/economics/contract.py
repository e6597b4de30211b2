"""A rental contract as what it is: dated flows of money over months, by component.

Costs are positive; entry 0 is the signing, entry m month m. The same flows with the other sign are the lessor's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from costmodel.domain.offers import Rental
from costmodel.economics.present_value import MONTHS, Array
from costmodel.economics.rental import hourly_price
from costmodel.errors import FormulaError
from costmodel.units import Quantity, magnitude, quantity

HOURS = float(magnitude(quantity(1.0, "month"), "hour"))
"""Hours of a month: 730.5."""


@dataclass(frozen=True, kw_only=True)
class Contract:
    """Terms in plain numbers: USD, months, accelerators and shares from 0 to 1."""

    name: str
    accelerators: float
    price: float
    """Rent of the first year per accelerator-hour, after discounts."""
    months: int
    start: int = 0
    """Months after the start of the table at which it is signed."""
    elastic: bool = False
    """Whether hours that are not used cost nothing."""
    take_or_pay: float = 1.0
    ramp: float = 0.0
    """Months until all accelerators are delivered."""
    escalation: float = 0.0
    prepayment: float = 0.0
    shares_received: float = 0.0
    credits_share: float = 0.0
    credits_cost: float = 1.0
    repeated_work: float = 0.0
    """Hours that interruptions cost, per hour of use."""

    def __post_init__(self) -> None:
        """Refuse terms that no contract can have."""
        self._must(self.months >= 1, "the term", f"{self.months} months", "at least 1 month")
        self._must(self.escalation > -1, "the yearly rise of the rent", f"{self.escalation:g}", "above -1 (-100%)")
        self._must(0 <= self.ramp <= self.months, "the ramp", f"{self.ramp:g} months", "within the term")
        for what in ("take_or_pay", "prepayment", "credits_share"):
            share = getattr(self, what)
            self._must(0 <= share <= 1, what, f"{share:g}", "a share, from 0 to 1")

    def _must(self, holds: bool, what: str, value: str, allowed: str) -> None:
        if not holds:
            msg = f"{self.name}: {what} is {value}; it must be {allowed}"
            raise FormulaError(msg)

    @property
    def end(self) -> int:
        """The last month of the contract."""
        return self.start + self.months

    def delivered(self) -> Array:
        """Return the share of the accelerators that is there in each month of the term."""
        month = np.arange(1, self.months + 1)
        return np.minimum(month - 0.5, self.ramp) / self.ramp if self.ramp > 0 else np.ones(self.months)

    def hours(self) -> Array:
        """Return the accelerator-hours that are there in each month of the term."""
        return self.accelerators * HOURS * self.delivered()

    def rents(self, used: npt.ArrayLike = 1.0) -> Array:
        """Return the rent of each month of the term, when a share of the hours is used (one number, or one a month)."""
        paid = np.broadcast_to(np.asarray(used, dtype=float), (self.months,))
        inside = bool(np.all((paid >= 0) & (paid <= 1)))
        self._must(inside, "the share of the hours that is used", f"{paid.max():g}", "from 0 to 1")
        shares = paid if self.elastic else np.maximum(paid, self.take_or_pay)
        rise = (1 + self.escalation) ** (np.arange(self.months) // MONTHS)
        return self.hours() * self.price * rise * shares

    def flows(self, used: npt.ArrayLike = 1.0) -> dict[str, Array]:
        """Return what is paid at signing and in each month of the term, by component."""
        rents = np.concatenate([[0.0], self.rents(used)])
        found = {"rent": rents}
        if self.prepayment:
            # Paid at signing, and taken off the rents in proportion: the sum over the term is zero.
            found["prepayment"] = -self.prepayment * rents
            found["prepayment"][0] = self.prepayment * rents.sum()
        if self.credits_share:
            found["credits"] = rents * self.credits_share * (self.credits_cost - 1)
        if self.repeated_work:
            found["interruptions"] = rents * self.repeated_work
        if self.shares_received:
            found["shares received"] = np.concatenate([[-self.shares_received], np.zeros(self.months)])
        return found


def contract(offer: Rental, accelerators: float, months: int) -> Contract:
    """Return the contract of a rental offer for a number of accelerators; without a term it runs `months` months."""
    size = accelerators / _number(offer.accelerators, "accelerator", accelerators)
    return Contract(
        name=offer.id,
        accelerators=accelerators,
        price=float(magnitude(hourly_price(offer), "USD/accelerator/hour")),
        months=months if offer.term is None else round(_number(offer.term, "month")),
        elastic=offer.is_elastic,
        take_or_pay=_number(offer.take_or_pay, "1", 1.0),
        ramp=_number(offer.ramp, "month"),
        escalation=_number(offer.escalation, "1/year"),
        prepayment=_number(offer.prepayment, "1"),
        shares_received=_number(offer.shares_received, "USD") * size,
        credits_share=_number(offer.credits_share, "1"),
        credits_cost=_number(offer.credits_cost, "1", 1.0),
        repeated_work=_number(offer.interruptions, "1/hour") * _number(offer.lost_time, "hour"),
    )


def in_sequence(contracts: Sequence[Contract], months: int, used: float = 1.0) -> dict[str, Array]:
    """Return the flows over a number of months of contracts that follow each other for the same capacity.

    Special cases: terms that overlap are an error; flows after the last month are left out.
    """
    ordered = sorted(contracts, key=lambda one: one.start)
    for first, second in pairwise(ordered):
        if second.start < first.end:
            msg = (
                f"{second.name} begins in month {second.start}, before {first.name} ends in month {first.end}: "
                "contracts for the same capacity must follow each other; move its start or shorten the first term"
            )
            raise FormulaError(msg)
    found: dict[str, Array] = {}
    for one in ordered:
        for name, flows in one.flows(used).items():
            whole = found.setdefault(name, np.zeros(months + 1))
            part = flows[: max(0, months + 1 - one.start)]
            whole[one.start : one.start + len(part)] += part
    return found


def renewed(one: Contract, months: int) -> list[Contract]:
    """Return a contract and its renewals on the same terms, the last of which reaches the last month."""
    return [replace(one, start=start) for start in range(one.start, max(months, 1), one.months)]


def _number(value: Quantity | None, unit: str, missing: float = 0.0) -> float:
    return missing if value is None else float(magnitude(value, unit))
