"""The charts of a page as pictures of their own, for documents and slides."""

from __future__ import annotations

import vl_convert
from altair.typing import ChartType

from costmodel.report.content import Page

KINDS = ("svg", "png")
WIDTH = 680
"""Width of a picture, px: that of a chart on paper."""


SCALE = 2
"""Dots for each px of a PNG."""


def pictures(page: Page, stem: str, kind: str = "svg") -> dict[str, str | bytes]:
    """Return the charts of a page as SVG or PNG, by the name of the file, which numbers them as the page does."""
    charts = {place: one.chart for place, one in enumerate(page.sections, 1) if one.chart is not None}
    return {f"{stem}-chart-{place}.{kind}": picture(chart, kind) for place, chart in charts.items()}


def picture(chart: ChartType, kind: str = "svg") -> str | bytes:
    """Return a chart as the text of an SVG, or as a PNG; it loads nothing from anywhere."""
    spec = chart.to_dict(validate=False) | {"width": WIDTH, "background": "white"}
    if kind == "png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=SCALE, allowed_base_urls=[]))
    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
