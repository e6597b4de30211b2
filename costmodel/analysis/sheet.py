"""Every input times 1.5: the headline figure that follows, for every offer of a scenario.

The sheet is a net for regressions: a change of the model or of a fact shows as changed lines in its diff. It is
written by `python -m costmodel.analysis.sheet SCENARIO FILE`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from costmodel.analysis.study import Study, load
from costmodel.errors import CostModelError
from costmodel.formula import compile_numpy
from costmodel.formula.graph import order
from costmodel.formula.operations import LEAF

FACTOR = 1.5
DIGITS = 9
"""Significant digits of a figure in the file: more would show the rounding of another machine."""


def sheet(study: Study, factor: float = FACTOR) -> pd.DataFrame:
    """Return one row per offer and input: the headline figure as it is, and with that input times a factor.

    The layout of the workload on the systems stays as it was found for the scenario.
    """
    return pd.concat([_rows(study, offer.id, factor) for offer in study.scenario.offers], ignore_index=True)


def write(study: Study, file: Path) -> None:
    """Write the sheet as CSV."""
    sheet(study).to_csv(file, index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")


def _rows(study: Study, offer: str, factor: float) -> pd.DataFrame:
    traced = study.trace(offer)[study.headline]
    leaves = sorted({n.label.name: n.label for n in order([traced.magnitude]) if n.operation == LEAF}.items())
    values = np.array([float(leaf.value.magnitude) for _, leaf in leaves])
    scaled = np.tile(values, (len(leaves) + 1, 1))
    np.fill_diagonal(scaled, values * factor)
    kernel = compile_numpy({"figure": traced}, [name for name, _ in leaves])
    found = kernel(**{name: scaled[:, i] for i, (name, _) in enumerate(leaves)})["figure"]
    return pd.DataFrame(
        {
            "offer": offer,
            "input": [name for name, _ in leaves],
            "unit": [f"{leaf.value.units:~C}" for _, leaf in leaves],
            "value": values,
            "figure": study.headline,
            "at_value": found[-1],
            f"at_{factor:g}_times": found[:-1],
        }
    )


def main(arguments: list[str]) -> int:
    """Write the sheet of a scenario to a file."""
    try:
        scenario, file = arguments
    except ValueError:
        sys.stderr.write("usage: python -m costmodel.analysis.sheet SCENARIO FILE\n")
        return 2
    try:
        write(load(scenario), Path(file))
    except CostModelError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
