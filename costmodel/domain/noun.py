"""What all nouns share: an id, the facts behind their fields, and tracing of their leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Self, TypeVar

from costmodel.errors import MissingData
from costmodel.formula.graph import Graph
from costmodel.once import once
from costmodel.specs.fact import Fact
from costmodel.specs.price_index import in_dollars_of
from costmodel.specs.record import Record
from costmodel.units import Quantity, registry

T = TypeVar("T", bound="Noun")

Change = Callable[[str, Quantity, Fact | None], Quantity]
"""A function of a leaf's name, its value and its fact that gives the value to put in its place."""


@dataclass(frozen=True, kw_only=True)
class Noun:
    """A thing with an id, whose quantities are leaves of the model."""

    id: str
    name: str
    facts: Mapping[str, Fact] = field(default_factory=dict, repr=False, compare=False)
    """The fact of every leaf that a file gave, by field name (`peak.bf16` for an entry of a mapping)."""
    place: str = field(default="", repr=False, compare=False)

    @property
    def root(self) -> str:
        """What the names of its leaves begin with: its id and a dot; nothing for keys of the scenario's own file."""
        return f"{self.id}."

    def leaf_name(self, name: str) -> str:
        """Return the name of a leaf in graphs, tables and on the command line: the key of its file after the root."""
        fact = self.facts.get(name)
        return self.root + (fact.input if fact else name)

    def need(self, name: str) -> Quantity:
        """Return an optional leaf, or a MissingData error that names the file and key."""
        value = getattr(self, name)
        if value is None:
            what = name.replace("_", " ")
            msg = f"{self.id} gives no {what}, which this question needs: add it to {self.place or self.id}"
            raise MissingData(msg)
        return value

    def change(self, change: Change) -> Self:
        """Return the noun with every leaf, here and below, replaced by what `change` makes of it."""
        set_here = [f.name for f in fields(self) if getattr(self, f.name) is not f.default]
        new = {name: self._changed(name, getattr(self, name), change) for name in set_here}
        return replace(self, **{name: value for name, value in new.items() if value is not getattr(self, name)})

    def with_facts(self, facts: Mapping[str, Fact]) -> Self:
        """Return the noun with facts replaced, here and below, by the names of their leaves: values and origins."""
        below = {part.name: _with_facts(getattr(self, part.name), facts) for part in fields(self)}
        own = {name: facts[self.leaf_name(name)] for name in self.facts if self.leaf_name(name) in facts}
        here = replace(self, **{name: value for name, value in below.items() if value is not getattr(self, name)})
        changed = here.change(lambda name, value, _: facts[name].value if name in facts else value) if own else here
        return replace(changed, facts={**self.facts, **own}) if own else changed

    def traced(self, graph: Graph) -> Self:
        """Return the noun with every leaf as an input of the graph."""
        return self.change(graph.leaf)

    @once
    def leaves(self) -> Mapping[str, tuple[Quantity, Fact | None]]:
        """Return every leaf, here and below, by its name."""
        found: dict[str, tuple[Quantity, Fact | None]] = {}
        for part in fields(self):
            if (value := getattr(self, part.name)) is not part.default:
                found.update(self._leaves(part.name, value))
        return found

    def names(self) -> dict[str, str]:
        """Return the name of this noun and all below it, by id."""
        found: dict[str, str] = {}
        for part in fields(self):
            value = getattr(self, part.name)
            for one in value if isinstance(value, tuple) else (value,):
                found |= one.names() if isinstance(one, Noun) else {}
        return found | {self.id: self.name}

    def with_leaves(self, **values: Quantity) -> Self:
        """Return the noun with fields of its own replaced, for example by an array: that is a sweep."""
        return replace(self, **values)  # type: ignore[arg-type]

    def _leaves(self, name: str, value: Any) -> Iterable[tuple[str, tuple[Quantity, Fact | None]]]:
        if isinstance(value, registry.Quantity):
            return [(self.leaf_name(name), (value, self.facts.get(name)))]
        if isinstance(value, Noun):
            return value.leaves().items()
        if isinstance(value, Mapping) and name != "facts":
            return [leaf for key, one in value.items() for leaf in self._leaves(f"{name}.{key}", one)]
        return [leaf for one in value for leaf in self._leaves(name, one)] if isinstance(value, tuple) else ()

    def _changed(self, name: str, value: Any, change: Change) -> Any:
        if isinstance(value, registry.Quantity):
            return change(self.leaf_name(name), value, self.facts.get(name))
        if isinstance(value, Noun):
            return value.change(change)
        if isinstance(value, Mapping) and name != "facts":
            return {key: self._changed(f"{name}.{key}", one, change) for key, one in value.items()}
        return tuple(self._changed(name, one, change) for one in value) if isinstance(value, tuple) else value


def build(cls: type[T], record: Record, *, on: date | None = None, **extra: object) -> T:
    """Return a noun from its spec: quantities by field name, histories at a day, the rest as `extra` gives it."""
    content: dict[str, Any] = {}
    facts: dict[str, Fact] = {}
    for attribute in record.kind:
        for key in attribute.keys:
            fact = record.facts.get(key) or (price_on(record, key, on) if key in record.histories else None)
            if fact is not None:
                _put(content, facts, attribute.field, key, fact, mapped=attribute.key.endswith(".*"))
            elif key in record.values:
                content[attribute.field] = record.values[key]
    known = {f.name for f in fields(cls)}
    given = {"id": f"{record.id}", **content, **extra, "facts": facts, "place": str(record.file)}
    return cls(**{name: value for name, value in given.items() if name in known})


def in_dollars(noun: T, day: date | None) -> T:
    """Return a noun with its dated costs of wages, buildings and energy in dollars of a day's year (decision 34)."""
    known = ((name, fact, in_dollars_of(fact, day)) for name, (_, fact) in noun.leaves().items() if fact is not None)
    moved = {name: new for name, old, new in known if new is not old}
    return noun.with_facts(moved) if moved else noun


def _with_facts(value: Any, facts: Mapping[str, Fact]) -> Any:
    if isinstance(value, Noun):
        return value.with_facts(facts)
    if isinstance(value, tuple) and any(isinstance(one, Noun) for one in value):
        return tuple(_with_facts(one, facts) for one in value)
    return value


def price_on(record: Record, key: str, on: date | None) -> Fact:
    """Return the newest dated fact up to a day, or a MissingData error that names the file and the earliest day."""
    history = record.histories[key]
    usable = [fact for fact in history if on is None or (fact.as_of or date.max) <= on]
    if not usable:
        msg = (
            f"{record.file}: {record.id} has no {key} up to {on}; its first is of {history[0].as_of}. "
            f"Add a dated [[{key}]] with its source, or ask about a later day"
        )
        raise MissingData(msg)
    return usable[-1]


def _put(content: dict[str, Any], facts: dict[str, Fact], name: str, key: str, fact: Fact, *, mapped: bool) -> None:
    if mapped:
        entry = key.rpartition(".")[2]
        content.setdefault(name, {})[entry] = fact.value
        facts[f"{name}.{entry}"] = fact
    else:
        content[name] = fact.value
        facts[name] = fact
