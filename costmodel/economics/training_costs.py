"""What a training run costs under an offer."""

from __future__ import annotations

from dataclasses import replace

from costmodel.domain.offers import Offer, Rental
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import TrainingRun
from costmodel.economics.components import Components, delivered
from costmodel.economics.costs import Costs
from costmodel.economics.fleet import Fleet, Meanwhile
from costmodel.economics.formulas import demand, program
from costmodel.economics.held import fleet_of, systems
from costmodel.economics.lines import Lines, Money, present_value
from costmodel.economics.priced import per_held_hour, priced, with_quantities
from costmodel.economics.program import FIXED
from costmodel.economics.run_methods import cost_by_method, cost_by_part, run_figures, taken_of
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training import TrainingResult, train
from costmodel.units import Quantity, add, quantity

ONE, NOTHING = quantity(1.0), quantity(0.0, "USD")


def training_costs(
    scenario: Scenario,
    workload: TrainingRun,
    offer: Offer,
    setup: Setup,
    meanwhile: tuple[Meanwhile, ...],
    *,
    served: bool = False,
) -> Costs:
    """Return the costs of a run; where the model is also `served`, that pays what a program pays once."""
    servers = systems(offer, workload.accelerators)
    result = train(setup, workload, taken_of(offer, servers))
    offer = _by_time(offer)
    busy = ONE if isinstance(offer, Rental) and offer.is_elastic else scenario.terms.training_utilization
    fleet = fleet_of(scenario, servers, busy, _waiting(meanwhile, result, busy))
    found = priced(scenario, offer, setup.deployment, fleet)
    there = delivered(offer, fleet)

    def per(fleet: Fleet, lines: Lines, parts: Components) -> Quantity:
        timed, once = _timed(fleet, lines, parts)
        timed = timed if there is None else timed / there
        on_systems = demand.cost_per_training_run(fleet_cost=timed, duration=result.duration, utilization=busy)
        return on_systems if served or not once else on_systems + _fixed_per_run(workload, once, fleet.money(offer))

    cost = per(found.held, found.lines, found.components)
    _, paid_once = _timed(found.held, found.lines, found.components)
    fixed = _fixed_per_run(workload, paid_once, found.held.money(offer)) if paid_once and not served else NOTHING
    quantities = {
        "cost_per_training_run": cost,
        **_figures(workload, result, busy),
        "cost_per_accelerator_hour": per_held_hour(offer, fleet, found),
        **run_figures(result, workload),
        **cost_by_method(offer, fleet, setup, workload, result, scenario.price_date),
        **cost_by_part(cost, fixed, workload, result),
    }
    return with_quantities(scenario, found, quantities, per)


def _by_time(offer: Offer) -> Offer:
    """Return an offer for a run, whose interruptions are in its time: they cost no rent beside that."""
    return replace(offer, interruptions=None, lost_time=None) if isinstance(offer, Rental) else offer


def _waiting(meanwhile: tuple[Meanwhile, ...], result: TrainingResult, busy: Quantity) -> tuple[Meanwhile, ...]:
    """Return what may run until systems arrive, each with the time of its systems that does the same work."""
    own = program.time_per_run(duration=result.duration, utilization=busy)
    return tuple(one if one.time_per_run is None else replace(one, share=one.time_per_run / own) for one in meanwhile)


def _figures(workload: TrainingRun, result: TrainingResult, busy: Quantity) -> dict[str, Quantity]:
    return {
        "utilization": busy,
        "duration": result.duration,
        "step_time": result.step_time,
        "model_flops_utilization": result.model_flops_utilization,
        "token_rate": result.token_rate,
        "accelerators": workload.accelerators,
    }


def _timed(fleet: Fleet, lines: Lines, parts: Components) -> tuple[Quantity, Lines]:
    """Return the monthly cost that runs pay by their time, and the lines of a program that they pay as such.

    Where a program has other users than these runs, all is paid by time.
    """
    once = tuple(line for line in lines if line.name in FIXED) if fleet.own_demand else ()
    names = {line.name for line in once}
    return add(cost for name, cost in parts.items() if name not in names), once


def _fixed_per_run(workload: TrainingRun, once: Lines, money: Money) -> Quantity:
    """Return a run's part of what its program pays once: all of it, where no cadence of runs is stated."""
    worth = add(present_value(line, money) for line in once)
    if workload.runs_per_year is None:
        return worth
    return program.fixed_cost_per_run(fixed=money.levelised(worth), runs=workload.runs_per_year)
