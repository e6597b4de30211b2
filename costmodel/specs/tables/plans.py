"""What a scenario may say of users that differ, of what they pay, of further costs, and of levers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from costmodel.specs.attribute import Attribute

LEVELS = ("gross margin", "contribution", "result")
"""Where a cost is taken off the revenue: first what serving costs, then what users cost, then what is there anyway."""

PLAN = (
    Attribute("price", "What one seat pays", unit="USD/user/month", most=1e6),
    Attribute("discount", "Share of the price that is let off, on average over those who pay", share=True, default="0"),
    Attribute(
        "active_share",
        "Share of the paid seats whose user is active: a seat that nobody uses is paid too",
        share=True,
        least=0.01,
        default="1",
    ),
    Attribute("cap", "Queries of one user that are answered at most", unit="query/user/day", positive=True),
    Attribute("included", "Queries that the price pays for before tokens are billed", unit="query/user/day"),
    Attribute("prompt_token_price", "Metered: list price of tokens read", unit="USD/Mtoken", default="0"),
    Attribute("output_token_price", "Metered: list price of tokens written", unit="USD/Mtoken", default="0"),
    Attribute(
        "cached_token_price",
        "Metered: list price of tokens read again that are in the prefix cache",
        unit="USD/Mtoken",
        default="that of any token that is read",
    ),
    Attribute(
        "api",
        "Metered: API whose list prices of the day are billed, as far as the plan gives none of its own",
        "reference",
        refers_to="api",
        default="none: the plan's own prices",
    ),
)

COST = (
    Attribute("title", "What it is, for people", "text"),
    Attribute(
        "counted_in", "The margin from which on it is taken off", "choice", choices=LEVELS, default="gross margin"
    ),
    Attribute(
        "amount", "What it costs over time, such as 3 MUSD/month or 200 MUSD/year", unit="USD/month", indexed=True
    ),
    Attribute(
        "growth",
        "Growth of that in a year, for the accounts of a company",
        unit="1/year",
        signed=True,
        least=-0.99,
        most=100.0,
    ),
    Attribute("per_user", "What it costs for each user", unit="USD/user/month", indexed=True),
    Attribute("revenue_share", "Share of the revenue that it takes", share=True, most=0.99),
)

ACCOUNTS = (
    Attribute("revenue", "Revenue of a company whose compute is the capacity of the scenario", unit="USD/year"),
    Attribute("revenue_growth", "Growth of the revenue in a year", unit="1/year", signed=True, least=-0.99, most=100.0),
    Attribute(
        "compute_growth", "Growth of what the compute costs", unit="1/year", signed=True, least=-0.99, most=100.0
    ),
    Attribute("reported_cost", "Total cost of the year as reported, to compare with", unit="USD/year"),
    Attribute("reported_capital", "Capital spending of the year as reported, to compare with", unit="USD"),
)

CAPITAL = (
    Attribute("title", "What it is, for people", "text"),
    Attribute("amount", "What is spent on it in the year", unit="USD", positive=True, required=True),
    Attribute(
        "lifetime",
        "Time over which it is written off in equal parts, among the costs of the year",
        unit="year",
        least=0.1,
        most=100.0,
        default="of other business: no cost of this one",
    ),
)

LEVER = (
    Attribute("title", "What it does, for people", "text", required=True),
    Attribute("reason", "Why these values", "text", required=True),
    Attribute(
        "change",
        "Inputs and the values that they get; +20% or -30% is relative to today's, offer names the way that is taken",
        "changes",
        required=True,
    ),
)


def _below(table: str, rows: tuple[Attribute, ...]) -> Iterator[Attribute]:
    for row in rows:
        yield replace(row, key=f"{table}.{row.key}")


REGION = (
    Attribute("share", "Share of the users that live there", share=True, positive=True, required=True),
    Attribute(
        "time_zone",
        "Hours by which its day begins before that of UTC",
        unit="hour",
        signed=True,
        least=-12,
        most=14,
        required=True,
    ),
)

USERS = (
    Attribute(
        "demand.growth",
        "Growth of the users, for the table of months to come",
        unit="1/month",
        signed=True,
        least=-0.9,
        most=10.0,
        default="none",
    ),
    Attribute(
        "load.day",
        "Instead of demand.peak_to_mean: busiest hour of one region over the mean of its day, a cosine",
        least=1.0,
        most=2.0,
        unit="1",
    ),
    Attribute("load.week", "Busiest day of the week over the mean day", unit="1", least=1.0, most=7.0, default="1"),
    Attribute(
        "regions", "Where users live, [regions.europe] and so on: their days even each other out", "tables", rows=REGION
    ),
    Attribute(
        "usage.distribution",
        "How usage differs between users whose mean is demand.queries_per_user",
        "choice",
        choices=("lognormal", "gamma", "pareto", "sample"),
        default="all users are alike",
    ),
    Attribute(
        "usage.spread",
        "Standard deviation of the usage of users over its mean: of a lognormal or gamma distribution",
        unit="1",
        least=0.2,
        most=5.0,
    ),
    Attribute(
        "usage.tail",
        "Exponent of a Pareto distribution: twice the usage has 2^tail times fewer users",
        unit="1",
        least=1.05,
        most=20.0,
    ),
    Attribute(
        "usage.sample",
        "CSV file beside the scenario with a column usage, and where its rows stand for many a column share",
        "text",
    ),
    *_below("plan", PLAN),
    Attribute(
        "plans",
        "Several plans instead of one, [plans.business] and so on",
        "tables",
        rows=(Attribute("share", "Share of the users that have the plan", share=True, positive=True), *PLAN),
    ),
    *_below("accounts", ACCOUNTS),
    Attribute("costs", "Costs beside compute, [costs.support] and so on", "tables", rows=COST),
    Attribute(
        "capital",
        "Spending on what lasts, beside what an offer buys: [capital.sites] and so on",
        "tables",
        rows=CAPITAL,
    ),
    Attribute("levers", "What could be changed, [levers.cap] and so on, tried one by one", "tables", rows=LEVER),
)
