"""Writes docs/accuracy.md and its charts: how far predictions of serving are from measurements, and how that is known.

It keeps the figures of rows that were left out for the page of `costmodel report` too.

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
from accuracy_training import figures_by_way as training_figures
from accuracy_training import sections as training_sections

from costmodel.calibration.accuracy import Accuracy, measure_accuracy
from costmodel.calibration.accuracy.left_out import COLUMNS, FILE, shares_of
from costmodel.calibration.fit.left_out import CONFIGURATION, WAYS, both_left_out_errors, left_out_errors
from costmodel.calibration.fit.mixed import Fit
from costmodel.calibration.fit.power import left_out as left_out_loads
from costmodel.calibration.fit.power import loads
from costmodel.calibration.fit.run import best_fit
from costmodel.calibration.fit.widths import coverage
from costmodel.performance.service.interval import load_residuals
from costmodel.specs.catalog import Catalog, data_folder

HERE = Path(__file__).parent
FOLDER = data_folder("hardware") / "measurements"
FILES = {
    "serving": ("model", "system", "framework", "precision"),
    "inference_throughput": ("model", "chip", "framework", "metric"),
    "mlperf_inference": ("model", "chip", "scenario"),
}
NAMES = {"served": "serving", "queued": "inference_throughput", "submitted": "mlperf_inference"}
DETAIL = ("model", "chip", "stack")
BOTH = "model and accelerator"
Array = npt.NDArray[np.float64]

HEAD = """# How accurate is it

<!-- Made by `python docs/accuracy.py`: change the code, then run it. -->

Each row of a table of measurements is predicted from its configuration alone. The error is |predicted / measured - 1|.
For `serving.csv` the judged number is output tokens per second and accelerator. `costmodel accuracy FILE.csv` gives the
same figures for any file with the same columns.

The form of the model, its priors and the spreads of its levels were chosen while looking at these rows, so the
figures for left-out rows are somewhat better than those for rows that nobody has seen; the fit itself never saw the
left-out rows. Rows that their tables mark as `suspect` are neither fitted nor judged.
"""

LEFT_OUT = """Constants and levels are fitted without each of these in turn (outputs taken as linear around the fit to
all rows). A campaign is a model on an accelerator with some software in some number types, of one round where it was
submitted; configurations are layouts of a campaign of which other rows are left, in ten folds. In the last line,
nothing of the model and nothing of the accelerator was seen. `inside 80%` counts each campaign once, with its standard
error, for which campaigns that were left out together count as one; the interval is that for what was left out.
"""

POWER = """## Power

What an H100 and an H200 draw under 26 loads each, from rest to products at their limit of power (`power_torch.csv`,
`python tests/benchmarks/power_on_gpu.py`): a share at rest, and more by how much of the memory bandwidth and of the
peak is in use, up to the design power. The three shares are fitted on both; with those of the other, each chip's loads
miss by {median:.1%} (median) and {far:.1%} (90th percentile): a byte takes about 130 pJ on either, so that the faster
memory takes a larger share. Other generations were not measured. Products of random numbers, kept up for seconds, held
{held:.0%} of the bf16 peak, less than in runs of a moment.
"""

COMPARED = """## Beside others

Median and 90th percentile of the error of output tokens per second. Rows differ between sources, so this is no ranking;
what was left out is said.

| what | rows | left out | median | 90th percentile |
|---|---|---|---|---|
| this model | serving, {rows} | campaign | {campaign} |
| this model | the same | model | {model} |
| this model | the same | accelerator | {accelerator} |
| roofline with twelve fitted constants | other rows of the same source | all of these rows | 14.2% | 45% |
| aiconfigurator 0.12 (kernels looked up; of 131, 116 answered) | the same | unknown | 16.9% | 46.4% |
| AISimulate 0.13 (kernels looked up, requests replayed; 26 rows) | the same | unknown | 11.2% | 29% |

The others were run by us. Published by their authors, on rows of their own: KernelSight-LM 12.8% time per token on an
unseen generation (arXiv 2606.28565), BLIS 6.7% end to end.

## What constants rest on

