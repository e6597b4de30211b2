"""Profit through the stages of a deal, and what compute that is paid in profit shares really costs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.domain.deal import Deal, Stage
from costmodel.economics.present_value import checked_rate, internal_rate_of_return
from costmodel.errors import FormulaError, unknown

Payouts = dict[str, float]
TINY = 1e-9
"""Of a dollar: less than this is the rounding of a sum."""


def distribute(deal: Deal, profit: float) -> pd.DataFrame:
    """Return what every party (columns) gets in every stage (rows) from a sum of profit.

    The rows add up to the profit; a loss is distributed as nothing.
    """
    left, rows = max(profit, 0.0), []
    for stage in deal.stages:
        paid, left = _through(stage, left)
        rows.append(paid)
    return (
        pd.DataFrame(rows, index=pd.Index([stage.name for stage in deal.stages], name="stage"))
        .reindex(columns=list(deal.parties), fill_value=0.0)
        .fillna(0.0)
    )


def payouts(deal: Deal, profits: npt.ArrayLike) -> pd.DataFrame:
    """Return what every party gets in each year from profits by year; a loss is made good before anyone is paid.

    What is shared is the highest total so far, so that profit after a loss is shared only beyond it.
    """
    totals = np.maximum.accumulate(np.maximum(np.cumsum(np.asarray(profits, dtype=float)), 0.0))
    sums = pd.DataFrame([distribute(deal, float(total)).sum() for total in totals])
    return sums.diff().fillna(sums.iloc[:1]).rename_axis("year")


def stage_ends(deal: Deal) -> pd.Series[float]:
    """Return the total profit at which each stage ends; the last, if it has no cap, never does."""
    ends, total = [], 0.0
    for stage in deal.stages:
        total += _length(stage)
        ends.append(total)
    return pd.Series(ends, index=[stage.name for stage in deal.stages])


def cost_of_payment_in_profit(
    deal: Deal, party: str, profits: npt.ArrayLike, compute: npt.ArrayLike, *, real_discount_rate: float
) -> dict[str, float]:
    """Return what compute costs that one party provides for its share of profit, by year from the start.

    `cost_per_dollar` is the present value of what the party gets over that of the compute (at its price);
    `internal_rate_of_return` is what the party earns on the compute.
    """
    if party not in deal.parties:
        raise unknown("party of this deal", party, deal.parties)
    worth = (1 + checked_rate(real_discount_rate, "real_discount_rate")) ** -np.arange(len(np.asarray(profits)) * 1.0)
    got = payouts(deal, profits)[party].to_numpy()
    given = np.asarray(compute, dtype=float)
    if given.shape != got.shape:
        msg = f"compute is given for {given.size} years and profit for {got.size}; both must be for the same years"
        raise FormulaError(msg)
    paid, value = float(got @ worth), float(given @ worth)
    return {
        "paid": paid,
        "compute": value,
        "cost_per_dollar": paid / value if value else float("nan"),
        "internal_rate_of_return": internal_rate_of_return(got - given),
    }


def _through(stage: Stage, profit: float) -> tuple[Payouts, float]:
    """Pay profit out until every cap is reached; return what is paid by party, and what is left for later stages."""
    paid = dict.fromkeys([*stage.shares, stage.rest], 0.0)
    left = profit
    while left > TINY and (open_ := _open(stage, paid)) is not None:
        reach = min((stage.caps[p] - paid[p]) / stage.shares[p] for p in open_) if open_ else left
        step = min(left, reach)
        shares = {p: s for p, s in stage.shares.items() if p not in stage.caps or p in open_}
        for party, share in shares.items():
            paid[party] += share * step
        paid[stage.rest] += (1 - sum(shares.values())) * step
        for party in open_:
            # A cap is reached exactly, whatever the rounding of the steps before.
            if stage.caps[party] - paid[party] < TINY * max(stage.caps[party], 1.0):
                paid[party] = stage.caps[party]
        left -= step
    return paid, left


def _open(stage: Stage, paid: Payouts) -> list[str] | None:
    """Return the capped parties below their caps; an empty list if nobody is capped; None once the stage is over."""
    below = [party for party, cap in stage.caps.items() if paid[party] < cap]
    return below if below or not stage.caps else None


def _length(stage: Stage) -> float:
    if not stage.caps:
        return float("inf")
    return max(cap / stage.shares[party] for party, cap in stage.caps.items())
