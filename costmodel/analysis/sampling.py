"""Draws of all ranged inputs and the costs that follow from them, as tables: at once, or in parts of little memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.amounts import Amount
from costmodel.analysis.arguments import bounded, names
from costmodel.analysis.draws import CHUNK
from costmodel.analysis.sweeping import Sampler, units_of
from costmodel.analysis.workers import shared
from costmodel.errors import CostModelError, unknown

Array = npt.NDArray[np.float64]

PART = 8 * CHUNK
"""Rows of a part, if not asked otherwise: 8 MB for 16 columns."""

MEMORY = 250
"""MB that a table of draws takes at most, if not asked otherwise: with a model beside it, below 500."""


LARGEST = 1e6
"""MB that can be allowed for a table at most."""


def sample(
    sampler: Sampler, samples: int, seed: int, columns: Sequence[str] = (), memory: Amount = MEMORY
) -> pd.DataFrame:
    """Return a table of draws: a column per ranged input, and the cost under each offer; `attrs["units"]` their units.

    With `columns`, those alone. A draw outside the bounds of a formula has no answer: its costs are not a number.

    Raises
    ------
    CostModelError
        Where the table would take more memory than it may, in MB.
    UnknownName
        With near matches, for a column that the table does not have.
    """
    known = _known(sampler, columns)
    _check_size(samples, len(known), bounded("memory", memory, 0, LARGEST, "MB"))
    return _rows(sampler, range(samples), seed, known)


def sample_parts(
    sampler: Sampler, samples: int, seed: int, columns: Sequence[str] = (), rows: int = PART
) -> Iterator[pd.DataFrame]:
    """Return the same table in parts of so many rows, of which one is held at a time.

    Raises
    ------
    UnknownName
        With near matches, for a column that the table does not have.
    """
    known = _known(sampler, columns)
    return (_rows(sampler, range(start, min(start + rows, samples)), seed, known) for start in range(0, samples, rows))


def _rows(sampler: Sampler, rows: range, seed: int, columns: Sequence[str]) -> pd.DataFrame:
    """Return some rows of the table of all draws."""
    table = shared(len(columns), len(rows))
    before = rows.start % CHUNK  # a row belongs to a chunk, whichever rows are asked for beside it

    def fill(start: int, scores: Array, values: Mapping[str, Array], costs: Array) -> None:
        known = {**values, **dict(zip(sampler.outputs, costs, strict=True))}
        cut = max(before - start, 0)
        part = slice(start + cut - before, start - before + scores.shape[1])
        for row, name in zip(table, columns, strict=True):
            row[part] = known[name][cut:]

    sampler.each(before + len(rows), seed, fill, skipped=rows.start // CHUNK)
    frame = pd.DataFrame(table.T, index=pd.RangeIndex(rows.start, rows.stop), columns=[*columns], copy=False)
    units = _units(sampler)
    frame.attrs["units"] = {name: units[name] for name in columns}
    return frame


def _check_size(rows: int, columns: int, memory: float) -> None:
    """Refuse a table that takes more memory than it may, with the rows and the columns that fit."""
    each = np.dtype(float).itemsize / 1e6
    needed = ceil(rows * columns * each)
    if needed > memory:
        msg = (
            f"{rows:,} draws of {columns:,} columns take {needed:,} MB, more than {memory:,.0f}: ask for at most "
            f"{int(memory / each / columns):,} draws, name at most {int(memory / each / rows)} columns, take them in "
            f'parts (samples), or allow more (memory="{needed} MB")'
        )
        raise CostModelError(msg)


def _known(sampler: Sampler, columns: Sequence[str]) -> Sequence[str]:
    every = list(_units(sampler))
    asked = names("columns", columns) if columns else every
    for name in asked:
        if name not in every:
            raise unknown("column of this sample", name, every)
    return asked


def _units(sampler: Sampler) -> dict[str, str]:
    return {leaf.name: f"{leaf.value.units:~C}" for leaf in sampler.leaves} | units_of(sampler.outputs)
