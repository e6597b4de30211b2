"""Rows of a search as arrays by column: pandas would take half of its time, and as long again to be loaded."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[Any]


class Table:
    """Columns of one length by name."""

    def __init__(self, columns: Mapping[str, Array]) -> None:
        """Hold columns."""
        self.columns = dict(columns)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    @overload
    def __getitem__(self, which: str) -> Array: ...

    @overload
    def __getitem__(self, which: Array) -> Table: ...

    def __getitem__(self, which: str | Array) -> Array | Table:
        """Return a column by name, or the rows that a mask or places name."""
        if isinstance(which, str):
            return self.columns[which]
        return Table({name: column[which] for name, column in self.columns.items()})

    def assign(self, **columns: Array | float | str) -> Table:
        """Return the table with further columns; one number or text is that of all rows."""
        return Table(self.columns | {name: _column(one, len(self)) for name, one in columns.items()})

    def row(self, place: int) -> dict[Hashable, Any]:
        """Return a row: what stands in each column."""
        return {name: column[place] for name, column in self.columns.items()}

    def crossed(self, **others: Sequence[float]) -> Table:
        """Return every row with every combination of further values."""
        found = self
        for name, values in others.items():
            repeated = Table({one: np.repeat(column, len(values)) for one, column in found.columns.items()})
            found = repeated.assign(**{name: np.tile(np.asarray(values, dtype=float), len(found))})
        return found

    def frame(self) -> pd.DataFrame:
        """Return the rows as a table of pandas."""
        import pandas as pd  # noqa: PLC0415 - a third of a second, which most questions are spared

        return pd.DataFrame(self.columns)


def joined(tables: Iterable[Table]) -> Table:
    """Return the rows of tables one after the other; a column that one of them lacks has no number there."""
    some = list(tables)
    some = [one for one in some if len(one)] or some
    names = dict.fromkeys(name for one in some for name in one.columns)
    missing = {id(one): np.full(len(one), np.nan) for one in some}
    return Table({name: np.concatenate([one.columns.get(name, missing[id(one)]) for one in some]) for name in names})


def _column(value: Array | float | str, count: int) -> Array:
    if isinstance(value, str):
        return np.full(count, value, dtype=object)
    return np.broadcast_to(np.asarray(value, dtype=float), count) if np.ndim(value) == 0 else np.asarray(value)
