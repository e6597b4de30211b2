"""Writes docs/accuracy.md and its charts: how far predictions of serving are from measurements, and how that is known.

python docs/accuracy.py        about a minute: it fits the constants again with models, chips and software left out
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd
import vl_convert

from costmodel.calibration.accuracy import Accuracy, measure_accuracy
from costmodel.calibration.fit.left_out import (
    both_left_out_errors,
    errors,
    keys,
    left_out_errors,
    offline_left_out,
)
from costmodel.calibration.fit.run import SERVING, STACKS, priors_of
from costmodel.calibration.fit.serving import OfflineData, ServingData, load_data
from costmodel.calibration.fit.widths import kinds
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.service.interval import load_residuals
from costmodel.specs.catalog import data_folder

HERE = Path(__file__).parent
FOLDER = data_folder("hardware") / "measurements"
FILES = {
    "serving": ("model", "system", "framework", "precision"),
    "inference_throughput": ("model", "chip", "framework", "metric"),
    "mlperf_inference": ("model", "chip", "scenario"),
}
NOVELTY = ("model", "accelerator", "framework")
Array = npt.NDArray[np.float64]

HEAD = """# How accurate is it

<!-- Made by `python docs/accuracy.py`: change the code, then run it. -->

Each row of a table of measurements is predicted from its configuration alone. The error is |predicted / measured - 1|.
For `serving.csv` the judged number is output tokens per second and accelerator. `costmodel accuracy FILE.csv` gives the
same figures for any file with the same columns.

The form of the model and its priors were chosen while looking at these rows, so the figures for left-out rows are
somewhat better than those for rows that nobody has seen; the fit itself never saw the left-out rows.
"""

LEFT_OUT = """The constants are fitted without each of these in turn. Configurations, of tensor parallelism and number
type, are left out in ten folds. A combination is of model, accelerator and framework, each of which other rows still
show. In the last line, nothing of the model and nothing of the accelerator was seen.
"""

WORDS = """## Words

- **Time to first token**: mean time from the sending of a request until its client sees the first token: overhead of
  host and network, the wait behind other prompts, its own prompt, and some decode steps (the end of the running one,
  and those after which tokens are sent); where the cache does not fit, also the wait for memory.
- **Time per output token**: mean, over requests, of the time between the tokens of one, with the prompts of others
  that are read meanwhile, and with pauses where it is preempted.
- **Traffic**: one request follows another (a fixed number in flight), or requests come at a rate. Lengths and
  arrivals have spreads, which are standard deviations over means; those that a workload does not state are
  assumptions in `costmodel/performance/constants.toml`. InferenceX draws lengths evenly between 80% and 100%, and
  begins each run of ten requests for each one in flight with a burst: the rows of `serving` are predicted as such a
  run, all else as a service without a start.
- **Waits behind other prompts** have no fitted constant. One request follows another: mean-value analysis of one
  queue, counted in steps, since requests end with steps. At a rate: Allen and Cunneen. What is fitted is the overhead
  and the steps until the client sees a token; those of SGLang in `serving` are for tokens that are sent in groups, as
  InferenceX runs it; all other predictions are for tokens that are sent one by one.
- **Percentiles**: wait, reading of the prompt and wait for memory are together log-normal with the sum of their
  variances (the wait: none for some, exponential for others); in a run that begins with a burst, those of the burst
  where that is longer. The time per token of a request is log-normal; its variance is that of the prompts that are
  read while it is written, and of pauses.
- **Preemption**: where software admits a request once its prompt fits (vLLM), others are preempted when the cache is
  full, and read again. Prompts are then read more often, preempted requests pause, and fewer wait for their first
  token.
- **80% interval**: 80% of measurements lie inside. Its half-width (in logarithms) is the root of the sum of squares
  of that of known setups and of what is added for a new model, accelerator, framework or combination of known ones;
  all are measured, by leaving these out of the fit (known setups: by leaving out configurations). The 90% interval of
  the same residuals enters costs as the factor `model_error` on all times.

## What is not modelled

- Speculative decoding that a row does not state: some DeepSeek rows are twice as fast as others of the same shape.
- Experts that are in demand all the time: rows choose at random, and software is taken to copy hot experts. Gating that
  limits a row to some groups of experts, and with it to some systems.
- Pipeline stages of unequal length, and passes of unequal length that leave stages waiting.
- Requests of different kinds (short questions beside long documents) beyond one spread of each length, and
  priorities.
- Memory that is lost because the next request in line is long: where lengths differ much, up to a sixth more fit on
  paper. Just beyond what fits (a quarter more requests), with lengths that differ much, the time to first token is a
  quarter to a half too low.
- Answers much shorter than their prompts at high load: in simulation the mean time per token was 30% to 60% longer at
  60% of the highest load, and several times as long near it.
- Limits of software on the requests in flight, and rules of admission other than by memory; SGLang is taken to hold
  what its requests need on average, and to preempt none.
"""

SIMULATED = """## Queueing against simulation

Nothing above measures percentiles or preemption, so the closed form is compared with continuous batching simulated
event by event, with the same time of a step for both (`tests/reference/test_against_simulation.py` holds these
figures; each stands for 24 to 192 cases from no load to more than can be answered).

