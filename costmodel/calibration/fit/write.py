"""The constants of kernels as a TOML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from costmodel.calibration.fit.family import FamilyFit
from costmodel.calibration.fit.priors import ASSUMPTIONS, PRIORS, Prior
from costmodel.calibration.fit.problem import BASE, Estimate
from costmodel.calibration.kernels.constants import LEVELS, NORMAL_90

PLACE = "hardware/measurements/kernels"


def kernel_table(families: Sequence[FamilyFit]) -> str:
    """Return the file: what it is, what was measured, how far it misses, assumptions, and every constant."""
    lines = [*_head(families), *_measured(families), *_factors(families), *_assumptions()]
    for family in families:
        lines += _family(family)
    return "\n".join(lines) + "\n"


def _head(families: Sequence[FamilyFit]) -> Iterator[str]:
    kept, before = (sum(len(one) for one in sizes) for sizes in _sizes(families))
    bases = sum(prior.fitted for one in families for prior in PRIORS[one.rows.family].values())
    yield "# Constants of the time of kernels, written by calibration.fit.fit_kernels. Do not edit: fit again."
    yield "# constant = value x multipliers of number type, framework, kernel (framework/number type) and generation."
    yield "# A multiplier that is absent is 1; `unseen` is the spread (of logarithms) between generations."
    yield f"# {bases} constants and {kept - bases} multipliers; {before - bases} multipliers before pruning."
    yield "# Median error in the fit, unpruned -> pruned: " + "; ".join(_cost(one) for one in families)
    yield ""
    yield "[about]"
    yield f"constants = {bases}"
    yield f"multipliers = {kept - bases}"
    yield f"multipliers_before_pruning = {before - bases}"


def _sizes(families: Sequence[FamilyFit]) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    return [one.estimate.effects for one in families], [one.unpruned.effects for one in families]


def _cost(one: FamilyFit) -> str:
    before, after = (np.median(np.abs(np.expm1(misses))) for misses in (one.unpruned_misses, one.misses))
    return f"{one.rows.family} {before:.1%} -> {after:.1%}"


def _measured(families: Sequence[FamilyFit]) -> Iterator[str]:
    keys = [key for one in families for key in one.rows.keys]
    yield "\n[measured]"
    yield f"generations = {_texts({key['generation'] for key in keys})}"
    yield f"accelerators = {_texts({key['accelerator'] for key in keys})}"
    for one in families:
        yield f"{one.rows.family} = {_texts({key['kernel'] for key in one.rows.keys})}"


def _factors(families: Sequence[FamilyFit]) -> Iterator[str]:
    yield "\n# Factors on a predicted time with 80% of measurements between: of accelerators in the fit, of siblings"
    yield "# of their generation (between the others), of generations left out, of kernels nobody measured elsewhere."
    for one in families:
        yield f"[factors.{one.rows.family}]"
        for name, (low, high) in one.factors().items():
            yield f"{name} = [{low:.3f}, {high:.3f}]"


def _assumptions() -> Iterator[str]:
    for name, prior in ASSUMPTIONS.items():
        yield f"\n[assumption.{name}]"
        yield from _fact(prior, prior.start, prior.spread, "assumption", f"{prior.meaning}: {prior.reason}")


def _family(one: FamilyFit) -> Iterator[str]:
    priors, estimate, family = PRIORS[one.rows.family], one.estimate, one.rows.family
    place = f"fitted on {PLACE}/{one.kind.kind}.csv, {len(one.rows.log_time)} rows"
    for name, prior in priors.items():
        yield f"\n[{family}.{name}]"
        if not prior.fitted:
            yield from _fact(prior, prior.start, 0.1, "assumption", f"{prior.meaning}; {prior.reason}")
            continue
        value, error = _base(estimate, name)
        yield from _fact(prior, np.exp(value), error, "fit", f"{prior.meaning}; {place}")
        if prior.generation:
            yield f"unseen = {_unseen(estimate, name, prior):.3g}"
        yield from _multipliers(estimate, f"{family}.{name}", name)


def _fact(prior: Prior, value: float, spread: float, source: str, reason: str) -> Iterator[str]:
    wide = np.exp(NORMAL_90 * spread)
    unit = "" if prior.unit == "1" else f" {prior.unit}"
    yield f'value = "{value:.4g}{unit}"'
    yield f'unit = "{prior.unit}"'
    yield f'range = ["{value / wide:.4g}{unit}", "{value * wide:.4g}{unit}"]'
    yield f'source = "{source}"'
    yield f'reason = "{reason}"'


def _base(estimate: Estimate, name: str) -> tuple[float, float]:
    found = [
        (value, error)
        for effect, value, error in zip(estimate.effects, estimate.values, estimate.errors, strict=True)
        if (effect.constant, effect.level) == (name, BASE)
    ]
    return float(found[0][0]), float(found[0][1])


def _unseen(estimate: Estimate, name: str, prior: Prior) -> float:
    values = [v for one, v in _values(estimate) if (one[0], one[1]) == (name, "generation")]
    return max(float(np.sqrt(np.sum(np.square(values)) / 3)), prior.generation / 2)


def _multipliers(estimate: Estimate, path: str, name: str) -> Iterator[str]:
    for level in LEVELS:
        found: Mapping[str, float] = {
            key: value for (constant, at, key), value in _values(estimate) if (constant, at) == (name, level)
        }
        if found:
            yield f"[{path}.{level}]"
            yield from (f'"{key}" = {np.exp(value):.3g}' for key, value in sorted(found.items()))


def _values(estimate: Estimate) -> list[tuple[tuple[str, str, str], float]]:
    pairs = zip(estimate.effects, estimate.values, strict=True)
    return [((one.constant, one.level, one.key), float(value)) for one, value in pairs]


def _texts(values: set[str]) -> str:
    return "[" + ", ".join(f'"{one}"' for one in sorted(values)) + "]"
