"""Which inputs of two studies differ: numbers by their names, what stands in the same place under another, choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.changes import changed_record
from costmodel.analysis.model import leaves_of
from costmodel.formula.graph import Leaf, Node, order
from costmodel.formula.operations import LEAF, STEP
from costmodel.specs.catalog import short_path
from costmodel.specs.fact import Fact
from costmodel.specs.record import Record
from costmodel.units import Quantity

Array = npt.NDArray[np.float64]

LAYOUT_OF = "layout of "
"""How the names of layouts of offers begin."""
LAYOUTS = "layouts"
"""The change of all that a search for layouts found."""
FORM = "layouts of another form"
"""The change where other formulas answer although no choice differs, as a search found other splits."""
CACHED = "query.cached_share"
"""The input that all layouts have as a share of their own."""
VALUE, RANGE, ONE_SIDE, CHOICE, SEARCHED = "value", "range", "one side only", "choice", "searched"
_FIRST = (VALUE, SEARCHED, ONE_SIDE, RANGE)
SAME = 1e-12
"""Numbers closer than this to each other are one number in two units."""
_ROLES = {"site": "site", "architecture": "model"}
"""Keys of a scenario's file that name a thing, and the word before the names of its inputs."""
_WORDS = {"title", "question", "note", "offers"}
"""Keys of a scenario's file that are no inputs, or are told apart."""


@dataclass(frozen=True)
class Pair:
    """An input as either study has it; `None` where one has none. It goes by one name in both."""

    name: str
    change: str
    """The change to which it belongs: its own, that of the thing it is of, of all layouts, or of all choices."""
    before: Leaf | None
    after: Leaf | None

    @property
    def differs(self) -> bool:
        """Whether its value does."""
        if self.before is None or self.after is None or not self.before.value.is_compatible_with(self.after.value):
            return True
        one, other = (float(leaf.value.to(self.before.value.units).magnitude) for leaf in (self.before, self.after))
        return abs(one - other) > SAME * max(abs(one), abs(other))

    @property
    def what(self) -> str:
        """What differs: the value, the range alone, that one side alone has it; nothing, or found by a search."""
        if self.before is None or self.after is None:
            return ONE_SIDE
        if self.differs:
            return SEARCHED if self.change == LAYOUTS else VALUE
        return RANGE if _range(self.before) != _range(self.after) else ""


@dataclass(frozen=True)
class Differing:
    """The inputs that differ, for people, and the changes to which costs are attributed."""

    pairs: tuple[Pair, ...]
    choices: tuple[tuple[str, object, object], ...]
    form: str
    """The change of all that is no number and of inputs that one study alone has; empty if the same graphs answer."""
    named: tuple[str, ...]
    """The choices and inputs of one study alone that are in that change."""
    moving: frozenset[str]
    """The changes that any cost may depend on."""
    told: frozenset[str]
    """The inputs of costs, and those of the scenarios' own files."""

    @property
    def changes(self) -> list[str]:
        """The changes that have parts: numbers by name, then layouts and choices."""
        found = dict.fromkeys(one.change for one in self.pairs if one.differs and one.change in self.moving)
        last = [one for one in (LAYOUTS, self.form) if one in found or (one and one == self.form)]
        return [*(name for name in found if name not in last), *last]

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """A row for each input that differs."""
        shown = [one for one in self.pairs if one.what and one.name in self.told]
        shown.sort(key=lambda one: _FIRST.index(one.what))
        rows = [*self._choices(), *map(_row, shown)]
        columns = ["input", "before", "after", "unit", "source_before", "source_after", "what"]
        return pd.DataFrame(rows, columns=columns).set_index("input")

    def values(self, made: npt.NDArray[np.bool_], names: Sequence[str], known: Mapping[str, Leaf]) -> dict[str, Array]:
        """Return the values, in states, of the leaves of a graph that both studies have and that differ.

        `known` are the leaves of the graph, by the names under which they are compared.
        """
        found: dict[str, Array] = {}
        for one in self.pairs:
            leaf = known.get(one.name)
            if leaf is None or one.before is None or one.after is None:
                continue
            if one.differs and one.change in names and one.change != self.form:
                ends = [float(end.value.to(leaf.value.units).magnitude) for end in (one.before, one.after)]
                found[leaf.name] = np.where(made[:, names.index(one.change)], ends[1], ends[0])
        return found

    def _choices(self) -> Iterator[tuple[object, ...]]:
        for key, before, after in self.choices:
            what = SEARCHED if key.startswith(LAYOUT_OF) else CHOICE
            yield key, _words(before) or None, _words(after) or None, "", "", "", what


def differing(
    sides: tuple[AnsweredScenario, AnsweredScenario], costs: tuple[Mapping[str, Quantity], Mapping[str, Quantity]]
) -> Differing:
    """Return what differs between two studies, and which of it their traced costs depend on."""
    names = [Names(study) for study in sides]
    leaves = [one.leaves() for one in names]
    used = {side.name(leaf) for side, one in zip(names, costs, strict=True) for leaf in leaves_of(one.values())}
    facts = [set(one.facts) if (one := _record(study)) else set() for study in sides]
    choices = tuple(_choices(*sides))
    named = [key for key, _, _ in choices] + sorted((facts[0] ^ facts[1]) & (used | {CACHED}))
    same = len({_form(side, one.values()) for side, one in zip(names, costs, strict=True)}) == 1
    form = "" if same else ", ".join(named) or FORM
    players = () if same else tuple(named)
    every = dict.fromkeys([*leaves[0], *leaves[1]])
    pairs = tuple(_pair(names, form, name, *(one.get(name) for one in leaves)) for name in every)
    moving = frozenset(one.change for one in pairs if one.name in used)
    told = (*choices, *_offers(*sides), *_layouts(*sides))
    return Differing(pairs, told, form, players, moving, frozenset(facts[0] | facts[1] | used))


