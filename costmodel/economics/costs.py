"""What a scenario costs under one offer: the fleet it needs, its monthly cost, and the unit costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from costmodel.domain.offers import Mix, Offer, Program, Rental, Way, unit_of
from costmodel.domain.scenario import ANEW, Scenario
from costmodel.domain.workload import Capacity, Deployment, Serving, TrainingRun
from costmodel.economics.charging import charged, readings
from costmodel.economics.company import year_of_company
from costmodel.economics.components import Components, Fleet, Tax, cost_lines, unit_cost_of
from costmodel.economics.fleet import Meanwhile
from costmodel.economics.formulas import demand, finance, flows, owning, program
from costmodel.economics.lines import NO_RISE, START, Lines, Money, monthly, present_value
from costmodel.economics.mixed import held_share
from costmodel.economics.physical import footprint_per_use, monthly_footprint
from costmodel.economics.program import FIXED
from costmodel.economics.rented import hourly_price, share_paid
from costmodel.economics.run_methods import cost_by_method, cost_by_part, run_figures, taken_of
from costmodel.economics.usage import answered_per_user, mean_rate, peak_to_mean_of
from costmodel.economics.users import user_economics
from costmodel.errors import Infeasible
from costmodel.formula import label
from costmodel.performance.formulas import layout, serving
from costmodel.performance.machine import shape
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.latency import latencies
from costmodel.performance.service.serving import ServingResult, serve
from costmodel.performance.training import train
from costmodel.units import Quantity, add, quantity

ONE = quantity(1.0)
NONE = quantity(0.0)
ACCELERATOR = quantity(1.0, "accelerator")
NO_SYSTEM = quantity(0.0, "server")
Per = Callable[[Fleet, Lines, Components], Quantity]
"""The headline cost of a fleet's lines, and of the monthly components that they are levelised to."""


@dataclass(frozen=True)
class Costs:
    """The answer for one offer: quantities by name, and monthly cost by component."""

    offer: Way
    deployment: Deployment | None
    """Where systems compute it; None where an API does."""
    fleet: Fleet | None
    """The systems that are held or rented; None where an API answers."""
    money: Money
    components: Components
    quantities: dict[str, Quantity] = field(default_factory=dict)
    """Every headline quantity that the workload has, such as `cost_per_query`."""
    footprint: dict[str, Quantity] = field(default_factory=dict)
    """Energy, greenhouse gas and water per month; what the files do not give is absent."""
    lines: Lines = ()
    """The dated flows of money, of which the components, the present value and the cash by month are readings."""
    otherwise: dict[str, Quantity] = field(default_factory=dict)
    """For programs: the headline cost if charged to others or begun otherwise, by the names in `readings`."""
    per: Callable[[Fleet], Quantity] | None = None
    """The headline cost of another fleet on these systems, as who shares its program and when it begins have it."""

    @property
    def held(self) -> Fleet:
        """The fleet, or an Infeasible error for an API, which has none."""
        if self.fleet is None:
            msg = f"{self.offer.id} has no systems: its tokens are bought"
            raise Infeasible(msg)
        return self.fleet

    def __getitem__(self, name: str) -> Quantity:
        """Return a headline quantity."""
        return self.quantities[name]


def costs(
    scenario: Scenario,
    offer: Offer,
    deployment: Deployment,
    constants: Constants,
    known: dict[int, ServingResult] | None = None,
    meanwhile: tuple[Meanwhile, ...] = (),
) -> Costs:
    """Return what a scenario costs under an offer in a deployment.

    `known` keeps what a deployment yields, by its identity: offers that share one ask the time model once. `meanwhile`
    is what may serve until the systems of the offer arrive, if they do not at once.
    """
    if isinstance(scenario.workload, Capacity):
        return _capacity_costs(scenario, scenario.workload, offer, deployment, meanwhile)
    setup = Setup(scenario.model, offer.system.accelerator, deployment, constants)
    if isinstance(scenario.workload, TrainingRun):
        return _training_costs(scenario, scenario.workload, offer, setup, meanwhile)
    return _serving_costs(scenario, scenario.workload, offer, setup, {} if known is None else known, meanwhile)


def headline_of(workload: Serving | TrainingRun | Capacity) -> str:
    """Return the quantity by which the offers of a workload are ranked."""
    if isinstance(workload, Serving):
        return "cost_per_million_tokens" if workload.users is None else "cost_per_user_month"
    return "cost_per_training_run" if isinstance(workload, TrainingRun) else "cost_per_accelerator_hour"


