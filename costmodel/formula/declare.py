"""The decorator that makes a plain function a formula: named, with units, checked, traced and registered."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from typing import Any

from costmodel.errors import FormulaError, did_you_mean
from costmodel.formula.calling import Bounds, Slot, plain_numbers, within
from costmodel.formula.emitter import out_of_bounds
from costmodel.formula.graph import Graph, Traced
from costmodel.formula.inline import inlined
from costmodel.quick import factor_to, scaled, unit_of
from costmodel.units import Quantity, describe, quantity, registry

REGISTRY: dict[str, Formula] = {}
"""Every formula of the process by name; the laws of the property tests hold for each."""

_Quantity: Any = registry.Quantity


@dataclass(frozen=True, eq=False)
class Formula:
    """A function of quantities that knows its name, units, source, directions and bounds."""

    name: str
    unit: str
    inputs: Mapping[str, str]
    body: Callable[..., Any] = field(repr=False)
    source: str | None = None
    increasing: tuple[str, ...] = ()
    decreasing: tuple[str, ...] = ()
    bounds: Mapping[str, Bounds] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Callable[[str, str], Formula], tuple[str, str]]:
        return _registered, (self.body.__module__, self.name)

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        """The docstring of the function."""
        return inspect.getdoc(self.body) or ""

    @property
    def summary(self) -> str:
        """The first sentence of the docstring."""
        return self.__doc__.partition("\n")[0]

    def __call__(self, **arguments: object) -> Quantity:
        """Return the result in the formula's unit; scalars, arrays and traced values broadcast."""
        numbers = plain_numbers(arguments, self._slots)
        if numbers is not None:
            return _Quantity(self._computed(arguments, numbers), self._own_unit)
        return self._called(arguments)

    def _called(self, arguments: Mapping[str, object]) -> Quantity:
        """Return the result for any arguments, or say what is wrong with them."""
        if arguments.keys() != self.inputs.keys():
            raise FormulaError(self._wrong_names(arguments))
        graph, given = None, {name: quantity_of(arguments[name]) for name in self.inputs}
        for value in given.values():
            if type(value.magnitude) is Traced:
                graph = value.magnitude.graph
        result = self._computed(given, self._numbers(given)) if graph is None else self._step(graph, given)
        return _Quantity(result, self._own_unit)

    @cached_property
    def _own_unit(self) -> Any:
        return unit_of(quantity(1, self.unit))

    def _step(self, graph: Graph, given: Mapping[str, Quantity]) -> Traced:
        """Return the result as a step of a graph, in which the same call is computed once."""
        key = _key(self.name, given.values())
        known = graph.results.get(key)
        if known is None:
            numbers = self._numbers(given)
            known = graph.results[key] = self._record(graph, given, numbers, self._computed(given, numbers))
        return known

    def _numbers(self, given: Mapping[str, Quantity]) -> list[Any]:
        """Return magnitudes in declared units: rounding up is then in whole systems, however a file says it."""
        numbers = []
        for name, unit, bounds in self._slots:
            value = given[name]
            number, factor = value.magnitude, factor_to(value, unit)
            if factor is None:
                raise FormulaError(self._wrong_unit(name, value))
            if factor != 1:
                number = scaled(number, factor)
            if bounds is not None and type(number) is not Traced and not within(number, bounds):
                raise FormulaError(out_of_bounds(self.name, name, value, bounds, self.inputs[name]))
            numbers.append(number)
        return numbers

    @cached_property
    def _slots(self) -> list[Slot]:
        """Name, declared unit and bounds of each argument."""
        return [(name, _declared(unit), self.bounds.get(name)) for name, unit in self.inputs.items()]

    def _wrong_unit(self, name: str, value: Quantity) -> str:
        unit = self.inputs[name]
        return (
            f"{self.name}: {name} is {describe(value)} ({value:~P}); it must be {describe(quantity(1, unit))} ({unit})"
        )

    def _computed(self, given: Mapping[str, Any], numbers: Sequence[Any]) -> Any:
        try:
            return self._inlined(*numbers)
        except (ZeroDivisionError, OverflowError) as error:
            values = ", ".join(f"{name} = {value:~P}" for name, value in given.items())
            msg = f"{self.name}: {error} with {values}"
            raise FormulaError(msg) from None

    @cached_property
    def _inlined(self) -> Callable[..., Any]:
        """The body as a function of magnitudes in declared units; its own units are checked here, once."""
        return inlined(self.body, {name: _declared(unit) for name, unit in self.inputs.items()}, self._in_unit)

    def _in_unit(self, result: object) -> Quantity:
        found = quantity_of(result)
        if not found.is_compatible_with(_declared(self.unit)):
            msg = f"{self.name}: its body gives {describe(found)}, but it is declared in {self.unit}"
            raise FormulaError(msg)
        return found.to(_declared(self.unit))

    def _wrong_names(self, arguments: Mapping[str, object]) -> str:
        missing = [name for name in self.inputs if name not in arguments]
        extra = [name for name in arguments if name not in self.inputs]
        parts = [f"has no argument {name!r}.{did_you_mean(name, self.inputs)}" for name in extra]
        parts += [f"needs {name!r} in {self.inputs[name]}" for name in missing]
        return f"{self.name}: " + "; ".join(parts)

    def _record(self, graph: Graph, given: Mapping[str, Quantity], numbers: Sequence[Any], result: Any) -> Traced:
        inner = dict(zip(given, numbers, strict=True))
        bounded = {name: inner[name].node for name in self.bounds if isinstance(inner[name], Traced)}
        named = {name: (_traced(graph, value.magnitude).node, _unit_text(value)) for name, value in given.items()}
        return graph.step(self, _traced(graph, result), named, self.unit, bounded)


