"""A handful of layouts of an offer, among which the cheapest is chosen again wherever inputs move in their ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from costmodel.analysis.draws import together
from costmodel.analysis.scenario_layouts import REASON, Layouts
from costmodel.domain.noun import Change
from costmodel.domain.offers import Offer
from costmodel.domain.workload import Deployment, Serving
from costmodel.economics.chosen import meets, paid_for
from costmodel.errors import FormulaError
from costmodel.formula.graph import Leaf
from costmodel.performance.layout.candidates import Asked
from costmodel.performance.layout.chosen import chosen_row
from costmodel.performance.layout.layouts import SPLITS
from costmodel.performance.layout.table import Table
from costmodel.performance.service.flow import Flow
from costmodel.performance.service.latency import latencies
from costmodel.performance.service.serving import result_of
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.units import Quantity, magnitude, quantity

Array = npt.NDArray[np.float64]
DRAWS, SEED = 64, 2
"""Draws of the inputs on which layouts are compared, and their seed: others than those of intervals."""


def front(layouts: Layouts, offer: Offer, most: int) -> list[Deployment]:
    """Return the layout on an offer and others, at most so many, that serve best where inputs move in their ranges.

    First the cheapest at the values of the scenario, then the layout that meets the targets in most draws of all inputs
    with a range, then one after the other that which lowers the accelerators paid for most, on average over the draws.
    """
    own, workload = layouts.on(offer), layouts.scenario.workload
    if most == 1 or not isinstance(workload, Serving):
        return [own]
    rows = layouts.held(workload, offer, layouts.types(offer))
    draws = _draws(layouts, own)
    try:
        yields = _yields(layouts, workload, offer, own, rows, _moved(draws, inside=False))
    except FormulaError:  # a draw may leave the bounds of a formula, which ends of ranges keep
        yields = _yields(layouts, workload, offer, own, rows, _moved(draws, inside=True))
    others = [rows.row(place) for place in picked(yields, _place(rows, own), most)[1:]]
    return [own, *(chosen_row(own, row, REASON) for row in others)]


def picked(yields: Array, first: int, most: int) -> list[int]:
    """Return the rows of a table of yields (zero where a layout cannot serve), by layout and draw, that serve best.

    >>> picked(np.array([[4.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 2.0, 0.0], [0.0, 1.5, 0.0]]), 0, 3)
    [0, 1, 2]
    """
    share = yields / np.maximum(yields.max(axis=0), 1e-300)
    safest = np.lexsort((share.mean(axis=1), (yields > 0).mean(axis=1)))[-1]
    chosen = list(dict.fromkeys([first, int(safest)]))[:most]
    while len(chosen) < min(most, len(yields)):
        gains = np.maximum(share, share[chosen].max(axis=0)).mean(axis=1)
        best = int(gains.argmax())
        if best in chosen:
            break
        chosen.append(best)
    return chosen


def _draws(layouts: Layouts, own: Deployment) -> dict[str, Array]:
    """Return joint draws of every ranged input of the scenario, the assumed constants and the prediction's error."""
    constants = {n: (v, f) for n, (v, f) in layouts.constants.leaves().items() if f and f.source == ASSUMPTION}
    every = {**layouts.scenario.leaves(), **constants, **own.leaves()}
    return together([Leaf(n, v, f) for n, (v, f) in every.items() if f is not None and f.low is not None], DRAWS, SEED)


def _moved(draws: Mapping[str, Array], *, inside: bool) -> Change:
    """Return what puts draws in the place of inputs, side by side; `inside` puts those outside a range at its ends."""

    def change(name: str, value: Quantity, fact: Fact | None) -> Quantity:
        if name not in draws:
            return value
        drawn = draws[name]
        if inside and fact is not None and fact.low is not None and fact.high is not None:
            drawn = np.clip(drawn, *(end.to(value.units).magnitude for end in (fact.low, fact.high)))
        return quantity(drawn[None, :], f"{value.units}")

    return change


def _yields(layouts: Layouts, workload: Serving, offer: Offer, own: Deployment, rows: Table, change: Change) -> Array:
    """Return one over the accelerators paid for, for every layout and draw; zero where the targets are missed."""
    moved = Layouts(layouts.scenario.with_offers(offer).change(change), layouts.constants.change(change))
    served, provided, error = workload.change(change), offer.change(change), own.change(change).model_error
    asked = moved.asked(served, provided)
    asked = replace(asked, base=replace(asked.base, model_error=error))
    types, each = dict.fromkeys(rows["precision"]), rows["precision"]
    return np.concatenate([_of_type(asked, served, provided, one, rows[each == one]) for one in types])


def _of_type(asked: Asked, workload: Serving, offer: Offer, precision: str, rows: Table) -> Array:
    count = quantity(rows["concurrency"][:, None])
    flow = Flow(asked.setup(precision, rows, (-1, 1)), asked.prompt, asked.output, count, asked.usual)
    result = result_of(flow, workload.output_tokens)
    paid = paid_for(workload, offer, result.query_rate, flow.setup.replica)
    found = magnitude(meets(workload, flow, latencies(workload, result)), "1") / magnitude(paid, "accelerator")
    return np.broadcast_to(found, (len(rows), DRAWS))


def _place(rows: Table, own: Deployment) -> int:
    """Return the row of a layout."""
    sizes = {name: getattr(own, name) for name in (*SPLITS, "concurrency")}
    same = rows["precision"] == own.precision
    for name, size in sizes.items():
        same &= rows[name] == (1 if size is None else float(size.magnitude))
    return int(np.flatnonzero(same)[0])
