"""Charts from data frames: one function per kind of picture, one look for all."""

from costmodel.report.charts.bars import cost_bars, cost_stack
from costmodel.report.charts.curve import Crossing, break_even_curve
from costmodel.report.charts.pareto import cost_against_speed
from costmodel.report.charts.price import cost_against_price

__all__ = ["Crossing", "break_even_curve", "cost_against_price", "cost_against_speed", "cost_bars", "cost_stack"]
