"""A trace of requests as a service logged them, in place of spreads: when each came, and how long it was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from costmodel.errors import SpecError
from costmodel.specs.rows import check_bounds, check_columns, check_numbers, line_of, numbers, read_rows

Array = npt.NDArray[np.float64]
ARRIVAL, PROMPT, OUTPUT, CACHED = "arrival_s", "prompt_tokens", "output_tokens", "cached_tokens"
FEWEST = 2
LATEST, LONGEST = 1e11, 1e9
"""Seconds and tokens that no request of a trace exceeds."""


@dataclass(frozen=True)
class Trace:
    """Requests in the order in which they came."""

    arrivals: Array
    """Seconds after the first."""
    prompts: Array
    """Tokens of prompts; `outputs` of answers."""
    outputs: Array
    cached: Array
    """Tokens of prompts that were found in the cache of earlier ones."""

    def __len__(self) -> int:
        """Return the number of requests."""
        return len(self.arrivals)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return (len(self) - 1) / float(self.arrivals[-1])

    @property
    def cached_share(self) -> float:
        """Share of all prompt tokens that were found in the cache."""
        return float(self.cached.sum() / self.prompts.sum())

    @property
    def spreads(self) -> dict[str, float]:
        """Standard deviations over means of what is read, of what is written and of the time between arrivals."""
        parts = {"prompt": self.prompts - self.cached, "output": self.outputs, "arrival": np.diff(self.arrivals)}
        return {f"{name}_spread": float(one.std() / one.mean()) for name, one in parts.items()}

    def part(self, kept: npt.NDArray[np.bool_], faster: float = 1.0) -> Trace:
        """Return some of the requests, which come so many times as fast."""
        columns = (self.prompts, self.outputs, self.cached)
        return Trace(self.arrivals[kept] / faster, *(one[kept] for one in columns))


def read_trace(file: Path) -> Trace:
    """Return the requests of a CSV file with columns arrival_s, prompt_tokens, output_tokens and maybe cached_tokens.

    Rows may stand in any order. A SpecError names the file, line and column of what is wrong.
    """
    rows, name = read_rows(file), str(file)
    check_columns(rows, name, (ARRIVAL, PROMPT, OUTPUT))
    if CACHED not in rows:
        rows[CACHED] = 0.0
    check_numbers(rows, name, (ARRIVAL, PROMPT, OUTPUT, CACHED))
    for column, least, most in (
        (ARRIVAL, 0.0, LATEST),
        (PROMPT, 1, LONGEST),
        (OUTPUT, 1, LONGEST),
        (CACHED, 0, LONGEST),
    ):
        check_bounds(rows, name, column, least, most)
    if (bad := numbers(rows, CACHED) >= numbers(rows, PROMPT)).any():
        line = line_of(rows, rows.index[bad][0])
        raise SpecError(
            [f"{name}:{line}: {CACHED}: at least one token of a prompt is read, so that it is below {PROMPT}"]
        )
    ordered = rows.sort_values(ARRIVAL, kind="stable")
    columns = (ARRIVAL, PROMPT, OUTPUT, CACHED)
    arrivals, *others = (np.asarray(numbers(ordered, one), dtype=np.float64) for one in columns)
    if len(arrivals) < FEWEST or arrivals[-1] <= arrivals[0]:
        raise SpecError([f"{name}: {ARRIVAL}: a trace has at least {FEWEST} requests, which come at different times"])
    return Trace(arrivals - arrivals[0], *others)
