"""What a table of measurements says about the predictions of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.errors import unknown

PREDICTED, LOW, HIGH, MEASURED, REASON = "predicted", "low", "high", "measured", "reason"
NAME = "id"
"""Column with the name of a row; without it, rows are named by their line."""
BESIDE = "predicted_"
"""How columns begin that predict another measured column of the table."""


@dataclass(frozen=True)
class Accuracy:
    """Errors over the rows of one file; a row without an answer counts as an infinite error outside its interval."""

    name: str
    kind: str
    frame: pd.DataFrame
    """The rows of the file with predicted, low, high, measured and reason (why there is no answer)."""
    suspect: int = 0
    """Rows of the file that are marked as suspect, and left out."""

    @property
    def error(self) -> pd.Series[float]:
        """Predicted over measured, minus one; infinite where there is no answer."""
        return (self.frame[PREDICTED] / self.frame[MEASURED] - 1).fillna(np.inf)

    @property
    def inside(self) -> pd.Series[bool]:
        """Whether a row's measurement lies inside its 80% interval."""
        measured = self.frame[MEASURED]
        return (measured >= self.frame[LOW]) & (measured <= self.frame[HIGH])

    @property
    def rows(self) -> int:
        """Rows that are judged."""
        return len(self.frame)

    @property
    def answered(self) -> int:
        """Rows with a prediction."""
        return int(np.isfinite(self.error).sum())

    @property
    def median_abs_error(self) -> float:
        """Median of the absolute relative error over all rows."""
        return _quantile(self.error.abs(), 0.5)

    @property
    def p90_abs_error(self) -> float:
        """90th percentile of the absolute relative error over all rows."""
        return _quantile(self.error.abs(), 0.9)

    @property
    def mean_abs_error(self) -> float:
        """Mean of the absolute relative error over all rows."""
        return float(self.error.abs().mean()) if self.rows else float("nan")

    @property
    def bias(self) -> float:
        """Median of the signed relative error over the rows with an answer."""
        return _quantile(self.error[np.isfinite(self.error)], 0.5)

    @property
    def coverage_80(self) -> float:
        """Share of all rows whose measurement lies inside the 80% interval."""
        return float(self.inside.mean()) if self.rows else float("nan")

    @property
    def unanswered(self) -> pd.Series[int]:
        """Number of rows without an answer by reason."""
        missing = self.frame[~np.isfinite(self.error)]
        return missing[REASON].value_counts()

    def beside(self) -> dict[str, dict[str, float]]:
        """Return median, 90th percentile and mean error of quantities that are predicted beside the judged one."""
        found = {}
        for name in (str(column) for column in self.frame.columns):
            what = name.removeprefix(BESIDE)
            if what != name and what in self.frame:
                error = (self.frame[name] / pd.to_numeric(self.frame[what], errors="coerce") - 1).abs().fillna(np.inf)
                found[what] = {
                    "median": _quantile(error, 0.5),
                    "p90": _quantile(error, 0.9),
                    "mean": float(error.mean()),
                }
        return found

    def summary(self) -> dict[str, float | int | str]:
        """Return the figures of the file by name."""
        return {
            "file": self.name,
            "kind": self.kind,
            "rows": self.rows,
            "answered": self.answered,
            "median_abs_error": self.median_abs_error,
            "p90_abs_error": self.p90_abs_error,
            "mean_abs_error": self.mean_abs_error,
            "bias": self.bias,
            "coverage_80": self.coverage_80,
        }

    def rows_beside(self) -> list[dict[str, Any]]:
        """Return every row: its name, ours with its interval, theirs, their ratio, and from what or why not."""
        frame = self.frame
        named = frame[NAME].astype(str) if NAME in frame else pd.Series(map(str, frame.index + 2), frame.index)
        table = pd.DataFrame({"row": named, "ours": frame[PREDICTED], "low": frame[LOW], "high": frame[HIGH]})
        table = table.assign(theirs=frame[MEASURED], ratio=frame[PREDICTED] / frame[MEASURED], reason=frame[REASON])
        return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]

    def by(self, columns: Sequence[str]) -> pd.DataFrame:
        """Return the same figures for every combination of values of some columns."""
        check_known(columns, self.frame.columns, self.name)
        parts = self.frame.groupby(list(columns), sort=True, dropna=False)
        table = {key: Accuracy(self.name, self.kind, part).summary() for key, part in parts}
        figures = pd.DataFrame.from_dict(table, orient="index").drop(columns=["file", "kind"], errors="ignore")
        figures.index.names = list(columns)
        return figures


def check_known(columns: Sequence[str], known: Iterable[str], name: str) -> None:
    """Refuse a column that a table does not have, with those that it has."""
    known, what = [str(one) for one in known], f"column of {name}"
    for column in columns:
        if column not in known:
            raise unknown(what, column, known)


def _quantile(values: pd.Series[float], share: float) -> float:
    if values.empty:
        return float("nan")
    ordered: npt.NDArray[np.float64] = np.sort(values.to_numpy(dtype=float))
    return float(np.quantile(ordered, share, method="linear" if np.isfinite(ordered[-1]) else "higher"))
