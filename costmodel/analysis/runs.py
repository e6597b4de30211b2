"""Training runs beside what was published of them: hours, and cost by each method, with ratio and interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from costmodel.analysis.arguments import folders
from costmodel.analysis.changes import NONE, Changes
from costmodel.analysis.statement import ENDS
from costmodel.analysis.study import Study, study_of
from costmodel.analysis.training_run import given_in_words
from costmodel.domain.workload import TrainingRun
from costmodel.economics.run_methods import given_of
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Fact
from costmodel.specs.runs import RunRecord, read_runs

HOURS = "accelerator_hours"
FIGURES = (HOURS, "cost_at_cloud_price", "cost_amortised", "cost_of_acquisition")
"""What is published of runs; nobody publishes what one would cost on spot."""
UNITS = {HOURS: "accelerator*h"}
COLUMNS = ("run", "figure", "ours", "low", "high", "published", "unit", "ratio", "inside", "offer", "given", "source")


@dataclass(frozen=True)
class Run:
    """One run: its study, and what was published of it."""

    record: RunRecord
    study: Study

    @property
    def title(self) -> str:
        """What it is called."""
        return self.study.scenario.title

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Hours and cost by each method, under each of its offers."""
        return self.study.run()

    @property
    def given(self) -> tuple[str, ...]:
        """What of it was stated instead of predicted or computed."""
        workload = self.study.scenario.workload
        return given_of(workload) if isinstance(workload, TrainingRun) else ()

    @property
    def remarks(self) -> list[str]:
        """What a reader has to know of it: why it was run so, and what was given."""
        note = self.study.scenario.note
        return [*([note] if note else []), *given_in_words(self.study.scenario)]


def load_runs(file: Path, *, specs: Sequence[str | Path] = (), changes: Changes = NONE) -> list[Run]:
    """Return the runs of a file, with inputs set in each."""
    catalog = Catalog(folders(specs))
    return [Run(one, study_of(catalog, one.scenario, changes)) for one in read_runs(catalog, file)]


def against_published(runs: Sequence[Run]) -> pd.DataFrame:
    """Return one row per run and figure: ours with its 80% interval, what was published, their ratio.

    A figure is that of the first offer of the run which has it; methods are compared with themselves only.
    """
    return pd.DataFrame([row for one in runs for row in _rows(one)], columns=list(COLUMNS))


def _rows(one: Run) -> Iterator[dict[str, object]]:
    for name in FIGURES:
        if name not in one.figures.columns:
            continue
        found = one.figures[name].dropna()
        if found.empty:
            continue
        offer = str(found.index[0])
        low, high = (float(one.figures[f"{name}{end}"][offer]) for end in ENDS)
        ours, fact, unit = float(found.iloc[0]), one.record.published.get(name), UNITS.get(name, "USD")
        yield {
            "run": one.record.name,
            "figure": name,
            "ours": ours,
            "low": low,
            "high": high,
            "unit": unit,
            **_beside(ours, low, high, fact, unit),
            "offer": offer,
            "given": ", ".join(one.given),
            "source": "" if fact is None else fact.source,
        }


def _beside(ours: float, low: float, high: float, fact: Fact | None, unit: str) -> dict[str, object]:
    if fact is None:
        return {"published": float("nan"), "ratio": float("nan"), "inside": ""}
    said = float(fact.value.to(unit).magnitude)
    return {"published": said, "ratio": ours / said, "inside": _place(said, low, high)}


def _place(said: float, low: float, high: float) -> str:
    """Return whether a figure lies inside an interval; what follows from given figures alone has none."""
    if low == high:
        return "no interval"
    return "inside" if low <= said <= high else "outside"
