"""How sure a break-even in time is: the months and days on which the order changes in draws of all inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from costmodel.analysis.break_even_spread import signed_steps, spread_of, wanted
from costmodel.analysis.crossing import BreakEven, Spread
from costmodel.analysis.draws import Links, together, uncertain_leaves
from costmodel.analysis.in_time import PLAN, plan_line
from costmodel.analysis.model import Model
from costmodel.domain.terms import Terms
from costmodel.economics.lines import Line, expand_all
from costmodel.formula import compile_numpy
from costmodel.formula.graph import node_of
from costmodel.units import Quantity

Array = npt.NDArray[np.float64]
Dated = TypeVar("Dated", Line, Terms)
Columns = Mapping[str, Array]
"""What traced quantities are in draws, a row for each: by node and unit."""


def with_steps(found: Sequence[BreakEven], x: Array, costs: Mapping[str, Array]) -> list[BreakEven]:
    """Return break-evens with the 80% interval of each crossing, over draws of costs: a row for each, a column by x.

    Ends are values of x. Crossings of a draw are those of the break-even by their order and direction.
    """
    return [_with(one, _spreads(one, x, costs[one.first] - costs[one.second])) for one in found]


def _with(one: BreakEven, spreads: Sequence[Spread]) -> BreakEven:
    crossings = tuple(replace(at, spread=spread) for at, spread in zip(one.crossings, spreads, strict=False))
    return replace(one, crossings=crossings, spread=spreads[0])


def _spreads(one: BreakEven, x: Array, gaps: Array) -> list[Spread]:
    always = float(((gaps <= 0).all(axis=1) & (gaps < 0).any(axis=1)).mean())
    places = np.abs(signed_steps(gaps, wanted(one))).astype(int)
    return [spread_of(x[row[row > 0]], always, len(gaps), stepped=True) for row in places]


def cash_in_draws(model: Model, links: Links, months: int, draws: int, seed: int) -> dict[str, Array]:
    """Return what has been paid under each offer up to each month, a row for each draw; as `plan`, what users paid.

    Not a number where an offer has no answer.
    """
    lines = {id_: one.lines for id_, one in model.costs.items()}
    first = next(iter(model.costs.values()))
    money, plan = first.money, plan_line(model.traced, first)
    lines |= {} if plan is None else {PLAN: (plan,)}
    columns = _columns([money.terms, *(line for ones in lines.values() for line in ones)], links, draws, seed)
    terms = _at(money.terms, columns)
    return {id_: _paid(ones, terms, columns, months, draws) for id_, ones in lines.items()}


def _paid(lines: Sequence[Line], terms: Terms, columns: Columns, months: int, draws: int) -> Array:
    without = np.zeros((draws, 1), dtype=bool)
    for value in (value for line in lines for value in _traced(line).values()):
        without |= np.isnan(columns[_key(value)])
    written = expand_all([_at(line, columns) for line in lines], months, terms)
    return np.where(without, np.nan, np.cumsum(written.total, axis=-1))


def _columns(things: Sequence[Line | Terms], links: Links, draws: int, seed: int) -> Columns:
    """Return the traced quantities of lines and terms in draws; one row alone for what does not depend on them."""
    traced = {_key(value): value for thing in things for value in _traced(thing).values()}
    used = uncertain_leaves(traced.values())
    found = compile_numpy(traced, [leaf.name for leaf in used]).mark(**together(used, draws, seed, links))
    rows = {name: np.broadcast_to(row, (draws,))[:, None] for name, row in found.items()}
    return {name: row[:1] if np.ptp(row) == 0 else row for name, row in rows.items()}


def _at(thing: Dated, columns: Columns) -> Dated:
    """Return a line, or terms, with its traced quantities in draws; zero where there is no answer."""
    drawn = {name: np.nan_to_num(columns[_key(one)]) * one.units for name, one in _traced(thing).items()}
    return replace(thing, **drawn)


def _traced(thing: Line | Terms) -> dict[str, Quantity]:
    """Return the traced quantities of a line, or of terms, by field."""
    return {one.name: value for one in fields(thing) if node_of(value := getattr(thing, one.name)) is not None}


def _key(value: Quantity) -> str:
    return f"{id(node_of(value))} {value.units}"
