"""The parts of a chart under their names in Altair and Vega-Lite: scales, axes, legends, and what shows a field."""

from __future__ import annotations

from typing import Any

TYPES = {"N": "nominal", "Q": "quantitative", "T": "temporal"}
"""Kinds of a field by the letter behind its name."""


class Options(dict[str, Any]):
    """Options of a part of a chart, under their names in Vega-Lite."""


class Scale(Options):
    """How values become places or colours."""


class Axis(Options):
    """Where the marks of an axis stand, and how they are written."""


class Legend(Options):
    """How colours and dashes are explained."""


class ExprRef(Options):
    """A value that the browser computes."""

    def __init__(self, expr: str) -> None:
        """Hold an expression of Vega."""
        super().__init__(expr=expr)


class SortField(Options):
    """A field to sort by."""

    def __init__(self, field: str) -> None:
        """Hold the name of the field."""
        super().__init__(field=field)


class EncodingSortField(Options):
    """A field to sort the rows of an axis by, summed up over each."""


class Channel(Options):
    """What a field of the data is shown by."""

    def __init__(self, shorthand: str, **options: Any) -> None:
        """Take the name of a field and its kind, as in `cost:Q`."""
        name, _, letter = shorthand.partition(":")
        super().__init__(options, field=name, type=TYPES[letter])


class X(Channel):
    """From left to right."""


class Y(Channel):
    """From bottom to top."""


class Color(Channel):
    """The colour of a mark."""


class StrokeDash(Channel):
    """The dashes of a line."""


class Opacity(Channel):
    """How much shows through."""


class Order(Channel):
    """What of a row comes first."""


class Tooltip(Channel):
    """What the pointer finds."""


class Text(Channel):
    """Words at a place."""


class End(Options):
    """Where a mark ends; it has the scale and the kind of where it begins."""

    def __init__(self, shorthand: str) -> None:
        """Take the name of a field."""
        super().__init__(field=shorthand.partition(":")[0])


class X2(End):
    """Where a mark ends on the right."""


class Y2(End):
    """Where a mark ends at the top."""


def value(it: object) -> Options:
    """Return what is the same for all marks."""
    return Options(value=it)


def param(name: str, value: object) -> Options:
    """Return a value that expressions can name."""
    return Options(name=name, value=value)
