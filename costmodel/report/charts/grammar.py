"""Charts as Vega-Lite has them, written with the words of Altair, and put together without it.

Altair knows every option of Vega-Lite, and takes a second of each page for it. Charts here say what they say in its
words, of which these are the few that they need; Altair still checks each of them wherever `to_dict` is asked to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self

import pandas as pd

from costmodel.report.charts.parts import (
    X2,
    Y2,
    Axis,
    Color,
    EncodingSortField,
    ExprRef,
    Legend,
    Opacity,
    Options,
    Order,
    Scale,
    SortField,
    StrokeDash,
    Text,
    Tooltip,
    X,
    Y,
    param,
    value,
)

__all__ = [
    "X2",
    "Y2",
    "Axis",
    "Chart",
    "ChartType",
    "Color",
    "EncodingSortField",
    "ExprRef",
    "LayerChart",
    "Legend",
    "Opacity",
    "Options",
    "Order",
    "Scale",
    "SortField",
    "StrokeDash",
    "Text",
    "Tooltip",
    "X",
    "Y",
    "layer",
    "param",
    "value",
]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.4.1.json"
"""The Vega-Lite that Altair checks for: its tests hold both together."""
Spec = dict[str, Any]


class ChartType(Protocol):
    """Whatever gives a specification of Vega-Lite."""

    def to_dict(self, validate: bool = True) -> Spec:
        """Return the specification, checked against the schema of Vega-Lite if that is asked for."""


@dataclass(frozen=True)
class _Drawn:
    """What single and layered charts share."""

    data: pd.DataFrame | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    """All but the data, as the specification has it."""

    def properties(self, **options: Any) -> Self:
        """Return the chart with other options of its own: height, width, description."""
        return replace(self, given={**self.given, **options})

    def to_dict(self, validate: bool = True) -> Spec:
        """Return the specification with its data, checked by Altair if that is asked for.

        Raises
        ------
        jsonschema.ValidationError
            Where Vega-Lite has no such option, or not such a value.
        """
        sets = _Sets()
        spec = {**self._spec(sets), "$schema": SCHEMA, "datasets": sets.rows}
        if validate:
            _in_altair(spec)
        return spec

    def _repr_mimebundle_(self, *given: Any, **asked: Any) -> Any:
        """Return what a notebook shows."""
        return _in_altair(self.to_dict(validate=False))._repr_mimebundle_(*given, **asked)

    def _spec(self, sets: _Sets) -> Spec:
        return {**({} if self.data is None else {"data": {"name": sets.name(self.data)}}), **self.given}


@dataclass(frozen=True)
class Chart(_Drawn):
    """One kind of mark for every row of a table."""

    def mark(self, type_: str, **options: Any) -> Self:
        """Return the chart with its mark."""
        return self.properties(mark={"type": type_, **options})

    def __getattr__(self, name: str) -> Any:
        """Return the method of a mark: `mark_bar`, `mark_text`."""
        kind = name.removeprefix("mark_")
        if kind == name:
            raise AttributeError(name)
        return lambda **options: self.mark(kind, **options)

    def encode(self, **channels: Any) -> Self:
        """Return the chart with what its fields are shown by, beside what was said before."""
        return self.properties(encoding={**self.given.get("encoding", {}), **channels})

    def transform_calculate(self, **expressions: str) -> Self:
        """Return the chart with fields that the browser computes."""
        return self._transform(*({"calculate": text, "as": name} for name, text in expressions.items()))

    def transform_filter(self, condition: str) -> Self:
        """Return the chart with those rows alone for which an expression holds."""
        return self._transform({"filter": condition})

    def transform_stack(self, as_: list[str], **options: Any) -> Self:
        """Return the chart with rows of a group one after the other."""
        return self._transform({"as": as_, **options})

    def _transform(self, *steps: Spec) -> Self:
        return self.properties(transform=[*self.given.get("transform", []), *steps])


@dataclass(frozen=True)
class LayerChart(_Drawn):
    """Charts on each other."""

    layer: tuple[Chart | LayerChart, ...] = ()

    def add_params(self, *params: Options) -> Self:
        """Return the chart with values that its expressions name."""
        return self.properties(params=[*self.given.get("params", []), *params])

    def resolve_scale(self, **channels: str) -> Self:
        """Return the chart with scales that its layers share, or do not."""
        return self.properties(resolve={"scale": channels})

    def _spec(self, sets: _Sets) -> Spec:
        return {**super()._spec(sets), "layer": [one._spec(sets) for one in self.layer]}  # noqa: SLF001 - of one kind


def layer(*layers: Chart | LayerChart) -> LayerChart:
    """Return charts on each other; data that all of them have stand once."""
    data = layers[0].data
    if data is None or any(one.data is not data for one in layers):
        return LayerChart(layer=layers)
    return LayerChart(data, layer=tuple(replace(one, data=None) for one in layers))


def _in_altair(spec: Spec) -> Any:
    """Return a chart of Altair's, which checks it against the schema of Vega-Lite."""
    import altair as alt  # noqa: PLC0415 - half a second, for whoever wants the check

    return alt.Chart.from_dict(json.loads(json.dumps(spec)))


class _Sets:
    """Tables of a chart by name; those of the same rows are one."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Spec]] = {}
        self._names: dict[str, str] = {}

    def name(self, table: pd.DataFrame) -> str:
        """Return the name of a table, which is kept if it is new."""
        rows = records(table)
        key = json.dumps(rows)
        if key not in self._names:
            self._names[key] = f"data-{len(self._names) + 1}"
            self.rows[self._names[key]] = rows
        return self._names[key]


def records(table: pd.DataFrame) -> list[Spec]:
    """Return the rows of a table as JSON has them: nothing stands where there is no number."""
    names = [str(name) for name in table.columns]
    columns = [[_plain(one) for one in table.iloc[:, place].tolist()] for place in range(len(names))]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(one: Any) -> Any:
    return None if isinstance(one, float) and not abs(one) < float("inf") else one
