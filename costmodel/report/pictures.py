"""The charts of a page as pictures of their own, for documents and slides."""

from __future__ import annotations

import vl_convert
from altair.typing import ChartType

from costmodel.report.content import Page

WIDTH = 680
"""Width of a picture, px: that of a chart on paper."""


def pictures(page: Page, stem: str) -> dict[str, str]:
    """Return the charts of a page as SVG, by the name of the file, which numbers them as the page does."""
    charts = {place: one.chart for place, one in enumerate(page.sections, 1) if one.chart is not None}
    return {f"{stem}-chart-{place}.svg": svg(chart) for place, chart in charts.items()}


def svg(chart: ChartType) -> str:
    """Return a chart as SVG; it loads nothing from anywhere."""
    spec = chart.to_dict(validate=False) | {"width": WIDTH, "background": "white"}
    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
