"""How many systems are held, how busy they are, where they stand, and the money by which they are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from costmodel.domain.hardware import Site
from costmodel.domain.offers import Offer, span
from costmodel.domain.terms import Terms, usual_terms
from costmodel.economics.formulas import flows
from costmodel.economics.lines import Money, timed
from costmodel.units import Quantity, quantity

ALL = quantity(1.0)


@dataclass(frozen=True)
class Tax:
    """Taxes of an owner: on what systems earn, on property, on the sale of equipment; none that is not given.

    Depreciation for tax is nominal, so that it loses worth to inflation.
    """

    rate: Quantity | None
    inflation: Quantity
    depreciation: str = "bonus"
    property: Quantity | None = None
    sales: Quantity | None = None


@dataclass(frozen=True)
class Meanwhile:
    """What may serve until systems arrive, and instead of them if they never do."""

    offer: Offer
    fleet: Fleet
    """Its systems, which carry the whole demand of the scenario."""
    chosen: Quantity = ALL
    """One where it is what serves until they arrive, zero where another does; `instead` likewise if they never do."""
    instead: Quantity = ALL
    time_per_run: Quantity | None = None
    """For training: the time of its systems that a run takes, with what they wait."""
    level: Quantity | None = None
    """What its fleet costs a month over the whole horizon, where that is known already."""
    share: Quantity = ALL
    """Time of its systems that does the work of as much time of those that it serves for."""


@dataclass(frozen=True)
class Fleet:
    """Systems of one offer at a site, over a horizon."""

    servers: Quantity
    utilization: Quantity
    site: Site
    real_discount_rate: Quantity
    rented: Quantity | None = None
    """Share of the hours in which the systems are needed; without it, all hours."""
    tax: Tax | None = None
    horizon: Quantity | None = None
    """Time that is compared; without it, one life or term of the offer."""
    varies: bool = False
    """Whether the load changes by the hour, so that what follows it keeps some headroom."""
    together: Quantity | None = None
    """Systems that come and go at once where hours follow the load: those of a replica; without it, any part of one."""
    ramp: Quantity | None = None
    """Time until the whole load is there; what follows the load grows with it."""
    terms: Terms = field(default_factory=usual_terms)
    following: Mapping[str, Quantity] = field(default_factory=dict)
    """Systems that carry the same peak under each offer of a mix that follows the load, which needs no reserve."""
    whole: Quantity | None = None
    """Systems that carry the whole demand of the scenario, where these are only a part of them."""
    made: Quantity | None = None
    """Accelerators over which design and team of a program are spread; without it, those of this fleet."""
    own_demand: bool = True
    """Whether a program is charged to the scenario's demand alone; else to all who use its chips."""
    anew: bool = True
    """Whether a program begins now; else what a shipped one has cost so far is sunk."""
    meanwhile: tuple[Meanwhile, ...] = ()
    """What may serve until systems arrive, of which one does; nothing where nobody asks that."""

    def money(self, offer: Offer) -> Money:
        """Return the money by which the lines of an offer are read."""
        return self._over(span(offer)) if self.horizon is None else self._money

    @cached_property
    def _money(self) -> Money:
        """That over the horizon that is compared, which is the same for every offer."""
        assert self.horizon is not None  # noqa: S101 - asked where it is
        return self._over(self.horizon)

    def _over(self, horizon: Quantity) -> Money:
        terms = timed(self.terms, self.real_discount_rate)
        return Money(self.real_discount_rate, flows.whole_months(time=horizon), terms)

    @property
    def served_by(self) -> Offer | None:
        """What serves meanwhile at the values of a plain fleet."""
        return next((one.offer for one in self.meanwhile if one.chosen.magnitude), None)

    @property
    def served_instead(self) -> Offer | None:
        """What serves at the values of a plain fleet if its systems never arrive."""
        return next((one.offer for one in self.meanwhile if one.instead.magnitude), None)
