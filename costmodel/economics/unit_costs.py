"""What a query, a token and a user cost of a month that is paid for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from costmodel.domain.workload import Capacity, Serving
from costmodel.economics.components import Components
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import demand
from costmodel.economics.lines import Lines, Money
from costmodel.economics.ramp import share_there
from costmodel.economics.usage import answered_per_user, mean_rate
from costmodel.economics.users import user_economics
from costmodel.units import Quantity, add, quantity

A_MONTH = quantity(1.0, "USD/month")


@dataclass(frozen=True)
class UnitCosts:
    """What turns the cost of a month of a service into that of its queries, tokens and users."""

    workload: Serving
    run: dict[str, Quantity] = field(default_factory=dict)
    """What a run of the served model costs and takes, where that counts."""
    there: Quantity | None = None
    """The share of the queries that is asked, and answered, over the horizon; None where all are from the start."""

    @cached_property
    def mean(self) -> Quantity:
        """The queries of a month, once all users are there."""
        return mean_rate(self.workload)

    @cached_property
    def answered(self) -> Quantity | None:
        """The queries of a user that are answered; None where nobody counts users."""
        return None if self.workload.users is None else answered_per_user(self.workload)

    def of(self, total: Quantity) -> dict[str, Quantity]:
        """Return the cost of a query and a token and, where there are users, of one and what is left of his."""
        per_query, per_token = self._per_query(total), self._per_token(total)
        blended = demand.cost_per_token_processed(
            cost_per_query=per_query,
            prompt_tokens=self.workload.prompt_tokens,
            output_tokens=self.workload.output_tokens,
        )
        found = {
            "cost_per_query": per_query,
            "cost_per_million_tokens": per_token,
            "cost_per_million_tokens_processed": blended,
            **self.run,
        }
        return found if self.answered is None else found | self._of_user(per_query)

    def ranked(self, total: Quantity) -> Quantity:
        """Return what offers are ranked by, and nothing else."""
        return self._per_user(self._per_query(total)) if self.workload.per_user else self._per_token(total)

    def _per_query(self, total: Quantity) -> Quantity:
        load = self.mean if self.there is None else self.mean * self.there
        return demand.cost_per_query(fleet_cost=total, queries=load)

    def _per_token(self, total: Quantity) -> Quantity:
        per_query = self._per_query(total)
        return demand.cost_per_token(cost_per_query=per_query, output_tokens=self.workload.output_tokens)

    def _per_user(self, per_query: Quantity) -> Quantity:
        assert self.answered is not None  # noqa: S101 - asked where there are users only
        return demand.cost_per_user_month(cost_per_query=per_query, queries_per_user=self.answered)

    def _of_user(self, per_query: Quantity) -> dict[str, Quantity]:
        per_user = self._per_user(per_query)
        retraining = self.run.get("retraining_per_month")
        return {
            "cost_per_user_month": per_user,
            **user_economics(self.workload, per_user, per_query, self.there, retraining),
        }

    def headline(self, _fleet: Fleet, _lines: Lines, parts: Components) -> Quantity:
        """Return what offers are ranked by, of monthly components."""
        return self.ranked(add(parts.values()))


def work_of_month(workload: Serving | Capacity, money: Money) -> Quantity:
    """Return how much of what offers are ranked by is asked for in a month: the same for all, whatever they cost."""
    if isinstance(workload, Capacity):
        each = demand.cost_per_accelerator_hour(
            fleet_cost=A_MONTH, accelerators=workload.accelerators, utilization=workload.utilization
        )
    else:
        there = None if workload.ramp is None else share_there(workload.ramp, money)
        each = UnitCosts(workload, there=there).ranked(A_MONTH)
    return A_MONTH / each
