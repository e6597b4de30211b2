"""Inputs of a scenario set to other values, by the names of its leaves or the keys of its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from costmodel.domain.offers import Program
from costmodel.domain.scenario import Scenario
from costmodel.domain.usual_program import HAPPENS
from costmodel.domain.workload import Capacity
from costmodel.errors import CostModelError, UnitError, UnknownName, unknown
from costmodel.specs.attribute import Attribute
from costmodel.specs.bounds import day_out_of_bounds, out_of_bounds
from costmodel.specs.currencies import DOLLAR, code_in, in_dollars
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.specs.kinds import SCENARIO
from costmodel.specs.record import Record
from costmodel.units import Quantity, convert, parse, quantity, registry

SET = "set by the user"
PLACE = Path("--set")
OTHERS = "other_volume"
"""Stands for the accelerators that others use of every program whose file gives them."""

OF_LAYOUTS, MODEL_ERROR = ("deployment/", "performance."), ".model_error"
"""How inputs are called that come with the layouts that a search finds."""

OF_ONE = ("training", "capacity", "accounts")
"""Tables that only some scenarios have, whose other keys are required."""

Changes = Mapping[str, object]
"""Values by name: quantities, numbers in the leaf's own unit, texts as files have them ("0.08 USD/kWh"), or facts."""


NONE: Changes = MappingProxyType({})


def set_in(record: Record) -> Changes:
    """Return the changes that the file of a scenario makes itself, in its table [set]."""
    found: Mapping[str, object] = record.values.get("set", NONE)
    return {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in found.items()}


def changed_record(record: Record, changes: Changes) -> Record:
    """Return the record of a scenario with those of the changes that are keys of its file."""
    _refuse_part_of_a_run(record, changes)
    facts, values = dict(record.facts), dict(record.values)
    for name, value in changes.items():
        attribute = _attribute(record, _in_file(record, name))
        if attribute is None:
            continue
        if attribute.type == "quantity":
            unit = f"{facts[attribute.key].value.units}" if attribute.key in facts else attribute.unit or "1"
            facts[attribute.key] = _fact(name, attribute.key, attribute, value, unit, record.values.get("price_date"))
        else:
            values[attribute.key] = _plain(attribute, value)
    return replace(record, facts=facts, values=values)


def _attribute(record: Record, key: str) -> Attribute | None:
    """Return the row of a key of the file: also of a quantity that one of its tables, as [plans.pro], leaves out."""
    known = SCENARIO.by_key()
    kind, _, rest = key.partition(".")
    table, _, last = rest.rpartition(".")
    if key in known or key in record.facts or kind not in known or known[kind].type != "tables":
        return known.get(key)
    rows = known[kind].rows if table in record.values.get(kind, NONE) else ()
    return next((replace(one, key=key) for one in rows if one.key == last and one.type == "quantity"), None)


def _refuse_part_of_a_run(record: Record, changes: Changes) -> None:
    """Raise an UnknownName error for keys of a training run where serving has none: no single key makes one."""
    if changes.get("workload", record.values["workload"]) == "training" or any(map(_of_a_run, record.facts)):
        return
    for name in filter(_of_a_run, changes):
        raise unknown("input of this scenario", name, record.facts)


def _of_a_run(key: str) -> bool:
    return key.startswith("training.")


def changed_scenario(scenario: Scenario, changes: Changes) -> Scenario:
    """Return a scenario with those of the changes that are leaves of the specs it names, such as `us-hyperscale.pue`.

    Raises
    ------
    UnknownName
        With near matches, for what is neither a leaf nor a key of the scenario's file.
    """
    keys = SCENARIO.by_key()
    of_capacity = isinstance(scenario.workload, Capacity)
    own = {name for name in changes if name in keys or (name == "utilization" and of_capacity)}
    leaves = scenario.leaves()
    for name in own - leaves.keys() - {"utilization"}:
        if keys[name].type == "quantity":
            raise unknown("input of this scenario", name, leaves)
    return with_values(scenario, {name: value for name, value in changes.items() if name not in own})


def with_values(scenario: Scenario, changes: Changes) -> Scenario:
    """Return a scenario with other values of its leaves, those of its own file included; of these, facts have a range.

    Raises
    ------
    UnknownName
        With near matches, for what is no leaf.
    UnitError
        Where a value is of another kind than its leaf.
    """
    leaves = scenario.leaves()
    facts: dict[str, Fact] = {}
    for name, value in changes.items():
        for leaf in _leaves(scenario, name, leaves):
            known, fact = leaves[leaf]
            key, attribute = (fact.key, fact.attribute) if fact else (leaf, None)
            attribute = attribute or SCENARIO.by_key().get(leaf)
            facts[leaf] = _fact(name, key, attribute, value, f"{known.units}", scenario.price_date)
    return scenario.with_facts(facts) if facts else scenario


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Return the changes that options of the form NAME=VALUE give.

    >>> pairs(["demand.users=3e6 user", "utilization=0.6"])
    {'demand.users': '3e6 user', 'utilization': '0.6'}
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (equals and name.strip() and value.strip()):
            msg = f'"{text}" sets nothing: write NAME=VALUE, such as demand.users="3e6 user" or utilization=0.6'
            raise CostModelError(msg)
        found[name.strip()] = value.strip()
    return found


