"""How far measurements lie from predictions: an interval that widens with what the fit has not seen.

Half-widths are logarithms. That of a setup is the scale of its kind times the root of the sum of squares of what is
left in configurations of measured campaigns, and of what each novelty adds: a new campaign of known things, a new
model, a new accelerator or family of them, new software. They are measured by leaving these out of the fit, with
campaigns as units (docs/accuracy.md). What a novelty adds differs between kinds of measurements: a new model among
submissions is a new benchmark.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log, sqrt
from pathlib import Path

from costmodel.performance.machine.levels import SERVED, SERVING, SUBMITTED, keys_of, table_of
from costmodel.performance.machine.setup import Setup
from costmodel.specs.fact import Fact
from costmodel.specs.toml_file import read_table
from costmodel.units import quantity

FILE = Path(__file__).parents[1] / "residuals.toml"
SOURCE = "inferencex-serving"
SHARE, WIDE = 0.8, 0.9
DENSE, EXPERTS, QUEUED, STACKS = "dense", "experts", "queued", "stacks"
KINDS = (DENSE, EXPERTS, QUEUED, STACKS, SUBMITTED)
CAMPAIGN, MODEL, SOFTWARE, ROUND = "campaign", "model", "software", "round"
ACCELERATOR, FAMILY = "accelerator", "family"
TABLES = {DENSE: SERVED, EXPERTS: SERVED, QUEUED: QUEUED, STACKS: QUEUED, SUBMITTED: SUBMITTED}
"""The kind of measurements to which a kind of setup belongs."""
WORDS = {CAMPAIGN: "combination", FAMILY: "family of accelerators"}
"""What novelties are called where their name here says less."""


@dataclass(frozen=True)
class Residuals:
    """Half-widths, what novelties add to them, scales by kind of setup, and what the fit has seen."""

    widths: Mapping[str, float]
    added: Mapping[str, Mapping[str, float]]
    scales: Mapping[str, float]
    rows: Mapping[str, float]
    known: Mapping[str, Mapping[str, tuple[str, ...]]]

    def novelties(self, setup: Setup) -> list[str]:
        """Return what is new about a setup: nothing, a combination of known things, or one or more of these.

        A new accelerator of a family that was never measured is new as a family.
        """
        keys, chip = keys_of(setup), setup.accelerator
        names = {
            CAMPAIGN: keys[CAMPAIGN],
            MODEL: keys[MODEL],
            ACCELERATOR: chip.id,
            FAMILY: chip.family,
            SOFTWARE: setup.software.name,
            ROUND: setup.benchmark,
        }
        return what_is_new(names, self.known[table_of(setup)])

    def half_width_of(self, kind: str, new: list[str], share: float = SHARE) -> float:
        """Return the logarithm of the factor within which a share of measurements lies, either way.

        It is that of a kind of setup with so much new about it.
        """
        added = (self.added[TABLES[kind]][what] for what in new)
        eighty = self.scales[kind] * sqrt(sum(one * one for one in (self.widths["configuration"], *added)))
        # Between and beyond the two measured shares, the tail is taken as exponential.
        rate = (self.widths["tail"] - 1) / log((1 - SHARE) / (1 - WIDE))
        return eighty * max(1 + rate * log((1 - SHARE) / (1 - share)), 0.0)


def what_is_new(names: Mapping[str, str], known: Mapping[str, Collection[str]]) -> list[str]:
    """Return which of the things that a setup is made of are not known; that they were not together, if all are."""
    chip = ACCELERATOR if names[FAMILY] in known[FAMILY] else FAMILY
    new = [what for what in (MODEL, chip, SOFTWARE, ROUND) if names[what] not in known[what]]
    return new or ([] if names[CAMPAIGN] in known[CAMPAIGN] else [CAMPAIGN])


@cache
def load_residuals(file: Path = FILE) -> Residuals:
    """Return the half-widths that the fit measured."""
    content, _, _ = read_table(file)
    known = {table: {what: tuple(names) for what, names in one.items()} for table, one in content["known"].items()}
    return Residuals(content["widths"], content["added"], content["scales"], content["rows"], known)


def kind_of(setup: Setup) -> str:
    """Return the kind of setup whose scale applies: by layers of the model, or by software of offline runs."""
    table = table_of(setup)
    if table == SUBMITTED:
        return SUBMITTED
    if table == SERVED:
        return EXPERTS if setup.model.has_experts else DENSE
    return QUEUED if setup.software.name == "trtllm-offline" else STACKS


def prediction_interval(setup: Setup, share: float = SHARE) -> tuple[float, float]:
    """Return the factors on a predicted rate between which a share of measurements lies."""
    found = load_residuals()
    half = found.half_width_of(kind_of(setup), found.novelties(setup), share)
    return exp(-half), exp(half)


def model_error(setup: Setup) -> Fact:
    """Return the factor on predicted times as a fact: one, with its 90% interval."""
    low, high = prediction_interval(setup, WIDE)
    found, kind = load_residuals(), kind_of(setup)
    new = [WORDS.get(what, what) for what in found.novelties(setup)]
    what = f"a new {' and a new '.join(new)}" if new else "model, accelerator and software of the fit"
    rows = int(found.rows[kind])
    reason = f"measured over predicted time, from residuals of {rows} rows ({kind}; {what}); docs/accuracy.md"
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


__all__ = [
    "ACCELERATOR",
    "CAMPAIGN",
    "DENSE",
    "EXPERTS",
    "FAMILY",
    "KINDS",
    "MODEL",
    "QUEUED",
    "ROUND",
    "SERVING",
    "SOFTWARE",
    "STACKS",
    "SUBMITTED",
    "Residuals",
    "kind_of",
    "load_residuals",
    "model_error",
    "prediction_interval",
    "what_is_new",
]
