"""`costmodel waterfall DEAL`."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import click
import pandas as pd

from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.shared import discount_rate_option, format_option, print_answer
from costmodel.cli.tables import figure, known, print_figures, print_table
from costmodel.domain.deal import Deal, load_deal
from costmodel.economics.waterfall import cost_of_payment_in_profit, distribute, payouts, stage_ends
from costmodel.units import Quantity, magnitude

MONEY = QuantityType("USD", bare=False, low=0)


@click.command("waterfall")
@click.argument("deal")
@click.option(
    "--profit",
    "profits",
    type=MONEY,
    multiple=True,
    required=True,
    metavar="P",
    help='A sum, such as "100 GUSD"; several are profits by year, from the start.',
)
@click.option("--paid-to", metavar="PARTY", help="Who provides compute for its share of profit.")
@click.option(
    "--compute", type=MONEY, multiple=True, metavar="C", help="What it provides, at its price: as many as profits."
)
@discount_rate_option
@format_option()
def command(
    deal: str,
    profits: tuple[Quantity, ...],
    paid_to: str | None,
    compute: tuple[Quantity, ...],
    discount_rate: Quantity,
    style: str,
) -> None:
    """Share out profit through the stages of a deal, and say what compute costs that is paid in profit.

    DEAL is a shipped one (microsoft-openai-2023) or the path of a file.
    """
    if (paid_to is None) != (not compute):
        msg = "--paid-to and --compute belong together: who provides the compute, and its price by year"
        raise click.UsageError(msg)
    found, sums = load_deal(deal), _dollars(profits)
    cost = None
    if paid_to is not None:
        rate = float(magnitude(discount_rate, "1/year"))
        cost = cost_of_payment_in_profit(found, paid_to, sums, _dollars(compute), real_discount_rate=rate)
    print_answer(
        style,
        json=lambda: as_json(found, sums, cost),
        csv=lambda: _table(found, sums).reset_index(),
        table=lambda: _print(found, sums, cost, paid_to),
    )


def as_json(deal: Deal, profits: Sequence[float], cost: dict[str, float] | None = None) -> dict[str, object]:
    """Return what every party gets, in USD, by stage and by year, and at which total profit each stage ends."""
    years = payouts(deal, profits)
    ends = {str(stage): None if end == inf else float(end) for stage, end in stage_ends(deal).items()}
    found: dict[str, object] = {
        "deal": deal.name,
        "unit": "USD",
        "by_stage": distribute(deal, float(years.to_numpy().sum())).reset_index().to_dict("records"),
        "by_year": years.reset_index().to_dict("records"),
        "stage_ends": ends,
    }
    return found if cost is None else {**found, "payment_in_profit": cost}


def _dollars(sums: Sequence[Quantity]) -> list[float]:
    return [float(magnitude(one, "USD")) for one in sums]


def _table(deal: Deal, profits: Sequence[float]) -> pd.DataFrame:
    """Return what every party gets by stage of one sum, or by year of several."""
    return distribute(deal, profits[0]) if len(profits) == 1 else payouts(deal, profits)


def _print(deal: Deal, profits: Sequence[float], cost: dict[str, float] | None, paid_to: str | None) -> None:
    table = _table(deal, profits) / 1e9
    parties = [str(party) for party in table.columns]
    title = f"{deal.name}: who gets what of {figure(sum(profits) / 1e9)} GUSD of profit, GUSD"
    print_figures(title, str(table.index.name), parties, [*table.iterrows(), ("all", table.sum())])
    ends = [[str(name), "never" if end == inf else figure(end / 1e9)] for name, end in stage_ends(deal).items()]
    print_table("Stages", ["stage", "ends at a total profit of, GUSD"], ends, right=["ends at a total profit of, GUSD"])
    if cost is not None:
        heads = ["paid, GUSD today", "compute, GUSD today", "paid per dollar", "its rate of return"]
        shown = [cost["paid"] / 1e9, cost["compute"] / 1e9, cost["cost_per_dollar"], cost["internal_rate_of_return"]]
        cells = [known(one, "none") for one in shown]  # less is paid than is got, or nothing
        print_table(f"Compute of {paid_to} paid in profit", heads, [cells], right=heads)
