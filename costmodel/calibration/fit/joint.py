"""All measured rows of serving side by side: what each measured, how far it is trusted, and what it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.fit.serving import OfflineData, ServingData, numbers, trust
from costmodel.performance.machine.levels import keys_of, table_of
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.interval import kind_of

Array = npt.NDArray[np.float64]
TIMES = ("e2e_latency_s", "tpot_ms", "ttft_ms")
"""Metrics that are times; all others are rates."""

OUTPUTS = ("rate", "token", "first")
SHARES = {"rate": 1.0, "token": 0.5, "first": 0.5}
"""What a judged value, a time per token and a time to first token count, which are not independent of each other."""

DEVIATIONS = {"served": 0.08, "queued": 0.14, "submitted": 0.10}
"""Standard deviation of single rows inside their campaign, in logarithms, by table; chosen on left-out rows."""

OF_FIRST = 0.3
"""The same of times to first token."""


@dataclass(frozen=True)
class Joint:
    """Rows of served requests, of queued runs and of submissions, in this order."""

    serving: ServingData
    offline: OfflineData

    @cached_property
    def setups(self) -> list[Setup]:
        """The setup of every row."""
        found: list[Setup] = []
        tables = [(self.serving.rows, self.serving.groups), *self.offline.tables]
        for rows, groups in tables:
            places = {place: group.setup for group in groups for place in group.index}
            found += [places[place] for place in range(len(rows))]
        return found

    @cached_property
    def labels(self) -> pd.DataFrame:
        """What every row belongs to: its group in each level, its table, kind, accelerator, software and round."""
        frame = pd.DataFrame([self._labels(setup) for setup in self.setups])
        frame["fold"] = np.concatenate([_folds(rows) for rows in self._tables])
        return frame

    @staticmethod
    def _labels(setup: Setup) -> dict[str, object]:
        return {
            **keys_of(setup),
            "table": table_of(setup),
            "kind": kind_of(setup),
            "chip": setup.accelerator.id,
            "family": setup.accelerator.family,
            "stack": setup.software.name,
            "round": setup.benchmark,
            "experts": setup.model.has_experts,
        }

    @property
    def _tables(self) -> tuple[pd.DataFrame, ...]:
        return (self.serving.rows, self.offline.throughput, self.offline.mlperf)

    @property
    def served(self) -> int:
        """Rows of served requests, which come first."""
        return len(self.serving.rows)

    @cached_property
    def place(self) -> npt.NDArray[np.int64]:
        """The row of every output: of all judged values, then of times per token, then of times to first token."""
        first = np.arange(self.served)
        return np.concatenate([np.arange(len(self.setups)), first, first])

    @cached_property
    def output(self) -> npt.NDArray[np.str_]:
        """What every output is."""
        return np.repeat(OUTPUTS, [len(self.setups), self.served, self.served])

    @cached_property
    def measured(self) -> Array:
        """Logarithms of what was measured, of every output."""
        rows = self.serving.rows
        rate = [numbers(rows, "output_tokens_per_s_per_chip"), *(numbers(one, "value") for one in self._tables[1:])]
        return np.log(np.concatenate([*rate, numbers(rows, "tpot_ms") / 1e3, numbers(rows, "ttft_ms") / 1e3]))

    @cached_property
    def sign(self) -> Array:
        """Direction in which every output moves with time: rates fall."""
        metrics = [""] * self.served + list(self.offline.throughput["metric"]) + [""] * len(self.offline.mlperf)
        rate = np.where(np.isin(metrics, TIMES), 1.0, -1.0)
        return np.concatenate([rate, np.ones(2 * self.served)])

    @cached_property
    def first_part(self) -> Array:
        """Part of every output that is time to first token, as measured."""
        rows = self.serving.rows
        first, rest = numbers(rows, "ttft_ms"), numbers(rows, "tpot_ms") * numbers(rows, "osl")
        others = np.zeros(len(self.setups) - self.served)
        return np.concatenate([first / (first + rest), others, np.zeros(self.served), np.ones(self.served)])

    @cached_property
    def deviation(self) -> Array:
        """Standard deviation of every output inside its campaign: more where repeats disagree or a row is recalled."""
        trusted = np.concatenate([self.serving.trust, *(trust(rows) for rows in self._tables[1:])])
        one = self.labels["table"].map(DEVIATIONS).to_numpy() / np.sqrt(trusted)
        first = OF_FIRST / np.sqrt(self.serving.trust)
        return np.concatenate([one, one[: self.served], first])

    @cached_property
    def share(self) -> Array:
        """What every output counts."""
        return np.array([SHARES[name] for name in self.output])

    def predicted(self, values: Mapping[str, Array]) -> Array:
        """Return the logarithms of all outputs: a row for each set of constants."""
        rate, token, first = self.serving.predict(values)
        return np.log(np.hstack([rate, *self.offline.predict(values), token, first]))


def _folds(rows: pd.DataFrame) -> list[str]:
    """Return one of ten folds of every row, alike for rows of one layout."""
    names = [
        name
        for name in ("model", "system", "chip", "framework", "precision", "tp_size", "tp", "n_chips")
        if name in rows
    ]
    numbered = rows.groupby(names, dropna=False, sort=True).ngroup()
    return [str(one) for one in numbered % 10]
