"""What users pay, when they ask, what a product costs beside compute, and a company's accounts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from costmodel.domain.part import Part, check_sum, part_of
from costmodel.domain.token_api import load_api
from costmodel.errors import CostModelError, MissingData, SpecError
from costmodel.specs.catalog import Catalog
from costmodel.specs.record import Record
from costmodel.units import Quantity

LISTED = {
    "prompt_token_price": "input_price",
    "cached_token_price": "cached_input_price",
    "output_token_price": "output_price",
}
"""What a plan bills at the list price of an API, by that price's name there."""


@dataclass(frozen=True, kw_only=True)
class Plan(Part):
    """What one user pays, and for how much."""

    price: Quantity | None = None
    share: Quantity | None = None
    """Of the users; None where all have the plan."""
    discount: Quantity | None = None
    active_share: Quantity | None = None
    cap: Quantity | None = None
    included: Quantity | None = None
    api: str = ""
    """The API whose list prices are billed; empty where the plan has its own."""
    prompt_token_price: Quantity | None = None
    cached_token_price: Quantity | None = None
    output_token_price: Quantity | None = None

    @property
    def is_metered(self) -> bool:
        """Whether tokens are billed."""
        return self.prompt_token_price is not None or self.output_token_price is not None


@dataclass(frozen=True, kw_only=True)
class Region(Part):
    """Users of one time zone."""

    share: Quantity
    hours_east: float = 0.0
    """Of UTC; no leaf of the model, as nothing smooth follows from it."""


@dataclass(frozen=True, kw_only=True)
class Load(Part):
    """How the load swings over day and week, and over which regions."""

    day: Quantity
    week: Quantity | None = None
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FurtherCost(Part):
    """A cost beside compute."""

    counted_in: str = "gross margin"
    amount: Quantity | None = None
    growth: Quantity | None = None
    per_user: Quantity | None = None
    revenue_share: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class Accounts(Part):
    """The year of a company beside what its compute and further costs take."""

    revenue: Quantity
    revenue_growth: Quantity | None = None
    compute_growth: Quantity | None = None
    reported_cost: Quantity | None = None
    reported_capital: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class Investment(Part):
    """What a company spends in the year on things that last, beside what an offer buys."""

    amount: Quantity
    lifetime: Quantity | None = None
    """None where it is of other business, whose costs are not told here."""


def accounts_from(record: Record) -> Accounts | None:
    """Return the accounts of a scenario's file; None where it has none."""
    if not any(key.startswith("accounts.") for key in record.facts):
        return None
    if "accounts.revenue" not in record.facts:
        msg = f"{record.place('accounts')}: accounts.revenue: is missing: the revenue of the year"
        raise MissingData(msg)
    return part_of(Accounts, record, "accounts", "accounts")


def investments_from(record: Record) -> tuple[Investment, ...]:
    """Return what a company spends on things that last, in the order of its file."""
    return tuple(_investment(record, name) for name in record.values.get("capital", {}))


def _investment(record: Record, name: str) -> Investment:
    table = f"capital.{name}"
    if f"{table}.amount" not in record.facts:
        msg = f"{record.place(table)}: {table}.amount: is missing: what is spent in the year, such as 9e9 USD"
        raise MissingData(msg)
    return part_of(Investment, record, name, table)


def plans_from(catalog: Catalog, record: Record) -> tuple[Plan, ...]:
    """Return the plans of a scenario: that of its table `plan`, or those of `plans`, whose shares must sum to one."""
    single = [key for key in (*record.facts, *record.values) if key.startswith("plan.")]
    several = record.values.get("plans")
    if single and several is not None:
        raise SpecError([f"{record.place('plans')}: plans: the file has a plan too; write it as one of [plans.*]"])
    if several is None:
        texts = {"api": record.values.get("plan.api", "")}
        plans = tuple(part_of(Plan, record, name, name, **texts) for name in ("plan",) if single)
    else:
        plans = tuple(part_of(Plan, record, name, f"plans.{name}", **texts) for name, texts in several.items())
        _check_shares(record, plans)
    plans = tuple(_with_list_prices(catalog, record, one) if one.api else one for one in plans)
    _check_plans(record, plans)
    return plans


