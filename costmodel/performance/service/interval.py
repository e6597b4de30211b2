"""How far measurements lie from predictions: an interval that widens with what the fit has not seen.

Half-widths are logarithms. That of a setup is the root of the sum of squares of the half-width of known setups of its
kind and of what each novelty adds: a new model, a new accelerator, new software, or a new combination of known ones.
They are measured, by leaving configurations, models, accelerators, frameworks and combinations out of the fit
(docs/accuracy.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log, sqrt
from pathlib import Path

from costmodel.performance.machine.setup import Setup
from costmodel.specs.fact import Fact
from costmodel.specs.record import read_table
from costmodel.units import quantity

FILE = Path(__file__).parents[1] / "residuals.toml"
SOURCE = "inferencex-serving"
SHARE, WIDE = 0.8, 0.9
SERVING = ("trtllm", "vllm", "sglang")
OFFLINE = ("trtllm-offline", "vllm-2024", "rocm", "gaudi", "neuron", "tpu")
DENSE, EXPERTS, QUEUED, STACKS, SUBMITTED = "dense", "experts", "queued", "stacks", "submitted"


@dataclass(frozen=True)
class Residuals:
    """Half-widths by kind of setup, and what the fit has seen."""

    widths: Mapping[str, Mapping[str, float]]
    known: Mapping[str, tuple[str, ...]]

    def novelties(self, setup: Setup) -> list[str]:
        """Return what is new about a setup."""
        seen = {
            "model": setup.model.id in self.known["serving_models"],
            "accelerator": setup.accelerator.id in self.known[f"{_table(setup)}_accelerators"],
            "framework": setup.software.name in (*SERVING, *OFFLINE),
        }
        new = [what for what, known in seen.items() if not known]
        if not new and _table(setup) == "serving" and combination(setup) not in self.known["serving_combinations"]:
            return ["combination"]
        return new

    def half_width(self, setup: Setup, share: float = SHARE, kind: str = "") -> float:
        """Return the logarithm of the factor within which a share of measurements lies, either way."""
        widths = self.widths[kind or kind_of(setup)]
        added = [widths.get(what, 0.0) for what in self.novelties(setup)]
        eighty = sqrt(sum(one * one for one in (widths["known"], *added)))
        # Between and beyond the two measured shares, the tail is taken as exponential.
        rate = (widths["tail"] - 1) / log((1 - SHARE) / (1 - WIDE))
        return eighty * max(1 + rate * log((1 - SHARE) / (1 - share)), 0.0)


@cache
def load_residuals(file: Path = FILE) -> Residuals:
    """Return the half-widths that the fit measured."""
    content, _, _ = read_table(file)
    known = {name: tuple(values) for name, values in content.pop("known").items()}
    return Residuals(content, known)


def kind_of(setup: Setup) -> str:
    """Return the kind of setup whose residuals apply: by layers of the model, or by software of offline runs."""
    if _table(setup) == "serving":
        return EXPERTS if setup.model.has_experts else DENSE
    return QUEUED if setup.software.name == "trtllm-offline" else STACKS


def combination(setup: Setup) -> str:
    """Return the name of a model on an accelerator with some software."""
    return f"{setup.model.id} on {setup.accelerator.id} with {setup.software.name}"


def prediction_interval(setup: Setup, share: float = SHARE, kind: str = "") -> tuple[float, float]:
    """Return the factors on a predicted rate between which a share of measurements lies.

    `kind` is that of the residuals, if it does not follow from the setup: submissions are tuned to their limits.
    """
    half = load_residuals().half_width(setup, share, kind)
    return exp(-half), exp(half)


def model_error(setup: Setup) -> Fact:
    """Return the factor on predicted times as a fact: one, with its 90% interval."""
    low, high = prediction_interval(setup, WIDE)
    widths = load_residuals().widths[kind_of(setup)]
    new = [what for what in load_residuals().novelties(setup) if what in widths]
    what = f"a new {' and a new '.join(new)}" if new else "model, accelerator and software of the fit"
    rows = int(widths["rows"])
    reason = f"measured over predicted time, from residuals of {rows} rows ({kind_of(setup)}; {what}); docs/accuracy.md"
    return Fact(
        "model_error",
        quantity(1.0),
        SOURCE,
        FILE,
        low=quantity(round(low, 3)),
        high=quantity(round(high, 3)),
        confidence="secondary",
        reason=reason,
    )


def _table(setup: Setup) -> str:
    return "serving" if setup.software.name in SERVING else "offline"
