"""The section of a page on a training run: what was given of it, its hours, and its cost by each method."""

from __future__ import annotations

import pandas as pd

from costmodel.analysis.statement import ENDS
from costmodel.analysis.study import Study
from costmodel.analysis.training_run import FIGURES, SAID, methods_of, parts_of
from costmodel.domain.workload import TrainingRun
from costmodel.report.content import Section
from costmodel.report.naming import in_order_of_cost, names_of

TEXT = "Each method counts something else; their figures are compared with others of the same method only."
WORDS = {"model_flops_utilization": "utilisation (MFU)"}


def run_sections(study: Study) -> list[Section]:
    """Return the figures of a training run and its cost by each method of the field, as the file has its inputs."""
    if not isinstance(study.scenario.workload, TrainingRun):
        return []
    run, names = study.run(), names_of(study.scenario)
    run = in_order_of_cost(study, run).rename(index=names)
    costs = [str(name) for name in run.columns if name not in _beside(run)]
    said = [f"{name.replace('_', ' ').capitalize()}: {words}." for name, words in methods_of(run).items()]
    said += [f"{names[id_]}, no cost at spot price: {reason}." for id_, reason in run.attrs["without"].items()]
    return [
        _section("One run by each method", run, costs, "\n\n".join([TEXT, *said])),
        *([_section("What it falls on", run, parts, _said(parts))] if (parts := parts_of(run)) else []),
        _section("The run", run, [name for name in FIGURES if name in run], ""),
    ]


def _beside(run: pd.DataFrame) -> set[str]:
    """Return the columns that are no costs: figures of the run, and ends of intervals."""
    beside = {*FIGURES, *parts_of(run)}
    return {str(name) for name in run.columns if name in beside or str(name).endswith(ENDS)}


def _said(parts: list[str]) -> str:
    """Return what each part means; those that need no words have none."""
    return "\n\n".join(f"{name.replace('_', ' ').capitalize()}: {SAID[name]}." for name in parts if name in SAID)


def _section(heading: str, run: pd.DataFrame, names: list[str], text: str) -> Section:
    given = run.attrs["given"]
    heads = {name: WORDS.get(name, name.replace("_", " ")) + (" (given)" if name in given else "") for name in names}
    table = run[names].rename(columns=heads).reset_index(names="offer")
    units = {heads[name]: run.attrs["units"][name] for name in names}
    return Section(heading, text=text, table=table, units=units)
