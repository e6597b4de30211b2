"""A program of one's own seen from four sides: what a chip costs, cost and chance by chips made, and cash by month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.break_even import Sweep
from costmodel.analysis.cash import cash_of
from costmodel.analysis.chip import made_of as chip_of
from costmodel.analysis.draws import CHUNK, SEED
from costmodel.analysis.model import leaves_of
from costmodel.analysis.rival import rival_of
from costmodel.analysis.waiting import VOLUME
from costmodel.domain.offers import Program
from costmodel.domain.scenario import ANEW
from costmodel.formula import compile_numpy
from costmodel.formula.split import split
from costmodel.units import Quantity

if TYPE_CHECKING:
    from costmodel.analysis.study import Study

CHIPS = (1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7)
"""Chips made at which costs and chances are shown."""
DRAWS = 2048
"""Draws behind a chance: its error is at most 2.2 points."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Trough:
    """How deep a program is in the red against its rival: the most that it has paid beyond it, and when."""

    program: str
    rival: str
    month: int
    beyond: float
    """USD, in real money of the start."""
    total: float
    """USD paid in all, to the last month."""


def programs_of(study: Study) -> dict[str, str]:
    """Return the rival of each program that has an answer, as the scenario asks; none where that has no answer."""
    found: dict[str, str] = {}
    for id_, one in study.costs.items():
        if isinstance(one.offer, Program):
            anew = study.scenario.program_start == ANEW or one.offer.age is None
            rival = rival_of(study.scenario, one.offer, anew=anew)
            found[id_] = rival if rival in study.costs else ""
    return found


def made_of(study: Study) -> pd.DataFrame:
    """Return what one chip of each program costs to make, part by part, with 80% intervals, as the study counts it.

    Columns: `program`, `part`, `cost`, `low`, `high` in USD; the last part is the `total`. A chip whose `unit_cost` is
    given has no parts.
    """
    rows: list[dict[str, object]] = []
    for id_ in programs_of(study):
        offer = study.scenario.offer(id_)
        assert isinstance(offer, Program)  # noqa: S101 - of programs alone
        if offer.materials is None:
            continue
        for name, one in chip_of(offer.system.accelerator, offer.materials, offer.partner_margin).rows.items():
            ends = {key: float(getattr(one, key).to("USD").magnitude) for key in ("value", "low", "high")}
            rows.append({"program": id_, "part": name, "cost": ends.pop("value"), **ends})
    return pd.DataFrame(rows, columns=["program", "part", "cost", "low", "high"])


def by_volume(study: Study, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Return what each program costs and how likely it beats its rival by all chips made, whoever uses them.

    Columns: `program`, `accelerators`, `cost` (that by which offers rank), `rival`, `rival_cost`,
    `probability_beats_rival`, none where the rival has no answer.
    """
    return ByVolume(study).table(draws, seed)


@dataclass(frozen=True)
class ByVolume:
    """The programs of a study and their rivals over the chips made: what these move apart from all else."""

    study: Study

    @cached_property
    def rivals(self) -> dict[str, str]:
        """The rival of each program."""
        return programs_of(self.study)

    @property
    def still(self) -> dict[tuple[str, str], Quantity]:
        """What no number of chips moves, to be drawn with all else that is asked of the study."""
        return {(VOLUME, name): one for name, one in self._parts[1].items()}

    def table(self, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
        """Return the table of `by_volume`."""
        if not self.rivals:
            return pd.DataFrame()
        chips, parts = np.array(CHIPS), []
        costs, drawn = self._sweep(chips), self._drawn(draws, seed)
        for id_, rival in self.rivals.items():
            frame = pd.DataFrame({"program": id_, "accelerators": chips, "cost": costs[id_], "rival": rival})
            beats = (drawn[id_] < np.nan_to_num(drawn[rival], nan=np.inf)).mean(axis=0) if rival else np.nan
            parts.append(frame.assign(rival_cost=costs[rival] if rival else np.nan, probability_beats_rival=beats))
        return pd.concat(parts, ignore_index=True)

    @property
    def _sweep(self) -> Sweep:
        return self.study.swept(VOLUME)

    @cached_property
    def _scales(self) -> dict[str, float]:
        leaves = leaves_of(self._outputs.values())
        return {name: scale for name, scale in self._sweep.scales.items() if name in leaves}

    @cached_property
    def _outputs(self) -> dict[str, Quantity]:
        """The costs of programs and their rivals; none, where no program has a rival."""
        asked = (one for id_, rival in self.rivals.items() if rival for one in (id_, rival))
        return {one: self._sweep.outputs[one] for one in asked}

    @cached_property
    def _parts(self) -> tuple[dict[str, Quantity], dict[str, Quantity]]:
        return split(self._outputs, self._scales) if self.rivals else ({}, {})

    def _drawn(self, draws: int, seed: int) -> dict[str, Array]:
        """Return the costs, a row per draw of all other inputs, a column per number of chips."""
        count, moving = min(draws, CHUNK), self._parts[0]
        known = self.study.drawn(self.still, count, seed)
        kernel = compile_numpy(moving, [*self._scales, *self._parts[1]])
        chips = np.tile(np.array(CHIPS), count)
        moved = {name: chips * scale for name, scale in self._scales.items()}
        found = kernel.mark(**moved, **{name: np.repeat(one, len(CHIPS)) for (_, name), one in known.items()})
        return {id_: np.broadcast_to(found[id_], chips.shape).reshape(-1, len(CHIPS)) for id_ in moving}


def cash_by_month(study: Study) -> pd.DataFrame:
    """Return all that is paid under each program and its rival up to each month, in real USD of the start.

    Columns: `program`, `rival`, `month` (0: the start), `paid`, `paid_by_rival`, `beyond`.
    """
    return pd.concat([_cash(study, *pair) for pair in programs_of(study).items()] or [pd.DataFrame()])


def _cash(study: Study, id_: str, rival: str) -> pd.DataFrame:
    ours = _paid(study, id_)
    theirs = _paid(study, rival) if rival else np.zeros_like(ours)
    months = max(len(ours), len(theirs))
    paid, other = (np.pad(one, (0, months - len(one)), mode="edge") for one in (ours, theirs))
    columns = {"paid": paid, "paid_by_rival": other, "beyond": paid - other}
    return pd.DataFrame({"program": id_, "rival": rival, "month": np.arange(months), **columns})


def _paid(study: Study, id_: str) -> Array:
    found: Array = np.cumsum(cash_of(study.costs[id_]).total)
    return found


def troughs(cash: pd.DataFrame) -> Iterator[Trough]:
    """Yield the month in which each program has paid the most beyond its rival, and how much that is."""
    for id_, rows in cash.groupby("program", sort=False) if len(cash) else ():
        deepest = rows.iloc[rows["beyond"].argmax()]
        last = rows.iloc[-1]
        yield Trough(str(id_), str(last["rival"]), int(deepest["month"]), float(deepest["beyond"]), float(last["paid"]))
