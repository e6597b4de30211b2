"""The rows that the busiest rank of an expert layer gets, the experts that they touch, and the tiles that they fill."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.calibration.kernels.formulas import expert_load as load
from costmodel.calibration.kernels.formulas import experts as e
from costmodel.calibration.kernels.memory import Named
from costmodel.calibration.kernels.work import Experts
from costmodel.units import Quantity, quantity

ROUNDED = 0.5
"""Rows from which rounding leaves an expert one."""


@dataclass(frozen=True)
class Popularity:
    """Which share of experts is how popular, in the rows of the least popular one."""

    exponent: Quantity
    span: Quantity
    least: Quantity
    """Rows of the least popular expert."""

    def moment(self, start: Quantity, order: float) -> Quantity:
        """Return a moment of all experts from so popular ones on."""
        return load.popularity_moment(exponent=self.exponent, span=self.span, start=start, order=quantity(order))

    def share(self, start: Quantity) -> Quantity:
        """Return the share of experts that are so popular."""
        return load.popular_share(exponent=self.exponent, span=self.span, start=start)

    def start(self, rows: Quantity) -> Quantity:
        """Return how popular an expert with so many rows is."""
        return load.popularity_from(rows=rows, least=self.least, span=self.span)

    def capped(self, start: Quantity, most: Quantity, order: float) -> Quantity:
        """Return the moment where no expert is more popular than the most."""
        return load.capped_moment(
            from_start=self.moment(start, order),
            from_most=self.moment(most, order),
            beyond=self.share(most),
            most=most,
            order=quantity(order),
        )

    def beyond(self, rows: Quantity) -> Quantity:
        """Return the rows beyond so many that experts have, for each expert."""
        start = self.start(rows)
        return load.rows_beyond(
            popularity=self.moment(start, 1.0), share=self.share(start), least=self.least, rows=rows
        )


@dataclass(frozen=True)
class Load:
    """What the busiest rank of an expert layer gets."""

    work: Experts
    popularity: Popularity
    even: Quantity
    """Rows of every rank when tokens choose experts evenly."""
    rows: Quantity
    touched: Quantity
    """Experts that get any row."""

    def row_tiles(self, tile: Quantity) -> Quantity:
        """Return the tiles of rows over the experts touched."""
        mean = self.popularity
        busy = Popularity(mean.exponent, mean.span, mean.least * self.rows / self.even)
        uneven = load.uneven_row_tiles(
            busiest=self.rows,
            touched=self.touched,
            held=_held(self.work),
            beyond=busy.beyond(tile),
            full=busy.share(busy.start(tile)),
            tile=tile,
        )
        even = e.expert_row_tiles(busiest=self.rows, touched=self.touched, tile=tile)
        return load.by_skew(skew=self.work.skew, uneven=uneven, even=even)


def expert_load(work: Experts, constants: Named) -> Load:
    """Return the load of the busiest rank."""
    assignments, held = work.tokens * work.per_token, _held(work)
    popularity, mean = _popularity(work, assignments)
    even = load.even_rows(assignments=assignments, ranks=work.expert_ways)
    busiest = load.busiest_rows(
        assignments=assignments,
        ranks=work.expert_ways,
        held=held,
        tokens=work.tokens,
        excess=_excess(work, popularity, mean, constants),
    )
    share = _touched_share(work, popularity, assignments)
    touched = load.touched_experts(busiest=busiest, even=even, held=held, share=share)
    even_touched = load.evenly_touched(held=held, rows=even)
    return Load(
        work,
        popularity,
        even,
        rows=load.by_skew(skew=work.skew, uneven=busiest, even=even),
        touched=load.by_skew(skew=work.skew, uneven=touched, even=even_touched),
    )


def _held(work: Experts) -> Quantity:
    return work.experts / work.expert_ways


def _popularity(work: Experts, assignments: Quantity) -> tuple[Popularity, Quantity]:
    """Return the popularity of experts, and its mean."""
    span = load.popularity_span(tokens=work.tokens, assignments=assignments, experts=work.experts)
    exponent = load.popularity_exponent(skew=work.skew)
    mean = load.popularity_moment(exponent=exponent, span=span, start=quantity(1.0), order=quantity(1.0))
    return Popularity(exponent, span, load.least_rows(assignments=assignments, experts=work.experts, mean=mean)), mean


def _excess(work: Experts, popularity: Popularity, mean: Quantity, constants: Named) -> Quantity:
    """Return how much more than the mean the busiest rank gets."""
    start, most = popularity.start(quantity(ROUNDED)), popularity.start(work.tokens)
    variation = load.rank_variation(
        square=popularity.capped(start, most, 2.0),
        counted=popularity.capped(start, most, 1.0),
        mean=mean,
        held=_held(work),
    )
    return load.busiest_excess(
        variation=variation,
        ranks=work.expert_ways,
        group_spread=constants["group_spread"],
        group_skew=constants["group_skew"],
    )


def _touched_share(work: Experts, popularity: Popularity, assignments: Quantity) -> Quantity:
    return load.touched_share(
        chosen=popularity.share(popularity.start(quantity(ROUNDED))),
        beyond=popularity.beyond(quantity(1.0)),
        assignments=assignments,
        experts=work.experts,
    )
