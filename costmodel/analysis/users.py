"""What users cost and pay, as tables: by percentile of usage, under caps, and line by line to the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.columns import endless
from costmodel.analysis.model import Model
from costmodel.analysis.statement import ENDS
from costmodel.analysis.uncertainty import Interval
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Serving
from costmodel.economics.costs import Costs, exact
from costmodel.economics.margins import LEVELS, RETRAINING
from costmodel.economics.usage import NO_CAP, answered_per_user, users_of
from costmodel.economics.users import PERCENTILES
from costmodel.errors import MissingData
from costmodel.formula import compile_numpy
from costmodel.units import Quantity, magnitude

HALF = 0.5
PER_DAY = "query/user/day"
USER = "USD/user/month"
MONTH = "USD/month"
COMPUTE = "compute"
TOKENS = "per_million_tokens"
"""End of names of figures of tokens that are written: what is billed and paid for prompts is in them."""

COLUMNS = (
    "cost_per_user_month",
    *(f"cost_per_user_month_{name}" for name in PERCENTILES),
    "revenue_per_user_month",
    "margin_per_user_month",
    "cost_per_million_tokens",
    "revenue_per_million_tokens",
    "margin_per_million_tokens",
    "share_of_users_losing",
    "mean_loss_per_losing_user",
    "worst_loss_per_user_month",
    "gross_margin",
    "result_per_user_month",
    "full_cost_per_user_month",
    "break_even_price",
    "break_even_users",
)
"""What is told of users, as far as a scenario gives what it needs."""


def columns_of(one: Costs) -> list[str]:
    """Return the names of what the costs of an offer say of users: of tokens, where they are billed."""
    billed = "revenue_per_million_tokens" in one.quantities
    return [name for name in COLUMNS if name in one.quantities and (billed or not name.endswith(TOKENS))]


def table_of_users(found: Mapping[str, Costs], bands: Mapping[tuple[str, str], Interval]) -> pd.DataFrame:
    """Return one row per offer: what users cost, pay and lose, each with its interval; `attrs["units"]` has units."""
    rows: list[dict[str, object]] = []
    units: dict[str, str] = {}
    for id_, one in found.items():
        row: dict[str, object] = {"offer": id_}
        for name in columns_of(one):
            unit = _unit(name)
            units |= {f"{name}{end}": unit for end in ("", *ENDS)}
            sides = (bands[id_, name].low, bands[id_, name].high)
            row[name] = _in(one[name], unit)
            row |= {f"{name}{end}": _in(side, unit) for end, side in zip(ENDS, sides, strict=True)}
        rows.append(row)
    frame = pd.DataFrame(rows).set_index("offer")
    frame.attrs["units"] = units
    return frame


def _in(value: Quantity, unit: str) -> float:
    """Return a number in a unit; infinity for counts of users that stand for none."""
    return endless(float(magnitude(value, unit or "1")), unit)


class Asked(Protocol):
    """A scenario that can be asked again with other values of anything in its file."""

    def asked(self, changes: Mapping[str, object]) -> tuple[Scenario, Costs]:
        """Return the changed scenario, and its costs under one offer."""


def caps(scenario: Scenario, again: Asked) -> pd.DataFrame:
    """Return one row per cap: none, and at the usage of the user at each percentile above the median.

    Raises
    ------
    MissingData
        Where all users are alike, or no plan, or several, stand in the file.
    """
    workload = scenario.workload
    if not isinstance(workload, Serving) or workload.usage is None or len(workload.plans) != 1:
        msg = f"{scenario.place}: a cap changes nothing that can be told without [usage] and one [plan]"
        raise MissingData(msg)
    users = users_of(workload)
    at = {name: users.at(share) for name, share in PERCENTILES.items() if share > HALF}
    own = [] if workload.plans[0].cap is None else [("as it is", workload.plans[0].cap)]
    rows = [("none", NO_CAP), *own, *at.items()]
    frame = pd.DataFrame(_capped(again, name, cap) for name, cap in rows).set_index("cap")
    kept = [name for name in frame.columns if name != "queries_per_user"]
    frame.attrs["units"] = {"queries_per_user": PER_DAY} | {name: _unit(name) for name in kept}
    return frame


def _unit(name: str) -> str:
    if name == "break_even_users":
        return "user"
    if name.endswith(TOKENS):
        return "USD/Mtoken"
    return "" if name.endswith(("losing", "answered", "gross_margin")) else USER


def _capped(again: Asked, name: str, cap: Quantity) -> dict[str, object]:
    scenario, one = again.asked({"plan.cap": cap})
    workload = scenario.workload
    assert isinstance(workload, Serving)  # noqa: S101 - only serving has plans
    part = answered_per_user(workload) / workload.queries_per_user
    names = [column for column in COLUMNS if column in one.quantities and not column.startswith("gross")]
    told = {column: _in(one[column], _unit(column)) for column in names}
    limit = float("nan") if cap is NO_CAP else float(magnitude(cap, PER_DAY))
    return {"cap": name, "queries_per_user": limit, "share_of_queries_answered": float(part.to("").magnitude), **told}


def months_ahead(model: Model, workload: Serving, months: int) -> pd.DataFrame:
    """Return one row per offer and month to come: users, systems, cost and margin of a fleet for the users of then.

    Users grow by `demand.growth` a month; each month's fleet is priced as if it were there for the horizon, at prices,
    layouts and usage of today.
    """
    if workload.growth is None:
        msg = f"{workload.place}: has no demand.growth, by which users of months to come are counted"
        raise MissingData(msg)
    rate = float(magnitude(workload.growth, "1/month"))
    users = float(magnitude(workload.need("users"), "user")) * (1 + rate) ** np.arange(months + 1.0)
    parts = [_months_of(id_, one, users) for id_, one in model.costs.items()]
    return pd.concat(parts, ignore_index=True)


def _months_of(id_: str, one: Costs, users: npt.NDArray[np.float64]) -> pd.DataFrame:
    wanted: dict[str, Quantity] = {
        name: one[name] for name in ("servers", "total_per_month", "margin_per_user_month") if name in one.quantities
    }
    found = compile_numpy(wanted, ["demand.users"])(**{"demand.users": users})
    table = pd.DataFrame({"offer": id_, "month": np.arange(len(users)), "users": users, **found})
    if "margin_per_user_month" in table:
        table["margin_per_month"] = table.pop("margin_per_user_month") * users
    return table


def income(scenario: Scenario, found: Mapping[str, Costs]) -> pd.DataFrame:
    """Return one row per offer and line of a month: revenue, costs (negative) and the margin after each level.

    Revenue and costs up to a margin sum to it to the last bit, in any order.

    Raises
    ------
    MissingData
        For a scenario without further costs, whose only margin is that of `compare`.
    """
    workload = scenario.workload
    if not has_income(workload):
        msg = f"{scenario.place}: has no costs beside compute and a plan: write [plan] and [costs.support], for example"
        raise MissingData(msg)
    assert isinstance(workload, Serving)  # noqa: S101 - only serving has plans
    rows = [row for id_, one in found.items() for row in _lines(workload, id_, one)]
    return pd.DataFrame(rows)


def has_income(workload: object) -> bool:
    """Return whether a month can be told from revenue to result: what users pay, and more than compute."""
    further = isinstance(workload, Serving) and (workload.further_costs or workload.training is not None)
    return bool(further and isinstance(workload, Serving) and workload.plans)


def _lines(workload: Serving, id_: str, one: Costs) -> Sequence[dict[str, object]]:
    levels = {RETRAINING: "contribution"} if workload.training is not None else {}
    levels |= {line.name: line.counted_in for line in workload.further_costs}
    further = {name: -_in_month(one, f"further_cost_{name}") for name in levels}
    revenue, gross = _in_month(one, "revenue_per_month"), _in_month(one, "gross_margin_per_month")
    served = sum(further[name] for name, level in levels.items() if level == LEVELS[0])
    parts = exact({"revenue": revenue, COMPUTE: gross - revenue - served, **further})
    rows = [_row(id_, "revenue", parts["revenue"], ""), _row(id_, COMPUTE, parts[COMPUTE], LEVELS[0])]
    left = parts["revenue"] + parts[COMPUTE]
    for level in LEVELS:
        for name in (one for one, its in levels.items() if its == level):
            rows.append(_row(id_, name, parts[name], level))
            left += parts[name]
        rows.append(_row(id_, level, left, "margin"))
    return rows


def _in_month(one: Costs, name: str) -> float:
    return float(magnitude(one[name], MONTH))


def _row(offer: str, line: str, amount: float, counted_in: str) -> dict[str, object]:
    return {"offer": offer, "line": line, "amount": amount, "unit": MONTH, "counted_in": counted_in}
