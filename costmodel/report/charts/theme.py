"""The look that all charts share: colours for light and dark, axes, legends, and names that are never cut.

Marks carry colours that can be told from a white and from a near-black page, also by the colour-blind. Texts, axes
and rules are grey here; on a page the style sheet gives them the ink of the page, so that they follow dark mode and
print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, log10
from textwrap import wrap
from typing import Any
from zlib import crc32

import altair as alt
from altair.typing import ChartType

from costmodel.report.numerals import names_unit

PALETTE = (
    *("#2672b7", "#dd7433", "#8f93ea", "#456f4e", "#d877b6", "#ac4210"),
    *("#69aa77", "#a14589", "#7f8a94", "#8a7d2a", "#2a9db5", "#6a55c9"),
)
COMPONENTS = (
    *("servers", "network", "facility", "energy", "design", "team", "rent", "operations", "maintenance", "insurance"),
    *("resale", "prepayment", "spares", "facility resale", "unused commitment", "software", "storage", "support"),
    *("egress", "credits", "interruptions", "shares received", "interest", "staff and support"),
    *("input tokens", "output tokens", "design tools", "licensed blocks", "masks", "tape-outs"),
    *("re-spins", "porting", "meanwhile", "instead if it fails", "bring-up", "further costs"),
)
"""Components of costs: each has one colour on all pages."""

COVERED, LOSS, MARGIN, PART = "#2672b7", "#c2470f", "#69aa77", "#dd7433"
LINES = ("#2a7bc4", "#dd7433", "#3d9068", "#b8539c", "#8a7d2a", "#7b80de")
"""Thin lines need more contrast than areas do."""

NO_SHADES: Mapping[str, str] = {}
"""Names without colours of their own."""

NEUTRAL = "#767d87"
"""Whatever has this grey is drawn in the ink of the page: style.css names it too."""

DASHES = ((1, 0), (8, 4), (4, 2), (10, 3, 2, 3), (2, 2))

FONT = '"Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", system-ui, sans-serif'
FONT_SIZE = 13
LETTER_WIDTH = 6.8
"""Average width of a letter at FONT_SIZE, px: for how many legend entries fit beside each other."""

NAME_WIDTH = 38
"""Longest line of an offer's name, in letters: fits a phone at FONT_SIZE."""

LOG_LABEL = "format(datum.value, datum.value < 1000 ? '~g' : '~s')"
"""How the marks of a logarithmic axis are written: thousands with a prefix, small ones in full."""

_FEW_DECADES = 2.5
_MARKS = ((1,), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9))
_FEWEST_MARKS = 3
_TURNS = ((0, 0.0), (255, 0.45), (0, 0.28))
"""How far towards white or black a colour goes, as the palette comes round: it still stands out from the page."""

_AXIS = {
    "domain": False,
    "gridColor": NEUTRAL,
    "gridOpacity": 0.22,
    "labelColor": NEUTRAL,
    "labelFontSize": 12,
    "labelLimit": 0,
    "labelPadding": 6,
    "labelSeparation": 4,
    "tickColor": NEUTRAL,
    "tickOpacity": 0.4,
    "ticks": False,
    "titleColor": NEUTRAL,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "titlePadding": 10,
}
_LEGEND = {
    "columnPadding": 18,
    "labelColor": NEUTRAL,
    "labelFontSize": FONT_SIZE,
    "labelLimit": 0,
    "offset": 14,
    "orient": "top",
    "symbolSize": 110,
    "symbolStrokeWidth": 2,
    "symbolType": "square",
    "title": None,
}
_CONFIG: dict[str, Any] = {
    "axis": _AXIS,
    "background": "transparent",
    "font": FONT,
    "legend": _LEGEND,
    "lineBreak": "\n",
    "rule": {"color": NEUTRAL},
    "text": {"color": NEUTRAL, "fontSize": FONT_SIZE},
    "view": {"stroke": None},
}


def themed(chart: ChartType, description: str) -> ChartType:
    """Return the chart as wide as its place, in the common look, with a text for those who cannot see it."""
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    chart.width, chart.autosize, chart.description, chart.config = "container", fit, description, _CONFIG
    return chart