def _priced(scenario: Scenario, offer: Offer, deployment: Deployment, fleet: Fleet) -> Costs:
    """Return what a fleet costs whatever it computes: its lines, components, total, present value and footprint."""
    fleet = charged(scenario, offer, fleet)
    lines, money = cost_lines(offer, fleet), fleet.money(offer)
    components = {name: label(cost, name) for name, cost in monthly(lines, money).items()}
    quantities = {
        "total_per_month": add(components.values()),
        "net_present_value": add(present_value(line, money) for line in lines),
        "servers": fleet.servers,
    }
    if bought := [line.amount for line in lines if line.start is START and line.months is None]:
        quantities["capital"] = add(bought)
    if isinstance(offer, Mix):
        quantities["held_share"] = held_share(offer, fleet, cost_lines)
    if isinstance(offer, Program):
        quantities["unit_cost"] = unit_cost_of(offer)
    return Costs(offer, deployment, fleet, money, components, quantities, monthly_footprint(offer, fleet), lines)


def _with(scenario: Scenario, found: Costs, quantities: dict[str, Quantity], per: Per) -> Costs:
    """Return the costs with the quantities of a workload before those of every fleet, and what else a program costs."""
    offer = found.offer
    if not isinstance(offer, Program):
        return replace(found, quantities={**quantities, **found.quantities})

    def of(fleet: Fleet) -> Quantity:
        lines = cost_lines(offer, fleet)
        return per(fleet, lines, monthly(lines, fleet.money(offer)))

    otherwise = {name: of(fleet) for name, fleet in readings(scenario, offer, found.held).items()}
    return replace(found, quantities={**quantities, **found.quantities}, otherwise=otherwise, per=of)


def _serving_costs(
    scenario: Scenario,
    workload: Serving,
    offer: Offer,
    setup: Setup,
    known: dict[int, ServingResult],
    meanwhile: tuple[Meanwhile, ...],
) -> Costs:
    place = id(setup.deployment)
    if place not in known:
        known[place] = serve(setup, workload)
    result = known[place]
    answered = None if workload.users is None else answered_per_user(workload)
    mean = mean_rate(workload)
    size = _size(scenario, workload, offer, setup, mean, result.query_rate)
    share = demand.utilization(
        mean=mean, query_rate=result.query_rate, servers=size["servers"], per_system=offer.system.accelerators
    )
    rented = demand.share_of_peak(peak_to_mean=peak_to_mean_of(workload))
    fleet = replace(_fleet(scenario, size["servers"], share, meanwhile), rented=rented, varies=True, ramp=workload.ramp)
    found = _priced(scenario, offer, setup.deployment, fleet)
    run = _run_of_model(scenario, workload, offer, setup, meanwhile)
    there = None if workload.ramp is None else share_there(workload.ramp, fleet.money(offer))

    def units(total: Quantity) -> dict[str, Quantity]:
        return unit_costs(workload, total, answered_load(mean, there), answered, there, run)

    quantities = {
        **units(found["total_per_month"]),
        **size,
        "cost_per_accelerator_hour": _per_held_hour(offer, fleet, found),
        "utilization": share,
        "compute_per_query": serving.compute_per_query(
            active_parameters=shape.active_parameters(setup.model),
            prompt_tokens=workload.prompt_tokens,
            output_tokens=workload.output_tokens,
        ),
        **latencies(workload, result),
        "output_rate": result.output_rate,
        "query_rate": result.query_rate,
        **footprint_per_use(found.footprint, mean, answered),
    }

    def per(_fleet: Fleet, _lines: Lines, parts: Components) -> Quantity:
        return units(add(parts.values()))[headline_of(workload)]

    return _with(scenario, found, quantities, per)


@dataclass(frozen=True)
class Reserve:
    """What stands by or is out, beside what carries the peak."""

    peak_utilization: Quantity
    maintenance: Quantity
    spare_replicas: Quantity
    spare_systems: Quantity


def reserve_of(scenario: Scenario, workload: Serving, offer: Offer) -> Reserve:
    """Return the reserve of a fleet under an offer.

    Hours that follow the load keep their headroom there, and the provider replaces a system that fails. Where requests
    come at random the rate of a replica is one that they keep, so that nothing is added for uneven minutes.
    """
    if isinstance(offer, Rental) and offer.is_elastic:
        return Reserve(ONE, NONE, NONE, NO_SYSTEM)
    terms = scenario.terms
    used = ONE if workload.at_random else terms.peak_utilization
    return Reserve(used, terms.maintenance, terms.spare_replicas, terms.spare_systems)


