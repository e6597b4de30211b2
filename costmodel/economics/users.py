"""What users cost and pay: revenue by plan, margins after each further cost, and who costs more than he pays."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.plans import Plan
from costmodel.domain.workload import Serving
from costmodel.economics.formulas import demand
from costmodel.economics.formulas import plans as p
from costmodel.economics.formulas import usage as f
from costmodel.economics.margins import margins
from costmodel.economics.usage import NO_CAP, Users, answered_per_user, answered_under, by_plan, users_of
from costmodel.units import Quantity, quantity

PERCENTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999}
"""Shares of users, least usage first, at whose ends a user's cost is told; the last is the worst of a thousand."""

WORST = "p999"
FREE = quantity(0.0, "USD/user/month")
NO_PRICE = quantity(0.0, "USD/query")
NO_QUERIES = quantity(0.0, "query/user/day")
NO_TOKEN_PRICE = quantity(0.0, "USD/Mtoken")
ZERO = quantity(0.0)
ONE = quantity(1.0)
Quantities = dict[str, Quantity]


@dataclass(frozen=True)
class _Paid:
    """What a plan brings in: for each seat, and for each query beyond the included ones."""

    plan: Plan
    seat: Quantity
    price_per_query: Quantity
    included: Quantity

    @property
    def cap(self) -> Quantity:
        return NO_CAP if self.plan.cap is None else self.plan.cap

    def revenue(self, users: Users) -> Quantity:
        """Return what comes in for the mean user of the plan."""
        if not self.plan.is_metered:
            return self.seat
        answered = answered_under(users, self.plan)
        free = self.plan.included is None
        included = NO_QUERIES if free else users.mean_up_to(f.capped_queries(queries=self.included, cap=self.cap))
        billed = p.queries_beyond(answered=answered, up_to=included)
        return p.revenue_of_user(seat=self.seat, price_per_query=self.price_per_query, billed=billed)


def paid_under(workload: Serving, plan: Plan) -> _Paid:
    """Return what a plan brings in."""
    discount = ZERO if plan.discount is None else plan.discount
    seat = FREE if plan.price is None else plan.price
    if plan.discount is not None or plan.active_share is not None:
        active = ONE if plan.active_share is None else plan.active_share
        seat = p.seat_revenue(price=seat, discount=discount, active_share=active)
    if not plan.is_metered:
        return _Paid(plan, seat, NO_PRICE, NO_QUERIES)
    price = p.metered_price(
        prompt_token_price=_prompt_price(workload, plan),
        output_token_price=NO_TOKEN_PRICE if plan.output_token_price is None else plan.output_token_price,
        prompt_tokens=workload.prompt_tokens,
        output_tokens=workload.output_tokens,
        discount=discount,
    )
    return _Paid(plan, seat, price, NO_QUERIES if plan.included is None else plan.included)


def _prompt_price(workload: Serving, plan: Plan) -> Quantity:
    """Return what a token that is read is billed at, on average over those that are found in the cache."""
    price = NO_TOKEN_PRICE if plan.prompt_token_price is None else plan.prompt_token_price
    if plan.cached_token_price is None or workload.cached_share is None:
        return price
    return p.price_of_prompt_token(
        prompt_token_price=price, cached_token_price=plan.cached_token_price, cached_share=workload.cached_share
    )


def user_economics(
    workload: Serving,
    cost: Quantity,
    cost_per_query: Quantity,
    there: Quantity | None,
    retraining: Quantity | None = None,
) -> Quantities:
    """Return what users pay and cost: `cost` is that of compute for the mean user, `retraining` that of its model.

    `there` is the share of the users that is there while they come, on average over the horizon.
    """
    users = users_of(workload)
    found = _percentiles(workload, users, cost_per_query) if workload.usage is not None else {}
    if not workload.plans:
        return found
    paid = [paid_under(workload, one) for one in workload.plans]
    of_plans = [one.revenue(users) for one in paid]
    revenue = by_plan(workload.plans, of_plans, p.part_of_plan)
    found = {"margin_per_user_month": demand.margin_per_user_month(price=revenue, cost=cost), **found}
    plain = len(paid) == 1 and paid[0].revenue(users) is workload.plan_price
    if not plain:
        found["revenue_per_user_month"] = revenue
    if any(one.is_metered for one in workload.plans):
        of_user = {"revenue": revenue, "margin": found["margin_per_user_month"]}
        found |= {f"{name}_per_million_tokens": _per_tokens(workload, one) for name, one in of_user.items()}
    if workload.usage is not None:
        found |= _losses(users, paid, cost_per_query)
    return found | margins(workload, revenue, cost, there, retraining)


