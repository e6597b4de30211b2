"""Layouts of a training run as a user asks for them: on an accelerator or on offers, fastest or cheapest first."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from typing import Any

import pandas as pd

from costmodel.analysis.deployments import hourly
from costmodel.analysis.training_question import TrainingQuestion
from costmodel.domain.hardware import Accelerator
from costmodel.domain.offers import Offer, unit_of
from costmodel.domain.workload import TrainingRun
from costmodel.economics.fleet import Fleet
from costmodel.errors import CostModelError, Infeasible, MissingData, unknown
from costmodel.performance.formulas.layout import occupied_share
from costmodel.performance.layout.training import FIELDS, NUMBERS, search_training, that_fit
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training.interval import half_width
from costmodel.performance.training.run import result_of
from costmodel.units import magnitude, quantity

GIGABYTE = 1e9
TIME, COST = "step_time", "usd_per_million_tokens"
ORDERS = {"time": TIME, "cost": COST}
OF_STEP = {
    TIME: "second",
    "token_rate": "token/second",
    "model_flops_utilization": "1",
    "memory": "byte",
}
OF_RUN = {"duration": "day", "accelerator_hours": "accelerator*hour"}
OF_COST = {"usd_per_step": "USD", COST: "USD/Mtoken"}
UNITS = {
    "accelerators": "accelerator",
    **dict.fromkeys((*NUMBERS, "data_parallel"), ""),
    **OF_STEP,
    **OF_COST,
    **OF_RUN,
    "usd_per_run": "USD",
}
"""Unit of each column of numbers; those of cost are there where offers are, those of a run where its tokens are."""


@dataclass
class Refusals:
    """Layouts that were refused: how many for each reason, and one of them in words."""

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, table: pd.DataFrame, what: str) -> None:
        """Count those of one search."""
        found, examples = dict(table.attrs["refused"]), dict(table.attrs["examples"])
        for reason, rows in table[table["refused"] != ""].groupby("refused", observed=True):
            found[reason], examples[reason] = len(rows), rows.iloc[0]
        for reason, count in found.items():
            self.counts[reason] = self.counts.get(reason, 0) + int(count)
            self.examples.setdefault(reason, f"{what}: {_words(examples[reason])}")


def _words(row: Mapping[str, Any]) -> str:
    splits = [f"{name.replace('_', ' ')} {row[name]:g}" for name in NUMBERS]
    takes = [f"takes {row['memory'] / GIGABYTE:.0f} GB"] if "memory" in row else []
    return ", ".join([*splits, *(f"{name} {row[name]}" for name in FIELDS if name in row), *takes])


def search_on_accelerator(question: TrainingQuestion, chip: Accelerator) -> pd.DataFrame:
    """Return the layouts of a run that fit on accelerators of one kind, the fastest first.

    `attrs["refused"]` counts the others by reason, `attrs["examples"]` has one for each, `attrs["without"]` says what
    fits nowhere, `attrs["interval"]` the factors on times between which 80% of measurements lie. Infeasible where none
    fits at all, with the reasons.
    """
    frames, refusals, without = [], Refusals(), []
    for setup, run in question.setups(chip):
        table = search_training(setup, run, question.tried)
        refusals.add(table, f"{run.accelerators:g~P} in {setup.deployment.precision}")
        try:
            frames.append(_figures(question, setup, run, that_fit(setup, run, table)))
        except Infeasible as error:
            without.append(str(error))
    if not frames:
        raise Infeasible("\n".join(without))
    found = pd.concat(frames, ignore_index=True).sort_values(TIME, kind="stable", ignore_index=True)
    half = half_width(load_constants(), chip.family, question.framework)
    attrs: dict[Hashable, Any] = {"refused": refusals.counts, "examples": refusals.examples, "without": without}
    found.attrs = {"units": _units(found), "interval": {chip.id: (exp(-half), exp(half))}, **attrs}
    return found


def _figures(question: TrainingQuestion, setup: Setup, run: TrainingRun, table: pd.DataFrame) -> pd.DataFrame:
    """Return layouts with what users ask for: rates, utilisation, and the run where its tokens are known."""
    step, memory = quantity(table[TIME].to_numpy(), "second"), quantity(table["memory"].to_numpy(), "byte")
    result = result_of(setup, run, step, memory)
    shown = OF_STEP if question.tokens is None else OF_STEP | {"duration": "day"}
    numbers = {name: magnitude(getattr(result, name), unit) for name, unit in shown.items()}
    hours = (
        {}
        if question.tokens is None
        else {"accelerator_hours": magnitude(result.duration * run.accelerators, OF_RUN["accelerator_hours"])}
    )
    first = {"precision": setup.deployment.precision, "accelerators": magnitude(run.accelerators, "accelerator")}
    return table[[*NUMBERS, "data_parallel", *FIELDS]].assign(**first, **numbers, **hours)


def search_on_offers(
    question: TrainingQuestion, offers: Sequence[Offer], fleet: Fleet, by: str = "cost"
) -> pd.DataFrame:
    """Return the layouts of a run that fit on offers, the cheapest or the fastest first, with what they cost.

    The hours are those of whole systems that are held and busy all the time. Offers on which nothing fits are left out:
    `attrs["without"]` has the reasons.
    """
    frames, without = [], []
    for offer in offers:
        try:
            frames.append(_priced(question, search_on_accelerator(question, offer.system.accelerator), offer, fleet))
        except (Infeasible, MissingData) as error:
            without.append(f"{offer.id}: {error}")
    if not frames:
        raise Infeasible("\n".join(without))
    found = pd.concat(frames, ignore_index=True).sort_values(order_of(by), kind="stable", ignore_index=True)
    found.attrs = _merged(frames) | {"units": _units(found)}
    found.attrs["without"] = [*without, *found.attrs["without"]]
    return found


def _merged(frames: Sequence[pd.DataFrame]) -> dict[Hashable | None, Any]:
    """Return what tables say beside their rows, together: counts are summed, examples those of the first."""
    counts: dict[str, int] = {}
    for reason, count in (pair for frame in frames for pair in frame.attrs["refused"].items()):
        counts[reason] = counts.get(reason, 0) + count
    return {
        "refused": counts,
        "examples": {reason: one for frame in frames[::-1] for reason, one in frame.attrs["examples"].items()},
        "without": [reason for frame in frames for reason in frame.attrs["without"]],
        "interval": {name: one for frame in frames for name, one in frame.attrs["interval"].items()},
    }


def _priced(question: TrainingQuestion, found: pd.DataFrame, offer: Offer, fleet: Fleet) -> pd.DataFrame:
    counts = quantity(found["accelerators"].to_numpy(dtype=float), "accelerator")
    held = counts / occupied_share(replica=counts, unit=unit_of(offer))
    rate = hourly(offer, fleet) * held
    cost = rate * quantity(found[TIME].to_numpy(), "second")
    per_step = magnitude(cost, "USD")
    per_token = magnitude(cost / question.batch, OF_COST[COST])
    priced = found.assign(offer=offer.id, usd_per_step=per_step, **{COST: per_token})
    if question.tokens is not None:
        run = rate * quantity(found["duration"].to_numpy(), "day")
        priced = priced.assign(usd_per_run=magnitude(run, "USD"))
    priced.attrs = found.attrs
    return priced


def order_of(by: str) -> list[str]:
    """Return the columns by which layouts are ordered: those named first, the other where they are equal."""
    if by not in ORDERS:
        raise unknown("order", by, ORDERS)
    return sorted(ORDERS.values(), key=lambda name: name != ORDERS[by])


def _units(found: pd.DataFrame) -> dict[str, str]:
    return {name: unit for name, unit in UNITS.items() if name in found}


def check_asked(accelerator: str | None, offers: Sequence[str], by: str | None) -> str:
    """Return the order of a search: as asked, or by cost on offers; an accelerator or offers must be named."""
    if (accelerator is None) == (not offers):
        msg = "a search of training layouts needs either an accelerator, or offers of which it is one, and not both"
        raise CostModelError(msg)
    if by == "cost" and not offers:
        msg = "layouts are ordered by cost only on offers, which have prices: name an offer, or order them by time"
        raise CostModelError(msg)
    return by or ("cost" if offers else "time")
