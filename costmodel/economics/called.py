"""What a serving scenario costs where all queries go to a provider's API: tokens at list prices, and nothing held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Serving
from costmodel.economics.costs import Costs
from costmodel.economics.formulas import flows, tokens
from costmodel.economics.held import cost_of_capital
from costmodel.economics.lines import NO_RISE, Line, Lines, Money, monthly, present_value, timed
from costmodel.economics.ramp import share_there
from costmodel.economics.unit_costs import UnitCosts
from costmodel.economics.usage import mean_rate
from costmodel.errors import Infeasible, MissingData
from costmodel.formula import label
from costmodel.units import Quantity, add

IN, CACHED, OUT = "input tokens", "cached input tokens", "output tokens"
"""Components, each counted in the tokens of that name."""


@dataclass(frozen=True)
class _Used:
    """Tokens of a month, and what one costs."""

    amount: Quantity
    price: Quantity


def called_costs(scenario: Scenario, offer: TokenApi) -> Costs:
    """Return what a scenario costs when an API answers all its queries.

    Special cases: Infeasible for a workload without queries. No accelerator is held, so that no cost per
    accelerator-hour and no energy is known.
    """
    workload = serving_of(scenario, offer)
    if scenario.finance_horizon is None:
        msg = f"{scenario.id} has no horizon: give finance.horizon"
        raise MissingData(msg)
    months = flows.whole_months(time=scenario.finance_horizon)
    rate = cost_of_capital(scenario)
    money = Money(rate, months, timed(scenario.terms, rate))
    used = _used(offer, workload, mean_rate(workload))
    lines = _lines(used, workload, money)
    components = {name: label(cost, name) for name, cost in monthly(lines, money).items()}
    total = add(components.values())
    there = None if workload.ramp is None else share_there(workload.ramp, money)
    quantities = {
        **UnitCosts(workload, there=there).of(total),
        "total_per_month": total,
        "net_present_value": add(present_value(line, money) for line in lines),
        **{name.replace(" ", "_"): one.amount for name, one in used.items()},
    }
    return Costs(offer, None, None, money, components, quantities, lines=lines)


def serving_of(scenario: Scenario, offer: TokenApi) -> Serving:
    """Return the queries of a scenario, or an Infeasible error: an API answers queries and nothing else."""
    if not isinstance(scenario.workload, Serving):
        msg = f"{offer.id} sells the tokens of queries, which {scenario.id} has none of: it is no serving scenario"
        raise Infeasible(msg)
    return scenario.workload


def _used(offer: TokenApi, workload: Serving, mean: Quantity) -> dict[str, _Used]:
    """Return the tokens of a month by component; without a share that is in the cache, all are read anew."""
    prompt, share = workload.prompt_tokens, workload.cached_share
    new = prompt if share is None else tokens.new_prompt_tokens(prompt=prompt, cached_share=share)
    parts = {IN: (new, offer.input_price)}
    if share is not None:
        parts[CACHED] = (tokens.prompt_tokens_in_cache(prompt=prompt, cached_share=share), offer.price_of_cached)
    parts[OUT] = (workload.output_tokens, offer.output_price)
    return {name: _Used(tokens.tokens_used(queries=mean, tokens=one), price) for name, (one, price) in parts.items()}


def _lines(used: Mapping[str, _Used], workload: Serving, money: Money) -> Lines:
    """Return the lines of tokens: paid as queries come, at prices that fall as a scenario says."""
    ramp = None if workload.ramp is None else flows.whole_months(time=workload.ramp)
    fall = NO_RISE - money.terms.token_price_decline
    return tuple(
        Line(
            name,
            tokens.token_cost(used=one.amount, price=one.price),
            months=money.horizon,
            ramp=ramp,
            escalation=fall,
        )
        for name, one in used.items()
    )