def _per_tokens(workload: Serving, amount: Quantity) -> Quantity:
    answered = answered_per_user(workload)
    return p.per_million_tokens(amount=amount, queries=answered, output_tokens=workload.output_tokens)


def _percentiles(workload: Serving, users: Users, cost_per_query: Quantity) -> Quantities:
    """Return the cost of the user at each of some shares of users, on average over plans of different caps."""
    found = {}
    for name, share in PERCENTILES.items():
        asked = users.at(share)
        caps = [
            asked if one.cap is None else f.capped_queries(queries=asked, cap=one.cap) for one in workload.plans
        ] or [asked]
        answered = by_plan(workload.plans, caps, p.queries_of_plan) if workload.plans else asked
        found[f"cost_per_user_month_{name}"] = demand.cost_per_user_month(
            cost_per_query=cost_per_query, queries_per_user=answered
        )
    return found


def _losses(users: Users, paid: list[_Paid], cost_per_query: Quantity) -> Quantities:
    """Return the share of users that lose money, the mean loss on them, and the worst in a thousand."""
    plans = tuple(one.plan for one in paid)
    several = [_losses_of_plan(users, one, cost_per_query) for one in paid]
    share = by_plan(plans, [one[0] for one in several], p.share_of_plan)
    loss = by_plan(plans, [one[1] for one in several], p.part_of_plan)
    worst = several[0][2]
    for _, _, other in several[1:]:
        worst = p.larger_loss(one=worst, other=other)
    return {
        "share_of_users_losing": share,
        "mean_loss_per_losing_user": p.loss_of_losing(loss=loss, share=share),
        "worst_loss_per_user_month": worst,
    }


def _losses_of_plan(users: Users, paid: _Paid, cost_per_query: Quantity) -> tuple[Quantity, Quantity, Quantity]:
    terms = {
        "seat": paid.seat,
        "cost_per_query": cost_per_query,
        "price_per_query": paid.price_per_query,
        "included": paid.included,
    }
    first = p.loses_from(**terms)
    last = p.loses_up_to(**terms) if paid.plan.is_metered else NO_CAP
    answered = answered_under(users, paid.plan)
    below_last = users.share_below(last) if paid.plan.is_metered else ONE
    share = p.share_losing(
        first=first, last=last, cap=paid.cap, below_first=users.share_below(first), below_last=below_last
    )

    def beyond(limit: Quantity) -> Quantity:
        return p.queries_beyond(
            answered=answered, up_to=users.mean_up_to(f.capped_queries(queries=limit, cap=paid.cap))
        )

    loss = p.loss_per_user(
        cost_per_query=cost_per_query,
        price_per_query=paid.price_per_query,
        first=first,
        included=paid.included,
        beyond_first=beyond(first),
        beyond_included=beyond(paid.included) if paid.plan.is_metered else NO_QUERIES,
        beyond_last=beyond(last) if paid.plan.is_metered else NO_QUERIES,
    )
    return share, loss, _worst(users, paid, cost_per_query)


def _worst(users: Users, paid: _Paid, cost_per_query: Quantity) -> Quantity:
    """Return the loss on the heaviest user of a thousand; a gain is negative."""
    answered = f.capped_queries(queries=users.at(PERCENTILES[WORST]), cap=paid.cap)
    billed = p.queries_beyond(answered=answered, up_to=paid.included)
    pays = p.revenue_of_user(seat=paid.seat, price_per_query=paid.price_per_query, billed=billed)
    costs = demand.cost_per_user_month(cost_per_query=cost_per_query, queries_per_user=answered)
    return p.loss_of_user(cost=costs, revenue=pays)
