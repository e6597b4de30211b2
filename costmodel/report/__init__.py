"""Pages: one self-contained HTML file per scenario, that opens without a network."""

from costmodel.report.charts import break_even_curve, cost_against_price, cost_bars, cost_stack
from costmodel.report.charts.curve import Crossing
from costmodel.report.content import FactRow, KeyFigure, Page, Section, Step
from costmodel.report.numerals import exact, figure, figure_of, number
from costmodel.report.page import page_html
from costmodel.report.write import write_pages

__all__ = [
    "Crossing",
    "FactRow",
    "KeyFigure",
    "Page",
    "Section",
    "Step",
    "break_even_curve",
    "cost_against_price",
    "cost_bars",
    "cost_stack",
    "exact",
    "figure",
    "figure_of",
    "number",
    "page_html",
    "write_pages",
]
