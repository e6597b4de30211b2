"""Where two ways cost the same: in-house against purchase in volume, purchase against rental in utilisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.domain.offers import Offer, Program, Purchase, Rental
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Capacity, Serving, TrainingRun
from costmodel.economics.components import monthly_total
from costmodel.economics.costs import Costs, costs
from costmodel.formula import Graph, compile_numpy
from costmodel.performance.machine.constants import Constants
from costmodel.units import Quantity, quantity

Status = Literal["solved", "never", "always"]
Array = npt.NDArray[np.float64]
Curve = Callable[[Array], Array]

RANKED = {
    Serving: "cost_per_query",
    TrainingRun: "cost_per_training_run",
    Capacity: "cost_per_accelerator_hour",
}
MEANINGS: dict[Status, str] = {
    "solved": "cheaper from there on",
    "never": "dearer over the whole range",
    "always": "cheaper over the whole range",
}
VOLUMES = np.geomspace(1e3, 1e7, 161)
UTILIZATIONS = np.linspace(0.01, 1.0, 100)


@dataclass(frozen=True)
class BreakEven:
    """Where the cost of a challenger meets that of a rival as one input grows.

    `never`: the challenger costs more over the whole range; `always`: it costs less. `crossings` holds every
    solution; `residual` is the largest difference of the two costs at them, relative to the cost.
    """

    input: str
    challenger: str
    rival: str
    status: Status
    crossings: tuple[float, ...]
    unit: str
    cost_unit: str
    residual: float
    curve: pd.DataFrame

    @property
    def meaning(self) -> str:
        """What the status says of the challenger, in words."""
        return MEANINGS[self.status]

    @property
    def value(self) -> float:
        """The first crossing; not a number where there is none."""
        return self.crossings[0] if self.crossings else float("nan")


def break_evens(scenario: Scenario, costs_of: Mapping[str, Costs], constants: Constants) -> list[BreakEven]:
    """Return every break-even that a scenario's offers allow."""
    rivals = [offer for offer in scenario.offers if not isinstance(offer, Program)]
    found = []
    for program in (offer for offer in scenario.offers if isinstance(offer, Program)):
        found += [_in_volume(scenario, program, rival, costs_of, constants) for rival in rivals]
    for purchase in (offer for offer in scenario.offers if isinstance(offer, Purchase)):
        rentals = [offer for offer in scenario.offers if isinstance(offer, Rental)]
        found += [_in_utilization(scenario, purchase, rental, costs_of) for rental in rentals]
    return found


def solve(challenger: Curve, rival: Curve, grid: Array) -> tuple[Status, tuple[float, ...], float]:
    """Return status, every crossing of two curves on a grid, and the largest relative residual."""
    from scipy.optimize import brentq  # noqa: PLC0415 - a second to import, which other verbs are spared

    def difference(x: float) -> float:
        one = np.array([x])
        return float((challenger(one) - rival(one))[0])

    gaps = challenger(grid) - rival(grid)
    changes = np.flatnonzero(np.sign(gaps[:-1]) * np.sign(gaps[1:]) < 0)
    roots = tuple(float(brentq(difference, grid[i], grid[i + 1], xtol=1e-12, rtol=1e-14)) for i in changes)
    roots += tuple(float(x) for x in grid[gaps == 0])
    if roots:
        residual = max(abs(difference(root)) / float(rival(np.array([root]))[0]) for root in roots)
        return "solved", tuple(sorted(roots)), residual
    return ("never" if gaps[0] > 0 else "always"), (), 0.0


def _in_volume(
    scenario: Scenario,
    program: Program,
    rival: Offer,
    costs_of: Mapping[str, Costs],
    constants: Constants,
) -> BreakEven:
    name = RANKED[type(scenario.workload)]
    graph = Graph()
    traced = program.traced(graph)
    own = costs(scenario, traced, costs_of[program.id].deployment, constants)[name]
    other = costs_of[rival.id][name]
    leaf = f"{program.id}.volume"
    kernel = compile_numpy({"cost": own}, [leaf])
    level = float(other.to(own.units).magnitude)
    unit = f"{program.volume.units}"
    factor = quantity(1.0, "accelerator").to(unit).magnitude

    return _result(
        "volume",
        program,
        rival,
        (lambda x: kernel(**{leaf: x * factor})["cost"], lambda x: np.full_like(x, level)),
        VOLUMES,
        "accelerator",
        f"{own.units:~C}",
    )


def _in_utilization(
    scenario: Scenario,
    purchase: Purchase,
    rental: Rental,
    costs_of: Mapping[str, Costs],
) -> BreakEven:
    """Owned and committed systems cost the same, busy or not, besides energy; elastic ones are paid by use."""
    graph = Graph()
    share = graph.leaf("utilization", quantity(0.5))
    owned = _cost_per_work(scenario, costs_of[purchase.id], share) / share
    rented = (_cost_per_work(scenario, costs_of[rental.id], share) / share).to(owned.units)
    kernel = compile_numpy({"owned": owned, "rented": rented}, ["utilization"])
    return _result(
        "utilization",
        purchase,
        rental,
        (lambda x: kernel(utilization=x)["owned"], lambda x: kernel(utilization=x)["rented"]),
        UTILIZATIONS,
        "dimensionless",
        f"{owned.units:~C}",
    )


def _cost_per_work(scenario: Scenario, found: Costs, utilization: Quantity) -> Quantity:
    """Cost of one system over the work it can do: per query, million tokens trained or accelerator-hour."""
    fleet = replace(found.fleet, servers=quantity(1.0, "server"), utilization=utilization, rented=utilization)
    total = monthly_total(found.offer, fleet)
    if isinstance(scenario.workload, Capacity):
        # Hours of reference accelerators, so that accelerators of different peak compare.
        per_server = scenario.workload.accelerators / found["servers"] * quantity(1.0, "server")
        return (total / per_server).to("USD/accelerator/hour")
    if isinstance(scenario.workload, TrainingRun):
        work = found["token_rate"] / found["servers"] * quantity(1.0, "server")
        return (total / work).to("USD/Mtoken")
    work = found["query_rate"] * found["occupied_share"] * found.offer.system.accelerators * quantity(1.0, "server")
    return (total / work).to("USD/query")


def _result(
    input_: str,
    challenger: Offer,
    rival: Offer,
    curves: tuple[Curve, Curve],
    grid: Array,
    unit: str,
    cost_unit: str,
) -> BreakEven:
    status, crossings, residual = solve(*curves, grid)
    frame = pd.DataFrame(list(_points(grid, (challenger.id, rival.id), curves)), columns=["x", "offer", "cost"])
    return BreakEven(input_, challenger.id, rival.id, status, crossings, unit, cost_unit, residual, frame)


def _points(grid: Array, ids: tuple[str, str], curves: tuple[Curve, Curve]) -> Iterator[tuple[float, str, float]]:
    for id_, curve in zip(ids, curves, strict=True):
        yield from ((float(x), id_, float(y)) for x, y in zip(grid, curve(grid), strict=True))
