"""Constants and offsets together: least squares in which groups share what they have in common.

Constants of dense layers are fitted on models without experts, where they are all there is; those of experts and of
latent, sparse and linear attention then on the other rows, with the former as they are: software for experts differs so
much that what is wrong about it would else be made up for by constants of everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from costmodel.calibration.fit.joint import Joint
from costmodel.calibration.fit.levels import CAMPAIGN, Offsets, offsets_of
from costmodel.calibration.fit.objective import Estimate, Prior
from costmodel.performance.machine.levels import OF_FIRST

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
OF_EXPERTS = (
    "expert_efficiency",
    "expert_efficiency_16",
    "expert_tile",
    "routing_evenness",
    "expert_passes",
    "expert_latency",
    "expert_latency_fused",
    "indexer_latency",
    "latent_bandwidth",
    "attention_latency",
    "block_efficiency",
    "block_latency",
)
"""Constants that only models with experts tell of."""

OF_REQUESTS = (
    "request_overhead",
    "request_overhead_vllm",
    "request_overhead_sglang",
    "text_overhead",
    "client_overhead",
    "first_steps",
    "first_steps_sglang",
    "stream_share",
)
"""Constants on the way of a request and of its first token, whatever the model."""

OUTLIER = 1.5
"""Standard deviations beyond which an error pulls only with the root of its size."""

ROOT = 0.25
FADING = {"first": 0.75}
"""Power of (1 + z^2) by which an error of z such deviations pulls less: by kind of output where it is not that of the
root. Times to first token pull less the farther off they are, since limits that nobody states lengthen some by far."""

FREEDOM = 2.0
"""Degrees of freedom of the offsets of campaigns: some lie far off, and pull little."""

DIFFERENCE = 1e-3
MOST_MOVED = 0.25
ROUNDS, STEPS, FEW_STEPS = 10, 3, 3
FULL = 4
"""Rounds that go all the way; later ones end at the mean of what they found, as bends of outputs make rounds swing."""


@dataclass(frozen=True)
class Linear:
    """Logarithms of all outputs around a point, with their slopes."""

    point: Array
    value: Array
    slope: Array

    def at(self, point: Array) -> Array:
        """Return the outputs at a point near by."""
        return self.value + self.slope @ (point - self.point)


@dataclass(frozen=True)
class State:
    """Logarithms of constants, and offsets."""

    point: Array
    offsets: Array

    def towards(self, other: State, share: float) -> State:
        """Return the state at a share of the way to another."""
        moved = (one + share * (two - one) for one, two in ((self.point, other.point), (self.offsets, other.offsets)))
        return State(*moved)


@dataclass(frozen=True)
class Mixed:
    """The fit of constants with given priors to all rows."""

    rows: Joint
    priors: Mapping[str, Prior]

    @cached_property
    def offsets(self) -> Offsets:
        """The groups of rows."""
        return offsets_of(self.rows.labels)

    @cached_property
    def design(self) -> csr_array:
        """How every output moves with every offset: with few of them, so that zeros are left out."""
        first = np.isin(self.offsets.level, OF_FIRST)
        part = np.where(first, self.rows.first_part[:, None], 1.0)
        return csr_array(self.offsets.design[self.rows.place] * self.rows.sign[:, None] * part)

    @cached_property
    def centre(self) -> Array:
        """Logarithms of the centres of the priors."""
        return np.log([one.start for one in self.priors.values()])

    @cached_property
    def spread(self) -> Array:
        """Standard deviations of the priors, and of the offsets."""
        return np.concatenate([[one.deviation for one in self.priors.values()], self.offsets.spread])

    @cached_property
    def ends(self) -> Array:
        """Lowest and highest logarithm of every constant."""
        return np.array([one.ends for one in self.priors.values()]).T

    @cached_property
    def fading(self) -> Array:
        """Power by which errors that lie far off count less, of every output."""
        return np.array([FADING.get(name, ROOT) for name in self.rows.output])

    @cached_property
    def stages(self) -> tuple[tuple[Mask, Mask], ...]:
        """Rows and constants of each stage."""
        experts = self.rows.labels["experts"].to_numpy(dtype=bool)
        every, names = np.ones_like(experts), list(self.priors)
        later, last = np.isin(names, OF_EXPERTS), np.isin(names, OF_REQUESTS)
        return (~experts, ~later & ~last), (every, later), (every, last)

    def linear(self, point: Array) -> Linear:
        """Return the outputs around a point."""
        points = np.vstack([point, point + DIFFERENCE * np.eye(point.size)])
        found = self.rows.predicted({name: np.exp(points[:, i]) for i, name in enumerate(self.priors)})
        return Linear(point, found[0], ((found[1:] - found[0]) / DIFFERENCE).T)

    def start(self) -> State:
        """Return the centres of the priors, and no offsets."""
        return State(self.centre, np.zeros(self.offsets.level.size))

    def normal(self, linear: Linear, state: State, kept: Mask) -> tuple[Array, Array]:
        """Return the normal equations of one step: curvature and slope of half the sum of squares."""
        rows = self.rows
        error = linear.at(state.point) - rows.measured + self.design @ state.offsets
        pull = (1 + (error / rows.deviation / OUTLIER) ** 2) ** -self.fading
        weight = rows.share / rows.deviation * pull * kept[rows.place]
        constants, offsets = linear.slope * weight[:, None], self.design * weight[:, None]
        mixed = offsets.T @ constants
        curvature = np.block([[constants.T @ constants, mixed.T], [mixed, (offsets.T @ offsets).toarray()]])
        stiffness = self._stiffness(state)
        away = np.concatenate([state.point - self.centre, state.offsets])
        slope = np.concatenate([constants.T @ (error * weight), offsets.T @ (error * weight)])
        return curvature + np.diag(stiffness), slope + stiffness * away

    def _stiffness(self, state: State) -> Array:
        """Return what each unknown is held by: less for campaigns that lie far off (Student's t)."""
        held = 1 / self.spread**2
        far = (state.offsets / self.offsets.spread) ** 2
        student = np.where(self.offsets.level == CAMPAIGN, (FREEDOM + 1) / (FREEDOM + far), 1.0)
        return held * np.concatenate([np.ones(self.centre.size), student])

    def step(self, linear: Linear, state: State, kept: Mask, free: Mask) -> State:
        """Return the state after one step in which some constants and all offsets move."""
        curvature, slope = self.normal(linear, state, kept)
        moves = np.concatenate([free, np.ones(state.offsets.size, dtype=bool)])
        change = np.zeros(moves.size)
        change[moves] = np.linalg.solve(curvature[np.ix_(moves, moves)], -slope[moves])
        moved, offsets = np.split(change, [free.size])
        point = state.point + np.clip(moved, -MOST_MOVED, MOST_MOVED)
        return State(np.clip(point, *self.ends), state.offsets + offsets)

    def through_stages(self, linear: Linear, state: State, kept: Mask, steps: int = STEPS) -> State:
        """Return the state after both stages on some rows, with outputs taken as linear."""
        for rows, free in self.stages:
            for _ in range(steps):
                state = self.step(linear, state, kept & rows, free)
        return state

    def fit(self) -> Fit:
        """Return the fit to all rows."""
        state, every = self.start(), np.ones(len(self.rows.setups), dtype=bool)
        for done in range(ROUNDS):
            found = self.through_stages(self.linear(state.point), state, every)
            state = state.towards(found, 1 / max(done - FULL + 2, 1))
        return Fit(self, self.linear(state.point), state)


@dataclass(frozen=True, eq=False)
class Fit:
    """A fit with the outputs around it, from which rows can be left out; one is like no other."""

    mixed: Mixed
    linear: Linear
    state: State

    @property
    def values(self) -> dict[str, float]:
        """The constants."""
        return dict(zip(self.mixed.priors, map(float, np.exp(self.state.point)), strict=True))

    def estimate(self) -> Estimate:
        """Return the constants with the standard deviations of their logarithms, each stage's own."""
        every = np.ones(len(self.mixed.rows.setups), dtype=bool)
        deviations = np.zeros(self.state.point.size)
        for rows, free in self.mixed.stages:
            curvature, _ = self.mixed.normal(self.linear, self.state, every & rows)
            moves = np.concatenate([free, np.ones(self.state.offsets.size, dtype=bool)])
            variance = np.diag(np.linalg.inv(curvature[np.ix_(moves, moves)]))
            deviations[free] = np.sqrt(variance[: free.sum()])
        return Estimate(self.values, dict(zip(self.mixed.priors, map(float, deviations), strict=True)))

    def errors(self) -> Array:
        """Return the logarithm of predicted over measured of every output, levels included."""
        return self._errors(self.state)

    def _errors(self, state: State) -> Array:
        return self.linear.at(state.point) - self.mixed.rows.measured + self.mixed.design @ state.offsets

    def without(self, left_out: Mask) -> Array:
        """Return the same of the fit without some rows, in which what only these tell of has no offset."""
        found = self.mixed.through_stages(self.linear, self._reset(left_out), ~left_out, FEW_STEPS)
        return self._errors(found)

    def _reset(self, left_out: Mask) -> State:
        """Return the state without the offsets of groups that only the rows left out belong to."""
        still = (self.mixed.offsets.design[~left_out] > 0).any(axis=0)
        return replace(self.state, offsets=np.where(still, self.state.offsets, 0.0))
