"""How sure a break-even is: where each crossing lies in draws of all other inputs, and in how many it exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from costmodel.analysis.break_even import QUERIES, QUERIES_PER_USER, Sweep
from costmodel.analysis.crossing import BreakEven, Spread
from costmodel.analysis.draws import BLOCK, CHUNK, SEED, Joint, Links, chunk, is_uncertain
from costmodel.analysis.gaps import gap_of
from costmodel.analysis.model import leaves_of
from costmodel.analysis.uncertainty import SHARE
from costmodel.analysis.workers import each, shared
from costmodel.formula import Kernel, compile_numpy

DRAWS = 512
"""Draws behind the interval of a break-even: its ends are known to about a twentieth of its width."""

TRIED = 96
"""Values of the variable that are tried in each draw; all of its grid where a pair crosses more than once."""

HALVINGS = 14
"""Of one step between values tried: a crossing of a draw is then known to a ten-thousandth of it."""

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


def with_spread(
    found: Sequence[BreakEven], sweep: Sweep, links: Links, draws: int = DRAWS, seed: int = SEED
) -> list[BreakEven]:
    """Return break-evens with the 80% interval of each crossing over joint draws of all other inputs.

    In each draw the first crossing that makes the first offer the cheaper one stands for the first such crossing of the
    break-even, the second for the second and so on; likewise those that make it the dearer one. Where there is no
    crossing, the first of a draw counts, whichever way. The same draw counts in both offers, so that what they share
    cancels. Crossings that are closer than two values tried are none.
    """
    spreads: dict[int, list[Spread]] = {}
    for several in (False, True):
        places = [place for place, one in enumerate(found) if (len(one.crossings) > 1) == several]
        if places:
            search = _Search.of(sweep, [found[place] for place in places], links, min(draws, CHUNK), seed)
            spreads |= dict(zip(places, search.spreads(), strict=True))
    return [_with(one, spreads[place]) for place, one in enumerate(found)]


def _with(one: BreakEven, spreads: Sequence[Spread]) -> BreakEven:
    crossings = [replace(at, spread=spread) for at, spread in zip(one.crossings, spreads, strict=False)]
    return replace(one, crossings=tuple(crossings), spread=spreads[0])


def wanted(one: BreakEven) -> list[tuple[int, int]]:
    """Return, for each crossing, the sign of the gap before it and how many such come before it; 0 stands for any."""
    first = -1 if one.first_is_cheaper_below else 1
    return [(first * (-1) ** place, place // 2) for place in range(len(one.crossings))] or [(0, 0)]


@dataclass(frozen=True)
class _Search:
    """The costs of a sweep in many draws at once."""

    pairs: Sequence[BreakEven]
    offers: tuple[str, ...]
    kernel: Kernel
    moved: Mapping[str, float]
    """The leaves that move, and what their values are multiplied by."""
    drawn: Mapping[str, Array]
    grid: Array
    draws: int

    @classmethod
    def of(cls, sweep: Sweep, pairs: Sequence[BreakEven], links: Links, draws: int, seed: int) -> _Search:
        offers = tuple(dict.fromkeys(id_ for one in pairs for id_ in (one.first, one.second)))
        outputs = {id_: sweep.outputs[id_] for id_ in offers}
        used = leaves_of(outputs.values())
        held = {*sweep.leaves, *([QUERIES_PER_USER] if sweep.variable == QUERIES else [])}
        joint = Joint.of([leaf for name, leaf in used.items() if is_uncertain(leaf) and name not in held], links)
        _, drawn = chunk(joint, 0, draws, seed)
        moved = {name: scale for name, scale in sweep.scales.items() if name in used}
        tried = len(sweep.grid) if any(len(one.crossings) > 1 for one in pairs) else TRIED
        grid = sweep.grid[np.unique(np.linspace(0, len(sweep.grid) - 1, tried).astype(int))]
        return cls(pairs, offers, compile_numpy(outputs, [*moved, *drawn]), moved, drawn, grid, draws)

    def spreads(self) -> list[list[Spread]]:
        """Return the spread of every crossing of every pair; one for a pair that has none."""
        steps, always = self._steps()
        wanted = [(place, number) for place, one in enumerate(steps) for number in range(len(one))]
        values = dict(zip(wanted, self._halved(steps, wanted), strict=True))
        shares = always.mean(axis=1)
        return [
            [spread_of(values[place, number], float(shares[place]), self.draws) for number in range(len(one))]
            for place, one in enumerate(steps)
        ]

    def _steps(self) -> tuple[list[Array], Array]:
        """Return in which step of the grid each crossing lies in each draw, and where the first is always cheaper."""
        steps = [shared(len(wanted(one)), self.draws) for one in self.pairs]
        always = shared(len(self.pairs), self.draws)

        def look(number: int) -> None:
            rows = np.arange(number * BLOCK, min((number + 1) * BLOCK, self.draws))
            costs = self._costs(np.tile(self.grid, len(rows)), np.repeat(rows, len(self.grid)))
            for place, one in enumerate(self.pairs):
                gaps = gap_of(costs[one.first], costs[one.second]).reshape(len(rows), -1)
                steps[place][:, rows] = signed_steps(gaps, wanted(one))
                always[place, rows] = (gaps <= 0).all(axis=1) & (gaps < 0).any(axis=1)

        each(-(-self.draws // BLOCK), look)
        return steps, always

    def _halved(self, steps: Sequence[Array], wanted: Sequence[tuple[int, int]]) -> list[Array]:
        """Return the values at which each crossing lies in those draws in which it exists."""
        rows = [np.flatnonzero(steps[place][number]) for place, number in wanted]
        ends = np.cumsum([0, *map(len, rows)])
        found = shared(int(ends[-1]))
        of_pair = np.repeat([place for place, _ in wanted], np.diff(ends))
        drawn = np.concatenate(rows) if rows else np.zeros(0, dtype=int)
        signed = np.concatenate([steps[place][number][row] for (place, number), row in zip(wanted, rows, strict=True)])

        def halve(number: int) -> None:
            part = slice(number * CHUNK, (number + 1) * CHUNK)
            found[part] = self._root(of_pair[part], drawn[part], signed[part])

        each(-(-len(found) // CHUNK), halve)
        return [found[start:end] for start, end in pairwise(ends)]

    def _root(self, of_pair: Rows, drawn: Rows, signed: Array) -> Array:
        first, second = (
            np.array([self.offers.index(one.first if side else one.second) for one in self.pairs])[of_pair]
            for side in (True, False)
        )
        place, every = np.abs(signed).astype(int), np.arange(len(drawn))
        low, high = self.grid[place - 1], self.grid[place]
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            costs = np.stack(list(self._costs(middle, drawn).values()))
            before = np.sign(gap_of(costs[first, every], costs[second, every])) == np.sign(signed)
            low, high = np.where(before, middle, low), np.where(before, high, middle)
        return high

    def _costs(self, x: Array, rows: Rows) -> dict[str, Array]:
        """Return the cost of every offer where the variable has these values, each in one of the draws."""
        given = {name: x * scale for name, scale in self.moved.items()}
        found = self.kernel.mark(**given, **{name: values[rows] for name, values in self.drawn.items()})
        return {id_: np.broadcast_to(values, x.shape) for id_, values in found.items()}


def signed_steps(gaps: Array, wanted: Sequence[tuple[int, int]]) -> Array:
    """Return for each crossing the step of the grid, from 1 on, in which it lies in each row; 0 where there is none.

    It has the sign of the gap before it; where costs are equal over a stretch, it lies at the start of that.
    """
    signs = np.sign(gaps)
    last = np.maximum.accumulate(np.where(signs == 0, 0, np.arange(gaps.shape[1])), axis=1)
    before = np.take_along_axis(signs, last, axis=1)[:, :-1]
    changes = before * signs[:, 1:] < 0
    found = np.zeros((len(wanted), len(gaps)))
    for row, (sign, earlier) in zip(found, wanted, strict=True):
        same = changes & (before == sign) if sign else changes
        hit = same & (same.cumsum(axis=1) == earlier + 1)
        every, at = np.arange(len(gaps)), hit.argmax(axis=1)
        row[:] = np.where(hit.any(axis=1), (last[every, at] + 1) * before[every, at], 0.0)
    return found


def spread_of(values: Array, always: float, draws: int, *, stepped: bool = False) -> Spread:
    """Return the spread of the values of a crossing in those of so many draws that have it; of steps, one of these."""
    levels, one_of = [0.5, (1 - SHARE) / 2, (1 + SHARE) / 2], partial(np.quantile, method="inverted_cdf")
    ends = (one_of if stepped else np.quantile)(values, levels) if len(values) else np.full(3, np.nan)
    median, low, high = map(float, ends)
    return Spread(median, low, high, len(values) / draws, always, draws)
