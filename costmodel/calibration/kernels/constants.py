"""The fitted constants of kernels: base values, and multipliers by number type, software and generation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from math import exp, log
from pathlib import Path
from typing import Any

from costmodel.domain.hardware import Accelerator
from costmodel.errors import SpecError, unknown
from costmodel.performance.machine.constants import Constants
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import Fact
from costmodel.specs.fact_reader import FactReader
from costmodel.specs.toml_file import read_table
from costmodel.units import Quantity

FILE = Path(__file__).with_name("kernels.toml")
LEVELS = ("number_type", "framework", "kernel", "engine", "kernel_engine", "generation", "kernel_generation")
"""What a multiplier may depend on; a kernel is `framework/number type`."""
NORMAL_90 = 1.645
SAME_UNITS = {"blackwell-ultra": "blackwell"}
"""Generations with the compute units of an earlier one; the workstation Blackwell has others than the B200."""
SYNCHRONOUS, ASYNCHRONOUS = "synchronous", "asynchronous"
ENGINES = {
    **dict.fromkeys(("volta", "turing", "ampere", "ada", "blackwell-rtx"), SYNCHRONOUS),
    **dict.fromkeys(("hopper", "blackwell", "blackwell-ultra", "rubin"), ASYNCHRONOUS),
}
"""Whether warps wait for their matrix instructions (mma) or issue them and go on (wgmma, tcgen05): software has
kernels for either, such as FlashAttention 2 and 3. Others have no known kind and take the base."""
OLDER = {("decode_attention", "trtllm/bf16", "hopper")}
"""Kernels by family, name and generation that wait although the chip need not: Hopper has none for 16-bit caches."""
KNOWN, SIBLING, UNSEEN, UNSEEN_KERNEL = "known", "sibling", "unseen", "unseen_kernel"


@dataclass(frozen=True)
class Kernel:
    """Whose kernel it is, and what it computes in; the framework may be unknown."""

    family: str
    number_type: str
    framework: str | None = None

    @property
    def name(self) -> str:
        """Framework and number type, as the table of multipliers has them."""
        return f"{self.framework}/{self.number_type}"


@dataclass(frozen=True)
class KernelConstant:
    """One constant: a fact, its multipliers by level and key, and its spread over generations."""

    fact: Fact
    multipliers: Mapping[str, Mapping[str, float]]
    unseen: float = 0.0
    """Standard deviation of its logarithm between generations."""

    def factor(self, kernel: Kernel, engine: str, generation: str) -> float:
        """Return the product of all multipliers that apply; what was never measured has none."""
        own = (kernel.number_type, kernel.framework, kernel.name)
        keys = (*own, *(one for place in (engine, generation) for one in (place, f"{kernel.name}@{place}")))
        found = [self.multipliers[level].get(key or "", 1.0) for level, key in zip(LEVELS, keys, strict=True)]
        return exp(sum(log(one) for one in found))

    def resolved(self, kernel: Kernel, engine: str, generation: str, *, measured: bool) -> Fact:
        """Return the constant for one kernel and generation, its interval wider where that was never measured."""
        factor, fact = self.factor(kernel, engine, generation), self.fact
        low, high = fact.low or fact.value, fact.high or fact.value
        wider = exp(0.0 if measured else NORMAL_90 * self.unseen)
        return replace(fact, value=fact.value * factor, low=low * (factor / wider), high=high * (factor * wider))


@dataclass(frozen=True)
class KernelTable:
    """All constants of kernels, with what they were fitted on and how far they miss."""

    families: Mapping[str, Mapping[str, KernelConstant]]
    assumptions: Constants
    measured: Mapping[str, tuple[str, ...]]
    """Generations, accelerators and kernels that were measured, by family of kernels."""
    factors: Mapping[str, Mapping[str, tuple[float, float]]]
    """Factors on a time between which 80% of measurements lie, by family and by how well the case is known."""
    about: Mapping[str, Any] = field(default_factory=dict)

    def constants(self, kernel: Kernel, accelerator: Accelerator) -> Constants:
        """Return the constants of a kernel on an accelerator; an unknown framework or generation takes the base."""
        generation, family = self.generation(accelerator), self._family(kernel.family)
        place, measured = (engine_of(accelerator, kernel), generation), bool(generation)
        facts = {name: one.resolved(kernel, *place, measured=measured) for name, one in family.items()}
        return Constants(
            id=f"{kernel.family}/{kernel.name}@{generation or 'any'}",
            name=f"constants of {kernel.family.replace('_', ' ')}, {kernel.name} on {generation or 'any'} accelerators",
            value={name: fact.value for name, fact in facts.items()},
            facts={f"value.{name}": fact for name, fact in facts.items()},
            place=str(FILE),
        )

    def generation(self, accelerator: Accelerator) -> str:
        """Return the measured generation of an accelerator, or nothing where none of its compute units was measured."""
        family = SAME_UNITS.get(accelerator.family.lower(), accelerator.family.lower())
        return family if family in self.measured["generations"] else ""

    def knowledge(self, kernel: Kernel, accelerator: Accelerator) -> str:
        """Return how well a case is known: its accelerator, a sibling of its generation, or neither was measured."""
        self._family(kernel.family)
        if kernel.name not in self.measured[kernel.family]:
            return UNSEEN_KERNEL
        if not self.generation(accelerator):
            return UNSEEN
        return KNOWN if accelerator.id in self.measured["accelerators"] else SIBLING

    def interval(self, kernel: Kernel, accelerator: Accelerator) -> tuple[float, float]:
        """Return the factors on a predicted time between which 80% of measurements lie."""
        return self.factors[kernel.family][self.knowledge(kernel, accelerator)]

    def _family(self, name: str) -> Mapping[str, KernelConstant]:
        if name not in self.families:
            raise unknown("family of kernels", name, self.families)
        return self.families[name]

    @property
    def size(self) -> dict[str, int]:
        """How many base constants and multipliers each family has."""
        return {
            family: sum(1 + sum(len(level) for level in one.multipliers.values()) for one in constants.values())
            for family, constants in self.families.items()
        }


def engine_of(accelerator: Accelerator, kernel: Kernel) -> str:
    """Return how a kernel issues matrix instructions, or nothing where that is not known."""
    family = accelerator.family.lower()
    return SYNCHRONOUS if (kernel.family, kernel.name, family) in OLDER else ENGINES.get(family, "")


@cache
def load_kernel_table(file: Path = FILE) -> KernelTable:
    """Return the constants of kernels from their file."""
    content, lines, faults = read_table(file)
    reader = FactReader(file, lines, lambda path, message: faults.append(f"{file}: {path}: {message}"))
    about, assumed = content.pop("about"), content.pop("assumption")
    measured, factors = content.pop("measured"), content.pop("factors")
    facts = {name: _fact(reader, f"assumption.{name}", dict(table)) for name, table in assumed.items()}
    families = {
        family: {name: _constant(reader, f"{family}.{name}", dict(table)) for name, table in tables.items()}
        for family, tables in content.items()
    }
    if faults:
        raise SpecError(faults)
    return KernelTable(
        families=families,
        assumptions=_assumptions(facts, file),
        measured={name: tuple(values) for name, values in measured.items()},
        factors={family: {name: _pair(pair) for name, pair in one.items()} for family, one in factors.items()},
        about=about,
    )


def _constant(reader: FactReader, path: str, table: dict[str, Any]) -> KernelConstant:
    multipliers = {level: {key: float(x) for key, x in table.pop(level, {}).items()} for level in LEVELS}
    unseen = float(table.pop("unseen", 0.0))
    return KernelConstant(_fact(reader, path, table), multipliers, unseen)


def _fact(reader: FactReader, path: str, table: dict[str, Any]) -> Fact:
    unit = str(table.pop("unit", "1"))
    return reader.fact(Attribute(path, "", unit=unit), path, table)


def _assumptions(facts: Mapping[str, Fact], file: Path) -> Constants:
    values: dict[str, Quantity] = {name: fact.value for name, fact in facts.items()}
    named = {f"value.{name}": fact for name, fact in facts.items()}
    return Constants(
        id="kernel assumptions", name="what spec sheets leave out", value=values, facts=named, place=str(file)
    )


def _pair(values: Any) -> tuple[float, float]:
    low, high = values
    return float(low), float(high)