def _size(
    scenario: Scenario, workload: Serving, offer: Offer, setup: Setup, mean: Quantity, query_rate: Quantity
) -> dict[str, Quantity]:
    """Return the fleet that carries the peak: whole replicas with a reserve, and what they leave over of systems."""
    replica, reserve = setup.replica * ACCELERATOR, reserve_of(scenario, workload, offer)
    needed = demand.accelerators_needed(
        peak=demand.peak_query_rate(mean=mean, peak_to_mean=peak_to_mean_of(workload)),
        query_rate=query_rate,
        replica=replica,
        peak_utilization=reserve.peak_utilization,
        maintenance=reserve.maintenance,
        spare_replicas=reserve.spare_replicas,
    )
    occupied = layout.occupied_share(replica=replica, unit=unit_of(offer))
    working = systems(offer, demand.accelerators_held(accelerators=needed, occupied=occupied))
    servers = demand.systems_held(systems=working, spare=reserve.spare_systems)
    return {"servers": servers, "accelerators": needed, "occupied_share": occupied}


def unit_costs(
    workload: Serving,
    total: Quantity,
    mean: Quantity,
    answered: Quantity | None,
    there: Quantity | None,
    run: dict[str, Quantity],
) -> dict[str, Quantity]:
    """Return the cost of a month, a query and a token, and, where there are users, of one and what is left of his."""
    per_query = demand.cost_per_query(fleet_cost=total, queries=mean)
    per_token = demand.cost_per_token(cost_per_query=per_query, output_tokens=workload.output_tokens)
    found = {"cost_per_query": per_query, "cost_per_million_tokens": per_token, **run}
    if answered is None:
        return found
    per_user = demand.cost_per_user_month(cost_per_query=per_query, queries_per_user=answered)
    return {
        **found,
        "cost_per_user_month": per_user,
        **user_economics(workload, per_user, per_query, there, run.get("retraining_per_month")),
    }


def _run_of_model(
    scenario: Scenario, workload: Serving, offer: Offer, setup: Setup, meanwhile: tuple[Meanwhile, ...]
) -> dict[str, Quantity]:
    """Return what a run of the served model costs and takes under the offer, and a month of training it again."""
    if workload.training is None or setup.deployment.training is None:
        return {}
    training = replace(setup, deployment=setup.deployment.training)
    run = _training_costs(scenario, workload.training, offer, training, meanwhile, served=True)
    failed = NONE if workload.training.failed_share is None else workload.training.failed_share
    monthly = demand.retraining_per_month(
        cost_per_run=run["cost_per_training_run"],
        runs_per_year=workload.training.need("runs_per_year"),
        failed_share=failed,
    )
    kept = {name: run[name] for name in ("cost_per_training_run", "duration")}
    return {**kept, "retraining_per_month": monthly}


