"""The page of how accurate the time model is: every measured row beside its prediction, by table and accelerator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp
from typing import Any

import numpy as np
import pandas as pd

from costmodel.calibration.accuracy import Accuracy, measure_accuracy
from costmodel.calibration.accuracy.left_out import left_out_figures
from costmodel.domain.accelerator_names import Accelerators
from costmodel.performance.service.interval import (
    ACCELERATOR,
    CAMPAIGN,
    DENSE,
    EXPERTS,
    FAMILY,
    MODEL,
    QUEUED,
    SOFTWARE,
    STACKS,
    SUBMITTED,
    load_residuals,
)
from costmodel.report.charts.ratios import ratio_rows
from costmodel.report.content import KeyFigure, Page, Section
from costmodel.report.numerals import number
from costmodel.specs.catalog import Catalog, data_folder

TABLES = {
    "serving": "Serving, one setup at many loads",
    "inference_throughput": "Published throughputs and latencies",
    "mlperf_inference": "MLPerf inference",
    "training_throughput": "Published training steps",
    "mlperf_training": "MLPerf training",
}
"""Tables of measurements, by what they are for people."""
FITTED = frozenset(TABLES) - {"mlperf_training"}
"""Those whose rows set constants; of the other one only a level was set."""
FIGURES = {
    "rows": "rows",
    "median_abs_error": "median error",
    "p90_abs_error": "90th percentile",
    "bias": "bias",
    "coverage_80": "inside 80% interval",
}
SHARES = tuple(FIGURES.values())[1:]
KINDS = {
    DENSE: "serving, dense models",
    EXPERTS: "serving, models with experts",
    QUEUED: "throughput with TensorRT-LLM",
    STACKS: "throughput with other software",
    SUBMITTED: "MLPerf inference",
}
NOVEL: Mapping[str, list[str]] = {
    "nothing new": [],
    "new combination": [CAMPAIGN],
    "new model": [MODEL],
    "new accelerator": [ACCELERATOR],
    "new family of them": [FAMILY],
    "new software": [SOFTWARE],
    "new model and accelerator": [MODEL, ACCELERATOR],
}
SEEN = """\
The constants of the model were fitted to these rows (of MLPerf training, \
only its level): this says how well the form of the model can describe them."""
LEFT_OUT = """\
The error is |predicted / measured − 1|. Constants were fitted without each campaign, model, accelerator, software or \
round in turn, and what was left out was predicted. A campaign is a model on an accelerator with some software; a \
configuration is a layout of a campaign of which other rows stayed. The last column counts each campaign once. MLPerf \
training set a level alone, and was not left out."""
WITHOUT = {
    "median": "median error",
    "p90": "90th percentile",
    "bias": "bias",
    "inside": "inside 80% interval",
}
POINTS = """\
Each point is a measured row, predicted from its configuration alone: above one, the model says more than was \
measured. Rates and, of some rows, times."""
UNSEEN = """\
Models, accelerators, software and their combinations were left out of the fit one after the other, and what was left \
out was predicted. The measurements of 80% of campaigns lie so far below and above a prediction with so much new about \
it; every prediction carries the interval of its own case."""
METHOD = """\
A row is predicted from its configuration alone: model, accelerator, number types, layout, software and load. What was \
measured of it enters nowhere else than in the fit of the constants, which all rows share. Rows that their tables mark \
as suspect are neither fitted nor judged.

The form of the model was chosen while looking at these rows, so that rows that nobody has seen are somewhat further \
off than left-out ones. The full account, with others' models beside and what is not modelled, is docs/accuracy.md; \
`costmodel accuracy FILE.csv` judges measurements of your own."""


def accuracy_page(catalog: Catalog, tables: Sequence[str] = tuple(TABLES)) -> Page:
    """Return everything that the page says, of the given tables of measurements."""
    folder = data_folder("hardware") / "measurements"
    found = {name: measure_accuracy(folder / f"{name}.csv", catalog) for name in tables}
    fitted = {name: one for name, one in found.items() if name in FITTED}
    parts = [_by(name, one, column) for name, one in found.items() for column in ("model", "framework")]
    return Page(
        title="Accuracy of the time model",
        question="How far are predicted speeds from measured ones, and from what nobody has measured?",
        headline=_headline(fitted),
        summary=_summary(found),
        sections=(_unseen(), _tables(found), _points(found, catalog), _left_out(found), *parts),
        method=METHOD,
    )


def _errors(found: Mapping[str, Accuracy]) -> pd.Series[float]:
    return pd.concat([one.error.abs() for one in found.values()])


def _percent(share: float) -> str:
    return f"{number(100 * share, 2)}%"


def _headline(fitted: Mapping[str, Accuracy]) -> str:
    errors, half = _errors(fitted), load_residuals().half_width_of(DENSE, [MODEL])
    middle, unseen = _percent(float(errors.median())), _without_model()["median"]
    ends = " to ".join(dict.fromkeys(_percent(end) for end in (unseen.min(), unseen.max())))
    return (
        f"A dense model that nobody has measured gets an 80% interval of {_ends(half)}. Half of the rows whose model "
        f"the fit has not seen are within {ends}, by table; of the {len(errors):,} that it has seen within {middle}."
    )


