"""How a training run is printed: its figures, and its cost by each method of the field."""

from __future__ import annotations

import pandas as pd

from costmodel.analysis.training_run import FIGURES, methods_of
from costmodel.cli.comparison import print_frame
from costmodel.cli.shared import note


def print_run(run: pd.DataFrame) -> None:
    """Print the figures of a run, then its costs by method, and what each method counts."""
    given = run.attrs["given"]
    figures = _columns(run, [name for name in FIGURES if name in run])
    heads = {name: f"{name} (given)" for name in given}
    figures.attrs["units"] |= {head: run.attrs["units"][name] for name, head in heads.items()}
    print_frame("The run", figures.rename(columns=heads))
    methods = methods_of(run)
    print_frame("Its cost by method", _columns(run, list(methods)))
    for name, words in methods.items():
        note(f"{name} is {words}")


def _columns(run: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return some columns with the ends of their intervals."""
    found = run[[one for one in run.columns if one in names or one.removesuffix("_low").removesuffix("_high") in names]]
    found.attrs = {**run.attrs, "units": dict(run.attrs["units"])}
    return found
