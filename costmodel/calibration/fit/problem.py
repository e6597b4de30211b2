"""Least squares in logarithms: base constants and the multipliers that matter, kept near their priors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from costmodel.calibration.fit.data import ENGINE, GENERATION, Array, Rows
from costmodel.calibration.fit.priors import Prior
from costmodel.formula.numpy_kernel import Kernel as Compiled

BASE = "base"
SCATTER = {
    "matrix_product": 0.12,
    "prefill_attention": 0.12,
    "decode_attention": 0.25,
    "expert_layer": 0.12,
    "collective": 0.12,
}
"""Spread of a row's logarithm beyond which it counts only linearly: tables hold rows that no shape explains. Rows of
decode attention say less each beside what is believed before: so chosen on chips left out, of which all four gain."""
SMALL, SIGNIFICANT = 0.15, 1.5
"""Multipliers nearer to 1 than this (in logarithms), or than so many standard errors, are dropped.
"""
PARTS = 3
"""Of those, a third is dropped at a time, since the others then take over."""
EVERY = {"matrix_product": 2, "prefill_attention": 3, "decode_attention": 2, "expert_layer": 4, "collective": 1}
"""Of so many rows one is fitted on; all are judged."""
COUNTED = {"matrix_product": 4, "prefill_attention": 3, "decode_attention": 2, "expert_layer": 4, "collective": 1}
"""So many rows count as one beside what is believed before, since rows of one campaign miss together."""
FAR_OFF = ("expert_layer",)
"""Families of which single kernels lie far off, as one of vLLM's on the H100, which takes three times as long as on
others: what moves a constant from its prior counts only linearly when it is far, as it does of rows."""
STEP = 1e-5
EVALUATIONS = 20


@dataclass(frozen=True)
class Effect:
    """One fitted number: the base of a constant, or its multiplier for one key of one level."""

    constant: str
    level: str
    key: str
    spread: float


@dataclass(frozen=True)
class Estimate:
    """Logarithms of effects with their standard errors."""

    effects: tuple[Effect, ...]
    values: Array
    errors: Array

    def kept(self) -> tuple[Effect, ...]:
        """Return the effects without a few of the multipliers nearest to 1; generations and engines stay."""
        weight = np.minimum(np.abs(self.values) / SMALL, np.abs(self.values) / (SIGNIFICANT * self.errors))
        weight[[one.level in (BASE, GENERATION, ENGINE) for one in self.effects]] = np.inf
        weak = np.flatnonzero(weight < 1)
        dropped = set(weak[np.argsort(weight[weak], kind="stable")][: -(-len(weak) // PARTS)].tolist())
        return tuple(one for i, one in enumerate(self.effects) if i not in dropped)

    def factors(self, priors: Mapping[str, Prior], keys: Sequence[Mapping[str, str]]) -> dict[str, Array]:
        """Return every constant for each of some keys."""
        logs = {
            name: np.full(len(keys), np.log(prior.start) if not prior.fitted else 0.0) for name, prior in priors.items()
        }
        for effect, value in zip(self.effects, self.values, strict=True):
            logs[effect.constant] += value * _applies(effect, keys)
        return {name: np.exp(values) for name, values in logs.items()}


def effects_of(priors: Mapping[str, Prior], rows: Rows) -> tuple[Effect, ...]:
    """Return every base and multiplier that the rows could tell."""
    found = [Effect(name, BASE, "", prior.spread) for name, prior in priors.items() if prior.fitted]
    present = [rows.keys[group] for group in np.unique(rows.group)]
    for name, prior in priors.items():
        for level, spread in _spreads(prior).items():
            keys = sorted({key[level] for key in present})
            found += [Effect(name, level, key, spread) for key in keys if spread and len(keys) > 1]
    return tuple(found)


def fit(rows: Rows, priors: Mapping[str, Prior], kernel: Compiled) -> Estimate:
    """Return the base constants and the multipliers that matter: all are fitted, then small ones dropped by and by."""
    estimate = solve(effects_of(priors, rows), rows, priors, kernel, None)
    while len(kept := estimate.kept()) < len(estimate.effects):
        estimate = solve(kept, rows, priors, kernel, estimate)
    return estimate


def predict(estimate: Estimate, rows: Rows, priors: Mapping[str, Prior], kernel: Compiled) -> Array:
    """Return the logarithm of the predicted seconds of rows."""
    return _log_times(rows, estimate.factors(priors, rows.keys), kernel)


def solve(
    effects: tuple[Effect, ...],
    rows: Rows,
    priors: Mapping[str, Prior],
    kernel: Compiled,
    start: Estimate | None,
) -> Estimate:
    """Return the effects that fit rows and priors best."""
    problem = _Problem(effects, rows, priors, kernel)
    first = problem.centre if start is None else _carried(effects, start)
    found = least_squares(
        problem.residuals,
        first,
        jac=problem.jacobian,
        loss=_loss(rows),  # type: ignore[arg-type] # the stubs know of no loss with its derivatives
        max_nfev=EVALUATIONS,
        xtol=1e-5,
        ftol=1e-6,
    )
    slopes = np.asarray(found.jac)
    return Estimate(effects, found.x, np.sqrt(np.diag(np.linalg.inv(slopes.T @ slopes))))


def _loss(rows: Rows) -> Callable[[Array], Array]:
    """Return what squares of residuals cost, with two derivatives: rows only linearly when far, priors the square."""
    count, weight = len(rows.log_time), EVERY[rows.family] / COUNTED[rows.family]

    def cost(squares: Array) -> Array:
        root = np.sqrt(1 + squares)
        linear = np.array([2 * (root - 1), 1 / root, -0.5 / root**3])
        square = np.array([squares, np.ones_like(squares), np.zeros_like(squares)])
        held = linear if rows.family in FAR_OFF else square
        return np.hstack([weight * linear[:, :count], held[:, count:]])

    return cost


class _Problem:
    """Residuals of rows and priors, and their derivatives through each constant."""

    def __init__(self, effects: tuple[Effect, ...], rows: Rows, priors: Mapping[str, Prior], kernel: Compiled) -> None:
        self.effects, self.rows, self.priors, self.kernel = effects, rows, priors, kernel
        self.scatter = SCATTER[rows.family]
        self.applies = np.array([_applies(one, rows.keys) for one in effects])
        self.spread = np.array([one.spread for one in effects])
        self.centre = np.array([np.log(priors[one.constant].start) if one.level == BASE else 0.0 for one in effects])

    def factors(self, values: Array) -> dict[str, Array]:
        return Estimate(self.effects, values, values).factors(self.priors, self.rows.keys)

    def residuals(self, values: Array) -> Array:
        misses = (_log_times(self.rows, self.factors(values), self.kernel) - self.rows.log_time) / self.scatter
        return np.concatenate([misses, (values - self.centre) / self.spread])

    def jacobian(self, values: Array) -> Array:
        factors = self.factors(values)
        here = _log_times(self.rows, factors, self.kernel)
        slopes = {}
        for name in {one.constant for one in self.effects}:
            moved = factors | {name: factors[name] * np.exp(STEP)}
            slopes[name] = (_log_times(self.rows, moved, self.kernel) - here) / (STEP * self.scatter)
        columns = [slopes[one.constant] * self.applies[i][self.rows.group] for i, one in enumerate(self.effects)]
        return np.vstack([np.array(columns).T, np.diag(1 / self.spread)])


def _log_times(rows: Rows, factors: Mapping[str, Array], kernel: Compiled) -> Array:
    constants = {name: values[rows.group] for name, values in factors.items()}
    known = {**rows.inputs, **constants}
    with np.errstate(over="ignore"):  # a steep passage from cache to memory ends in zero, as it should
        return np.log(kernel.mark(**{name: known[name] for name in kernel.inputs})["time"])


def _applies(effect: Effect, keys: Sequence[Mapping[str, str]]) -> Array:
    return np.array([1.0 if effect.level == BASE or key[effect.level] == effect.key else 0.0 for key in keys])


def _spreads(prior: Prior) -> dict[str, float]:
    """Return the spread of multipliers by level; kernels of a number type differ less than number types do."""
    return {
        "number_type": prior.kernel,
        "framework": 0.5 * prior.kernel,
        "kernel": 0.7 * prior.kernel,
        "engine": prior.engine,
        "kernel_engine": prior.kernel_engine,
        "generation": prior.generation,
        "kernel_generation": prior.both,
    }


def _carried(effects: tuple[Effect, ...], start: Estimate) -> Array:
    known = dict(zip(start.effects, start.values, strict=True))
    return np.array([known[one] for one in effects])
