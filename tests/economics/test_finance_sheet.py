"""The sheet with every input times 1.5: what is in the repository is what the model says.

After an intended change, write it anew and review the diff:

    WRITE_GOLDEN=yes python -m pytest tests/economics/test_finance_sheet.py
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from costmodel.analysis.model import leaves_of
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.formula import compile_numpy

FILE = Path(__file__).parents[1] / "golden" / "finance_sheet.csv"
KEYS = ["offer", "input"]
FACTOR = 1.5
FIGURES = {f"at_{FACTOR:g}_times", "at_value"}


def test_the_sheet_is_current() -> None:
    """Every figure of the golden sheet is reproduced to 1e-6, and no input is missing or new."""
    new = _sheet(load("coreweave-contract"))
    if os.environ.get("WRITE_GOLDEN"):
        new.to_csv(FILE, index=False, float_format="%.9g", lineterminator="\n")
    old, now = pd.read_csv(FILE).set_index(KEYS), new.set_index(KEYS)
    assert set(old.index) == set(now.index)
    for column in FIGURES:
        assert now[column].to_dict() == pytest.approx(old[column].to_dict(), rel=1e-6, nan_ok=True)


def _sheet(study: Study) -> pd.DataFrame:
    """Return the headline figure of each offer as it is, and with one input after the other times a factor."""
    return pd.concat([_rows(study, id_) for id_ in study.costs], ignore_index=True)


def _rows(study: Study, offer: str) -> pd.DataFrame:
    traced = study.trace(offer)[study.headline]
    leaves = [leaf for _, leaf in sorted(leaves_of([traced]).items())]
    values = np.array([float(leaf.value.magnitude) for leaf in leaves])
    scaled = np.tile(values, (len(leaves) + 1, 1))
    np.fill_diagonal(scaled, values * FACTOR)
    kernel = compile_numpy({"figure": traced}, [leaf.name for leaf in leaves])
    given = {leaf.name: scaled[:, i] for i, leaf in enumerate(leaves)}
    # A share times 1.5 may be above one, which no formula takes: that row has no figure.
    found = kernel.mark(**given)["figure"]
    return pd.DataFrame(
        {
            "offer": offer,
            "input": [leaf.name for leaf in leaves],
            "unit": [f"{leaf.value.units:~C}" for leaf in leaves],
            "value": values,
            "figure": study.headline,
            "at_value": found[-1],
            f"at_{FACTOR:g}_times": found[:-1],
        }
    )