def formula(
    *,
    source: str | None = None,
    increasing: Sequence[str] = (),
    decreasing: Sequence[str] = (),
    bounds: Mapping[str, Bounds] | None = None,
) -> Callable[[Callable[..., Any]], Formula]:
    """Declare a function as a formula; its annotations are the units of its arguments and result.

    `increasing` and `decreasing` name the arguments in which the result never falls or never rises: the property
    tests hold them to it. `bounds` are the allowed values of an argument, in its declared unit.
    """

    def declare(body: Callable[..., Any]) -> Formula:
        units = {name: str(unit).strip("'\"") for name, unit in inspect.get_annotations(body).items()}
        made = Formula(
            name=body.__name__,
            unit=units.pop("return"),
            inputs=units,
            body=body,
            source=source,
            increasing=tuple(increasing),
            decreasing=tuple(decreasing),
            bounds=dict(bounds or {}),
        )
        _register(made)
        return made

    return declare


@dataclass(frozen=True)
class Label:
    """A name given to a value on its way, such as that of a cost component."""

    name: str
    summary: str = ""


def label(value: Quantity, name: str) -> Quantity:
    """Return the value; while tracing, with a name under which the explanation shows it."""
    traced = value.magnitude
    if not isinstance(traced, Traced):
        return value
    return registry.Quantity(traced.graph.step(Label(name), traced, {}, _unit_text(value)), value.units)


def quantity_of(value: object) -> Quantity:
    """Return a quantity as it is, and a plain number or array as a pure number."""
    return value if isinstance(value, _Quantity) else _Quantity(value)


def _registered(module: str, name: str) -> Formula:
    import_module(module)
    return REGISTRY[name]


def _register(made: Formula) -> None:
    known = REGISTRY.get(made.name)
    if known and known.body.__module__ != made.body.__module__:
        msg = f"{made.name} has two homes: {known.body.__module__} and {made.body.__module__}"
        raise FormulaError(msg)
    wrong = {*made.increasing, *made.decreasing, *made.bounds} - made.inputs.keys()
    if wrong:
        msg = f"{made.name} declares a direction or bounds of {sorted(wrong)}, which it does not take"
        raise FormulaError(msg)
    REGISTRY[made.name] = made


def _traced(graph: Graph, value: Any) -> Traced:
    return value if isinstance(value, Traced) else graph.constant(value)


def _key(name: str, given: Iterable[Quantity]) -> tuple[object, ...]:
    """Return what makes a call the same in a graph: the formula, and of each argument node or number, and unit."""
    key: list[object] = [name]
    for value in given:
        inner = value.magnitude
        key += (id(inner.node) if type(inner) is Traced else float(inner), id(unit_of(value)))
    return tuple(key)


def _unit_text(value: Quantity) -> str:
    return _text_of(unit_of(value))


@cache
def _text_of(units: Any) -> str:
    return f"{registry.Unit(units)}"


@cache
def _declared(unit: str) -> Any:
    return quantity(1, unit).units