def _with_list_prices(catalog: Catalog, record: Record, plan: Plan) -> Plan:
    """Return a plan with the prices that its API lists on the day of the question, where it gives none of its own.

    They are inputs of the API, by its names: a way that calls the same API pays what the plan bills.
    """
    try:
        api = load_api(catalog, plan.api, record.values.get("price_date"))
    except CostModelError as error:
        msg = f"{record.place(_table_of(plan))}: {_table_of(plan)}.api: {error}"
        raise CostModelError(msg) from None
    found = {name: api.facts[of] for name, of in LISTED.items() if of in api.facts and name not in plan.facts}
    facts = {name: replace(fact, key=f"{api.id}.{LISTED[name]}", where=fact.line) for name, fact in found.items()}
    values = {name: fact.value for name, fact in facts.items()}
    return replace(plan.with_leaves(**values), facts={**plan.facts, **facts})


def _table_of(plan: Plan) -> str:
    return "plan" if plan.share is None else f"plans.{plan.name}"


def _check_shares(record: Record, plans: tuple[Plan, ...]) -> None:
    lacking = [f"plans.{one.name}.share" for one in plans if one.share is None]
    if lacking or not plans:
        named = ", ".join(lacking) or "at least one plan"
        msg = f"{record.place('plans')}: plans: {named} is missing: the share of the users that have the plan"
        raise MissingData(msg)
    check_sum(record, "plans", {one.name: one.need("share") for one in plans})


def _check_plans(record: Record, plans: tuple[Plan, ...]) -> None:
    for one in plans:
        table = _table_of(one)
        if one.price is None and not one.is_metered:
            other = f'{table}.output_token_price or {table}.api; a free tier has a price of "0 USD/user/month"'
            msg = f"{record.place(table)}: {table}: gives no price: write {table}.price or {other}"
            raise MissingData(msg)
        if one.included is not None and not one.is_metered:
            msg = f"{record.place(f'{table}.included')}: {table}.included: bills nothing beyond it: add a token price"
            raise MissingData(msg)


def load_from(record: Record) -> Load | None:
    """Return how the load of a scenario swings; None where its file gives the peak itself."""
    regions = record.values.get("regions", {})
    given = [key for key in record.facts if key.startswith(("load.", "regions."))]
    if "load.day" not in record.facts:
        if given:
            msg = f"{record.place(given[0])}: {given[0]}: means nothing without load.day"
            raise MissingData(msg)
        return None
    if "demand.peak_to_mean" in record.facts:
        raise SpecError([f"{record.place('load.day')}: load.day: the file gives demand.peak_to_mean too; keep one"])
    lacking = [f"regions.{name}.share" for name in regions if f"regions.{name}.share" not in record.facts]
    if lacking:
        msg = f"{record.place('regions')}: {', '.join(lacking)}: is missing: the share of the users that live there"
        raise MissingData(msg)
    if regions:
        check_sum(record, "regions", {name: record.facts[f"regions.{name}.share"].value for name in regions})
    east = {name: float(record.facts[f"regions.{name}.time_zone"].value.to("hour").magnitude) for name in regions}
    parts = tuple(part_of(Region, record, name, f"regions.{name}", hours_east=east[name]) for name in regions)
    return part_of(Load, record, "load", "load", regions=parts)


def further_costs_from(record: Record) -> tuple[FurtherCost, ...]:
    """Return the costs of a scenario beside compute."""
    found = []
    for name, texts in record.values.get("costs", {}).items():
        one = part_of(FurtherCost, record, name, f"costs.{name}", **texts)
        if one.amount is None and one.per_user is None and one.revenue_share is None:
            where = record.place(f"costs.{name}")
            msg = f"{where}: costs.{name}: gives no amount: write amount, per_user or revenue_share"
            raise MissingData(msg)
        found.append(one)
    return tuple(found)
