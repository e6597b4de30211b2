"""The part of docs/accuracy.md about training: how far steps are from measurements, and what predictions rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy import measure_accuracy
from costmodel.calibration.accuracy.left_out import shares_of
from costmodel.calibration.fit.training import WAYS, TrainingFit, training_fit
from costmodel.calibration.fit.widths import coverage
from costmodel.performance.machine.constants import TRAINING, load_constants, read_priors
from costmodel.performance.training.case import stacked
from costmodel.performance.training.interval import half_width
from costmodel.specs.catalog import data_folder
from costmodel.units import magnitude

FOLDER = data_folder("hardware") / "measurements"
TABLES = {"training_throughput": ("framework", "chip"), "mlperf_training": ("benchmark", "chip")}
NEW = {"model": False, "campaign": False, "accelerator": True}
"""Whether what is left out makes the chip or the software one that nobody measured."""
Array = npt.NDArray[np.float64]

HEAD = """## Training

Each row of `training_throughput.csv` is predicted from its layout and software; one without a layout gets the fastest
that fits. A campaign is a model on an accelerator with some software from one source, all its versions together. The
constants are fitted on all rows; figures of rows whose campaign, model or accelerator was left out take outputs as
linear around that fit. `mlperf_training.csv` was not fitted, but for its level. `inside 80%` counts each campaign once.
"""

COMPARED = """### Training beside others

| what | rows | left out | median | 90th percentile | mean |
|---|---|---|---|---|---|
| this model | {rows} | campaign | {ours} |
| this model, A100 alone | {few} | campaign | {a100} |
| one utilisation of the peak for all | {rows} | campaign | {one} |
| one utilisation for each accelerator | {rows} | campaign | {chip} |
| the same, A100 alone | {few} | campaign | {chip_a100} |
| Calculon, run by us | 109 others on A100, 3.6 to 175 billion weights | all of these | 9.7% | 32.5% | 15.3% |
| Calculon, its own validation, run again | 8 on A100 | nothing | | | 3.7% |
| SimuMax, as published | 43 on B200, kernels profiled there | nothing | | up to 13.5% | |
| the authors of that campaign, as published | the same others on A100, kernels profiled there | unknown | | | 14.7% |

Rows differ between sources, so this is no ranking.
"""

LIMITS = """### What tells training rows apart that nobody states

- The same layout of gpt-oss-120b on GB200 and GB300 took 1.6 times as long in one container (26.06.01) as in those
  before and after it; early containers ran Qwen3-30B-A3B on H100 at half of what the model says.
- Accelerator-hours of whole runs are compared at the goodput that is computed for them, but hold more than training:
  Llama 3.1 8B took twice what its tokens need.
- Memory is a count of states, activations and, for DeepSpeed, its buffers: two measured layouts do not fit by it (one
  whose row contradicts itself, one of a TPU by 12%). The three layouts that failed by their authors are refused; for
  MT-NLG 530B on 560 A100 with ZeRO-3 that hangs on those buffers, as 640 fitted.