class Names:
    """The names under which inputs of a study are compared: those of its site and model go by these words."""

    def __init__(self, study: AnsweredScenario) -> None:
        self.study = study
        named = {key: getattr(study.scenario, key) for key in _ROLES}
        self.things = {key: thing.id if thing else "" for key, thing in named.items()}
        self.roles = {f"{id_}.": f"{_ROLES[key]}." for key, id_ in self.things.items() if id_}
        layouts = [one for each in study.deployments.values() for one in (each, each.training) if one is not None]
        self.layouts = tuple({one.root for one in layouts})

    def leaves(self) -> dict[str, Leaf]:
        """Return every input by the name under which it is compared, those that no answer needs included."""
        stated = {name: Leaf(name, value, fact) for name, (value, fact) in self.study.scenario.leaves().items()}
        return {self.name(leaf.name): leaf for leaf in {**stated, **self.study.inputs()}.values()}

    def name(self, leaf: str) -> str:
        """Return the name under which a leaf is compared."""
        for root, role in self.roles.items():
            if leaf.startswith(root):
                return role + leaf.removeprefix(root)
        return leaf


def _pair(names: Sequence[Names], form: str, name: str, before: Leaf | None, after: Leaf | None) -> Pair:
    if before is None or after is None or not before.value.is_compatible_with(after.value):
        return Pair(name, form, before, after)
    group = next((key for key, word in _ROLES.items() if name.startswith(f"{word}.")), "")
    if group and names[0].things[group] != names[1].things[group]:
        return Pair(name, form if group in form.split(", ") else group, before, after)
    if not name.startswith(names[0].layouts):
        return Pair(name, name, before, after)
    return Pair(name, CACHED if name.endswith(".cached_prompt_share") else LAYOUTS, before, after)


def _form(names: Names, costs: Iterable[Quantity]) -> tuple[tuple[object, ...], ...]:
    """Return a graph without its values: equal for two in which the same formulas join the same inputs."""
    nodes = [node for node in order(costs) if node.operation != STEP]
    places: dict[int, int] = {}
    found: list[tuple[object, ...]] = []
    for node in nodes:
        label = names.name(node.label.name) if node.operation == LEAF else node.label
        places[id(node)] = len(found)
        found.append((node.operation, label, *(places[id(_unnamed(one))] for one in node.arguments)))
    return tuple(found)


def _unnamed(node: Node) -> Node:
    while node.operation == STEP:
        (node,) = node.arguments
    return node


def _choices(before: AnsweredScenario, after: AnsweredScenario) -> Iterator[tuple[str, object, object]]:
    """Yield the keys of the scenarios' files that are no numbers and differ, with both values."""
    one, other = (_stated(study) for study in (before, after))
    for key in dict.fromkeys([*one, *other]):
        if one.get(key) != other.get(key):
            yield key, one.get(key), other.get(key)


def _offers(before: AnsweredScenario, after: AnsweredScenario) -> Iterator[tuple[str, object, object]]:
    """Yield the offers of both, each as those that the other has not, where they differ."""
    one, other = ([offer.id for offer in study.scenario.offers] for study in (before, after))
    if set(one) != set(other):
        yield "offers", [id_ for id_ in one if id_ not in other], [id_ for id_ in other if id_ not in one]


def _layouts(before: AnsweredScenario, after: AnsweredScenario) -> Iterator[tuple[str, object, object]]:
    """Yield the layouts of offers that both answer, where a search found another."""
    for id_, one in before.deployments.items():
        other = after.deployments.get(id_)
        if other is not None and one.layout != other.layout:
            yield f"{LAYOUT_OF}{id_}", one.layout, other.layout


def _stated(study: AnsweredScenario) -> dict[str, Any]:
    values = record.values if (record := _record(study)) else {}
    return {key: value for key, value in values.items() if key not in _WORDS and isinstance(value, (str, date, list))}


def _record(study: AnsweredScenario) -> Record | None:
    """Return what the file of a study says with what is set beside it."""
    return study.record and changed_record(study.record, study.changes)


def _row(one: Pair) -> tuple[object, ...]:
    sides = (one.before, one.after)
    units = [leaf.value.units for leaf in sides if leaf]
    alike = units[0].is_compatible_with(units[-1])
    ends = [float(leaf.value.to(units[0] if alike else leaf.value.units).magnitude) if leaf else None for leaf in sides]
    shown = [f"{unit:~C}" for unit in (units[:1] if alike else units)]
    return one.name, *ends, ", then ".join(shown), _source(one.before), _source(one.after), one.what


def _source(leaf: Leaf | None) -> str:
    """Return what a leaf rests on, and where that stands."""
    fact = leaf.origin if leaf else None
    return f"{fact.source} ({short_path(fact.file)}:{fact.line})" if isinstance(fact, Fact) else ""


def _range(leaf: Leaf) -> tuple[float, ...]:
    fact = leaf.origin
    ends = (fact.low, fact.high) if isinstance(fact, Fact) else (None, None)
    return tuple(float(f"{end.to_base_units().magnitude:.12g}") for end in ends if end is not None)


def _words(value: object) -> str | None:
    return ", ".join(map(str, value)) if isinstance(value, list) else None if value is None else str(value)
