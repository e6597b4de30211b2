"""The lessor's side of a rental: what one system earns its owner, from the same offers that its user compares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from costmodel.domain.hardware import Site
from costmodel.domain.offers import Program, Purchase, Rental
from costmodel.domain.terms import Terms, usual_terms
from costmodel.economics.components import cost_lines
from costmodel.economics.fleet import Fleet
from costmodel.economics.lines import Flows, Line, expand_all
from costmodel.economics.present_value import MONTHS, Loan, payback
from costmodel.economics.rented import hourly_price
from costmodel.errors import Infeasible
from costmodel.units import Quantity, magnitude, quantity

ONE = quantity(1.0, "server")
NOTHING = quantity(0.0)
FALLS = (0.0, 0.05, 0.1, 0.2, 0.3)


@dataclass(frozen=True)
class Lessor:
    """One system that is owned and rented out: `rental` is its price list, `owned` and `site` its cost."""

    rental: Rental
    owned: Purchase | Program
    site: Site
    real_discount_rate: Quantity
    months: int
    terms: Terms = field(default_factory=usual_terms)

    def costs(self, sold: float = 1.0) -> Flows:
        """Return what the system costs by month, when a share of its hours is sold (and uses full power)."""
        return self._written(self.owned, self._fleet(sold))

    def rents(self, sold: float = 1.0, fall: float = 0.0) -> Flows:
        """Return what the system earns by month; `fall` is the yearly fall of its rent, within terms and without."""
        market = replace(self.terms, rent_decline=quantity(fall, "1/year"))
        rise = 0.0 if self.rental.escalation is None else float(magnitude(self.rental.escalation, "1/year"))
        falling = quantity((1 + rise) * (1 - fall) - 1, "1/year")
        # Only sold hours earn: what a customer commits to is sold.
        # A contract of a given value has the price of its first year, from which the rent falls.
        changed = self.rental.with_leaves(
            price=hourly_price(self.rental), discount=NOTHING, take_or_pay=NOTHING, escalation=falling
        )
        return self._written(changed, replace(self._fleet(sold), terms=market))

    def flows(self, sold: float = 1.0, fall: float = 0.0) -> Flows:
        """Return rents less costs by month."""
        return self.rents(sold, fall).less(self.costs(sold))

    def summary(self, sold: float = 1.0, fall: float = 0.0) -> dict[str, float]:
        """Return net present value, internal rate of return, payback, margin, rent floor and break-even utilisation.

        The margin is one less the present value of costs over that of rents; the rent floor is the price per
        accelerator-hour at which the system earns the cost of capital and no more.
        """
        flows = self.flows(sold, fall)
        earned, spent = self._worth(self.rents(sold, fall)), self._worth(self.costs(sold))
        return {
            "net_present_value": earned - spent,
            "internal_rate_of_return": self.rate_of_return(flows),
            "payback_years": payback(flows.total) / MONTHS,
            "margin": 1 - spent / earned,
            "rent_floor": float(magnitude(hourly_price(self.rental), "USD/accelerator/hour")) * spent / earned,
            "break_even_utilization": self.break_even_utilization(fall),
        }

    def rate_of_return(self, flows: Flows) -> float:
        """Return the yearly rate at which flows of the system are worth nothing, paid as its present value counts."""
        return flows.rate_of_return(self._delay)

    def break_even_utilization(self, fall: float = 0.0) -> float:
        """Return the share of hours that must be sold for the costs to be earned; above 1 it cannot be.

        Rents and costs are both linear in the share: fixed costs / (rents of all hours - what using them costs more)
        """
        idle, busy = self._worth(self.costs(0.0)), self._worth(self.costs(1.0))
        earned = self._worth(self.rents(1.0, fall))
        if earned <= busy - idle:
            msg = (
                f"{self.rental.id}: the rent does not even pay for the energy of use, so that no utilisation pays back"
            )
            raise Infeasible(msg)
        return idle / (earned - (busy - idle))

    def if_rent_falls(self, sold: float = 1.0) -> pd.DataFrame:
        """Return the summary for yearly falls of the rent: one row per fall."""
        rows = {fall: self.summary(sold, fall) for fall in FALLS}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("fall_per_year")

    def levered(self, debt_share: float, real_debt_rate: float, years: int, sold: float = 1.0) -> Flows:
        """Return the flows to the owner's equity when a share of what is paid at the start is borrowed.

        It is repaid at the ends of years, and what is still owed at the end of the last.
        """
        own = self.flows(sold)
        loan = Loan(debt_share * max(-float(own.total[0]), 0.0), real_debt_rate, years)
        flows = loan.flows(-(-self.months // MONTHS))
        once = own.once.copy()
        once[np.minimum(np.arange(len(flows)) * MONTHS, self.months)] += flows
        return Flows(once, own.monthly)

    def _fleet(self, sold: float) -> Fleet:
        horizon = quantity(self.months / MONTHS, "year")
        share = quantity(sold)
        return Fleet(ONE, share, self.site, self.real_discount_rate, rented=share, horizon=horizon, terms=self.terms)

    def _written(self, offer: Rental | Purchase | Program, fleet: Fleet) -> Flows:
        return expand_all(cost_lines(offer, fleet), self.months, self.terms)

    def _worth(self, flows: Flows) -> float:
        return flows.worth(float(magnitude(self.real_discount_rate, "1/year")), self._delay)

    @property
    def _delay(self) -> float:
        return float(magnitude(self.terms.payment_delay, "month"))


def lease_back(
    sale: float, rent_back: Iterable[Line], rent_on: Iterable[Line], months: int, terms: Terms | None = None
) -> pd.DataFrame:
    """Return the flows by month, as income, of a vendor that sells systems, rents them back and rents them on.

    The provider buys for `sale` and earns what the vendor pays to rent back; the vendor earns the sale and what its own
    customers pay on; the customer pays `rent_on`. The three add up to zero: money only changes hands.
    """
    back, on = (expand_all(lines, months, terms or usual_terms()).total for lines in (rent_back, rent_on))
    sold = np.zeros(months + 1)
    sold[0] = sale
    return pd.DataFrame({"vendor": sold - back + on, "provider": back - sold, "customer": -on}).rename_axis("month")