class Overlaid(alt.LayerChart):
    """Charts on each other: Altair's own way to put them there copies every option of each several times."""

    def copy(self, deep: bool | Iterable[Any] = True, ignore: list[str] | None = None) -> Any:
        """Return the chart with the same layers, unless they are to be copied too: Altair writes from such a copy."""
        if deep:
            return super().copy(deep, ignore)
        return overlaid(**self._kwds)


def overlaid(layer: Iterable[ChartType], **options: Any) -> Overlaid:
    """Return charts on each other, with options of the whole."""
    chart = Overlaid()
    for name, option in {"layer": list(layer), **options}.items():
        chart[name] = option
    return chart


def held(channel: Any, value: float | str) -> Any:
    """Return a channel with one value for all marks: of what says no kind, Altair goes through all that it knows."""
    return channel(value)


def folded(name: str, letters: int = NAME_WIDTH) -> str:
    """Return a name in lines that fit a phone; nothing of it is lost."""
    return "\n".join(wrap(name, letters)) or " "


def legend(entries: Sequence[str], **options: Any) -> alt.Legend:
    """Return a legend that puts as many entries beside each other as there is room for."""
    letters = max((len(line) for name in entries for line in name.split("\n")), default=1)
    room = round(letters * LETTER_WIDTH + 44)
    columns = alt.ExprRef(f"max(1, floor(width / {room}))")
    return alt.Legend(columns=columns, labelExpr="split(datum.label, '\\n')", **options)


def colours(entries: Sequence[str]) -> alt.Scale:
    """Return the colours of entries in their order; they come round again after the last."""
    return alt.Scale(domain=list(entries), range=[PALETTE[i % len(PALETTE)] for i in range(len(entries))])


def shaded(entries: Sequence[str], shades: Mapping[str, str]) -> dict[str, str]:
    """Return the colour of each entry: that of its name, or else one of the colours of lines in their order."""
    known = {folded(name): colour for name, colour in shades.items()}
    return {entry: known.get(entry) or LINES[place % len(LINES)] for place, entry in enumerate(entries)}


def component_colour(name: str) -> str:
    """Return the colour of a component, the same on all pages: of the palette, or a lighter or darker one of it."""
    plain = " ".join(name.split())
    place = COMPONENTS.index(plain) if plain in COMPONENTS else crc32(plain.encode()) % len(PALETTE)
    turn, place = divmod(place, len(PALETTE))
    return _towards(PALETTE[place], *_TURNS[turn])


def _towards(colour: str, end: int, share: float) -> str:
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part + (end - part) * share):02x}" for part in parts)


def powers(low: float, high: float) -> list[float]:
    """Return the marks of a logarithmic axis: powers of ten, with more between them where there is room.

    >>> powers(0.1, 1000), powers(1, 30), powers(110, 190)
    ([0.1, 1.0, 10.0, 100.0, 1000.0], [1.0, 2.0, 5.0, 10.0, 20.0], [120.0, 140.0, 160.0, 180.0])
    """
    for steps in _MARKS[int(log10(high / low) <= _FEW_DECADES) :]:
        powers_of_ten = range(floor(log10(low)), ceil(log10(high)) + 1)
        marks = [mark for power in powers_of_ten for step in steps if low <= (mark := float(f"{step}e{power}")) <= high]
        if len(marks) >= _FEWEST_MARKS:
            return marks
    return _even(low, high)


def _even(low: float, high: float) -> list[float]:
    """Return round marks at equal distances, for an axis that is too short for those of powers of ten."""
    rough = (high - low) / _FEWEST_MARKS
    size = 10 ** floor(log10(rough))
    step = size * max(one for one in (1, 2, 5) if one * size <= rough)
    return [float(f"{place * step:.12g}") for place in range(ceil(low / step), floor(high / step) + 1)]


def titled(label: str, unit: str) -> list[str]:
    """Return an axis title in lines; a unit that the label has in it already is not said twice."""
    said = not unit or names_unit(label, unit)
    return folded(label if said else f"{label} ({unit})").split("\n")


def in_order(values: Iterable[object]) -> list[str]:
    """Return the different values as texts, in the order in which they first come."""
    return list(dict.fromkeys(str(value) for value in values))


def sentence(what: str, parts: Iterable[tuple[str, str]]) -> str:
    """Return a chart's description: what it shows, and every value."""
    return f"{what}: {'; '.join(f'{name}, {value}' for name, value in parts)}."