Each constant names its source, prior and reason in `costmodel/performance/constants.toml`: those of dense layers rest
on models without experts in all three tables; those of experts, of latent, linear and sparse attention on the others;
links, stacks of other makers, power and what submissions gain on queued runs and submissions. Offsets of levels are in
`costmodel/performance/levels.toml`. Forms that were tried and dropped: decisions 9, 15, 42, 48, 51, 64 and 65.
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
  begins each run of ten requests for each one in flight with a burst: the dated rows of `serving` are predicted as such
  a run, undated ones as such a run with requests of the lengths that they state, by a client that adds its own time
  (`client_overhead`); all else is a service without a start and without that client.
- **Waits behind other prompts** have no fitted constant. One request follows another: mean-value analysis of one
  queue, counted in steps, since requests end with steps. At a rate: Allen and Cunneen. What is fitted is the overhead
  of a request and of each token of its text, and the steps until the client sees a token, with a share of the group in
  which tokens are sent, where a run states one (SGLang's `--stream-interval`, as InferenceX sets it); all other
  predictions are for tokens that are sent one by one. Times to first token have levels of their own.
- **Percentiles**: wait, reading of the prompt and wait for memory are together log-normal with the sum of their
  variances (the wait: none for some, exponential for others); in a run that begins with a burst, those of the burst
  where that is longer. The time per token of a request is log-normal; its variance is that of the prompts that are
  read while it is written, and of pauses.
- **Preemption**: where software admits a request once its prompt fits (vLLM), others are preempted when the cache is
  full, and read again. Prompts are then read more often, preempted requests pause, and fewer wait for their first
  token.
- **Level**: by how much times differ from the bare time model where runs of the same kind were measured; shrunk towards
  none where little was (`costmodel/performance/levels.toml`). What is new has none.
- **80% interval**: 80% of campaigns lie inside. Its half-width (in logarithms) is the scale of the kind of setup times
  the root of the sum of squares of what is left in known campaigns and of what is added for a new campaign of known
  things, model, accelerator (or family of accelerators), software or round; all are measured, by leaving these out of
  the fit, and what is added differs between kinds of measurements (decision 55). The 90% interval of the same residuals
  enters costs as the factor `model_error` on all times.

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
- What tells clients and versions of software apart in their **time to first token**: with its own level a row
  is 12% off (median), without it 18%. Settings of servers that their benchmark published are counted
  (`costmodel/calibration/accuracy/server_settings.toml`): how often SGLang looks for new requests, and for how many
  steps TensorRT-LLM holds prompts back. Those of undated rows are not known.
- Limits on the requests in flight that a run does not state: gpt-oss-120b on H100 with vLLM and 512 in flight wrote to
  about 100 at a time (by its own times), so that requests waited 20 s and longer.
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


def left_out() -> tuple[Fit, dict[str, Array]]:
    """Return the fit, and the errors of rows that it did not see, by what was left out."""
    fit = best_fit()
    return fit, {way: left_out_errors(fit, way) for way in WAYS} | {BOTH: both_left_out_errors(fit)}


def page(fit: Fit, found: dict[str, Array]) -> str:
    """Return the page."""
    unseen = [*_left_out(fit, found), *_covered(fit, found), *_detail(fit, found), _compared(fit, found)]
    return "\n".join([HEAD, *_in_sample(), *unseen, SIMULATED, *training_sections(), _power(), WORDS])


def _power() -> str:
    rows = loads(Catalog())
    far = np.abs(np.expm1(left_out_loads(rows)))
    held = rows["compute"][rows["number_type"] == "bf16"].max()
    return POWER.format(median=np.median(far), far=np.quantile(far, 0.9), held=held)


def _in_sample() -> Iterator[str]:
    found = {name: measure_accuracy(FOLDER / f"{name}.csv") for name in FILES}
    yield "## Rows that the fit has seen\n"
    yield _table(["table"], [[name, *_figures(one)] for name, one in found.items()])
    for what, beside in found["serving"].beside().items():
        yield f"Beside it, `{what}`: median error {beside['median']:.1%}, 90th percentile {beside['p90']:.1%}.\n"
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


def _left_out(fit: Fit, found: dict[str, Array]) -> Iterator[str]:
    yield "## Rows that the fit has not seen\n"
    yield LEFT_OUT
    for table, name in NAMES.items():
        mask = (fit.mixed.rows.labels["table"] == table).to_numpy()
        yield f"### {name}, by what was left out\n"
        rows = [[way, *_of(fit, errors, mask, way)] for way, errors in found.items()]
        yield _table(["left out"], [row for row in rows if row[1] != "0"])
    served = fit.mixed.rows.served
    first, token = (found["campaign"][place] for place in (slice(-served, None), slice(-2 * served, -served)))
    for what, errors in (("time to first token", first), ("time per token", token)):
        error = np.abs(np.expm1(errors))
        middle, far = np.quantile(error, [0.5, 0.9])
        yield f"Without its campaign, {what}: median {middle:.1%}, 90th percentile {far:.1%}.\n"


def kept(fit: Fit, found: dict[str, Array]) -> pd.DataFrame:
    """Return what pages show of left-out rows: one row for each table and way."""
    rows = []
    for table, name in NAMES.items():
        mask = (fit.mixed.rows.labels["table"] == table).to_numpy()
        rows += [(name, way, *_numbers(fit, errors, mask, way)) for way, errors in found.items()]
    rows += [("training_throughput", way, *numbers) for way, numbers in training_figures().items()]
    return pd.DataFrame(rows, columns=list(COLUMNS)).query("rows > 0")


def _covered(fit: Fit, found: dict[str, Array]) -> Iterator[str]:
    labels = fit.mixed.rows.labels
    yield "### All tables pooled: inside 80%, with campaigns as units\n"
    yield "| left out | inside 80% |\n|---|---|"
    for way, errors in found.items():
        yield f"| {way} | {_within(*_inside(fit, errors, np.ones(len(labels), dtype=bool), way))} |"
    yield ""


def _detail(fit: Fit, found: dict[str, Array]) -> Iterator[str]:
    labels = fit.mixed.rows.labels
    for table, name in NAMES.items():
        for column in DETAIL:
            way = {"chip": "accelerator", "stack": "software"}.get(column, column)
            mask = (labels["table"] == table).to_numpy()
            names = sorted(set(labels[column][mask]))
            rows = [[one, *_of(fit, found[way], mask & (labels[column] == one).to_numpy(), way)] for one in names]
            yield f"### {name}, left out by {way}\n"
            yield _table([way], rows)


def _compared(fit: Fit, found: dict[str, Array]) -> str:
    mask = (fit.mixed.rows.labels["table"] == "served").to_numpy()
    figures = {way: " | ".join(_of(fit, found[way], mask, way)[1:3]) for way in ("campaign", "model", "accelerator")}
    return COMPARED.format(rows=int(mask.sum()), **figures)


def _of(fit: Fit, errors: Array, mask: npt.NDArray[np.bool_], way: str) -> list[str]:
    """Return figures of the errors of judged values of some rows, in words."""
    count, *shares, inside, deviation = _numbers(fit, errors, mask, way)
    return [str(count), *(f"{value:.1%}" for value in shares), _within(inside, deviation)] if count else ["0"]


def _numbers(fit: Fit, errors: Array, mask: npt.NDArray[np.bool_], way: str) -> list[float]:
    logarithms = errors[: mask.size][mask]
    return [*shares_of(logarithms), *_inside(fit, errors, mask, way)]


def _within(share: float, deviation: float) -> str:
    return f"{share:.0%} ± {deviation:.0%}" if np.isfinite(deviation) else f"{share:.0%}"


def _inside(fit: Fit, errors: Array, mask: npt.NDArray[np.bool_], way: str) -> tuple[float, float]:
    new = [] if way == CONFIGURATION else way.split(" and ")
    labels = fit.mixed.rows.labels[mask]
    half = np.array([load_residuals().half_width_of(kind, new) for kind in labels["kind"]])
    together = labels[WAYS[way]] if way in WAYS else labels["model"] + labels["chip"]
    if way == CONFIGURATION or together.nunique() == 1:
        together = labels["campaign"]
    return coverage(errors[: mask.size][mask], half, labels["campaign"], together)


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
    without = left_out()
    (HERE / "accuracy.md").write_text(page(*without), encoding="utf-8")
    kept(*without).to_csv(FILE, index=False, float_format="%.6f")
    sys.stdout.write(f"wrote docs/accuracy.md and {FILE.name}\n")