- Routing is taken as balanced, no token is dropped; checkpoints, data and evaluation are part of goodput, not of steps.
"""


@cache
def left_out() -> tuple[TrainingFit, dict[str, Array]]:
    """Return the fit, and the errors of its rows by what was left out."""
    fit = training_fit()
    found = np.log([float(load_constants()[name].magnitude) for name in fit.names])
    slopes = fit.slopes(found)
    return fit, {"nothing": fit.errors(found, fit.places)} | {way: fit.left_out(way, found, slopes) for way in WAYS}


def figures_by_way() -> dict[str, list[float]]:
    """Return rows, shares and what is inside intervals, by what was left out."""
    fit, errors = left_out()
    found = {way: one for way, one in errors.items() if way != "nothing"}
    return {way: [*shares_of(one), *_inside(fit, one, new=NEW[way])] for way, one in found.items()}


def sections() -> Iterator[str]:
    """Return the part of the page."""
    fit, errors = left_out()
    yield HEAD
    yield from _by_way(fit, errors)
    yield _compared(fit, errors["campaign"])
    yield from _in_sample()
    yield from _by_chip(fit, errors)
    yield from _constants()
    yield LIMITS


def _by_way(fit: TrainingFit, errors: Mapping[str, Array]) -> Iterator[str]:
    yield "| left out | rows | median | 90th percentile | mean | bias | inside 80% |\n|---|---|---|---|---|---|---|"
    yield from (
        f"| {way} | {len(one)} | {_figures(one)} | {share:.0%} ± {deviation:.0%} |"
        for way, one in errors.items()
        for share, deviation in [_inside(fit, one, new=NEW.get(way, False))]
    )
    yield ""


def _by_chip(fit: TrainingFit, errors: Mapping[str, Array]) -> Iterator[str]:
    yield "### Training by accelerator, left out\n"
    heads = [f"{what}, {figure}" for what in ("without its campaign", "without it") for figure in ("median", "90th")]
    yield f"| accelerator | rows | {' | '.join(heads)} |\n|---|---|---|---|---|---|"
    for chip, rows in fit.frame.groupby("chip"):
        parts = [_quantiles(errors[way][rows.index]) for way in ("campaign", "accelerator")]
        yield f"| {chip} | {len(rows)} | {' | '.join(parts)} |"
    yield ""


def _in_sample() -> Iterator[str]:
    for name, columns in TABLES.items():
        frame = measure_accuracy(FOLDER / f"{name}.csv").frame
        for column in columns:
            yield f"### {name} by {column}, as fitted\n"
            yield f"| {column} | rows | median | 90th percentile | mean | bias |\n|---|---|---|---|---|---|"
            for key, part in [("all", frame), *frame.groupby(column)]:
                yield f"| {key} | {len(part)} | {_figures(np.log(part['predicted'] / part['measured']).to_numpy())} |"
            yield ""


def _constants() -> Iterator[str]:
    yield "### What constants of training rest on\n"
    yield "Fitted ones have a prior (its 90% range), which the rows narrow; others are assumptions with their reason.\n"
    yield "| constant | value | 90% range | prior | reason |\n|---|---|---|---|---|"
    priors = read_priors(TRAINING)
    for name, fact in load_constants().facts.items():
        short = name.removeprefix("value.")
        if short.startswith("training_"):
            prior = f"{priors[short][1][1]:g} to {priors[short][1][2]:g}" if short in priors else ""
            low, high = (f"{one.magnitude:.3g}" for one in (fact.low, fact.high))
            value = f"{fact.value.magnitude:.3g} {fact.value.units:~P}".strip()
            yield f"| {short.removeprefix('training_')} | {value} | {low} to {high} | {prior} | {fact.reason} |"
    yield ""


def _compared(fit: TrainingFit, ours: Array) -> str:
    a100 = fit.frame["chip"].str.contains("A100").to_numpy()
    every, each = (constant_utilization(fit, column) for column in (None, "chip"))
    return COMPARED.format(
        rows=len(ours),
        few=int(a100.sum()),
        ours=_three(ours),
        a100=_three(ours[a100]),
        one=_three(every),
        chip=_three(each),
        chip_a100=_three(each[a100]),
    )


def constant_utilization(fit: TrainingFit, column: str | None) -> Array:
    """Return errors where all rows, or those of each kind, use the median share of the peak of other campaigns."""
    used = _utilization(fit)
    frame = fit.frame.assign(used=used, kind="" if column is None else fit.frame[str(column)])
    found = np.empty(len(frame))
    for place, row in frame.iterrows():
        others = frame[(frame["campaign"] != row["campaign"]) & (frame["kind"] == row["kind"])]
        shared = (others if len(others) else frame[frame["campaign"] != row["campaign"]])["used"].median()
        found[int(str(place))] = fit.rows[int(str(place))].exponent * np.log(shared / row["used"])
    return found


def _utilization(fit: TrainingFit) -> Array:
    """Return the share of the peak of each row: six operations for each weight that a token uses."""
    case = stacked([one.case for one in fit.rows])
    factor, exponent = (np.array([getattr(one, name) for one in fit.rows]) for name in ("factor", "exponent"))
    rate = (np.exp(fit.measured) / factor) ** (1 / exponent)
    weights = magnitude(case.dense_weights + case.expert_weights + case.head_weights, "1")
    return np.asarray(6 * weights * rate / magnitude(case.peak, "FLOP/s"))


def _three(errors: Array) -> str:
    far = np.abs(np.expm1(errors))
    return " | ".join(f"{one:.1%}" for one in (np.median(far), np.quantile(far, 0.9), far.mean()))


def _figures(errors: Array) -> str:
    return f"{_three(errors)} | {np.expm1(np.median(errors)):.1%}"


def _quantiles(errors: Array) -> str:
    far = np.abs(np.expm1(errors))
    return f"{np.median(far):.1%} | {np.quantile(far, 0.9):.1%}"


def _inside(fit: TrainingFit, errors: Array, *, new: bool) -> tuple[float, float]:
    constants = load_constants()
    half = np.array([half_width(constants, one.family, "new" if new else one.software) for one in fit.rows])
    return coverage(errors, half, pd.Series(fit.frame["campaign"]))


if __name__ == "__main__":
    print("\n".join(sections()))  # noqa: T201 - a look at the part alone
