"""How sure a break-even is: where it lies in each draw of all other inputs, and in how many draws there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from costmodel.analysis.break_even import QUERIES, QUERIES_PER_USER, Sweep
from costmodel.analysis.crossing import BreakEven, Spread
from costmodel.analysis.draws import CHUNK, SEED, Joint, Links, chunk, is_uncertain
from costmodel.analysis.model import leaves_of
from costmodel.analysis.uncertainty import SHARE
from costmodel.formula import Kernel, compile_numpy

DRAWS = 512
"""Draws behind the interval of a break-even: its ends are known to about a twentieth of its width."""

TRIED = 96
"""Values of the variable that are tried in each draw before the first crossing is halved down."""

HALVINGS = 24
"""Of one step between values tried: a crossing of a draw is then known to a ten-millionth of it."""

Array = npt.NDArray[np.float64]


def with_spread(
    found: Sequence[BreakEven], sweep: Sweep, links: Links, draws: int = DRAWS, seed: int = SEED
) -> list[BreakEven]:
    """Return break-evens with their 80% intervals: of the first crossing, over joint draws of all other inputs.

    The same draw counts in both offers, so that what they share cancels.
    """
    search = DrawnSweep.of(sweep, links, draws, seed)
    costs = search.costs_on_grid()
    return [replace(one, spread=search.spread(costs[one.first] - costs[one.second], one)) for one in found]


@dataclass(frozen=True)
class DrawnSweep:
    """The costs of a sweep in many draws at once."""

    sweep: Sweep
    kernel: Kernel
    moved: Mapping[str, float]
    """The leaves that move, and what their values are multiplied by."""
    drawn: Mapping[str, Array]
    grid: Array
    draws: int

    @classmethod
    def of(cls, sweep: Sweep, links: Links, draws: int, seed: int) -> DrawnSweep:
        """Return a sweep with joint draws of all inputs that do not move in it."""
        used = leaves_of(sweep.outputs.values())
        held = {*sweep.leaves, *([QUERIES_PER_USER] if sweep.variable == QUERIES else [])}
        joint = Joint.of([leaf for name, leaf in used.items() if is_uncertain(leaf) and name not in held], links)
        size = min(draws, CHUNK)
        _, drawn = chunk(joint, 0, size, seed)
        moved = sweep.scales
        kernel = compile_numpy(sweep.outputs, [*moved, *drawn])
        grid = sweep.grid[np.unique(np.linspace(0, len(sweep.grid) - 1, TRIED).astype(int))]
        return cls(sweep, kernel, moved, drawn, grid, size)

    def costs(self, x: Array, rows: npt.NDArray[np.intp]) -> dict[str, Array]:
        """Return the cost of every offer where the variable has these values, each in one of the draws."""
        given = {name: x * scale for name, scale in self.moved.items()}
        found = self.kernel.mark(**given, **{name: values[rows] for name, values in self.drawn.items()})
        return {id_: np.broadcast_to(values, x.shape) for id_, values in found.items()}

    def costs_on_grid(self) -> dict[str, Array]:
        """Return the cost of every offer, a row per draw and a column per value tried."""
        rows = np.repeat(np.arange(self.draws), len(self.grid))
        found = self.costs(np.tile(self.grid, self.draws), rows)
        return {id_: values.reshape(self.draws, -1) for id_, values in found.items()}

    def spread(self, gaps: Array, one: BreakEven) -> Spread:
        """Return where the first crossing of a pair lies."""
        signs = np.sign(gaps)
        changes = (signs[:, :-1] * signs[:, 1:] < 0) | ((signs[:, :-1] != 0) & (signs[:, 1:] == 0))
        rows = np.flatnonzero(changes.any(axis=1))
        place = changes[rows].argmax(axis=1)
        low, high, before = self.grid[place], self.grid[place + 1], signs[rows, place]
        for _ in range(HALVINGS if len(rows) else 0):
            middle = (low + high) / 2
            found = self.costs(middle, rows)
            same = np.sign(found[one.first] - found[one.second]) == before
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        answered = np.isfinite(gaps).all(axis=1)
        always = answered & (gaps < 0).all(axis=1)
        ends = np.quantile(high, [0.5, (1 - SHARE) / 2, (1 + SHARE) / 2]) if len(rows) else np.full(3, np.nan)
        median, bottom, top = map(float, ends)
        return Spread(median, bottom, top, len(rows) / self.draws, float(always.mean()), self.draws)
