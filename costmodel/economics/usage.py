"""How usage differs between users: one interface to the distributions, and the queries that plans let through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import cos, pi, sin

from costmodel.domain.plans import Plan
from costmodel.domain.usage import Usage
from costmodel.domain.workload import Serving
from costmodel.economics.formulas import demand
from costmodel.economics.formulas import plans as p
from costmodel.economics.formulas import usage as f
from costmodel.formula.ops import minimum
from costmodel.units import Quantity, add, quantity

ONE = quantity(1.0)
HOURS_OF_DAY = 24
NO_CAP = quantity(1e30, "query/user/day")
_FAMILIES: Mapping[str, tuple[Callable[..., Quantity], Callable[..., Quantity], Callable[..., Quantity]]] = {
    "lognormal": (f.lognormal_share_below, f.lognormal_mean_up_to, f.lognormal_usage_at),
    "gamma": (f.gamma_share_below_usage, f.gamma_mean_up_to, f.gamma_usage_at),
    "pareto": (f.pareto_share_below, f.pareto_mean_up_to, f.pareto_usage_at),
}
"""Share of users below a usage, mean usage up to a cap, and usage at a share of users."""


@dataclass(frozen=True)
class Users:
    """The users of a workload, by the queries that each of them asks."""

    queries: Quantity
    """Of the mean user."""
    usage: Usage | None

    def share_below(self, limit: Quantity) -> Quantity:
        """Return the share of users with at most so many queries."""
        usage = self.usage
        relative = f.relative_usage(limit=limit, queries_per_user=self.queries)
        if usage is None:
            return f.class_share_below(usage=ONE, limit=relative, share=ONE)
        if usage.classes:
            return add(
                f.class_share_below(usage=quantity(at), limit=relative, share=quantity(share))
                for share, at in usage.classes
            )
        return _FAMILIES[usage.distribution][0](usage=relative, **_parameter(usage))

    def mean_up_to(self, cap: Quantity) -> Quantity:
        """Return the mean queries of users if what each asks beyond a cap is cut off."""
        usage = self.usage
        if usage is None:
            return f.capped_queries(queries=self.queries, cap=cap)
        relative = f.relative_usage(limit=cap, queries_per_user=self.queries)
        if usage.classes:
            parts = (
                f.class_mean_up_to(usage=quantity(at), cap=relative, share=quantity(share))
                for share, at in usage.classes
            )
            mean = minimum(add(parts), ONE)
        else:
            mean = minimum(_FAMILIES[usage.distribution][1](cap=relative, **_parameter(usage)), ONE)
        return f.answered_up_to(queries_per_user=self.queries, mean_up_to=mean)

    def at(self, share: float) -> Quantity:
        """Return the queries below which those of a share of users lie."""
        usage = self.usage
        if usage is None:
            return self.queries
        if usage.classes:
            relative = quantity(_at(usage.classes, share))
        else:
            relative = _FAMILIES[usage.distribution][2](share=quantity(share), **_parameter(usage))
        return f.queries_at(queries_per_user=self.queries, usage=relative)


def _parameter(usage: Usage) -> dict[str, Quantity]:
    name = "tail" if usage.distribution == "pareto" else "spread"
    return {name: usage.need(name)}


def _at(classes: tuple[tuple[float, float], ...], share: float) -> float:
    done = 0.0
    for part, usage in classes:
        done += part
        if done >= share:
            return usage
    return classes[-1][1]


def users_of(workload: Serving) -> Users:
    """Return the users of a workload."""
    return Users(workload.need("queries_per_user"), workload.usage)


def answered_under(users: Users, plan: Plan) -> Quantity:
    """Return the queries of the mean user of a plan that are answered."""
    return users.queries if plan.cap is None else users.mean_up_to(plan.cap)


def answered_per_user(workload: Serving) -> Quantity:
    """Return the queries of the mean user that are answered: all, but for what plans cap."""
    if all(one.cap is None for one in workload.plans):
        return workload.need("queries_per_user")
    users = users_of(workload)
    return by_plan(workload.plans, [answered_under(users, one) for one in workload.plans], p.queries_of_plan)


def mean_rate(workload: Serving) -> Quantity:
    """Return the queries on average over the day: as given, or those of the users that are answered."""
    if workload.rate is not None:
        return workload.rate
    return demand.mean_query_rate(users=workload.need("users"), queries_per_user=answered_per_user(workload))


def peak_to_mean_of(workload: Serving) -> Quantity:
    """Return the highest load over the mean load: as given, or of days that regions live at different hours."""
    load = workload.load
    if load is None:
        return workload.need("peak_to_mean")
    week = ONE if load.week is None else load.week
    if not load.regions:
        return demand.peak_of_week(day=load.day, week=week, together=ONE)
    turned = [2 * pi * one.hours_east / HOURS_OF_DAY for one in load.regions]
    sums = [
        add(
            demand.swing_of_region(share=one.share, turned=quantity(turn(angle)))
            for one, angle in zip(load.regions, turned, strict=True)
        )
        for turn in (cos, sin)
    ]
    shares = add(one.share for one in load.regions)
    together = demand.swing_together(cosines=sums[0], sines=sums[1], shares=shares)
    return demand.peak_of_week(day=load.day, week=week, together=together)


def by_plan(plans: tuple[Plan, ...], values: list[Quantity], part: Callable[..., Quantity]) -> Quantity:
    """Return the mean over all users of what the users of each plan have, by the shares of the plans."""
    if len(plans) == 1:
        return values[0]
    shares = [one.need("share") for one in plans]
    whole = add(shares)
    return add(part(of_plan=value, share=share, shares=whole) for value, share in zip(values, shares, strict=True))