def _training_costs(
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
    own = program.time_per_run(duration=result.duration, utilization=busy)
    waiting = tuple(
        one if one.time_per_run is None else replace(one, share=one.time_per_run / own) for one in meanwhile
    )
    fleet = _fleet(scenario, servers, busy, waiting)
    found = _priced(scenario, offer, setup.deployment, fleet)

    def per(fleet: Fleet, lines: Lines, parts: Components) -> Quantity:
        timed, once = _timed(fleet, lines, parts)
        on_systems = demand.cost_per_training_run(fleet_cost=timed, duration=result.duration, utilization=busy)
        return on_systems if served or not once else on_systems + _fixed_per_run(workload, once, fleet.money(offer))

    cost = per(found.held, found.lines, found.components)
    quantities = {
        "cost_per_training_run": cost,
        "utilization": busy,
        "duration": result.duration,
        "step_time": result.step_time,
        "model_flops_utilization": result.model_flops_utilization,
        "token_rate": result.token_rate,
        "accelerators": workload.accelerators,
        "cost_per_accelerator_hour": _per_held_hour(offer, fleet, found),
        **run_figures(result, workload),
        **cost_by_method(offer, fleet, setup, workload, result, scenario.price_date),
        **cost_by_part(cost, workload, result),
    }
    return _with(scenario, found, quantities, per)


def _by_time(offer: Offer) -> Offer:
    """Return an offer for a run, whose interruptions are in its time: they cost no rent beside that."""
    return replace(offer, interruptions=None, lost_time=None) if isinstance(offer, Rental) else offer


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


def _capacity_costs(
    scenario: Scenario, workload: Capacity, offer: Offer, deployment: Deployment, meanwhile: tuple[Meanwhile, ...]
) -> Costs:
    accelerators = demand.equivalent_accelerators(
        accelerators=workload.accelerators,
        reference_peak=workload.reference.peak_for(workload.reference.best_type(scenario.precisions)),
        peak=offer.system.accelerator.peak_for(deployment.precision),
    )
    fleet = _fleet(scenario, systems(offer, accelerators), workload.utilization, meanwhile)
    found = _priced(scenario, offer, deployment, replace(fleet, rented=workload.utilization))
    there = _delivered(offer, fleet.money(offer))

    def per(_fleet: Fleet, _lines: Lines, parts: Components) -> Quantity:
        return demand.cost_per_accelerator_hour(
            fleet_cost=add(parts.values()),
            accelerators=workload.accelerators if there is None else workload.accelerators * there,
            utilization=workload.utilization,
        )

    per_hour = per(found.held, found.lines, found.components)
    quantities = {
        "cost_per_accelerator_hour": per_hour,
        "accelerators": accelerators,
        "utilization": workload.utilization,
        "duration": workload.duration,
    }
    if workload.budget is not None:
        quantities["accelerators_for_budget"] = demand.accelerators_for_budget(
            budget=workload.budget,
            cost_per_accelerator_hour=per_hour,
            duration=workload.duration,
            utilization=workload.utilization,
        )
    if isinstance(offer, Rental):
        quantities["price_per_accelerator_hour"] = hourly_price(offer)
    if workload.accounts is not None:
        year = quantity(float(scenario.price_date.year), "year")
        quantities |= year_of_company(workload.accounts, workload.further_costs, found["total_per_month"], year)
    return _with(scenario, found, quantities, per)


def _per_held_hour(offer: Offer, fleet: Fleet, found: Costs) -> Quantity:
    """Return the cost of an hour of one accelerator that is held, or rented while it is needed."""
    share = share_paid(offer, fleet) if isinstance(offer, Rental) else None
    return demand.cost_per_accelerator_hour(
        fleet_cost=found["total_per_month"],
        accelerators=fleet.servers * offer.system.accelerators,
        utilization=ONE if share is None else share,
    )


def answered_load(mean: Quantity, there: Quantity | None) -> Quantity:
    """Return the mean load over the horizon, discounted as money is, of which a share is there while users come."""
    return mean if there is None else mean * there


def _delivered(offer: Offer, money: Money) -> Quantity | None:
    """Return the share of all hours that is there while a contract ramps up; None where all are."""
    if not isinstance(offer, Rental) or offer.ramp is None:
        return None
    return share_there(offer.ramp, money)


def share_there(ramp: Quantity, money: Money) -> Quantity:
    """Return the share that is there of what comes in equal steps over a ramp, discounted as money is."""
    ramped = flows.ramped_worth(
        rate=money.real_discount_rate,
        escalation=NO_RISE,
        months=money.horizon,
        ramp=flows.whole_months(time=ramp),
        delay=money.terms.payment_delay,
    )
    return flows.delivered_share(ramped=ramped, level=money.level)


def systems(offer: Offer, accelerators: Quantity) -> Quantity:
    """Return the systems that hold so many accelerators under an offer: whole ones, unless fewer are rented."""
    return owning.systems_needed(accelerators=accelerators, unit=unit_of(offer), per_system=offer.system.accelerators)


def _fleet(scenario: Scenario, servers: Quantity, utilization: Quantity, meanwhile: tuple[Meanwhile, ...]) -> Fleet:
    return Fleet(
        servers,
        utilization,
        scenario.site,
        cost_of_capital(scenario),
        tax=_tax(scenario),
        horizon=scenario.finance_horizon,
        terms=scenario.terms,
        anew=scenario.program_start == ANEW,
        meanwhile=meanwhile,
    )


def cost_of_capital(scenario: Scenario) -> Quantity:
    """Return the real rate of a scenario: as given, or weighted over its equity and debt."""
    if scenario.finance_real_discount_rate is not None:
        return scenario.finance_real_discount_rate
    return finance.weighted_cost_of_capital(
        nominal_return_on_equity=scenario.need("finance_return_on_equity"),
        nominal_debt_rate=scenario.need("finance_debt_rate"),
        debt_share=scenario.need("finance_debt_share"),
        tax_rate=NONE if scenario.finance_tax_rate is None else scenario.finance_tax_rate,
        inflation=scenario.terms.inflation,
    )


def _tax(scenario: Scenario) -> Tax | None:
    given = (scenario.finance_tax_rate, scenario.finance_property_tax, scenario.finance_sales_tax)
    if all(one is None for one in given):
        return None
    income, held, sold = given
    return Tax(income, scenario.terms.inflation, scenario.finance_depreciation, held, sold)
