"""What a scenario costs under one offer: the fleet it needs, its monthly cost, and the unit costs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from costmodel.domain.offers import Mix, Offer, Program, Rental, Way, unit_of
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Capacity, Deployment, Serving, TrainingRun
from costmodel.economics.company import year_of_company
from costmodel.economics.components import Components, Fleet, Tax, cost_lines, monthly_total
from costmodel.economics.formulas import demand, finance, flows, owning, program
from costmodel.economics.lines import NO_RISE, START, Lines, Money, monthly, present_value
from costmodel.economics.mixed import held_share
from costmodel.economics.physical import footprint_per_use, monthly_footprint
from costmodel.economics.rented import hourly_price, share_paid
from costmodel.economics.usage import answered_per_user, peak_to_mean_of
from costmodel.economics.users import user_economics
from costmodel.errors import Infeasible
from costmodel.formula import label
from costmodel.performance.formulas import layout, serving
from costmodel.performance.machine import shape
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.serving import ServingResult, serve
from costmodel.performance.training import train
from costmodel.units import Quantity, add, quantity

ONE = quantity(1.0)
NONE = quantity(0.0)
ACCELERATOR = quantity(1.0, "accelerator")
ALONE = "total_per_month_alone"
"""Cost of a month if a program has no other user than the scenario, for programs only."""


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
) -> Costs:
    """Return what a scenario costs under an offer in a deployment.

    `known` keeps what a deployment yields, by its identity: offers that share one ask the time model once.
    """
    if isinstance(scenario.workload, Capacity):
        return _capacity_costs(scenario, scenario.workload, offer, deployment)
    setup = Setup(scenario.model, offer.system.accelerator, deployment, constants)
    if isinstance(scenario.workload, TrainingRun):
        return _training_costs(scenario, scenario.workload, offer, setup)
    return _serving_costs(scenario, scenario.workload, offer, setup, {} if known is None else known)


def _priced(offer: Offer, deployment: Deployment, fleet: Fleet) -> Costs:
    """Return what a fleet costs whatever it computes: its lines, components, total, present value and footprint."""
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
        quantities[ALONE] = _alone(offer, fleet)
    return Costs(offer, deployment, fleet, money, components, quantities, monthly_footprint(offer, fleet), lines)


def _alone(offer: Program, fleet: Fleet) -> Quantity:
    """Return the monthly cost if the design and the team are charged to the accelerators of this fleet alone."""
    held = program.accelerators_of_fleet(systems=fleet.servers, per_system=offer.system.accelerators)
    return monthly_total(replace(offer, volume=held), fleet)


def _with(found: Costs, quantities: dict[str, Quantity]) -> Costs:
    """Return the costs with the quantities of a workload before those of every fleet."""
    return replace(found, quantities={**quantities, **found.quantities})


def _serving_costs(
    scenario: Scenario, workload: Serving, offer: Offer, setup: Setup, known: dict[int, ServingResult]
) -> Costs:
    place = id(setup.deployment)
    if place not in known:
        known[place] = serve(setup, workload)
    result = known[place]
    answered = answered_per_user(workload)
    mean = demand.mean_query_rate(users=workload.users, queries_per_user=answered)
    size = _size(scenario, workload, offer, setup, mean, result.query_rate)
    share = demand.utilization(
        mean=mean, query_rate=result.query_rate, servers=size["servers"], per_system=offer.system.accelerators
    )
    rented = demand.share_of_peak(peak_to_mean=peak_to_mean_of(workload))
    fleet = replace(_fleet(scenario, size["servers"], share), rented=rented, varies=True, ramp=workload.ramp)
    found = _priced(offer, setup.deployment, fleet)
    run = _run_of_model(scenario, workload, offer, setup)
    there = None if workload.ramp is None else share_there(workload.ramp, fleet.money(offer))
    quantities = {
        **unit_costs(workload, found["total_per_month"], answered_load(mean, there), answered, there, run),
        **size,
        "cost_per_accelerator_hour": _per_held_hour(offer, fleet, found),
        "utilization": share,
        "compute_per_query": serving.compute_per_query(
            active_parameters=shape.active_parameters(setup.model),
            prompt_tokens=workload.prompt_tokens,
            output_tokens=workload.output_tokens,
        ),
        "time_to_first_token": result.time_to_first_token,
        "time_per_output_token": result.time_per_output_token,
        "output_rate": result.output_rate,
        "query_rate": result.query_rate,
        **footprint_per_use(found.footprint, mean, answered),
    }
    return _with(found, quantities)


def _size(
    scenario: Scenario, workload: Serving, offer: Offer, setup: Setup, mean: Quantity, query_rate: Quantity
) -> dict[str, Quantity]:
    """Return the fleet that carries the peak: whole replicas with a reserve, and what they leave over of systems.

    Hours that follow the load keep their headroom there, and the provider replaces a system that fails.
    """
    replica = setup.replica * ACCELERATOR
    peak = demand.peak_query_rate(mean=mean, peak_to_mean=peak_to_mean_of(workload))
    terms, follows = scenario.terms, isinstance(offer, Rental) and offer.is_elastic
    needed = demand.accelerators_needed(
        peak=peak,
        query_rate=query_rate,
        replica=replica,
        peak_utilization=ONE if follows else terms.peak_utilization,
        maintenance=NONE if follows else terms.maintenance,
        spare_replicas=NONE if follows else terms.spare_replicas,
    )
    occupied = layout.occupied_share(replica=replica, unit=unit_of(offer))
    held = demand.accelerators_held(accelerators=needed, occupied=occupied)
    return {"servers": systems(offer, held), "accelerators": needed, "occupied_share": occupied}


def unit_costs(
    workload: Serving,
    total: Quantity,
    mean: Quantity,
    answered: Quantity,
    there: Quantity | None,
    run: dict[str, Quantity],
) -> dict[str, Quantity]:
    """Return the cost of a month, a query, a token and a user, and what users pay and leave of it."""
    per_query = demand.cost_per_query(fleet_cost=total, queries=mean)
    per_user = demand.cost_per_user_month(cost_per_query=per_query, queries_per_user=answered)
    per_token = demand.cost_per_token(cost_per_query=per_query, output_tokens=workload.output_tokens)
    return {
        "cost_per_query": per_query,
        "cost_per_million_tokens": per_token,
        "cost_per_user_month": per_user,
        **user_economics(workload, per_user, per_query, there, run.get("retraining_per_month")),
        **run,
    }


def _run_of_model(scenario: Scenario, workload: Serving, offer: Offer, setup: Setup) -> dict[str, Quantity]:
    """Return what a run of the served model costs and takes under the offer, and a month of training it again."""
    if workload.training is None or setup.deployment.training is None:
        return {}
    training = replace(setup, deployment=setup.deployment.training)
    run = _training_costs(scenario, workload.training, offer, training)
    failed = NONE if workload.training.failed_share is None else workload.training.failed_share
    monthly = demand.retraining_per_month(
        cost_per_run=run["cost_per_training_run"],
        runs_per_year=workload.training.need("runs_per_year"),
        failed_share=failed,
    )
    kept = {name: run[name] for name in ("cost_per_training_run", "duration")}
    return {**kept, "retraining_per_month": monthly}


def _training_costs(scenario: Scenario, workload: TrainingRun, offer: Offer, setup: Setup) -> Costs:
    result = train(setup, workload)
    busy = ONE if isinstance(offer, Rental) and offer.is_elastic else scenario.terms.training_utilization
    fleet = _fleet(scenario, systems(offer, workload.accelerators), busy)
    found = _priced(offer, setup.deployment, fleet)
    total = found["total_per_month"]
    quantities = {
        "cost_per_training_run": demand.cost_per_training_run(
            fleet_cost=total, duration=result.duration, utilization=busy
        ),
        "utilization": busy,
        "duration": result.duration,
        "step_time": result.step_time,
        "model_flops_utilization": result.model_flops_utilization,
        "token_rate": result.token_rate,
        "accelerators": workload.accelerators,
        "cost_per_accelerator_hour": _per_held_hour(offer, fleet, found),
    }
    return _with(found, quantities)


def _capacity_costs(scenario: Scenario, workload: Capacity, offer: Offer, deployment: Deployment) -> Costs:
    accelerators = demand.equivalent_accelerators(
        accelerators=workload.accelerators,
        reference_peak=workload.reference.peak_for(workload.reference.best_type(scenario.precisions)),
        peak=offer.system.accelerator.peak_for(deployment.precision),
    )
    fleet = replace(_fleet(scenario, systems(offer, accelerators), workload.utilization), rented=workload.utilization)
    found = _priced(offer, deployment, fleet)
    there = _delivered(offer, fleet.money(offer))
    per_hour = demand.cost_per_accelerator_hour(
        fleet_cost=found["total_per_month"],
        accelerators=workload.accelerators if there is None else workload.accelerators * there,
        utilization=workload.utilization,
    )
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
    return _with(found, quantities)


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


def _fleet(scenario: Scenario, servers: Quantity, utilization: Quantity) -> Fleet:
    return Fleet(
        servers,
        utilization,
        scenario.site,
        cost_of_capital(scenario),
        tax=_tax(scenario),
        horizon=scenario.finance_horizon,
        terms=scenario.terms,
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
