"""A month of a product from revenue to result: margins after compute, training and each level of further costs."""

from __future__ import annotations

from costmodel.domain.plans import FurtherCost
from costmodel.domain.workload import Serving
from costmodel.economics.formulas import plans as p
from costmodel.formula import label
from costmodel.units import Quantity, add, quantity

RETRAINING = "training"
"""The line of training the served model again."""

LEVELS = ("gross margin", "contribution", "result")
NOTHING = quantity(0.0, "USD/month")
FREE = quantity(0.0, "USD/user/month")
ZERO = quantity(0.0)
Quantities = dict[str, Quantity]


def margins(
    workload: Serving, revenue: Quantity, cost: Quantity, there: Quantity | None, retraining: Quantity | None
) -> Quantities:
    """Return the revenue of a month and what is left of it after compute and each level of further costs."""
    if not workload.further_costs and retraining is None:
        return {}
    users = workload.users if there is None else workload.users * there
    income = label(p.revenue_per_month(revenue_per_user=revenue, users=users), "revenue")
    compute = label(p.revenue_per_month(revenue_per_user=cost, users=users), "compute")
    lines = {one.name: label(_line(one, users, income), f"costs.{one.name}") for one in workload.further_costs}
    levels = {one.name: one.counted_in for one in workload.further_costs}
    if retraining is not None:
        lines, levels = {RETRAINING: retraining, **lines}, {RETRAINING: "contribution", **levels}
    found = {"revenue_per_month": income, **{f"further_cost_{name}": line for name, line in lines.items()}}
    left = p.margin_per_month(revenue=income, cost=compute)
    for level in LEVELS:
        taken = [line for name, line in lines.items() if levels[name] == level]
        left = p.margin_per_month(revenue=left, cost=add(taken)) if taken else left
        found[f"{level.replace(' ', '_')}_per_month"] = left
    found["gross_margin"] = p.margin_of_revenue(margin=found["gross_margin_per_month"], revenue=income)
    found["result_per_user_month"] = p.margin_of_user(margin=left, users=users)
    return found | _break_even(workload, revenue, cost, users, retraining)


def _break_even(
    workload: Serving, revenue: Quantity, cost: Quantity, users: Quantity, retraining: Quantity | None
) -> Quantities:
    """Return the full cost of a user, the price that covers it, and from how many users on the result is above zero.

    What there is anyway (sums, training) is spread over the users; what each costs is taken to stay as it is today.
    """
    lines = workload.further_costs
    anyway = add(
        [NOTHING if retraining is None else retraining, *(one.amount for one in lines if one.amount is not None)]
    )
    each = add([cost, *(one.per_user for one in lines if one.per_user is not None)])
    share = add([ZERO, *(one.revenue_share for one in lines if one.revenue_share is not None)])
    spread = p.margin_of_user(margin=anyway, users=users)
    return {
        "full_cost_per_user_month": p.full_cost(each=each, spread=spread, revenue=revenue, revenue_share=share),
        "break_even_price": p.break_even_price(each=each, spread=spread, revenue_share=share),
        "break_even_users": p.break_even_users(anyway=anyway, each=each, revenue=revenue, revenue_share=share),
    }


def _line(one: FurtherCost, users: Quantity, revenue: Quantity) -> Quantity:
    return p.further_cost(
        amount=NOTHING if one.amount is None else one.amount,
        per_user=FREE if one.per_user is None else one.per_user,
        users=users,
        revenue_share=ZERO if one.revenue_share is None else one.revenue_share,
        revenue=revenue,
    )
