"""Charts of a page, made without checks and from plain rows: both take Altair as long as all the rest of a chart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode

PLAIN = "costmodel"
"""What our way goes by among those that Altair knows."""


@contextmanager
def unchecked() -> Iterator[None]:
    """Let Altair take options as they are, and tables as rows of texts and numbers: tests check every kind of chart."""
    alt.data_transformers.register(PLAIN, _values)
    with debug_mode(False), alt.data_transformers.enable(PLAIN):
        yield


def _values(data: Any) -> Any:
    return {"values": records(data)} if isinstance(data, pd.DataFrame) else alt.default_data_transformer(data)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON has them: nothing stands where there is no number."""
    names = [str(name) for name in table.columns]
    columns = [[_plain(one) for one in column.tolist()] for _, column in table.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(one: Any) -> Any:
    return None if isinstance(one, float) and not isfinite(one) else one