| what | median miss | 90th percentile of misses |
|---|---|---|
| mean time to first token, endless service | 3.4% | 13% |
| mean time to first token, benchmark with its burst | 4.5% | 15% |
| mean time to first token, arrivals at up to 60% of what can be answered | 1.7% | 10% |
| mean time to first token, up to four times as many requests as fit | 3% | 15% |
| mean time per token, endless service | 1.2% | 4% |
| 50th, 90th, 99th percentile of time to first token, endless service | 5%, 10%, 11% | 14%, 25%, 33% |
| 99th percentile of time to first token, benchmark with its burst | 12% | 46% |
| 50th, 90th, 99th percentile of time per token, endless service | 1%, 2%, 5% | 4%, 11%, 20% |
| preemptions of a request | 6% | 14% |
| requests per second, up to four times as many as fit | 1.6% | 9% |
"""


def page() -> str:
    """Return the page."""
    serving, offline = load_data()
    parts = [HEAD, *_in_sample(), *_left_out(serving), *_offline_left_out(offline), SIMULATED, WORDS]
    return "\n".join(parts)


def _in_sample() -> Iterator[str]:
    found = {name: measure_accuracy(FOLDER / f"{name}.csv") for name in FILES}
    yield "## Rows that the fit has seen\n"
    yield _table(["table"], [[name, *_figures(one)] for name, one in found.items()])
    for what, one in found["serving"].beside().items():
        yield f"Beside it, `{what}`: median error {one['median']:.1%}, 90th percentile {one['p90']:.1%}.\n"
    for name, one in found.items():
        _scatter(one, FILES[name][1], HERE / f"accuracy-{name}.svg")
        yield f"![Predicted against measured, {name}](accuracy-{name}.svg)\n"
    for name, columns in FILES.items():
        for column in columns:
            yield f"### {name} by {column}\n"
            parts = found[name].frame.groupby(column, sort=True)
            rows = [[str(key), *_figures(Accuracy(name, name, part))] for key, part in parts]
            yield _table([column], rows)


def _figures(one: Accuracy) -> list[str]:
    shares = (one.median_abs_error, one.p90_abs_error, one.bias, one.coverage_80)
    return [str(one.rows), *(f"{value:.1%}" for value in shares)]


def _table(first: list[str], rows: list[list[str]]) -> str:
    heads = [*first, "rows", "median", "90th percentile", "bias", "inside 80%"]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"


def _left_out(data: ServingData) -> Iterator[str]:
    priors, labels = priors_of(SERVING), keys(data.rows)
    shipped = {name: float(load_constants()[name].magnitude) for name in priors}
    groups = kinds(data.groups, len(data.rows))
    rows = [["nothing (in sample)", *_of_errors(errors(data, shipped), groups)]]
    detail = []
    for name, label in labels.items():
        found = left_out_errors(data, priors, label)
        rows.append([name, *_of_errors(found, groups, name)])
        detail += [(name, found, label)] if name in NOVELTY else []
    both = both_left_out_errors(data, priors)
    rows.append(["model and accelerator", *_of_errors(both, groups, "model", "accelerator")])
    yield "## Rows that the fit has not seen: serving\n"
    yield LEFT_OUT
    yield _table(["left out"], rows)
    for name, found, label in detail:
        yield f"### serving, left out by {name}\n"
        yield _table([name], [[one, *_part(found, groups, label, one, name)] for one in sorted(set(label))])


def _part(found: Array, groups: list[str], label: pd.Series[str], one: str, name: str) -> list[str]:
    mask = (label == one).to_numpy()
    return _of_errors(found[mask], [kind for kind, inside in zip(groups, mask, strict=True) if inside], name)


def _of_errors(logarithms: Array, groups: list[str], *new: str) -> list[str]:
    """Return figures of errors, with the share inside intervals that are wider by what was left out."""
    widths = load_residuals().widths
    half = np.array([np.sqrt(sum(widths[kind].get(what, 0.0) ** 2 for what in ("known", *new))) for kind in groups])
    error = np.abs(np.expm1(logarithms))
    shares = (
        np.median(error),
        np.quantile(error, 0.9),
        np.expm1(np.median(logarithms)),
        np.mean(np.abs(logarithms) <= half),
    )
    return [str(len(error)), *(f"{value:.1%}" for value in shares)]


def _offline_left_out(data: OfflineData) -> Iterator[str]:
    yield "## Rows that the fit has not seen: offline runs\n"
    yield "The constants of software stacks are fitted without each chip in turn; those of serving stay.\n"
    names = ("inference_throughput", "mlperf_inference")
    priors = priors_of(STACKS)
    found = offline_left_out(data, priors, {name: float(load_constants()[name].magnitude) for name in priors})
    rows = []
    for name, one, (table, groups) in zip(names, found, data.tables, strict=True):
        kind = ["submitted"] * len(table) if name.startswith("mlperf") else kinds(groups, len(table))
        rows.append([name, *_of_errors(one, kind, "accelerator")])
    yield _table(["table"], rows)


def _scatter(one: Accuracy, colour: str, file: Path) -> None:
    """Write predicted against measured, in each row's own unit."""
    frame = one.frame[["measured", "predicted", colour]].rename(columns={colour: "group"})
    ends = [float(frame[["measured", "predicted"]].min().min()), float(frame[["measured", "predicted"]].max().max())]
    scale = alt.Scale(type="log", domain=ends)
    points = alt.Chart(frame).mark_circle(size=14, opacity=0.6)
    axes = {"x": alt.X("measured:Q", scale=scale), "y": alt.Y("predicted:Q", scale=scale)}
    line = alt.Chart(pd.DataFrame({"measured": ends, "predicted": ends})).mark_line(color="gray").encode(**axes)
    legend = alt.Color("group:N", legend=alt.Legend(title=colour, symbolLimit=40))
    chart = (line + points.encode(**axes, color=legend)).properties(width=420, height=420, title=one.name)
    file.write_text(vl_convert.vegalite_to_svg(chart.to_json()), encoding="utf-8")


if __name__ == "__main__":
    (HERE / "accuracy.md").write_text(page(), encoding="utf-8")
    sys.stdout.write("wrote docs/accuracy.md\n")
