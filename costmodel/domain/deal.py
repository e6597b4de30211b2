"""A deal that shares profit in stages: who gets which share, until how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from costmodel.errors import SpecError, unknown
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.specs.fact_reader import FactReader, Fault
from costmodel.specs.files import refuse_special
from costmodel.specs.toml_file import read_table

ROUNDING = 1e-9
SHIPPED = Path(__file__).resolve().parents[1] / "deals"


@dataclass(frozen=True)
class Stage:
    """Shares of profit by party, and how much a party gets in this stage at most.

    The stage ends when every capped party has its cap. What nobody has a share in, and the share of a party that has
    its cap, goes to `rest`.
    """

    name: str
    shares: Mapping[str, float]
    rest: str
    caps: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse shares above the whole, and caps for those without a share."""
        faults = list(self._faults())
        if faults:
            raise SpecError(faults)

    def _faults(self) -> Iterator[str]:
        where = f'stage "{self.name}"'
        total = sum(self.shares.values())
        if total > 1 + ROUNDING:
            yield f"{where}: the shares add up to {total:.0%}; together they may be 100% at most: lower one of them"
        for party, share in self.shares.items():
            if not 0 <= share <= 1:
                yield f"{where}: the share of {party} is {share:.0%}; it must be from 0% to 100%"
        for party, cap in self.caps.items():
            if not self.shares.get(party):
                yield f"{where}: {party} has a cap but no share, so that the stage would never end"
            if cap < 0:
                yield f"{where}: the cap of {party} is {cap:g} USD; it cannot be negative"


@dataclass(frozen=True)
class Deal:
    """Stages in the order in which profit flows through them."""

    name: str
    stages: tuple[Stage, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse a deal without stages, and stages behind one that never ends."""
        if not self.stages:
            raise SpecError([f"{self.name}: a deal has at least one stage"])
        for stage in self.stages[:-1]:
            if not stage.caps:
                raise SpecError([f'{self.name}: stage "{stage.name}" has no cap, so that no later stage is reached'])

    @property
    def parties(self) -> tuple[str, ...]:
        """Everyone who may get something, in the order in which the stages name them."""
        named = [party for stage in self.stages for party in (*stage.shares, stage.rest)]
        return tuple(dict.fromkeys(named))


def load_deal(name: str | Path) -> Deal:
    """Return a shipped deal by name, or that of a file; every share and cap is a fact with its source.

    Special cases: a SpecError with all faults of the file; an UnknownName that lists the shipped deals.
    """
    file = Path(name) if str(name).endswith(".toml") else SHIPPED / f"{name}.toml"
    refuse_special(file)
    if not file.is_file():
        raise unknown("deal", str(name), (path.stem for path in SHIPPED.glob("*.toml")))
    content, lines, faults = read_table(file)
    faults += _of_another_form(file, content)
    if faults:
        raise SpecError(faults)
    reader = FactReader(file, lines, lambda path, message: faults.append(f"{file}: {path}: {message}"))
    facts: dict[str, Fact] = {}
    stages = [_stage(reader, facts, faults, i, table) for i, table in enumerate(content.get("stage", []))]
    if faults:
        raise SpecError(faults)
    return Deal(str(content.get("name", file.stem)), tuple(Stage(**stage) for stage in stages), facts)


def _of_another_form(file: Path, content: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is no text where names stand, and no table where stages, shares and caps stand."""
    if not isinstance(content.get("name", ""), str):
        yield f"{file}: name: must be a text"
    stages = content.get("stage", [])
    if not isinstance(stages, list):
        yield f"{file}: stage: must be a list of tables, each beginning with [[stage]]"
        return
    for number, stage in enumerate(stages):
        forms = {"name": str, "rest": str, "share": dict, "cap": dict} if isinstance(stage, dict) else {}
        for key in (key for key, form in forms.items() if not isinstance(stage.get(key, form()), form)):
            yield f"{file}: stage.{number}.{key}: must be a {'text' if forms[key] is str else 'table'}"
        if not forms:
            yield f"{file}: stage.{number}: must be a table, beginning with [[stage]]"


_SHARE = Attribute("share", "Share of the profit of the stage", unit="1", share=True)
_CAP = Attribute("cap", "Most that the party gets in the stage", unit="USD")


def _stage(
    reader: FactReader, facts: dict[str, Fact], faults: list[str], number: int, table: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {"name": table.get("name", f"{number + 1}"), "rest": table.get("rest", "")}
    if not found["rest"]:
        faults.append(f"{reader.file}: stage.{number}.rest: is missing: who gets what nobody has a share in")
    for key, attribute, field_ in (("share", _SHARE, "shares"), ("cap", _CAP, "caps")):
        found[field_] = {}
        for party, content in table.get(key, {}).items():
            path = f"stage.{number}.{key}.{party}"
            try:
                facts[path] = reader.fact(attribute, path, content)
                found[field_][party] = float(facts[path].value.to(attribute.unit).magnitude)
            except Fault as fault:
                faults.append(f"{reader.file}: {fault.path or path}: {fault}")
    return found


def sources(deal: Deal) -> set[str]:
    """Return the ids in the bibliography that a deal cites."""
    return {fact.source for fact in deal.facts.values()} - {ASSUMPTION}