def _in_file(record: Record, name: str) -> str:
    return "capacity.utilization" if name == "utilization" and record.values.get("workload") == "capacity" else name


def refuse_outcome(name: str) -> None:
    """Raise an UnknownName error for what a draw decides of a program: how likely it is may be set."""
    program, _, what = name.rpartition(".")
    if what in HAPPENS:
        likely = f"{program}.{HAPPENS[what]}"
        msg = f"{name} is decided by draws and not set: set how likely it is, {likely}, up to 1 (surely) or 0 (never)"
        raise UnknownName(msg)


def _leaves(scenario: Scenario, name: str, leaves: Mapping[str, Any]) -> list[str]:
    refuse_outcome(name)
    if name in leaves:
        return [name]
    programs = [f"{one.id}.{OTHERS}" for one in scenario.offers if isinstance(one, Program)]
    if name == OTHERS and (known := [one for one in programs if one in leaves]):
        return known
    if name in SCENARIO.by_key():
        way = f'give it when the scenario is loaded, changes={{"{name}": ...}}'
        msg = f"{name} is no number that this scenario has: {way}"
        raise UnknownName(msg)
    if name.startswith(OF_LAYOUTS) or name.endswith(MODEL_ERROR):
        msg = (
            f"{name} belongs to a layout, which is found from what is set: move it by break-even --over or study.sweep"
        )
        raise UnknownName(msg)
    raise unknown("input of this scenario", name, [*leaves, *_settable(leaves)])


def _settable(leaves: Iterable[str]) -> Iterator[str]:
    """Yield the keys of a scenario's file but those of another workload."""
    known = {name.partition(".")[0] for name in leaves}
    yield from (key for key in SCENARIO.by_key() if (table := key.partition(".")[0]) in known or table not in OF_ONE)


def _fact(name: str, key: str, attribute: Attribute | None, given: object, unit: str, day: object) -> Fact:
    """Return what is set as a fact, within the bounds of a file's own; other money at the rate of a day."""
    value = given.value if isinstance(given, Fact) else in_unit(name, given, unit, day)
    if attribute and (wrong := out_of_bounds(attribute, f"{value:.6g~P}", value)):
        msg = f"{name}: {wrong}"
        raise CostModelError(msg)
    if isinstance(given, Fact):
        return given
    return Fact(key, value, ASSUMPTION, PLACE, 1, confidence=ASSUMPTION, reason=SET, attribute=attribute)


def in_unit(name: str, value: object, unit: str, day: object = None) -> Quantity:
    """Return a value in a unit; a number alone is in that unit, other money at the mean rate of the year of a day."""
    try:
        if isinstance(value, str):
            _unambiguous(value, unit)
        found = value if isinstance(value, registry.Quantity) else _read(str(value), unit, day)
        return convert(found, unit)
    except UnitError as error:
        msg = f"{name}: {error}"
        raise UnitError(msg) from None


def _read(text: str, unit: str, day: object) -> Quantity:
    if DOLLAR not in text and (code := code_in(text)):
        if not isinstance(day, date):
            msg = f'"{text}" is in {code}: give it in {DOLLAR}'
            raise UnitError(msg)
        converted = in_dollars(text, day)
        return parse(converted.text) * converted.factor
    found = parse(text)
    return quantity(found.magnitude, unit) if _is_alone(found, text) else found


def _is_alone(found: Quantity, text: str) -> bool:
    return bool(found.dimensionless) and text.strip()[-1:].isdigit()


def _unambiguous(text: str, unit: str) -> None:
    """Refuse a text of a number below 1 alone for what counts in percent; a number of the library is in its unit."""
    if "percent" in unit and DOLLAR not in text and not code_in(text):
        found = parse(text)
        if _is_alone(found, text) and 0 < abs(found.magnitude) < 1:
            share = f"{100 * found.magnitude:g} {unit}"
            msg = f'"{text}" alone may be percent or a share: write "{text} {unit}" or "{share}"'
            raise UnitError(msg)


def _plain(attribute: Attribute, value: object) -> object:
    """Return a value that is no quantity as the file would have it."""
    if attribute.type == "tables":
        msg = f"{attribute.key}: tables are not set as a whole; set one value in them, such as plans.business.price"
        raise CostModelError(msg)
    if attribute.type == "references":
        return [part.strip() for part in str(value).split(",")]
    if attribute.type == "date":
        return _day(attribute.key, value)
    if attribute.choices and value not in attribute.choices:
        what = f"choice of {attribute.key}"
        raise unknown(what, str(value), attribute.choices)
    return str(value)


def _day(key: str, value: object) -> date:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        msg = f'{key} is "{value}"; it must be a date such as 2026-11-01'
        raise CostModelError(msg) from None
    if wrong := day_out_of_bounds(day):
        msg = f"{key}: {wrong}"
        raise CostModelError(msg)
    return day