def _without_model() -> pd.DataFrame:
    """Return the figures of rows whose model was left out of the fit, by table."""
    figures = left_out_figures()
    return figures[figures["left_out"] == MODEL].set_index("table")


def _summary(found: Mapping[str, Accuracy]) -> tuple[KeyFigure, ...]:
    """Return the median error of each table: of rows whose model the fit has not seen, where it was left out."""
    unseen = _without_model()
    return tuple(
        _as_fitted(name, one) if name not in unseen.index else _as_new(name, one, unseen.T[name])
        for name, one in found.items()
    )


def _as_new(name: str, one: Accuracy, row: pd.Series[float]) -> KeyFigure:
    note = (
        f"median error of {int(row['rows']):,} rows without their model in the fit; nine in ten within "
        f"{_percent(row['p90'])}. {_percent(one.median_abs_error)} as rows that the fit has seen"
    )
    return KeyFigure(TABLES[name], _percent(row["median"]), note=note)


def _as_fitted(name: str, one: Accuracy) -> KeyFigure:
    note = f"median error of {one.rows:,} rows that set its level; nine in ten within {_percent(one.p90_abs_error)}"
    return KeyFigure(TABLES[name], _percent(one.median_abs_error), note=note)


def _left_out(found: Mapping[str, Accuracy]) -> Section:
    """Return the errors of rows that were left out of the fit, by table and by what was left out."""
    figures = left_out_figures()
    kept = figures[figures["table"].isin(list(found))]
    shares = {word: (100 * kept[name]).round(1) for name, word in WITHOUT.items()}
    named = {"table": kept["table"].map(TABLES), "left out": kept["left_out"], "rows": kept["rows"]}
    units = dict.fromkeys(WITHOUT.values(), "percent")
    return Section("By what was left out of the fit", LEFT_OUT, table=pd.DataFrame({**named, **shares}), units=units)


def _tables(found: Mapping[str, Accuracy]) -> Section:
    rows = [{"table": TABLES[name], **_figures(one.summary())} for name, one in found.items()]
    table = pd.DataFrame(rows)
    return Section("Rows that the fit has seen", SEEN, table=table, units=dict.fromkeys(SHARES, "percent"))


def _figures(summary: Mapping[Any, Any]) -> dict[str, float]:
    """Return the figures that are shown, shares in percent."""
    values = {name: float(summary[name]) for name in FIGURES}
    return {
        FIGURES[name]: round(100 * value, 1) if FIGURES[name] in SHARES else value for name, value in values.items()
    }


def _points(found: Mapping[str, Accuracy], catalog: Catalog) -> Section:
    frames = [_ratios(name, one, Accelerators(catalog)) for name, one in found.items()]
    points = pd.concat(frames, ignore_index=True)
    chart = ratio_rows(points[np.isfinite(points["ratio"])], "Predicted over measured")
    by = points.groupby("name")["ratio"]
    table = pd.DataFrame({"rows": by.size(), "median": by.median(), "lowest": by.min(), "highest": by.max()})
    table = table.sort_values("rows", ascending=False).reset_index(names="accelerator")
    return Section("Predicted over measured, by accelerator", POINTS, chart, table)


def _ratios(name: str, one: Accuracy, chips: Accelerators) -> pd.DataFrame:
    # In `serving` the column of the accelerator is named after its system.
    places = one.frame["chip" if "chip" in one.frame else "system"].astype(str)
    names = {place: chips.find(place).name for place in places.unique()}
    rows = one.frame["id"].astype(str) if "id" in one.frame else places
    ratio = one.frame["predicted"] / one.frame["measured"]
    return pd.DataFrame({"name": places.map(names), "row": rows, "kind": TABLES[name], "ratio": ratio})


def _unseen() -> Section:
    found = load_residuals()
    table = pd.DataFrame(
        {"what": words, **{new: _ends(found.half_width_of(kind, what)) for new, what in NOVEL.items()}}
        for kind, words in KINDS.items()
    )
    return Section("What the fit has not seen", UNSEEN, table=table)


def _ends(half: float) -> str:
    r"""Return an interval that is symmetric in logarithms, in percent; it is not broken into lines.

    >>> _ends(0.2)
    '−18\xa0to\xa0+22%'
    """
    return f"{number(100 * (exp(-half) - 1), 2)}\u00a0to\u00a0+{number(100 * (exp(half) - 1), 2)}%"


def _by(name: str, one: Accuracy, column: str) -> Section:
    parts = one.by([column]).reset_index().to_dict("records")
    table = pd.DataFrame([{column: row[column], **_figures(row)} for row in parts])
    section = Section(f"{TABLES[name]}, by {column}", table=table, units=dict.fromkeys(SHARES, "percent"))
    return replace(section, folded=True)
