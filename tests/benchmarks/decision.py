"""How long a million draws of a scenario and its sensitivities take, beside the plain formulas with units one by one.

python tests/benchmarks/decision.py
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from costmodel.analysis.draws import SEED, chunk
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.analysis.waiting import served_by
from costmodel.economics.costs import Costs
from costmodel.economics.offer_costs import costs
from costmodel.units import Quantity, quantity

DRAWS, ALONE = 1_000_000, 20
SCENARIO, SENSITIVE = "maia", "copilot"
FRONT = 8


@dataclass(frozen=True)
class Speed:
    """How long something takes, in seconds of the clock and of all processors, and how many draws it has."""

    what: str
    clock: float
    processor: float
    draws: int

    @property
    def rate(self) -> float:
        """Draws of all offers in a second of one processor."""
        return self.draws / self.processor


def timed(what: str, draws: int, ask: Callable[[], object]) -> Speed:
    """Return how long a question takes."""
    clock, processor = time.perf_counter(), _processor()
    ask()
    return Speed(what, time.perf_counter() - clock, _processor() - processor, draws)


def _processor() -> float:
    """Return the processor time of this process and of those that it has started and ended."""
    return sum(os.times()[:4])


def measure() -> list[Speed]:
    """Return the speeds of all questions; every study is traced and compiled before."""
    study, front, other = load(SCENARIO), load(SCENARIO, fronts=FRONT), load(SENSITIVE)
    for one in (study, front, other):
        one.sampler.draw(1)
    few = DRAWS // 10
    return [
        timed("fixed layouts", DRAWS, lambda: study.sampler.draw(DRAWS, keep=False)),
        timed(f"up to {FRONT} layouts of each offer to choose from", few, lambda: front.sampler.draw(few, keep=False)),
        timed("units checked, one by one", ALONE, lambda: one_by_one(study)),
        timed("tornado, elasticities, Sobol indices, worth of knowing", 1, other.sensitivity),
    ]


def one_by_one(study: Study) -> None:
    """Compute draws of a scenario with plain quantities, and compare them with the compiled ones."""
    _, values = chunk(study.sampler.joint, 0, ALONE, SEED)
    at_once = study.sampler.draw(ALONE).costs
    for row in range(ALONE):
        drawn = {name: float(column[row]) for name, column in values.items()}
        np.testing.assert_allclose(_plain(study, drawn), at_once[row], rtol=1e-9)


def _plain(study: Study, drawn: Mapping[str, float]) -> list[float]:
    """Return the cost under each offer by the formulas as they are called, quantity by quantity."""

    def change(name: str, value: Quantity, _: object) -> Quantity:
        return quantity(drawn[name], f"{value.units}") if name in drawn else value

    scenario, constants = study.scenario.change(change), study.constants.change(change)
    found: dict[str, Costs] = {}
    for offer in sorted(scenario.offers, key=attrgetter("comes_later")):
        meanwhile = served_by(scenario, found) if offer.comes_later else ()
        layout = study.deployments[offer.id].change(change)
        found[offer.id] = costs(scenario, offer, layout, constants, meanwhile=meanwhile)
    return [
        float(found[offer.id][study.headline].to(study.ranked[offer.id].units).magnitude) for offer in scenario.offers
    ]


def main() -> None:
    """Print seconds of the clock and of all processors, draws in a second of one, and their ratio to one by one."""
    found = measure()
    alone = next(one.rate for one in found if one.draws == ALONE)
    for one in found:
        rate = f"{one.rate:10,.0f}/s {one.rate / alone:8,.0f} times" if one.draws > 1 else ""
        sys.stdout.write(f"{one.what:<56} {one.draws:9,} {one.clock:7.2f} s {one.processor:7.2f} s processor {rate}\n")


if __name__ == "__main__":
    main()
